"""`calendars:` of drop.yaml, as `during()` sees them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drop_files import mistakes, panel
from ewarn.errors import RuleError
from ewarn.panel import Panel

DROP = """\
tables:
  - {file: firms.csv, entity: {type: firm, id: firm}, period: month, values: {x: x}}
calendars:
"""
FIRMS = "firm,month,x\n" + "".join(f"a,2022-{month:02d},1\n" for month in range(1, 13))


def during(drop: Panel, name: str) -> list[int]:
    """The months that have a day of the calendar."""
    (row,) = drop.eval(f"during('{name}')").T.to_numpy().tolist()
    return [number for number, held in enumerate(row, 1) if held]


def test_days_months_and_stretches(tmp_path: Path) -> None:
    drop = panel(
        tmp_path,
        DROP
        + """\
  typhoon: [2022-08-25, {from: 2022-07-30, to: 2022-08-02}]
  拉闸: {from: 2022-11, to: 2022-12-01}
  strike: 2022-Q2
  ever: 2022
  spring_festival: 2022-06
""",
        firms_csv=FIRMS,
    )
    assert during(drop, "typhoon") == [7, 8]
    assert during(drop, "拉闸") == [11, 12]
    assert during(drop, "strike") == [4, 5, 6]
    assert during(drop, "ever") == list(range(1, 13))
    assert during(drop, "spring_festival") == [6], "the drop's own goes before the shipped one"
    assert during(drop, "春节") == [1, 2]


def test_in_a_file(tmp_path: Path) -> None:
    yaml = DROP + "  演练: {file: days.csv, from: 开始, to: 结束}\n  first: {file: days.csv, from: 开始}\n"
    days = "开始,结束,何事\n2022-03-30,2022-05-01,a\n2022年9月10日,,b\n,,\n".encode("gb18030")
    drop = panel(tmp_path, yaml, firms_csv=FIRMS, days_csv=days)
    assert during(drop, "演练") == [3, 4, 5, 9]
    assert during(drop, "first") == [3, 9]


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 70)), max_size=6), st.sampled_from("MQ"))
def test_like_a_loop_over_days(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, int]], freq: str
) -> None:
    start = date(2021, 6, 1)
    days = [(start + timedelta(a), start + timedelta(a + length)) for a, length in drawn]
    listed = ", ".join(f"{{from: {a}, to: {b}}}" for a, b in days) or "1999"
    drop = panel(tmp_path_factory.mktemp("d"), f"{DROP}  own: [{listed}]\n", firms_csv=FIRMS)
    every = {a + timedelta(n) for a, b in days for n in range((b - a).days + 1)}
    months = {day.month for day in every if day.year == 2022}
    if freq == "Q":
        drop = panel(
            tmp_path_factory.mktemp("d"),
            f"{DROP}  own: [{listed}]\n",
            firms_csv="firm,month,x\na,2022Q1,1\na,2022Q2,1\na,2022Q3,1\na,2022Q4,1\n",
        )
        months = {(month + 2) // 3 for month in months}
    assert during(drop, "own") == sorted(months)


def test_mistakes_are_told_together(tmp_path: Path) -> None:
    says = mistakes(tmp_path, DROP + "  f: {from: 2022-01-01, until: 2022-01-02}\n", firms_csv=FIRMS)
    assert "unknown key `until`" in says
    says = mistakes(
        tmp_path,
        DROP
        + """\
  a: [2022-02-30, {from: 2022-09-01, to: 2022-08-31}, soon]
  b: {file: day.csv, from: day}
  c: {file: days.csv, from: start, to: end}
  d: {file: days.csv, from: day}
  e: {file: ../days.csv, from: day}
  ａ: 2022
""",
        firms_csv=FIRMS,
        days_csv="start,end\n2022-03-04,2022-03-01\nsoon,\n,2022-03-01\n",
    )
    for part in (
        "`2022-02-30` is not a day",
        "`2022-08-31` lies before `2022-09-01`",
        "`soon` is not a day",
        "there is no file `day.csv`",
        "the last day lies before the first\n --> days.csv:2, column end",
        "`soon` is not a day\n --> days.csv:3, column start",
        "a last day without a first one\n --> days.csv:4, column start",
        "`days.csv` has no column `day`",
        "`../days.csv` lies outside the drop",
        "two calendars are called `a`",
    ):
        assert part in says


def test_an_unknown_calendar(tmp_path: Path) -> None:
    drop = panel(tmp_path, DROP + "  typhoon: 2022-08\n", firms_csv=FIRMS)
    with pytest.raises(RuleError, match=r"unknown calendar `typhon`[^?]*did you mean `typhoon`\?"):
        during(drop, "typhon")
