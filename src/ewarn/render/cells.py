"""Text measured and wrapped in display cells: a Chinese character takes two, a combining mark none."""

from __future__ import annotations

from functools import lru_cache

_CLOSERS = frozenset("，。、；：！？）》」』】〕”’…,.;:!?)]}%％‰°·")
_OPENERS = frozenset("（《「『【〔“‘([{")
_COUNTERS = frozenset("十百千万亿个")
"""Characters that begin a unit: 万元, 个月."""


def cells(text: str) -> int:
    """How many cells a terminal gives to `text`."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    from wcwidth import wcwidth  # only those need it who measure more than ASCII

    return max(wcwidth(character), 0)


def prefix(text: str, room: int) -> str:
    """The longest beginning of `text` that fits into `room` cells."""
    used = 0
    for position, character in enumerate(text):
        used += cells(character)
        if used > room:
            return text[:position]
    return text


def wrap(text: str, width: int) -> list[str]:
    """Break a line into lines of at most `width` cells; every character stays, but for spaces at the breaks.

    Chinese text breaks between any two characters, though no line starts with a closing mark or ends with an
    opening one; a number keeps its unit; a word longer than the line is folded, at a `:` if it has one.
    """
    width = max(width, 2)
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if cells(line) + cells(piece.rstrip()) <= width:
            line += piece
            continue
        if line:
            lines.append(line.rstrip())
        while cells(piece.rstrip()) > width:
            kept = prefix(piece, width) or piece[0]
            kept = kept[: kept.rfind(":") + 1] or kept
            lines.append(kept)
            piece = piece[len(kept) :]
        line = piece
    lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """`text` cut wherever a line may end."""
    pieces: list[str] = []
    start = 0
    for position in range(1, len(text)):
        if _may_break(text, position):
            pieces.append(text[start:position])
            start = position
    pieces.append(text[start:])
    return pieces


def _may_break(text: str, position: int) -> bool:
    before, after = text[position - 1], text[position]
    if after == " " or after in _CLOSERS or before in _OPENERS:
        return False
    if before == " ":
        # `1,820 万元`, `5 months`: the number stays with what it counts.
        return not (position >= 2 and text[position - 2].isdigit() and not after.isdigit() and after not in "(（→")
    return before not in _COUNTERS and (cells(before) == 2 or cells(after) == 2)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled up with spaces to `width` cells."""
    blank = " " * (width - cells(text))
    return blank + text if right else text + blank
