"""Named parts of rules (`let:`) that no expression uses: they are read all the same, for mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

from ewarn.diagnostics import Diagnostic
from ewarn.errors import RuleError
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.mentions import reached
from ewarn.expressions.scope import Lacking, Scope
from ewarn.expressions.syntax import parse
from ewarn.rules import Rule
from ewarn.source import Text


def mistakes_in_parts(
    evaluation: Evaluation, scopes: Iterable[tuple[Scope, Set[tuple[str, str]]]]
) -> Iterable[Diagnostic]:
    """The mistakes of each named part that can be read in none of the scopes it is named in, as the first tells them.

    With each scope the parts that its rule uses: their mistakes are told already. A part of a pack may read a
    parameter that only some of its rules have, and one of a rule may be for one level.
    """
    read: set[tuple[int, str]] = set()
    found: dict[tuple[int, str], tuple[Diagnostic, ...]] = {}
    kept: list[Text] = []
    for scope, used in scopes:
        told: set[tuple[str, str]] = set()
        for home, parts in _named(scope):
            for name, text in parts.items():
                key = (id(text), home)
                kept.append(text)  # while it lives, no other has its identity
                if (home, name) in used:
                    read.add(key)
                if key in read or (home, name) in told or _needs_sibling(scope, text, parts):
                    continue
                if home not in evaluation.panel.types:
                    mistakes = _unread(text)
                else:
                    # Without a calendar: which frequencies meet is known only where the part is used.
                    graph = evaluation.graph(evaluation.finest)
                    build = Build(evaluation, graph, replace(scope, home=home, let=parts), surveying=True)
                    mistakes = _mistakes(build, text)
                    # How deep parts may stand in one another counts only where they are used.
                    deep = bool(build.entered) and any(one.code == "EW105" for one in mistakes)
                    if deep or build.failed & (told | used):
                        continue
                    # Each part of a circle leads to the others: told once.
                    told |= build.failed
                if mistakes:
                    found.setdefault(key, mistakes)
                else:
                    read.add(key)
    return dict.fromkeys(one for key, mistakes in found.items() if key not in read for one in mistakes)


def _needs_sibling(scope: Scope, text: Text, parts: Mapping[str, Text]) -> bool:
    """Whether a part reads, itself or through others, a parameter that only other rules of its pack have."""
    lacking = scope.siblings - scope.params.keys()
    return bool(lacking) and not lacking.isdisjoint(reached([text], {name: (one,) for name, one in parts.items()}))


def readable(rule: Rule) -> None:
    """A rule that a drop cannot feed is read all the same. Raises RuleError for what is no expression."""
    problems = [problem for text in rule.texts for problem in _unread(text)]
    if problems:
        raise RuleError(problems)


def _named(scope: Scope) -> Iterator[tuple[str, Mapping[str, Text]]]:
    """Parts by the entity type they are read on."""
    yield scope.home, scope.let
    yield from ((home, parts) for home, parts in scope.shared.items() if home != scope.home)


def _mistakes(build: Build, text: Text) -> tuple[Diagnostic, ...]:
    try:
        build.expression(text)
    except RuleError as error:
        return error.diagnostics
    except Lacking:
        pass
    return ()


def _unread(text: Text) -> tuple[Diagnostic, ...]:
    """Of a part for entities that the drop lacks only the syntax can be wrong."""
    try:
        parse(text)
    except RuleError as error:
        return error.diagnostics
    return ()
