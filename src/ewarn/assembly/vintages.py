"""What a cell held before its newest vintage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.assembly.periods import Days
from ewarn.panel import Floats

Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(eq=False)
class Vintage:
    """Values (periods x entities) and the day on which each was published; NaN where there is none."""

    values: Floats
    days: Days


def before_in_column(
    shape: tuple[int, int], cells: Rows, values: Floats, days: Days, heads: Days, rows: Rows
) -> Vintage | None:
    """The newest known value of each cell that is older than its head, among `rows` that share a cell."""
    heads_there = heads.reshape(-1)[cells[rows]]
    older = rows[(days[rows] < heads_there) & ~np.isnan(values[rows])]
    if not len(older):
        return None
    found = Vintage(np.full(shape, np.nan), np.zeros(shape, dtype=days.dtype))
    order = older[np.argsort(days[older], kind="stable")]
    found.values.reshape(-1)[cells[order]] = values[order]  # the last assignment holds: the newest
    found.days.reshape(-1)[cells[order]] = days[order]
    return found


def before_of_two(head: Vintage, others: tuple[Vintage | None, ...]) -> Vintage | None:
    """The newest known of `others` in each cell that is older than its head."""
    found: Vintage | None = None
    for other in others:
        if other is None:
            continue
        fits = ~np.isnan(other.values) & (other.days < head.days)
        if not fits.any():
            continue
        if found is None:
            found = Vintage(np.full(head.values.shape, np.nan), np.zeros_like(head.days))
        fits &= np.isnan(found.values) | (other.days > found.days)
        found.values[fits], found.days[fits] = other.values[fits], other.days[fits]
    return found
