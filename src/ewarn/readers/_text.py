"""Delimited text: read by Arrow where it is regular, by Python's csv module, with the same result, where it is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ewarn.arrow import mask, strings
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.errors import DropError
from ewarn.panel import Int32s, Table
from ewarn.readers import Options
from ewarn.readers._encoding import to_utf8
from ewarn.readers._notes import without_notes

_DICTIONARY = pa.dictionary(pa.int32(), pa.string())
_BLOCK = 4 << 20
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


class TextColumns:
    """The columns of a delimited text file. A row counts also when it is empty; a line is physical."""

    def __init__(self, path: Path, label: str, options: Options, delimiter: str) -> None:
        self._label, self._delimiter = label, delimiter
        with pa.memory_map(str(path)) as file:
            self._data, encoding = to_utf8(file.read_buffer(), options.encoding, label)
        if b"\n" not in (head := self._data.slice(0, min(_BLOCK, self._data.size)).to_pybytes()) and b"\r" in head:
            self._data = pa.py_buffer(self._data.to_pybytes().replace(b"\r", b"\n"))
        self._data, self._notes = without_notes(self._data, delimiter, label)
        self.note: str | None = None if encoding == "utf-8" else f"read as {encoding}"
        self._header_row = options.header_row
        self._left_out = frozenset(options.skip) if isinstance(options.skip, tuple) else frozenset()
        self.names, self._top_lines = self._read_header()
        self._taken: dict[int, pa.ChunkedArray] = {}
        self._rows: Int32s = np.zeros(0, np.int32)
        self._lines: Int32s | None = None
        self._ragged: list[tuple[int, int]] = []

    def first_row(self) -> tuple[str, ...]:
        """The cells of the first row below the header."""
        below = (cells for row, _, cells in self.records() if row > self._header_row and any(cells))
        cells = next(below, [])
        return tuple(cells[at] if at < len(cells) else "" for at in range(len(self.names))) if cells else ()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:
        """Read all wanted columns in one pass, numbers strictly; those that are not all numbers become text."""
        wanted = sorted({*text, *numbers})
        strict = frozenset(numbers) - frozenset(text)
        body = self._body()
        try:
            columns = self._by_arrow(body, wanted, strict)
            self._number_rows(body, len(columns[0]))
            if self._left_out:
                columns = self._without(columns)
        except _IrregularError:
            columns = self._by_python(wanted, strict)
        self._taken = dict(zip(wanted, columns, strict=True))
        self._data = pa.py_buffer(b"")

    def take(self, column: int) -> pa.ChunkedArray:
        """Give out a prepared column."""
        return self._taken.pop(column)

    def table(self) -> Table:
        """The table for messages and evidence."""
        return Table(
            self._label,
            text=True,
            lines=self._lines,
            notes=tuple(note for note in self._notes if note.line not in self._left_out),
        )

    def rows(self) -> Int32s:
        """File row of each item."""
        return self._rows

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """File rows with more or fewer cells than the header, and how many."""
        return tuple(self._ragged)

    def records(self) -> Iterator[tuple[int, int, list[str]]]:
        """All rows as they stand: file row, physical line, cells. Before `prepare`."""
        stream = io.TextIOWrapper(io.BufferedReader(pa.BufferReader(self._data)), "utf-8-sig", newline="")
        reader = csv.reader(stream, delimiter=self._delimiter)
        line = 1
        try:
            for row, cells in enumerate(reader, 1):
                yield row, line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            place = Cell(self._label, line=line)
            hint = "a quote that opens a cell and is never closed?"
            raise DropError([Diagnostic("EW208", f"no table: {error}", place, help=hint)]) from error

    def _read_header(self) -> tuple[tuple[str, ...], list[int]]:
        lines: list[int] = []
        names: tuple[str, ...] = ()
        for row, line, cells in self.records():
            lines.append(line)
            if row == self._header_row + 1:
                return names, lines[:-1]
            if row == self._header_row:
                names = tuple(cell.strip() for cell in cells)
        if len(lines) < self._header_row:
            message = f"`{self._label}` has {len(lines)} rows; its header should be row {self._header_row}"
            raise DropError([Diagnostic("EW208", message, Cell(self._label), help="see `header` and `skip`")])
        return names, lines

    def _body(self) -> pa.Buffer:
        """What follows the header. Its length in lines is known from the csv module, quoted newlines included."""
        header_ends = self._line_after_header() - 1
        start, size = 0, self._data.size
        while header_ends and start < size:
            block = self._data.slice(start, min(1 << 16, size - start)).to_pybytes()
            found = block.find(b"\n")
            header_ends -= found >= 0
            start += found + 1 if found >= 0 else len(block)
        return self._data.slice(start)

    def _line_after_header(self) -> int:
        for row, line, _ in self.records():
            if row == self._header_row + 1:
                return line
        return np.iinfo(np.int32).max  # the header is all there is

    def _by_arrow(self, body: pa.Buffer, wanted: list[int], numbers: frozenset[int]) -> list[pa.ChunkedArray]:
        if not body.size or not wanted:
            raise _IrregularError
        try:
            columns = self._parse(body, wanted, {column: pa.float64() for column in numbers})
            if not any(_infinite(array) for at, array in zip(wanted, columns, strict=True) if at in numbers):
                return columns
        except pa.ArrowInvalid as error:
            if "In CSV column" not in str(error):
                raise _IrregularError from error
        try:
            columns = self._parse(body, wanted, dict.fromkeys(numbers, pa.string()))
        except pa.ArrowInvalid as error:
            raise _IrregularError from error
        return [_as_numbers(array) if at in numbers else array for at, array in zip(wanted, columns, strict=True)]

    def _parse(self, body: pa.Buffer, wanted: list[int], types: dict[int, pa.DataType]) -> list[pa.ChunkedArray]:
        table = pa_csv.read_csv(
            pa.BufferReader(body),
            pa_csv.ReadOptions(column_names=[str(number) for number in range(len(self.names))], block_size=_BLOCK),
            pa_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            pa_csv.ConvertOptions(
                check_utf8=False,  # it has been
                include_columns=[str(column) for column in wanted],
                column_types={str(column): types.get(column, _DICTIONARY) for column in wanted},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        return list(table.columns)

    def _number_rows(self, body: pa.Buffer, count: int) -> None:
        """File row of each item, and lines where they differ from rows: quoted newlines, empty lines."""
        first = self._header_row + 1
        raw = np.frombuffer(body, np.uint8)
        ends = sum(np.count_nonzero(raw[at : at + _BLOCK] == _NEWLINE) for at in range(0, len(raw), _BLOCK))
        if ends + (raw[-1] != _NEWLINE) == count and len(self._top_lines) == self._top_lines[-1]:
            self._rows = np.arange(first, first + count, dtype=np.int32)
            return
        newlines = np.flatnonzero(raw == _NEWLINE)
        outside = np.searchsorted(np.flatnonzero(raw == _QUOTE), newlines) % 2 == 0
        stops = newlines[outside]
        if raw[-1] != _NEWLINE:
            stops = np.append(stops, len(raw))
        starts = np.concatenate([[0], stops[:-1] + 1])
        length = stops - starts
        empty = (length == 0) | ((length == 1) & (raw[np.minimum(starts, len(raw) - 1)] == _RETURN))
        if len(stops) - np.count_nonzero(empty) != count:
            raise _IrregularError  # a quote inside an unquoted cell, for one
        self._rows = (first + np.flatnonzero(~empty)).astype(np.int32)
        after_header = self._line_after_header()
        self._keep_lines([*self._top_lines, *(after_header + np.searchsorted(newlines, starts)).tolist()])

    def _keep_lines(self, lines: list[int]) -> None:
        found = np.array(lines, dtype=np.int32)
        self._lines = None if np.array_equal(found, np.arange(1, len(found) + 1)) else found

    def _without(self, columns: list[pa.ChunkedArray]) -> list[pa.ChunkedArray]:
        keep = ~np.isin(self._rows, list(self._left_out))
        self._rows = self._rows[keep]
        return [column.filter(mask(keep)) for column in columns]

    def _by_python(self, wanted: list[int], numbers: frozenset[int]) -> list[pa.ChunkedArray]:
        """The careful way: row by row, cells that are missing taken as blank, and reported by `ragged`."""
        width = len(self.names)
        cells: list[list[str | None]] = [[] for _ in wanted]
        rows: list[int] = []
        lines: list[int] = []
        for row, line, record in self.records():
            lines.append(line)
            if row <= self._header_row or not record or row in self._left_out:
                continue
            if len(record) < width or any(record[width:]):
                self._ragged.append((row, len(record)))
            rows.append(row)
            for column, into in zip(wanted, cells, strict=True):
                into.append((record[column] if column < len(record) else "") or None)
        self._rows = np.array(rows, dtype=np.int32)
        self._keep_lines(lines)
        columns = [pa.chunked_array([strings(column)]) for column in cells]
        return [_as_numbers(array) if at in numbers else array for at, array in zip(wanted, columns, strict=True)]


class _IrregularError(Exception):
    """Arrow cannot read the file as it stands."""


def _as_numbers(array: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        found = array.cast(pa.float64())
    except pa.ArrowInvalid:
        return array
    return array if _infinite(found) else found


def _infinite(array: pa.ChunkedArray) -> bool:
    """Whether a number is beyond what floats hold: a message wants the cell as it stands."""
    return bool(pc.any(pc.is_inf(array)).as_py())
