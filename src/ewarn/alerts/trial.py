"""What if one cell held another value: expressions for one entity, many candidate values side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Floats
from ewarn.expressions.evaluation import Evaluation, Frame, at_row
from ewarn.expressions.groups import parent_rows
from ewarn.expressions.leaves import Leaf, aligned, series_of
from ewarn.expressions.nodes import Node, Value
from ewarn.expressions.operators import Lift
from ewarn.panel import Series, SeriesKey
from ewarn.signals import Verdicts
from ewarn.signals.judging import ladder


@dataclass(frozen=True, eq=False)
class PanelCell:
    """One cell of the panel, read by a rule in its judged period."""

    key: SeriesKey
    series: Series
    row: int
    """Of the series' own calendar."""
    entity: int

    @property
    def value(self) -> float:
        """What stands there, NaN where unknown."""
        return float(self.series.values[self.row, self.entity])


class TangledError(Exception):
    """An expression reads a cell in a way that says nothing of where it will lie for other values of the cell."""


@dataclass(eq=False)
class Trial(Frame):
    """One entity, once for each value that the cell is given. Aggregates and ranks that read the cell are refused."""

    cell: PanelCell | None = None
    given: Floats = field(default_factory=lambda: np.zeros(0))
    """(candidates,)"""
    looked: set[tuple[int, int, int]] = field(default_factory=set)
    """Conditions whose comparisons have been found, by node, row and way: named parts may repeat without bound."""
    ways: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """Where numbers go, in the same way."""
    _above: dict[int, Trial] = field(default_factory=dict)

    def _compute(self, node: Node) -> Value:
        assert self.cell is not None
        operation = node.operation
        if not reads(self.evaluation, node, self.cell):
            return super()._compute(node)
        if isinstance(operation, Leaf):
            return self._put(node)
        if isinstance(operation, Lift):
            return self.above(node).value(node.args[0])
        if operation.full:
            raise TangledError
        return super()._compute(node)

    def told(self, node: Node) -> Frame | None:
        """Nobody knows what a cell that is tried would be said to be."""
        assert self.cell is not None
        return None if reads(self.evaluation, node, self.cell) else super().told(node)

    def above(self, node: Node) -> Trial:
        """The ancestor that `node` lifts, tried in the same way."""
        if id(node) not in self._above:
            index = parent_rows(self.evaluation, str(node.home), node.params[0], node.calendar)[:, self.positions[0]]
            if (index != index[0]).any() or index[0] < 0:
                raise TangledError
            at = np.full(len(self.given), index[0])
            self._above[id(node)] = Trial(
                self.evaluation, node.params[0], self.calendar, at, cell=self.cell, given=self.given
            )
        return self._above[id(node)]

    def _put(self, node: Node) -> Floats:
        assert self.cell is not None
        found = aligned(self.evaluation, node)
        out = np.array(found.values[:, self.entities])
        if self.positions[0] != self.cell.entity:
            return out
        rows = single_row(self.evaluation, node, self.cell.entity)
        if rows is None:
            raise TangledError
        out[rows == self.cell.row] = self.given
        return out


def reads(evaluation: Evaluation, node: Node, cell: PanelCell) -> bool:
    """Whether the cell's series stands anywhere below `node`."""
    return cell.key in below(evaluation, node)


def below(evaluation: Evaluation, node: Node) -> frozenset[SeriesKey]:
    """The series that `node` is made of."""

    def find() -> frozenset[SeriesKey]:
        own: frozenset[SeriesKey] = frozenset()
        if isinstance(node.operation, Leaf):
            own = frozenset([(node.params[0], node.params[1], node.params[2])])
        return own.union(*(below(evaluation, arg) for arg in node.args))

    found: frozenset[SeriesKey] = evaluation.keep(("series below", id(node)), find)
    return found


def single_row(evaluation: Evaluation, node: Node, entity: int) -> npt.NDArray[np.int64] | None:
    """For each period the one row of the leaf's series behind it; None where several make up a period."""
    found = aligned(evaluation, node)
    if node.params[3] != "own":
        return None
    if found.parts is not None:
        return found.parts[0] if len(found.parts) == 1 else None
    return found.rows[0][:, entity] if len(found.rows) == 1 else None


def cells_of(verdicts: Verdicts, entity: int) -> list[PanelCell]:
    """The known cells of the judged period that the levels of a rule read: the entity's own and its ancestors'."""
    found: dict[SeriesKey, PanelCell] = {}
    evaluation, calendar, row = verdicts.seen, verdicts.calendar, verdicts.row
    for node, at in (one for root in verdicts.compiled.levels.values() for one in _leaves(verdicts, root, entity)):
        key = (node.params[0], node.params[1], node.params[2])
        series = series_of(evaluation.panel, node)
        rows = single_row(evaluation, node, at)
        if key in found or series.freq != calendar.freq or rows is None or rows[row] < 0:
            continue
        if series.holds != "number":
            continue
        own = evaluation.panel.calendars[series.freq]
        if own.ordinals[rows[row]] != calendar.ordinals[row] or np.isnan(series.values[rows[row], at]):
            continue
        found[key] = PanelCell(key, series, int(rows[row]), at)
    return list(found.values())


def _leaves(verdicts: Verdicts, root: Node, entity: int) -> Iterator[tuple[Node, int]]:
    evaluation, row = verdicts.seen, verdicts.row
    evaluation.prepare([root])
    todo, seen = [(root, entity)], set()
    while todo:
        node, at = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node.operation, Leaf):
            yield node, at
        elif isinstance(node.operation, Lift):
            index = parent_rows(evaluation, str(node.home), node.params[0], node.calendar)
            parent = int(index[row if len(index) > 1 else 0, at])
            if parent >= 0:
                todo.append((node.args[0], parent))
        elif not node.operation.full:
            todo.extend((arg, at) for arg in reversed(node.args))


def verdict(verdicts: Verdicts, trial: Trial) -> npt.NDArray[np.int8]:
    """For each candidate the verdict of the judged period before `adjust` and holding, as in `Verdicts.raw`."""
    compiled, row, count = verdicts.compiled, verdicts.row, len(trial.given)
    level = at_row(ladder(compiled, trial, row + 1)[0], row, count)
    if compiled.where is None:
        return level
    where = at_row(trial.array(compiled.where), row, count)
    return np.where(where == 1, level, np.where(where == 0, np.int8(-1), np.int8(-2))).astype(np.int8)
