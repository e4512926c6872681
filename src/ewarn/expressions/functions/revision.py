"""How much a value was revised."""

from __future__ import annotations

from typing import Any

import numpy as np

from ewarn.expressions.alignment import joined, on_periods
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Cells, Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.homes import kind_of
from ewarn.expressions.nodes import NONE, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import divide
from ewarn.expressions.scope import Lacking
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Int8s, Reason, Series
from ewarn.units import RATIO


class Revised(Operation):
    """Newest over previous vintage, minus 1. Args: the published leaf. Params: its key in the panel."""

    own_time = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """0 for a value that has one vintage; unknown where the previous one was 0."""
        series = self._series(frame, node)
        assert series.previous is not None
        indicator, own = frame.panel.indicators[series.indicator], frame.panel.calendars[series.freq]
        aligned = on_periods(series, indicator, own, frame.calendar)
        assert aligned.parts is not None
        now = aligned.values[:, frame.entities]
        once = np.isnan(series.previous)
        before = joined(np.where(once, series.values, series.previous), aligned.parts)[:, frame.entities]
        again = np.zeros((len(frame.calendar), series.values.shape[1]), dtype=bool)
        for part in aligned.parts:  # January and February, where they are added up
            again |= (part >= 0)[:, None] & ~once[np.maximum(part, 0)]
        return np.where(again[:, frame.entities], divide(now, before) - 1, now - now)

    def _series(self, frame: Frame, node: Node) -> Series:
        home, indicator, measure = node.params
        return frame.panel.series[home, indicator, measure]

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the value; else there was nothing to divide by."""
        why = frame.why(node.args[0])
        return either(why == NONE, Reason.NONPOSITIVE_BASE, why)

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: np.ndarray[Any, np.dtype[np.bool_]]) -> list[Cells]:
        """The newest vintage's cell is the argument's."""
        return []


class Revision(Function):
    """How much the newest vintage of a published value differs from the one before: newest / previous - 1.

    0 for a value that was published once. Where the drop keeps no vintages (`published:` in drop.yaml) of what x
    names, or has it from other figures only, a rule that reads it is left unrun.
    """

    name = "revision"
    subject = "known"
    parameters = (Parameter("x", "number"),)
    gives = "a fraction"
    examples = (Example("optional(revision(x) > 0.1)", {"x": [1, 2]}, [False, False]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Two vintages of one cell."""
        x: Typed = arguments["x"]
        at = x.syntax or build.syntax.body
        origin = build.origins.get(id(x.node))
        key = None if origin is None else (kind_of(origin[0]), *origin[1:])
        series = None if key is None else build.panel.series.get(key)
        if key is None:
            build.fail(at, "EW103", "`revision` takes a published indicator", "this is computed",
                       "name an indicator, or a measure of it: revision(output.ytd)")  # fmt: skip
        if series is None or series.previous is None:
            raise Lacking(f"vintages of {key[1]}")
        if series.freq != build.graph.calendar.freq and not build.surveying:
            build.fail(at, "EW103", f"`{key[1]}` is published at frequency {series.freq}",
                       f"the rule's is {build.graph.calendar.freq}", f"write `frequency: {series.freq}`")  # fmt: skip
        return build.node(Revised(), [x], Type("number", RATIO), build.here, key)
