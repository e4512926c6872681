"""Earlier periods, and change against them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.amounts import of_flows
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.lag import earlier
from ewarn.expressions.literals import Duration
from ewarn.expressions.nodes import NONE, Node, Operation, Value, either
from ewarn.expressions.operators import Growth, Subtract
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Int8s, Reason
from ewarn.units import RATIO


class SingleMonths(Operation):
    """A change of a flow, unknown where one side is a double month. Params: own periods, months between the two."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """February stands for two months: nothing to compare it with but another February."""
        out = np.array(np.broadcast_to(np.asarray(args[0]), frame.shape))
        out[_touches_double(frame, node)] = np.nan
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Not applicable across the double month."""
        why = frame.why(node.args[0])
        masked = _touches_double(frame, node)[:, None] & (why == NONE)
        return either(masked, Reason.NOT_APPLICABLE, why)


def _touches_double(frame: Frame, node: Node) -> npt.NDArray[np.bool_]:
    steps, months = int(node.params[0]), int(node.params[1])
    double = frame.calendar.ordinals % 12 == 1
    rows = frame.calendar.shifted(months) if months else np.arange(len(double)) - steps
    return np.asarray(double != (double[np.maximum(rows, 0)] & (rows >= 0)))


def against(build: Build, x: Typed, n: int | Duration, growth: bool) -> Typed:
    """x - base or x / base - 1, the base being n own periods or a duration ago."""
    base = earlier(build, x, n)
    operation = Growth() if growth else Subtract()
    kind = Type("number", RATIO if growth else x.type.unit)
    result = build.node(operation, [x, base], kind, build.here)
    apart = (n, 0) if isinstance(n, int) else (0, n.months)
    if build.graph.calendar.double_january and of_flows(x.node) and (apart[0] or apart[1] % 12):
        return build.node(SingleMonths(), [result], kind, build.here, apart)
    return result


class Diff(Function):
    """x minus its value n own periods ago (or a duration ago).

    Unknown for a flow across a double month (`january: none` or `merged`). A cumulated figure counts from 0 in its
    year's first period.
    """

    name = "diff"
    parameters = (Parameter("x", "number"), Parameter("n", "steps", 1, "own periods, or a duration"))
    gives = "a number in the unit of x"
    examples = (Example("diff(x)", {"x": [3, 5, None, 4, 4]}, [None, 2, None, None, 0]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A difference."""
        return against(build, arguments["x"], arguments["n"], growth=False)


class PercentChange(Function):
    """x over its value n own periods ago (or a duration ago), minus 1. Unknown on a base that is not above 0.

    Unknown for a flow across a double month.
    """

    name = "pct_change"
    parameters = (Parameter("x", "number"), Parameter("n", "steps", 1, "own periods, or a duration"))
    gives = "a fraction"
    examples = (Example("pct_change(x)", {"x": [4, 5, 0, 4]}, [None, 0.25, -1, None]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A rate."""
        return against(build, arguments["x"], arguments["n"], growth=True)
