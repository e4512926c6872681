"""Periods, frequencies, vintages: when things are, and when they were known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from drop_files import FIRMS, known, panel, same, words
from ewarn.panel import Panel, Reason

MIXED = """\
fiscal_year_start: 4
tables:
  - {file: m.csv, entity: {type: park, id: id}, period: when, values: {output: v}}
  - {file: q.csv, entity: {type: park, id: id}, period: when, values: {output: {column: v, measure: quarter}}}
  - file: a.csv
    frequency: A
    entity: {type: park, id: id}
    period: when
    values: {output: {column: v, measure: target}}
"""


def test_each_frequency_has_one_calendar(tmp_path: Path) -> None:
    found = panel(
        tmp_path,
        MIXED,
        m_csv="id,when,v\nA,2022-11,1\nA,2023-02,2\n",
        q_csv="id,when,v\nA,2022-Q3,3\nA,2022年4季度,4\n",
        a_csv="id,when,v\nA,2021,5\nA,2023,6\nA,2024-03-31,7\n".replace("A,2023,6\n", ""),
    )
    assert found.frequency == "M"
    labels = {freq: calendar.labels for freq, calendar in found.calendars.items()}
    assert labels == {
        "M": ("2022-11", "2022-12", "2023-01", "2023-02"),
        "Q": ("2022-Q3", "2022-Q4"),
        "A": ("2021", "2022", "2023"),
    }
    assert {calendar.fiscal_year_start for calendar in found.calendars.values()} == {4}
    assert known(found, "output", "target") == {("A", "2021"): 5, ("A", "2023"): 7}  # March belongs to the year before
    assert str(found.as_of) == "2023-02"


@pytest.mark.parametrize("frequency", ["M", "Q"])
def test_the_drops_frequency_has_a_calendar_without_data_of_it(frequency: str, tmp_path: Path) -> None:
    yearly = FIRMS.replace("frequency: M\n", "").replace("    period", "    frequency: A\n    period")
    yaml = f"frequency: {frequency}\n" + yearly
    found = panel(tmp_path, yaml, firms_csv="firm,month,output\nA,2021,1\nA,2022,2\n")
    assert found.frequency == frequency
    assert found.calendars[found.frequency].labels[0][:4] == "2021"
    assert len(found.calendars[found.frequency]) == {"M": 24, "Q": 8}[frequency]
    assert str(found.as_of) in ("2022-12", "2022-Q4")


@pytest.mark.parametrize(
    "text",
    [
        "2022-09",
        "2022-9",
        "202209",
        "2022/09",
        "2022.9",
        "2022年9月",
        "2022-09-30",
        "２０２２-０９",
        "2022-09-30 00:00:00",
    ],
)
def test_ways_to_write_a_month(text: str, tmp_path: Path) -> None:
    assert known(panel(tmp_path, firms_csv=f"firm,month,output\nA,{text},1\n"), "output") == {("A", "2022-09"): 1}


VINTAGES = FIRMS.replace("period: month", "period: month\n    published: day").replace(
    "id: firm}", "id: firm, attributes: [size]}"
)
EDITIONS = """\
firm,month,output,size,day
A,2022-08,10,大,2022-09-10
A,2022-08,12,大,2022-10-10
A,2022-08,,大,2022-11-10
A,2022-09,20,,2022-10-10
B,2022-09,*,小,2022-10-12
B,2022-09,5,小,2022-11-10
C,2022-10,7,,2022-11-10
"""


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        (None, {("A", "2022-08"): 12, ("A", "2022-09"): 20, ("B", "2022-09"): 5, ("C", "2022-10"): 7}),
        ("2022-11-10", {("A", "2022-08"): 12, ("A", "2022-09"): 20, ("B", "2022-09"): 5, ("C", "2022-10"): 7}),
        ("2022-11-09", {("A", "2022-08"): 12, ("A", "2022-09"): 20}),
        ("2022-10-09", {("A", "2022-08"): 10}),
    ],
)
def test_the_newest_vintage_by_then_holds(known_at: str | None, expected: dict[object, float], tmp_path: Path) -> None:
    found = panel(tmp_path, VINTAGES, known_at, firms_csv=EDITIONS)
    assert known(found, "output") == expected


def test_a_symbol_is_a_statement_and_a_blank_is_none(tmp_path: Path) -> None:
    series = panel(tmp_path, VINTAGES, "2022-11-01", firms_csv=EDITIONS).series["enterprise", "output", "period"]
    assert series.reasons is not None
    assert series.reasons[1].tolist() == [0, Reason.MASKED]
    assert series.sources[0].rows.tolist() == [[3, 0], [5, 6]]


@pytest.mark.parametrize("day", ["2022-09-10", "2022-10-10", "2022-10-20", "2022-11-10"])
def test_known_at_is_the_drop_as_it_stood(day: str, tmp_path: Path) -> None:
    rows = EDITIONS.splitlines(keepends=True)
    stood = "".join([rows[0], *(row for row in rows[1:] if row.strip().rpartition(",")[2] <= day)])
    same(
        panel(tmp_path / "all", VINTAGES, day, firms_csv=EDITIONS),
        panel(tmp_path / "then", VINTAGES, firms_csv=stood),
    )


def test_vintages_in_two_tables(tmp_path: Path) -> None:
    yaml = VINTAGES + VINTAGES[VINTAGES.index("  - file") :].replace("firms.csv", "more.csv")
    more = (
        "firm,month,output,size,day\nA,2022-08,11,大,2022-09-20\nA,2022-09,21,,2022-10-11\nB,2022-08,1,小,2022-10-11\n"
    )
    found = panel(tmp_path, yaml, firms_csv=EDITIONS, more_csv=more)
    assert known(found, "output") == {
        ("A", "2022-08"): 12, ("A", "2022-09"): 21, ("B", "2022-08"): 1, ("B", "2022-09"): 5, ("C", "2022-10"): 7,
    }  # fmt: skip
    at = found.series["enterprise", "output", "period"]
    assert {holder(found, row, entity) for row, entity in zip(*np.nonzero(~np.isnan(at.values)), strict=True)} == {
        ("firms.csv", 3), ("more.csv", 3), ("more.csv", 4), ("firms.csv", 7), ("firms.csv", 8),
    }  # fmt: skip


def holder(found: Panel, row: int, entity: int) -> tuple[str, int]:
    """The first source with a row there, as `Series` says."""
    for source in found.series["enterprise", "output", "period"].sources:
        if source.rows[row, entity]:
            return source.table.file, int(source.rows[row, entity])
    raise AssertionError("no source")


DUE = """\
frequency: M
tables:
  - file: m.csv
    entity: {type: firm, id: id, attributes: [size]}
    period: when
    values: {output: output, profit: profit, goal: {column: goal, measure: target}}
