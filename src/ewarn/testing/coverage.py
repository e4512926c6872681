"""What tests leave untested: rules, levels, and numbers that could be moved by a step without a test that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ewarn.errors import RuleError
from ewarn.levels import LEVELS, RANK, Level
from ewarn.rules import Rule
from ewarn.testing.cases import Suite
from ewarn.testing.judging import Trial
from ewarn.testing.outcome import Loose, RuleCoverage
from ewarn.testing.pins import Pin, pins_of


def coverage(
    suite: Suite, trials: Sequence[Trial], rules: Sequence[Rule], step: Callable[[], None]
) -> tuple[RuleCoverage, ...]:
    """The coverage of some rules of a suite by `trials`, all of which pass; `step` is called for each rule."""
    by_rule = {id(rule): [one for one in trials if _of(one, rule)] for rule in rules}
    pins = {id(rule): pins_of(rule) for rule in rules}
    loose: dict[int, list[Loose]] = {}
    for rule in rules:
        step()
        mine = by_rule[id(rule)]
        found = [_loose(suite, rule, pin, mine) for pin in pins[id(rule)]] if mine else []
        loose[id(rule)] = [one for one in found if one is not None]
    # A number that several rules of a pack share is pinned by the tests of any of them; else it is told once.
    held = {
        pin.key
        for rule in rules
        if by_rule[id(rule)]
        for pin in pins[id(rule)]
        if pin.key not in {one.pin.key for one in loose[id(rule)]}
    }
    covered = []
    for rule in rules:
        told = tuple(one for one in loose[id(rule)] if one.pin.key not in held)
        held |= {one.pin.key for one in told}
        mine = by_rule[id(rule)]
        numbers = len(pins[id(rule)])
        covered.append(RuleCoverage(rule, suite.rules.name(rule), len(mine), _untested(rule, mine), numbers, told))
    return tuple(covered)


def _of(trial: Trial, rule: Rule) -> bool:
    return (trial.case.rule.pack, trial.case.rule.id) == (rule.pack, rule.id)


def _untested(rule: Rule, trials: Iterable[Trial]) -> tuple[Level, ...]:
    seen = {value.value.code for trial in trials for one in trial.case.expected for value in one.line.values}
    return tuple(level for level in LEVELS if level in rule.levels and RANK[level] not in seen)


def _loose(suite: Suite, rule: Rule, pin: Pin, trials: list[Trial]) -> Loose | None:
    """The steps of one number that no test notices; the test that did is asked first the next time."""
    unnoticed = []
    for step in pin.steps:
        for at, trial in enumerate(trials):
            if _notices(trial, pin, step):
                trials.insert(0, trials.pop(at))
                break
        else:
            unnoticed.append(step)
    return Loose(suite.rules.name(rule), pin, tuple(unnoticed)) if unnoticed else None


def _notices(trial: Trial, pin: Pin, step: str) -> bool:
    """Whether a test fails with the number moved. One that cannot be written is noticed by everybody."""
    moved = pin.rule(trial.case.rule, step)
    try:
        bare = replace(moved, explain={}, weight=None, listing=None)
        if not trial.agree(trial.compiled(bare, trial.own)):
            return True
        return bool(trial.case.findings) and bool(trial.differences(trial.compiled(moved)))
    except RuleError:
        return True
