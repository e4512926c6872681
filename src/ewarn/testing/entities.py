"""The entities of a test as they are written: ranges of ids spread, a test's own laid over those of its worlds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from ewarn.assembly.indicators import plain
from ewarn.diagnostics import Diagnostic
from ewarn.source import ModelError, Text
from ewarn.testing.model import WRONG, Entities, Given

MOST_ENTITIES = 2000
_RANGE = re.compile(r"(.*?)(\d+)\.\.(.*?)(\d+)")


@dataclass(frozen=True)
class Raw:
    """An entity as it is written, before its shorthand is read."""

    type: str
    id: str
    place: Text
    given: Mapping[Text, Given]
    own: bool
    """The test's own, not a world's."""


def spread(entities: Entities, own: bool) -> Iterator[Raw]:
    """Every entity, `F1..F9` as nine. Raises ModelError."""
    for kind, members in entities.items():
        for key, given in members.items():
            for name in _ids(key):
                yield Raw(plain(kind), name, key, given, own)


def _ids(key: Text) -> Iterator[str]:
    match = _RANGE.fullmatch(key)
    if match is None:
        yield normalize("NFC", key)
        return
    before, first, again, last = match.groups()
    if before != again or int(first) >= int(last):
        hint = "write F1..F9, the same word before both numbers"
        raise ModelError(Diagnostic(WRONG, f"`{key}` is no range of ids", key.span(), help=hint))
    if int(last) - int(first) >= MOST_ENTITIES:
        raise ModelError(Diagnostic(WRONG, f"`{key}` is more than {MOST_ENTITIES:,} entities", key.span()))
    for number in range(int(first), int(last) + 1):
        yield f"{before}{number:0{len(first)}d}"


def merged(parts: Iterable[Raw]) -> list[Raw]:
    """Entities that several parts speak of, a later part's words over an earlier one's."""
    found: dict[tuple[str, str], Raw] = {}
    for part in parts:
        before = found.get((part.type, part.id))
        given = part.given if before is None else {**before.given, **part.given}
        found[part.type, part.id] = Raw(part.type, part.id, part.place, given, part.own)
    return list(found.values())
