"""One table, read as far as its words go: whose rows they are, of which period, published when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from ewarn.arrow import Bools, valid_column
from ewarn.assembly.codes import Codes, Rows, codes_of, constant
from ewarn.assembly.numbers import Numbers, numbers_of
from ewarn.assembly.periods import NO_PERIOD, Days, Periods, days_of, noun, periods_of
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.spec import TableSpec
from ewarn.assembly.symbols import status_of
from ewarn.assembly.unread import Unread
from ewarn.calendar import Frequency, Period
from ewarn.diagnostics import Cell, Diagnostic, did_you_mean
from ewarn.errors import DropError
from ewarn.panel import Int8s, Int32s, Status, Table


@dataclass(eq=False)
class Sheet:
    """A table's rows that count, columns of words read, columns of numbers still to be taken."""

    spec: TableSpec
    table: Table
    numbers: Int32s
    """File row of each row."""
    kept: Rows | None
    """Which rows of the file they are; None where all."""
    ids: Codes
    types: Codes
    freq: Frequency | None
    ordinals: Int32s | None
    """Period of each row; None for a table without periods."""
    published: Days | None
    """Day on which each row was published, `UNKNOWN` where it does not say; None without such a column."""
    status: Int8s | None
    words: dict[int, Codes]
    """Other columns of words, by position."""
    strays: set[int] = field(default_factory=set)
    """File rows without a single word, in which `values` has found a number."""
    incomplete: bool = False
    """Rows had to be left out, or all of them: what is not here may be there all the same."""
    _wordless: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    _wordless_rows: Int32s = field(default_factory=lambda: np.zeros(0, np.int32))
    _uses: Counter[int] = field(default_factory=Counter)
    _arrays: dict[int, pa.ChunkedArray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, column: int) -> str:
        """A column's name."""
        return self.spec.columns.names[column]

    def array(self, column: int) -> pa.ChunkedArray:
        """A column as it came, forgotten with its last use."""
        array = self._arrays.pop(column, None)
        array = self.spec.columns.take(column) if array is None else array
        self._uses[column] -= 1
        if self._uses[column] > 0:
            self._arrays[column] = array
        return array

    def values(self, column: int, problems: Problems) -> Numbers:
        """A column of numbers, the rows that count; one that can hold none is reported, and none is known."""
        array = self.array(column)
        try:
            with _explained(self.spec, column):
                found = numbers_of(array, self.spec.symbols)
        except DropError as error:
            problems.extend(error.diagnostics)
            found = numbers_of(pa.chunked_array([pa.nulls(len(array))]), self.spec.symbols)
        self.strays.update(self._wordless_rows[~np.isnan(found.values[self._wordless])].tolist())
        return found if self.kept is None else found.rows(self.kept)

    def select(self, keep: Bools) -> None:
        """Drop the rows that `keep` has not."""
        if keep.all():
            return
        rows = np.flatnonzero(keep)
        self.kept = rows if self.kept is None else self.kept[rows]
        self.numbers = self.numbers[rows]
        self.ids, self.types = self.ids.rows(rows), self.types.rows(rows)
        self.ordinals = None if self.ordinals is None else self.ordinals[rows]
        self.published = None if self.published is None else self.published[rows]
        self.status = None if self.status is None else self.status[rows]
        self.words = {column: codes.rows(rows) for column, codes in self.words.items()}

    def about(self, row: int, what: str | None = None) -> str:
        """Whose value stands in a row: `云岭建材, 2022-09, output`."""
        name = self.words[self.spec.name].text(row) if self.spec.name is not None else None
        parts = [shown(name or self.ids.text(row) or "", 40)]
        if self.ordinals is not None and self.freq is not None and self.ordinals[row] != NO_PERIOD:
            parts.append(str(Period(self.freq, int(self.ordinals[row]))))
        return ", ".join(part for part in (*parts, what) if part)

    def place(self, row: int, column: int | None = None, what: str | None = None, *, whose: bool = True) -> Cell:
        """The cell of a row, for messages."""
        name = None if column is None else self.column(column)
        return self.table.place(int(self.numbers[row]), name, self.about(row, what) if whose else None)


