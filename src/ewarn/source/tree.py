"""What a YAML file holds, each part with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ewarn.diagnostics import Span
from ewarn.source.text import Document, Integer, Real, Text

Value = dict[Text, "Located"] | tuple["Located", ...] | Text | Integer | Real | bool | None


@dataclass(frozen=True, eq=False)
class Located:
    """A mapping, list or scalar and where it stands. The keys of a mapping are `Text`, with places too."""

    value: Value
    document: Document
    start: int
    end: int
    doubtful: bool = False
    """What stands here has been reported as unreadable; the value is None."""

    @property
    def span(self) -> Span:
        """Its place: quotes included; of several lines the first."""
        return self.document.span(self.start, self.end)

    @cached_property
    def python(self) -> object:
        """Plain mappings, tuples and scalars, for pydantic; texts stay `Text`, numbers know their text."""
        if isinstance(self.value, dict):
            return {key: item.python for key, item in self.value.items()}
        if isinstance(self.value, tuple):
            return tuple(item.python for item in self.value)
        return self.value

    def get(self, key: str) -> Located | None:
        """The value of `key` in a mapping, None where there is none."""
        return self.value.get(Text(key)) if isinstance(self.value, dict) else None

    def key(self, name: str) -> Text | None:
        """The key itself, as written, with its place."""
        if not isinstance(self.value, dict):
            return None
        return next((key for key in self.value if key == name), None)

    def items(self) -> Sequence[tuple[Text, Located]]:
        """The entries of a mapping; none of anything else."""
        return tuple(self.value.items()) if isinstance(self.value, dict) else ()

    @property
    def entries(self) -> Sequence[Located]:
        """The entries of a list; none of anything else."""
        return self.value if isinstance(self.value, tuple) else ()
