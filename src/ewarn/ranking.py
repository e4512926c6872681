"""What comes first: a score of four parts within each level, and a total order, on arrays.

No alert object exists here; `select` says which rows are worth explaining.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_GRAIN = 10**9
"""Parts are whole billionths: they add up exactly, and floating dust decides no order."""
_DUST = 1e-9
"""Two thresholds nearer than this are one (the language's rule for ties)."""


@dataclass(frozen=True)
class Weights:
    """Most points of each part of the score."""

    exposure: float = 40
    persistence: float = 25
    depth: float = 20
    novelty: float = 15
    full_share: float = 0.10
    """Share of the type's whole weight from which exposure is full."""
    full_periods: int = 6
    """Periods from which persistence is full."""


@dataclass(frozen=True, eq=False)
class Scores:
    """The parts of each score, (alerts,) int64, in billionths of a point."""

    exposure: Ints
    persistence: Ints
    depth: Ints
    novelty: Ints

    @cached_property
    def total(self) -> Ints:
        """The score: the sum of the parts."""
        return self.exposure + self.persistence + self.depth + self.novelty

    def points(self, part: str) -> Floats:
        """One part, or `total`, in points."""
        billionths: Ints = getattr(self, part)
        return billionths / _GRAIN


PARTS = tuple(field.name for field in fields(Scores))


def score(
    share: Floats, periods: Ints, depth: Floats, began: npt.NDArray[np.bool_], weights: Weights | None = None
) -> Scores:
    """Scores of alerts, all arguments (alerts,).

    `share`: part of the type's whole weight (NaN or below 0: none). `periods`: since when it holds, counted.
    `depth`: 0 to 1, how far beyond the threshold (NaN: nothing to measure). `began`: this period is its first.
    """
    scale = Weights() if weights is None else weights
    return Scores(
        exposure=_billionths(scale.exposure * np.clip(np.nan_to_num(share) / scale.full_share, 0, 1)),
        persistence=_billionths(scale.persistence * np.clip(periods / scale.full_periods, 0, 1)),
        depth=_billionths(scale.depth * np.clip(np.nan_to_num(depth), 0, 1)),
        novelty=_billionths(scale.novelty * began.astype(np.float64)),
    )


def _billionths(points: Floats) -> Ints:
    return np.rint(points * _GRAIN).astype(np.int64)


def shares(weight: Floats) -> Floats:
    """Each entity's share of the whole, over the known weights above 0; NaN where unknown or nothing is known."""
    known = np.where(weight > 0, weight, 0.0)
    whole = float(known.sum())
    return np.where(np.isnan(weight), np.nan, known / whole) if whole > 0 else np.full(weight.shape, np.nan)


def printed(parts: Sequence[float], digits: int = 1) -> list[float]:
    """Parts rounded so that they still add up to the rounded sum: the greatest remainders are rounded up."""
    grain = 10**digits
    # Below a ten-thousandth of a grain is dust of the sum, not a remainder.
    exact = [round(part * grain, 4) for part in parts]
    floors = [int(part) for part in exact]
    short = int(sum(exact) + 0.5) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda at: floors[at] - exact[at])
    for at in by_remainder[:short]:
        floors[at] += 1
    return [whole / grain for whole in floors]


@dataclass(frozen=True, eq=False)
class Keys:
    """What alerts are ordered by, each (alerts,): level rank, score, and what breaks ties, as ranks of the
    sorted rule ids, entity types, entity ids and packs."""

    level: Ints
    total: Ints
    rule: Ints
    entity_type: Ints
    entity: Ints
    pack: Ints


def order(keys: Keys) -> npt.NDArray[np.intp]:
    """Positions of the alerts, the first to be read first. Total: no two alerts share all keys."""
    return np.lexsort((keys.pack, keys.entity, keys.entity_type, keys.rule, -keys.total, -keys.level))


def select(keys: Keys, *, top: int | None = None, min_level: int = 1) -> tuple[npt.NDArray[np.intp], int]:
    """The ordered positions of what is shown, and how many alerts are not.

    `top`: at most so many (None or 0: all). `min_level`: rank of the lowest level shown.
    """
    chosen = order(keys)
    chosen = chosen[keys.level[chosen] >= min_level]
    if top:
        chosen = chosen[:top]
    return chosen, len(keys.level) - len(chosen)


def ranks(texts: Sequence[str]) -> Ints:
    """Position of each text among the sorted distinct ones (by code point, whatever the locale)."""
    place = {text: rank for rank, text in enumerate(sorted(set(texts)))}
    return np.array([place[text] for text in texts], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Measured:
    """A condition for some alerts: whether it is known true, and how far beyond its threshold (NaN: no measure)."""

    true: npt.NDArray[np.bool_]
    depth: Floats


def compared(
    true: npt.NDArray[np.bool_], number: Floats, threshold: Floats, next_threshold: Floats | None, *, fraction: bool
) -> Measured:
    """A numeric comparison: its distance from the threshold, in steps to the next level's, else in thresholds.

    At a threshold of 0 a fraction counts as it is and any other number as 0.
    """
    distance = np.abs(number - threshold)
    unit = np.abs(threshold)
    if next_threshold is not None:
        step = np.abs(next_threshold - threshold)
        unit = np.where(step > _DUST * np.maximum(1.0, unit), step, unit)
    at_zero = distance if fraction else np.zeros_like(distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.where(unit > 0, distance / unit, at_zero)
    return Measured(true, np.clip(depth, 0, 1))


def unmeasured(true: npt.NDArray[np.bool_]) -> Measured:
    """A leaf that is no comparison of numbers: it is skipped."""
    return Measured(true, np.full(len(true), np.nan))


def all_of(parts: Sequence[Measured]) -> Measured:
    """`and`: the least depth among its parts."""
    true = np.logical_and.reduce([part.true for part in parts])
    return Measured(true, np.fmin.reduce([part.depth for part in parts]))


def any_of(parts: Sequence[Measured]) -> Measured:
    """`or`: the greatest depth among its true arms."""
    true = np.logical_or.reduce([part.true for part in parts])
    return Measured(true, np.fmax.reduce([np.where(part.true, part.depth, np.nan) for part in parts]))
