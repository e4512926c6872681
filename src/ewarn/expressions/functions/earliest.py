"""Values remembered from earlier: the first known one, and the one at the start of a run."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.build import Build
from ewarn.expressions.combining import plain
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.runs import reasons_since
from ewarn.expressions.nodes import NONE, Look, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import unknown_value
from ewarn.expressions.typed import Typed
from ewarn.panel import Int8s, Reason

Ints = npt.NDArray[np.int64]


class Earliest(Operation):
    """The oldest known value up to the period."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown until one is known."""
        return picked(frame, node, np.asarray(args[0]), self._rows(frame, node))

    def _rows(self, frame: Frame, node: Node) -> Ints:
        unknown = np.broadcast_to(frame.unknown(node.args[0]), frame.shape)
        known = np.equal(unknown, False)
        if not len(known):  # a drop of one January, where February stands for both
            return np.empty(known.shape, dtype=np.int64)
        first = known.argmax(axis=0)[None]
        own = np.arange(len(known))[:, None]
        some = known.any(axis=0, keepdims=True)
        return np.where(some & (own >= first), first, -1)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The period of that value."""
        return [Look(0, self._rows(frame, node)[np.maximum(rows, 0), np.arange(len(rows))])]


def picked(frame: Frame, node: Node, values: npt.NDArray[Any], rows: Ints) -> npt.NDArray[Any]:
    """The value at each of `rows` (periods, entities), unknown where that is -1."""
    whole = np.broadcast_to(values, frame.shape)
    return np.where(rows >= 0, np.take_along_axis(whole, np.maximum(rows, 0), axis=0), unknown_value(node))


class First(Function):
    """The earliest known value of x up to the period."""

    name = "first"
    subject = "known"
    parameters = (Parameter("x", "any"),)
    gives = "the same as x"
    examples = (Example("first(x)", {"x": [None, 3, None, 5]}, [None, 3, 3, 3]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Looks back over the panel."""
        x: Typed = arguments["x"]
        if x.type.base == "bounds":
            build.expected(x.syntax or build.syntax.body, x, "a number")
        return build.node(Earliest(), [x], plain(x.type), build.here)


class RunStart(Operation):
    """x at the first period of the current run of c. Args: c, x. Params: unknown periods to bridge."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown where c does not hold now, and where it is not known when the run began."""
        return picked(frame, node, np.asarray(args[1]), self._rows(frame, node))

    def _rows(self, frame: Frame, node: Node) -> Ints:
        """Row of the start of the run that ends at each row, -1 where there is none or it is not known."""
        condition = np.broadcast_to(frame.array(node.args[0]), frame.shape)
        bridge = int(node.params[0])
        out = np.full(frame.shape, -1, dtype=np.int64)
        start: Ints = np.full(frame.shape[1], -1, dtype=np.int64)
        fresh = np.zeros(frame.shape[1], dtype=bool)
        gap = np.zeros(frame.shape[1], dtype=np.int64)
        for row, now in enumerate(condition):
            start = np.where((now == 1) & fresh, row, start)
            gap = np.where(now == 0, gap + 1, 0)
            start = np.where((now == -1) | (gap > bridge), -1, start)
            fresh = now == -1
            out[row] = np.where(now == 1, start, -1)
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Not applicable where c is false; else what hides the start; else of x at it."""
        condition = np.broadcast_to(frame.array(node.args[0]), frame.shape)
        rows = self._rows(frame, node)
        at_start = np.take_along_axis(frame.why(node.args[1]), np.maximum(rows, 0), axis=0)
        hidden = np.where(rows >= 0, at_start, reasons_since(frame, node.args[0], -1))
        hidden = either(hidden == NONE, Reason.NOT_APPLICABLE, hidden)
        return either(condition == -1, Reason.NOT_APPLICABLE, hidden)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """c now and at the start, x at the start."""
        starts = self._rows(frame, node)[np.maximum(rows, 0), np.arange(len(rows))]
        return [Look(1, starts), Look(0, rows), Look(0, starts)]


class AtStart(Function):
    """x at the first period of the current run of c: what it was when the trouble began.

    Unknown where c is not known true now, and where the beginning of the run is not known. Unknown periods are looked
    through as `bridge` of the rule says.
    """

    name = "at_start"
    subject = "known"
    parameters = (Parameter("c", "condition"), Parameter("x", "any"))
    gives = "the same as x"
    examples = (
        Example("at_start(x < 0, x)", {"x": [1, -1, -2, 3, -4, -5]}, [None, -1, -1, None, -4, -4]),
        Example("at_start(x < 0, x)", {"x": [-1, -2, 3, None, -4]}, [None, None, None, None, None]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A look back to where the run began."""
        c, x = arguments["c"], arguments["x"]
        if x.type.base == "bounds":
            build.expected(x.syntax or build.syntax.body, x, "a number")
        return build.node(RunStart(), [c, x], plain(x.type), build.here, (build.scope.bridge,))
