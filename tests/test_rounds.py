"""Reporting rounds: periods that are dates, at whatever distance from each other."""

from __future__ import annotations

from pathlib import Path

import pytest

import ewarn
from drop_files import Bad, complains, known, panel, write
from ewarn.errors import RuleError, UsageError
from ewarn.panel import Panel

PROJECTS = """\
frequency: round
tables:
  - file: projects.csv
    entity: {type: project, id: id}
    period: reported
    values:
      budget: budget
      spent: [{column: spent, measure: ytd}, {column: goal, measure: target}]
indicators:
  budget: {kind: stock}
  spent: {kind: flow}
"""
ROWS = """\
id,reported,budget,spent,goal
A,2019-01-20,10,9,40
B,2019-01-20,50,,
A,2019-02-28,12,3,40
A,2019-08-01,12,11,40
B,2019-08-01,49,5,
A,2020-02-28,15,2,50
B,2020-02-28,49,4,
"""
MIXED = f"""{PROJECTS}  workers: {{kind: stock}}
"""


@pytest.fixture
def projects(tmp_path: Path) -> Panel:
    return panel(tmp_path, PROJECTS, projects_csv=ROWS)


def column(found: Panel, expression: str, entity: str = "A") -> list[object]:
    return [None if value != value else value for value in found.eval(expression, "project")[entity].tolist()]


def test_rounds_are_the_dates_of_all_tables_in_order(tmp_path: Path) -> None:
    shuffled = "id,reported,budget,spent,goal\n" + "".join(sorted(ROWS.splitlines(keepends=True)[1:], reverse=True))
    other = "reported,budget,spent,goal,id\n2019年3月5日,7,,,C\n2019/8/1,8,,,C\n20200228,9,,,C\n2019-09,10,,,C\n"
    second = PROJECTS.split("tables:\n")[1].split("indicators:", maxsplit=1)[0].replace("projects.csv", "other.csv")
    yaml = PROJECTS.replace("indicators:", f"{second}indicators:")
    found = panel(tmp_path, yaml, projects_csv=shuffled, other_csv=other)
    calendar = found.calendars["round"]
    assert calendar.labels == ("2019-01-20", "2019-02-28", "2019-03-05", "2019-08-01", "2019-09-30", "2020-02-28")
    assert known(found, "budget") | {("B", ""): 0} == {
        ("A", "2019-01-20"): 10, ("A", "2019-02-28"): 12, ("A", "2019-08-01"): 12, ("A", "2020-02-28"): 15,
        ("B", "2019-01-20"): 50, ("B", "2019-08-01"): 49, ("B", "2020-02-28"): 49, ("B", ""): 0,
        ("C", "2019-03-05"): 7, ("C", "2019-08-01"): 8, ("C", "2019-09-30"): 10, ("C", "2020-02-28"): 9,
    }  # fmt: skip
    assert list(found.types["project"].since) == [17916, 17916, 17960]
    assert str(found.as_of) == "2020-02-28"


def test_steps_are_rounds_and_durations_go_by_the_calendar(projects: Panel) -> None:
    assert column(projects, "lag(budget, 2)") == [None, None, 10, 12]
    assert column(projects, 'lag(budget, "6m")') == [None, None, 10, 12]  # 2019-02-01 and 2019-08-28 have passed
    assert column(projects, 'lag(budget, "1y")') == [None, None, None, 12]
    assert column(projects, 'lag(budget, "39d")') == [None, 10, 12, 12]
    assert column(projects, 'lag(budget, "40d")') == [None, None, 12, 12]
    assert column(projects, 'pct_change(budget, "1y")') == [None, None, None, 0.25]
    assert column(projects, "streak(diff(budget) >= 0)") == [0, 1, 2, 3]
    assert column(projects, "streak(diff(budget) >= 0)", "B") == [0, 0, 0, 1]
    assert column(projects, "streak(budget <= lag(last(budget), 1), bridge=1)", "B") == [0, 0, 1, 2]


def test_a_year_that_began_between_two_rounds_resets_what_is_cumulated(projects: Panel) -> None:
    assert column(projects, "spent.ytd") == [9, 3, 11, 2]
    assert column(projects, "diff(spent.ytd)") == [None, -6, 8, 2]
    assert column(projects, "spent.ytd / spent.target") == [9 / 40, 3 / 40, 11 / 40, 2 / 50]


