"""Which character of a YAML file became which character of a scalar's value.

The parser gives values and the place of the whole scalar; errors point at single characters inside it. So the
scalar is read a second time, when somebody asks, by the rules of its style: quotes doubled, escapes, line folding.
Where that reading does not give the parser's value, every character maps to the scalar's start: a vague place
beats a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Style = Literal["plain", "'", '"', "|", ">", "as is"]

_BLANKS = re.compile(r"[ \t\n]+")
_HEX = {"x": 2, "u": 4, "U": 8}
_Pair = tuple[str, int]


def offsets_of(text: str, start: int, end: int, style: Style, value: str) -> list[int]:
    """Indices in `text` of each character of `value`, and of its end. `start`, `end` are the parser's marks."""
    if style == "as is":
        return list(range(start, start + len(value) + 1))
    if style in ("|", ">"):
        found = _block(text, start, end, style, value)
    else:
        quote = 0 if style == "plain" else 1
        pairs = [*_flow(text, start + quote, end - quote, style), ("", end - quote)]
        found = [index for _, index in pairs] if "".join(char for char, _ in pairs) == value else None
    return found if found is not None else [start] * (len(value) + 1)


def _flow(text: str, start: int, end: int, style: Style) -> Iterator[_Pair]:
    """Characters of a plain or quoted scalar with their places; one place may give one character only."""
    index = start
    while index < end:
        char = text[index]
        if char in " \t\n" and (blanks := _BLANKS.match(text, index, end)) and "\n" in blanks.group():
            yield from _fold(text, index, blanks.end(), escaped=False)
            index = blanks.end()
        elif char == "'" and style == "'":
            yield char, index
            index += 2
        elif char == "\\" and style == '"' and text[index + 1 : index + 2] == "\n":
            blanks = _BLANKS.match(text, index + 1, end)
            stop = blanks.end() if blanks else index + 1
            yield from _fold(text, index + 1, stop, escaped=True)
            index = stop
        elif char == "\\" and style == '"':
            char, size = _escape(text, index)
            yield char, index
            index += size
        else:
            yield char, index
            index += 1


def _fold(text: str, start: int, stop: int, *, escaped: bool) -> Iterator[_Pair]:
    """Line breaks within a scalar: one is a space (nothing if escaped), each further one stays."""
    breaks = [index for index in range(start, stop) if text[index] == "\n"]
    if len(breaks) > 1:
        yield from (("\n", index) for index in breaks[1:])
    elif not escaped:
        yield " ", start


def _escape(text: str, index: int) -> tuple[str, int]:
    """The character that the escape at `index` stands for, and how many characters the escape takes."""
    kind = text[index + 1]
    if kind in _HEX:
        size = _HEX[kind]
        return chr(int(text[index + 2 : index + 2 + size], 16)), 2 + size
    simple = dict(zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))
    return simple.get(kind, kind), 2


def _block(text: str, start: int, end: int, style: Style, value: str) -> list[int] | None:
    header = text.find("\n", start)
    if header < 0 or not value:
        return None
    lines: list[_Pair] = []
    index = header + 1
    while index < max(end, header + 2) and index <= len(text):
        stop = text.find("\n", index)
        stop = len(text) if stop < 0 else stop
        lines.append((text[index:stop], index))
        index = stop + 1
    deepest = max((len(line) - len(line.lstrip(" ")) for line, _ in lines), default=0)
    for indent in range(deepest, -1, -1):
        pairs = _folded(lines, indent) if style == ">" else _literal(lines, indent)
        content = "".join(char for char, _ in pairs)
        # Chomping takes line breaks from the end only, so the value is a beginning of what was read.
        if content.startswith(value):
            places = [place for _, place in pairs[: len(value)]]
            return [*places, places[-1] + 1]
    return None


def _literal(lines: list[_Pair], indent: int) -> list[_Pair]:
    pairs: list[_Pair] = []
    for line, place in lines:
        pairs += [(char, place + column) for column, char in enumerate(line) if column >= indent]
        pairs.append(("\n", place + len(line)))
    return pairs


def _folded(lines: list[_Pair], indent: int) -> list[_Pair]:
    pairs: list[_Pair] = []
    breaks: list[int] = []
    kept = True
    for line, place in lines:
        content = line[indent:]
        if content:
            # A break folds between two lines neither of which begins with white space.
            keep = kept or content[0] in " \t"
            if not keep and breaks:
                pairs += [("\n", at) for at in breaks[1:]] if len(breaks) > 1 else [(" ", breaks[0])]
            else:
                pairs += [("\n", at) for at in breaks]
            pairs += [(char, place + indent + column) for column, char in enumerate(content)]
            kept = content[0] in " \t"
            breaks = []
        breaks.append(place + len(line))
    return pairs + [("\n", at) for at in breaks]
