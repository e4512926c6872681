"""The kinds of attributes in a file of tests: found from all its values, so that a test with a blank alone has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ewarn.assembly.attributes import kind_of
from ewarn.assembly.indicators import plain
from ewarn.assembly.symbols import Symbols
from ewarn.catalogue import known_attributes
from ewarn.panel import AttributeKind
from ewarn.source import Text
from ewarn.testing.model import WrittenTests

_SYMBOLS = Symbols()


def kinds_of(written: WrittenTests) -> Mapping[str, AttributeKind]:
    """Kind by name: what the file says, else the catalogue, else what all values of that name are."""
    words: dict[str, dict[str, None]] = {}
    for name, value in _given(written):
        for one in value.values() if isinstance(value, dict) else (value,):
            said = words.setdefault(plain(name), {})
            if isinstance(one, bool):
                said[str(one).lower()] = None
            elif isinstance(one, Text) and one != "_" and _SYMBOLS.reason(one) is None:
                said[str(one)] = None
    found = {name: kind_of(name, list(said)) for name, said in words.items() if said}
    found |= {name: known_attributes()[name].kind for name in words if name in known_attributes()}
    return found | {plain(name): kind for name, kind in written.attributes.items()}


def words_of(written: WrittenTests) -> frozenset[str]:
    """Every name that some test or world gives data for."""
    return frozenset(name for name, _ in _given(written))


def _given(written: WrittenTests) -> Iterator[tuple[Text, object]]:
    groups = [*written.worlds.values(), *(test.entities for tests in written.tests.values() for test in tests)]
    for entities in groups:
        for members in entities.values():
            for given in members.values():
                yield from given.items()
    for test in (test for tests in written.tests.values() for test in tests):
        yield from test.given.items()
