"""Observed series and attributes as the leaves of expressions, brought to the calendar of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.expressions.evaluation import Cells, Evaluation, Frame
from ewarn.expressions.nodes import NONE, Array, Node, Operation, Rows, Value
from ewarn.panel import Attribute, Floats, Int8s, Panel, Reason, Series

How = Literal["own", "held", "last", "full_year"]
"""own: the period itself; held: the target of the year it lies in; last: newest known; full_year: last whole years."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """A series on a rule's calendar.

    `parts` (k, periods): the series' own rows that make up each period, -1 for none; or, where which row counts
    depends on the entity, `rows` (periods, entities).
    """

    values: Floats
    parts: npt.NDArray[np.int64] | None = None
    rows: npt.NDArray[np.int64] | None = None


class Leaf(Operation):
    """An observed series. Params: entity type, indicator, measure, how, and for full_year (ago, years)."""

    def prepare(self, evaluation: Evaluation, node: Node) -> None:
        """The series on the node's calendar."""
        aligned(evaluation, node)

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """A view of the aligned series."""
        return aligned(frame.evaluation, node).values[:, frame.entities]

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """What the loader says of the cells, else whether the file had a row, else whether anybody reported."""
        series = series_of(frame.panel, node)
        native = cell_reasons(series, frame)
        found = aligned(frame.evaluation, node)
        if found.rows is not None:
            rows = found.rows[:, frame.entities]
            picked = np.take_along_axis(native, np.maximum(rows, 0), axis=0)
            fallback = np.where(native == NONE, np.int8(Reason.NOT_REPORTED), native)[-1:]
            return np.where(rows >= 0, picked, fallback)
        assert found.parts is not None
        result: Int8s = np.full(frame.shape, NONE, dtype=np.int8)
        for part in found.parts:
            picked = np.where((part >= 0)[:, None], native[np.maximum(part, 0)], np.int8(NONE))
            result = np.minimum(result, picked)
        outside = np.asarray((found.parts < 0).all(axis=0))
        before = np.asarray(node.calendar.last_day < frame.panel.calendars[series.freq].first_day[0])
        beyond = np.where(before, np.int8(Reason.BEFORE_START), np.int8(Reason.NOT_REPORTED))
        return np.where(outside[:, None], np.asarray(beyond)[:, None], result)

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_]) -> Sequence[Cells]:
        """The series' own cells behind each period."""
        series = series_of(frame.panel, node)
        found = aligned(frame.evaluation, node)
        positions, at = frame.positions, np.maximum(rows, 0)
        if found.rows is not None:
            return [Cells(series, node.params[0], positions, np.where(mask, found.rows[at, positions], -1))]
        assert found.parts is not None
        return [Cells(series, node.params[0], positions, np.where(mask, part[at], -1)) for part in found.parts[::-1]]


def series_of(panel: Panel, node: Node) -> Series:
    """The observed series behind a leaf."""
    home, indicator, measure = node.params[:3]
    return panel.series[str(home), str(indicator), str(measure)]


def cell_reasons(series: Series, frame: Frame) -> Int8s:
    """Reasons on the series' own calendar for the block's entities, `NONE` where known."""
    unknown = np.isnan(series.values[:, frame.entities])
    late = np.arange(len(unknown)) > series.reported
    absent = np.where(late, np.int8(Reason.NOT_DUE), np.int8(Reason.NOT_REPORTED))[:, None]
    listed = np.zeros(unknown.shape, dtype=bool)
    for source in series.sources:
        listed |= source.rows[:, frame.entities] > 0
    reasons = np.where(listed, np.int8(Reason.BLANK), absent)
    if series.reasons is not None:
        said = series.reasons[:, frame.entities]
        reasons = np.where(said > 0, said, reasons)
    return np.where(unknown, reasons, np.int8(NONE))


def attribute_reasons(attribute: Attribute, frame: Frame) -> Int8s:
    """Why an attribute is unknown, on its own calendar (undated: one row), for the block's entities."""
    shape = np.atleast_2d(attribute.values).shape
    # A panel made without source cells says nothing of rows: what it holds counts as delivered.
    listed = np.full((shape[0], len(frame.positions)), not attribute.sources)
    for source in attribute.sources:
        listed |= np.atleast_2d(source.rows)[:, frame.entities] > 0
    reasons = np.where(listed, np.int8(Reason.BLANK), np.int8(Reason.NOT_REPORTED))
    if attribute.reasons is None:
        return reasons
    said = np.atleast_2d(attribute.reasons)[:, frame.entities]
    return np.where(said > 0, said, reasons)


def aligned(evaluation: Evaluation, node: Node) -> Aligned:
    """The series of a leaf on the leaf's calendar; made once."""
    found: Aligned = evaluation.keep(("leaf", id(node)), lambda: _align(evaluation.panel, node))
    return found


def _align(panel: Panel, node: Node) -> Aligned:
    series, calendar, how = series_of(panel, node), node.calendar, node.params[3]
    native = panel.calendars[series.freq]
    additive = node.type.summed
    if how == "full_year":
        ago, years = int(node.params[4]), int(node.params[5])
        cumulated = node.type.cumulated
        double = calendar.double_january and panel.indicators[series.indicator].january == "none"
        parts = _year_parts(
            native, calendar, ago, years, whole=additive, last_only=cumulated or not additive, double=double
        )
        return Aligned(_joined(series.values, parts, additive or (cumulated and years > 1)), parts)
    if how == "last":
        return _newest(series, native, calendar, limit=node.params[4])
    if how == "held":
        return _held(series, native, calendar)
    if native.freq == calendar.freq:
        rows = native.rows_at(calendar.ordinals).astype(np.int64)
        if calendar.double_january and panel.indicators[series.indicator].january != "none" and additive:
            january = np.where(calendar.ordinals % 12 == 1, native.rows_at(calendar.ordinals - 1), -2)
            parts = np.stack([january, rows])
            values = _joined(series.values, parts[1:], False)
            first = series.values[np.maximum(january, 0)]
            first = np.where((january >= 0)[:, None], first, np.where((january == -2)[:, None], 0.0, np.nan))
            return Aligned(values + first, np.maximum(parts, -1))
        if len(native) == len(rows) and bool((rows == np.arange(len(rows))).all()):
            return Aligned(series.values, rows[None])
        return Aligned(_joined(series.values, rows[None], False), rows[None])
    parts = _period_parts(native, calendar)
    if not additive:
        return Aligned(_joined(series.values, parts[-1:], False), parts[-1:])
    whole = (parts >= 0).all(axis=0)
    return Aligned(_joined(series.values, np.where(whole, parts, -1), True), parts)


