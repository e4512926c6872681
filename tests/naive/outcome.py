"""What an expression can give: a number, a word, a truth, a pair of bounds, or an unknown with its causes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

INFINITY = math.inf
WANT_OF_BASE = frozenset({"no_base", "nonpositive_base"})
STATUSES = ("forecast", "flash", "preliminary", "revised", "final")


@dataclass(frozen=True)
class Unknown:
    """No value, and why: words like `not_reported`, `before_start`, `no_base`."""

    causes: frozenset[str] = frozenset()

    @property
    def only_want_of_base(self) -> bool:
        """Whether a base would have been enough."""
        return bool(self.causes) and self.causes <= WANT_OF_BASE


@dataclass(frozen=True)
class Bounds:
    """A count: `low` is known at least, `high` possible at most."""

    low: float
    high: float


@dataclass(frozen=True)
class Day:
    """A date, in days since 1970-01-01."""

    number: int

    @property
    def iso(self) -> str:
        """As it is written."""
        return (dt.date(1970, 1, 1) + dt.timedelta(days=self.number)).isoformat()


@dataclass(frozen=True)
class Span:
    """A duration of the language: months (`1y`, `6m`) or days (`90d`)."""

    months: int
    days: int


Value = float | str | bool | Bounds | Day | Unknown


def because(word: str) -> Unknown:
    """An unknown with one cause."""
    return Unknown(frozenset({word}))


def join(values: Iterable[object]) -> Unknown:
    """The unknown that follows from the unknown ones among `values`."""
    causes: frozenset[str] = frozenset()
    for value in values:
        if isinstance(value, Unknown):
            causes |= value.causes
    return Unknown(causes)


def known(value: object) -> bool:
    """Whether there is a value."""
    return not isinstance(value, Unknown)


def equal(a: float, b: float) -> bool:
    """Two numbers are equal when |a-b| <= 1e-9 max(1,|a|,|b|)."""
    if a == b or math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


def compare(op: str, a: float, b: float) -> bool:
    """`<` and `>` exclude equality, `<=` and `>=` include it."""
    same = equal(a, b)
    table = {
        "==": same,
        "!=": not same,
        "<": a < b and not same,
        ">": a > b and not same,
        "<=": a < b or same,
        ">=": a > b or same,
    }
    return table[op]


def negate(value: Value) -> Value:
    """Kleene's not."""
    return value if isinstance(value, Unknown) else not value


def all_of(values: list[Value]) -> Value:
    """Kleene's and: false as soon as one is false."""
    if any(value is False for value in values):
        return False
    return join(values) if any(not known(value) for value in values) else True


def any_of(values: list[Value]) -> Value:
    """Kleene's or: true as soon as one is true."""
    if any(value is True for value in values):
        return True
    return join(values) if any(not known(value) for value in values) else False
