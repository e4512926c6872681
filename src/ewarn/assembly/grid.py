"""From rows to arrays: a table's column laid out as periods x entities, and tables laid over each other.

Of several values for one cell the newest published holds; among those of one day, and where nothing is published, all
must agree. A blank says nothing; a symbol (masked, not applicable) is a statement, but a weaker one than a value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ewarn.assembly.codes import Rows
from ewarn.assembly.periods import Days
from ewarn.assembly.vintages import Vintage, before_in_column, before_of_two
from ewarn.panel import Floats, Int8s, Int32s, Source, Table

Bools = npt.NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)
_BLOCK = 1024
LONG_AGO = -(2**60)
"""Day before all days, small enough to be negated."""


@dataclass(eq=False)
class Layout:
    """Which cell each row of a table falls into."""

    shape: tuple[int, int]
    """Periods (1 for a table without), entities."""
    cells: Rows
    """Position of each row's cell in the flattened array; empty where `by_entity` says it."""
    numbers: Int32s
    """File row of each row."""
    rows: Int32s
    """(periods x entities): the first file row of each cell, 0 where there is none."""
    repeated: Rows
    """Rows that share their cell with another."""
    by_entity: bool = False
    """Whether the rows are all periods of the first entity, then of the second, and so on, without a gap."""

    @classmethod
    def of(cls, shape: tuple[int, int], cells: Rows, numbers: Int32s) -> Layout:
        """Lay out rows whose cells are known."""
        none = np.zeros(0, dtype=np.int64)
        if _by_entity(shape, cells):
            return cls(shape, none, numbers, _transposed(numbers, np.empty(shape, np.int32)), none, by_entity=True)
        rows = np.zeros(shape[0] * shape[1], dtype=np.int32)
        rows[cells] = numbers
        other = rows[cells] != numbers
        if not other.any():
            return cls(shape, cells, numbers, rows.reshape(shape), none)
        shared = np.zeros(len(rows), dtype=np.bool_)
        shared[cells[other]] = True
        rows[cells[::-1]] = numbers[::-1]  # the last assignment holds: the first row of a cell
        return cls(shape, cells, numbers, rows.reshape(shape), np.flatnonzero(shared[cells]))


@dataclass(eq=False)
class Column:
    """A column's items, one per row of a layout."""

    values: Floats
    reasons: Int8s | None = None
    statuses: Int8s | None = None
    days: Days | None = None
    """Day on which each was published; None where that is not asked."""


@dataclass(eq=False)
class Observed:
    """The same as arrays (periods x entities), with where it stands."""

    values: Floats
    sources: tuple[Source, ...]
    reasons: Int8s | None = None
    statuses: Int8s | None = None
    days: Days | None = None
    previous: Vintage | None = None
    """What was published before; None where nothing was."""

    @property
    def says(self) -> Bools:
        """Where there is a value, or a symbol for a missing one."""
        known = ~np.isnan(self.values)
        return known if self.reasons is None else known | (self.reasons > 0)


@dataclass(frozen=True, eq=False)
class Side:
    """One of two contradicting values of each of some cells: for each source the file rows, and the values."""

    rows: tuple[tuple[Source, Int32s], ...]
    values: Floats

    def at(self, position: int) -> tuple[Source, int, float]:
        """Where the value of one cell stands, and what it is."""
        value = float(self.values[position])
        standing = [(source, int(rows[position])) for source, rows in self.rows if rows[position] > 0]
        source, row = standing[0] if standing else (self.rows[0][0], 0)
        return source, row, value


@dataclass(frozen=True, eq=False)
class Clashes:
    """Cells (positions in the flattened array) with two values."""

    cells: Rows
    first: Side
    second: Side


