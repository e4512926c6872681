"""JSON text written by columns: the pieces of many similar objects, joined row by row in C."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
import orjson

from ewarn.alerts.columns import Column, Floats, day_texts
from ewarn.alerts.text import encodable


def json_text(text: str) -> bytes:
    """`text` as a JSON string in UTF-8."""
    try:
        return orjson.dumps(text)
    except TypeError:
        return orjson.dumps(encodable(text))


def json_texts(texts: Sequence[str]) -> list[bytes]:
    """Many texts as JSON strings: written as one array and cut at `","`, which no string holds, since a quotation
    mark in it has a backslash before it. (One call each would take 4 kB for every string.)"""
    if not texts:
        return []
    try:
        array = orjson.dumps(texts)
    except TypeError:
        array = orjson.dumps([encodable(text) for text in texts])
    return [b'"%b"' % text for text in array[2:-2].split(b'","')]


def json_optional(text: str | None) -> bytes:
    """`text` as a JSON string, or null."""
    return b"null" if text is None else json_text(text)


def json_numbers(values: Floats) -> list[bytes]:
    """Numbers with twelve significant digits, null where not finite, never `-0`."""
    if not len(values):
        return []
    # One format call for all: the loop over values runs in C.
    texts = ("%.12g\n" * len(values) % tuple((values + 0.0).tolist())).encode().split(b"\n")[:-1]
    for at in np.flatnonzero(~np.isfinite(values)).tolist():
        texts[at] = b"null"
    return texts


def json_values(column: Column) -> list[bytes]:
    """The values of a column as JSON: numbers, dates and categories as strings, flags, null where unknown."""
    if column.kind == "date":
        texts = [b'"%b"' % text.encode() for text in day_texts(column.low)]
    elif column.kind == "flag":
        texts = [b"true" if value == 1 else b"false" for value in column.low.tolist()]
    elif column.kind == "text":
        quoted = json_texts(column.words)
        texts = [quoted[int(value)] if value == value else b"null" for value in column.low.tolist()]
    else:
        return json_numbers(column.low)
    for at in np.flatnonzero(np.isnan(column.low)).tolist():
        texts[at] = b"null"
    return texts


class Assembly:
    """Rows of text in the making: fixed pieces, the same in each row, and varying ones."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._pieces: list[bytes | Sequence[bytes]] = []

    def fixed(self, text: bytes) -> Assembly:
        """Append `text` to every row."""
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, bytes):
            self._pieces[-1] = last + text
        else:
            self._pieces.append(text)
        return self

    def varying(self, texts: Sequence[bytes]) -> Assembly:
        """Append to each row its own text."""
        self._pieces.append(texts)
        return self

    def rows(self) -> list[bytes]:
        """The finished rows."""
        if not self._pieces:
            return [b""] * self._rows
        columns: list[Iterable[bytes]] = [
            repeat(piece, self._rows) if isinstance(piece, bytes) else piece for piece in self._pieces
        ]
        return list(map(b"".join, zip(*columns, strict=True)))
