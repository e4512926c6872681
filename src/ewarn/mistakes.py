"""What is wrong with the rules of a run, told together with what is wrong with its data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ewarn.assembly.doubt import Doubt
from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import DropError, RuleError
from ewarn.expressions.build import NO_FUNCTION
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.mentions import names
from ewarn.panel import Panel
from ewarn.rules import Rule, RuleSet, Source, load_rules
from ewarn.signals.compiled import compile_rules
from ewarn.signals.parts import readable

Rules = Source | Iterable[Source]
_OF_FORM = ("EW101", "EW105")
"""Codes of mistakes that are some whatever the drop holds."""
_OF_NAMES = ("EW102", "EW107")
_NAME = re.compile(r"[^\W\d]\w*")


@contextmanager
def telling_all(rules: Rules | None, otherwise: Rules | None = None) -> Iterator[None]:
    """Mistakes in the data that come up within are told together with those in the rules that would have run.

    `rules`: those named for the run; else those of drop.yaml, else `otherwise`.
    """
    try:
        yield
    except DropError as error:
        named = rules or tuple(rule for rule in error.rules if rule) or otherwise
        mistakes = mistakes_of(named, error.panel, error.doubt or Doubt()) if named else []
        if not mistakes:
            raise
        raise DropError([*mistakes, *error.diagnostics]) from error


def loaded(rules: Rules, panel: Panel) -> RuleSet:
    """The rules; RuleError with the mistakes of their form and, where there are any, of all their expressions."""
    try:
        return load_rules(rules)
    except RuleError as error:
        raise RuleError(_both(error, panel, Doubt())) from error


def mistakes_of(rules: Rules, panel: Panel | None, doubt: Doubt) -> list[Diagnostic]:
    """What is wrong with rules on a drop of which `panel` is known, without what may follow from `doubt`."""
    try:
        return _expressions(load_rules(rules), panel, doubt)
    except RuleError as error:
        return _both(error, panel, doubt)


def _both(error: RuleError, panel: Panel | None, doubt: Doubt) -> list[Diagnostic]:
    found = [*error.diagnostics, *_expressions(error.sound or RuleSet(()), panel, doubt)]
    files = list(dict.fromkeys(_file(one) for one in found))
    return sorted(dict.fromkeys(found), key=lambda one: (files.index(_file(one)), _line(one)))


def _file(problem: Diagnostic) -> str:
    return problem.place.file if problem.place is not None else ""


def _line(problem: Diagnostic) -> tuple[int, int]:
    return (problem.place.line, problem.place.column) if isinstance(problem.place, Span) else (0, 0)


def _expressions(rules: RuleSet, panel: Panel | None, doubt: Doubt) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    try:
        if panel is not None:
            compile_rules(Evaluation(panel), rules, None)
    except RuleError as error:
        found += [problem for problem in error.diagnostics if _certain(problem, rules, doubt)]
    for rule in rules if panel is None else ():
        try:
            readable(rule)
        except RuleError as error:
            found += error.diagnostics
    return list(dict.fromkeys(found))


def _certain(problem: Diagnostic, rules: RuleSet, doubt: Doubt) -> bool:
    """Whether a mistake is one however the doubt is settled."""
    if doubt == Doubt() or problem.code in _OF_FORM or problem.label == NO_FUNCTION:
        return True
    around = _around(problem, rules)
    if any(rule.each is not None and not rule.each.indicators for rule in around):
        return False
    if problem.code in _OF_NAMES:
        return not doubt.more and doubt.names.isdisjoint(_NAME.findall(problem.message))
    named = {name for rule in around for text in rule.texts for name in names(text)}
    named |= {param.by for rule in around for param in rule.params.values() if param.by is not None}
    doubtful = doubt.names | doubt.timing if problem.code == "EW103" else doubt.names
    return not doubt.meanings and doubtful.isdisjoint(named)


def _around(problem: Diagnostic, rules: RuleSet) -> list[Rule]:
    """The rule in which a mistake stands; of one in what a pack shares all of them."""
    place = problem.place
    if isinstance(place, Span):
        at = (place.line, place.column)
        before = [rule for rule in rules if rule.span.file == place.file and _start(rule) <= at]
        if before:
            return [max(before, key=_start)]
    return list(rules)


def _start(rule: Rule) -> tuple[int, int]:
    return rule.span.line, rule.span.column
