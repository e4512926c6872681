"""Which periods a drop spans: for each frequency the calendar from its first period to its last."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ewarn.arrow import Bools
from ewarn.assembly.events import in_frequency
from ewarn.assembly.problems import Problems
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import DropSpec
from ewarn.calendar import (
    COARSENESS,
    DAY_ZERO,
    PER_YEAR,
    Calendar,
    Frequency,
    Period,
    common_calendar,
    month_start,
    months_of,
    rounds,
)
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.panel import Int32s

LONGEST_CALENDAR = 2400
"""Periods; longer ones come from a slip in a year."""
_STAND_IN = (2000 * 12, 2000 * 12)
"""A month."""


def settle_frequencies(sheets: list[Sheet], drop: DropSpec) -> None:
    """A table in which no period can be read is one of the frequency that the others have."""
    known = {sheet.freq for sheet in sheets}
    usual: Frequency = "M"
    for freq in COARSENESS:
        if drop.frequency == freq or (drop.frequency is None and freq in known):
            usual = freq
            break
    for sheet in sheets:
        if sheet.ordinals is not None and sheet.freq is None:
            sheet.freq = usual


def leave_out_slips(sheets: list[Sheet], problems: Problems) -> None:
    """Report periods at a distance from the others that nobody can mean, and leave their rows out."""
    for freq in PER_YEAR:
        found = [sheet for sheet in sheets if sheet.freq == freq and sheet.ordinals is not None and len(sheet)]
        if not found:
            continue
        ordinals = np.concatenate([np.unique(_ordinals(sheet)) for sheet in found])
        first, last = int(ordinals.min()), int(ordinals.max())
        if last - first < LONGEST_CALENDAR:
            continue
        _too_long(found, freq, first, last, problems)
        middle = float(np.median(np.concatenate([_ordinals(sheet) for sheet in found])))
        for sheet in found:
            _leave_out(sheet, np.abs(_ordinals(sheet) - middle) < LONGEST_CALENDAR / 2)
    of_rounds = [sheet for sheet in sheets if sheet.freq == "round" and sheet.ordinals is not None and len(sheet)]
    if of_rounds:
        dates = np.unique(np.concatenate([_ordinals(sheet) for sheet in of_rounds]))
        if len(dates) > LONGEST_CALENDAR:
            _too_many(of_rounds[0], len(dates), problems)
            for sheet in of_rounds:
                _leave_out(sheet, _ordinals(sheet) <= dates[0])


def _ordinals(sheet: Sheet) -> Int32s:
    assert sheet.ordinals is not None
    return sheet.ordinals


def _leave_out(sheet: Sheet, keep: Bools) -> None:
    sheet.incomplete |= not keep.all()
    sheet.select(keep)


def calendars_of(sheets: list[Sheet], drop: DropSpec, problems: Problems) -> dict[Frequency, Calendar]:
    """For each frequency the calendar from its first period to its last, and one for the drop's own frequency; of
    rounds all reporting dates that any table has.

    Where no row has a period, which is reported, a calendar of one month stands in for the data.
    """
    ends: dict[Frequency, tuple[int, int]] = {}
    dates: list[npt.NDArray[np.int64]] = []
    wanted: set[Frequency] = set()
    for sheet in sheets:
        if sheet.ordinals is None or sheet.freq is None:
            continue
        wanted |= {sheet.freq, *(event.per or sheet.freq for event in sheet.spec.events)}
        if not len(sheet):
            continue
        if sheet.freq == "round":
            dates.append(np.unique(sheet.ordinals).astype(np.int64))
            continue
        both = np.array([sheet.ordinals.min(), sheet.ordinals.max()], dtype=np.int64)
        for freq in {sheet.freq, *(event.per or sheet.freq for event in sheet.spec.events)}:
            first, last = in_frequency(both, sheet.freq, freq, drop.fiscal_year_start).tolist()
            before = ends.get(freq, (first, last))
            ends[freq] = min(first, before[0]), max(last, before[1])
    if not ends and not dates:
        if not problems:  # else it follows from them
            problems.extend([_nothing(sheets, drop)])
        ends["M"] = _STAND_IN
        wanted.add("M")
    if drop.frequency is not None and ends:
        wanted.add(drop.frequency)
    months = [(_months(freq, first), _months(freq, last + 1) - 1) for freq, (first, last) in ends.items()]
    months += [(int(month), int(month)) for one in dates for month in months_of(one[[0, -1]] - DAY_ZERO)]
    begin, end = min(month[0] for month in months), max(month[1] for month in months)
    found: dict[Frequency, Calendar] = {}
    if "round" in wanted:
        days = np.concatenate(dates) if dates else month_start(np.array([begin])) + DAY_ZERO
        found["round"] = rounds(days, fiscal_year_start=drop.fiscal_year_start)
    for freq in sorted(wanted - {"round"}, key=lambda freq: COARSENESS[freq]):
        step = 12 // PER_YEAR[freq]
        span = ends.get(freq, (begin // step, end // step))
        found[freq] = common_calendar(freq, *span, fiscal_year_start=drop.fiscal_year_start)
    return found


def _months(freq: Frequency, ordinal: int) -> int:
    return ordinal * (12 // PER_YEAR[freq])


def _nothing(sheets: list[Sheet], drop: DropSpec) -> Diagnostic:
    """Nothing can be judged without a row that has a period."""
    rows = sum(len(sheet) for sheet in sheets)
    if not any(sheet.spec.period is not None for sheet in sheets):
        message, hint = "no table of the drop has a period", "name the column with `period:` at a table"
    elif drop.known_at is not None and not rows:
        day = np.datetime64(drop.known_at, "D")
        message, hint = f"nothing in the drop had been published by {day}", "a later `known_at`?"
    else:
        message, hint = "the drop has no row with a period", "nothing can be judged without data"
    labels = ", ".join(sheet.spec.label for sheet in sheets)
    return Diagnostic("EW209", message, Cell(drop.root or labels), help=hint)


def _too_long(sheets: list[Sheet], freq: Frequency, first: int, last: int, problems: Problems) -> None:
    """Name the rows at both ends of a calendar that nobody can mean."""
    for ordinal in (first, last):
        for sheet in sheets:
            if sheet.freq == freq and sheet.ordinals is not None and (sheet.ordinals == ordinal).any():
                row = int(np.argmax(sheet.ordinals == ordinal))
                message = f"the periods run from {Period(freq, first)} to {Period(freq, last)}"
                hint = "a slip in a year?"
                column = sheet.spec.period if isinstance(sheet.spec.period, int) else None
                problems.add(Diagnostic("EW302", message, sheet.place(row, column), help=hint), sheet.spec.label)
                break


def _too_many(sheet: Sheet, count: int, problems: Problems) -> None:
    """So many different reporting dates are days of something else."""
    message = f"{count:,} different reporting dates, where {LONGEST_CALENDAR:,} is the most"
    hint = "days of events are no rounds of reports: `events:` counts them by month"
    column = sheet.spec.period if isinstance(sheet.spec.period, int) else None
    problems.add(Diagnostic("EW302", message, sheet.place(0, column), help=hint), sheet.spec.label)
