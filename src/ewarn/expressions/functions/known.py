"""What is known: newest, earliest and revised values, missing ones, how settled a value is, optional arms."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.calendar import makes_up
from ewarn.expressions.build import Build
from ewarn.expressions.combining import plain
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter, Tables
from ewarn.expressions.homes import kind_of
from ewarn.expressions.leaves import Leaf, series_of
from ewarn.expressions.nodes import Look, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import Coalesce, unknown_value
from ewarn.expressions.scope import BY_DATE, Lacking
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION, Type
from ewarn.panel import Reason, Status


class Latest(Operation):
    """The newest known value. Params: how many own periods old it may be (None: any age)."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown where none has been known."""
        x = np.broadcast_to(np.asarray(args[0]), frame.shape)
        rows = self._rows(frame, node)
        picked = np.take_along_axis(x, np.maximum(rows, 0), axis=0)
        return np.where(rows >= 0, picked, unknown_value(node))

    def _rows(self, frame: Frame, node: Node) -> npt.NDArray[np.int64]:
        known = ~np.broadcast_to(frame.unknown(node.args[0]), frame.shape)
        own = np.arange(len(known))[:, None]
        rows = np.maximum.accumulate(np.where(known, own, -1), axis=0)
        limit = node.params[0]
        return rows if limit is None else np.where(own - rows <= int(limit), rows, -1)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The period of that value."""
        return [Look(0, self._rows(frame, node)[np.maximum(rows, 0), np.arange(len(rows))])]


class Last(Function):
    """The newest known value of x, at most `within` own periods old.

    The way in which an indicator of a coarser frequency enters a finer rule.
    """

    name = "last"
    parameters = (Parameter("x", "indicator"), Parameter("within", "count", None, "own periods", keyword=True))
    gives = "the same as x"
    examples = (
        Example("last(x)", {"x": [None, 3, None, None]}, [None, 3, 3, 3]),
        Example("last(x, within=1)", {"x": [None, 3, None, None]}, [None, 3, 3, None]),
        Tables("""
# indicators: {phase: {kind: category}}
                               2019-01-20   02-28  08-01  2020-02-28
phase                              design  design      ·       works

last(phase)                        design  design  design      works
phase == lag(last(phase), 1)            ·    true       ·      false
"""),
    )
    lenient = True
    own_calendar = True

    def build(self, build: Build, **arguments: Any) -> Typed:
        """On the series' own calendar for an indicator, else on the rule's."""
        at, within = arguments["x"], arguments["within"]
        x = build.visit(at)
        if x.type.base == "bounds":
            build.expected(at, x, "a number")
        if isinstance(x.node.operation, Leaf) and x.node.params[3] == "own":
            series = series_of(build.panel, x.node)
            merged = build.panel.indicators[series.indicator].january != "separate"
            if series.freq != build.graph.calendar.freq or (merged and not build.graph.calendar.double_january):
                kind = plain(x.type)
                words = build.syntax.words(build.here or at)
                node = build.graph.node(Leaf(), (), kind, x.node.home, words, (*x.node.params[:3], "last", within))
                return Typed(node, x.chain, at)
        for leaf in x.node.walk():
            if isinstance(leaf.operation, Leaf) and leaf.params[3] == "own":
                _meets(build, at, leaf)
        kind = plain(x.type) if x.type.cumulated else x.type  # it does not begin anew with the year
        return build.node(Latest(), [x], kind, build.here, (within,))


def _meets(build: Build, at: ast.expr, leaf: Node) -> None:
    """Refuse an expression of indicators whose own periods are not the rule's: which one would be the newest?"""
    series, calendar = series_of(build.panel, leaf), build.graph.calendar
    january = build.panel.indicators[series.indicator].january
    apart = not makes_up(series.freq, calendar.freq)
    if build.surveying or not (
        apart or (january != "separate" and calendar.freq == "M" and not calendar.double_january)
    ):
        return
    build.fail(at, "EW103", "`last` takes one indicator here", "its periods are not the rule's",
               f"apply it to each: last({series.indicator})")  # fmt: skip


class FullYear(Function):
    """The total of the last complete fiscal year before this one (for a stock: its end value).

    `ago=2` is the year before that; `years=3` adds up three years. The way in which annual figures enter a
    monthly rule.
    """

    name = "full_year"
    parameters = (
        Parameter("x", "indicator"),
        Parameter("ago", "count", 1, keyword=True),
        Parameter("years", "count", 1, keyword=True),
    )
    gives = "a number in the unit of x"
    examples = (Example("full_year(x)", {"x": [*[1] * 12, 5, 5]}, [None] * 12 + [12, 12]),)
    lenient = True
    own_calendar = True

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The year's single periods, else its last cumulated figure."""
        at: ast.expr = arguments["x"]
        ago, years = arguments["ago"], arguments["years"]
        if ago < 1 or years < 1:
            build.fail(at, "EW103", "`ago` and `years` begin at 1", "the current year is not complete", None)
        home, chain, indicator = build.indicator(at)
        build.amounts(at, indicator)
        if indicator.kind == "unknown":
            build.fail(at, "EW103", f"the kind of `{indicator.name}` is not known", "`full_year` needs it",
                       f"add to drop.yaml: indicators: {{{indicator.name}: {{kind: flow}}}}")  # fmt: skip
        found: list[Typed] = []
        for measure in ("period", "ytd"):
            published = build.panel.series.get((kind_of(home), indicator.name, measure))
            if published is not None and (measure == "period" or indicator.kind == "flow"):
                if published.freq == "round":
                    build.fail(at, BY_DATE, f"`{indicator.name}` comes by reporting date",
                               "no round is the end of a year", f"write last({indicator.name})")  # fmt: skip
                x = build.published_leaf(at, home, chain, indicator, measure)
                params = (*x.node.params[:3], "full_year", ago, years)
                words = build.syntax.words(build.here or at)
                node = build.graph.node(Leaf(), (), plain(x.type), home, words, params)
                found.append(Typed(node, chain, at))
        if not found:
            raise Lacking(indicator.name)
        if len(found) == 1:
            return found[0]
        return build.node(Coalesce(), found, Type("number", found[0].type.unit), build.here)


