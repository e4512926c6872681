"""Units: what they measure, how they convert."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn.units import PERCENT, RATIO, Unit, held, parse_quantity, rescale


@pytest.mark.parametrize(
    ("text", "other", "scale"),
    [
        ("亿元", "万元", Fraction(10_000)),
        ("万元", "亿元", Fraction(1, 10_000)),
        ("千元", "元", Fraction(1000)),
        ("百万美元", "万美元", Fraction(100)),
        ("million USD", "USD", Fraction(1_000_000)),
        ("USD million", "万美元", Fraction(100)),
        ("公顷", "亩", Fraction(15)),
        ("㎡", "平方米", Fraction(1)),
        ("m²", "亩", Fraction(3, 2000)),
        ("平方公里", "公顷", Fraction(100)),
        ("万千瓦时", "kWh", Fraction(10_000)),
        ("亿千瓦时", "GWh", Fraction(100)),
        ("千瓦时", "度", Fraction(1)),
        ("千瓦", "兆瓦", Fraction(1, 1000)),
        ("万吨标准煤", "吨标准煤", Fraction(10_000)),
        ("吨", "千克", Fraction(1000)),
        ("千人", "人", Fraction(1000)),
        ("thousand people", "万人", Fraction(1, 10)),
        ("%", "ratio", Fraction(1, 100)),
        ("％", "个百分点", Fraction(1)),
        ("‰", "%", Fraction(1, 10)),
        ("家", "个", Fraction(1)),
        ("年", "月", Fraction(12)),
        ("万元/亩", "元/平方米", Fraction(15)),
        ("吨标准煤/万元", "kgce/元", Fraction(1, 10)),
        ("（万元）", "元", Fraction(10_000)),
        ("万箱", "箱", Fraction(10_000)),
        ("PERCENT", "%", Fraction(1)),
    ],
)
def test_conversion(text: str, other: str, scale: Fraction) -> None:
    assert Unit.parse(text).scale(Unit.parse(other)) == scale


@pytest.mark.parametrize(
    ("text", "other"),
    [("万元", "亩"), ("元", "美元"), ("吨标准煤", "万千瓦时"), ("吨", "吨标准煤"), ("万元", "%"), ("人", "家"),
     ("天", "月"), ("箱", "桶"), ("万元/亩", "万元")],
)  # fmt: skip
def test_units_of_different_things_never_convert(text: str, other: str) -> None:
    with pytest.raises(ValueError, match="cannot be turned into"):
        Unit.parse(text).scale(Unit.parse(other))


def test_products_and_quotients() -> None:
    output, energy, area = Unit.parse("万元"), Unit.parse("吨标准煤"), Unit.parse("亩")
    assert str(energy / output) == "吨标准煤/万元"
    assert (output / area).compatible(Unit.parse("元/公顷"))
    assert output / output == RATIO
    assert (energy / output * output).compatible(energy)
    assert (output * RATIO) is output
    assert (Unit.parse("亿元") / output).size == 10_000


def test_shares_are_held_as_fractions() -> None:
    assert held(PERCENT) == RATIO
    assert held(Unit.parse("万元")).text == "万元"
    values = rescale(np.array([5.2, -24.5, 100.0]), PERCENT.scale(RATIO))
    assert values == pytest.approx([0.052, -0.245, 1.0], rel=1e-15)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("50 万元", 50, "万元"), ("5 %", 5, "%"), ("5%", 5, "%"), ("0.5 个百分点", 0.5, "%"), ("２亿元", 2, "亿元"),
     ("-3.5%", -3.5, "%"), ("−3.5 %", -3.5, "%"), ("1,000 万元", 1000, "万元"), ("1e3 元", 1000, "元"),
     ("1y", 1, "year"), ("6m", 6, "month"), ("90d", 90, "day"), (".5 亩", 0.5, "亩")],
)  # fmt: skip
def test_quantities(text: str, number: float, unit: str) -> None:
    value, parsed = parse_quantity(text)
    assert value == number
    assert parsed.scale(Unit.parse(unit)) == 1


@pytest.mark.parametrize("text", ["50", "万元", "", "12,34 元", "1.2.3 元", "- 万元"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_quantity(text)


@pytest.mark.parametrize("text", ["", "  ", "12", "x" * 100, "万\n元"])
def test_what_is_no_unit(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Unit.parse(text)


@given(st.sampled_from(["万元", "亿元", "元", "百万元"]), st.sampled_from(["万元", "亿元", "元", "百万元"]),
       st.floats(-1e12, 1e12))  # fmt: skip
def test_there_and_back(one: str, other: str, value: float) -> None:
    there = rescale(np.array([value]), Unit.parse(one).scale(Unit.parse(other)))
    back = rescale(there, Unit.parse(other).scale(Unit.parse(one)))
    assert back[0] == pytest.approx(value, rel=1e-15)
