"""Where somebody should look for a value that is not there: the blank cell, else the last one that was filled."""

from __future__ import annotations

from typing import Any

import numpy as np

from ewarn.alerts.models import Alert, SourcePlace
from ewarn.panel import Series
from ewarn.signals import Verdicts


def primary(alert: Alert) -> SourcePlace | None:
    """The cell to look at first: the entity's own value of the judged period, else any that the alert stands on."""
    inputs = [one for evidence in alert.evidence for one in evidence.inputs if one.source is not None]
    own = [one for one in inputs if one.entity == alert.entity]
    chosen = next((one for one in own if one.period == alert.period), None) or next(iter((*own, *inputs)), None)
    return None if chosen is None else chosen.source


def last_cells(verdicts: Verdicts, position: int) -> list[dict[str, Any]]:
    """Evidence for a verdict that is not known to fire: one entry per indicator that its lowest level reads.

    `position`: of the entity. Each has one input, the newest cell up to the judged period that stands in a file.
    """
    node = verdicts.compiled.levels[min(verdicts.compiled.levels)]
    found: dict[int, dict[str, Any]] = {}
    for cells in verdicts.evaluation.cells(node, verdicts.row, np.array([position])):
        series = cells.of
        if isinstance(series, Series) and id(series) not in found and cells.type == verdicts.entity_type:
            entry = _entry(verdicts, series, position)
            if entry is not None:
                found[id(series)] = entry
    return list(found.values())


def _entry(verdicts: Verdicts, series: Series, position: int) -> dict[str, Any] | None:
    panel = verdicts.evaluation.panel
    calendar = panel.calendars[series.freq]
    last = int(np.searchsorted(calendar.last_day, verdicts.calendar.last_day[verdicts.row], side="right"))
    for row in range(last - 1, -1, -1):
        for source in series.sources:
            file_row = int(source.rows[row, position])
            if file_row > 0:
                value = float(series.values[row, position])
                return reading(
                    series,
                    period=calendar.labels[row],
                    entity=panel.types[verdicts.entity_type].ids[position],
                    value=series.told(value),
                    place=source.table.place(file_row, source.column),
                )
    return None


def reading(series: Series, *, period: str, entity: str, value: float | str | None, place: Any) -> dict[str, Any]:
    """Evidence that is one cell: `place` is its `Cell`, or None."""
    name = series.indicator if series.measure == "period" else f"{series.indicator}.{series.measure}"
    shown = float(f"{value:.12g}") if isinstance(value, float) else value
    keys = ("file", "sheet", "row", "line", "column", "cell")
    source = None if place is None else {key: getattr(place, key) for key in keys}
    cell = {
        "indicator": series.indicator, "measure": series.measure, "entity": entity, "period": period, "value": shown,
        "unit": series.unit, "status": None, "source": source,
    }  # fmt: skip
    unit = series.unit
    return {"expr": name, "period": period, "value": shown, "unit": unit, "inputs": [cell], "inputs_total": 1}
