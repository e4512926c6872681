"""Episodes: consecutive periods over which a rule holds for an entity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.panel import Int8s
from ewarn.signals.judging import CLEAR, UNKNOWN

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
    some = np.flatnonzero(level.max(axis=0, initial=UNKNOWN) > 0)
    width = level.shape[0] + 1  # with a column in which nothing is: episodes of two entities never touch
    by_entity = np.full((len(some), width), CLEAR, dtype=np.int8)
    by_entity[:, :-1] = level[:, some].T
    inside = _bridged(by_entity, bridge).ravel()
    before = np.zeros_like(inside)
    before[1:] = inside[:-1]
    start, after = np.flatnonzero(inside & ~before), np.flatnonzero(before & ~inside)
    borders = np.stack([start, after], axis=1).ravel()
    peak = np.maximum.reduceat(by_entity.ravel(), borders)[::2] if len(start) else by_entity[:0, 0]
    entity, row = np.divmod(start, width)
    end = after - 1 - entity * width
    return Episodes(some[entity], row, end, peak, end == level.shape[0] - 1)


def _bridged(level: Int8s, bridge: int) -> npt.NDArray[np.bool_]:
    """Where an episode goes on, (entities, periods): it fires, or is unknown for few periods between two that do."""
    fired, unknown = level > 0, level == UNKNOWN
    inside = fired.copy()
    for gap in range(1, min(bridge, level.shape[1] - 2) + 1):
        # Unknown for exactly so long, from the second column on.
        count = level.shape[1] - gap - 1
        between = fired[:, :count] & fired[:, gap + 1 :]
        for step in range(1, gap + 1):
            between &= unknown[:, step : step + count]
        for step in range(1, gap + 1):
            inside[:, step : step + count] |= between
    return inside