def test_days_are_counted_from_the_reporting_date(tmp_path: Path) -> None:
    people = "id,signed\nA,2019-01-31\nB,2019-06-15\n"
    people_table = "  - {file: people.csv, entity: {type: project, id: id, attributes: [signed]}}\nindicators:"
    found = panel(tmp_path, PROJECTS.replace("indicators:", people_table), projects_csv=ROWS, people_csv=people)
    assert column(found, "days_since(signed)") == [-11, 28, 182, 393]
    assert column(found, "months_since(signed)") == [-1, 1, 6, 12]  # Feb 28th is a month's last
    assert column(found, "months_since(signed)", "B") == [-5, -4, 1, 8]
    assert column(found, "happened(signed)", "B") == [False, False, True, True]
    assert column(found, "month()") == [1, 2, 8, 2]


@pytest.mark.parametrize(
    "expression",
    ["yoy(budget)", "elapsed()", "elapsed(spent)", 'elapsed(per="Q")', "periods_left()", "days_in_period()",
     "projected(spent)", "full_year(budget)", "spent", "spent.qtd", "rolling_sum(budget, '1y')",
     "deaccumulate(spent.ytd)", "growth(project.budget)", "pull(budget)", "slope(budget, '1y')"],
)  # fmt: skip
def test_what_needs_months_is_refused(projects: Panel, expression: str) -> None:
    with pytest.raises(RuleError) as caught:
        projects.eval(f"{expression}", "project")
    assert [one.code for one in caught.value.diagnostics] == ["EW109"]
    assert "reporting date" in str(caught.value) or "no round" in str(caught.value)


def test_rounds_and_months_meet_through_last(tmp_path: Path) -> None:
    monthly = "  - {file: m.csv, frequency: M, entity: {type: project, id: id}, period: p, values: {workers: n}}\n"
    yaml = MIXED.replace("indicators:", f"{monthly}indicators:")
    rows = "id,p,n\n" + "".join(f"A,2019-{month:02d},{month}\n" for month in range(1, 13))
    found = panel(tmp_path, yaml, projects_csv=ROWS, m_csv=rows)
    assert found.frequency == "round"
    both = panel(tmp_path / "both", yaml.replace("frequency: round\ntables", "tables").replace(
        "period: reported", "period: reported\n    frequency: round"), projects_csv=ROWS, m_csv=rows)  # fmt: skip
    assert (both.frequency, str(both.as_of)) == ("M", "2019-12")
    each = [{"id": "M", "levels": {"red": "workers > 0"}}, {"id": "R", "levels": {"red": "budget > 0"}}]
    for as_of, newest in ((None, ("2019-12", "2020-02-28")), ("2019-08-01", ("2019-07", "2019-08-01"))):
        report = ewarn.run(both, rules={"rules": each}, as_of=as_of)
        assert {(alert.rule, alert.period) for alert in report.alerts if alert.entity == "A"} == {
            ("M", newest[0]), ("R", newest[1]),
        }  # fmt: skip
    assert column(found, "budget + last(workers)") == [None, 14, 19, 27]  # the newest month that is over by then
    with pytest.raises(RuleError, match=r"write last\(workers\), the newest by then"):
        ewarn.evaluate(found, {"rules": [{"id": "R", "frequency": "round", "levels": {"red": "workers < budget"}}]})
    months = ewarn.evaluate(found, {"rules": [{"id": "R", "levels": {"red": "workers < last(budget)"}}]}).to_frame()
    assert set(months[months.entity == "A"].period) == {f"2019-{month:02d}" for month in range(1, 12)}


def test_a_rule_for_rounds_is_left_out_where_there_are_none(tmp_path: Path) -> None:
    found = panel(tmp_path, PROJECTS.replace("round", "M"), projects_csv=ROWS)
    report = ewarn.run(found, rules={"rules": [{"id": "R", "frequency": "round", "levels": {"red": "budget > 0"}}]})
    assert not report.alerts
    assert report.coverage[0].note == "not run: the drop has no `round`"