def observe(
    layout: Layout, table: Table, name: str, column: Column, into: Floats | None = None
) -> tuple[Observed, Clashes | None]:
    """Lay out one column (values in the array `into`, if given), and say where it contradicts itself."""
    keep: Bools | None = None
    rows, clashes = layout.rows, None
    if len(layout.repeated) and not _agrees(layout, column):
        keep, clashes = _winners(layout, column, table, name)
        rows = _laid(layout, keep, layout.numbers, 0)
        rows = layout.rows if np.array_equal(rows, layout.rows) else rows
    observed = Observed(
        _laid(layout, keep, column.values, np.nan, into),
        (Source(table, name, rows),),
        None if column.reasons is None else _laid(layout, keep, column.reasons, 0),
        None if column.statuses is None else _laid(layout, keep, column.statuses, 0),
        None if column.days is None else _laid(layout, keep, column.days, LONG_AGO),
    )
    if keep is not None and column.days is not None and observed.days is not None:
        repeated = layout.repeated
        observed.previous = before_in_column(
            layout.shape, layout.cells, column.values, column.days, observed.days, repeated
        )
    return observed, clashes


def merge(below: Observed, above: Observed) -> tuple[Observed, Clashes | None]:
    """Lay one table over another; `below` is changed. Shapes are equal."""
    older = newer = np.zeros(below.values.shape, dtype=np.bool_)
    if below.days is not None and above.days is not None:
        older, newer = above.days < below.days, above.days > below.days
    said, says = below.says, above.says
    known, knows = ~np.isnan(below.values), ~np.isnan(above.values)
    same = known & knows & ~older & ~newer
    clash = np.flatnonzero(same & ~close(below.values, above.values))
    was, now = _or_zeros(below.reasons, below.values), _or_zeros(above.reasons, above.values)
    weak, weaker = _strength(below.statuses, below.values), _strength(above.statuses, above.values)
    better = (knows & ~known) | (~knows & ~known & (now < was)) | (same & (weaker < weak))
    take = says & (~said | newer | (~older & better))
    clashes = None
    if len(clash):
        clashes = Clashes(clash, _side(below, clash), _side(above, clash))
    days, previous = None, None
    if below.days is not None and above.days is not None:
        days = np.where(take, above.days, below.days)
        loser = Vintage(np.where(take, below.values, above.values), np.where(take, below.days, above.days))
        head = Vintage(np.where(take, above.values, below.values), days)
        previous = before_of_two(head, (loser, below.previous, above.previous))
    merged = replace(
        below,
        sources=tuple(_without(source, take) for source in below.sources) + above.sources,
        reasons=None if below.reasons is None and above.reasons is None else np.where(take, now, was),
        statuses=_merged_statuses(below, above, take),
        days=days,
        previous=previous,
    )
    below.values[take] = above.values[take]
    return merged, clashes


def close(left: Floats, right: Floats) -> Bools:
    """Where two amounts are the same, apart from the dust of converting units."""
    return np.asarray(np.abs(left - right) <= 1e-9 * np.maximum(np.abs(left), np.abs(right)))


def carried(observed: Observed) -> Observed:
    """Each entity's last statement carried forward over periods that say nothing; never back."""
    periods = np.arange(len(observed.values), dtype=np.int32)[:, None]
    said = np.maximum.accumulate(np.where(observed.says, periods, -1), axis=0)
    delivered = np.full(observed.values.shape, -1, dtype=np.int32)
    for source in observed.sources:
        np.maximum(delivered, np.where(source.rows > 0, periods, -1), out=delivered)
    pick = np.where(said >= 0, said, np.maximum.accumulate(delivered, axis=0))
    none, pick = pick < 0, np.maximum(pick, 0)
    values = np.take_along_axis(observed.values, pick, axis=0)
    values[none] = np.nan
    reasons = None if observed.reasons is None else np.take_along_axis(observed.reasons, pick, axis=0)
    if reasons is not None:
        reasons[none] = 0
    sources = []
    for source in observed.sources:
        rows = np.take_along_axis(source.rows, pick, axis=0)
        rows[none] = 0
        sources.append(replace(source, rows=rows))
    return Observed(values, tuple(sources), reasons)


def _laid(
    layout: Layout,
    keep: Bools | None,
    items: npt.NDArray[Scalar],
    fill: float,
    into: npt.NDArray[Scalar] | None = None,
) -> npt.NDArray[Scalar]:
    laid = np.empty(layout.shape, dtype=items.dtype) if into is None else into
    if layout.by_entity:
        return _transposed(items, laid)
    flat = laid.reshape(-1)
    if len(layout.cells) < len(flat) or len(layout.repeated):
        flat.fill(fill)
    if keep is None:
        flat[layout.cells] = items
    else:
        flat[layout.cells[keep]] = items[keep]
    return laid


