"""Names that stand for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject


class UnknownName(Check):
    """A name is no indicator, attribute, parameter, named part or function, or an expression cannot be compiled for
    another reason. Without `--drop` the catalogue of indicators is asked, so indicators of your own need the drop
    that declares them."""

    code = "EW501"
    title = "An expression that cannot be run"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: outptu < 0}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: output < 0}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """What compiling says."""
        for problem in subject.problems:
            place = problem.place or subject.rule.span
            yield Diagnostic(self.code, problem.message, place, problem.label, problem.help, "warning")
