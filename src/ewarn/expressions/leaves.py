"""Observed series and attributes as the leaves of expressions, brought to the calendar of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from ewarn.expressions.alignment import ABSENT, Aligned, held, newest, on_full_years, on_periods
from ewarn.expressions.evaluation import Cells, Evaluation, Frame
from ewarn.expressions.nodes import NONE, Array, Node, Operation, Rows, Value, either
from ewarn.panel import Attribute, Int8s, Panel, Reason, Series

How = Literal["own", "held", "last", "full_year"]
"""own: the period itself; held: the target of the year it lies in; last: newest known; full_year: last whole years."""


class Leaf(Operation):
    """An observed series. Params: entity type, indicator, measure, how, and for full_year (ago, years)."""

    def prepare(self, evaluation: Evaluation, node: Node) -> None:
        """The series on the node's calendar."""
        aligned(evaluation, node)

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """A view of the aligned series; of a category its codes."""
        values = aligned(frame.evaluation, node).values[:, frame.entities]
        if node.type.base != "category":
            return values
        return np.where(np.isnan(values), -1, values).astype(np.int32)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """What the loader says of the cells, else whether the file had a row, else whether anybody reported."""
        series = series_of(frame.panel, node)
        native = cell_reasons(series, frame)
        found = aligned(frame.evaluation, node)
        if found.rows:
            rows = found.rows[-1][:, frame.entities]
            picked = np.take_along_axis(native, np.maximum(rows, 0), axis=0)
            fallback = either(native == NONE, Reason.NOT_REPORTED, native)[-1:]
            return either(rows >= 0, picked, fallback)
        assert found.parts is not None
        result: Int8s = np.full(frame.shape, NONE, dtype=np.int8)
        for part in found.parts:
            picked = either((part >= 0)[:, None], native[np.maximum(part, 0)], NONE)
            result = np.minimum(result, picked)
        outside = np.asarray((found.parts == ABSENT).any(axis=0))
        before = np.asarray(node.calendar.last_day < frame.panel.calendars[series.freq].first_day[0])
        lacking = either(outside, either(before, Reason.BEFORE_START, Reason.NOT_REPORTED), NONE)[:, None]
        return np.asarray(np.minimum(lacking, result))

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_]) -> Sequence[Cells]:
        """The series' own cells behind each period."""
        series = series_of(frame.panel, node)
        found = aligned(frame.evaluation, node)
        positions, at = frame.positions, np.maximum(rows, 0)
        columns = [rows[at, positions] for rows in found.rows[::-1]]
        if found.parts is not None:
            columns = [part[at] for part in found.parts[::-1]]
        return [Cells(series, node.params[0], positions, np.where(mask, np.maximum(own, -1), -1)) for own in columns]


def series_of(panel: Panel, node: Node) -> Series:
    """The observed series behind a leaf."""
    home, indicator, measure = node.params[:3]
    return panel.series[str(home), str(indicator), str(measure)]


def cell_reasons(series: Series, frame: Frame) -> Int8s:
    """Reasons on the series' own calendar for the block's entities, `NONE` where known."""
    unknown = np.isnan(series.values[:, frame.entities])
    late = np.arange(len(unknown)) > series.reported
    absent = either(late, Reason.NOT_DUE, Reason.NOT_REPORTED)[:, None]
    listed = np.zeros(unknown.shape, dtype=bool)
    for source in series.sources:
        listed |= source.rows[:, frame.entities] > 0
    reasons = either(listed, Reason.BLANK, absent)
    if series.reasons is not None:
        said = series.reasons[:, frame.entities]
        reasons = either(said > 0, said, reasons)
    return either(unknown, reasons, NONE)


def attribute_reasons(attribute: Attribute, frame: Frame) -> Int8s:
    """Why an attribute is unknown, on its own calendar (undated: one row), for the block's entities."""
    shape = np.atleast_2d(attribute.values).shape
    # A panel made without source cells says nothing of rows: what it holds counts as delivered.
    listed = np.full((shape[0], len(frame.positions)), not attribute.sources)
    for source in attribute.sources:
        listed |= np.atleast_2d(source.rows)[:, frame.entities] > 0
    reasons = either(listed, Reason.BLANK, Reason.NOT_REPORTED)
    if attribute.reasons is None:
        return reasons
    said = np.atleast_2d(attribute.reasons)[:, frame.entities]
    return either(said > 0, said, reasons)


def aligned(evaluation: Evaluation, node: Node) -> Aligned:
    """The series of a leaf on the leaf's calendar; made once."""
    found: Aligned = evaluation.keep(("leaf", id(node)), lambda: _align(evaluation.panel, node))
    return found


def _align(panel: Panel, node: Node) -> Aligned:
    series, calendar, how = series_of(panel, node), node.calendar, node.params[3]
    native, indicator = panel.calendars[series.freq], panel.indicators[series.indicator]
    if how == "full_year":
        return on_full_years(series, indicator, native, calendar, int(node.params[4]), int(node.params[5]))
    if how == "last":
        return newest(series, indicator, native, calendar, node.params[4])
    if how == "held":
        return held(series, native, calendar)
    return on_periods(series, indicator, native, calendar)


class AttributeLeaf(Operation):
    """An attribute. Params: entity type, name."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Undated: one row for all periods. Dated: what held at the end of each period."""
        attribute = frame.panel.types[node.params[0]].attributes[node.params[1]]
        values: Array = attribute.values
        if values.ndim == 1:
            return values[None, frame.entities]
        assert attribute.freq is not None
        own = frame.panel.calendars[attribute.freq]
        rows = np.searchsorted(own.last_day, node.calendar.last_day, side="right") - 1
        unknown = {"date": np.nan, "number": np.nan, "flag": 0, "text": -1}[attribute.kind]
        picked = values[np.maximum(rows, 0)][:, frame.entities]
        return np.where((rows >= 0)[:, None], picked, np.asarray(unknown, dtype=values.dtype))

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """What the loader says, else blank where a row was delivered, else not reported."""
        attribute = frame.panel.types[node.params[0]].attributes[node.params[1]]
        native = attribute_reasons(attribute, frame)
        if attribute.freq is None:
            return np.broadcast_to(native, frame.shape)
        days = frame.panel.calendars[attribute.freq].last_day
        rows = np.searchsorted(days, node.calendar.last_day, side="right") - 1
        return either((rows >= 0)[:, None], native[np.maximum(rows, 0)], Reason.BEFORE_START)

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_]) -> Sequence[Cells]:
        """Where the attribute stands."""
        attribute = frame.panel.types[node.params[0]].attributes[node.params[1]]
        own = np.zeros_like(rows)
        if attribute.freq is not None:
            days = frame.panel.calendars[attribute.freq].last_day
            own = np.searchsorted(days, node.calendar.last_day[np.maximum(rows, 0)], side="right") - 1
        return [Cells(attribute, node.params[0], frame.positions, np.where(mask, own, -1))]
