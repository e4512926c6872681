"""Conditions over legs, as clauses.

A condition is known true (`is`), not known to be false (`may`), or it would hold if its unjudged legs were decided in
its favour (`would`); a leg of it that is known true supports it (`support`). An atom is in one of five states, and a
fact says which, `"3:open"`:

    true       known to hold
    open       a leg that could not be judged: would hold, in favour
    likely     a count that would reach its number with members that are possible
    unknown    anything else that is not known: counts as neither
    false      known not to hold; said only where a `not` reads it
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ewarn.correlation.clauses import Clause

Track = Literal["is", "may", "would"]
WANTED = ("is", "may", "would", "support")
AND_MOST = 4
"""Names in the body of one clause; a longer `and` becomes a chain."""
_STATES: dict[Track, tuple[str, ...]] = {
    "is": (),
    "would": ("open", "likely"),
    "may": ("open", "likely", "unknown"),
}


@dataclass(frozen=True, eq=False)
class Atom:
    """A leg, a count, or a condition on numbers; `supports`: it is a leg, or a count of members that have some."""

    number: int
    supports: bool


@dataclass(frozen=True, eq=False)
class Joint:
    """`and` (all) or `or` (any) of parts."""

    all: bool
    parts: tuple[Formula, ...]


@dataclass(frozen=True, eq=False)
class Negated:
    """`not` of a part."""

    part: Formula


@dataclass(frozen=True, eq=False)
class Sure:
    """`optional()` of a part: unknown counts as false."""

    part: Formula


Formula = Atom | Joint | Negated | Sure


def program(formula: Formula) -> tuple[Clause, ...]:
    """Clauses whose conclusions `is`, `may`, `would` and `support` say how the condition stands."""
    writer = _Writer()
    for track in ("is", "may", "would"):
        writer.clauses.append(Clause(track, (writer.name(formula, False, track),)))
    writer.clauses.extend(Clause("support", (name,)) for name in dict.fromkeys(_supporting(formula)))
    return tuple(dict.fromkeys(writer.clauses))


def _supporting(formula: Formula) -> Iterator[str]:
    pending, seen = [(formula, False)], set[tuple[int, bool]]()
    while pending:
        one, negated = pending.pop()
        if (id(one), negated) in seen:
            continue
        seen.add((id(one), negated))
        if isinstance(one, Joint):
            pending.extend((part, negated) for part in one.parts)
        elif isinstance(one, Negated | Sure):
            pending.append((one.part, negated ^ isinstance(one, Negated)))
        elif one.supports and not negated:
            yield from (f"{one.number}:true", f"{one.number}:likely")


@dataclass(eq=False)
class _Writer:
    """Clauses in the making. What occurs twice is written once: named parts may repeat without bound."""

    clauses: list[Clause] = field(default_factory=list)
    _names: dict[tuple[int, bool, Track], str] = field(default_factory=dict)

    def name(self, formula: Formula, negated: bool, track: Track) -> str:
        """The name that holds where `formula` (or its negation) does."""
        key = (id(formula), negated, track)
        if key not in self._names:
            self._names[key] = self._write(formula, negated, track)
        return self._names[key]

    def _write(self, formula: Formula, negated: bool, track: Track) -> str:
        if isinstance(formula, Negated):
            return self.name(formula.part, not negated, track)
        if isinstance(formula, Sure):
            # `not optional(x)` is true wherever x is not known true.
            return self.name(formula.part, negated, "may" if negated else "is")
        if isinstance(formula, Atom):
            states = ("false" if negated else "true", *_STATES[track])
            return self._any([f"{formula.number}:{state}" for state in states])
        parts = list(dict.fromkeys(self.name(part, negated, track) for part in formula.parts))
        return self._all(parts) if formula.all != negated else self._any(parts)

    def _any(self, names: list[str]) -> str:
        if len(names) == 1:
            return names[0]
        head = self._new()
        self.clauses.extend(Clause(head, (name,)) for name in names)
        return head

    def _all(self, names: list[str]) -> str:
        while len(names) > AND_MOST:
            head = self._new()
            self.clauses.append(Clause(head, tuple(names[:AND_MOST])))
            names = [head, *names[AND_MOST:]]
        if len(names) == 1:
            return names[0]
        head = self._new()
        self.clauses.append(Clause(head, tuple(names)))
        return head

    def _new(self) -> str:
        return f"n{len(self.clauses)}"


def read_names(clauses: tuple[Clause, ...]) -> frozenset[str]:
    """The names that some clause reads: no other fact needs to be said."""
    return frozenset(name for clause in clauses for name in clause.body)
