"""Since when a verdict holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ewarn.signals.judging import UNKNOWN

Ints = npt.NDArray[np.int64]


def current_run(levels: npt.NDArray[np.int8], entities: Ints, row: int, bridge: int) -> tuple[Ints, Ints]:
    """The run of fired periods that ends at `row`: its first row, and in how many periods of it the rule held.

    `levels` (periods, all entities) as in `Verdicts.level`. Up to `bridge` unknown periods between two fired ones
    are looked through, and are not counted. `entities` are those that fire at `row`.
    """
    since = np.full(len(entities), row, dtype=np.int64)
    periods = np.zeros(len(entities), dtype=np.int64)
    gap = np.zeros(len(entities), dtype=np.int64)
    going = np.arange(len(entities))
    for at in range(row, -1, -1):
        level = levels[at, entities[going]]
        fired = level > 0
        since[going[fired]] = at
        periods[going[fired]] += 1
        gap[going[fired]] = 0
        unknown = level == UNKNOWN
        gap[going[unknown]] += 1
        going = going[fired | (unknown & (gap[going] <= bridge))]
        if not len(going):
            break
    return since, periods
