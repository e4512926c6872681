"""Days: adding durations to dates, and counting from the last day of a period."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from ewarn.expressions import operators as op
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.literals import DAY, duration
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import DATE, Type
from ewarn.panel import Floats

if TYPE_CHECKING:
    from ewarn.expressions.build import Build


class From(Operation):
    """Whether the period ends on a day or later. Params: the day, since 1970-01-01."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Shape (periods, 1); never unknown."""
        return np.where(frame.calendar.last_day >= node.params[0], 1, -1).astype(np.int8)[:, None]


class Shift(Operation):
    """date + duration. Params: months, days."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The same day of a later month, or its last day where that month is shorter."""
        months, days = int(node.params[0]), int(node.params[1])
        return shift_days(np.asarray(args[0]), months, days)


def shift_days(dates: Floats, months: int, days: int) -> Floats:
    """Days since 1970-01-01, moved by whole months and then days."""
    known = ~np.isnan(dates)
    day = np.where(known, dates, 0).astype(np.int64).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    offset = (day - month).astype(np.int64)
    target = month + months
    longest = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64) - 1
    moved = target.astype("datetime64[D]").astype(np.int64) + np.minimum(offset, longest) + days
    result: Floats = np.where(known, moved.astype(np.float64), np.nan)
    return result


def shifted_date(build: Build, at: ast.BinOp, left: Typed, right: Typed) -> Typed:
    """date + "6m", date - "90d", date - date (days). Raises RuleError for anything else."""
    if isinstance(at.op, ast.Sub) and left.type.base == right.type.base == "date":
        return build.node(op.Subtract(), [left, right], Type("number", DAY), at)
    if isinstance(at.op, ast.Add) and left.quantity is not None:
        left, right = right, left
    if isinstance(at.op, ast.Add | ast.Sub) and left.type.base == "date" and right.quantity is not None:
        try:
            step = duration(right.quantity)
            sign = 1 if isinstance(at.op, ast.Add) else -1
            return build.node(Shift(), [left], DATE, at, (sign * step.months, sign * step.days))
        except ValueError as error:
            build.fail(at, "EW103", "a date moves by a duration", str(error), 'write: date + "6m"')
    return build.fail(at, "EW103", "a date moves by a duration", "not a date and a duration", 'write: date + "6m"')
