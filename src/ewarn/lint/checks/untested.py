"""Rules without a test."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject


class Untested(Check):
    """No test beside the rules names this one. What a test leaves open is found by `ewarn rules test --coverage`."""

    code = "EW510"
    title = "No test"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: output < 0}
""")
    good = Example(
        """
rules:
  - id: A
    entity: enterprise
    levels: {yellow: output < 0}
""",
        tests="""
from: 2024-01
tests:
  A:
    - {name: below zero, given: {output: 1 -1}, expect: clear yellow}
""",
    )

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Whether there is one."""
        rule = subject.rule
        if subject.tested is False:
            stem = rule.span.file.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
            yield self.doubt(f"{rule.id} has no test", rule.span, None, f"write one in {stem}.test.yaml beside it")
