"""Growth on the year before, or on several."""

from __future__ import annotations

from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.change import against
from ewarn.expressions.functions.lag import earlier
from ewarn.expressions.homes import kind_of
from ewarn.expressions.literals import Duration
from ewarn.expressions.nodes import NONE, Node, Operation, Value, either
from ewarn.expressions.operators import Coalesce
from ewarn.expressions.scope import Lacking
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Int8s, Reason
from ewarn.units import RATIO

RATE = Type("number", RATIO)


class PerYear(Operation):
    """The yearly rate behind growth over several years, or behind a chain of yearly rates. Params: years."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The geometric mean less 1; unknown where the product of the factors is below 0."""
        product = 1.0 + np.asarray(args[0])
        for rate in args[1:]:
            product = product * (1.0 + np.asarray(rate))
        with np.errstate(invalid="ignore"):
            return np.where(product < 0, np.nan, np.abs(product) ** (1 / int(node.params[0])) - 1.0)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the rates; else the product has no root."""
        why = super().reasons(frame, node)
        return either(why == NONE, Reason.NONPOSITIVE_BASE, why)


class YearOnYear(Function):
    """Growth on the same period of the year before.

    The published rate (measure `growth`) where there is one for the period, else x over its value a year ago, minus 1.
    Unknown on a base that is not above 0. `using="published"` takes the published rate only, `using="levels"` never
    does. `years=2` is the geometric mean of two yearly rates (the two-year average growth of statistics offices): of
    this period's rate and that of a year ago, where one of them is unknown from the levels two years apart.
    """

    name = "yoy"
    subject = "change"
    parameters = (
        Parameter("x", "number"),
        Parameter("years", "count", 1, "the mean growth of so many years", keyword=True),
        Parameter(
            "using", "choice", None, "without it: published, else levels", keyword=True, choices=("published", "levels")
        ),
    )
    gives = "a fraction"
    examples = (
        Example("yoy(x)", {"x": [100, *[100] * 11, 90, 120]}, [None] * 12 + [-0.1, 0.2]),
        Example("yoy(x)", {"x": [100] * 13, "x.growth": [None] * 12 + [0.05]}, [None] * 12 + [0.05]),
        Example('yoy(x, using="levels")', {"x": [100] * 13, "x.growth": [None] * 12 + [0.05]}, [None] * 12 + [0]),
        Example("yoy(x, years=2)", {"x": [100, *[80] * 12, *[90] * 11, 121]}, [None] * 24 + [0.1]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The published rate, else one from levels; several years compounded."""
        x, years, using = arguments["x"], arguments["years"], arguments["using"]
        at = build.here or build.syntax.body
        hint = 'write pct_change(x, "1y"): against the newest round a year ago or earlier'
        build.no_rounds(at, None, hint)
        if years < 1:
            build.fail(at, "EW103", "`years` begins at 1", f"this is {years}", None)
        if using == "levels":
            return self._levels(build, x, years)
        if using == "published":
            return self._chain(build, self._published(build, x), years)
        yearly = self._yearly(build, x)
        if years == 1:
            return yearly
        chain, levels = self._chain(build, yearly, years), self._levels(build, x, years)
        return build.node(Coalesce(), [chain, levels], RATE, at)

    def _levels(self, build: Build, x: Typed, years: int) -> Typed:
        rate = against(build, x, Duration(months=12 * years), growth=True)
        return rate if years == 1 else build.node(PerYear(), [rate], RATE, build.here, (years,))

    def _chain(self, build: Build, rate: Typed, years: int) -> Typed:
        if years == 1:
            return rate
        rates = [earlier(build, rate, Duration(months=12 * back)) for back in range(years)]
        return build.node(PerYear(), rates, RATE, build.here, (years,))

    def _yearly(self, build: Build, x: Typed) -> Typed:
        levels = against(build, x, Duration(months=12), growth=True)
        home, indicator, measure = build.origins.get(id(x.node), ("", "", ""))
        published = build.panel.series.get((kind_of(home), indicator, "growth"))
        if measure != "period" or published is None or published.freq != build.graph.calendar.freq:
            return levels
        return build.published(home, indicator, "growth", levels, x)

    def _published(self, build: Build, x: Typed) -> Typed:
        at = x.syntax or build.syntax.body
        home, indicator, measure = build.origins.get(id(x.node), ("", "", ""))
        if measure != "period":
            build.fail(at, "EW103", '`using="published"` takes an indicator', "no rate is published of this", None)
        series = build.panel.series.get((kind_of(home), indicator, "growth"))
        if series is None:
            raise Lacking(f"{indicator}.growth")
        if series.freq != build.graph.calendar.freq and not build.surveying:
            build.fail(at, "EW103", f"the growth of `{indicator}` is published at frequency {series.freq}",
                       f"the rule's is {build.graph.calendar.freq}", f"write `frequency: {series.freq}`")  # fmt: skip
        return build.published_leaf(at, home, x.chain, build.panel.indicators[indicator], "growth")