def test_shipped_rules_that_need_months_are_left_out(tmp_path: Path) -> None:
    yaml = PROJECTS.replace("project", "enterprise").replace("budget: budget", "output: budget")
    found = panel(tmp_path, yaml.replace("budget: {kind: stock}", "output: {kind: flow}"), enterprises_csv=ROWS)
    report = ewarn.run(found, rules="basics")
    notes = {row.note for row in report.coverage if row.entity_type == "enterprise"}
    assert "not run: the drop has no `months`" in notes
    own = {"rules": [{"id": "R", "levels": {"red": "yoy(output) < 0"}}]}
    with pytest.raises(RuleError, match="`yoy` needs months, quarters or years"):
        ewarn.run(found, rules=["basics", own])


def test_the_newest_round_judged(projects: Panel) -> None:
    rules = {"rules": [{"id": "R", "levels": {"red": "budget > 11"}}]}
    for text in ("2019-08-01", "2019-08", "2019", "2019-Q3", "2019/8/1"):
        report = ewarn.run(projects, rules=rules, as_of=text)
        assert (report.as_of, {alert.period for alert in report.alerts}) == ("2019-08-01", {"2019-08-01"})
        assert {alert.entity: (alert.since, alert.periods) for alert in report.alerts} == {
            "A": ("2019-02-28", 2), "B": ("2019-08-01", 1),
        }  # fmt: skip
    for text, says in (
        ("2019-08-02", "no data of that period"),
        ("2019-05", "2019-01-20 to"),
        ("2019-13-01", "01 to 12"),
    ):
        with pytest.raises(UsageError, match=says):
            ewarn.run(projects, rules=rules, as_of=text)


def test_a_report_counts_from_the_day_after_it(tmp_path: Path) -> None:
    yaml = PROJECTS.replace(", {column: goal, measure: target}", "")  # a target counts before its date
    for day, last in (("2019-08-01", "2019-02-28"), ("2019-08-02", "2019-08-01")):
        assert panel(tmp_path / day, yaml, day, projects_csv=ROWS).calendars["round"].labels[-1] == last
    due = yaml.replace("budget: {kind: stock}", "budget: {kind: stock, due: 10}")
    for day, there in (("2019-09-09", False), ("2019-09-10", True)):
        found = panel(tmp_path / day, due, day, projects_csv=ROWS)
        assert (("A", "2019-08-01") in known(found, "budget")) is there


def test_a_report_across_the_columns(tmp_path: Path) -> None:
    yaml = "tables:\n  - file: wide.csv\n    entity: {type: project, id: id}\n"
    yaml += "    across: {period: '{year}年{month}月{day}日', indicator: budget}\nindicators: {budget: {kind: stock}}\n"
    found = panel(tmp_path, yaml, wide_csv="id,2019年8月1日,2019年2月28日\nA,3,4\n")
    assert known(found, "budget") == {("A", "2019-02-28"): 4, ("A", "2019-08-01"): 3}


CASES = [
    Bad("a day that does not exist", "EW302", ("`2019-02-30` is not a reporting date", ":2", "no such day")),
    Bad("a month that does not exist", "EW302", ("`2022-13-40` is not a reporting date", "months run from 01 to 12")),
    Bad("no day at all", "EW302", ("`soon` is not a reporting date", "a day like 2022-09-30")),
    Bad("a day as a number", "EW302", ("`44626` is not a reporting date", "a day as Excel numbers them")),
    Bad("a day beyond all years", "EW302", ("`0022-09-01` is not a reporting date", "years run from 1000 to 2999")),
    Bad("a quarter", "EW307", ("`2019-Q3` is a quarter in a table of reporting dates",)),
    Bad("a year", "EW307", ("`2019` is a year in a table of reporting dates",)),
]


@pytest.mark.parametrize("bad", CASES, ids=[bad.name for bad in CASES])
def test_each_mistake_in_a_date_has_one_message(bad: Bad, tmp_path: Path) -> None:
    text = bad.says[0].split("`")[1]
    files = {"projects_csv": f"id,reported,budget,spent,goal\nA,{text},1,2,3\nA,2019-08-01,1,2,3\n"}
    complains(Bad(bad.name, bad.code, bad.says, yaml=PROJECTS, files=files), tmp_path)


def test_two_reports_of_one_day_contradict_each_other(tmp_path: Path) -> None:
    with pytest.raises(ewarn.DropError, match="two values for A, 2019-08-01, budget: `12` and `13`"):
        ewarn.load(write(tmp_path, PROJECTS, projects_csv=ROWS + "A,2019-08-01,13,11,40\n"))
