"""Numbers as people read them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn.alerts.columns import Column
from ewarn.alerts.models import Language
from ewarn.alerts.wording import Spec, parse_spec, words


def column(kind: Any, values: list[float], unit: str | None = None, high: list[float] | None = None) -> Column:
    bounds = None if high is None else np.array(high, dtype=float)
    return Column(kind, unit, np.array(values, dtype=float), bounds, ("规上", "two\nlines"))


def one(value: float, spec: str, kind: str = "number", unit: str | None = None, language: Language = "zh") -> str:
    return words(column(kind, [value], unit), parse_spec(spec), language)[0]


@pytest.mark.parametrize(
    ("value", "spec", "kind", "unit", "shown"),
    [
        (-0.245, "+.1%", "fraction", "ratio", "−24.5%"),
        (0.052, "+.1%", "fraction", "ratio", "+5.2%"),
        (-0.245, "", "fraction", "ratio", "−24.5%"),
        (-0.245, "unit", "fraction", "ratio", "−24.5%"),
        (0.24449, ".0%", "fraction", "ratio", "24%"),
        (0.245, ".0%", "fraction", "ratio", "25%"),
        (-0.0001, "+.1%", "fraction", "ratio", "0.0%"),
        (1820, "unit", "number", "万元", "1,820 万元"),
        (1820.4, "", "number", "万元", "1,820"),
        (101.3, "unit", "number", None, "101.3"),
        (12.3456, "", "number", None, "12.35"),
        (2.5, "", "number", None, "2.5"),
        (0.012345, "", "number", None, "0.01235"),
        (-1234567.8, "unit", "number", "亩", "−1,234,568 亩"),
        (9999.96, "", "number", None, "10,000"),
        (2.675, ".2f", "number", None, "2.68"),
        (1234.5, ".0f", "number", None, "1235"),
        (1234.5, ",.1f", "number", None, "1,234.5"),
        (1234.5, "+,.1f", "number", None, "+1,234.5"),
        (1820, ".2unit", "number", "万元", "1,820.00 万元"),
        (0, "", "number", None, "0"),
        (-0.0, "+", "number", None, "0"),
        (5, "", "count", None, "5"),
        (19265, "date", "date", None, "2022-09-30"),
        (19265, "", "date", None, "2022-09-30"),
        (0, "", "text", None, "规上"),
        (1, "", "text", None, "two lines"),
        (1, "", "flag", None, "是"),
        (math.nan, "+.1%", "fraction", "ratio", "未知"),
        (math.nan, "unit", "number", "万元", "未知"),
        (math.nan, "", "date", None, "未知"),
        (math.nan, "", "text", None, "未知"),
        (math.nan, "", "flag", None, "未知"),
        (math.inf, "", "number", None, "未知"),
    ],
)
def test_specs(value: float, spec: str, kind: str, unit: str | None, shown: str) -> None:
    assert one(value, spec, kind, unit) == shown


def test_english_words() -> None:
    assert one(math.nan, "", language="en") == "unknown"
    assert one(0, "", "flag", language="en") == "no"
    assert one(1820, "unit", "number", "万元", "en") == "18.2 million yuan"
    assert one(37_080, ",.0unit", "number", "万元", "en") == "370.8 million yuan"
    assert one(-120_000_012, "+,.1unit", "number", "万元", "en") == "−1,200,000.12 million yuan"
    assert one(99.9, "unit", "number", "万元", "en") == "999 thousand yuan"
    assert one(100, "unit", "number", "万元", "en") == "1 million yuan"
    assert one(8585, ",.0unit", "number", "千人", "en") == "8,585 thousand people"
    assert one(37_080, ",.0unit", "number", "万元", "zh") == "37,080 万元"


def test_two_bounds_print_the_lower_with_at_least() -> None:
    bounds = column("count", [3, 2, 0], high=[3, 5, math.inf])
    assert words(bounds, Spec(), "zh") == ["3", "至少 2", "至少 0"]
    assert words(bounds, Spec(), "en") == ["3", "at least 2", "at least 0"]


@pytest.mark.parametrize("spec", ["x", ".7f", "%%", "1f", "0>5", "d", "+ .1f", ".f", "unit.2", "{x}"])
def test_what_is_no_spec(spec: str) -> None:
    with pytest.raises(ValueError, match=r"write \[\+\]"):
        parse_spec(spec)


@given(st.floats(-1e9, 1e9), st.integers(0, 6), st.booleans(), st.booleans())
def test_fixed_digits_equal_decimal_arithmetic(value: float, digits: int, plus: bool, thousands: bool) -> None:
    exact = Decimal(f"{value:.12g}")  # what the JSON says is what a person rounds
    rounded = abs(exact).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    sign = "" if not rounded else "−" if value < 0 else "+" if plus else ""
    spec = Spec(plus, thousands, digits, "f")
    expected = sign + (f"{rounded:,}" if thousands else f"{rounded:f}")
    shown = words(column("number", [float(exact)]), spec, "en")[0]
    assert (
        shown == expected
        or abs(Decimal(shown.replace(",", "").replace("−", "-")) - exact)
        <= abs(exact) * Decimal("1e-11") + Decimal(1).scaleb(-digits) / 2
    )


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_default_digits_keep_four(value: float) -> None:
    shown = float(one(value, "").replace(",", "").replace("−", "-"))
    assert shown == pytest.approx(value, rel=6e-4)
