"""The plain tables that an override file names: an id and a value in each row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

import numpy as np
import pyarrow as pa

from ewarn.assembly.numbers import numbers_of
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.symbols import Symbols
from ewarn.diagnostics import Diagnostic
from ewarn.drop.columns import Header
from ewarn.drop.folder import inside, label_of
from ewarn.errors import DropError
from ewarn.expressions.lookup import Lookup
from ewarn.readers import Columns, Options, open_columns
from ewarn.rules.overriding.written import WrittenOwnerTable, WrittenTable
from ewarn.source import Text

T = TypeVar("T")


def numbers(folder: Path, written: WrittenTable, problems: list[Diagnostic]) -> Lookup | None:
    """The numbers of a table; None where a mistake has been reported."""

    def values(column: pa.ChunkedArray) -> tuple[list[float | None], dict[int, str]]:
        found = numbers_of(column, Symbols())
        bad = {int(row): f"`{shown(found.text(int(row)))}` is not a number" for row in found.bad}
        if found.percent is not None and found.percent.any():
            bad |= {int(row): "a cell with `%` among plain numbers" for row in np.flatnonzero(found.percent)}
        return [None if value != value else value for value in found.values.tolist()], bad

    read = _read(folder, written, values, problems)
    if read is None:
        return None
    return Lookup(label_of(written.table), str(written.column), *read, written.otherwise)


def words(
    folder: Path, written: WrittenOwnerTable, problems: list[Diagnostic]
) -> tuple[dict[str, str], dict[str, int]] | None:
    """The texts of a table by entity, and the file row of each; None where a mistake has been reported."""

    def values(column: pa.ChunkedArray) -> tuple[list[str | None], dict[int, str]]:
        return [text.strip() or None if text else None for text in _texts(column)], {}

    return _read(folder, written, values, problems)


def _read(
    folder: Path,
    written: WrittenTable | WrittenOwnerTable,
    values: Callable[[pa.ChunkedArray], tuple[list[T | None], dict[int, str]]],
    problems: list[Diagnostic],
) -> tuple[dict[str, T], dict[str, int]] | None:
    """Values and file rows by entity id."""
    found = Problems()
    path = inside(folder, written.table, False, found)
    try:
        if path is not None:
            label = label_of(written.table)
            sheet = None if written.sheet is None else str(written.sheet)
            columns = open_columns(path, label, Options(sheet=sheet), written.table.span())
            result = _columns(label, columns, written.key, written.column, values, found)
    except DropError as error:
        found.extend(error.diagnostics)
    if len(found):
        problems += found.diagnostics()
        return None
    return result


def _columns(
    label: str,
    columns: Columns,
    key: Text,
    column: Text,
    values: Callable[[pa.ChunkedArray], tuple[list[T | None], dict[int, str]]],
    problems: Problems,
) -> tuple[dict[str, T], dict[str, int]]:
    header = Header(label, columns, problems)
    at, value_at = header.find(key), header.find(column)
    if not len(problems) and at == value_at:
        problems.add(Diagnostic("EW203", f"`{shown(column)}` is both the key and the values", column.span(),
                                help="name the column with the values"), label)  # fmt: skip
    if len(problems):
        return {}, {}
    columns.prepare({at, value_at}, ())
    ids = _texts(columns.take(at))
    read, bad = values(columns.take(value_at))
    table, rows = columns.table(), columns.rows().tolist()
    taken: dict[str, T] = {}
    seen: dict[str, int] = {}
    for number, (one, value) in enumerate(zip(ids, read, strict=True)):
        row = rows[number]
        name = normalize("NFC", (one or "").strip())
        if not name and value is None:
            continue
        if number in bad:
            place = table.place(row, columns.names[value_at])
            problems.add(Diagnostic("EW301", bad[number], place, help="write a plain number"), label)
        elif not name:
            place = table.place(row, columns.names[at])
            problems.add(
                Diagnostic("EW304", "a row without an id", place, help="write the id, or delete the row"), label
            )
        elif name in seen:
            message = f"two rows for `{shown(name)}`: {seen[name]} and {row}"
            problems.add(Diagnostic("EW303", message, table.place(row, columns.names[at]), help="keep one"), label)
        else:
            seen[name] = row
            if value is not None:
                taken[name] = value
    return taken, seen


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    texts: list[str | None] = column.cast(pa.string()).to_pylist()
    return texts
