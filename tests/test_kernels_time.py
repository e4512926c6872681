"""Everything that looks back, in the three Januaries and other fiscal years, against the naive reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from naive.compare import agree
from naive.sheet import Sheet
from naive.worlds import Want, sheets

FEW = settings(max_examples=5)
JANUARIES = ("separate", "none", "merged")
YEARS = (1, 1, 4, 7)


def on(panel: object, text: str, own: str = "enterprise") -> None:
    @FEW
    @given(panel)
    def check(sheet: Sheet) -> None:
        agree(sheet, text, own)

    check()


@pytest.mark.parametrize(
    "text",
    [
        "lag(x, 1)",
        "lag(x, 0)",
        "lag(x, 5)",
        "lag(x, '1y')",
        "lag(x, '2y')",
        "lag(x, '3m')",
        "lag(s, 2)",
        "lag(k, 3)",
        "lag(x / s, 2)",
        "lag(x > s, 1)",
        "lag(lag(x, 1), 2)",
        "diff(x)",
        "diff(x, 3)",
        "diff(x, '1y')",
        "diff(s)",
        "diff(x / s, 2)",
        "diff(k)",
        "pct_change(x, 1)",
        "pct_change(x)",
        "pct_change(x, 12)",
        "pct_change(x / s, 2)",
        "pct_change(k, 1)",
        "yoy(x)",
        "yoy(s)",
        "yoy(k)",
        "yoy(x / s)",
        "yoy(x) < -0.3",
        "yoy(x - s)",
        "slope(x, 3)",
        "slope(s, 5)",
        "slope(yoy(x), 2)",
    ],
)
def test_back(text: str) -> None:
    on(sheets([Want("x"), Want("s"), Want("k")], january=JANUARIES, year_starts=YEARS, entities=(1, 4)), text)


WINDOWS = ("3", "1", "12", "'1y'", "4, min_periods=2", "4, min_periods=1", "6, where=y > 2", "'1y', min_periods=3")
HOWS = ("sum", "mean", "median", "min", "max", "std")


# One value has no deviation: that is refused before anything is read.
@pytest.mark.parametrize("text", [f"{how}(x, {n})" for how in HOWS for n in WINDOWS if (how, n) != ("std", "1")])
def test_windows(text: str) -> None:
    panel = sheets([Want("x"), Want("y")], january=JANUARIES, months=(1, 24), entities=(1, 4))
    settings(max_examples=4)(given(panel)(lambda sheet: agree(sheet, f"rolling_{text}")))()


@pytest.mark.parametrize(
    "text",
    [
        "streak(x > 2) >= 1",
        "streak(x > 2) >= 3",
        "streak(x > 2) > 2",
        "streak(x > 2) < 3",
        "streak(x > 2) <= 2",
        "streak(x > 2) == 2",
        "streak(x > 2) != 2",
        "2 <= streak(x > 2) <= 4",
        "3 <= streak(x > 2)",
        "streak(x > 2) + 1 >= 3",
        "streak(x > 2) - 1 >= 1",
        "streak(x > 2, bridge=1) >= 3",
        "streak(x > 2, bridge=2) >= 4",
        "streak(x > 2, bridge=1) < 3",
        "streak(yoy(x) < 0) >= 2",
        "streak(diff(x) == 0) >= 2",
        "streak(is_missing(x)) >= 2",
        "streak(not is_missing(x)) >= 3",
        "lag(streak(x > 2), 1) >= 3 and x < 2",
        "lag(streak(x > 2), 4) < 2",
        "times(x > 2, 3) >= 2",
        "times(x > 2, 6) < 3",
        "times(x > 2, 12) == 4",
        "times(yoy(x) < 0, 6) >= 3",
        "since(x > 20) <= 3",
        "since(x > 20) > 2",
        "since(x > 20) == 0",
        "since(s != lag(s, 1)) >= 3",
    ],
)
def test_counts(text: str) -> None:
    on(sheets([Want("x"), Want("s")], january=JANUARIES, months=(1, 30), entities=(1, 5)), text)


@pytest.mark.parametrize(
    "text",
    [
        "last(x)",
        "last(x, within=0)",
        "last(x, within=1)",
        "last(x, within=3)",
        "last(x) / last(s)",
        "lag(last(x), 1)",
        "x > lag(last(x), 1)",
    ],
)
def test_last(text: str) -> None:
    on(sheets([Want("x"), Want("s")], january=JANUARIES, months=(1, 15)), text)


@pytest.mark.parametrize(
    "text",
    [
        "full_year(x)",
        "full_year(x, ago=2)",
        "full_year(x, years=2)",
        "full_year(s)",
        "full_year(c)",
        "x / full_year(x)",
    ],
)
def test_full_year(text: str) -> None:
    panel = sheets(
        [Want("x"), Want("s"), Want("c")], january=JANUARIES, months=(13, 40), year_starts=YEARS, entities=(1, 6)
    )
    on(panel, text)


@pytest.mark.parametrize(
    "text", ["yoy(x)", "yoy(x) < 0", "streak(yoy(x) < 0) >= 2", "x.growth", "diff(x.growth)", "lag(yoy(x), 1)"]
)
def test_published_growth_comes_first(text: str) -> None:
    on(sheets([Want("x"), Want("x", "growth")], january=JANUARIES, months=(12, 30)), text)


@pytest.mark.parametrize(
    "text", ["e / x", "e / s", "(x + e) / x", "e > x", "lag(x, 1) > e", "2 * e - x", "s + x"]
)  # fmt: skip
def test_two_januaries_meet(text: str) -> None:
    # `e` is written as `y`, with a January of its own, beside flows and stocks without one.
    panel = sheets(
        [Want("x", january="none"), Want("y", january="separate"), Want("s", january="separate")], months=(1, 30)
    )
    on(panel, text.replace("e", "y"))
