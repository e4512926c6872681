"""`lint`: every check on every rule."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ewarn import resources
from ewarn.diagnostics import Diagnostic, Span
from ewarn.drop import load
from ewarn.errors import RuleError
from ewarn.expressions.evaluation import Evaluation
from ewarn.lint.beside import drop_beside
from ewarn.lint.check import every_check
from ewarn.lint.disabled import CODE, comments, without_disabled
from ewarn.lint.finding import Finding, Linted
from ewarn.lint.subject import Subject
from ewarn.lint.supposed import supposed
from ewarn.panel import Panel
from ewarn.rules import Rule, RuleSet, load_rules, shipped
from ewarn.signals import Compiled, evaluate
from ewarn.signals.compiled import compile_rules
from ewarn.signals.each import expanded
from ewarn.source import read_text
from ewarn.testing.files import load_suites

_BEYOND = ("EW104",)
"""Without a drop nobody knows the units of plain words like `output`: mistakes in units are not told."""


def lint(*sources: str | os.PathLike[str], drop: str | os.PathLike[str] | Panel | None = None) -> Linted:
    """Look for what is doubtful in rules that can be read.

    `sources`: packs and files; by default every shipped pack. `drop`: a drop whose indicators and history the rules
    are held against; by default the one beside a file of rules whose drop.yaml names it, else they are held against the
    catalogue of indicators. Raises RuleError for what cannot
    be read as rules, or tests of rules, at all; DropError for the drop.
    """
    rules = load_rules(*sources)
    panel = load(drop) if isinstance(drop, str | os.PathLike) else drop_beside(sources) if drop is None else drop
    tested = _tested([*sources, *_used(rules)])
    given = rules if panel is not None else replace(rules, rules=tuple(map(_of_somebody, rules)))
    compiled, problems = _compiled(panel or supposed(rules), given, told=panel is not None)
    sound = tuple(rule for rule, one in zip(rules, given, strict=True) if not problems[one] and compiled[one])
    signals = evaluate(panel, replace(rules, rules=sound)) if panel is not None and sound else None
    found: list[Finding] = []
    for rule, one in zip(rules, given, strict=True):
        subject = Subject(rule, compiled[one], problems[one], panel, signals, (rule.pack, rule.id) in tested)
        for check in every_check():
            if check.needs_drop and panel is None:
                continue
            found += [Finding(rule.pack, rule.id, one) for one in dict.fromkeys(check.find(subject))]
    said = [comment for file, text in _files(sources) for comment in comments(file, text, rules.rules)]
    codes = [check.code for check in every_check() if panel is not None or not check.needs_drop]
    every = [CODE, *(check.code for check in every_check())]
    heard = [comment for comment in said if comment.code in codes or comment.code not in every]
    kept, doubts = without_disabled(found, heard, every)
    ordered = sorted([*kept, *doubts], key=_position)
    return Linted(len(rules), tuple(ordered))


def _of_somebody(rule: Rule) -> Rule:
    """A rule for whatever type a drop has, as one for firms."""
    return rule if rule.entity else replace(rule, entity=("enterprise",))


def _compiled(
    panel: Panel, rules: RuleSet, *, told: bool
) -> tuple[Mapping[Rule, tuple[Compiled, ...]], Mapping[Rule, tuple[Diagnostic, ...]]]:
    """Each rule compiled on its own, and what is wrong with it."""
    evaluation = Evaluation(panel)
    compiled: dict[Rule, tuple[Compiled, ...]] = {}
    problems: dict[Rule, tuple[Diagnostic, ...]] = dict.fromkeys(rules, ())
    found: list[Compiled] = []
    sound, first = list(rules), True
    while sound and not found:
        try:
            found = compile_rules(evaluation, expanded(panel, replace(rules, rules=tuple(sound))).rules, None)
        except RuleError as error:
            wrong = {id(owner): owner for one in error.diagnostics if (owner := _owner(one, rules)) is not None}
            for problem in error.diagnostics if first else ():  # what is told later follows from what was left out
                owner = _owner(problem, rules)
                if owner is not None and (told or problem.code not in _BEYOND):
                    problems[owner] = (*problems[owner], problem)
            left = [rule for rule in sound if id(rule) not in wrong]
            sound, first = left if len(left) < len(sound) else [], False
        else:
            break
    for rule in rules:
        compiled[rule] = tuple(one for one in found if one.rule.span == rule.span and one.rule.pack == rule.pack)
    return compiled, problems


def _owner(problem: Diagnostic, rules: RuleSet) -> Rule | None:
    """The rule in which a problem stands; the first of the file for what the pack has in common."""
    place = problem.place
    mine = [rule for rule in rules if isinstance(place, Span) and rule.span.file == place.file]
    above = [rule for rule in mine if isinstance(place, Span) and rule.span.line <= place.line]
    return above[-1] if above else mine[0] if mine else next(iter(rules), None)


def _used(rules: RuleSet) -> Iterator[str]:
    """The packs and files that the rules stand in, where an override file names them."""
    yield from dict.fromkeys(rule.pack if rule.shipped else rule.span.file for rule in rules)


def _tested(sources: Sequence[str | os.PathLike[str]]) -> frozenset[tuple[str, str]]:
    """Pack and id of the rules that a test names."""
    suites = load_suites(sources)
    return frozenset((case.rule.pack, case.rule.id) for suite in suites for case in suite.cases)


def _files(sources: Sequence[str | os.PathLike[str]]) -> Iterator[tuple[str, str]]:
    """Name (as places have it) and text of every file of rules."""
    for source in sources or shipped():
        name = os.fspath(source)
        packed = resources.packs() / f"{name}.yaml"
        if name in shipped():
            yield f"rules/{packed.name}", read_text(packed, name=name, error=RuleError)
        else:
            yield name, read_text(Path(name), name=name, error=RuleError)


def _position(finding: Finding) -> tuple[str, int, int, str]:
    place = finding.diagnostic.place
    return (place.file, place.line, place.column, finding.code) if isinstance(place, Span) else ("", 0, 0, finding.code)
