"""Facts and clauses: the whole language in which composites are joined.

A fact says a name of a subject: `("held:true", "7")`. A clause says that its head holds of every subject of which all
names of its body hold. There is no negation and no counting: both are done before, and the answer is a fact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Fact = tuple[str, str]
"""A name, and the subject it is said of."""


class Clause(NamedTuple):
    """`head` holds of a subject where every name of `body` does; the body has one name at least."""

    head: str
    body: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """Clauses, the facts that they are applied to, and which conclusions are asked for."""

    clauses: tuple[Clause, ...]
    facts: tuple[Fact, ...]
    wanted: tuple[str, ...]
    """Names of the conclusions that are given back."""

    def answer(self, conclusions: Iterable[Fact]) -> frozenset[Fact]:
        """Of all conclusions those that are asked for."""
        return frozenset(fact for fact in conclusions if fact[0] in self.wanted)