def read_sheet(spec: TableSpec, fiscal_year_start: int, problems: Problems) -> Sheet:
    """Read the words of a table; rows that cannot be placed are reported and left out."""
    columns = spec.columns
    columns.prepare(spec.text_columns, spec.value_columns - spec.text_columns)
    counted = [value.column for value in spec.values if not value.words]
    uses = Counter(counted + ([spec.long.value] if spec.long else []))
    arrays = {column: columns.take(column) for column in sorted(spec.text_columns)}
    numbers = columns.rows()
    worded = replace(spec, period=None, published=None).text_columns
    words = {column: _words(spec, column, arrays[column]) for column in sorted(worded)}
    ids = words[spec.id]
    types = constant(spec.type, len(ids)) if spec.type_column is None else words[spec.type_column]
    sheet = Sheet(spec, columns.table(), numbers, None, ids, types, None, None, None, None, words)
    sheet._uses, sheet._arrays = uses, {column: array for column, array in arrays.items() if uses[column]}
    keep = np.ones(len(ids), dtype=np.bool_)
    _ragged(sheet, keep, problems)
    filled = _with_words(sheet, arrays)
    keep &= filled
    if isinstance(spec.period, Period):
        sheet.freq, sheet.ordinals = spec.period.freq, np.full(len(ids), spec.period.ordinal, dtype=np.int32)
    elif spec.period is not None:
        with _explained(spec, spec.period):
            periods = periods_of(arrays[spec.period], spec.frequency, fiscal_year_start)
        sheet.freq, sheet.ordinals = periods.freq, periods.ordinals
        keep &= _periods(sheet, spec.period, periods, keep, problems)
    if spec.published is not None:
        _published(sheet, spec.published, arrays[spec.published], keep, problems)
    sheet.status = _status(sheet, keep, problems)
    keep &= _named(sheet, keep, problems)
    sheet.incomplete = bool((filled & ~keep).any()) or isinstance(columns, Unread)
    sheet.select(keep)
    return sheet


def _words(spec: TableSpec, column: int, array: pa.ChunkedArray) -> Codes:
    with _explained(spec, column):
        return codes_of(array)


@contextmanager
def _explained(spec: TableSpec, column: int) -> Iterator[None]:
    """A typed column that holds no words, or no numbers, is a mistake in the data."""
    try:
        yield
    except (ValueError, pa.ArrowException) as error:
        reason = "is not UTF-8" if "UTF8" in str(error) else str(error).splitlines()[0]
        place = Cell(spec.label, column=spec.columns.names[column])
        raise DropError([Diagnostic("EW301", f"a column that {reason}", place)]) from error


def _ragged(sheet: Sheet, keep: Bools, problems: Problems) -> None:
    """Rows with another number of cells than the header: nobody knows which cell is which."""
    ragged = sheet.spec.columns.ragged()
    width = len(sheet.spec.columns.names)

    def word(position: int) -> Diagnostic:
        row, cells = ragged[position]
        message = f"a row of {cells} cell{'s' * (cells != 1)} under a header of {width}"
        hint = "a comma that wants quotes, a quote never closed, or a note: `skip: [ROW, ...]` leaves rows out"
        return Diagnostic("EW309", message, sheet.table.place(row), help=hint)

    if ragged and sheet.table.sheet is not None:
        row = ragged[0][0]
        message = f"cells to the right of the {width} headings, from row {row} on; such rows: {len(ragged)}"
        hint = "headings in several rows? Put one into each column and say with `header: ROW` where; `skip: [ROW, ...]`"
        problems.add(Diagnostic("EW309", message, sheet.table.place(row), help=hint), sheet.spec.label)
    else:
        problems.add_all("EW309", sheet.spec.label, len(ragged), word)
    if ragged:
        keep &= ~np.isin(sheet.numbers, [row for row, _ in ragged])


def _with_words(sheet: Sheet, arrays: dict[int, pa.ChunkedArray]) -> Bools:
    """Rows with a word somewhere. The others are empty, or are reported when their numbers are read."""
    found = sheet.ids.index >= 0
    if found.all():
        return found
    for column, array in arrays.items():
        if column in sheet.words:
            found |= sheet.words[column].index >= 0
        else:
            found |= valid_column(array)
    sheet._wordless = np.flatnonzero(~found)
    sheet._wordless_rows = sheet.numbers[sheet._wordless]
    return found


