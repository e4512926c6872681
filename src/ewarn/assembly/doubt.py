"""What mistakes in a drop leave in doubt: of that, a rule that reads it cannot be found wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ewarn.assembly.indicators import Names, plain
from ewarn.assembly.unread import Unread
from ewarn.diagnostics import Diagnostic

if TYPE_CHECKING:
    from ewarn.assembly.sheet import Sheet

_MEANINGS = ("EW205", "EW206", "EW207", "EW310")
"""Problems with what a name or a unit means."""


@dataclass(frozen=True)
class Doubt:
    """How far the panel of a drop with mistakes can be relied on, for names and types."""

    names: frozenset[str] = frozenset()
    """Indicators, attributes and types of which it is not certain that they exist, or of what kind they are."""
    timing: frozenset[str] = frozenset()
    """Indicators of which only the frequency is not certain."""
    more: bool = False
    """There may be names that could not be read."""
    meanings: bool = False
    """Kinds, units and frequencies may be others than the panel has."""
    unread: bool = False
    """A table counts as one without rows."""

    def __or__(self, other: Doubt) -> Doubt:
        return Doubt(
            self.names | other.names,
            self.timing | other.timing,
            self.more or other.more,
            self.meanings or other.meanings,
            self.unread or other.unread,
        )


def doubt_of(sheets: Iterable[Sheet], names: Names, problems: Iterable[Diagnostic]) -> Doubt:
    """What rows left out, tables unread and names with two meanings leave in doubt."""
    found: set[str] = set()
    timing: set[str] = set()
    more = lost = False
    for sheet in sheets:
        spec = sheet.spec
        closed = isinstance(spec.columns, Unread)
        lost |= closed
        if not (closed or sheet.incomplete):
            continue
        more |= closed and (spec.long is not None or spec.type_column is not None)
        found |= {attribute.name for attribute in spec.attributes if attribute.kind is None}
        if spec.frequency is None:
            timing |= {value.indicator for value in spec.values} | {event.indicator for event in spec.events}
        if spec.long is not None:
            for word in sheet.words[spec.long.indicator].texts:
                head = plain(word).rpartition(".")[0]
                found |= {name for part in (word, head) if part and (name := names.resolve(part))}
        if spec.type_column is not None:
            found |= {plain(word) for word in sheet.types.texts}
    codes = {problem.code for problem in problems}
    meanings = not codes.isdisjoint(_MEANINGS)
    return Doubt(frozenset(found), frozenset(timing), more or "EW205" in codes, meanings, lost)
