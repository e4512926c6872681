"""Columns of periods and of days: each distinct text is read once."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ewarn.assembly.codes import Codes, codes_of
from ewarn.calendar import DAY_ZERO, PER_YEAR, Calendar, Frequency, Period, parse_day, parse_period
from ewarn.panel import Int32s

Days = npt.NDArray[np.int64]
UNKNOWN = np.iinfo(np.int64).min
"""In arrays of days: nothing there, or nothing readable."""
NO_PERIOD = -1
"""The same in arrays of ordinals."""

_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2})|年(\d{1,2})月)", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SERIAL = re.compile(r"[34]\d{4}", re.ASCII)
_EPOCH = dt.date(1970, 1, 1)
_NOUN = {"M": "a month", "Q": "a quarter", "A": "a year", "round": "a reporting date"}


@dataclass(eq=False)
class Periods:
    """A column of periods: `ordinals` per row on the calendar of `freq`, `NO_PERIOD` where there is none."""

    freq: Frequency | None
    """None where no cell could be read."""
    ordinals: Int32s
    cells: Codes
    bad: dict[int, str]
    """Code of a word that is no period: what is wrong with it."""
    other: dict[int, Frequency]
    """Code of a word that is a period of another frequency."""


def periods_of(array: pa.ChunkedArray, freq: Frequency | None, fiscal_year_start: int) -> Periods:
    """Read a column of periods: text, numbers such as 202209, dates. Without `freq` the commonest one is taken."""
    if pa.types.is_temporal(array.type) and not pa.types.is_time(array.type):
        freq = freq or "M"
    cells = codes_of(array, "NFKC")
    parsed: list[Period | None] = []
    bad: dict[int, str] = {}
    for code, text in enumerate(cells.texts):
        try:
            parsed.append(_period(text, freq, fiscal_year_start))
        except ValueError as error:
            parsed.append(None)
            bad[code] = str(error)
    if freq is None:
        freq = _commonest(cells, parsed)
    other = {code: period.freq for code, period in enumerate(parsed) if period is not None and period.freq != freq}
    other |= {code: found for code in bad if (found := _frequency(cells.texts[code])) is not None and found != freq}
    words = np.array(
        [NO_PERIOD if period is None or period.freq != freq else period.ordinal for period in parsed] + [NO_PERIOD],
        dtype=np.int32,
    )
    bad = {code: problem for code, problem in bad.items() if code not in other}
    return Periods(freq, words[cells.index], cells, bad, other)


def days_of(array: pa.ChunkedArray) -> tuple[Days, Codes, list[int]]:
    """Read a column of days: days since 1970-01-01 per row, the cells, and the codes of words that are no day."""
    cells = codes_of(array, "NFKC")
    days = [day_of(text, compact=True) for text in cells.texts]
    bad = [code for code, day in enumerate(days) if day is None]
    words = np.array([UNKNOWN if day is None else day for day in days] + [UNKNOWN], dtype=np.int64)
    return words[cells.index], cells, bad


def day_of(text: str, *, compact: bool = False) -> int | None:
    """Days since 1970-01-01 of `2022-03-06`, `2022年3月6日`, `2022.3.6`; the last day of `2022-03` and `2022年3月`.

    `compact` also takes `20220306`, which elsewhere may be a number.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        day = parse_day(text)
        if day is not None:
            return (day - _EPOCH).days
        if match := (_COMPACT.fullmatch(text) if compact else None):
            return (dt.date(*map(int, match.groups())) - _EPOCH).days
        if match := _MONTH.fullmatch(text):
            year, month = int(match.group(1)), int(match.group(2) or match.group(3))
            return (dt.date(year + month // 12, month % 12 + 1, 1) - _EPOCH).days - 1 if 1 <= month <= 12 else None
    except ValueError:
        return None
    return None


def stretch_of(text: str) -> tuple[int, int] | None:
    """First and last day, since 1970-01-01, of a day, month, quarter or calendar year; None for anything else."""
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        if parse_day(text) is not None or _COMPACT.fullmatch(text):
            day = day_of(text, compact=True)
            return None if day is None else (day, day)
        period = _period(text, None, 1)
    except ValueError:
        return None
    calendar = Calendar(period.freq, np.array([period.ordinal], dtype=np.int64))
    return int(calendar.first_day[0]), int(calendar.last_day[0])


def noun(freq: Frequency) -> str:
    """`a month`, `a quarter`, `a year`."""
    return _NOUN[freq]


def _period(text: str, freq: Frequency | None, fiscal_year_start: int) -> Period:
    if freq == "round":
        return _round(text)
    if (day := parse_day(text)) is not None:
        if not 1000 <= day.year < 3000:
            raise ValueError("years run from 1000 to 2999")
        if freq in (None, "M"):
            return Period.of("M", day.year, day.month)
        if freq == "Q":
            return Period.of("Q", day.year, (day.month + 2) // 3)
        return Period.of("A", day.year if day.month >= fiscal_year_start else day.year - 1)
    if _SERIAL.fullmatch(text):
        raise ValueError("a day as Excel numbers them? Format the column as dates")
    period = parse_period(text, freq)
    if not 1000 <= period.ordinal // PER_YEAR[period.freq] < 3000:
        raise ValueError("years run from 1000 to 2999")
    return period


def _round(text: str) -> Period:
    """A reporting date; one known to the month is its last day, as everywhere."""
    parse_day(text)  # says what is wrong with a day that does not exist
    day = day_of(text, compact=True)
    if day is None:
        if _MONTH.fullmatch(text) or _COMPACT.fullmatch(text):
            raise ValueError("no such day")
        serial = _SERIAL.fullmatch(text)
        hint = "a day as Excel numbers them? Format the column as dates" if serial else "a day like 2022-09-30"
        raise ValueError(hint)
    if not 1000 <= dt.date.fromordinal(day + DAY_ZERO).year < 3000:
        raise ValueError("years run from 1000 to 2999")
    return Period("round", day + DAY_ZERO)


def _commonest(cells: Codes, parsed: list[Period | None]) -> Frequency | None:
    counts: dict[Frequency, int] = {}
    rows = np.bincount(cells.index[cells.index >= 0], minlength=len(parsed))
    for code, period in enumerate(parsed):
        if period is not None:
            counts[period.freq] = counts.get(period.freq, 0) + int(rows[code])
    return max(counts, key=lambda freq: (counts[freq], freq), default=None)


def _frequency(text: str) -> Frequency | None:
    try:
        return _period(text, None, 1).freq
    except ValueError:
        return None