def _joined(values: Floats, parts: npt.NDArray[np.int64], add: bool) -> Floats:
    """Sum of the parts of each period (unknown if one is), or its last part."""
    result: Floats | None = None
    for part in parts if add else parts[-1:]:
        picked = np.where((part >= 0)[:, None], values[np.maximum(part, 0)], np.nan)
        result = picked if result is None else result + picked
    assert result is not None
    return np.ascontiguousarray(result)


def _period_parts(native: Calendar, calendar: Calendar) -> npt.NDArray[np.int64]:
    """Rows of the finer `native` that make up each period of `calendar`, in order: shape (per period, periods)."""
    per = native.per_year // calendar.per_year
    last = np.searchsorted(native.last_day, calendar.last_day)
    inside = last < len(native)
    exact = np.zeros(len(calendar), dtype=bool)
    exact[inside] = native.last_day[last[inside]] == calendar.last_day[inside]
    stacked = np.stack([last - offset for offset in range(per - 1, -1, -1)])
    return np.where(exact & (stacked >= 0), stacked, -1).astype(np.int64)


def _year_parts(
    native: Calendar, calendar: Calendar, ago: int, years: int, *, whole: bool, last_only: bool, double: bool
) -> npt.NDArray[np.int64]:
    """Rows of `native` in the `years` fiscal years that end `ago` years before each period's.

    `double`: February stands for January too, which is left out.
    """
    columns: list[npt.NDArray[np.int64]] = []
    for back in range(ago + years - 1, ago - 1, -1):
        wanted = calendar.fiscal_year - back
        end = np.searchsorted(native.fiscal_year, wanted, side="right") - 1
        begin = np.searchsorted(native.fiscal_year, wanted, side="left")
        complete = (end >= 0) & (native.fiscal_year[np.maximum(end, 0)] == wanted)
        complete &= native.fiscal_months[np.maximum(end, 0)] == 12
        per = native.per_year
        if whole:
            complete &= end - begin + 1 == per
        january = 11 - (13 - native.fiscal_year_start) % 12
        offsets = [0] if last_only else [back for back in range(per - 1, -1, -1) if not (double and back == january)]
        columns.extend(np.where(complete, end - offset, -1) for offset in offsets)
    return np.stack(columns).astype(np.int64)


def _newest(series: Series, native: Calendar, calendar: Calendar, limit: Any) -> Aligned:
    """The newest known value up to each period's end, at most `limit` of the series' own periods old."""
    known = ~np.isnan(series.values)
    rows = np.where(known, np.arange(len(native))[:, None], -1)
    rows = np.maximum.accumulate(rows, axis=0)
    if limit is not None:
        rows = np.where(np.arange(len(native))[:, None] - rows <= int(limit), rows, -1)
    at = np.searchsorted(native.last_day, calendar.last_day, side="right") - 1
    picked = np.where((at >= 0)[:, None], rows[np.maximum(at, 0)], -1)
    return _picked(series, picked)


def _held(series: Series, native: Calendar, calendar: Calendar) -> Aligned:
    """A target holds for the year (quarter) it names; given by the month, the newest known one of its year."""
    if native.per_year < calendar.per_year:
        at = np.searchsorted(native.last_day, calendar.last_day)
        inside = (at < len(native)) & (native.first_day[np.minimum(at, len(native) - 1)] <= calendar.first_day)
        parts = np.where(inside, at, -1).astype(np.int64)[None]
        return Aligned(_joined(series.values, parts, False), parts)
    known = ~np.isnan(series.values)
    rows = np.maximum.accumulate(np.where(known, np.arange(len(native))[:, None], -1), axis=0)
    at = np.searchsorted(native.last_day, calendar.last_day, side="right") - 1
    picked = np.where((at >= 0)[:, None], rows[np.maximum(at, 0)], -1)
    same_year = native.fiscal_year[np.maximum(picked, 0)] == calendar.fiscal_year[:, None]
    return _picked(series, np.where(same_year, picked, -1))


def _picked(series: Series, rows: npt.NDArray[np.int64]) -> Aligned:
    values = np.take_along_axis(series.values, np.maximum(rows, 0), axis=0)
    return Aligned(np.where(rows >= 0, values, np.nan), rows=rows)


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
        return np.where((rows >= 0)[:, None], native[np.maximum(rows, 0)], np.int8(Reason.BEFORE_START))

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_]) -> Sequence[Cells]:
        """Where the attribute stands."""
        attribute = frame.panel.types[node.params[0]].attributes[node.params[1]]
        own = np.zeros_like(rows)
        if attribute.freq is not None:
            days = frame.panel.calendars[attribute.freq].last_day
            own = np.searchsorted(days, node.calendar.last_day[np.maximum(rows, 0)], side="right") - 1
        return [Cells(attribute, node.params[0], frame.positions, np.where(mask, own, -1))]
