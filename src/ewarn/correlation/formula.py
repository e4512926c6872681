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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ewarn.correlation.clauses import Clause

Track = Literal["is", "may", "would"]
Kind = Literal["leg", "count", "number"]
SUPPORT = "support"
AND_MOST = 4
"""Names in the body of one clause; a longer `and` becomes a chain."""
_STATES: dict[Track, tuple[str, ...]] = {
    "is": (),
    "would": ("open", "likely"),
    "may": ("open", "likely", "unknown"),
}
_OF: dict[Kind, tuple[str, ...]] = {"leg": ("open",), "count": ("open", "likely", "unknown"), "number": ("unknown",)}
"""The states, besides true and false, in which an atom of each kind can be."""


@dataclass(frozen=True, eq=False)
class Atom:
    """A leg, a count of members (or of conditions) that read legs, or a condition on numbers."""

    number: int
    kind: Kind


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


@dataclass(frozen=True)
class Program:
    """Clauses, and the names under which they conclude how a condition stands."""

    clauses: tuple[Clause, ...]
    names: Mapping[Track, str]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names that say it all."""
        return tuple(dict.fromkeys((*self.names.values(), SUPPORT)))

    @property
    def read(self) -> frozenset[str]:
        """The names of facts that matter: no other has to be said."""
        return frozenset((*self.wanted, *(name for clause in self.clauses for name in clause.body)))


def program(formula: Formula) -> Program:
    """A condition as clauses."""
    writer = _Writer()
    tracks: tuple[Track, ...] = ("is", "would", "may")
    names = {track: writer.name(formula, False, track) for track in tracks}
    writer.clauses.extend(Clause(SUPPORT, (name,)) for name in dict.fromkeys(_supporting(formula)))
    return Program(tuple(writer.clauses), names)


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
        elif one.kind != "number" and not negated:
            yield f"{one.number}:true"
            if one.kind == "count":
                yield f"{one.number}:likely"


@dataclass(eq=False)
class _Writer:
    """Clauses in the making. What occurs twice is written once: named parts may repeat without bound."""

    clauses: list[Clause] = field(default_factory=list)
    _names: dict[tuple[int, bool, Track], str] = field(default_factory=dict)
    _made: dict[tuple[bool, tuple[str, ...]], str] = field(default_factory=dict)

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
            states = [state for state in _STATES[track] if state in _OF[formula.kind]]
            return self._any([f"{formula.number}:{state}" for state in ("false" if negated else "true", *states)])
        parts = list(dict.fromkeys(self.name(part, negated, track) for part in formula.parts))
        return self._all(parts) if formula.all != negated else self._any(parts)

    def _any(self, names: list[str]) -> str:
        return self._joined(False, names)

    def _all(self, names: list[str]) -> str:
        while len(names) > AND_MOST:
            names = [self._joined(True, names[:AND_MOST]), *names[AND_MOST:]]
        return self._joined(True, names)

    def _joined(self, every: bool, names: list[str]) -> str:
        """The head of a clause on all of `names`, or of a clause on each."""
        if len(names) == 1:
            return names[0]
        key = every, tuple(names)
        if key not in self._made:
            head = self._made[key] = f"n{len(self._made)}"
            self.clauses.extend([Clause(head, tuple(names))] if every else [Clause(head, (name,)) for name in names])
        return self._made[key]
