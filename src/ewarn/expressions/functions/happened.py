"""Whether a dated event has happened."""

from __future__ import annotations

from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Function, Parameter, Tables
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.operators import And, Compare, kleene
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION
from ewarn.panel import Reason


class Past(Operation):
    """The date is known and not after the last day of the period."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """A blank in a delivered row is false: it has not happened; any other unknown stays unknown."""
        dates = np.broadcast_to(np.asarray(args[0]), frame.shape)
        last = frame.calendar.last_day[:, None]
        unknown = np.isnan(dates)
        ahead = dates > last
        if unknown.any():
            ahead = ahead | (unknown & (frame.why(node.args[0]) == Reason.BLANK))
        return kleene(np.asarray(dates <= last), np.asarray(ahead))


class Happened(Function):
    """Whether an event with this date has happened by the end of the period, and no later than `by`.

    A date that lies ahead is false, and so is a blank in a delivered row: not yet. A masked date, and one of an entity
    for which no row was delivered, is unknown.
    """

    name = "happened"
    subject = "calendar"
    parameters = (
        Parameter("date", "date"),
        Parameter("by", "date", None, 'no later than this date, like signed_on + "6m"', keyword=True),
    )
    gives = "a condition"
    examples = (
        Tables("""
project  signed      started     happened(started)  happened(started, by=signed + "6m")
a        2020-01-10  2020-06-30               true                                 true
b        2020-01-10  2020-09-15               true                                false
c        2020-10-10  2021-02-01              false                                false
d        2020-01-10  ·                       false                                false
e        ·           2020-06-30               true                                    ·
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Kleene's and of the two."""
        date, by = arguments["date"], arguments["by"]
        past = build.node(Past(), [date], CONDITION, build.here)
        if by is None:
            return past
        in_time = build.node(Compare(), [date, by], CONDITION, build.here, ("<=",))
        return build.node(And(), [past, in_time], CONDITION, build.here)
