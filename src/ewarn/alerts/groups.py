"""Alerts of one rule, grouped by what they stand on: the period of their evidence and the condition that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ewarn.alerts.leaves import Reading, Tree, tree
from ewarn.expressions.evaluation import BLOCK
from ewarn.signals import Verdicts

Ints = npt.NDArray[np.int64]
TOGETHER = BLOCK
"""Entities read together: as many as the evaluator takes."""


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
        evaluation = verdicts.evaluation.then(verdicts.calendar, self.row)
        frame = evaluation.frame(verdicts.compiled.home, verdicts.calendar, self.entities)
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


Result = TypeVar("Result")


def each_at_once(work: Callable[[Verdicts], Result], verdicts: Sequence[Verdicts]) -> list[Result]:
    """`work` on each rule's verdicts, on all cores (NumPy lets go of the interpreter while it computes)."""
    threads = verdicts[0].evaluation.threads if verdicts else 1
    if threads < 2 or sum(one.level.shape[1] for one in verdicts) < 4 * BLOCK:
        return [work(one) for one in verdicts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, verdicts))


def distinct(numbers: Ints) -> list[int]:
    """The different numbers, ascending; none is negative, and the greatest is small."""
    found: list[int] = np.flatnonzero(np.bincount(numbers)).tolist() if len(numbers) else []
    return found


def groups(verdicts: Verdicts, entities: Ints) -> Iterator[Group]:
    """The alerts of these entities by period of evidence and deciding level, in parts that fit a cache."""
    rows = verdicts.basis[entities]
    ranks = verdicts.fired[rows, entities].astype(np.int64)
    lowest = min(verdicts.compiled.levels)
    ranks = np.where(ranks > 0, ranks, lowest)
    keys = rows * 8 + ranks
    for key in distinct(keys):
        places = np.flatnonzero(keys == key)
        for start in range(0, len(places), TOGETHER):
            part = places[start : start + TOGETHER]
            yield Group(verdicts, entities[part], part, key // 8, key % 8)
