"""Composites under test: the rules they read are judged beside them, or stand as a test gives their levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ewarn.correlation.engines import Engine
from ewarn.errors import RuleError
from ewarn.expressions.evaluation import Evaluation
from ewarn.levels import LEVELS, RANK, Level
from ewarn.panel import Int8s, Panel
from ewarn.rules import Rule, RuleSet, Template
from ewarn.signals import Signals, judged
from ewarn.signals.compiled import Compiled, compile_rule, compile_rules
from ewarn.signals.composites import join
from ewarn.signals.each import expand
from ewarn.signals.homes import homes
from ewarn.signals.legs import closed, planned
from ewarn.signals.verdicts import Verdicts
from ewarn.source import Text
from ewarn.testing.cases import Case
from ewarn.testing.data import signal_name


@dataclass(eq=False)
class Joining:
    """A composite on the panel of a test."""

    case: Case
    panel: Panel
    rule: Rule
    home: str
    _kept: list[Compiled] = field(default_factory=list)

    @cached_property
    def others(self) -> tuple[Rule, ...]:
        """What its legs read. Raises RuleError."""
        every = [self.rule, *_every(self.case, self.panel, self.rule)]
        return tuple(one for one in closed(self.panel, every, [self.rule]) if one is not self.rule)

    @cached_property
    def read(self) -> tuple[Verdicts, ...]:
        """The same, judged; what no number of the composite changes."""
        evaluation = Evaluation(self.panel, threads=1)
        return tuple(judged(evaluation, compile_rules(evaluation, self.others, None)))

    @cached_property
    def own(self) -> Compiled:
        """The composite, compiled. Raises RuleError."""
        return self.compiled(Evaluation(self.panel, threads=1), self.rule)

    def compiled(self, evaluation: Evaluation, rule: Rule, like: Compiled | None = None) -> Compiled:
        """A version of the composite."""
        plan = planned(self.panel, [rule, *self.others])
        if plan.problems:
            raise RuleError(plan.problems)
        legs = plan.legs(rule, self.home, [one.compiled for one in self.read])
        found = compile_rule(evaluation, rule, self.home, None, None, legs, like)
        self._kept.append(found)
        return found

    def levels(self, rule: Rule) -> Int8s:
        """What a version of the composite says, (periods, entities)."""
        if any(one.legs for one in self.others):
            return self.signals(rule, None).verdicts[0].level
        evaluation = Evaluation(self.panel, threads=1)
        compiled = self.compiled(evaluation, rule, None if rule is self.rule else self.own)
        (verdicts,) = Verdicts.blank(evaluation, [compiled])
        join(evaluation, (*self.read, verdicts), Engine("fixpoint"))
        return verdicts.level

    def signals(self, rule: Rule, row: int | None) -> Signals:
        """What a version says up to a row of its calendar, first among the verdicts; then what it reads."""
        evaluation = Evaluation(self.panel, threads=1)
        as_of = None if row is None else self.own.calendar.periods[row]
        every = compile_rules(evaluation, [rule, *self.others], as_of)
        found = judged(evaluation, every)
        join(evaluation, found, Engine("fixpoint"))
        first = [one for one in found if one.compiled.rule is rule and one.entity_type == self.home]
        verdicts = (*first, *(one for one in found if one is not first[0]))
        return Signals(self.panel, RuleSet((rule, *self.others)), evaluation, verdicts)


def _every(case: Case, panel: Panel, rule: Rule) -> Iterator[Rule]:
    """The rules that are loaded beside the one under test; those whose levels are given stand for themselves, and so,
    in a test that gives some, does what its data do not feed: clear."""
    given = dict(case.signals)
    for other in case.others:
        if (other.pack, other.id) == (rule.pack, rule.id):
            continue
        for one in expand(panel, other):
            name = next((key for key in given if key in (one.id, f"{one.pack}/{one.id}")), None)
            if name is not None:
                yield standing(one, name, given.pop(name))
            elif case.signals and not one.legs and not _fed(panel, one):
                yield quiet(one)
            else:
                yield one
    for name, types in given.items():
        pack, _, own = name.rpartition("/")
        yield standing(Rule(pack=pack or rule.pack, id=own, levels={}, span=case.span), name, types)


def _fed(panel: Panel, rule: Rule) -> bool:
    evaluation = Evaluation(panel, threads=1)
    try:
        return all(compile_rule(evaluation, rule, home).unrun is None for home in homes(panel, rule))
    except RuleError:
        return False


def standing(rule: Rule, name: str, types: tuple[str, ...]) -> Rule:
    """A rule that says what the test says it does: its verdicts are read from the series of its levels."""
    series = signal_name(name)
    levels = {level: Text.plain(f"{series} >= {RANK[level]}") for level in LEVELS}
    return _like(rule, types, levels, Text.plain(f"{series} >= 0"))


def quiet(rule: Rule) -> Rule:
    """A rule that is clear for everybody."""
    return _like(rule, rule.entity, {level: Text.plain("1 < 0") for level in LEVELS}, None)


def _like(rule: Rule, types: Sequence[str], levels: Mapping[Level, Text], where: Text | None) -> Rule:
    return Rule(
        pack=rule.pack,
        id=rule.id,
        slug=rule.slug,
        title=rule.title or {"en": rule.id},
        entity=tuple(dict.fromkeys((*types, *rule.entity))),
        where=where,
        levels={level: levels[level] for level in LEVELS},
        hold=dict.fromkeys(LEVELS, 1),
        explain={language: Template((Text.plain(title),)) for language, title in rule.title.items()},
        action=rule.action,
        channel=rule.channel,
        span=rule.span,
    )
