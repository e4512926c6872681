"""Whom an explanation is about, and by which rules: found by id or name, or refused with what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import UsageError
from ewarn.panel import Panel
from ewarn.rules import RuleSet
from ewarn.signals.each import expanded
from ewarn.signals.legs import closed

NAMED = 6
"""So many of several that fit are listed."""


@dataclass(frozen=True)
class Subject:
    """An entity of a panel."""

    type: str
    entity: int
    """Position among those of its type."""


def found_entity(panel: Panel, words: str) -> Subject:
    """The entity of this id, else of this name; `TYPE:` before it says which type. Raises UsageError."""
    kind, colon, rest = words.partition(":")
    if colon and kind in panel.types:
        found = _named(panel, (kind,), rest)
    else:
        found = _named(panel, tuple(panel.types), words)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError([Diagnostic("EW006", f"no entity has the id or the name `{words}`", help=_near(panel, words))])
    choices = [f"`{one.type}:{panel.types[one.type].ids[one.entity]}`" for one in found[:NAMED]]
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    raise UsageError(
        [Diagnostic("EW006", f"`{words}` is {len(found):,} entities", help=f"write one of {', '.join(choices)}{more}")]
    )


def _named(panel: Panel, kinds: Sequence[str], words: str) -> list[Subject]:
    ids = [Subject(kind, panel.types[kind].position[words]) for kind in kinds if words in panel.types[kind].position]
    if ids:
        return ids
    return [Subject(kind, at) for kind in kinds for at, name in enumerate(panel.types[kind].names) if name == words]


def _near(panel: Panel, words: str) -> str:
    kind, colon, rest = words.partition(":")
    if colon and kind not in panel.types and (near := did_you_mean(kind, panel.types)):
        return near
    typed = kind if colon and kind in panel.types else ""
    wanted = rest if typed else words
    known = [text for one in ([typed] if typed else panel.types) for text in _texts(panel, one)]
    if near := did_you_mean(wanted, known):
        return near
    inside = list(dict.fromkeys(text for text in known if wanted and wanted in text))
    if inside:
        more = f" and {len(inside) - NAMED:,} more" if len(inside) > NAMED else ""
        return f"it is part of {', '.join(f'`{text}`' for text in inside[:NAMED])}{more}"
    return "the drop has " + ", ".join(f"{len(entities):,} {name}" for name, entities in panel.types.items())


def _texts(panel: Panel, kind: str) -> list[str]:
    entities = panel.types[kind]
    return [*entities.ids, *(name for name in entities.names if name)]


def found_rules(panel: Panel, rules: RuleSet, subject: Subject, names: Sequence[str] = ()) -> RuleSet:
    """The rules of these names (none: all) that are for the entity's type, on that type only. Raises UsageError."""
    every = expanded(panel, rules)
    chosen = list(every)
    if names:
        missing = [
            Diagnostic("EW002", f"there is no rule `{name}`", help=did_you_mean(name, [rule.id for rule in every]))
            for name in names
            if not every.named(name)
        ]
        if missing:
            raise UsageError(missing)
        chosen = [rule for name in dict.fromkeys(names) for rule in every.named(name)]
    fitting = [rule for rule in chosen if not rule.entity or subject.type in rule.entity]
    if not fitting:
        whose = ", ".join(dict.fromkeys(kind for rule in chosen for kind in rule.entity))
        one = f"rule {names[0]} is" if len(names) == 1 else "the rules are"
        words = f"{one} for {whose}, and the entity is of type {subject.type}"
        raise UsageError([Diagnostic("EW007", words, help="name another entity, or other rules with `--rules`")])
    # Composites among them need the rules that they read, whoever those are for.
    read = [rule for rule in closed(panel, list(every), fitting) if rule not in fitting]
    composed = any(rule.legs for rule in fitting)
    own = [replace(rule, entity=(subject.type,)) if rule.entity and not composed else rule for rule in fitting]
    return replace(every, rules=(*own, *read))
