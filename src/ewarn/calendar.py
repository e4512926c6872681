"""Periods and the calendars made of them. Nothing here reads the clock."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Frequency = Literal["M", "Q", "A", "round"]
"""Months, quarters, years; or rounds: reporting dates in order, at whatever distance from each other."""
COARSENESS: dict[Frequency, int] = {"round": -1, "M": 0, "Q": 1, "A": 2}
"""Rounds come first, though they make up no other period: see `makes_up`."""
PER_YEAR: dict[Frequency, int] = {"M": 12, "Q": 4, "A": 1}
"""Rounds have no number in a year."""
DAY_ZERO = dt.date(1970, 1, 1).toordinal()
_FORMS: tuple[tuple[Frequency, re.Pattern[str]], ...] = (
    ("M", re.compile(r"(\d{4})(?:[-./年]|(?=\d\d(?:\D|$)))(\d{1,2})月?(?:[-./]\d{1,2}日?(?:[ T].*)?)?", re.ASCII)),
    ("Q", re.compile(r"(\d{4})(?:[-./年][Qq第]?|[Qq第])([1-4])季?度?", re.ASCII)),
    ("A", re.compile(r"(\d{4})年?(?:[-/](\d{2}))?", re.ASCII)),
)
_DAY = re.compile(r"(\d{4})([-./年])(\d{1,2})[-./月](\d{1,2})日?(?:[ T].*)?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """One period: `ordinal` is the count of periods since year 0 (month: year*12 + month-1), of a round the day as
    `datetime.date.toordinal` counts."""

    freq: Frequency
    ordinal: int

    def __str__(self) -> str:
        if self.freq == "M":
            return f"{self.ordinal // 12:04d}-{self.ordinal % 12 + 1:02d}"
        if self.freq == "Q":
            return f"{self.ordinal // 4:04d}-Q{self.ordinal % 4 + 1}"
        if self.freq == "round":
            return dt.date.fromordinal(self.ordinal).isoformat()
        return f"{self.ordinal:04d}"

    @classmethod
    def of(cls, freq: Frequency, year: int, number: int = 1) -> Period:
        """Month, quarter or year `number` (from 1) of `year`."""
        return cls(freq, year * PER_YEAR[freq] + number - 1)


@dataclass(frozen=True, eq=False)
class Calendar:
    """The periods along the first axis of an array, oldest first.

    `ordinals` are consecutive, except that with `double_january` no January is there: February stands for
    both months (see `january:` in the docs); those of rounds ascend. A year is named after the calendar year in which
    it starts. A round is a day: its first and its last.
    """

    freq: Frequency
    ordinals: npt.NDArray[np.int64]
    fiscal_year_start: int = 1
    double_january: bool = False

    def __len__(self) -> int:
        return len(self.ordinals)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods themselves."""
        return tuple(Period(self.freq, int(ordinal)) for ordinal in self.ordinals)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """`2022-09`, `2022-Q3`, `2022`."""
        return tuple(str(period) for period in self.periods)

    @cached_property
    def _first_month(self) -> npt.NDArray[np.int64]:
        if self.freq == "M":
            return np.asarray(self.ordinals - (self.double_january & (self.ordinals % 12 == 1)))
        if self.freq == "Q":
            return np.asarray(self.ordinals * 3)
        if self.freq == "round":
            return months_of(self.ordinals - DAY_ZERO)
        return np.asarray(self.ordinals * 12 + self.fiscal_year_start - 1)

    @cached_property
    def _end_month(self) -> npt.NDArray[np.int64]:
        if self.freq == "M":
            return self.ordinals + 1
        if self.freq == "round":
            return self._first_month + 1
        return self._first_month + 12 // PER_YEAR[self.freq]

    @cached_property
    def first_day(self) -> npt.NDArray[np.int64]:
        """First day of each period, in days since 1970-01-01."""
        if self.freq == "round":
            return self.ordinals - DAY_ZERO
        return month_start(self._first_month)

    @cached_property
    def last_day(self) -> npt.NDArray[np.int64]:
        """Last day of each period, in days since 1970-01-01."""
        if self.freq == "round":
            return self.ordinals - DAY_ZERO
        return month_start(self._end_month) - 1

    @cached_property
    def month(self) -> npt.NDArray[np.int64]:
        """Calendar month (1 to 12) in which each period ends."""
        return (self._end_month - 1) % 12 + 1

    @cached_property
    def year(self) -> npt.NDArray[np.int64]:
        """Calendar year in which each period ends."""
        return (self._end_month - 1) // 12

    @cached_property
    def fiscal_year(self) -> npt.NDArray[np.int64]:
        """The fiscal year of each period, named after the calendar year in which it starts."""
        return (self._end_month - 1 - (self.fiscal_year_start - 1)) // 12

    @cached_property
    def fiscal_months(self) -> npt.NDArray[np.int64]:
        """Months of the fiscal year gone by the end of each period, 1 to 12."""
        return (self._end_month - 1 - (self.fiscal_year_start - 1)) % 12 + 1

    @property
    def per_year(self) -> int:
        """Own periods in a year: 12, 11 without January, 4, 1. Rounds have none: KeyError."""
        return PER_YEAR[self.freq] - self.double_january

    def rows_at(self, ordinals: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Row of each ordinal, -1 where this calendar does not hold it."""
        rows = np.searchsorted(self.ordinals, ordinals)
        inside = rows < len(self.ordinals)
        found = np.zeros(len(ordinals), dtype=bool)
        found[inside] = self.ordinals[rows[inside]] == ordinals[inside]
        return np.where(found, rows, -1)

    def row(self, period: Period) -> int:
        """Row of `period`, -1 where this calendar does not hold it."""
        return int(self.rows_at(np.array([period.ordinal]))[0])

    def places(self, ordinals: npt.NDArray[np.int32] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Row of each ordinal, all of them being in this calendar (without gaps, unless it is one of rounds)."""
        if self.freq == "round":
            return np.searchsorted(self.ordinals, ordinals).astype(np.int64)
        rows: npt.NDArray[np.int64] = ordinals.astype(np.int64)
        rows -= self.ordinals[0]
        return rows

    def shifted(self, months: int, days: int = 0) -> npt.NDArray[np.intp]:
        """For each row, the row of the period `months` earlier by the calendar; -1 before the first.

        Steps that are no whole number of this calendar's periods give -1 everywhere. Of rounds it is the newest on
        the day so many months and `days` earlier, or before it.
        """
        if self.freq == "round":
            then = earlier_days(self.last_day, months) - days
            return np.searchsorted(self.last_day, then, side="right") - 1
        step, rest = divmod(months * PER_YEAR[self.freq], 12)
        if rest:
            return np.full(len(self), -1, dtype=np.intp)
        return self.rows_at(self.ordinals - step)


def month_start(months: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """First day, in days since 1970-01-01, of month ordinals (year*12 + month-1)."""
    return (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def months_of(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Month ordinals (year*12 + month-1) of days since 1970-01-01."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def earlier_days(days: npt.NDArray[np.int64], months: int) -> npt.NDArray[np.int64]:
    """The same day so many months earlier, or that month's last where it is shorter; days since 1970-01-01."""
    month = months_of(days)
    target = month - months
    longest = month_start(target + 1) - month_start(target) - 1
    found: npt.NDArray[np.int64] = month_start(target) + np.minimum(days - month_start(month), longest)
    return found


def parse_day(text: str) -> dt.date | None:
    """Read `2022-03-06`, `2022.3.6`, `2022/3/6`, `2022年3月6日`, also with a time of day behind; None for what has not
    this form. Raises ValueError with a reason where there is no such day."""
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    year, month, day = (int(match.group(part)) for part in (1, 3, 4))
    if not 1 <= month <= 12:
        raise ValueError("months run from 01 to 12")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError("no such day") from None


def parse_period(text: str, freq: Frequency | None = None) -> Period:
    """Read `2022-09`, `202209`, `2022年9月`, `2022-Q3`, `2022`, `2022-09-30`, `2018-19` (annual); a round is a day.

    Raises ValueError with a reason fit for a diagnostic's label. Whose year it is (`fiscal_year_start`) does
    not matter here: a year is named after the one it starts in.
    """
    cleaned = text.strip()
    if freq == "round":
        day = parse_day(cleaned)
        if day is None:
            raise ValueError("not a reporting date like 2022-09-30")
        return Period("round", day.toordinal())
    if re.fullmatch(r"\d{5}", cleaned, re.ASCII):
        raise ValueError("five digits; a month is 2022-09, 2022-9 or 202209")
    order: tuple[Frequency, ...] = ("Q", "A", "M") if freq is None else (freq,)
    for candidate in order:
        match = dict(_FORMS)[candidate].fullmatch(cleaned)
        if match is None or (freq is None and candidate == "Q" and not re.search("[Qq季]", cleaned)):
            continue
        year, number = int(match.group(1)), match.group(2)
        if candidate == "A":
            if number is not None and freq is None:
                continue
            return Period("A", year)
        count = int(number)
        if not 1 <= count <= PER_YEAR[candidate]:
            raise ValueError("months run from 01 to 12" if candidate == "M" else "quarters run from 1 to 4")
        return Period.of(candidate, year, count)
    wanted = {"M": "a month like 2022-09", "Q": "a quarter like 2022-Q3", "A": "a year like 2022"}
    raise ValueError(f"not {wanted[freq]}" if freq else "not a period like 2022-09, 2022-Q3 or 2022")


def published_days(calendar: Calendar, due: int | None) -> npt.NDArray[np.int64]:
    """Day by which each period's value counts as published: day `due` of the following month, else the next day."""
    if due is None:
        return calendar.last_day + 1
    following = months_of(calendar.last_day) + 1
    return np.minimum(month_start(following) + due - 1, month_start(following + 1) - 1)


def makes_up(finer: Frequency, coarser: Frequency) -> bool:
    """Whether each period of `coarser` consists of whole ones of `finer`, or is one. Rounds do so with nothing else."""
    return finer == coarser or ("round" not in (finer, coarser) and COARSENESS[finer] < COARSENESS[coarser])


def rounds(days: npt.NDArray[np.int64], *, fiscal_year_start: int = 1) -> Calendar:
    """The calendar of some reporting dates (ordinals of rounds, in any order)."""
    return Calendar("round", np.unique(days).astype(np.int64), fiscal_year_start)


def common_calendar(
    freq: Frequency, first: int, last: int, *, fiscal_year_start: int = 1, double_january: bool = False
) -> Calendar:
    """The calendar of all periods from ordinal `first` to `last`, both included."""
    ordinals = np.arange(first, last + 1, dtype=np.int64)
    if double_january:
        ordinals = ordinals[ordinals % 12 != 0]
    return Calendar(freq, ordinals, fiscal_year_start, double_january)
