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
    let = {name: parse(text).body for name, text in rule.let.items()}
    bodies = {level: written_out(parse(text).body, subject.values(level), let) for level, text in rule.levels.items()}
    for low, high in pairwise(bodies):
        first, second = bodies[low], bodies[high]
        place = rule.levels[high].span()
        yield Pair(low, high, compare(first, second), shape(first) == shape(second), place)
