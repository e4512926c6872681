"""Which rules a composite's legs read, in which order composites are judged, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np

from ewarn.calendar import COARSENESS, Frequency
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.expressions.groups import ancestor_path
from ewarn.expressions.homes import links_between
from ewarn.expressions.legs import LegKey
from ewarn.panel import Panel
from ewarn.rules import Leg, Rule
from ewarn.source import Text

if TYPE_CHECKING:
    from ewarn.signals.compiled import Compiled, CompiledLeg

DEEPEST = 16
"""Composites upon composites: each layer is one more call of the engine."""
_MOST_CIRCLES = 20
"""So many are told one by one; rules that all read each other have more circles than anybody can read."""
_SHOWN = 8
"""Rules of a circle that are written out."""
_UNKNOWN, _CIRCLE = "EW128", "EW130"
OF_ANOTHER_TYPE = "EW129"
"""A leg on entities that nothing links to the composite's own."""


def leg_key(rule: Rule, home: str, leg: Leg) -> LegKey:
    """What a leg is known by in a run."""
    return rule.pack, rule.id, home, str(leg.written)


@dataclass(eq=False)
class Plan:
    """What the composites among some rules read."""

    panel: Panel
    rules: Sequence[Rule]
    problems: list[Diagnostic] = field(default_factory=list)
    _read: dict[int, list[tuple[Text, Rule]]] = field(default_factory=dict)
    """By the identity of a composite: the rules of its legs, each with the word that names it."""
    _sources: dict[tuple[int, str, str], tuple[list[Rule], list[str]]] = field(default_factory=dict)
    _depths: dict[int, int] = field(default_factory=dict)

    def depth(self, rule: Rule) -> int:
        """0 for a plain rule, 1 for a composite of plain rules, 2 for one that reads such a composite, ..."""
        return self._depths[id(rule)]

    def legs(self, rule: Rule, home: str, compiled: Sequence[Compiled]) -> tuple[CompiledLeg, ...]:
        """The legs of a composite on one of its types; `compiled`: the rules before it."""
        from ewarn.signals.compiled import CompiledLeg

        found = []
        for leg in rule.legs:
            of = leg.of or home
            rules, unloaded = self._sources.get((id(rule), home, str(leg.written)), ([], []))
            wanted = {id(one) for one in rules}
            sources = tuple(one for one in compiled if id(one.rule) in wanted and one.home == of)
            found.append(
                CompiledLeg(leg, leg_key(rule, home, leg), of, sources, self._below(of, home), tuple(unloaded))
            )
        return tuple(found)

    def _below(self, of: str, home: str) -> bool:
        known = of in self.panel.types and home in self.panel.types
        return known and of != home and ancestor_path(self.panel, of, home) is not None

    def read(self, rule: Rule) -> list[Rule]:
        """The rules that a composite's legs name."""
        return [one for _, one in self._read.get(id(rule), ())]


def planned(panel: Panel, rules: Sequence[Rule]) -> Plan:
    """The plan of `rules`; every mistake in their legs is among its `problems`."""
    plan = Plan(panel, rules)
    for rule in rules:
        for home in rule.entity or tuple(panel.types)[:1]:
            for leg in rule.legs:
                _resolve(plan, rule, home, leg)
    plan.problems[:] = dict.fromkeys(plan.problems)
    _order(plan)
    return plan


def closed(panel: Panel, rules: Sequence[Rule], chosen: Sequence[Rule]) -> list[Rule]:
    """`chosen`, and after them the other rules that their legs read, directly or through other composites."""
    plan = planned(panel, rules)
    found, pending = {id(rule): rule for rule in chosen}, list(chosen)
    while pending:
        for rule in plan.read(pending.pop()):
            if id(rule) not in found:
                found[id(rule)] = rule
                pending.append(rule)
    return list(found.values())


def _resolve(plan: Plan, rule: Rule, home: str, leg: Leg) -> None:
    of = leg.of or home
    if of in plan.panel.types and home in plan.panel.types and of != home and not _related(plan.panel, of, home):
        plan.problems.append(
            Diagnostic(OF_ANOTHER_TYPE, f"{of} and {home} are not related", leg.written.span(),
                       f"no parents link {of} and {home}",
                       "name a type below or above the composite's own")
        )  # fmt: skip
        return
    found: dict[int, Rule] = {}
    unloaded: list[str] = []
    for word in leg.any:
        named = list(_named(plan.rules, rule, word))
        fitting = [one for one in named if of in (one.entity or plan.panel.types)]
        if not named and leg.optional:
            unloaded.append(str(word))
        elif not named:
            plan.problems.append(_no_rule(plan, rule, word))
        elif not fitting:
            plan.problems.append(_another_type(word, named, of, leg))
        packs = dict.fromkeys(one.pack for one in fitting)
        if len(packs) > 1 and "/" not in word and not _is_pattern(word):
            choices = " or ".join(f"`{pack}/{word}`" for pack in packs)
            plan.problems.append(
                Diagnostic(_UNKNOWN, f"`{word}` is a rule of {len(packs)} packs", word.span(), help=f"write {choices}")
            )
        found.update((id(one), one) for one in fitting)
        plan._read.setdefault(id(rule), []).extend((word, one) for one in fitting)
    plan._sources[id(rule), home, str(leg.written)] = (list(found.values()), unloaded)


def _related(panel: Panel, one: str, other: str) -> bool:
    """Whether parents or a link lead from one type to the other."""
    above = ancestor_path(panel, one, other) is not None or ancestor_path(panel, other, one) is not None
    return above or bool(links_between(panel, one, other))


