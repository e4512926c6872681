"""The levels of a rule, each held against the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ewarn.diagnostics import Span
from ewarn.expressions.syntax import parse
from ewarn.levels import Level
from ewarn.lint.numbers import Order, compare, shape, written_out
from ewarn.lint.subject import Subject


@dataclass(frozen=True)
class Pair:
    """Two levels that follow each other."""

    low: Level
    high: Level
    order: Order | None
    """How the higher stands to the lower; None where it cannot be told."""
    by_number: bool
    """They differ in numbers only."""
    place: Span
    """Of the higher one's condition, or of its param."""


def ladder(subject: Subject) -> Iterator[Pair]:
    """Each level but the first, with the one below it."""
    rule = subject.rule
    for low, high in pairwise(rule.levels):
        found = {_order(subject, low, high, home) for home in rule.entity or ("",)}
        order, by_number = found.pop() if len(found) == 1 else (None, False)
        if order == "same" and rule.hold.get(high, 1) != rule.hold.get(low, 1):
            order = "stricter" if rule.hold.get(high, 1) > rule.hold.get(low, 1) else "looser"
        yield Pair(low, high, order, by_number, rule.levels[high].span())


def _order(subject: Subject, low: Level, high: Level, home: str) -> tuple[Order | None, bool]:
    rule = subject.rule
    texts = {**rule.shared.get(home, {}), **rule.let}
    let = {name: parse(text).body for name, text in texts.items()}
    first, second = (written_out(parse(rule.levels[level]).body, subject.values(level), let) for level in (low, high))
    return compare(first, second), shape(first) == shape(second)
