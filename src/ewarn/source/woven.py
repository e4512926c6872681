"""Texts made of pieces of other texts, each of which still knows its place: what shorthands are expanded to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ewarn.diagnostics import Span
from ewarn.source.text import Document, Scalar, Text


@dataclass(frozen=True)
class Instead:
    """`value` written in place of what stands at `place`."""

    value: str
    place: Text


Piece = Text | Instead | str
"""A Text keeps the place of each of its characters; a plain string has that of the whole."""


@dataclass(frozen=True, eq=False)
class Woven(Scalar):
    """The scalar behind a text made of pieces."""

    pieces: tuple[tuple[int, Text | Instead], ...]
    """Where each piece that has a place of its own begins in the value."""
    anchor: Text
    """What stands for everything between and around them."""

    @property
    def borrowed(self) -> tuple[tuple[int, int], ...]:
        """Where the pieces stand."""
        return tuple((at, at + _size(piece)) for at, piece in self.pieces)

    def place(self, start: int, end: int) -> Span:
        """Within one piece its place; so for several of one line with nothing between them; else the anchor."""
        touched = [(at, piece) for at, piece in self.pieces if at <= max(start, end - 1) and start < at + _size(piece)]
        for (at, piece), (following, _) in pairwise(touched):
            if at + _size(piece) != following:
                return self.anchor.span()
        if not touched:
            return self.anchor.span()
        spans = [_within(piece, start - at, end - at) for at, piece in touched]
        first, last = spans[0], spans[-1]
        if (first.file, first.line) != (last.file, last.line) or last.end < first.column:
            return self.anchor.span()
        return Span(first.file, first.line, first.column, last.end, first.text)


def _within(piece: Text | Instead, start: int, end: int) -> Span:
    if isinstance(piece, Instead):
        return piece.place.span()
    return piece.span(max(start, 0), min(end, len(piece)))


def _size(piece: Text | Instead) -> int:
    return len(piece if isinstance(piece, Text) else piece.value)


def woven(anchor: Text, pieces: Iterable[Piece]) -> Text:
    """The pieces as one text; mistakes in what has no place of its own are shown at `anchor`."""
    placed: list[tuple[int, Text | Instead]] = []
    value = ""
    for piece in pieces:
        if isinstance(piece, Text | Instead):
            placed.append((len(value), piece))
        value += piece.value if isinstance(piece, Instead) else str(piece)
    document = Document(anchor.file, value)
    return Text(value, Woven(document, 0, len(value), "as is", value, tuple(placed), anchor))