class Falsy(Operation):
    """`optional(c)`: unknown counts as false."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """1 where known true, else -1."""
        return either(np.equal(args[0], 1), 1, -1)


class Optional(Function):
    """A part of a condition that many drops cannot feed: unknown counts as false.

    What only it reads never holds a rule's period back, and where the drop lacks the indicator it is false.
    """

    name = "optional"
    parameters = (Parameter("c", "indicator"),)
    gives = "a condition"
    examples = (Example("optional(x < 0)", {"x": [-1, None, 1]}, [True, False, False]),)
    lenient = True

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Kleene's unknown made false."""
        at: ast.expr = arguments["c"]
        try:
            c = build.condition(at)
        except Lacking as lacking:
            build.unfed.append(lacking.name)
            return build.constant(False, CONDITION, at)
        return build.node(Falsy(), [build.own(c)], CONDITION, build.here)


class Unknown(Operation):
    """`is_missing(x)`. Params: the reason asked for, 0 for any."""

    own_time = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Never unknown itself."""
        arg, reason = node.args[0], int(node.params[0])
        missing = frame.unknown(arg)
        if reason:
            missing = missing & (frame.why(arg) == reason)
        return either(missing, 1, -1)


class IsMissing(Function):
    """Whether x is unknown; with `reason=` only for that reason. Never unknown itself."""

    name = "is_missing"
    parameters = (
        Parameter("x", "any"),
        Parameter("reason", "choice", None, keyword=True, choices=tuple(r.name.lower() for r in Reason)),
    )
    gives = "a condition"
    examples = (
        Example("is_missing(x)", {"x": [1, None]}, [False, True]),
        Tables("""
# missing: {'*': masked}
firm  output  is_missing(output)  is_missing(output, reason="masked")
a          1  false                                             false
b          *  true                                               true
c          ·  true                                              false
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A look at what is known."""
        reason = arguments["reason"]
        code = 0 if reason is None else int(Reason[reason.upper()])
        return build.node(Unknown(), [build.own(arguments["x"])], CONDITION, build.here, (code,))


class Settled(Operation):
    """How settled the weakest of the arguments is: codes of `Status`, less 1. Args: leaves."""

    own_time = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The code after the last of `Status` where nothing was said; never unknown."""
        worst = np.full(frame.shape, 100, dtype=np.int32)
        for leaf in node.args:
            series = series_of(frame.panel, leaf)
            if series.statuses is not None:
                own = frame.panel.calendars[series.freq]
                rows = own.rows_at(node.calendar.ordinals) if own.freq == node.calendar.freq else None
                if rows is not None:
                    codes = series.statuses[np.maximum(rows, 0)][:, frame.entities].astype(np.int32)
                    worst = np.where((rows >= 0)[:, None] & (codes > 0), np.minimum(worst, codes), worst)
        return np.where(worst < 100, worst - 1, len(Status)).astype(np.int32)


class StatusFunction(Function):
    """How settled a value is: "forecast", "flash", "preliminary", "revised", "final", or "" where the drop does
    not say; never unknown. Without x the weakest value that the rule's levels read in the judged period."""

    name = "status"
    parameters = (Parameter("x", "any", None),)
    gives = "a category"
    examples = (
        Tables("""
firm  output  status    status(output)  status(output) == "forecast"
a         10  forecast  forecast                                true
b         20  final     final                                  false
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Of the leaves below x."""
        x: Typed | None = arguments["x"]
        roots = build.judged if x is None else (x.node,)
        home = build.scope.home if x is None else x.node.home
        chain = () if x is None else x.chain
        leaves = {
            id(node): Typed(node, chain)
            for root in roots
            for node in root.walk()
            if isinstance(node.operation, Leaf) and node.home == home
        }
        kind = Type("category", categories=(*(status.name.lower() for status in Status), ""))
        if not leaves:
            return build.constant("", kind, build.here)
        found = build.node(Settled(), list(leaves.values()), kind, build.here)
        own = build.own(found)
        return found if own is found else build.node(Coalesce(), [own, build.constant("", kind)], kind, build.here)
