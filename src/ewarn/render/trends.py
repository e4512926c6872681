"""The small charts beside alerts: the last periods of the series that an alert stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ewarn.alerts.models import Alert, Input
from ewarn.calendar import parse_period
from ewarn.panel import Panel

PERIODS = 13
"""A year, and the same month of the year before."""


def trends(panel: Panel, alerts: Sequence[Alert]) -> Mapping[str, Sequence[float | None]]:
    """By fingerprint, the last `PERIODS` values up to the judged period, oldest first, None where unknown.

    Of the alerts' own first input; an alert without one, or over fewer than three known values, has no chart.
    """
    found = {}
    for alert in alerts:
        own = (cell for evidence in alert.evidence for cell in evidence.inputs if cell.entity == alert.entity)
        cell = next((cell for cell in own if cell.measure is not None), None)
        values = [] if cell is None else _values(panel, alert, cell)
        if sum(value is not None for value in values) >= 3:
            found[alert.fingerprint] = values
    return found


def _values(panel: Panel, alert: Alert, cell: Input) -> list[float | None]:
    series = panel.series.get((alert.entity_type, cell.indicator, cell.measure or "period"))
    position = panel.types[alert.entity_type].position.get(alert.entity)
    if series is None or position is None or series.holds == "category":
        return []
    calendar = panel.calendars[series.freq]
    try:
        end = calendar.row(parse_period(alert.period, series.freq)) + 1
    except ValueError:  # judged at another frequency
        end = series.reported + 1
    column = series.values[max(end - PERIODS, 0) : end, position]
    return [None if np.isnan(value) else float(value) for value in column]
