"""Single values: absolute value, the first known of several, single periods of a cumulative figure, slopes."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.lag import year_begun_after
from ewarn.expressions.functions.rolling import Window, shifted, window_length
from ewarn.expressions.measures import Deaccumulate
from ewarn.expressions.nodes import Node, Value
from ewarn.expressions.operators import Absolute, Coalesce
from ewarn.expressions.scope import Lacking
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type


class Abs(Function):
    """x without its sign."""

    name = "abs"
    parameters = (Parameter("x", "number"),)
    gives = "a number in the unit of x"
    examples = (Example("abs(x)", {"x": [-2, 3, None]}, [2, 3, None]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Element by element."""
        x: Typed = arguments["x"]
        return build.node(Absolute(), [x], Type("number", x.type.unit), build.here, fold=True)


class CoalesceFunction(Function):
    """The first of its arguments that is known.

    An argument of which the drop lacks an indicator is left out, and coverage says so; at least one must remain.
    """

    name = "coalesce"
    parameters = (Parameter("x", "indicator", doc="anything", variadic=True),)
    gives = "the same as its arguments"
    examples = (Example("coalesce(x, 0)", {"x": [2, None]}, [2, 0]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """All of one type and unit."""
        found: list[Typed] = []
        lacking: Lacking | None = None
        parts: list[ast.expr] = arguments["x"]
        for part in parts:
            reads = len(build.reads)
            try:
                found.append(build.visit(part))
            except Lacking as without:
                del build.reads[reads:]
                lacking = lacking or without
                build.unfed.append(without.name)
        if lacking is not None and not found:
            raise lacking
        alike, kind = build.alike(found)
        return build.node(Coalesce(), [build.own(one) for one in alike], kind, build.here)


class DeaccumulateFunction(Function):
    """Single periods of a cumulative figure: each less the one before it in the same fiscal year."""

    name = "deaccumulate"
    parameters = (Parameter("x", "number"),)
    gives = "a number in the unit of x"
    examples = (Example("deaccumulate(x)", {"x": [3, 8, None, 15, 16]}, [3, 5, None, None, 1], kind="ytd"),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Differences within the year."""
        x: Typed = arguments["x"]
        if x.type.kind == "unknown":
            build.fail(build.here or build.syntax.body, "EW103", "the kind of the indicator is not known",
                       "`deaccumulate` needs it", "add its kind under `indicators:` in drop.yaml")  # fmt: skip
        build.no_rounds(build.here, None, f"write diff({x.node.words})")
        flow = x.type.kind == "flow"
        return build.node(Deaccumulate(), [x], Type("number", x.type.unit), build.here, (flow,))


class Slope(Window):
    """Least-squares slope per own period over a window. Params: "slope", length, 0, whether a cumulated figure
    is 0 before its year begins."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Needs all values of the window."""
        n = int(node.params[1])
        x = np.broadcast_to(np.asarray(args[0]), frame.shape)
        middle = (n - 1) / 2
        total = np.zeros(frame.shape)
        for back in range(n):
            part = shifted(x, back) if back < len(x) else np.full(x.shape, np.nan)
            if node.params[3] and (frame.calendar.freq == "round" or back < frame.calendar.per_year):
                part = np.where(year_begun_after(frame, back)[:, None], 0, part)
            total = total + (middle - back) * part
        return total / sum((back - middle) ** 2 for back in range(n))


class SlopeFunction(Function):
    """Least-squares slope of x over the last n own periods, per period."""

    name = "slope"
    parameters = (Parameter("x", "number"), Parameter("n", "steps", doc="own periods, or a duration"))
    gives = "a number in the unit of x"
    examples = (Example("slope(x, 3)", {"x": [1, 3, 5, 4]}, [None, None, 2, 0.5]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A weighted sum of the window."""
        x: Typed = arguments["x"]
        length = window_length(build, arguments["n"], x)
        if length < 2:
            build.fail(build.here or build.syntax.body, "EW103", "a slope needs two periods or more", None, None)
        return build.node(Slope(), [x], Type("number", x.type.unit), build.here, ("slope", length, 0, x.type.cumulated))
