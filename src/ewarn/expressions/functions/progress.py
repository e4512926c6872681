"""Targets: how far, and where it leads."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.calendar import Clock
from ewarn.expressions.functions.rolling import window_sum
from ewarn.expressions.measures import Deaccumulate
from ewarn.expressions.nodes import Look, Node, Operation, Rows, Value
from ewarn.expressions.operators import Divide
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Int8s, Reason
from ewarn.units import RATIO

RECENT = 3
"""Periods whose pace is the recent one."""


def cumulated(build: Build, at: ast.expr) -> tuple[Typed, tuple[str, str]]:
    """The year-to-date figure of an indicator, and the indicator. Raises RuleError for anything else."""
    home, chain, indicator = build.indicator(at)
    build.amounts(at, indicator)
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
        (done, target), _ = build.one_unit((done, target), (at, target.syntax or at))
        return build.node(Divide(), [done, target], Type("number", RATIO), build.here or at)


class Recent(Operation):
    """The year's total at the pace of the last periods. Args: cumulated so far, single periods. Params: how many."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Paced by months, so that a February that stands for January too counts twice; nothing left: as it is."""
        done, single = np.asarray(args[0]), np.broadcast_to(np.asarray(args[1]), frame.shape)
        calendar, n = frame.calendar, int(node.params[0])
        each = np.full(len(calendar), 12 // (12 if calendar.freq == "M" else calendar.per_year))
        each = each + (calendar.double_january & (calendar.ordinals % 12 == 1))
        covered = window_sum(each[:, None].astype(np.float64), n)
        left = (12 - calendar.fiscal_months)[:, None]
        return np.where(left == 0, done, done + window_sum(single, n) / covered * left)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the figure so far and of the periods of the window."""
        why = frame.why(node.args[1])
        out = np.minimum(frame.why(node.args[0]), why)
        for back in range(1, int(node.params[0])):
            out[back:] = np.minimum(out[back:], why[:-back])
            out[:back] = np.minimum(out[:back], np.int8(Reason.BEFORE_START))
        return out

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """So far, and the periods of the window, newest first."""
        over = (12 - frame.calendar.fiscal_months)[np.maximum(rows, 0)] > 0
        return [Look(0, rows), *(Look(1, rows - back, over) for back in range(int(node.params[0])))]


class Projected(Function):
    """What the year will come to at the pace so far: x.ytd / elapsed().

    `pace="recent"`: x.ytd and, for the months left, the pace of the last three periods.
    """

    name = "projected"
    parameters = (
        Parameter("x", "indicator"),
        Parameter("pace", "choice", "linear", "the whole year's so far, or that of the last three periods",
                  keyword=True, choices=("linear", "recent")),
    )  # fmt: skip
    gives = "a number in the unit of x"
    examples = (
        Example("projected(x)", {"x": [3, 5, 4]}, [36, 48, 48]),
        Example('projected(x, pace="recent")', {"x": [3, 5, 4, 9]}, [None, None, 48, 69]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Linear in the calendar, or carried on as of late."""
        at: ast.expr = arguments["x"]
        build.no_rounds(build.here or at)
        done, (_, name) = cumulated(build, at)
        if arguments["pace"] == "linear":
            gone = build.node(Clock(), [], Type("number", RATIO), None, ("elapsed",))
            return build.scaled(done, gone, build.here or at, True)
        kind = Type("number", done.type.unit)
        if build.panel.indicators[name].kind == "flow":
            home, chain, indicator = build.indicator(at)
            single = build.measure(at, home, chain, indicator, "period")
        else:
            single = build.node(Deaccumulate(), [done], kind, at, (False,))
        return build.node(Recent(), [done, single], kind, build.here, (RECENT,))
