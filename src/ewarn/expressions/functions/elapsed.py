"""The part of the year gone: by the calendar, from a start within it, or by an indicator's own seasons."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.calendar import Clock
from ewarn.expressions.functions.known import FullYear
from ewarn.expressions.functions.lag import earlier
from ewarn.expressions.functions.progress import cumulated
from ewarn.expressions.literals import Duration
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.operators import Add, Coalesce
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import NUMBER, Type
from ewarn.units import RATIO

SHARE = Type("number", RATIO)
YEARS = 3


class GoneSince(Operation):
    """The part gone of what the fiscal year has left from the month of a date on."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """From the year's start where the date lies before it; 0 where it lies ahead; unknown where the date is."""
        dates, calendar = np.asarray(args[0]), frame.calendar
        known = np.where(np.isnan(dates), 0, dates).astype(np.int64).astype("datetime64[D]")
        month = known.astype("datetime64[M]").astype(np.int64) + 1970 * 12
        start = (calendar.fiscal_year * 12 + calendar.fiscal_year_start - 1)[:, None]
        before = np.maximum(month - start, 0)
        gone = np.maximum(calendar.fiscal_months[:, None] - before, 0)
        share = np.where(before < 12, gone / np.where(before < 12, 12 - before, 1), 0.0)
        return np.where(np.isnan(dates), np.nan, share)


class Elapsed(Function):
    """The part of the fiscal year gone by the end of the period: 0.75 for September.

    `per="Q"`: the part of the quarter. `elapsed(x)` goes by the seasons of x: the mean share of its year that x had
    reached by the same period of the last three years, where all three are known, else the calendar's. `since=`: the
    part of what the year had left when something began, counted in months with the month of the date: for a start in
    March 0.7 at the end of September; 0 for a start ahead, the calendar's for one in an earlier year.
    """

    name = "elapsed"
    subject = "calendar"
    parameters = (
        Parameter("x", "indicator", None, "a flow or cumulative figure, whose own seasons count"),
        Parameter("per", "choice", "A", "A: year, Q: quarter", keyword=True, choices=("A", "Q")),
        Parameter("since", "date", None, "a start within the year", keyword=True),
    )
    gives = "a fraction"
    examples = (
        Example("elapsed()", {"x": [1, 1, 1]}, [1 / 12, 2 / 12, 0.25]),
        Example('elapsed(per="Q")', {"x": [1, 1, 1, 1]}, [1 / 3, 2 / 3, 1, 1 / 3]),
        Example("elapsed(x)", {"x": [*[6, 0, 0] * 12, 1, 1]}, [*[m / 12 for m in range(1, 13)] * 3, 0.25, 0.25]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A clock, the same for every entity, or one for each."""
        x, per, since = arguments["x"], arguments["per"], arguments["since"]
        at = build.here or build.syntax.body
        build.no_rounds(at)
        if (x is not None) + (per != "A") + (since is not None) > 1:
            build.fail(at, "EW103", "`elapsed` takes one of x, `per=` and `since=`", "more than one is given", None)
        if since is not None:
            return build.node(GoneSince(), [since], SHARE, at)
        linear = build.node(Clock(), [], SHARE, at, ("elapsed" if per == "A" else "elapsed_quarter",))
        return linear if x is None else build.node(Coalesce(), [self._own(build, x), linear], SHARE, at)

    def _own(self, build: Build, x: ast.expr) -> Typed:
        done, _ = cumulated(build, x)
        total: Typed | None = None
        for ago in range(1, YEARS + 1):
            by_then = earlier(build, done, Duration(months=12 * ago))
            build.lenient, build.free = build.lenient + 1, build.free + 1
            try:
                year = FullYear().build(build, x=x, ago=ago, years=1)
            finally:
                build.lenient, build.free = build.lenient - 1, build.free - 1
            share = build.scaled(by_then, year, x, True)
            total = share if total is None else build.node(Add(), [total, share], SHARE, x)
        assert total is not None
        return build.scaled(total, build.constant(float(YEARS), NUMBER), x, True)
