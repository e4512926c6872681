"""Events that become flows: rows with a day each, counted by entity and period. No event is a zero, not a gap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part
from ewarn.assembly.indicators import AHEAD
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import EventSpec
from ewarn.calendar import COARSENESS, PER_YEAR, Calendar, Frequency
from ewarn.diagnostics import Diagnostic
from ewarn.panel import Series, SeriesKey, Source

_Ordinals = npt.NDArray[np.int64]


def in_frequency(ordinals: _Ordinals, given: Frequency, wanted: Frequency, fiscal_year_start: int) -> _Ordinals:
    """Periods of the frequency `wanted` in which those of `given`, a finer one, lie."""
    if given == wanted:
        return ordinals
    months = ordinals * (12 // PER_YEAR[given])
    return months // 3 if wanted == "Q" else (months - (fiscal_year_start - 1)) // 12


def add_events(context: Context, sheets: list[Sheet], series: dict[SeriesKey, Series], fiscal_year_start: int) -> None:
    """Add the flows of all tables of events to `series`.

    Such a table covers the drop from its first event to the newest period that anything but targets and plans was
    observed for; a coarser period only if it lies in there whole.
    """
    tables = [sheet for sheet in sheets if sheet.spec.events and sheet.ordinals is not None and len(sheet)]
    if not tables:
        return
    last = _last_day(context, tables, series)
    found: dict[SeriesKey, Series] = {}
    for sheet in tables:
        for spec in sheet.spec.events:
            for part in context.parts(sheet):
                key = (part.type, spec.indicator, "period")
                if key in series or key in found:
                    message = f"`{spec.indicator}` of {part.type} is counted here and given elsewhere too"
                    hint = "give one of them another name"
                    context.problems.add(Diagnostic("EW205", message, spec.place, help=hint), sheet.spec.label)
                    continue
                found[key] = _flow(context, part, spec, last, fiscal_year_start)
    series.update(found)


def _last_day(context: Context, tables: list[Sheet], series: dict[SeriesKey, Series]) -> int:
    """Last day of the newest period observed, in tables at least as fine as those of events."""
    finest = min(COARSENESS[sheet.freq] for sheet in tables if sheet.freq is not None)
    days = [
        int(context.calendars[one.freq].last_day[one.reported])
        for (_, name, measure), one in series.items()
        if one.reported >= 0
        and COARSENESS[one.freq] <= finest
        and measure not in AHEAD
        and context.names.indicator(name).kind != "target"
    ]
    for sheet in tables:
        if sheet.freq is not None and sheet.ordinals is not None:
            calendar = context.calendars[sheet.freq]
            days.append(int(calendar.last_day[int(sheet.ordinals.max()) - int(calendar.ordinals[0])]))
    return max(days)


def _flow(context: Context, part: Part, spec: EventSpec, last: int, fiscal_year_start: int) -> Series:
    sheet = part.sheet
    assert sheet.freq is not None
    assert sheet.ordinals is not None
    freq = spec.per or sheet.freq
    calendar, own = context.calendars[freq], context.calendars[sheet.freq]
    shape = (len(calendar), len(context.rosters[part.type]))
    ordinals = in_frequency(part.pick(sheet.ordinals).astype(np.int64), sheet.freq, freq, fiscal_year_start)
    cells = (ordinals - int(calendar.ordinals[0])) * shape[1] + part.position
    rows = np.zeros(shape[0] * shape[1], dtype=np.int32)
    rows[cells[::-1]] = part.numbers[::-1]
    if spec.distinct is not None:
        words = part.pick_codes(sheet.words[spec.distinct])
        pairs = cells * (len(words.words) + 1) + words.index + 1
        cells = np.unique(pairs[words.index >= 0]) // (len(words.words) + 1)
    values = np.bincount(cells, minlength=len(rows)).astype(np.float64).reshape(shape)
    first = int(own.first_day[int(sheet.ordinals.min()) - int(own.ordinals[0])])
    values[~_covered(calendar, first, last)] = np.nan
    unit = context.units.held(spec.indicator, "period")
    previous = np.broadcast_to(np.float64(np.nan), shape) if context.vintages else None
    name = sheet.column(spec.distinct if spec.distinct is not None else sheet.spec.id)
    source = Source(sheet.table, name, rows.reshape(shape))
    return Series(
        spec.indicator, "period", freq, None if unit is None else unit.text, values, (source,), previous=previous
    )


def _covered(calendar: Calendar, first: int, last: int) -> npt.NDArray[np.bool_]:
    return np.asarray((calendar.first_day >= first) & (calendar.last_day <= last))