def _periods(sheet: Sheet, column: int, periods: Periods, keep: Bools, problems: Problems) -> Bools:
    """Which rows have a period; the others are reported."""
    known: Bools = periods.ordinals != NO_PERIOD
    if known.all():
        return known
    sheet.words.setdefault(column, periods.cells)
    rows = np.flatnonzero(keep & ~known)
    mixed = rows[np.isin(periods.cells.index[rows], list(periods.other))]
    wrong = rows[~np.isin(periods.cells.index[rows], list(periods.other))]

    def word_mixed(position: int) -> Diagnostic:
        row = int(mixed[position])
        code = int(periods.cells.index[row])
        found, wanted = periods.other[code], periods.freq or "M"
        message = f"`{shown(periods.cells.texts[code])}` is {noun(found)} in a table of {noun(wanted)[2:]}s"
        hint = f"a table has one frequency: `frequency: {found}` if all rows are like this one, else two tables"
        return Diagnostic("EW307", message, sheet.place(row, column), help=hint)

    def word_wrong(position: int) -> Diagnostic:
        row = int(wrong[position])
        code = int(periods.cells.index[row])
        if code < 0:
            return Diagnostic("EW302", "a row without a period", sheet.place(row, column))
        text, freq = shown(periods.cells.texts[code]), sheet.spec.frequency or periods.freq
        message = f"`{text}` is not {noun(freq) if freq else 'a period'}"
        return Diagnostic("EW302", message, sheet.place(row, column), periods.bad[code])

    problems.add_all("EW307", sheet.spec.label, len(mixed), word_mixed)
    problems.add_all("EW302", sheet.spec.label, len(wrong), word_wrong)
    return known


def _published(sheet: Sheet, column: int, array: pa.ChunkedArray, keep: Bools, problems: Problems) -> None:
    with _explained(sheet.spec, column):
        days, cells, bad = days_of(array)
    sheet.published = days
    rows = np.flatnonzero(keep & np.isin(cells.index, bad)) if bad else np.zeros(0, np.int64)

    def word(position: int) -> Diagnostic:
        row = int(rows[position])
        message = f"`{shown(cells.text(row) or '')}` is not a day"
        return Diagnostic("EW306", message, sheet.place(row, column), "a day like 2022-10-15")

    problems.add_all("EW306", sheet.spec.label, len(rows), word)


def _status(sheet: Sheet, keep: Bools, problems: Problems) -> Int8s | None:
    spec = sheet.spec.status
    if spec is None:
        return None
    if isinstance(spec, Status):
        return np.full(len(sheet), spec, dtype=np.int8)
    cells = sheet.words[spec]
    known = [status_of(word) for word in cells.texts]
    bad = [code for code, status in enumerate(known) if status is None]
    rows = np.flatnonzero(keep & np.isin(cells.index, bad)) if bad else np.zeros(0, np.int64)

    def word(position: int) -> Diagnostic:
        row = int(rows[position])
        text = cells.text(row) or ""
        hint = did_you_mean(text, ("forecast", "flash", "preliminary", "revised", "final"))
        choices = "预计 forecast, 快报 flash, 初步 preliminary, 修订 revised, 最终 final"
        return Diagnostic("EW308", f"`{shown(text)}` is no status", sheet.place(row, spec), choices, hint)

    problems.add_all("EW308", sheet.spec.label, len(rows), word)
    return np.array([*(status or 0 for status in known), 0], dtype=np.int8)[cells.index]


def _named(sheet: Sheet, keep: Bools, problems: Problems) -> Bools:
    """Which rows say whose they are; the others are reported."""
    known = (sheet.ids.index >= 0) & (sheet.types.index >= 0)
    rows = np.flatnonzero(keep & ~known)

    def word(position: int) -> Diagnostic:
        row = int(rows[position])
        if sheet.ids.index[row] < 0:
            hint = "a total or a note? `skip: [ROW, ...]` leaves rows out"
            return Diagnostic("EW304", "a row without an id", sheet.place(row, sheet.spec.id), help=hint)
        return Diagnostic("EW304", "a row without an entity type", sheet.place(row, sheet.spec.type_column))

    problems.add_all("EW304", sheet.spec.label, len(rows), word)
    return known
