"""Targets: how far, and where it leads."""

from __future__ import annotations

import ast
from typing import Any

from ewarn.expressions.build import Build
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.calendar import Clock
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.units import RATIO


def cumulated(build: Build, at: ast.expr) -> tuple[Typed, tuple[str, str]]:
    """The year-to-date figure of an indicator, and the indicator. Raises RuleError for anything else."""
    home, chain, indicator = build.indicator(at)
    if indicator.kind == "ytd":
        return build.measure(at, home, chain, indicator, "period"), (home, indicator.name)
    if indicator.kind != "flow":
        build.fail(at, "EW103", f"`{indicator.name}` is not known to be a flow", f"its kind is {indicator.kind}",
                   f"add to drop.yaml: indicators: {{{indicator.name}: {{kind: flow}}}}")  # fmt: skip
    return build.measure(at, home, chain, indicator, "ytd"), (home, indicator.name)


class Progress(Function):
    """The share of this year's target reached: x.ytd / x.target. A second argument names another target."""

    name = "progress"
    parameters = (Parameter("x", "indicator"), Parameter("target", "number", None))
    gives = "a fraction"
    examples = (Example("progress(x, 20)", {"x": [3, 5, 4]}, [0.15, 0.4, 0.6]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A quotient."""
        at: ast.expr = arguments["x"]
        done, _ = cumulated(build, at)
        target = arguments["target"]
        if target is None:
            home, chain, indicator = build.indicator(at)
            target = build.measure(at, home, chain, indicator, "target")
        target = build.in_unit(target, done.type.unit, at)
        return build.scaled(done, target, build.here or at, True)


class Projected(Function):
    """What the year will come to at the pace so far: x.ytd / elapsed()."""

    name = "projected"
    parameters = (Parameter("x", "indicator"),)
    gives = "a number in the unit of x"
    examples = (Example("projected(x)", {"x": [3, 5, 4]}, [36, 48, 48]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Linear in the calendar."""
        done, _ = cumulated(build, arguments["x"])
        gone = build.node(Clock(), [], Type("number", RATIO), None, ("elapsed",))
        return build.scaled(done, gone, build.here or arguments["x"], True)
