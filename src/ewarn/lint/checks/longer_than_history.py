"""More periods asked for than the drop has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ewarn.calendar import Calendar
from ewarn.diagnostics import Diagnostic
from ewarn.expressions.literals import duration
from ewarn.lint.check import Check, Example
from ewarn.lint.numbers import number, written_out
from ewarn.lint.subject import Subject, syntax_of

_COUNTS = ("streak", "times", "since")
_WINDOWS = (
    "lag",
    "times",
    "rolling_sum",
    "rolling_mean",
    "rolling_min",
    "rolling_max",
    "rolling_median",
    "rolling_std",
)


class LongerThanHistory(Check):
    """A streak, window or lag is longer than the history of the drop: what it asks for can never be known."""

    code = "EW505"
    title = "A streak longer than the drop's history"
    needs_drop = True
    bad = Example(
        """
rules:
  - id: A
    levels: {yellow: streak(output < 100) >= 6}
""",
        "entity,period,indicator,value\nA,2024-01,output,90\nA,2024-02,output,90\nA,2024-03,output,110\n",
    )
    good = Example(
        """
rules:
  - id: A
    levels: {yellow: streak(output < 100) >= 2}
""",
        "entity,period,indicator,value\nA,2024-01,output,90\nA,2024-02,output,90\nA,2024-03,output,110\n",
    )

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Counts and windows of the levels."""
        calendars = [one.calendar for one in subject.compiled if one.unrun is None]
        if not calendars:
            return
        longest = max(calendars, key=len)
        periods = len(longest)
        named = {name: syntax_of(text) for name, text in subject.rule.let.items()}
        let = {name: syntax.body for name, syntax in named.items() if syntax is not None}
        for level, text in subject.rule.levels.items():
            syntax = syntax_of(text)
            if syntax is None:
                continue
            body = written_out(syntax.body, subject.values(level), let)
            for node in ast.walk(body):
                asked = max(_counted(node), _window(node, longest))
                if asked > periods:
                    yield self.doubt(f"{level} asks for {asked:,.0f} periods, and the drop has {periods}", text.span(),
                                     None, "deliver more history, or ask for less")  # fmt: skip


def _counted(node: ast.AST) -> float:
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.left, ast.Call)):
        return 0
    named = isinstance(node.left.func, ast.Name) and node.left.func.id in _COUNTS
    rising = isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Eq)
    return (number(node.comparators[0]) or 0) if named and rising else 0


def _window(node: ast.AST, calendar: Calendar) -> float:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WINDOWS):
        return 0
    length = node.args[1] if len(node.args) > 1 else None
    if not isinstance(length, ast.Constant):
        return 0
    if isinstance(length.value, str) and calendar.freq != "round":
        try:
            return duration(length.value).months * calendar.per_year / 12
        except ValueError:
            return 0  # told when the rule is compiled
    return float(length.value) if isinstance(length.value, int) else 0