def _by_entity(shape: tuple[int, int], cells: Rows) -> bool:
    periods, entities = shape
    if len(cells) != periods * entities or periods < 2 or entities < 2:
        return False
    if cells[0] != 0 or cells[-1] != len(cells) - 1 or cells[1] != entities:
        return False
    within = np.arange(periods) * entities
    by_entity = cells.reshape(entities, periods)
    return all(
        np.array_equal(block, within + np.arange(start, start + len(block))[:, None])
        for start in range(0, entities, _BLOCK)
        for block in [by_entity[start : start + _BLOCK]]
    )


def _transposed(items: npt.NDArray[Scalar], laid: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Items in the order of entities into an array periods x entities, in blocks that stay in cache."""
    periods, entities = laid.shape
    by_entity = items.reshape(entities, periods)
    for start in range(0, entities, _BLOCK):
        laid[:, start : start + _BLOCK] = by_entity[start : start + _BLOCK].T
    return laid


def _agrees(layout: Layout, column: Column) -> bool:
    """Whether all rows of each shared cell say the same: the commonest case, without sorting."""
    rows = layout.repeated
    cells = layout.cells[rows]
    for items in (column.values, column.reasons, column.statuses, column.days):
        if items is None:
            continue
        mine = items[rows]
        flat = np.zeros(layout.rows.size, dtype=items.dtype)
        flat[cells] = mine
        if not np.array_equal(flat[cells], mine, equal_nan=items is column.values):
            return False
    return True


def _winners(layout: Layout, column: Column, table: Table, name: str) -> tuple[Bools, Clashes | None]:
    """Which rows hold their cell, and the values that contradict the holder."""
    rows = layout.repeated
    cells, values = layout.cells[rows], column.values[rows]
    nothing = np.zeros(len(rows), dtype=np.int64)
    days = nothing if column.days is None else np.maximum(column.days[rows], LONG_AGO)
    reasons = nothing if column.reasons is None else column.reasons[rows]
    strength = nothing if column.statuses is None else _strength(column.statuses[rows], values)
    missing = np.isnan(values)
    blank = missing & (reasons == 0)
    order = np.lexsort((layout.numbers[rows], strength, reasons, missing, -days, blank, cells))
    starts = np.concatenate([[True], cells[order][1:] != cells[order][:-1]])
    holder = np.empty(len(rows), dtype=np.int64)
    holder[order] = order[np.flatnonzero(starts)][np.cumsum(starts) - 1]
    keep = np.ones(len(layout.cells), dtype=np.bool_)
    keep[rows[holder != np.arange(len(rows))]] = False
    against = ~missing & ~missing[holder] & (days == days[holder]) & ~close(values, values[holder])
    found = np.flatnonzero(against)
    if not len(found):
        return keep, None
    source = Source(table, name, layout.rows)
    numbers = layout.numbers[rows]
    held = holder[found]
    first, second = Side(((source, numbers[held]),), values[held]), Side(((source, numbers[found]),), values[found])
    return keep, Clashes(cells[found], first, second)


def _side(observed: Observed, cells: Rows) -> Side:
    rows = tuple((source, source.rows.ravel()[cells]) for source in observed.sources)
    return Side(rows, observed.values.ravel()[cells])


def _without(source: Source, take: Bools) -> Source:
    """The source without the cells that another table holds."""
    if not (source.rows[take] > 0).any():
        return source
    return replace(source, rows=np.where(take, np.int32(0), source.rows))


def _or_zeros(items: Int8s | None, like: Floats) -> Int8s:
    return np.zeros(like.shape, dtype=np.int8) if items is None else items


def _strength(statuses: Int8s | None, like: Floats) -> Int8s:
    """Statuses as ranks, weakest first; what says nothing comes last."""
    return np.full(like.shape, 9, np.int8) if statuses is None else np.where(statuses == 0, np.int8(9), statuses)


def _merged_statuses(below: Observed, above: Observed, take: Bools) -> Int8s | None:
    if below.statuses is None and above.statuses is None:
        return None
    return np.where(take, _or_zeros(above.statuses, above.values), _or_zeros(below.statuses, below.values))
