"""A series brought to the calendar of a rule: which of its own cells make up each period, and their sum or last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.calendar import COARSENESS, Calendar, Frequency
from ewarn.panel import Floats, Indicator, Series

Index = npt.NDArray[np.int64]
ABSENT = -1
"""A cell that is needed and lies outside the panel."""
NOTHING = -2
"""No cell is needed here: January, where February stands for both."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """A series on a rule's calendar.

    `parts` (k, periods): the series' own rows that make up each period; or, where they depend on the entity, `rows`,
    k arrays (periods, entities).
    """

    values: Floats
    parts: Index | None = None
    rows: tuple[Index, ...] = ()


def is_amount(series: Series, indicator: Indicator) -> bool:
    """Whether joining periods adds: single periods of a flow."""
    return indicator.kind == "flow" and series.measure == "period"


def on_periods(series: Series, indicator: Indicator, native: Calendar, calendar: Calendar) -> Aligned:
    """Each period from the series' own: flows add, everything else takes the last."""
    amount, without_january = is_amount(series, indicator), indicator.january == "none" and native.freq == "M"
    if native.freq != calendar.freq:
        parts, ordinals = _period_parts(native, calendar)
        if not amount:
            parts = parts[-1:]
        elif without_january:
            parts = np.where(ordinals % 12 == 0, NOTHING, parts)
        return Aligned(joined(series.values, parts), parts)
    rows = native.rows_at(calendar.ordinals).astype(np.int64)
    if calendar.double_january and amount and not without_january:
        january = np.where(calendar.ordinals % 12 == 1, native.rows_at(calendar.ordinals - 1), NOTHING)
        parts = np.stack([january, rows])
        return Aligned(joined(series.values, parts), parts)
    if len(native) == len(rows) and bool((rows == np.arange(len(rows))).all()):
        return Aligned(series.values, rows[None])
    return Aligned(joined(series.values, rows[None]), rows[None])


def joined(values: Floats, parts: Index) -> Floats:
    """The sum of the parts of each period: unknown if one is."""
    result: Floats | None = None
    for part in parts:
        picked = np.where(
            (part >= 0)[:, None], values[np.maximum(part, 0)], np.where(part == NOTHING, 0, np.nan)[:, None]
        )
        result = picked if result is None else result + picked
    assert result is not None
    return np.ascontiguousarray(result)


def _period_parts(native: Calendar, calendar: Calendar) -> tuple[Index, Index]:
    """Rows of the finer `native` that make up each period of `calendar`, and their ordinals, which may lie outside
    the panel; in order: shapes (per period, periods)."""
    per = native.per_year // calendar.per_year
    last = spanned(native.freq, calendar)
    ordinals = np.stack([last - offset for offset in range(per - 1, -1, -1)])
    return np.stack([native.rows_at(part) for part in ordinals]).astype(np.int64), ordinals


def spanned(freq: Frequency, calendar: Calendar) -> Index:
    """Ordinal of the last period of the finer `freq` in each period of `calendar`."""
    months = calendar.last_day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months if freq == "M" else months // 3


def on_full_years(
    series: Series, indicator: Indicator, native: Calendar, calendar: Calendar, ago: int, years: int
) -> Aligned:
    """Totals of `years` fiscal years, the last of them `ago` years before each period's; of a level the end value."""
    amount = is_amount(series, indicator)
    cumulated = series.measure == "ytd" or (indicator.kind == "ytd" and series.measure == "period")
    without_january = indicator.january == "none" and native.freq == "M"
    january = 11 - (13 - native.fiscal_year_start) % 12
    columns: list[Index] = []
    for back in range(ago + years - 1 if amount or cumulated else ago, ago - 1, -1):
        wanted = calendar.fiscal_year - back
        end = np.searchsorted(native.fiscal_year, wanted, side="right") - 1
        complete = (end >= 0) & (native.fiscal_months[np.maximum(end, 0)] == 12)
        for offset in range(native.per_year - 1 if amount else 0, -1, -1):
            row = end - offset
            inside = complete & (row >= 0) & (native.fiscal_year[np.maximum(row, 0)] == wanted)
            skipped = without_january and amount and offset == january
            columns.append(np.full(len(row), NOTHING) if skipped else np.where(inside, row, ABSENT))
    parts = np.stack(columns).astype(np.int64)
    return Aligned(joined(series.values, parts), parts)


def newest(series: Series, indicator: Indicator, native: Calendar, calendar: Calendar, limit: Any) -> Aligned:
    """The newest known value up to each period's end, at most `limit` of the series' own periods old."""
    own = native
    if indicator.january != "separate" and native.freq == "M":
        own = Calendar("M", native.ordinals[native.ordinals % 12 != 0], native.fiscal_year_start, True)
    basis = on_periods(series, indicator, native, own)
    assert basis.parts is not None
    place = np.arange(len(own))[:, None]
    rows = np.maximum.accumulate(np.where(np.isnan(basis.values), -1, place), axis=0)
    at = np.searchsorted(own.last_day, calendar.last_day, side="right") - 1
    picked = np.where((at >= 0)[:, None], rows[np.maximum(at, 0)], -1) if len(own) else np.full((len(at), 1), -1)
    if limit is not None:
        picked = np.where(at[:, None] - picked <= int(limit), picked, -1)
    return _picked(basis, picked)


def held(series: Series, native: Calendar, calendar: Calendar) -> Aligned:
    """A target holds for the year (quarter) it names; given by the month, the newest known one of its year."""
    if COARSENESS[native.freq] > COARSENESS[calendar.freq] and native.freq != "M":
        at = np.searchsorted(native.last_day, calendar.last_day)
        inside = (at < len(native)) & (native.first_day[np.minimum(at, len(native) - 1)] <= calendar.first_day)
        parts = np.where(inside, at, ABSENT).astype(np.int64)[None]
        return Aligned(joined(series.values, parts), parts)
    rows = np.maximum.accumulate(np.where(np.isnan(series.values), -1, np.arange(len(native))[:, None]), axis=0)
    at = np.searchsorted(native.first_day, calendar.last_day, side="right") - 1
    picked = np.where((at >= 0)[:, None], rows[np.maximum(at, 0)], -1)
    same_year = native.fiscal_year[np.maximum(picked, 0)] == calendar.fiscal_year[:, None]
    basis = Aligned(series.values, np.arange(len(native))[None])
    return _picked(basis, np.where(same_year, picked, -1))


def _picked(basis: Aligned, rows: Index) -> Aligned:
    """Of each entity's column the values at `rows`, -1 for none."""
    assert basis.parts is not None
    if not len(basis.values):
        return Aligned(np.full((len(rows), basis.values.shape[1]), np.nan), rows=(np.full(rows.shape, ABSENT),))
    rows = np.broadcast_to(rows, (len(rows), basis.values.shape[1]))
    values = np.take_along_axis(basis.values, np.maximum(rows, 0), axis=0)
    own = tuple(np.where(rows >= 0, part[np.maximum(rows, 0)], ABSENT) for part in basis.parts)
    return Aligned(np.where(rows >= 0, values, np.nan), rows=own)
