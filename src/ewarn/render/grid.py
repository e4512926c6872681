"""Columns of wrapped text. Widths are display cells; nothing is cut, a line that is too long goes on below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.text import Text

from ewarn.render.cells import cells, wrap
from ewarn.render.style import FAINT

Paragraph = tuple[str, str]
"""Words, already clean, and the style they are shown in."""
Cell = Sequence[Paragraph]
GAP = 2
INDENT = 2


@dataclass(frozen=True)
class Column:
    """A heading and a width; `right` for numbers."""

    head: str
    width: int
    right: bool = False


def grid(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, heads: bool = True) -> Iterator[Text]:
    """The lines of a table, the headings first."""
    if heads:
        yield from _row(columns, [[(column.head, FAINT)] for column in columns])
    for row in rows:
        yield from _row(columns, row)


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> Iterator[Text]:
    wrapped = [
        [(line, style) for words, style in cell for line in wrap(words, column.width)]
        for column, cell in zip(columns, row, strict=True)
    ]
    for parts in zip_longest(*wrapped, fillvalue=("", "")):
        line = Text(" " * INDENT)
        for column, (words, style) in zip(columns, parts, strict=True):
            blank = column.width - cells(words) + (GAP if column is not columns[-1] else 0)
            if column.right:
                line.append(" " * (column.width - cells(words)))
                blank -= column.width - cells(words)
            line.append(words, style or None)
            line.append(" " * blank)
        line.rstrip()
        yield line


def widest(words: Iterable[str], least: int, most: int) -> int:
    """A width that holds all of `words`, within limits."""
    return max(least, min(most, max(map(cells, words), default=0)))


def typed(intro: str, command: str, width: int, *, indent: int = INDENT, style: str = "") -> Iterator[Text]:
    """`intro` and a command, fit to be copied: of several lines each but the last ends in a backslash."""
    if cells(intro + command) <= width - indent:
        yield Text(" " * indent + intro + command, style)
        return
    lines = [intro]
    for word in _words(command):
        gap = "" if lines[-1] in ("", intro) else " "
        if cells(lines[-1] + gap + word) > width - indent - 2 and lines[-1] != "":
            lines.append("")
            gap = "  "
        lines[-1] += gap + word
    for at, line in enumerate(lines):
        more = at + 1 < len(lines) and line != intro
        yield Text(" " * indent + line.rstrip() + (" \\" if more else ""), style)


def _words(command: str) -> list[str]:
    """The words of a command line, each as it was quoted."""
    return re.findall(r"(?:'[^']*'|\"[^\"]*\"|\S)+", command)


def paragraph(words: str, width: int, *, indent: int = INDENT, hang: int = 0, style: str = "") -> Iterator[Text]:
    """Wrapped lines, `hang` cells further in from the second on."""
    first, *rest = wrap(words, width - indent)
    yield Text(" " * indent + first, style)
    if rest:
        remainder = words[len(first) :].lstrip()
        for line in wrap(remainder, width - indent - hang):
            yield Text(" " * (indent + hang) + line, style)
