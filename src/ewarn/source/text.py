"""A string that remembers which characters of which file it came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Self

from ewarn.diagnostics import Span
from ewarn.source.offsets import Style, offsets_of

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_LONGEST_NUMBER = 40


@dataclass(frozen=True, eq=False)
class Document:
    """A file's name and its text; line breaks are `\\n`."""

    file: str
    text: str

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self._lines[:-1])]

    def line_at(self, index: int) -> int:
        """Number, from 1, of the line that holds the character at `index`."""
        return bisect_right(self._starts, index)

    def span(self, start: int, end: int) -> Span:
        """The place of characters `start` to `end` (exclusive), cut at the end of its first line."""
        start = min(max(start, 0), len(self.text))
        line = self.line_at(start)
        first = self._starts[line - 1]
        text = self._lines[line - 1]
        end = max(start, min(end, first + len(text)))
        return Span(self.file, line, start - first + 1, end - first + 1, text)


@dataclass(frozen=True, eq=False)
class Scalar:
    """Where one scalar stands in a document, and which of its characters became which of `value`."""

    document: Document
    start: int
    end: int
    style: Style
    value: str

    @cached_property
    def offsets(self) -> list[int]:
        """Index in the document of each character of the value, and of its end: len(value) + 1 numbers."""
        return offsets_of(self.document.text, self.start, self.end, self.style, self.value)

    @property
    def borrowed(self) -> tuple[tuple[int, int], ...]:
        """Stretches of the value that were taken from other texts."""
        return ()

    def place(self, start: int, end: int) -> Span:
        """The place in the file of characters `start` to `end` of the value."""
        return self.document.span(self.offsets[start], self.offsets[end])


class Text(str):
    """A `str` that knows its place; operations on it give plain strings, `part` keeps the place."""

    __slots__ = ("_from", "_scalar")
    _scalar: Scalar
    _from: int

    def __new__(cls, value: str, scalar: Scalar | None = None, first: int = 0) -> Self:
        """`value` is the stretch of `scalar.value` that begins at `first`; without one, its own document."""
        text = super().__new__(cls, value)
        text._scalar = scalar or Scalar(Document("<text>", value), 0, len(value), "as is", value)
        text._from = first
        return text

    @classmethod
    def plain(cls, value: str, file: str = "<expression>") -> Text:
        """A text given from Python: the value is the whole of its file."""
        return cls(value, Scalar(Document(file, value), 0, len(value), "as is", value))

    @property
    def file(self) -> str:
        """The file it came from."""
        return self._scalar.document.file

    @property
    def quoted(self) -> bool:
        """Whether it stood in quotes or in a block: then it is text, whatever it looks like."""
        return self._scalar.style not in ("plain", "as is")

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place in the file of characters `start` to `end` (exclusive; default all) of this value."""
        size = len(self)
        start = min(max(start, 0), size)
        end = size if end is None else min(max(end, start), size)
        return self._scalar.place(self._from + start, self._from + end)

    @property
    def borrowed(self) -> tuple[tuple[int, int], ...]:
        """Stretches of this text (start, end) that a shorthand took from its settings; of a written text none."""
        return tuple((start - self._from, end - self._from) for start, end in self._scalar.borrowed)

    def part(self, start: int, end: int | None = None) -> Text:
        """Characters `start` to `end` as a Text that knows its place."""
        start, end, _ = slice(start, end).indices(len(self))
        return Text(str(self)[start:end], self._scalar, self._from + start)

    def stripped(self) -> Text:
        """Without white space at both ends, as a Text that knows its place."""
        start = len(self) - len(self.lstrip())
        return self.part(start, max(start, len(self.rstrip())))

    def __reduce__(self) -> tuple[Any, ...]:
        return Text, (str(self), self._scalar, self._from)

    @classmethod
    def of(cls, value: object) -> Text:
        """`value` as Text: a number as it was written, a plain string without a place; ValueError for others."""
        if isinstance(value, Text):
            return value
        if isinstance(value, (Integer, Real)):
            return value.text
        if isinstance(value, str):
            return cls.plain(value)
        raise ValueError("must be text")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(cls.of)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}


class Integer(int):
    """A whole number as written in a file."""

    text: Text


class Real(float):
    """A decimal number as written in a file."""

    text: Text


def number(text: Text) -> Integer | Real | None:
    """`text` as a number in ordinary decimal notation, else None (`1e3`, `0x1F`, `010`, `1_000`, `.5`, `1:30`)."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > _LONGEST_NUMBER:
        return None
    result = Real(text) if match.group(1) else Integer(text)
    result.text = text
    return result
