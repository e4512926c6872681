"""The levels of a rule, each held against the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ewarn.diagnostics import Span
from ewarn.levels import Level
from ewarn.lint.numbers import Order, compare, shape, written_out
from ewarn.lint.subject import Subject, syntax_of


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
    named = {name: syntax_of(text) for name, text in {**rule.shared.get(home, {}), **rule.let}.items()}
    let = {name: syntax.body for name, syntax in named.items() if syntax is not None}
    found = [(syntax_of(rule.levels[level]), level) for level in (low, high)]
    bodies = [written_out(syntax.body, subject.values(level), let) for syntax, level in found if syntax is not None]
    if len(bodies) < len(found):
        return None, False
    return compare(*bodies), shape(bodies[0]) == shape(bodies[1])
