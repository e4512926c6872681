"""Episodes: consecutive periods over which a rule holds for an entity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.panel import Int8s
from ewarn.signals.judging import UNKNOWN

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Episodes:
    """Arrays (episodes,), by entity and then by time; rows of the rule's calendar, both ends included."""

    entity: Ints
    start: Ints
    end: Ints
    peak: npt.NDArray[np.int8]
    """Rank of the highest level."""
    open: npt.NDArray[np.bool_]
    """Still going at the data period."""


def find_episodes(level: Int8s, bridge: int) -> Episodes:
    """Runs of fired periods in `level` (periods, entities); up to `bridge` unknown ones between two are part of it."""
    periods, entities = level.shape
    start = np.full(entities, -1, dtype=np.int64)
    end = np.full(entities, -1, dtype=np.int64)
    gap = np.zeros(entities, dtype=np.int64)
    peak: npt.NDArray[np.int8] = np.zeros(entities, dtype=np.int8)
    parts: list[tuple[Ints, Ints, Ints, npt.NDArray[np.int8], npt.NDArray[np.bool_]]] = []

    def close(which: Ints, still: bool) -> None:
        parts.append((which, start[which], end[which], peak[which], np.full(len(which), still)))
        start[which] = -1
        peak[which] = 0

    for row in range(periods):
        now = level[row]
        fired = now > 0
        gap = np.where(now == UNKNOWN, gap + 1, 0)
        over = (start >= 0) & ~fired & ((now != UNKNOWN) | (gap > bridge))
        if over.any():
            close(np.flatnonzero(over), False)
        start = np.where(fired & (start < 0), row, start)
        end = np.where(fired, row, end)
        peak = np.maximum(peak, np.where(fired, now, np.int8(0)))
    going = np.flatnonzero(start >= 0)
    last = going[end[going] == periods - 1]
    close(np.setdiff1d(going, last), False)
    close(last, True)
    entity, begin, finish, top, still = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((begin, entity))
    return Episodes(entity[order], begin[order], finish[order], top[order], still[order])
