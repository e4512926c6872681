"""What if one cell held another value: expressions for one entity, many candidate values side by side."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Floats
from ewarn.expressions.alignment import NOTHING
from ewarn.expressions.evaluation import Evaluation, Frame, at_row
from ewarn.expressions.groups import parent_rows
from ewarn.expressions.leaves import AttributeLeaf, Leaf, aligned
from ewarn.expressions.nodes import Node, Value
from ewarn.expressions.operators import Lift
from ewarn.panel import Series, SeriesKey
from ewarn.signals import Verdicts
from ewarn.signals.judging import ladder

Bools = npt.NDArray[np.bool_]
UNDATED = "undated"
"""In the place of a measure: a date of the entity that holds for all periods."""


@dataclass(frozen=True, eq=False)
class PanelCell:
    """One cell of the panel, read by a rule in its judged period."""

    key: SeriesKey
    series: Series
    row: int
    """Of the series' own calendar."""
    entity: int
    member: bool = False
    """Whether it is that of a member, read through an aggregate."""

    @property
    def value(self) -> float:
        """What stands there, NaN where unknown."""
        return float(self.series.values[self.row, self.entity])


class TangledError(Exception):
    """An expression reads a cell in a way that says nothing of where it will lie for other values of the cell."""


@dataclass(eq=False)
class Trial(Frame):
    """One entity, once for each value that the cell is given; only the judged period is of interest."""

    cell: PanelCell | None = None
    given: Floats = field(default_factory=lambda: np.zeros(0))
    """(candidates,)"""
    row: int = 0
    """Of the judged period."""
    steady: frozenset[Hashable] = frozenset()
    """What is known to keep its side on the stretch that is looked at."""
    ways: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """Where numbers go, by node, row and way: named parts may repeat without bound."""
    _others: dict[tuple[str, int], Trial] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str | None, int]:
        """Whose values these are."""
        return self.home, int(self.positions[0])

    def _compute(self, node: Node) -> Value:
        assert self.cell is not None
        operation = node.operation
        if not reads(self.evaluation, node, self.cell):
            return super()._compute(node)
        if isinstance(operation, Leaf):
            put = self._put(node)
            return put if node.type.base != "category" else np.where(np.isnan(put), -1, put).astype(np.int32)
        if isinstance(operation, AttributeLeaf):
            own = np.array(np.broadcast_to(super()._compute(node), self.shape))
            return np.broadcast_to(self.given, self.shape) if self.positions[0] == self.cell.entity else own
        if isinstance(operation, Lift):
            return self.above(node).value(node.args[0])
        if operation.full:
            if self.cell.key[2] == UNDATED:  # it holds in earlier periods too, for which members are not told again
                raise TangledError
            from ewarn.alerts.trial_members import retold

            return retold(self, node)
        return super()._compute(node)

    def told(self, node: Node) -> Frame | None:
        """Nobody knows what a cell that is tried would be said to be."""
        assert self.cell is not None
        return None if reads(self.evaluation, node, self.cell) else super().told(node)

    def of(self, home: str, entity: int) -> Trial:
        """Another entity, tried in the same way."""
        key = (home, entity)
        if key not in self._others:
            at = np.full(len(self.given), entity)
            self._others[key] = Trial(
                self.evaluation, home, self.calendar, at,
                cell=self.cell, given=self.given, row=self.row, steady=self.steady,
            )  # fmt: skip
        return self._others[key]

    def above(self, node: Node) -> Trial:
        """The ancestor that `node` lifts."""
        index = parent_rows(self.evaluation, str(node.home), node.params[0], node.calendar)[:, self.positions[0]]
        if (index != index[0]).any() or index[0] < 0:
            raise TangledError
        return self.of(node.params[0], int(index[0]))

    def _put(self, node: Node) -> Floats:
        assert self.cell is not None
        found = aligned(self.evaluation, node)
        entity = int(self.positions[0])
        key = ("column", id(node), entity)
        column: Floats = self.evaluation.keep(key, lambda: np.array(found.values[:, [entity]]))
        if entity != self.cell.entity:
            return column
        out = np.repeat(column, len(self.given), axis=1)
        parts = own_rows(self.evaluation, node, self.cell.entity)
        for row in np.flatnonzero((parts == self.cell.row).any(axis=0)).tolist():
            out[row] = 0.0
            for part in parts[:, row].tolist():
                if part == self.cell.row:
                    out[row] = out[row] + self.given
                elif part != NOTHING:
                    out[row] += self.cell.series.values[part, self.cell.entity] if part >= 0 else np.nan
        return out

    def touched(self, node: Node, row: int) -> bool:
        """Whether a leaf reads the cell in this row."""
        assert self.cell is not None
        key = (node.params[0], node.params[1], node.params[2])
        if key != self.cell.key or self.positions[0] != self.cell.entity:
            return False
        return bool(self.cell.row in own_rows(self.evaluation, node, self.cell.entity)[:, row])


def reads(evaluation: Evaluation, node: Node, cell: PanelCell) -> bool:
    """Whether the cell's series stands anywhere below `node`."""
    return cell.key in below(evaluation, node)


def below(evaluation: Evaluation, node: Node) -> frozenset[SeriesKey]:
    """The series that `node` is made of."""

    def find() -> frozenset[SeriesKey]:
        own: frozenset[SeriesKey] = frozenset()
        if isinstance(node.operation, Leaf):
            own = frozenset([(node.params[0], node.params[1], node.params[2])])
        elif isinstance(node.operation, AttributeLeaf):
            own = frozenset([(node.params[0], node.params[1], UNDATED)])
        return own.union(*(below(evaluation, arg) for arg in node.args))

    found: frozenset[SeriesKey] = evaluation.keep(("series below", id(node)), find)
    return found


def own_rows(evaluation: Evaluation, node: Node, entity: int) -> npt.NDArray[np.int64]:
    """The rows of a leaf's series that make up each period: shape (parts, periods)."""
    found = aligned(evaluation, node)
    if found.parts is not None:
        return found.parts
    return np.stack([rows[:, entity if rows.shape[1] > 1 else 0] for rows in found.rows])


def verdict(verdicts: Verdicts, trial: Trial) -> npt.NDArray[np.int8]:
    """For each candidate the verdict of the judged period before `adjust` and holding, as in `Verdicts.raw`."""
    compiled, row, count = verdicts.compiled, verdicts.row, len(trial.given)
    level = at_row(ladder(compiled, trial, row + 1)[0], row, count)
    if compiled.where is None:
        return level
    where = at_row(trial.array(compiled.where), row, count)
    return np.where(where == 1, level, np.where(where == 0, np.int8(-1), np.int8(-2))).astype(np.int8)
