"""What a period adds, whatever the way in which an indicator is reported."""

from __future__ import annotations

import ast
from typing import Any

from ewarn.expressions.build import Build
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.change import against
from ewarn.expressions.measures import Deaccumulate
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type


class Increment(Function):
    """What the period adds: the figure itself for a flow, single periods of a cumulative figure, and for everything
    else the difference to the period before.
    """

    name = "increment"
    subject = "change"
    parameters = (Parameter("x", "indicator"),)
    gives = "a number in the unit of x"
    examples = (
        Example("increment(x)", {"x": [3, 0, 2]}, [3, 0, 2]),
        Example("increment(x)", {"x": [3, 8, 8]}, [3, 5, 0], kind="ytd"),
        Example("increment(x)", {"x": [3, 8, 7]}, [None, 5, -1], kind="stock"),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """As the kind says."""
        at: ast.expr = arguments["x"]
        home, chain, indicator = build.indicator(at)
        build.amounts(at, indicator)
        if indicator.kind == "unknown":
            build.fail(at, "EW103", f"the kind of `{indicator.name}` is not known", "`increment` needs it",
                       f"add to drop.yaml: indicators: {{{indicator.name}: {{kind: flow}}}}")  # fmt: skip
        x = build.measure(at, home, chain, indicator, "period")
        if indicator.kind == "flow":
            return x
        if indicator.kind == "ytd":
            build.no_rounds(at, "single periods of a cumulative figure need months", f"write diff({indicator.name})")
            return build.node(Deaccumulate(), [x], Type("number", x.type.unit), build.here, (False,))
        return against(build, x, 1, growth=False)
