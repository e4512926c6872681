"""What comes first: a score of four parts within each level, and a total order, on arrays.

No alert object exists here; `select` says which rows are worth explaining.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ewarn.alerts.depth import depth
from ewarn.alerts.fired import Fired
from ewarn.alerts.groups import each_at_once, groups
from ewarn.expressions.evaluation import at_row
from ewarn.levels import LEVELS
from ewarn.signals import Signals, Verdicts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EMPTY: Floats = np.zeros(0)
_GRAIN = 10**9
"""Parts are whole billionths: they add up exactly, and floating dust decides no order."""


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

    @classmethod
    def of(cls, points: Mapping[str, float]) -> Weights:
        """The usual ones, with other points for some parts."""
        return replace(cls(), **dict(points))  # type: ignore[arg-type]  # only parts, which are numbers


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
    share: Floats, periods: Ints, depths: Floats, began: npt.NDArray[np.bool_], weights: Weights | None = None
) -> Scores:
    """Scores of alerts, all arguments (alerts,).

    `share`: part of the type's whole weight (NaN or below 0: none). `periods`: since when it holds, counted.
    `depths`: 0 to 1, how far beyond the threshold (NaN: nothing to measure). `began`: this period is its first.
    """
    scale = Weights() if weights is None else weights
    return Scores(
        exposure=_billionths(scale.exposure * np.clip(np.nan_to_num(share) / scale.full_share, 0, 1)),
        persistence=_billionths(scale.persistence * np.clip(periods / scale.full_periods, 0, 1)),
        depth=_billionths(scale.depth * np.clip(np.nan_to_num(depths), 0, 1)),
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


def select(
    keys: Keys, *, top: int | None = None, min_level: int = 1, roots: Callable[[Ints], Ints] | None = None
) -> tuple[npt.NDArray[np.intp], int]:
    """The ordered positions of what is shown, and how many alerts are not.

    `top`: at most so many (None or 0: all). `min_level`: rank of the lowest level shown. `roots`: for the alerts
    shown, beneath which other one each stands; those do not count for `top`, and are shown with it.
    """
    chosen = order(keys)
    chosen = chosen[keys.level[chosen] >= min_level]
    if top and roots is None:
        chosen = chosen[:top]
    elif top and roots is not None:
        above = roots(chosen)[chosen]
        chosen = chosen[np.isin(above, chosen[above == chosen][:top])]
    return chosen, len(keys.level) - len(chosen)


def ranks(texts: Sequence[str]) -> Ints:
    """Position of each text among the sorted distinct ones (by code point, whatever the locale)."""
    place = {text: rank for rank, text in enumerate(sorted(set(texts)))}
    return np.array([place[text] for text in texts], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Ranked:
    """All alerts of a run, scored, and the keys they are ordered by."""

    fired: Fired
    scores: Scores
    keys: Keys

    def counts(self) -> dict[str, int]:
        """How many alerts stand at each level, the worst first."""
        counts = np.bincount(self.fired.level, minlength=len(LEVELS) + 1).tolist()
        return {level: counts[rank] for rank, level in reversed(list(enumerate(LEVELS, start=1)))}

    @property
    def points(self) -> dict[str, Floats]:
        """The score (`total`) and its parts."""
        return {part: self.scores.points(part) for part in (*PARTS, "total")}


def rank(signals: Signals, weights: Weights | None = None) -> Ranked:
    """Score every alert of a run."""
    fired = Fired.collect(signals.verdicts)
    parts = each_at_once(lambda verdicts: _measured(fired, verdicts), fired.verdicts)
    share, depths = (np.concatenate(column) for column in zip(*parts, strict=True)) if parts else (EMPTY, EMPTY)
    last = np.array([verdicts.row for verdicts in fired.verdicts], dtype=np.int64)[fired.which]
    chosen = weights or Weights.of(signals.rules.score)
    scores = score(share, fired.periods, depths, fired.since == last, chosen)
    rules = [verdicts.rule for verdicts in fired.verdicts]
    keys = Keys(
        level=fired.level,
        total=scores.total,
        rule=ranks([rule.id for rule in rules])[fired.which],
        entity_type=ranks([verdicts.entity_type for verdicts in fired.verdicts])[fired.which],
        entity=fired.entity,
        pack=ranks([rule.pack for rule in rules])[fired.which],
    )
    return Ranked(fired, scores, keys)


def _measured(fired: Fired, verdicts: Verdicts) -> tuple[Floats, Floats]:
    """Exposure and depth of one rule's alerts, in the order of the entities."""
    entities = fired.entity[fired.of(fired.verdicts.index(verdicts))]
    depths = np.full(len(entities), np.nan)
    if not len(entities):
        return depths, depths
    for group in groups(verdicts, entities):
        depths[group.places] = depth(group)
    return _exposure(verdicts)[entities], depths


def _exposure(verdicts: Verdicts) -> Floats:
    """Each entity's share of the rule's weight at the judged period; NaN without one."""
    node, evaluation = verdicts.compiled.weight, verdicts.evaluation
    if node is None:
        return np.full(verdicts.level.shape[1], np.nan)
    evaluation.prepare([node])
    weight = np.empty(verdicts.level.shape[1])
    for block in evaluation.blocks(verdicts.compiled.home):
        frame = evaluation.frame(verdicts.compiled.home, verdicts.calendar, block)
        weight[block] = at_row(frame.array(node), verdicts.row, block.stop - block.start)
    return shares(weight)
