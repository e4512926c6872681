"""Arithmetic, comparison, logic and what else looks at one period only, against the naive reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naive.compare import agree
from naive.sheet import Sheet
from naive.worlds import Want, sheets

PANEL = sheets([Want("x"), Want("y"), Want("z"), Want("k")], entities=(1, 6), months=(1, 12))
FEW = settings(max_examples=5)


@pytest.mark.parametrize(
    "text",
    [
        "x + y - 2 * x",
        "x / y",
        "-x / 3",
        "k / (k - 1)",
        "(x - y) / (x + y)",
        "x < 0.7 * y",
        "x <= y",
        "x == y",
        "x != y",
        "k > 0.3",
        "k >= 0.3",
        "k == 70",
        "0 < k <= 10",
        "0 <= k < 10 != y / x",
        "k in (0, 1, 70)",
        "k not in (0, 1, 70)",
        "x > y and k > 1",
        "x > y or k > 1",
        "not (x > y or not k > 1)",
        "k > 1 if x > y else k < 1",
        "x if backbone else y",
        "0.9 if k >= 10 else 0.6 if k >= 1 else 0",
        "abs(x - y)",
        "coalesce(x, y, 0)",
        "coalesce(x, y)",
        "max(x, y)",
        "min(x, y, 5 * x)",
        "sum(x, y)",
        "mean(x, y)",
        "median(x, y, 2 * y)",
        "count(x > 1, y > 1, k > 1) >= 2",
        "count(x > 1, y > 1, k > 1) == 0",
        "1 < count(x > 1, y > 1, k > 1) + 1 <= 3",
        "optional(x > y)",
        "not optional(x > y) and k > 0",
        "is_missing(x)",
        "is_missing(x / y)",
        "is_missing(x, reason='masked')",
        "status(x) == 'forecast'",
        "status(x) != 'forecast'",
        "status(x) in ('forecast', 'flash')",
    ],
)
def test_one_period(text: str) -> None:
    @FEW
    @given(PANEL)
    def check(sheet: Sheet) -> None:
        agree(sheet, text)

    check()


@pytest.mark.parametrize(
    "text",
    [
        "size == '规上'",
        "size != '规上' and x > 1",
        "size in ('规上', '规下')",
        "sector not in ('钢铁', '食品')",
        "backbone",
        "not backbone",
        "backbone and size == '规上'",
        "line > 3",
        "k > line",
    ],
)
def test_attributes(text: str) -> None:
    @FEW
    @given(PANEL)
    def check(sheet: Sheet) -> None:
        agree(sheet, text)

    check()


@pytest.mark.parametrize(
    "text",
    [
        "x > '5 万元'",
        "z >= '50 万元'",
        "x < z",
        "x / z",
        "z / (x + z)",
        "x <= '7e-4 亿元' or z == '10000 万元'",
        "(x - y) / y < '-30 %'",
        "k / 100 > '5 个百分点'",
    ],
)
def test_units(text: str) -> None:
    @FEW
    @given(PANEL)
    def check(sheet: Sheet) -> None:
        agree(sheet, text)

    check()


NUMBERS = st.recursive(
    st.sampled_from(["x", "y", "lag(x, 1)", "diff(y)", "rolling_mean(x, 3)", "rolling_max(y, 2, min_periods=1)"]),
    lambda part: st.one_of(
        st.builds("({} {} {})".format, part, st.sampled_from("+-"), part),
        st.builds("({} * {})".format, st.sampled_from(["2", "-0.5"]), part),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min", "coalesce"]), part, part),
        st.builds("lag({}, {})".format, part, st.integers(0, 3)),
        st.builds("abs({})".format, part),
    ),
    max_leaves=4,
)
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
CONDITIONS = st.recursive(
    st.one_of(
        st.builds("({} {} {})".format, NUMBERS, SIGNS, NUMBERS),
        st.builds("(yoy({}) {} {})".format, NUMBERS, SIGNS, st.sampled_from(["0", "-0.3", "0.5"])),
        st.builds("is_missing({})".format, NUMBERS),
        st.just("backbone"),
    ),
    lambda part: st.one_of(
        st.builds("({} and {})".format, part, part),
        st.builds("({} or {})".format, part, part),
        st.builds("(not {})".format, part),
        st.builds("({} if {} else {})".format, part, part, part),
        st.builds("(streak({}, bridge={}) >= {})".format, part, st.integers(0, 2), st.integers(1, 3)),
        st.builds("(times({}, {}) > {})".format, part, st.integers(1, 4), st.integers(0, 2)),
        st.builds("optional({})".format, part),
    ),
    max_leaves=4,
)
TWO = sheets([Want("x"), Want("y")], months=(1, 20), entities=(1, 4), january=("separate", "none", "merged"))


@settings(max_examples=40)
@given(TWO, st.one_of(NUMBERS, CONDITIONS))
def test_any_expression(sheet: Sheet, text: str) -> None:
    agree(sheet, text)
