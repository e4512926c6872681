"""Alerts of one rule, grouped by what they stand on: the period of their evidence and the condition that decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ewarn.alerts.leaves import Reading, Tree, tree
from ewarn.signals import Verdicts

Ints = npt.NDArray[np.int64]
TOGETHER = 1024
"""Entities read together: as many as the evaluator takes, so that arrays stay in cache."""


@dataclass(frozen=True, eq=False)
class Group:
    """Some alerts of one rule. `places`: where they stand among those asked for."""

    verdicts: Verdicts
    entities: Ints
    places: Ints
    row: int
    """Of the rule's calendar: the period of the evidence."""
    rank: int
    """The level whose condition was known true there, before `adjust` and holding."""

    def __len__(self) -> int:
        return len(self.entities)

    @cached_property
    def reading(self) -> Reading:
        """Values at the period of the evidence."""
        verdicts = self.verdicts
        frame = verdicts.evaluation.frame(verdicts.compiled.home, verdicts.calendar, self.entities)
        return Reading(frame, self.row, len(self), verdicts.compiled.written)

    @cached_property
    def deciding(self) -> Tree:
        """The condition that decided."""
        return decided(self.verdicts, self.rank)

    @property
    def period(self) -> str:
        """Label of the evidence's period."""
        return self.verdicts.calendar.labels[self.row]


def decided(verdicts: Verdicts, rank: int) -> Tree:
    """The condition of a level taken apart, once per run."""
    evaluation, node = verdicts.evaluation, verdicts.compiled.levels[rank]
    found: Tree = evaluation.keep(("tree", id(node)), lambda: tree(evaluation, node))
    return found


def groups(verdicts: Verdicts, entities: Ints) -> Iterator[Group]:
    """The alerts of these entities by period of evidence and deciding level, in parts that fit a cache."""
    rows = verdicts.basis[entities]
    ranks = verdicts.raw[rows, entities].astype(np.int64)
    lowest = min(verdicts.compiled.levels)
    ranks = np.where(ranks > 0, ranks, lowest)
    keys = rows * 8 + ranks
    for key in np.unique(keys).tolist():
        places = np.flatnonzero(keys == key)
        for start in range(0, len(places), TOGETHER):
            part = places[start : start + TOGETHER]
            yield Group(verdicts, entities[part], part, key // 8, key % 8)
