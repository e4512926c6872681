"""Text on its way to a screen: made harmless, and shortened with a count.

Names, ids, labels and file names come from people who are not our users. Whatever they hold, a screen shows one
line of visible characters for it: nothing moves the cursor, changes a colour, reverses a line or hides.
"""

from __future__ import annotations

import unicodedata

from ewarn.alerts.text import harmless
from ewarn.render.cells import cells, prefix

NAME_CELLS = 60
"""A display name longer than this is shortened, with a count of what is left out."""
ID_CELLS = 240
"""Ids wrap and are not cut; one longer than this is nobody's id."""
SENTENCE_CELLS = 800

_MARKS = 3
"""Combining marks on one character; a pile of them paints over the lines around."""


def clean(text: str, most: int = SENTENCE_CELLS) -> str:
    """`text` as one line of harmless characters (see `harmless`), at most about `most` display cells wide.

    What is beyond is counted: `aaaa…(+9,960)`.
    """
    # Ten characters a cell are more than any honest text needs; a megabyte of marks is not worth a walk.
    head, rest = text[: most * 10], max(len(text) - most * 10, 0)
    line = " ".join(harmless(head).split())
    if not line.isascii():
        line = _few_marks(line)
    if not rest and cells(line) <= most:
        return line
    kept = prefix(line, most - 1)
    return f"{kept}…(+{len(line) - len(kept) + rest:,})"


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)
