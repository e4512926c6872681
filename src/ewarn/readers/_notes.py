"""Notes below a table, as statistics offices put them: `注：…`, `数据来源：…`. They are no rows, and are reported."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

import pyarrow as pa

from ewarn.diagnostics import Cell

_TAIL = 64 << 10
_OPENING = re.compile(
    r"[\s\u3000\"'*＊]*(?:注|备注|附注|说明|附|资料来源|数据来源|来源|注释|notes?|sources?|source and notes)"
    r"\s*[\d一二三]{0,2}\s*[:：.．、]",
    re.IGNORECASE,
)


def notes_from(rows: Sequence[Sequence[str]]) -> int:
    """How many of the last rows are notes: from a row that opens like one, all of one cell, to the end.

    Empty rows among them belong to them. A row of one cell that opens like data is a row of data.
    """
    found = 0
    for count, cells in enumerate(reversed(rows), 1):
        said = [cell for cell in cells if cell and not cell.isspace()]
        if len(said) > 1:
            break
        if said and _OPENING.match(said[0]):
            found = count
    return found


def without_notes(data: pa.Buffer, delimiter: str, label: str) -> tuple[pa.Buffer, tuple[Cell, ...]]:
    """UTF-8 text without the notes at its end, and where they stood."""
    start = max(data.size - _TAIL, 0)
    tail = data.slice(start).to_pybytes()
    lines = tail.split(b"\n")
    rows: list[list[str]] = []
    for line in reversed(lines[1 if start else 0 :]):
        cells = _cells(line, delimiter)
        if cells is None or sum(bool(cell.strip()) for cell in cells) > 1:
            break
        rows.insert(0, cells)
    count = notes_from(rows)
    if not count:
        return data, ()
    kept = b"\n".join(lines[:-count])
    size = start + len(kept) + (1 if len(lines) > count else 0)
    above = data.slice(0, size).to_pybytes().count(b"\n")
    notes = [
        Cell(label, line=above + number, about=next(cell.strip() for cell in cells if cell.strip()))
        for number, cells in enumerate(rows[-count:], 1)
        if any(cell.strip() for cell in cells)
    ]
    return data.slice(0, size), tuple(notes)


def _cells(line: bytes, delimiter: str) -> list[str] | None:
    """The cells of a line; None where it is part of a longer row."""
    text = line.decode("utf-8", "replace").removesuffix("\r")
    if text.count('"') % 2:
        return None
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return None
