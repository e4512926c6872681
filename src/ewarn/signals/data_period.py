"""Which period a rule is judged at: the newest for which what it reads has been reported, or was due."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ewarn.calendar import Calendar, Period, published_days
from ewarn.expressions.scope import Read
from ewarn.panel import Panel


def data_row(panel: Panel, calendar: Calendar, reads: Iterable[Read], as_of: Period | None) -> int:
    """Row of the newest period up to `as_of` in which each indicator read has been reported for anybody, or is due."""
    newest = period_end(panel, as_of or panel.as_of)
    if as_of is None and "round" in panel.calendars and panel.newest_day is not None:
        newest = panel.newest_day  # months and rounds end on different days: the last of one must not hide the other's
    last: dict[tuple[str, str], int] = {}
    for read in reads:
        if read.lenient or read.free:
            continue
        for home, indicator, measure in read.series:
            series = panel.series[home, indicator, measure]
            own = panel.calendars[series.freq]
            row = series.reported
            due = panel.indicators[indicator].due
            if due is not None and panel.known_at is not None:
                row = max(row, int(np.searchsorted(published_days(own, due), panel.known_at, side="right")) - 1)
            day = int(own.last_day[row]) if row >= 0 else np.iinfo(np.int64).min
            last[home, indicator] = max(last.get((home, indicator), day), day)
    return int(np.searchsorted(calendar.last_day, min([newest, *last.values()]), side="right")) - 1


def period_end(panel: Panel, period: Period) -> int:
    """Last day of a period."""
    calendar = Calendar(period.freq, np.array([period.ordinal]), panel.fiscal_year_start)
    return int(calendar.last_day[0])
