"""Events that become flows: a row for each visit, a number for each month."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ewarn
from drop_files import mistakes, panel
from ewarn.panel import Panel

VISITS = """\
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm}
    period: month
    values: {output: {column: output, unit: 万元}}
  - file: visits.csv
    entity: {type: enterprise, id: firm}
    events:
      date: visited_on
      flows: {visits: count, agencies: {distinct: agency, per: Q}}
"""
ROWS = """\
firm,visited_on,agency
A,2022-01-05,税务
A,2022年1月31日,税务
A,2022-02-01,消防
B,2022-04-10,
A,2022-04-11,税务
"""
FIRMS = "firm,month,output\n" + "".join(f"{firm},2022-{month:02d},1\n" for firm in "ABC" for month in range(1, 7))


def cells(found: Panel, name: str) -> list[list[float | None]]:
    frame = found.eval(name, entity="enterprise")
    return [[None if np.isnan(value) else value for value in row] for row in frame.to_numpy()]


def test_events_are_counted_and_none_is_a_zero(tmp_path: Path) -> None:
    found = panel(tmp_path, VISITS, firms_csv=FIRMS, visits_csv=ROWS)
    assert found.types["enterprise"].ids == ("A", "B", "C")
    assert cells(found, "visits") == [[2, 0, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert found.series["enterprise", "agencies", "period"].values.tolist() == [[2, 0, 0], [1, 0, 0]]
    assert (found.indicators["visits"].kind, found.series["enterprise", "agencies", "period"].freq) == ("flow", "Q")
    assert str(found.as_of) == "2022-06"


def test_evidence_is_the_first_event_of_the_period(tmp_path: Path) -> None:
    found = panel(tmp_path, VISITS, firms_csv=FIRMS, visits_csv=ROWS)
    [source] = found.series["enterprise", "visits", "period"].sources
    assert source.rows[:, :2].tolist() == [[2, 0], [4, 0], [0, 0], [6, 5], [0, 0], [0, 0]]
    rules = "{rules: [{id: R, entity: enterprise, levels: {red: visits >= 2}}]}"
    [alert] = ewarn.run(found, rules=rules, as_of="2022-01").alerts
    assert (alert.entity, alert.evidence[0].inputs[0].source.line) == ("A", 2)


def test_what_is_not_covered_is_unknown(tmp_path: Path) -> None:
    rows = "firm,visited_on,agency\nA,2022-02-03,税务\n"
    found = panel(tmp_path, VISITS, firms_csv=FIRMS.replace("2022-06", "2022-05"), visits_csv=rows)
    assert [row[0] for row in cells(found, "visits")] == [None, 1, 0, 0, 0]
    # neither the quarter in which the table begins nor the one that is not over
    assert np.isnan(found.series["enterprise", "agencies", "period"].values).all()


def test_targets_do_not_stretch_what_is_covered(tmp_path: Path) -> None:
    yaml = (
        VISITS
        + """\
  - file: plan.csv
    entity: {type: enterprise, id: firm}
    period: month
    values: {output: {column: plan, measure: plan, unit: 万元}}
"""
    )
    found = panel(tmp_path, yaml, firms_csv=FIRMS, visits_csv=ROWS, plan_csv="firm,month,plan\nA,2022-12,3\n")
    assert [row[0] for row in cells(found, "visits")] == [2, 1, 0, 1, 0, 0, *[None] * 6]
    assert str(found.as_of) == "2022-06"


def test_years_run_from_the_month_in_which_they_begin(tmp_path: Path) -> None:
    yaml = "fiscal_year_start: 4\n" + VISITS.replace("per: Q", "per: A")
    rows = "firm,visited_on,agency\nA,2021-04-05,a\nA,2022-03-05,b\nA,2022-04-01,c\n"
    firms = FIRMS + "A,2021-04,1\nA,2023-03,1\n"
    found = panel(tmp_path, yaml, firms_csv=firms, visits_csv=rows)
    series = found.series["enterprise", "agencies", "period"]
    assert dict(zip(found.calendars["A"].labels, series.values[:, 0].tolist(), strict=True)) == {"2021": 2, "2022": 1}


def test_events_known_by_a_day(tmp_path: Path) -> None:
    found = panel(tmp_path, VISITS, known_at="2022-03-15", firms_csv=FIRMS, visits_csv=ROWS)
    assert cells(found, "visits") == [[2, 0, 0], [1, 0, 0]]


EVENTS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(1, 9), st.integers(1, 28), st.sampled_from(["x", "y", ""]))
)


@settings(max_examples=25)
@given(EVENTS.filter(bool), st.integers(1, 9))
def test_as_loops_would_count_and_without_looking_ahead(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int, int, str]], cut: int
) -> None:
    def read(last: int) -> dict[tuple[str, str], float]:
        kept = [event for event in events if event[1] <= last]
        lines = [f"{firm},2022-{month:02d}-{day:02d},{word}" for firm, month, day, word in kept]
        firms = [f"{firm},2022-{month:02d},1" for firm in "ABC" for month in range(1, last + 1)]
        found = panel(
            tmp_path_factory.mktemp("drop"),
            VISITS,
            firms_csv="\n".join(["firm,month,output", *firms, ""]),
            visits_csv="\n".join(["firm,visited_on,agency", *lines, ""]),
        )
        frame = found.eval("visits", entity="enterprise")
        return {(firm, str(month)): frame.loc[month, firm] for firm in frame for month in frame.index}

    first = min(month for _, month, _, _ in events)
    counts = Counter((firm, f"2022-{month:02d}") for firm, month, _, _ in events)
    whole = read(9)
    for (firm, month), value in whole.items():
        assert np.isnan(value) if int(month[5:]) < first else value == counts[firm, month]
    if first <= cut:
        assert all(np.array_equal(value, whole[key], equal_nan=True) for key, value in read(cut).items())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("date: visited_on", "date: day", "has no column `day`"),
        ("distinct: agency", "distinct: office", "has no column `office`"),
        ("visits: count", "visits: sum", "`sum` is no way to count"),
        ("visits: count", "1-本月: count", "cannot be the name of an indicator"),
        ("per: Q", "per: D", "must be one of M, Q, A"),
        ("    events:", "    frequency: A\n    events:", "`per: Q` is finer than the table, which has years"),
        ("    events:", "    period: visited_on\n    events:", "a table has `period` or `events`"),
        ("    events:", "    values: {x: agency}\n    events:", "this one has `values` and `events`"),
        ("visits: count", "output: count", "`output` of enterprise is counted here and given elsewhere too"),
        ("      date: visited_on\n", "", "`date` is missing"),
    ],
)
def test_mistakes(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in VISITS
    assert message in mistakes(tmp_path, VISITS.replace(old, new), firms_csv=FIRMS, visits_csv=ROWS)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A,,税务", "a row without a period\n --> visits.csv:7, column visited_on"),
        ("A,2022-13-01,税务", "months run from 01 to 12"),
        (",2022-03-01,税务", "a row without an id"),
    ],
)
def test_mistakes_in_rows(row: str, message: str, tmp_path: Path) -> None:
    assert message in mistakes(tmp_path, VISITS, firms_csv=FIRMS, visits_csv=f"{ROWS}{row}\n")
