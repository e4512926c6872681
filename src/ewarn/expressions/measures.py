"""Measures of an indicator: as published, or derived where the kind says how."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from ewarn.expressions.evaluation import Frame
from ewarn.expressions.homes import kind_of
from ewarn.expressions.leaves import Leaf
from ewarn.expressions.nodes import NONE, Look, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import TIE, Coalesce
from ewarn.expressions.scope import Lacking, Read
from ewarn.expressions.types import Type
from ewarn.panel import Floats, Indicator, Int8s, Measure, Reason
from ewarn.units import RATIO, Unit

if TYPE_CHECKING:
    from ewarn.expressions.build import Build

MEASURES: tuple[Measure, ...] = (
    "period", "quarter", "ytd", "qtd", "since_start", "growth", "target", "target_growth", "plan", "rank",
)  # fmt: skip
_HELD = ("target", "target_growth", "plan")


def measured(build: Build, at: ast.expr, home: str, indicator: Indicator, measure: str) -> Node:
    """One measure of an indicator on the rule's calendar: published, else derived. Records what is read."""
    name, panel, kind = indicator.name, build.panel, kind_of(home)
    words = build.syntax.words(at)
    own = (kind, name, measure) in panel.series
    flow = indicator.kind == "flow"
    derived: Node | None = None
    reads = [(kind, name, measure)] if own else []
    if flow and measure == "period" and (kind, name, "ytd") in panel.series:
        cumulated = leaf(build, at, home, indicator, "ytd", words)
        type_ = Type("number", cumulated.type.unit, "flow", "period")
        derived = build.graph.node(Deaccumulate(), [cumulated], type_, home, words, (True,))
        reads.append((kind, name, "ytd"))
    elif flow and measure in ("ytd", "qtd", "quarter") and not own:
        build.no_rounds(at, f"`{name}.{measure}` is not published", "sums go over the months of a year")
        if measure != "ytd" and build.graph.calendar.freq == "A" and not build.surveying:
            build.fail(at, "EW103", f"`{name}.{measure}` is not published, and a year has no quarter of its own",
                       "judged by the year", f"write {name}, or `frequency: Q`")  # fmt: skip
        single = measured(build, at, home, indicator, "period")
        type_ = Type("number", single.type.unit, "flow", measure)  # type: ignore[arg-type]  # one of MEASURES
        return build.graph.node(Cumulate(), [single], type_, home, words, ("year" if measure == "ytd" else "quarter",))
    elif (
        flow
        and (kind, name, "period") in panel.series
        and (measure == "ytd" or (measure in ("qtd", "quarter") and build.graph.calendar.freq != "A"))
    ):
        single = measured(build, at, home, indicator, "period")
        type_ = Type("number", single.type.unit, "flow", measure)  # type: ignore[arg-type]  # one of MEASURES
        step = "year" if measure == "ytd" else "quarter"
        derived = build.graph.node(Cumulate(), [single], type_, home, words, (step,))
        reads.append((kind, name, "period"))
    if not reads:
        if measure in ("period", "ytd", "qtd", "quarter") and indicator.kind == "unknown" and measure != "period":
            build.fail(at, "EW103", f"the kind of `{name}` is not known", f"`.{measure}` needs it",
                       f"add to drop.yaml: indicators: {{{name}: {{kind: flow}}}}")  # fmt: skip
        if measure == "period":
            raise Lacking(name)
        others = [one for one in MEASURES if (home, name, one) in panel.series]
        raise Lacking(f"{name}.{measure}", tuple(name if one == "period" else f"{name}.{one}" for one in others))
    held = measure in _HELD or indicator.kind == "target"
    build.reads.append(Read(tuple(reads), bool(build.lenient), bool(build.free or held)))
    if not own:
        assert derived is not None
        build.no_rounds(at, f"`{name}` is given as cumulative figures only", f"write {name}.ytd")
        return derived
    published = leaf(build, at, home, indicator, measure, words)
    if derived is None or build.graph.calendar.freq == "round":
        return published
    return build.graph.node(Coalesce(), [published, derived], published.type, home, words)


def leaf(build: Build, at: ast.expr, home: str, indicator: Indicator, measure: str, words: str) -> Node:
    """A published series on the rule's calendar. Raises RuleError where its frequency does not fit."""
    from ewarn.expressions.naming import coarser

    series = build.panel.series[kind_of(home), indicator.name, measure]
    unit = Unit.parse(series.unit) if series.unit else None
    if unit is not None and unit.is_ratio:
        unit = RATIO
    kind = Type(series.holds, unit, indicator.kind, series.measure, series.categories)
    how = "held" if measure in _HELD or indicator.kind == "target" else "own"
    if how == "own":
        coarser(build, at, home, indicator.name, measure)
        if series.freq != build.graph.calendar.freq and not build.surveying and not build.free:
            _bring(build, at, indicator, measure)
    return build.graph.node(Leaf(), (), kind, home, words, (kind_of(home), indicator.name, measure, how))


