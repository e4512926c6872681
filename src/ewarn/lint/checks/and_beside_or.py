"""`and` beside `or` without brackets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.expressions.syntax import Syntax
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject


class AndBesideOr(Check):
    """`a or b and c` means `a or (b and c)`; a reader may take it for the other. Brackets say which was meant."""

    code = "EW504"
    title = "`and` beside `or` without brackets"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: output < 0 or profit < 0 and sales < 0}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: output < 0 or (profit < 0 and sales < 0)}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Each `or` with a bare `and` under it."""
        for expression in subject.expressions:
            syntax = expression.syntax
            for node in ast.walk(syntax.body):
                if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                    bare = [one for one in node.values if isinstance(one, ast.BoolOp) and not _bracketed(syntax, one)]
                    for one in bare:
                        yield self.doubt("`and` beside `or` without brackets", syntax.span(one),
                                         "this belongs together", f"write ({syntax.words(one)})")  # fmt: skip


def _bracketed(syntax: Syntax, node: ast.expr) -> bool:
    start, end = syntax.offsets(node)
    text = str(syntax.text)
    return text[:start].rstrip().endswith("(") and text[end:].lstrip().startswith(")")
