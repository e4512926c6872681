"""What drop.yaml says, also where it has mistakes: with those told, how far the rest can be relied on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ewarn.assembly.doubt import Doubt
from ewarn.assembly.indicators import plain
from ewarn.assembly.problems import Problems
from ewarn.diagnostics import Diagnostic, Span
from ewarn.drop.model import DropModel
from ewarn.errors import DropError
from ewarn.source import Located, Salvaged, Text, salvage, validate

_HARMLESS = ("name", "rules")
"""Keys at the top on which no table depends."""
_NAMING = ("entity", "period", "values", "long", "across", "events")
"""Keys of a table under which names stand."""


@dataclass(frozen=True)
class Understood:
    """The model, the numbers of tables whose rows may be meant otherwise, and what is in doubt."""

    model: DropModel
    doubtful: frozenset[int] = frozenset()
    doubt: Doubt = Doubt()


def understood(tree: Located, slips: Iterable[Diagnostic], problems: Problems) -> Understood:
    """The content of a drop.yaml; mistakes are added to `problems`, to which `slips` of YAML belong already.

    Raises DropError where too little is left to look any further.
    """
    found: list[Diagnostic] = []
    model = validate(DropModel, tree, found, unknown="EW202", wrong="EW204")
    problems.extend(found)
    if model is not None and not slips:
        return Understood(model)
    salvaged = salvage(DropModel, tree, values=True)
    if salvaged is None:
        raise DropError(problems.diagnostics())
    return _weighed(salvaged, slips)


def rules_in(tree: Located) -> tuple[Text, ...]:
    """What stands under `rules:`, whatever else is wrong."""
    rules = tree.get("rules")
    named = () if rules is None else [entry.value for entry in rules.entries] or [rules.value]
    return tuple(one for one in named if isinstance(one, Text))


def _weighed(salvaged: Salvaged[DropModel], slips: Iterable[Diagnostic]) -> Understood:
    model, node = salvaged.model, salvaged.node
    tables = node.get("tables")
    entries = tables.entries if tables is not None else ()
    doubtful: set[int] = set()
    undated: set[int] = set()
    names: set[str] = set()
    more = everywhere = False
    for lost in salvaged.without:
        head = lost.path[0]
        at = [number for number, table in enumerate(entries) if table.start in lost.within]
        if head == "tables":
            doubtful |= set(at)
            names |= {plain(step) for step in lost.path[3:] if isinstance(step, str)}
            undated |= set(at if lost.path[2:] == ("frequency",) else ())
            more |= not at or (lost.path[2] in _NAMING and not _names(lost.path[3:]))
        elif head == "indicators" and len(lost.path) > 1:
            names.add(plain(str(lost.path[1])))
        elif head not in _HARMLESS:
            everywhere = True
    for slip in slips:
        place = slip.place
        at = [number for number, table in enumerate(entries) if isinstance(place, Span) and _holds(table, place.line)]
        doubtful |= set(at)
        undated |= set(at)
        everywhere |= not at
    for number in undated:
        names |= {plain(word) for word in model.tables[number].values}
    if everywhere:
        doubtful = set(range(len(model.tables)))
    doubt = Doubt(frozenset(names), more=more or everywhere, meanings=everywhere)
    return Understood(model, frozenset(doubtful), doubt)


def _names(path: tuple[str | int, ...]) -> bool:
    """Whether what was lost below a key is known by name: `output`, `parents.park`, and not a type or a list."""
    if path and path[0] in ("type", "attributes"):
        return len(path) > 1 and isinstance(path[-1], str)
    return bool(path) and isinstance(path[0], str)


def _holds(node: Located, line: int) -> bool:
    """Whether a line is one of those that a part stands on."""
    text = node.document.text
    end = len(text[: node.end].rstrip())  # the parser takes what follows a block, up to the next, for part of it
    return text.count("\n", 0, node.start) + 1 <= line <= text.count("\n", 0, end) + 1
