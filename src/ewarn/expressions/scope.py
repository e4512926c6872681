"""What the names in an expression may mean, and what happened to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import RuleError
from ewarn.expressions.lookup import Lookup
from ewarn.panel import SeriesKey
from ewarn.source import Text

Given = float | bool | str | Lookup


@dataclass(frozen=True)
class Parameterised:
    """A parameter of a rule: one value, or one for each level or each value of an attribute."""

    value: Given | Mapping[str, Given] | None
    by: str | None = None
    unit: str | None = None
    dated: tuple[tuple[int, Given | Mapping[str, Given]], ...] = ()
    """Later values, each with the day (since 1970-01-01) from which it holds, oldest first; `value` holds before."""


@dataclass(frozen=True)
class Scope:
    """The surroundings of an expression: whose it is, its rule's parameters and named parts, its level."""

    home: str
    params: Mapping[str, Parameterised] = field(default_factory=dict)
    let: Mapping[str, Text] = field(default_factory=dict)
    shared: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    """Named parts of other entity types, reached by a path: `enterprise.ratio`."""
    level: str | None = None
    bridge: int = 0
    siblings: frozenset[str] = frozenset()
    """Parameters of other rules of the pack, which its named parts may read."""
    indicators: Mapping[str, str] = field(default_factory=dict)
    """Names in the rule that stand for indicators of another name."""
    legs: Mapping[tuple[str, str], tuple[str, str, str, str]] = field(default_factory=dict)
    """Of a composite: the key of each leg by its entity type and name."""


@dataclass(frozen=True)
class Read:
    """Series of which one at least must be reported before a rule that reads them is judged."""

    series: tuple[SeriesKey, ...]
    lenient: bool
    """Under `optional()`: does not hold the rule's data period back."""
    free: bool
    """Under `last()` or `full_year()`, or a target: keeps its own frequency, and does not hold the rule back."""


BY_DATE = "EW109"
"""Code of what does not go with reporting dates: rules of shipped packs are then left unrun."""


class Lacking(Exception):  # noqa: N818  (no error: the rule is left out, and coverage says why)
    """A known indicator that this drop does not have: the rule is left unrun, and coverage says so."""

    def __init__(self, name: str, instead: tuple[str, ...] = ()) -> None:
        self.name = name
        self.instead = instead
        """Of what it lacks the drop has these."""
        super().__init__(name)


def refuse(code: str, message: str, place: Span, label: str | None = None, help: str | None = None) -> NoReturn:
    """Raise a RuleError with one diagnostic."""
    raise RuleError([Diagnostic(code, message, place, label, help)])