def _is_pattern(word: str) -> bool:
    return any(sign in word for sign in "*?[")


def _named(rules: Sequence[Rule], rule: Rule, word: str) -> Iterator[Rule]:
    """The rules that a word of a leg names; a pattern never means the composite itself."""
    wanted = normalize("NFC", word)
    own = [one for one in rules if one.pack == rule.pack and _is_called(one.id, wanted)]
    if own and "/" not in wanted and not _is_pattern(wanted):
        yield from own
        return
    for one in rules:
        names = (one.id, f"{one.pack}/{one.id}")
        if _is_pattern(wanted):
            if one is not rule and any(fnmatchcase(normalize("NFC", name), wanted) for name in names):
                yield one
        elif any(_is_called(name, wanted) for name in names):
            yield one


def _is_called(name: str, wanted: str) -> bool:
    """By its id, or by that of the rule that `each` made it from."""
    name = normalize("NFC", name)
    return name == wanted or name.partition(":")[0] == wanted


def _no_rule(plan: Plan, rule: Rule, word: Text) -> Diagnostic:
    if _is_pattern(word):
        return Diagnostic(_UNKNOWN, f"no rule matches `{word}`", word.span(), "matches nothing that is loaded",
                          "load the pack that has them, or write `optional: true` for this leg")  # fmt: skip
    near = did_you_mean(word, dict.fromkeys(one.id for one in plan.rules if one is not rule))
    return Diagnostic(_UNKNOWN, f"no rule `{word}`", word.span(), "not among the rules of this run",
                      near or "load the pack that has it, or write `optional: true` for this leg")  # fmt: skip


def _another_type(word: Text, named: Sequence[Rule], of: str, leg: Leg) -> Diagnostic:
    types = list(dict.fromkeys(kind for one in named for kind in one.entity))
    what = f"rule {word} is for {', '.join(types)}" if len(named) == 1 else f"`{word}` are rules for {', '.join(types)}"
    return Diagnostic(OF_ANOTHER_TYPE, f"{what}, and the leg `{leg.written}` for {of}", word.span(),
                      f"never judged for a {of}", f"write `{types[0]}.{leg.name}`, or name a rule for {of}",
                      more=(leg.written.span(),))  # fmt: skip


def _order(plan: Plan) -> None:
    """How deep each rule lies. Composites that read each other in a circle are a problem, as is a tower of them."""
    place = {id(rule): at for at, rule in enumerate(plan.rules)}
    below = {place[key]: dict.fromkeys(place[id(one)] for _, one in read) for key, read in plan._read.items()}
    order: tuple[int, ...] | None = None
    circles = 0
    while order is None:
        try:
            order = tuple(TopologicalSorter(below).static_order())
        except CycleError as error:
            circle = error.args[1][:-1][::-1]
            first = circle.index(min(circle))
            circle = [*circle[first:], *circle[:first]]
            circles += 1
            if circles <= _MOST_CIRCLES:
                plan.problems.append(_circle(plan, [plan.rules[at] for at in circle]))
                del below[circle[0]][circle[1 % len(circle)]]
            else:
                below[circle[0]].clear()
    depths: dict[int, int] = {}
    for at in order:
        depths[at] = 1 + max((depths[one] for one in below[at]), default=0) if plan.rules[at].legs else 0
        if depths[at] == DEEPEST + 1 and not circles:
            plan.problems.append(
                Diagnostic("EW105", f"{DEEPEST + 1} composites, each upon another", plan.rules[at].span,
                           f"at most {DEEPEST}", "name the rules at the bottom directly")
            )  # fmt: skip
    plan._depths.update((id(rule), depths.get(at, 1 if rule.legs else 0)) for at, rule in enumerate(plan.rules))


def _circle(plan: Plan, rules: Sequence[Rule]) -> Diagnostic:
    following = rules[1 % len(rules)]
    word = next(word for word, one in plan._read[id(rules[0])] if one is following)
    ids = [one.id for one in (*rules, rules[0])]
    names = " -> ".join(ids)
    if len(rules) > _SHOWN:
        names = f"{' -> '.join(ids[: _SHOWN // 2])} -> ... -> {' -> '.join(ids[-2:])} ({len(rules):,} rules)"
    return Diagnostic(_CIRCLE, "composites read each other in a circle", word.span(), names,
                      "take one of these legs out")  # fmt: skip


def frequency_of(legs: Sequence[CompiledLeg], otherwise: tuple[Frequency, bool]) -> tuple[Frequency, bool]:
    """The calendar of a composite that reads no numbers of its own: the finest of its rules'."""
    calendars = [one.calendar for leg in legs for one in leg.sources if one.row >= 0]
    if not calendars:
        return otherwise
    finest = min(calendars, key=lambda one: (COARSENESS[one.freq], one.double_january))
    return finest.freq, finest.double_january


def with_legs(compiled: Compiled, legs: tuple[CompiledLeg, ...]) -> Compiled:
    """A composite with its legs: judged up to the newest period at which any of their rules was."""
    if not legs:
        return compiled
    days = [int(one.calendar.last_day[one.row]) for leg in legs for one in leg.sources if one.row >= 0]
    if not days:
        lacking = next((one.unrun for leg in legs for one in leg.sources if one.unrun), None)
        return replace(compiled, legs=legs, row=-1, unrun=lacking)
    row = int(np.searchsorted(compiled.calendar.last_day, max(days), side="right")) - 1
    return replace(compiled, legs=legs, row=min(compiled.row, row))
