"""Periods across the columns: such a table is read as if each value had a row of its own."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ewarn.arrow import mask, strings, valid_column
from ewarn.assembly.indicators import plain
from ewarn.assembly.problems import Problems, shown
from ewarn.calendar import Period
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.drop.columns import Header
from ewarn.drop.model import AcrossModel
from ewarn.drop.pattern import Pattern
from ewarn.errors import DropError
from ewarn.panel import Across, Int32s, Table
from ewarn.readers import Columns

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIRST = re.compile(r"\d{4}-\d\d-01")


class Stacked:
    """The columns of a table whose periods run across, each item of a period column a row of its own.

    Behind the file's columns stand two more, of one name: the period, and the value.
    """

    def __init__(self, columns: Columns, name: str, periods: dict[int, Period]) -> None:
        self._columns, self._name = columns, name
        self._periods = periods
        self._text: dict[int, pa.ChunkedArray] = {}
        self._rows: Int32s = np.zeros(0, np.int32)
        self._height = 1
        self.names = (*columns.names, name, name)
        self.note = columns.note

    @property
    def period(self) -> int:
        """Position of the column of periods."""
        return len(self.names) - 2

    @property
    def value(self) -> int:
        """Position of the column of values."""
        return len(self.names) - 1

    def first_row(self) -> tuple[str, ...]:
        """The cells of the first row below the header."""
        return self._columns.first_row()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:  # noqa: ARG002  (the values are known)
        """Read the words now, since they say which rows there are."""
        wanted, values = set(text) - {self.period, self.value}, set(self._periods)
        words = wanted | values if self.value in text else wanted
        self._columns.prepare(words, values - words)
        self._text = {column: self._columns.take(column) for column in sorted(wanted)}
        self._rows = self._columns.rows()
        self._height = int(self._rows.max(initial=1))
        if self._height * len(self._periods) > np.iinfo(np.int32).max:
            table = self._columns.table()
            message = f"{len(self._periods)} periods of {self._height:,} rows are too many for one table"
            hint = "bring it into the long form"
            raise DropError([Diagnostic("EW208", message, Cell(table.file, table.sheet), help=hint)])

    def take(self, column: int) -> pa.ChunkedArray:
        """A column as many times as there are periods; the periods; the values, one column after the other."""
        if column == self.period:
            return self._labels()
        if column == self.value:
            return _joined([self._columns.take(at) for at in self._periods])
        chunks = self._text[column].chunks
        return pa.chunked_array(chunks * len(self._periods), self._text[column].type)

    def table(self) -> Table:
        """The table for messages and evidence; it knows which column each item stands in."""
        across = Across(self._name, tuple(self.names[at] for at in self._periods), self._height)
        return replace(self._columns.table(), across=across)

    def rows(self) -> Int32s:
        """Number of each item."""
        offsets = np.arange(len(self._periods), dtype=np.int32) * np.int32(self._height)
        return (offsets[:, None] + self._rows).ravel()

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """File rows with more or fewer cells than the header."""
        return self._columns.ragged()

    def _labels(self) -> pa.ChunkedArray:
        """The period of each item; none in rows without a word, so that they count as empty."""
        worded = np.zeros(len(self._rows), dtype=np.bool_)
        for array in self._text.values():
            worded |= valid_column(array)
        words = strings(str(period) for period in self._periods.values())
        index = np.repeat(np.arange(len(self._periods), dtype=np.int32), len(self._rows))
        indices = pc.if_else(mask(np.tile(worded, len(self._periods))), pa.array(index), None)
        return pa.chunked_array([pa.DictionaryArray.from_arrays(indices.cast(pa.int32()), words)])


def stacked(columns: Columns, model: AcrossModel, used: Collection[int], label: str, problems: Problems) -> Stacked:
    """Find the columns that are periods; a heading with a year that does not fit the pattern is a problem."""
    pattern = Pattern.of(model.period)
    without = {plain(name) for name in model.without}
    periods: dict[int, Period] = {}
    for at, name in enumerate(columns.names):
        if plain(name) in without or at in used:
            continue
        try:
            period = pattern.period(name)
        except ValueError as error:
            problems.add(
                Diagnostic("EW302", f"`{shown(name)}` is not a period", _head(columns, name), str(error)), label
            )
            continue
        if period is not None and period in periods.values():
            message = f"`{label}` has two columns of {period}"
            hint = "leave one out: `without: [...]` beside the pattern, if their names differ"
            problems.add(Diagnostic("EW203", message, _head(columns, name), help=hint), label)
        elif period is not None:
            periods[at] = period
        elif _YEAR.search(name):
            message = f"`{shown(name)}` looks like a period and does not fit `{model.period}`"
            hint = f"if it is none, or not wanted: `without: ['{shown(name)}']` beside the pattern"
            if _FIRST.fullmatch(name):
                hint = "a month that Excel keeps as a date? `period: '{year}-{month}-01'` reads it"
            problems.add(Diagnostic("EW203", message, _head(columns, name), help=hint), label)
    if not periods:
        header = Header(label, columns, problems)
        message = f"`{label}` has no column like `{model.period}`"
        hint = "is the header in another row? `header: ROW` says which"
        problems.add(Diagnostic("EW203", message, model.period.span(), header.listing(), hint), label)
    for name in model.without:
        Header(label, columns, problems).find(name)
    return Stacked(columns, str(model.period), periods)


def _head(columns: Columns, name: str) -> Cell:
    table = columns.table()
    return Cell(table.file, table.sheet, column=shown(name))


def _joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Columns of values one after the other: as numbers if all are, else as text."""
    if all(pa.types.is_floating(column.type) or pa.types.is_integer(column.type) for column in columns):
        columns = [column.cast(pa.float64(), safe=False) for column in columns]
    else:
        columns = [_as_text(column) for column in columns]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column.cast(pa.string())
