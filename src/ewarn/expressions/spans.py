"""The calendar on which a rule is judged: the periods that a panel spans."""

from __future__ import annotations

import numpy as np

from ewarn.calendar import COARSENESS, Calendar, Frequency
from ewarn.panel import Panel


def calendar_for(panel: Panel, freq: Frequency, double_january: bool) -> Calendar:
    """The calendar on which a rule of this frequency is judged: what the panel spans."""
    own = panel.calendars.get(freq)
    if own is None or freq != min(panel.calendars, key=lambda one: COARSENESS[one]):
        filled = [calendar for calendar in panel.calendars.values() if len(calendar)]
        first = min(int(calendar.first_day[0]) for calendar in filled)
        last = max(int(calendar.last_day[-1]) for calendar in filled)
        spanned = spanning(freq, first, last, panel.fiscal_year_start)
        if own is None or not np.array_equal(own.ordinals, spanned.ordinals):
            own = spanned
    if not double_january:
        return own
    return Calendar(freq, own.ordinals[own.ordinals % 12 != 0], own.fiscal_year_start, True)


def spanning(freq: Frequency, first: int, last: int, fiscal_year_start: int) -> Calendar:
    """The periods of `freq` that end between two days."""
    months = np.array([first, last], dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    begin, end = int(months[0]), int(months[1])
    if freq == "M":
        ordinals = np.arange(begin, end + 1)
    elif freq == "Q":
        ordinals = np.arange(begin // 3, end // 3 + 1)
    else:
        ordinals = np.arange((begin - fiscal_year_start + 1) // 12, (end - fiscal_year_start + 1) // 12 + 1)
    calendar = Calendar(freq, ordinals.astype(np.int64), fiscal_year_start)
    return Calendar(freq, calendar.ordinals[calendar.last_day <= last], fiscal_year_start)
