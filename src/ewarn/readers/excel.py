"""Workbooks of Excel, one sheet of them: cells as they are stored, formulas as Excel last worked them out."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from ewarn.arrow import doubles, strings
from ewarn.diagnostics import Cell, Diagnostic, did_you_mean
from ewarn.errors import DropError
from ewarn.panel import Int32s, Table
from ewarn.readers import Options
from ewarn.readers._bounds import letters, too_large
from ewarn.readers._formats import Looks, looks
from ewarn.readers._notes import notes_from

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

SUFFIXES = (".xlsx", ".xlsm", ".xls")
_LOCK = "~$"
_Item = object
_Row = Sequence[_Item]


class SheetColumns:
    """The columns of one sheet. Rows and columns are numbered as Excel shows them."""

    note: str | None = None

    def __init__(self, label: str, sheet: str, rows: list[_Row], options: Options, looks: Looks) -> None:
        self._label, self._sheet, self._looks = label, sheet, looks
        header = options.header_row
        if len(rows) < header:
            message = f"`{sheet}` of `{label}` has {len(rows)} rows; its header should be row {header}"
            raise DropError([Diagnostic("EW208", message, Cell(label, sheet), help="see `header` and `skip`")])
        names = [" ".join(text_of(item).split()) for item in rows[header - 1]]
        while names and not names[-1]:
            names.pop()
        self.names: tuple[str, ...] = tuple(names)
        left_out = frozenset(options.skip) if isinstance(options.skip, tuple) else frozenset()
        below = [(number, row) for number, row in enumerate(rows[header:], header + 1) if number not in left_out]
        count = notes_from([[text_of(item) for item in row] for _, row in _last(below)])
        self._notes = tuple(
            self._note(number, row) for number, row in below[len(below) - count :] if any(map(text_of, row))
        )
        below = below[: len(below) - count]
        self._below = [(number, row) for number, row in below if any(item != "" for item in row)]
        self._numbers: frozenset[int] = frozenset()

    def first_row(self) -> tuple[str, ...]:
        """The cells of the first row below the header."""
        return tuple(map(text_of, self._below[0][1][: len(self.names)])) if self._below else ()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:
        """Remember which columns are wanted as numbers; a formula in one that nobody has worked out is an error."""
        self._numbers = frozenset(numbers) - frozenset(text)
        wanted = {*text, *numbers}
        read = {number for number, _ in self._below}
        empty = sorted((row, column) for row, column in self._looks.unworked if column in wanted and row in read)
        if empty:
            row, column = empty[0]
            first = Cell(self._label, self._sheet, row, cell=f"{letters(column)}{row}")
            message = f"formulas without a result: {len(empty)} in the columns that are read"
            hint = "a program wrote them: open the workbook in Excel, save it, and deliver that"
            raise DropError([Diagnostic("EW208", message, first, help=hint)])

    def take(self, column: int) -> pa.ChunkedArray:
        """One column: numbers where all its cells are, else text. What is shown as 12% is taken as that."""
        items = [row[column] for _, row in self._below]
        if column in self._numbers and self._looks.percent:
            shown = [(number, column) in self._looks.percent for number, _ in self._below]
            items = [_percent(item) if is_shown else item for item, is_shown in zip(items, shown, strict=True)]
        if column in self._numbers and all(_is_number(item) or item == "" for item in items):
            return doubles(np.array([np.nan if item == "" else item for item in items], dtype=np.float64))
        return pa.chunked_array([strings(text_of(item) or None for item in items)])

    def table(self) -> Table:
        """The table for messages and evidence."""
        places = {name: letters(at) for at, name in enumerate(self.names) if name}
        return Table(self._label, self._sheet, notes=self._notes, letters=places)

    def rows(self) -> Int32s:
        """Row of each item in the sheet."""
        return np.array([number for number, _ in self._below], dtype=np.int32)

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """Rows with a cell to the right of the header: nobody knows what it is."""
        width = len(self.names)
        return tuple((number, len(row)) for number, row in self._below if any(item != "" for item in row[width:]))

    def _note(self, number: int, row: _Row) -> Cell:
        at = next(at for at, item in enumerate(row) if text_of(item))
        return Cell(self._label, self._sheet, number, cell=f"{letters(at)}{number}", about=text_of(row[at]))


def open_columns(path: Path, label: str, options: Options) -> SheetColumns:
    """Open a workbook and read one sheet of it: the one named, or the only one with anything in it."""
    if options.encoding != "auto":
        raise _problem(label, f"`{label}` is a workbook: `encoding` has no meaning there", code="EW202")
    if path.name.startswith(_LOCK):
        message = f"`{label}` is what Excel leaves while a workbook is open"
        raise _problem(label, message, f"the workbook is `{path.name.removeprefix(_LOCK)}`", code="EW201")
    large = too_large(path)
    if large:
        raise _problem(label, f"`{label}` is too large to read", large)
    workbook = _opened(path.read_bytes(), label)
    try:
        sheet, rows = _chosen(workbook, label, options.sheet)
    except DropError:
        raise
    except BaseException as error:
        raise _broken(error, label) from error
    return SheetColumns(label, sheet, rows, options, looks(path, sheet))


def text_of(item: _Item) -> str:
    """A cell as text: whole numbers as their digits, dates as 2022-09-30; empty for a blank."""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, float):
        return str(int(item)) if item.is_integer() and abs(item) < 1e15 else repr(item)
    if isinstance(item, dt.datetime):
        return str(item.date()) if item.time() == dt.time() else item.isoformat(" ", "seconds")
    return str(item).strip()


def _percent(item: _Item) -> _Item:
    """A number as its cell shows it, to the last digit that is stored: 0.12 as 12%."""
    if not _is_number(item) or not math.isfinite(cast("float", item)):
        return item
    return f"{Decimal(repr(item)).scaleb(2):f}%"


def _is_number(item: _Item) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def _last(rows: Sequence[tuple[int, _Row]]) -> Sequence[tuple[int, _Row]]:
    """The rows of one cell at the end; only they can be notes."""
    start = len(rows)
    while start and sum(item != "" for item in rows[start - 1][1]) <= 1:
        start -= 1
    return rows[start:]


def _opened(data: bytes, label: str) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook, PasswordError

    if data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        hint = "open it in Excel and save it as a workbook (.xlsx)"
        raise _problem(label, f"`{label}` is a web page with the ending of a workbook", hint)
    if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        hint = "a text file with commas wants the ending .csv, one with tabs .tsv"
        raise _problem(label, f"`{label}` is no workbook", hint)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        message, hint = f"`{label}` is protected by a password", "save it without one"
        raise _problem(label, message, hint) from error
    except BaseException as error:
        raise _broken(error, label) from error


def _chosen(workbook: CalamineWorkbook, label: str, wanted: str | None) -> tuple[str, list[_Row]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    known = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        name = next((sheet.name for sheet in known if sheet.name.strip() == wanted.strip()), None)
        if name is None:
            near = did_you_mean(wanted, [sheet.name for sheet in known])
            hint = near or f"it has: {', '.join(sheet.name for sheet in known)}"
            raise _problem(label, f"`{label}` has no sheet `{wanted}`", hint)
        return name, _rows(workbook.get_sheet_by_name(name))
    shown = [sheet.name for sheet in known if sheet.visible == SheetVisibleEnum.Visible]
    filled = {name: sheet for name in shown if (sheet := workbook.get_sheet_by_name(name)).height}
    if len(filled) > 1:
        hint = f"say which one with `sheet:` at the table: {', '.join(filled)}"
        raise _problem(label, f"`{label}` has {len(filled)} sheets with something in them", hint)
    if not filled:
        raise _problem(label, f"`{label}` has no visible sheet with anything in it", "name a hidden one with `sheet:`")
    name, sheet = next(iter(filled.items()))
    return name, _rows(sheet)


def _rows(sheet: CalamineSheet) -> list[_Row]:
    return list(sheet.to_python(skip_empty_area=False))


def _broken(error: BaseException, label: str) -> BaseException:
    """The reader's own words for a damaged file; it panics at some, which is no Exception."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return DropError([Diagnostic("EW208", f"`{label}` is no whole workbook", Cell(label), reason)])
    return error


def _problem(label: str, message: str, help: str | None = None, code: str = "EW208") -> DropError:  # noqa: A002  (as in Diagnostic)
    return DropError([Diagnostic(code, message, Cell(label), help=help)])
