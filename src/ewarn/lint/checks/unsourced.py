"""Thresholds of nobody knows where."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject


class Unsourced(Check):
    """Neither the rule nor all of its parameters say where their numbers come from. `source: judgement` is an answer
    too: it tells a reader that a local number may replace it."""

    code = "EW511"
    title = "No source"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: yoy(output) < "-20 %"}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: yoy(output) < "-20 %"}
    source: judgement; a fifth less than a year ago is the usual first question
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Rule and params."""
        rule = subject.rule
        bare = [name for name, param in rule.params.items() if not param.source]
        if not rule.source and (bare or not rule.params):
            label = f"without one: {', '.join(bare)}" if bare else None
            yield self.doubt(f"{rule.id} does not say where its numbers come from", rule.span, label,
                             "add `source:` to the rule or to each param")  # fmt: skip
