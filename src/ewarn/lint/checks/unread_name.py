"""Parameters and named parts that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject


class UnreadName(Check):
    """A parameter or named part is written and never read: somebody who changes it will think that it mattered."""

    code = "EW513"
    title = "A name that nothing reads"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    params: {k: 3}
    let: {rate: yoy(output)}
    levels: {yellow: rate < 0}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    params: {k: 3}
    let: {rate: yoy(output)}
    levels: {yellow: streak(rate < 0) >= k}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Names of the rule's own; those of the pack are for all its rules."""
        rule = subject.rule
        texts = [expression.syntax.text for expression in subject.expressions]
        own = {str(text) for text in rule.let.values()}
        shared = [step.when for step in rule.adjust if step.shared]
        read = subject.names(*(str(text) for text in [*texts, *shared] if str(text) not in own))
        by = {param.by for param in rule.params.values()}
        for name, text in rule.let.items():
            if name not in read:
                yield self.doubt(f"nothing reads `{name}`", text.span(), None, "delete it")
        for name, param in rule.params.items():
            within = param.span is None or param.span.line >= rule.span.line
            if name not in read and name not in by and within:
                yield self.doubt(f"nothing reads `{name}`", param.span or rule.span, None, "delete it")
