"""A drop that has everything the catalogue knows, for rules that are looked at without one."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import numpy as np

from ewarn.calendar import Calendar, Frequency, common_calendar
from ewarn.catalogue import KNOWN_TYPES, catalogue, known_attributes
from ewarn.errors import RuleError
from ewarn.expressions.syntax import parse
from ewarn.panel import Attribute, EntityType, Panel, Parents, Series, SeriesKey
from ewarn.rules import Rule

_PERIODS = 36
_MEASURES = ("period", "ytd", "target", "plan", "growth")


def supposed(rules: Iterable[Rule]) -> Panel:
    """One entity of each type that the rules name, with every indicator, unknown in all of 36 months."""
    rules = list(rules)
    types = list(dict.fromkeys([*KNOWN_TYPES, *(kind for rule in rules for kind in _types(rule))]))
    types.sort(key=lambda kind: KNOWN_TYPES.index(kind) if kind in KNOWN_TYPES else -1)
    calendar = common_calendar("M", 2020 * 12, 2020 * 12 + _PERIODS - 1)
    calendars: dict[Frequency, Calendar] = {
        "M": calendar,
        "Q": common_calendar("Q", 2020 * 4, 2022 * 4 + 3),
        "A": common_calendar("A", 2020, 2022),
    }
    indicators = dict(catalogue())
    series: dict[SeriesKey, Series] = {}
    for kind in types:
        for name, indicator in indicators.items():
            freq: Frequency = "A" if indicator.kind == "target" else "M"
            values = np.full((len(calendars[freq]), 1), np.nan)
            for measure in ("period",) if indicator.holds != "number" else _MEASURES:
                unit = "%" if measure == "growth" else indicator.unit
                own: Frequency = "A" if measure in ("target", "plan") else freq
                shape = values if own == freq else np.full((len(calendars[own]), 1), np.nan)
                series[kind, name, measure] = Series(name, measure, own, unit, shape)  # type: ignore[arg-type]  # of _MEASURES
    return Panel(
        "catalogue", "M", calendars,
        {kind: _type(kind, types[at + 1 :], int(calendar.first_day[0])) for at, kind in enumerate(types)},
        indicators, series,
    )  # fmt: skip


def _type(name: str, above: list[str], since: int) -> EntityType:
    none = np.zeros(1, dtype=np.int32)
    attributes = {key: _attribute(key, known.kind, known.values) for key, known in known_attributes().items()}
    parents = {kind: Parents(kind, none) for kind in above}
    return EntityType(name, (name,), (name,), np.array([since]), attributes, parents)


def _attribute(name: str, kind: str, words: tuple[str, ...]) -> Attribute:
    values = {"text": np.array([-1], np.int32), "flag": np.array([0], np.int8)}.get(kind, np.array([np.nan]))
    return Attribute(name, kind, values, categories=words)  # type: ignore[arg-type]  # as the catalogue has it


def _types(rule: Rule) -> Iterable[str]:
    """The entity types that a rule names: its own, and the heads of paths."""
    yield from rule.entity
    known = {*catalogue(), *known_attributes(), *rule.params, *rule.let}
    for text in (*rule.levels.values(), *rule.let.values(), *([rule.where] if rule.where else [])):
        try:
            body = parse(text).body
        except RuleError:
            continue
        for node in ast.walk(body):
            if isinstance(node, ast.Attribute):
                while isinstance(node, ast.Attribute):
                    node = node.value
                if isinstance(node, ast.Name) and node.id not in known:
                    yield node.id
    if rule.listing is not None:
        yield rule.listing.of
