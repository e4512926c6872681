"""Thresholds that grow milder as the level grows worse."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.ladder import ladder
from ewarn.lint.subject import Subject


class WrongWay(Check):
    """A higher level asks for less than a lower one, so the lower is never shown: usually two numbers changed places,
    or `<` stands for `>`."""

    code = "EW503"
    title = "Thresholds that run the wrong way"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    params: {k: {by: level, value: {yellow: 4, red: 3}}}
    levels: streak(output < 0) >= k
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    params: {k: {by: level, value: {yellow: 3, red: 4}}}
    levels: streak(output < 0) >= k
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Pairs of levels that differ in numbers only."""
        for pair in ladder(subject):
            if pair.order == "looser" and pair.by_number:
                yield self.doubt(f"{pair.high} asks for less than {pair.low}", pair.place,
                                 f"{pair.low} is never reached", "have the numbers changed places?")  # fmt: skip
