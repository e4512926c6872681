"""What a unit is called in Chinese and English, for sentences; data keep the unit they came with.

English counts in thousands and millions where Chinese counts in 万 and 亿: an amount is said in the nearest one below,
ten or a hundred times as large, so that no digit is lost; from a million on, one of 万 is said in millions.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

_MANY = {
    "": ("", 1), "千": ("thousand ", 1), "万": ("thousand ", 10), "百万": ("million ", 1), "千万": ("million ", 10),
    "亿": ("million ", 100),
}  # fmt: skip
_BASE = {
    "元": "yuan", "美元": "USD", "欧元": "EUR", "港元": "HKD", "日元": "JPY", "英镑": "GBP", "亩": "mu", "公顷": "ha",
    "平方米": "m²", "平方公里": "km²", "立方米": "m³", "吨": "t", "公斤": "kg", "吨标准煤": "tce", "千瓦时": "kWh",
    "兆瓦时": "MWh", "千瓦": "kW", "人": "people", "人次": "visits", "天": "days", "个月": "months", "年": "years",
    "户": "households", "家": "firms", "个": "", "项": "", "件": "", "次": "times",
}  # fmt: skip
_TO_ENGLISH = {
    many + base: (f"{word}{name}".strip(), scale)
    for many, (word, scale) in _MANY.items()
    for base, name in _BASE.items()
}
_TO_CHINESE = {word.casefold(): unit for unit, (word, scale) in _TO_ENGLISH.items() if scale == 1 and word}
_TO_CHINESE |= {"persons": "人", "thousand persons": "千人", "day": "天", "month": "个月", "year": "年"}
_TO_ENGLISH |= {"day": ("days", 1), "month": ("months", 1), "year": ("years", 1)}


@cache
def said(unit: str, language: Literal["zh", "en"]) -> tuple[str, int]:
    """The unit's name in `language`, and how many of it one of the unit is; as it stands where it has no other name.

    English has no word for 个: an empty name.
    """
    if language == "zh":
        return _TO_CHINESE.get(unit.casefold(), unit), 1
    above, slash, below = unit.partition("/")
    if not slash:
        return _TO_ENGLISH.get(unit, (unit, 1))
    (over, scale), (under, divisor) = said(above, language), said(below, language)
    return (f"{over}/{under}", scale) if divisor == 1 and under else (unit, 1)


def larger(unit: str, language: Literal["zh", "en"]) -> str | None:
    """For a unit that counts in 万, what a thousand of its English unit are called: `million yuan`; else None."""
    name, scale = said(unit, language)
    return name.replace("thousand", "million", 1) if scale == 10 and "/" not in name else None
