"""Measures, derived figures, other frequencies and dates, against the naive reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from naive.compare import agree
from naive.sheet import Sheet
from naive.worlds import Want, sheets

FEW = settings(max_examples=5)
JANUARIES = ("separate", "none", "merged")
YEARS = (1, 1, 4, 7)


def on(panel: object, text: str) -> None:
    @FEW
    @given(panel)
    def check(sheet: Sheet) -> None:
        agree(sheet, text)

    check()


@pytest.mark.parametrize(
    "text",
    ["x.ytd", "x.qtd", "x.quarter", "lag(x.ytd, 1)", "lag(x.ytd, '1y')", "diff(x.ytd)", "yoy(x.ytd)", "x.ytd / x"],
)
def test_sums_of_single_periods(text: str) -> None:
    on(sheets([Want("x")], january=JANUARIES, year_starts=YEARS), text)


@pytest.mark.parametrize(
    "text", ["x", "x.ytd", "yoy(x)", "streak(x > 2) >= 2", "lag(x.ytd, 2)", "diff(x.ytd)", "slope(x.ytd, 3)", "x.qtd"]
)
def test_single_periods_out_of_sums(text: str) -> None:
    on(sheets([Want("x", "ytd")], january=JANUARIES, year_starts=YEARS), text)


@pytest.mark.parametrize("text", ["x", "x.ytd", "lag(x, 1)", "x.ytd - lag(x.ytd, 1)"])
def test_what_is_published_comes_first(text: str) -> None:
    on(sheets([Want("x"), Want("x", "ytd")], january=JANUARIES), text)


@pytest.mark.parametrize(
    "text", ["c", "deaccumulate(c)", "diff(c)", "lag(c, 1)", "lag(c, '1y')", "yoy(c)", "streak(diff(c) == 0) >= 2"]
)
def test_a_cumulative_indicator(text: str) -> None:
    on(sheets([Want("c")], january=JANUARIES, year_starts=YEARS), text)


@pytest.mark.parametrize(
    "text",
    [
        "x.target",
        "progress(x)",
        "progress(x) < elapsed() - 0.1",
        "progress(x, s)",
        "projected(x)",
        "projected(x) < x.target",
        "x.target - x.ytd",
        "(x.target - x.ytd) / periods_left()",
        "x > 0 and x.target > 3",
    ],
)
def test_targets_hold_for_their_year(text: str) -> None:
    panel = sheets([Want("x"), Want("s"), Want("x", "target", "A")], january=JANUARIES, year_starts=YEARS)
    on(panel, text)


@pytest.mark.parametrize(
    "text",
    [
        "x + y",
        "y / x",
        "yoy(x / y)",
        "streak(x > y) >= 2",
        "s / y",
        "lag(x, 1) + y",
        "x.ytd - y.ytd",
        "rolling_sum(x - y, 4)",
        "y.ytd",
        "x / w",
        "yoy(x) - yoy(w)",
        "lag(w, 1) / w",
        "x + y + w",
        "s > w",
        "x > last(w)",
        "x + last(y)",
        "last(w)",
        "full_year(w) - x",
        "full_year(y, years=2)",
        "x / full_year(y)",
    ],
)
def test_frequencies_meet(text: str) -> None:
    wants = [Want("x"), Want("s"), Want("y", freq="Q"), Want("w", freq="A")]
    panel = sheets(wants, january=JANUARIES, year_starts=(1, 4), months=(1, 60), entities=(1, 3))
    on(panel, text)


@pytest.mark.parametrize(
    "text",
    [
        "days_since(started)",
        "days_until(started)",
        "months_since(started)",
        "days_since(started) > 90",
        "6 <= months_since(started) <= 24",
        "days_since(started + '6m')",
        "days_since(started + '1y') >= 0",
        "days_until(started + '90d')",
        "days_until(started - '1m')",
        "month(started)",
        "year(started)",
        "year(started) == year()",
        "month()",
        "year()",
        "month() in (1, 2, 12)",
        "days_in_period()",
        "x / days_in_period()",
        "elapsed()",
        "elapsed(per='Q')",
        "elapsed(since=started)",
        "periods_left()",
        "x * elapsed()",
        "x > 2 and month() != 2",
        "streak(month() > 3) >= 2",
    ],
)
def test_dates(text: str) -> None:
    on(sheets([Want("x")], january=JANUARIES, year_starts=YEARS, months=(1, 30)), text)
