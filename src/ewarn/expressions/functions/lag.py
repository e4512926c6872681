"""Values of earlier periods."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter, Tables
from ewarn.expressions.literals import Duration
from ewarn.expressions.nodes import Look, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import unknown_value
from ewarn.expressions.typed import Typed
from ewarn.panel import Int8s, Reason

MANY = 20_000
"""Stands for "no bound" in the upper end of a count of periods (int16)."""


class Earlier(Operation):
    """The argument some rows earlier. Params: own periods, months, whether a cumulated figure starts from 0, days."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown before the panel's start."""
        value = args[0]
        if isinstance(value, tuple):
            return self._shift(frame, node, value[0], 0), self._shift(frame, node, value[1], MANY)
        return self._shift(frame, node, value, unknown_value(node))

    def _shift(self, frame: Frame, node: Node, x: npt.NDArray[Any], unknown: Any) -> npt.NDArray[Any]:
        height = len(frame.calendar)
        rows = source_rows(frame, node)
        out = np.empty((height, x.shape[1]), dtype=x.dtype)
        first = int((rows < 0).sum())
        regular = bool((rows[first:] == np.arange(height - first)).all()) and bool((rows[:first] < 0).all())
        if x.shape[0] == 1:
            out[:] = x
            out[rows < 0] = unknown
        elif regular:
            out[:first] = unknown
            out[first:] = x[: height - first]
        else:
            out[:] = x[np.maximum(rows, 0)]
            out[rows < 0] = unknown
        if node.params[2]:
            out[year_begun_after(frame, node.params[0])] = 0
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Those of the earlier period."""
        rows = source_rows(frame, node)
        why = frame.why(node.args[0])
        return either((rows >= 0)[:, None], why[np.maximum(rows, 0)], Reason.BEFORE_START)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """One earlier period."""
        at = np.maximum(rows, 0)
        mask = ~year_begun_after(frame, node.params[0])[at] if node.params[2] else None
        return [Look(0, source_rows(frame, node)[at], mask)]


def source_rows(frame: Frame, node: Node) -> npt.NDArray[np.int64]:
    """The row each row reads; -1 before the panel's start."""
    steps, months, days = int(node.params[0]), int(node.params[1]), int(node.params[3])
    if months or days:
        return frame.calendar.shifted(months, days).astype(np.int64)
    return np.maximum(np.arange(len(frame.calendar)) - steps, -1)


def year_begun_after(frame: Frame, steps: int) -> npt.NDArray[np.bool_]:
    """Rows whose fiscal year began after the period `steps` before: a cumulated figure was 0 then."""
    calendar = frame.calendar
    if calendar.freq == "round":
        before = calendar.fiscal_year[np.maximum(np.arange(len(calendar)) - steps, 0)]
        return np.asarray((before != calendar.fiscal_year) & (np.arange(len(calendar)) >= steps))
    months_each = 12 // (12 if calendar.freq == "M" else calendar.per_year)
    position = (calendar.fiscal_months - 1) // months_each
    if calendar.double_january:
        january = (13 - calendar.fiscal_year_start) % 12
        position = position - (position > january)
    return np.asarray(steps > position)


def earlier(build: Build, x: Typed, n: int | Duration, at: Any = None) -> Typed:
    """x, n own periods or a duration earlier. A cumulated figure is 0 before its year's first period."""
    calendar = build.graph.calendar
    irregular = calendar.freq == "round"
    if isinstance(n, Duration):
        broken = not irregular and n.months * calendar.per_year % 12 and not calendar.double_january
        if ((n.days and not irregular) or broken) and not build.surveying:
            build.fail(at or x.syntax or build.syntax.body, "EW103", "that is no whole number of periods",
                       f"the rule's frequency is {calendar.freq}", None)  # fmt: skip
        params: tuple[Any, ...] = (0, n.months, False, n.days)
    else:
        params = (n, 0, x.type.cumulated and n > 0 and (irregular or n < calendar.per_year), 0)
    if not any(params):
        return x
    words = None if at is not None else f"lag({x.node.words}, {_written(n)})"
    return build.node(Earlier(), [x], x.type, at or x.syntax, params, words=words)


def _written(n: int | Duration) -> str:
    """A step as an author writes it."""
    if isinstance(n, int):
        return str(n)
    if n.days:
        return f"'{n.days}d'"
    return f"'{n.months // 12}y'" if n.months % 12 == 0 else f"'{n.months}m'"


class Lag(Function):
    """The value n own periods ago; a duration ("1y", "6m") goes by the calendar. On reporting dates a duration (there
    also "90d") gives the newest round so long ago or longer.

    Takes numbers, conditions, dates, categories and counts. Before the panel's start: unknown. A cumulated figure
    (`x.ytd`) is 0 before its year's first period.
    """

    name = "lag"
    subject = "change"
    parameters = (Parameter("x", "any"), Parameter("n", "steps", 1, "own periods, or a duration"))
    gives = "the same as x"
    examples = (
        Example("lag(x, 1)", {"x": [3, 5, None, 4]}, [None, 3, 5, None]),
        Example('lag(x, "6m")', {"x": [1, 2, 3, 4, 5, 6, 7, 8]}, [None] * 6 + [1, 2]),
        Tables("""
             2019-01-20  02-28  08-01  2020-02-28
x                     3      5      4           9

lag(x, 1)             ·      3      5           4
lag(x, "6m")          ·      ·      3           4
lag(x, "1y")          ·      ·      ·           5
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A shift."""
        return earlier(build, arguments["x"], arguments["n"], build.here)
