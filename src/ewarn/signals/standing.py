"""Whether the rules of a leg stood at its level of late: the decisive verdict of each entity, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.expressions.evaluation import Cells, Evaluation
from ewarn.expressions.legs import LegValues, give
from ewarn.expressions.nodes import NONE
from ewarn.levels import RANK
from ewarn.panel import Int8s, Reason
from ewarn.rules import Leg
from ewarn.signals.compiled import Compiled, CompiledLeg
from ewarn.signals.judging import UNKNOWN
from ewarn.signals.verdicts import Verdicts

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def give_legs(evaluation: Evaluation, composite: Compiled, judged: Sequence[Verdicts]) -> None:
    """Make the legs of a composite known to its conditions."""
    verdicts = {id(one.compiled): one for one in judged}
    for leg in composite.legs:
        rules = [verdicts[id(one)] for one in leg.sources]
        run = tuple(Standing(composite.calendar, composite.row, leg.leg, one) for one in rules if one.row >= 0)
        evaluation.keep(("standing", leg.key), partial(tuple, run))
        give(evaluation, leg.key, _values(evaluation, composite, leg, len(rules) - len(run), run))


def stood(evaluation: Evaluation, leg: CompiledLeg) -> tuple[Standing, ...]:
    """The rules of a leg that were judged, as the composite sees them."""
    found: tuple[Standing, ...] = evaluation.kept(("standing", leg.key)) or ()
    return found


def counted(evaluation: Evaluation, leg: CompiledLeg) -> Bools:
    """Whose leg made a composite's condition true or possible: (periods, entities of the leg's type)."""
    return np.asarray(evaluation.kept(("counted", leg.key)))


def _values(
    evaluation: Evaluation, composite: Compiled, leg: CompiledLeg, unrun: int, run: Sequence[Standing]
) -> LegValues:
    shape = (len(composite.calendar), evaluation.width(leg.of))
    value: Int8s = np.full(shape, -1, dtype=np.int8)
    if leg.unloaded or unrun or not run:
        value[:] = 0
    for one in run:
        value = np.maximum(value, one.value)
    why = np.where(value == 0, np.int8(Reason.NOT_REPORTED), np.int8(NONE))
    known = [np.where(one.verdicts.reason > 0, one.verdicts.reason, np.int8(NONE)) for one in run]
    if known and composite.row >= 0:
        first = np.minimum.reduce(known)
        why[composite.row] = np.where((value[composite.row] == 0) & (first < NONE), first, why[composite.row])

    def cells(rows: Ints, entities: Ints, mask: Bools) -> list[Cells]:
        return [cell for one in run for cell in one.cells(rows, entities, mask)]

    return LegValues(value, why, cells)


@dataclass(eq=False)
class Standing:
    """One rule of a leg, as seen from the periods of the composite."""

    calendar: Calendar
    row: int
    """The newest period of the composite."""
    leg: Leg
    verdicts: Verdicts

    def __post_init__(self) -> None:
        days = self.verdicts.calendar.last_day[: self.verdicts.row + 1]
        own = self.calendar.last_day
        before = np.full(len(own), np.iinfo(np.int64).min)
        before[self.leg.window :] = own[: -self.leg.window] if self.leg.window < len(own) else own[:0]
        self.first = np.searchsorted(days, before, side="right")
        """First row of the rule within each window, and the row after the last."""
        self.stop = np.searchsorted(days, own, side="right")
        self.state = self._states()
        self.value = self._newest()

    def _states(self) -> Int8s:
        """1 where it stood at the level, -1 where not, 0 unknown: on the rule's own periods."""
        rank, level = RANK[self.leg.level], self.verdicts.level
        unknown = level == UNKNOWN
        if self.verdicts.open is not None:
            unknown |= (self.verdicts.open >= rank) & (level < rank)
        return np.where(level >= rank, 1, np.where(unknown, 0, -1)).astype(np.int8)

    def _newest(self) -> Int8s:
        """The decisive verdict within each window: true before unknown before false; without any, unknown."""
        out = np.zeros((len(self.calendar), self.state.shape[1]), dtype=np.int8)
        for row in range(self.row + 1):
            within = self.state[self.first[row] : self.stop[row]]
            if len(within):
                out[row] = within.max(axis=0)
        return out

    def decisive(self, rows: Ints, entities: Ints) -> Ints:
        """For each (row of the composite, entity) the newest row of the rule that decided; -1 for none."""
        found = np.full(len(rows), -1, dtype=np.int64)
        wanted = self.value[rows, entities]
        for back in range(self.longest):
            at = self.stop[rows] - 1 - back
            inside = (at >= self.first[rows]) & (found < 0)
            hit = inside & (self.state[np.maximum(at, 0), entities] == wanted)
            found = np.where(hit, at, found)
        return found

    @property
    def longest(self) -> int:
        """Most rows of the rule in one window."""
        return int((self.stop - self.first).max(initial=0))

    def cells(self, rows: Ints, entities: Ints, mask: Bools) -> list[Cells]:
        """The cells behind the verdicts that decided."""
        rows = np.maximum(rows, 0)
        stood = mask & (self.value[rows, entities] == 1)
        at, ranks = self.verdicts.standing_on(np.maximum(self.decisive(rows, entities), 0), entities)
        found: list[Cells] = []
        for row, rank in sorted(set(zip(at[stood].tolist(), ranks[stood].tolist(), strict=True))):
            mine = stood & (at == row) & (ranks == rank)
            node = self.verdicts.compiled.levels[rank]
            found += [
                Cells(one.of, one.type, one.entity, np.where(mine, one.row, -1))
                for one in self.verdicts.evaluation.cells(node, row, entities)
            ]
        return found
