"""Links: what an entity leads to under a name of its own, where it does not belong to it as to a parent."""

from __future__ import annotations

from collections.abc import Mapping, Set

from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part, Roster, types_in
from ewarn.assembly.parents import positions_of
from ewarn.assembly.problems import Problems
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import LinkSpec
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.panel import EntityType, Link


def links_of(context: Context, roster: Roster) -> dict[str, Link]:
    """The links of one entity type, by name; a type that the drop lacks is reported."""
    specs: dict[str, list[tuple[Part, LinkSpec]]] = {}
    for part in roster.parts:
        for spec in part.sheet.spec.links:
            if spec.type in context.rosters:
                specs.setdefault(spec.name, []).append((part, spec))
                continue
            listed = f"the drop has: {', '.join(sorted(context.rosters))}"
            hint = did_you_mean(spec.type, context.rosters)
            message = f"link `{spec.name}` leads to a type that the drop lacks, `{spec.type}`"
            context.problems.add(Diagnostic("EW204", message, spec.place, listed, hint), part.sheet.spec.label)
    found = {}
    for name, given in sorted(specs.items()):
        (first, *others) = (spec for _, spec in given)
        for other in others:
            if other.type != first.type or other.inverse not in (None, first.inverse):
                message = f"link `{name}` leads to another type, or has another inverse, in another table"
                context.problems.add(Diagnostic("EW204", message, other.place), given[0][0].sheet.spec.label)
                return {}
        found[name] = Link(first.type, *positions_of(context, roster, name, given), inverse=first.inverse)
    return found


def check_names(
    sheets: list[Sheet], types: Mapping[str, EntityType], indicators: Set[tuple[str, str]], problems: Problems
) -> None:
    """Report names of links and of their inverses that mean something else already to the same entities."""
    taken: dict[tuple[str, str], LinkSpec] = {}
    for sheet in sheets:
        for spec in sheet.spec.links:
            if spec.inverse == spec.name:
                message = f"the link `{spec.name}` and its inverse have one name"
                problems.add(Diagnostic("EW205", message, spec.inverse_place or spec.place, help="rename one of them"))
                continue
            own = [(kind, spec.name, spec.place) for kind, _ in types_in(sheet)]
            for kind, name, place in (*own, (spec.type, spec.inverse, spec.inverse_place)):
                if name is None or kind not in types:
                    continue
                what = _other(types, kind, name, indicators)
                other = taken.setdefault((kind, name), spec)
                if what is None and (other.name, other.type, other.inverse) != (spec.name, spec.type, spec.inverse):
                    what = f"two links of {kind}"
                elif what is not None:
                    what = f"a link of {kind} and {what}"
                if what is not None:
                    problems.add(Diagnostic("EW205", f"`{name}` is {what}", place, help="rename one of them"))


def _other(types: Mapping[str, EntityType], kind: str, name: str, indicators: Set[tuple[str, str]]) -> str | None:
    if name in types:
        return "an entity type"
    if name in types[kind].attributes:
        return "one of its attributes"
    return "one of its indicators" if (kind, name) in indicators else None
