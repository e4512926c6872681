"""A rule as lint looks at it: its expressions taken apart, and compiled where that can be done."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ewarn.diagnostics import Diagnostic
from ewarn.errors import RuleError
from ewarn.expressions.mentions import reached
from ewarn.expressions.syntax import Syntax, parse
from ewarn.levels import Level
from ewarn.panel import Panel
from ewarn.rules import Rule
from ewarn.signals import Compiled, Signals
from ewarn.source import Text


@dataclass(frozen=True, eq=False)
class Expression:
    """One expression of a rule. `level`: the level whose condition it is."""

    syntax: Syntax
    level: Level | None = None
    decides: bool = True
    """False: only a sentence, a list, a weight reads it."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One rule. `compiled`: on the drop, else on one that has everything the catalogue knows."""

    rule: Rule
    compiled: tuple[Compiled, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    """Why it could not be compiled."""
    panel: Panel | None = None
    """The drop, where one was given."""
    signals: Signals | None = None
    """What the rules say of its history."""
    tested: bool | None = None
    """Whether a test names the rule; None where nobody looks for tests."""

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions, those that decide first."""
        rule = self.rule
        texts: list[tuple[Text | None, Level | None, bool]] = [
            *((text, level, True) for level, text in rule.levels.items()),
            *((text, None, True) for text in (*rule.let.values(), rule.where, *rule.narrowed, rule.until)),
            *((step.when, None, True) for step in rule.adjust if not step.shared),
            *((text, None, True) for text in rule.labels.values()),
            *((text, None, False) for text in (rule.weight, *self.slots, *rule.evidence)),
        ]
        if rule.listing is not None:
            texts += [(rule.listing.where, None, False), (rule.listing.by, None, False)]
        read = [(None if text is None else syntax_of(text), level, decides) for text, level, decides in texts]
        return tuple(Expression(syntax, level, decides) for syntax, level, decides in read if syntax is not None)

    @property
    def slots(self) -> tuple[Text, ...]:
        """The expressions of the sentences."""
        named = ("entity", "period", "level", "legs")
        slots = (slot.expression for template in self.rule.explain.values() for slot in template.slots)
        return tuple(text for text in slots if text not in named)

    def calls(self, name: str) -> Iterator[tuple[Syntax, ast.Call]]:
        """Every call of a function, with the expression it stands in."""
        for expression in self.expressions:
            for node in ast.walk(expression.syntax.body):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    yield expression.syntax, node

    @cached_property
    def read(self) -> frozenset[str]:
        """Names that what decides reads, named parts followed."""
        return self.names(*self.rule.levels.values(), *(text for text in (self.rule.where, self.rule.until) if text))

    def names(self, *texts: str) -> frozenset[str]:
        """Names in expressions, and in the named parts that these use."""
        return reached(texts, self.rule.parts)

    def values(self, level: Level | None) -> Mapping[str, object]:
        """What each param is at a level: those with one value, and those that differ by level."""
        found: dict[str, object] = {}
        for name, param in self.rule.params.items():
            value = param.value
            if param.by == "level" and isinstance(value, Mapping):
                value = value.get(level or "")
            if isinstance(value, bool | int | float | str) and not param.dated:
                found[name] = f"{value:.12g} {param.unit}" if param.unit and isinstance(value, int | float) else value
        return found


def syntax_of(text: Text) -> Syntax | None:
    """An expression taken apart; None for one that cannot be read, which compiling tells."""
    try:
        return parse(text)
    except RuleError:
        return None
