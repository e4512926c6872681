"""Series breaks: from each side of one, the panel is another, in which what lies before the break is unknown.

A break (another scope, a census, a merger) makes what lies before it incomparable. So every period is judged on the
panel as seen from it: cells before the last break up to then are unknown, reason `scope_break`. Nothing that looks
back has to know of breaks, and what does not look back is as it would be without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.expressions.nodes import Node, Value
from ewarn.panel import Break, Int8s, Panel, Reason, Series, SeriesKey

if TYPE_CHECKING:
    from ewarn.expressions.evaluation import Evaluation, Frame

Bools = npt.NDArray[np.bool_]
Arrays = tuple[npt.NDArray[Any], ...]


@dataclass(eq=False)
class Epochs:
    """The epochs of one panel: `seen[k]` evaluates it as it looks after the first `k` of the days of breaks."""

    panel: Panel
    days: tuple[int, ...]
    seen: tuple[Evaluation, ...]
    _broken: dict[int, tuple[SeriesKey, ...]] = field(default_factory=dict)
    _alone: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, evaluation: Evaluation) -> Epochs | None:
        """None where no series has a break."""
        days = sorted({one.day for series in evaluation.panel.series.values() for one in series.breaks})
        if not days:
            return None
        panels = [seen_from(evaluation.panel, day) for day in (None, *days)]
        seen = [replace(evaluation, panel=panel, outer=evaluation, _kept={}) for panel in panels]
        return cls(evaluation.panel, tuple(days), tuple(seen))

    def at(self, calendar: Calendar, row: int) -> Evaluation:
        """The evaluation as seen from one row."""
        return self.seen[int(np.searchsorted(self.days, calendar.last_day[row], side="right"))]

    def broken(self, node: Node) -> bool:
        """Whether a series with a break stands anywhere below a node."""
        return bool(self._series(node))

    def prepare(self, root: Node) -> None:
        """Compute what blocks of `root` only read."""
        for one in self.seen:
            one.prepare([root])

    def values(self, frame: Frame, node: Node) -> Value:
        """Values of a node for the entities of a frame, each row as seen from its period."""
        return _one(self._assembled(frame, node, lambda seen: _parts(seen.value(node))))

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Why they are unknown, in the same way."""
        return self._assembled(frame, node, lambda seen: (seen.why(node),))[0]

    def _assembled(self, frame: Frame, node: Node, compute: Callable[[Frame], Arrays]) -> Arrays:
        first = compute(self._frame(frame, 0, None))
        out = tuple(np.array(np.broadcast_to(part, frame.shape)) for part in first)
        alone = self._stands_alone(node)
        for number, day in enumerate(self.days, 1):
            start = int(np.searchsorted(node.calendar.last_day, day))
            struck = self._struck(frame, node, day)
            if start == len(node.calendar) or not struck.any():
                continue
            if alone and not struck.all():
                columns = np.flatnonzero(struck)
                for target, part in zip(out, compute(self._frame(frame, number, columns)), strict=True):
                    later = np.broadcast_to(part, (len(node.calendar), len(columns)))[start:]
                    target[start:, columns] = later
            else:
                for target, part in zip(out, compute(self._frame(frame, number, None)), strict=True):
                    target[start:] = np.broadcast_to(part, frame.shape)[start:]
        return out

    def _frame(self, frame: Frame, number: int, columns: npt.NDArray[np.intp] | None) -> Frame:
        """The same block as seen from an epoch; kept with the block, so that expressions share their parts."""
        from ewarn.expressions.evaluation import Frame

        key = number, None if columns is None else columns.tobytes()
        if key not in frame.seen:
            entities = frame.entities if columns is None else frame.positions[columns]
            frame.seen[key] = Frame(self.seen[number], frame.home, frame.calendar, entities)
        return frame.seen[key]

    def _struck(self, frame: Frame, node: Node, day: int) -> Bools:
        """Which entities of the frame have another past from `day` on; all, where members or ancestors are read."""
        alone = self._stands_alone(node)
        struck = np.zeros(frame.shape[1], dtype=bool)
        for key in self._series(node):
            for one in frame.panel.series[key].breaks:
                if one.day == day:
                    struck |= True if not alone or one.entities is None else np.isin(frame.positions, one.entities)
        return struck

    def _series(self, node: Node) -> tuple[SeriesKey, ...]:
        """The series with breaks below a node."""
        found: tuple[SeriesKey, ...] = _found(
            node, self._broken, self._own, lambda parts: tuple(dict.fromkeys(key for part in parts for key in part))
        )
        return found

    def _own(self, node: Node) -> tuple[SeriesKey, ...]:
        from ewarn.expressions.leaves import Leaf

        if not isinstance(node.operation, Leaf):
            return ()
        home, indicator, measure = node.params[:3]
        return ((home, indicator, measure),) if self.panel.series[home, indicator, measure].breaks else ()

    def _stands_alone(self, node: Node) -> bool:
        """Whether an entity's value depends on its own cells only."""
        found: bool = _found(node, self._alone, lambda one: not one.operation.full, all)
        return found


def seen_from(panel: Panel, day: int | None) -> Panel:
    """The panel with every cell unknown that lies before the last break of its series up to `day`."""
    series = dict(panel.series)
    for key, one in panel.series.items():
        if one.breaks:
            series[key] = _cut(panel, one, [item for item in one.breaks if day is not None and item.day <= day])
    return replace(panel, series=series)


def _cut(panel: Panel, series: Series, breaks: Sequence[Break]) -> Series:
    if not breaks:
        return replace(series, breaks=())
    calendar = panel.calendars[series.freq]
    start = np.zeros(series.values.shape[1], dtype=np.int64)
    for one in breaks:
        own = slice(None) if one.entities is None else one.entities
        start[own] = np.maximum(start[own], np.searchsorted(calendar.last_day, one.day))
    before = np.arange(len(calendar))[:, None] < start
    values = np.where(before, np.nan, series.values)
    reasons = np.zeros(values.shape, dtype=np.int8) if series.reasons is None else series.reasons
    reasons = np.where(before & ~np.isnan(series.values), np.int8(Reason.SCOPE_BREAK), reasons)
    cut = replace(series, values=values, reasons=reasons, breaks=())
    vars(cut)["reported"] = series.reported  # a break changes nothing in what has been reported
    return cut


def _found(node: Node, known: dict[int, Any], own: Callable[[Node], Any], join: Callable[[list[Any]], Any]) -> Any:
    """What holds of a node and all below it, each looked at once; graphs may be deep."""
    if id(node) not in known:
        for one in node.walk():
            if id(one) not in known:
                known[id(one)] = join([own(one), *(known[id(arg)] for arg in one.args)])
    return known[id(node)]


def _parts(value: Value) -> Arrays:
    return value if isinstance(value, tuple) else (value,)


def _one(parts: Arrays) -> Value:
    return parts[0] if len(parts) == 1 else (parts[0], parts[1])