indicators: {profit: {due: 27}, output: {due: 31}, goal: {kind: flow}}
"""
MONTHS = "id,when,output,profit,goal,size\nA,2022-01,1,2,9,小\nA,2022-02,3,4,9,大\nA,2022-03,5,6,9,大\n"


def test_due_stands_in_for_a_day_of_publication(tmp_path: Path) -> None:
    found = panel(tmp_path, DUE, "2022-02-27", m_csv=MONTHS)
    assert known(found, "profit") == {("A", "2022-01"): 2}
    assert known(found, "output") == {}  # the 31st of February is its last day
    assert known(found, "goal", "target") == {("A", f"2022-0{month}"): 9 for month in (1, 2, 3)}
    profit = found.series["firm", "profit", "period"].reasons
    assert profit is not None
    assert profit.tolist() == [[0], [Reason.NOT_DUE], [Reason.NOT_DUE]]
    assert known(panel(tmp_path, DUE, "2022-02-28", m_csv=MONTHS), "output") == {("A", "2022-01"): 1}


def test_without_due_a_value_is_known_once_its_period_is_over(tmp_path: Path) -> None:
    yaml = FIRMS.replace("id: firm}", "id: firm, attributes: [size]}")
    rows = "firm,month,output,size\nA,2022-01,1,小\nA,2022-02,2,大\n"
    found = panel(tmp_path, yaml, "2022-02-28", firms_csv=rows)
    assert known(found, "output") == {("A", "2022-01"): 1}
    assert found.calendars["M"].labels == ("2022-01",)
    assert words(found, "enterprise", "size") == {("A", None): "小"}
    assert len(known(panel(tmp_path, yaml, "2022-03-01", firms_csv=rows), "output")) == 2


def test_nothing_known_yet(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nothing in the drop had been published by 2021-01-01"):
        panel(tmp_path, FIRMS, "2021-01-01", firms_csv="firm,month,output\nA,2022-01,1\n")


def test_january_of_the_catalogue_gives_way_to_data(tmp_path: Path) -> None:
    yaml = FIRMS.replace("{output: {column: output, unit: 万元}}", "{industrial_output: output}")
    without = panel(tmp_path / "a", yaml, firms_csv="firm,month,output\nA,2022-01,\nA,2022-02,1\n")
    having = panel(tmp_path / "b", yaml, firms_csv="firm,month,output\nA,2022-01,1\nA,2022-02,1\n")
    said = panel(tmp_path / "c", yaml + "indicators: {industrial_output: {january: none}}\n",
                 firms_csv="firm,month,output\nA,2022-01,1\nA,2022-02,1\n")  # fmt: skip
    januaries = [found.indicators["industrial_output"].january for found in (without, having, said)]
    assert januaries == ["none", "merged", "none"]