def _bring(build: Build, at: ast.expr, indicator: Indicator, measure: str) -> None:
    """Refuse what cannot be brought to a coarser frequency: only flows add, only levels take the last."""
    freq = build.graph.calendar.freq
    if indicator.kind == "unknown":
        build.fail(at, "EW103", f"`{indicator.name}` has to be brought to frequency {freq}", "its kind is not known",
                   f"add to drop.yaml: indicators: {{{indicator.name}: {{kind: flow}}}}")  # fmt: skip
    if indicator.kind in ("ratio", "index", "growth") or measure in ("growth", "rank"):
        build.fail(at, "EW103", f"`{indicator.name}` cannot be brought to frequency {freq}",
                   "neither a flow nor a level", f"write last({indicator.name}), or judge it more often")  # fmt: skip


class Deaccumulate(Operation):
    """Single periods of a cumulative figure. Params: whether a fall makes the period unknown (a flow cannot fall)."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The first period of a fiscal year as it stands, then differences."""
        x = np.broadcast_to(np.asarray(args[0]), frame.shape)
        calendar = frame.calendar
        out: Floats = np.full(x.shape, np.nan)
        out[1:] = x[1:] - x[:-1]
        first = starts(frame)
        out[first] = x[first]
        if calendar.freq == "A":
            return x
        if node.params[0]:
            with np.errstate(invalid="ignore"):
                dust = np.zeros_like(x)
                dust[1:] = TIE * np.fmax(1, np.fmax(np.abs(x[1:]), np.abs(x[:-1])))
                out = np.where(out < -dust, np.nan, np.maximum(out, 0))
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the cumulative figures; a fall between them is a revision: not applicable."""
        why = frame.why(node.args[0])
        before = np.vstack([np.full((1, why.shape[1]), Reason.BEFORE_START, dtype=np.int8), why[:-1]])
        before[starts(frame)] = NONE
        both = np.minimum(why, before)
        return either(both == NONE, Reason.NOT_APPLICABLE, both)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """This period's figure, and the last one's unless the year begins here."""
        return [Look(0, rows), Look(0, rows - 1, ~starts(frame)[np.maximum(rows, 0)])]


def starts(frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows are the first of their fiscal year."""
    calendar = frame.calendar
    first_month = {"M": 1, "Q": 3, "A": 12}[calendar.freq]
    return np.asarray((calendar.fiscal_months == first_month) | _after_january(frame, 12))


def _after_january(frame: Frame, months: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Double months whose January begins a stretch of so many months of the fiscal year."""
    calendar = frame.calendar
    if not calendar.double_january:
        return np.zeros(len(calendar), dtype=bool)
    return np.asarray((calendar.month == 2) & ((calendar.fiscal_months - 2) % months == 0))


class Cumulate(Operation):
    """Sums of single periods from the first of the fiscal year or quarter. Params: "year" or "quarter"."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown where one of them is, or where the first lies before the panel."""
        x = np.broadcast_to(np.asarray(args[0]), frame.shape)
        out: Floats = np.empty(x.shape)
        for row, first in enumerate(self._first(frame, node)):
            out[row] = x[row] if first == row else np.nan if first < 0 else out[row - 1] + x[row]
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first reason among the periods added."""
        why = frame.why(node.args[0])
        out = why.copy()
        for row, first in enumerate(self._first(frame, node)):
            if first < 0:
                out[row] = Reason.BEFORE_START
            elif first < row:
                out[row] = np.minimum(out[row - 1], why[row])
        return out

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """Each period added, newest first."""
        first = np.array(self._first(frame, node))[np.maximum(rows, 0)]
        longest = int((rows - first).max(initial=0)) if len(rows) else 0
        return [Look(0, rows - back, (first >= 0) & (rows - back >= first)) for back in range(longest + 1)]

    def _first(self, frame: Frame, node: Node) -> list[int]:
        """For each row the row where its year or quarter begins; -1 where that lies before the panel."""
        calendar = frame.calendar
        key = calendar.fiscal_year * 4
        begins = starts(frame)
        if node.params[0] == "quarter":
            key = key + (calendar.fiscal_months - 1) // 3
            quarter = (calendar.fiscal_months - 1) % 3 == 0
            begins = begins | _after_january(frame, 3)
            begins = begins | (quarter if calendar.freq == "M" else np.ones(len(calendar), dtype=bool))
        found: list[int] = []
        for row in range(len(calendar)):
            same = row > 0 and key[row] == key[row - 1]
            found.append(found[-1] if same else row if begins[row] else -1)
        return found
