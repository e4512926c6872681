"""Indicators that hold dates or words instead of amounts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ewarn
from drop_files import Bad, complains, mistakes, panel
from ewarn.errors import RuleError
from ewarn.panel import Panel

PROJECTS = """\
frequency: Q
tables:
  - file: projects.csv
    entity: {type: project, id: id, attributes: [first_phase], parents: {park: park}}
    period: quarter
    values: {phase: phase, completion: [completion, {column: planned, measure: plan}]}
    published: known
  - {file: parks.csv, entity: {type: park, id: id}, period: quarter, values: {state: state}}
indicators:
  phase: {kind: category, values: [design, construction, "close-out"]}
  state: {kind: category}
  completion: {kind: date, better: lower}
"""
ROWS = """\
id,quarter,phase,completion,planned,park,first_phase,known
A,2019-Q1,design,2020-06-30,2020-06,P,design,2019-04-10
A,2019-Q2,design,2020/9/30,,P,design,2019-07-10
A,2019-Q3,,2020年12月31日,,P,design,2019-10-10
A,2019-Q4,construction,—,,P,design,2020-01-10
B,2019-Q1,construction,2019-05,,P,,2019-04-10
B,2019-Q2,*,,,P,,2019-07-10
B,2019-Q4,construction,20200131,,P,,2020-01-10
"""
PARKS = "id,quarter,state\nP,2019-Q1,open\nP,2019-Q2,design\nP,2019-Q3,zzz\nP,2019-Q4,construction\n"


@pytest.fixture
def projects(tmp_path: Path) -> Panel:
    return panel(tmp_path, PROJECTS, projects_csv=ROWS, parks_csv=PARKS)


def column(found: Panel, expression: str, entity: str = "A", kind: str = "project") -> list[object]:
    values = found.eval(expression, kind)[entity]
    return [None if pd.isna(value) else str(value.date()) if hasattr(value, "date") else value for value in values]


def test_dates_and_words_are_held_as_numbers(projects: Panel) -> None:
    assert column(projects, "completion") == ["2020-06-30", "2020-09-30", "2020-12-31", None]
    assert column(projects, "completion", "B") == ["2019-05-31", None, None, "2020-01-31"]
    assert column(projects, "completion.plan") == ["2020-06-30"] * 4  # holds for its year
    assert column(projects, "phase", "B") == ["construction", None, None, "construction"]
    assert projects.series["project", "phase", "period"].values.dtype == np.float64
    for reason, where in (("blank", [0, 1, 0, 0]), ("masked", [0, 1, 0, 0]), ("not_reported", [0, 0, 1, 0])):
        expression = f"is_missing({'completion' if reason == 'blank' else 'phase'}, reason='{reason}')"
        assert column(projects, expression, "B") == [bool(one) for one in where]


def test_what_is_said_of_dates(projects: Panel) -> None:
    assert column(projects, "completion - lag(completion, 1)") == [None, 92, 92, None]
    assert column(projects, "completion > lag(last(completion), 1)") == [None, True, True, None]
    assert column(projects, 'completion > completion.plan + "3m"') == [False, False, True, None]
    assert column(projects, "days_until(completion)") == [457, 458, 458, None]
    assert column(projects, "months_since(last(completion))", "B") == [-2, 1, 4, -1]
    assert column(projects, 'happened(completion, by="2019-06")', "B") == [False, False, None, False]
    assert column(projects, "year(first(completion))") == [2020] * 4
    assert column(projects, 'completion if phase == "design" else first(completion)') == [
        "2020-06-30", "2020-09-30", None, "2020-06-30",
    ]  # fmt: skip
    assert column(projects, "last(completion, within=1)", "B") == ["2019-05-31", "2019-05-31", None, "2020-01-31"]


def test_what_is_said_of_words(projects: Panel) -> None:
    assert column(projects, 'phase in ("design", "close-out")') == [True, True, None, False]
    assert column(projects, "phase == lag(last(phase), 1)") == [None, True, None, False]
    assert column(projects, "streak(last(phase) == lag(last(phase), 1))", "B") == [0, 1, 2, 3]
    assert column(projects, 'count(project.phase == "construction")', "P", "park") == [1, 0, None, 2]


def test_words_of_different_lists_are_compared_as_words(projects: Panel) -> None:
    assert column(projects, "phase == park.state") == [False, True, None, True]
    assert column(projects, "phase == first_phase") == [True, True, None, False]
    assert column(projects, "coalesce(phase, park.state)") == ["design", "design", "zzz", "construction"]
    # Where it is not known which of the two holds, they may still agree.
    assert column(projects, "park.state if happened(completion) else phase") == [
        "design",
        "design",
        None,
        "construction",
    ]


def test_a_closed_list_knows_words_that_no_entity_has(projects: Panel) -> None:
    levels = {"yellow": 'phase == "close-out"', "orange": 'phase == "closeout"'}
    rules = {"rules": [{"id": "R", "entity": "project", "levels": levels}]}
    notices = ewarn.evaluate(projects, rules).verdicts[0].compiled.notices
    assert [notice.message for notice in notices] == ["no entity has the value `closeout`"]


def test_a_listed_word_is_no_symbol_for_a_missing_one(tmp_path: Path) -> None:
    yaml = "tables: [{file: a.csv, entity: {type: project, id: id}, period: y, values: {g: g, h: g}}]\n"
    yaml += "indicators: {g: {kind: category, values: [n/a, works]}, h: {kind: category}}\n"
    found = panel(tmp_path, yaml, a_csv="id,y,g\nA,2019,n/a\nA,2020,works\n")
    assert (column(found, "g"), column(found, "h")) == (["n/a", "works"], [None, "works"])


def test_an_alert_prints_dates_and_words(projects: Panel) -> None:
    rule = {
        "id": "SLIP",
        "entity": "project",
        "levels": {"red": 'completion > completion.plan + "2m" and phase == "design"'},
        "explain": {"en": "{completion}, {completion:date}, {phase}, {completion - completion.plan:.0f} days"},
    }
    alert = ewarn.run(projects, rules={"rules": [rule]}, as_of="2019-Q2").alerts[0]
    assert alert.explanation.en == "2020-09-30, 2020-09-30, design, 92 days"
    assert alert.score_parts.depth == 0  # a date has no size to be a share of
    said = {(one.expr, one.value) for one in alert.evidence}
    assert {("completion", "2020-09-30"), ("phase", "design")} <= said
    assert ('completion.plan + "2m"', "2020-08-30") in said
    inputs = {(cell.indicator, cell.measure, cell.value) for one in alert.evidence for cell in one.inputs}
    assert inputs == {
        ("completion", "period", "2020-09-30"), ("completion", "plan", "2020-06-30"), ("phase", "period", "design")
    }  # fmt: skip
    assert [(one.indicator, one.op, one.value, one.now) for one in alert.clears_when or ()] == [
        ("completion", "<=", "2020-08-30", "2020-09-30"),
        ("phase", "==", "construction", "design"),
        ("phase", "==", "close-out", "design"),
    ]


def test_vintages_of_dates_and_words(tmp_path: Path) -> None:
    later = ROWS + "A,2019-Q2,construction,2021-01-31,,P,design,2019-09-01\n"
    found = panel(tmp_path / "all", PROJECTS, projects_csv=later, parks_csv=PARKS)
    assert (column(found, "phase")[1], column(found, "completion")[1]) == ("construction", "2021-01-31")
    before = panel(tmp_path / "then", PROJECTS, "2019-08-31", projects_csv=later, parks_csv=PARKS)
    assert column(before, "completion")[1] == "2020-09-30"
    assert column(before, "phase")[:2] == ["design", "design"]


def test_long_tables_hold_amounts_dates_and_words_in_one_column(tmp_path: Path) -> None:
    yaml = """\
    tables:
      - file: long.csv
        entity: {type: project, id: id}
        period: month
        long: {indicator: what, value: value, unit: unit, measure: measure}
    indicators: {phase: {kind: category}, completion: {kind: date, aliases: [完工日期]}, budget: {kind: stock}}
    """
    rows = "id,month,what,measure,unit,value\nA,2020-01,phase,,,design\nA,2020-01,completion,,,2021-05-31\n"
    rows += "A,2020-01,budget,,万元,12.5\nA,2020-02,phase,,,—\nA,2020-02,完工日期,,,2021-06\n"
    rows += "A,2020-02,completion,plan,,2020-12-31\n"
    found = panel(tmp_path, yaml, long_csv=rows)
    assert column(found, "phase") == ["design", None]
    assert column(found, 'is_missing(phase, reason="not_applicable")') == [False, True]
    assert column(found, "completion") == ["2021-05-31", "2021-06-30"]
    assert column(found, "completion.plan") == [None, "2020-12-31"]
    assert column(found, "budget") == [12.5, None]
    bad = "A,2020-03,budget,,,design\nA,2020-03,completion,,,design\nA,2020-03,phase,ytd,,design\n"
    message = mistakes(tmp_path / "bad", yaml, long_csv=rows + bad)
    for part in ("is not a number", "is not a date", "`phase` is a category: it has no measure `ytd`"):
        assert part in message


def test_frames_and_headings(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "entity": ["A", "A"], "period": pd.to_datetime(["2019-01-20", "2019-01-31"]),
        "phase": ["x", None], "done": pd.to_datetime(["2020-01-31", "2020-02-29"]),
    })  # fmt: skip
    found = ewarn.Panel.from_frame(frame, kinds={"phase": "category", "done": "date"}, frequency="round")
    assert column(found, "done", kind="entity") == ["2020-01-31", "2020-02-29"]
    assert column(found, "phase", kind="entity") == ["x", None]
    with pytest.raises(ewarn.DropError, match="`rounds` is no frequency"):
        ewarn.Panel.from_frame(frame, frequency="rounds")  # type: ignore[arg-type]  # a mistake on purpose
    yaml = "tables:\n  - {file: a.csv, entity: {type: project, id: id}, across: {period: '{year}', indicator: done}}\n"
    yaml += "indicators: {done: {kind: date}}\n"
    wide = panel(tmp_path, yaml, a_csv="id,2021,2020\nA,2022-03-31,2022-01-31\n")
    assert column(wide, "done") == ["2022-01-31", "2022-03-31"]


def cell(name: str, row: str, *says: str, code: str = "EW301") -> Bad:
    """A row `phase,completion`, or several."""
    return Bad(name, code, says, "".join(f"C,2019-Q1,{one}\n" for one in row.split()))


CASES = [
    cell("no such day", "design,2020-02-30", "`2020-02-30` is not a date", "no such day", "2022-09-30"),
    cell(
        "no such month", "design,2022-13-40",
        "`2022-13-40` is not a date", "firms.csv:2, column completion  (C, 2019-Q1, completion)",
        "months run from 01 to 12", "under `missing:`",
    ),
    cell("words for a date", "design,待定", "`待定` is not a date", "list `待定` under `missing:`"),
    cell("a date as a number", "design,44626", "`44626` is not a date", "format the column as dates"),
    cell(
        "a word that is none", "desing,", "`desing` is none of the values of `phase`",
        "design, construction, close-out", "did you mean `design`?",
    ),
    cell("another word", "finished,", "`finished` is none of the values of `phase`", "add it to the `values:`"),
    cell(
        "two dates for one cell", "design,2020-01-01 design,2020-01-02",
        "two values for C, 2019-Q1, completion: `2020-01-01` and `2020-01-02`", code="EW303",
    ),
    cell(
        "two words for one cell", "design, close-out,",
        "two values for C, 2019-Q1, phase: `design` and `close-out`", code="EW303",
    ),
]  # fmt: skip


@pytest.mark.parametrize("bad", CASES, ids=[bad.name for bad in CASES])
def test_each_mistake_in_a_cell_has_one_message(bad: Bad, tmp_path: Path) -> None:
    yaml = "frequency: Q\ntables:\n  - file: firms.csv\n    entity: {type: project, id: id}\n    period: quarter\n"
    yaml += "    values: {phase: phase, completion: completion}\nindicators:\n  completion: {kind: date}\n"
    yaml += '  phase: {kind: category, values: [design, construction, "close-out"]}\n'
    files = {"firms_csv": f"id,quarter,phase,completion\n{bad.rows}"}
    complains(Bad(bad.name, bad.code, bad.says, yaml=yaml, files=files), tmp_path)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("completion + 1", "a date moves by a duration"),
        ("completion * 2", "a date moves by a duration"),
        ("completion + completion", "a date moves by a duration"),
        ("-completion", "a number was expected"),
        ("completion > 5", "a date was expected"),
        ('completion > "soon"', "`soon` does not fit here"),
        ("phase + 1", "a number was expected"),
        ("phase - phase", "a number was expected"),
        ('phase > "design"', "a category has no order"),
        ("phase == completion", "a category was expected"),
        ("yoy(completion)", "a number was expected"),
        ("rolling_mean(completion, 2)", "a number was expected"),
        ("diff(completion)", "a number was expected"),
        ("increment(completion)", "`increment` takes an amount"),
        ("full_year(phase)", "`full_year` takes an amount"),
        ("progress(completion)", "`progress` takes an amount"),
        ("completion.ytd", "the drop has no `completion.ytd`"),
        ("max(completion, phase)", "a number was expected"),
    ],
)
def test_arithmetic_with_dates_and_words_is_refused(projects: Panel, expression: str, says: str) -> None:
    with pytest.raises(RuleError, match=says) as caught:
        projects.eval(expression, "project")
    assert len(caught.value.diagnostics) == 1


def test_tests_of_rules_give_dates_and_words(tmp_path: Path) -> None:
    levels = 'completion > lag(last(completion), 1) and phase == "works"'
    (tmp_path / "p.yaml").write_text(f"rules: [{{id: R, entity: project, levels: {{red: '{levels}'}}}}]\n")
    tests = "from: 2020-01\nindicators: {completion: {kind: date}, phase: {kind: category}}\ntests:\n  R:\n"
    tests += "    - {name: a, given: {completion: 2020-06 2020-06-30 _ 2020-07-31, phase: worksx4}, "
    tests += "expect: unknown clear unknown red}\n"
    (tmp_path / "p.test.yaml").write_text(tests.replace("worksx4", "works works works works"))
    (suite,) = ewarn.run_tests(str(tmp_path / "p.yaml")).suites
    assert [test.passed for test in suite.tests] == [True]
