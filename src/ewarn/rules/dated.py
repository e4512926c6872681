"""Days in rule files: a date, or the first or last day of a month, quarter or year."""

from __future__ import annotations

import datetime as dt

from ewarn.calendar import common_calendar, parse_period
from ewarn.diagnostics import Diagnostic
from ewarn.source import ModelError, Text

_EPOCH = dt.date(1970, 1, 1)


def day(text: Text, *, last: bool = False) -> int:
    """Days since 1970-01-01 of `2024-07-15`, or of the first (or `last`) day of `2024-07`, `2024-Q3`, `2024`.

    Raises ModelError with the place.
    """
    try:
        return (dt.date.fromisoformat(text.strip()) - _EPOCH).days
    except ValueError:
        pass
    try:
        period = parse_period(text)
    except ValueError as problem:
        advice = "write 2024-07-15, 2024-07, 2024-Q3 or 2024"
        raise ModelError(Diagnostic("EW121", f"`{text}` is no day: {problem}", text.span(), help=advice)) from None
    calendar = common_calendar(period.freq, period.ordinal, period.ordinal)
    return int((calendar.last_day if last else calendar.first_day)[0])
