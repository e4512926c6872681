"""Composites under test: the rules they read are judged beside them, or stand as a test gives their levels."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.correlation.engines import Engine
from ewarn.expressions.evaluation import Evaluation
from ewarn.levels import LEVELS, RANK
from ewarn.panel import Panel
from ewarn.rules import Rule, RuleSet
from ewarn.signals import Signals, judged
from ewarn.signals.compiled import Compiled, compile_rules
from ewarn.signals.composites import join
from ewarn.signals.each import expand
from ewarn.signals.legs import closed
from ewarn.source import Text
from ewarn.testing.cases import Case
from ewarn.testing.data import signal_name


def compiled_composite(case: Case, panel: Panel, rule: Rule, home: str) -> Compiled:
    """A composite on a type of entities. Raises RuleError with every mistake."""
    rules = _read(case, panel, rule)
    return _own(compile_rules(Evaluation(panel, threads=1), rules, None), rule, home)


def joined(case: Case, panel: Panel, compiled: Compiled, row: int) -> Signals:
    """What a composite says up to a row of its calendar, first among the verdicts, and what the rules say it reads."""
    rules = _read(case, panel, compiled.rule)
    evaluation = Evaluation(panel, threads=1)
    every = compile_rules(evaluation, rules, compiled.calendar.periods[row])
    found = judged(evaluation, every)
    join(evaluation, found, Engine("fixpoint"))
    own = _own(every, compiled.rule, compiled.home)
    first = [one for one in found if one.compiled is own]
    verdicts = (*first, *(one for one in found if one.compiled is not own))
    return Signals(panel, RuleSet(tuple(rules)), evaluation, verdicts)


def _own(every: list[Compiled], rule: Rule, home: str) -> Compiled:
    return next(one for one in every if one.rule is rule and one.home == home)


def _read(case: Case, panel: Panel, rule: Rule) -> list[Rule]:
    """The composite, and what its legs read."""
    rules = list(_every(case, panel, rule))
    return closed(panel, rules, [rule])


def _every(case: Case, panel: Panel, rule: Rule) -> Iterator[Rule]:
    """The rules that are loaded, the one under test as it is now; those whose levels are given stand for themselves."""
    yield rule
    given = dict(case.signals)
    for other in case.others:
        if (other.pack, other.id) == (rule.pack, rule.id):
            continue
        for one in expand(panel, other):
            name = next((key for key in given if key in (one.id, f"{one.pack}/{one.id}")), None)
            if name is None:
                yield one
            else:
                yield standing(one, name, given.pop(name))
    for name, types in given.items():
        pack, _, own = name.rpartition("/")
        yield standing(Rule(pack=pack or rule.pack, id=own, levels={}, span=case.span), name, types)


def standing(rule: Rule, name: str, types: tuple[str, ...]) -> Rule:
    """A rule that says what the test says it does: its verdicts are read from the series of its levels."""
    series = signal_name(name)
    return Rule(
        pack=rule.pack,
        id=rule.id,
        slug=rule.slug,
        title=rule.title or {"en": rule.id},
        entity=types,
        where=Text.plain(f"{series} >= 0"),
        levels={level: Text.plain(f"{series} >= {RANK[level]}") for level in LEVELS},
        hold=dict.fromkeys(LEVELS, 1),
        action=rule.action,
        channel=rule.channel,
        span=rule.span,
    )
