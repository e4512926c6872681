"""`units:` of tests: each is for a name that some test gives, and a unit that fits what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ewarn.assembly.indicators import Names, plain
from ewarn.catalogue import catalogue
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.panel import AttributeKind
from ewarn.source import Text
from ewarn.testing.model import UNKNOWN, WRONG
from ewarn.units import Unit, likely


def base(word: str, names: Names) -> str:
    """The indicator or attribute that a word of a test names, without a measure."""
    head = plain(word).partition(".")[0]
    return names.resolve(head) or head


def mistaken_units(
    units: Mapping[Text, str], given: Iterable[str], names: Names, kinds: Mapping[str, AttributeKind]
) -> Iterator[Diagnostic]:
    """What is wrong with `units`; `given`: the words of the data that they are for."""
    there = {base(word, names): word for word in given}
    for word, unit in units.items():
        name = base(word, names)
        known = names.declared.get(name) or catalogue().get(name)
        place = unit.span() if isinstance(unit, Text) else word.span()
        near = likely(unit)
        if name not in there:
            hint = (
                did_you_mean(word, {**there, **dict.fromkeys(there.values())})
                or f"given are: {', '.join(sorted(there)[:20]) or 'none'}"
            )
            yield Diagnostic(UNKNOWN, f"no data are given for `{word}`", word.span(), help=hint)
        elif known is None and kinds.get(name, "number") != "number":
            yield Diagnostic(WRONG, f"`{word}` has no numbers, so it has no unit", word.span(), help="delete it")
        elif near is not None:
            yield Diagnostic(WRONG, f"`{unit}` is no unit that is known", place, help=f"did you mean {near}?")
        elif known is not None and known.unit is not None and not fits(unit, known.unit):
            yield Diagnostic(WRONG, f"`{name}` is held in {known.unit}, not in {unit}", place)


def fits(unit: str, other: str) -> bool:
    """Whether numbers in one unit can be told in another."""
    return Unit.parse(unit).compatible(Unit.parse(other))
