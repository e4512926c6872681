"""Levels that no number can reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.expressions.syntax import Syntax
from ewarn.lint.check import Check, Example
from ewarn.lint.ladder import ladder
from ewarn.lint.numbers import number
from ewarn.lint.subject import Subject

_LOW, _HIGH = (ast.Gt, ast.GtE), (ast.Lt, ast.LtE)


class LevelNeverReached(Check):
    """The higher of two levels holds whenever the lower does, so the lower is never shown; or a condition asks for a
    number above one bound and below a smaller one. The verdict is the highest level that is true."""

    code = "EW502"
    title = "A level that is never reached"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: streak(output < 0) >= 3, red: streak(output < 0) >= 3 or profit < 0}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: streak(output < 0) >= 3, red: streak(output < 0) >= 3 and profit < 0}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Pairs of levels, and contradictions."""
        for pair in ladder(subject):
            if pair.order == "same":
                yield self.doubt(f"{pair.low} is never reached", pair.place, f"{pair.high} has the same condition",
                                 "ask for more at the higher level, or leave one of them out")  # fmt: skip
            elif pair.order == "looser" and not pair.by_number:
                said = f"{pair.high} holds whenever {pair.low} does"
                yield self.doubt(f"{pair.low} is never reached", pair.place, said, "ask for more at the higher level")
        for expression in subject.expressions:
            if expression.decides:
                yield from self._contradictions(expression.syntax)

    def _contradictions(self, syntax: Syntax) -> Iterator[Diagnostic]:
        for node in ast.walk(syntax.body):
            if not (isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And)):
                continue
            bounds = [(ast.dump(one.left), type(one.ops[0]), number(one.comparators[0]))
                      for one in node.values if isinstance(one, ast.Compare) and len(one.ops) == 1]  # fmt: skip
            for left, sign, low in bounds:
                for other, upper, high in bounds:
                    if left != other or low is None or high is None or sign not in _LOW or upper not in _HIGH:
                        continue
                    if low > high or (low == high and (sign is ast.Gt or upper is ast.Lt)):
                        yield self.doubt(
                            "this can never be true", syntax.span(node), f"above {low:g} and below {high:g}"
                        )
