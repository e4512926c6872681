"""Values as people read them in a sentence: digits, signs, units, dates, in Chinese and English.

A format spec is `[+][,][.0-6](f|%|unit|date)`, or nothing for what suits the value: a fraction as a percentage with
one decimal, a date as `2022-09-30`, another number with four significant digits and thousands separators.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ewarn.alerts.columns import Column, Floats, day_texts
from ewarn.alerts.models import Language
from ewarn.alerts.text import in_sentence
from ewarn.unit_words import larger, said

MINUS = "\u2212"
LEVEL_WORDS: dict[Language, dict[str, str]] = {
    "zh": {"blue": "蓝", "yellow": "黄", "orange": "橙", "red": "红"},
    "en": {"blue": "blue", "yellow": "yellow", "orange": "orange", "red": "red"},
}
UNKNOWN_WORDS: dict[Language, str] = {"zh": "未知", "en": "unknown"}
AT_LEAST: dict[Language, str] = {"zh": "至少 ", "en": "at least "}
AT_MOST: dict[Language, str] = {"zh": "最多 ", "en": "at most "}
_OPEN = 5_000
"""A count that is bounded only here or above it has no upper bound worth telling."""
_FLAGS: dict[Language, tuple[str, str]] = {"zh": ("否", "是"), "en": ("no", "yes")}
_SPEC = re.compile(r"(\+?)(,?)(?:\.([0-6]))?(f|%|unit|date)?")
_LARGE = 1000
_HALF_UP = 1 + 1e-12
"""Ties round away from zero, as people do it: 0.5 becomes 1, and so does 0.4999999999999 of floating dust."""


@dataclass(frozen=True)
class Spec:
    """A format spec taken apart; `digits` None = what suits the value."""

    plus: bool = False
    thousands: bool = False
    digits: int | None = None
    style: str | None = None


def parse_spec(text: str) -> Spec:
    """Read a format spec; ValueError with a hint where it is none."""
    match = _SPEC.fullmatch(text)
    if match is None:
        raise ValueError("write [+][,][.0-6] and then f, %, unit or date, like `:+.1%` or `:unit`")
    plus, comma, digits, style = match.groups()
    return Spec(bool(plus), bool(comma), None if digits is None else int(digits), style)


def words(column: Column, spec: Spec, language: Language) -> list[str]:
    """Each value of `column` as text in `language`; where a count has two bounds, the lower with "at least"."""
    column = localised(column, spec, language)
    return spoken(column, bare(column, spec), spec, language)


def localised(column: Column, spec: Spec, language: Language) -> Column:
    """The same amounts in a unit of the language, where a unit is printed."""
    if spec.style != "unit" or column.unit is None or column.kind == "fraction":
        return column
    name, scale = said(column.unit, language)
    if name == column.unit:
        return column
    high = None if column.high is None else column.high * scale
    return replace(column, unit=name, low=column.low * scale, high=high, larger=larger(column.unit, language))


def spoken(column: Column, known: Sequence[str], spec: Spec, language: Language) -> list[str]:
    """The texts of `bare` with what differs by language: flags, what is unknown, "at least" and "at most"."""
    if column.kind == "flag":
        no, yes = _FLAGS[language]
        known = [yes if value == 1 else no for value in column.low.tolist()]
    texts = list(known)
    if column.high is not None:
        prefix = AT_LEAST[language]
        open_above = (column.high != column.low) & ~np.isnan(column.low)
        for at in np.flatnonzero(open_above).tolist():
            texts[at] = prefix + texts[at]
        # "At least 0" says nothing.
        none = np.flatnonzero(
            open_above & (column.low == 0) & (column.high < (_OPEN if column.kind == "count" else np.inf))
        )
        most = bare(replace(column, low=column.high, high=None).part(none), spec)
        for at, text in zip(none.tolist(), most, strict=True):
            texts[at] = AT_MOST[language] + text
    for at in np.flatnonzero(~np.isfinite(column.low)).tolist():
        texts[at] = UNKNOWN_WORDS[language]
    return texts


def bare(column: Column, spec: Spec) -> list[str]:
    """Each known value of `column` as text, the same in every language."""
    values = column.low
    if column.kind == "date":
        return day_texts(values)
    if column.kind == "flag":
        return [""] * len(values)
    if column.kind == "text":
        shown = [in_sentence(word) for word in column.words]
        return [shown[int(value)] if value == value else "" for value in values.tolist()]
    if spec.style == "%" or (column.kind == "fraction" and spec.style in (None, "unit")):
        digits = 1 if spec.digits is None else spec.digits
        return numbers(values * 100, digits, plus=spec.plus, thousands=spec.thousands, tail="%")
    unsaid = spec.style is None and spec.digits is None
    thousands = spec.thousands or unsaid or spec.style == "unit"
    tail = f" {column.unit}" if spec.style == "unit" and column.unit else ""
    texts = numbers(values, spec.digits, plus=spec.plus, thousands=thousands, tail=tail)
    if column.larger is not None and spec.style == "unit":
        # To the same digit as in the smaller unit; zeros at the end say nothing more.
        large = np.flatnonzero(np.abs(values) * _HALF_UP >= _LARGE)
        told = numbers(values[large] / 1000, (spec.digits or 0) + 3, plus=spec.plus, thousands=True)
        for at, text in zip(large.tolist(), told, strict=True):
            texts[at] = f"{text.rstrip('0').rstrip('.')} {column.larger}"
    return texts


def numbers(values: Floats, digits: int | None, *, plus: bool, thousands: bool, tail: str = "") -> list[str]:
    """Numbers with `digits` decimals (None: four significant, no idle zeros) and a true minus sign.

    What rounds to zero has no sign. An unknown value gives a text of no meaning.
    """
    absolute = np.abs(values) * _HALF_UP
    sizes = absolute.tolist()
    if digits is None:
        texts = _sensible(absolute, thousands)
    elif thousands:
        texts = [f"{size:,.{digits}f}" for size in sizes]
    else:
        texts = [f"{size:.{digits}f}" for size in sizes]
    above = "+" if plus else ""
    return [
        (MINUS if value < 0 else above if value > 0 else "") + text + tail if text.strip("0.,") else text + tail
        for value, text in zip(values.tolist(), texts, strict=True)
    ]


def _sensible(sizes: Floats, thousands: bool) -> list[str]:
    """Four significant digits, no zeros at the end."""
    usable = np.isfinite(sizes) & (sizes > 0)
    magnitude = np.floor(np.log10(np.where(usable, sizes, 1.0)))
    decimals = np.where(usable, np.maximum(0, 3 - magnitude), 0).astype(int).tolist()
    form = "{:,.%df}" if thousands else "{:.%df}"
    forms = {count: (form % count).format for count in set(decimals)}
    return [
        forms[count](size).rstrip("0").rstrip(".") if count else forms[0](size)
        for size, count in zip(np.where(usable, sizes, 0.0).tolist(), decimals, strict=True)
    ]
