"""Text literals take the other side's type: a category, a quantity with its unit, a date, a duration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ewarn.calendar import parse_period
from ewarn.catalogue import known_attributes
from ewarn.diagnostics import did_you_mean
from ewarn.expressions.syntax import MAX_NUMBER
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import WORDS, Type
from ewarn.units import Unit, likely, parse_quantity

if TYPE_CHECKING:
    from ewarn.expressions.combining import Combining

DAY = Unit.parse("day")
MONTH = Unit.parse("month")
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Duration:
    """Whole months, or days."""

    months: int = 0
    days: int = 0


def duration(text: str) -> Duration:
    """Read `1y`, `6m`, `90d`, `3 years`; ValueError with a reason."""
    number, unit = parse_quantity(text)
    if number != int(number) or number < 0:
        raise ValueError("a duration is a whole number of years, months or days")
    if unit.compatible(MONTH):
        return Duration(months=int(number * unit.scale(MONTH)))
    if unit.compatible(DAY) and unit.scale(DAY).denominator == 1:
        return Duration(days=int(number * unit.scale(DAY)))
    raise ValueError('not a duration like "1y", "6m", "90d"')


def day_number(text: str) -> int:
    """Read `2022-09-30`, or the last day of `2022-09`: days since 1970-01-01. ValueError with a reason."""
    try:
        return (dt.date.fromisoformat(text.strip()) - _EPOCH).days
    except ValueError:
        pass
    from ewarn.calendar import common_calendar

    period = parse_period(text)
    return int(common_calendar(period.freq, period.ordinal, period.ordinal).last_day[0])


def typed_literal(build: Combining, value: Typed, wanted: Type) -> Typed:
    """The literal as a value of the type it meets. Raises RuleError where it cannot be one."""
    text, at = value.quantity, value.syntax
    assert text is not None
    assert at is not None
    reason: str | None = None
    try:
        if wanted.base == "category":
            if text not in wanted.categories and wanted.categories and not _is_usual(text, wanted.categories):
                near = did_you_mean(text, wanted.categories)
                build.notice(at, f"no entity has the value `{text}`", near or _listed(wanted.categories))
            literal = build.constant(text, Type("category", categories=wanted.categories), at)
            return Typed(literal.node, (), at)
        if wanted.base == "number":
            number, unit = parse_quantity(text)
            if abs(number) > MAX_NUMBER:
                build.fail(at, "EW105", "the number is too large", f"at most {MAX_NUMBER:g}", None)
            if near := likely(unit.text):
                build.notice(at, f"`{unit}` is no unit that is known", f"did you mean {near}?")
            if unit.is_ratio:
                number, unit = float(number * unit.factor), Unit.parse("ratio")
            return build.constant(number, Type("number", unit), at)
        if wanted.base == "date":
            return build.constant(float(day_number(text)), Type("date"), at)
    except ValueError as error:
        reason = str(error)
    return build.fail(at, "EW103", f"`{text}` does not fit here", f"{WORDS[wanted.base]} was expected", reason)


def _is_usual(text: str, words: Collection[str]) -> bool:
    """A word of the catalogue that nobody happens to have, beside others of its attribute that somebody has."""
    lists = (known.values for known in known_attributes().values())
    return any(text in values and not set(values).isdisjoint(words) for values in lists)


def _listed(categories: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{category[:40]}`" for category in categories[:6])
    return f"there are: {shown}{', ...' if len(categories) > 6 else ''}"
