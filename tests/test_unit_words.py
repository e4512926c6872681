"""Units in sentences: Chinese and English, no digit lost."""

from __future__ import annotations

import pytest

from ewarn.unit_words import larger, said
from ewarn.units import Unit


@pytest.mark.parametrize(
    ("unit", "english", "scale"),
    [
        ("万元", "thousand yuan", 10),
        ("亿元", "million yuan", 100),
        ("千人", "thousand people", 1),
        ("万元/亩", "thousand yuan/mu", 10),
        ("吨标准煤/万元", "吨标准煤/万元", 1),
        ("个", "", 1),
        ("%", "%", 1),
        ("widgets", "widgets", 1),
    ],
)
def test_english(unit: str, english: str, scale: int) -> None:
    assert said(unit, "en") == (english, scale)


@pytest.mark.parametrize(
    ("unit", "chinese"), [("thousand people", "千人"), ("million USD", "百万美元"), ("万元", "万元"), ("mu", "亩")]
)
def test_chinese(unit: str, chinese: str) -> None:
    assert said(unit, "zh") == (chinese, 1)


@pytest.mark.parametrize("unit", ["万元", "亿元", "千元", "百万元", "千万元", "万美元", "亿美元", "万千瓦时", "万人"])
def test_the_amount_stays_the_same(unit: str) -> None:
    name, scale = said(unit, "en")
    assert Unit.parse(unit).size == Unit.parse(name).size * scale


@pytest.mark.parametrize(
    ("unit", "language", "name"),
    [
        ("万元", "en", "million yuan"), ("万人", "en", "million people"), ("万元", "zh", None), ("亿元", "en", None),
        ("千人", "en", None), ("万元/亩", "en", None), ("thousand USD", "en", None),
    ],
)  # fmt: skip
def test_only_what_counts_in_ten_thousands_is_said_in_millions(unit: str, language: str, name: str | None) -> None:
    assert larger(unit, language) == name  # type: ignore[arg-type]  # the two languages
    if name is not None:
        assert Unit.parse(name).size == 100 * Unit.parse(unit).size
