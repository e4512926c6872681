"""Single cells that hold a date or a word: each word that the indicator has is tried, and days near and far.

A word has no way to go, and conditions on dates jump (the day itself, the month it lies in), so nothing is derived:
what is claimed was tried on each of its days for years, and beyond on days of each year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ewarn.alerts.columns import Floats
from ewarn.alerts.models import Clearing
from ewarn.alerts.trial import Bools
from ewarn.alerts.trial_search import Search, Wanted
from ewarn.expressions.evaluation import at_row

NEAR, YEARS = 1_100, 100
"""Days that are tried one by one, and years in which some are."""
STEP, STEPS = 10, 400
"""Between the two, days so far apart, so many of them."""
WORDS = 200
"""Of more words none is tried."""


def told(search: Search, wanted: Sequence[Wanted], *, least: bool) -> list[tuple[float, Clearing]]:
    """What may be said of the cell, with how far off it is: in thousands of days, or 1 for a word."""
    claims = _words(search, wanted, least) if search.cell.series.holds == "category" else _days(search, wanted, least)
    return list(dict.fromkeys(claims))


def _words(search: Search, wanted: Sequence[Wanted], least: bool) -> Iterator[tuple[float, Clearing]]:
    count = len(search.cell.series.categories)
    if not 0 < count <= WORDS:
        return
    codes = np.arange(count, dtype=np.float64)
    levels = search.verdict(codes)
    for good in wanted:
        for code in np.flatnonzero(good(levels) & (codes != search.cell.value)).tolist():
            yield 1.0, search.claim("==", code, _left(levels[code : code + 1], least))


def _days(search: Search, wanted: Sequence[Wanted], least: bool) -> Iterator[tuple[float, Clearing]]:
    """The nearest days on either side; of a blank the end of the period is where it would stand."""
    now, end = search.cell.value, float(search.verdicts.calendar.last_day[search.verdicts.row])
    here = end if np.isnan(now) else now
    days = _tried(search, here)
    levels = search.verdict(days)
    for want in wanted:
        good = want(levels)
        for way in (1, -1):
            beyond = way * (days - here) > 0 if way > 0 or not np.isnan(now) else days <= here
            claim = _stretch(search, want, days[beyond][::way], good[beyond][::way], way, least)
            if claim is not None:
                yield abs(_day(claim.value) - here) / 1000, claim


def _tried(search: Search, here: float) -> Floats:
    close = np.arange(-NEAR, NEAR + 1.0)
    apart = np.arange(1.0, STEPS + 1) * STEP + NEAR
    far = np.arange(1.0, YEARS + 1) * 365.25
    known = [value + step for value in _compared(search) for step in (-1, 0, 1)]
    every = np.concatenate([here + part for part in (close, apart, -apart, np.floor(far), -np.floor(far))])
    return np.unique(np.concatenate([every, np.array(known, dtype=np.float64)]))


def _compared(search: Search) -> list[float]:
    """The other dates of the rule's conditions in the judged period: where its truth may jump."""
    verdicts, row = search.verdicts, search.verdicts.row
    trial = search.trial(np.array([search.cell.value]))
    found: set[float] = set()
    for root in verdicts.compiled.levels.values():
        for node in root.walk():
            if node.type.base == "date" and node.home in (None, verdicts.entity_type):
                found.add(float(at_row(trial.array(node), row, 1)[0]))
    return [value for value in found if not np.isnan(value)]


def _stretch(search: Search, want: Wanted, days: Floats, good: Bools, way: int, least: bool) -> Clearing | None:
    """The first days on the way, nearest first, on which the verdict is wanted, up to where it is no longer."""
    if not good.any():
        return None
    first = int(np.argmax(good))
    if first and abs(days[first] - days[first - 1]) > 1:  # the day itself lies between two that were tried
        between = np.arange(days[first - 1] + way, days[first], way)
        short = np.flatnonzero(~want(search.verdict(between)))
        start = between[short[-1]] + way if len(short) else between[0]
        days, good = np.insert(days, first, start), np.insert(good, first, True)  # a truth value
    rest = good[first:]
    until = len(rest) if rest.all() else int(np.argmin(rest))
    value, last = float(days[first]), float(days[first + until - 1])
    left = _left(search.verdict(days[first : first + until]), least)
    if until == len(rest):
        return search.claim(">=" if way > 0 else "<=", value, left)
    return search.claim("==", value, left, to=None if last == value else last)


def _left(levels: np.ndarray[tuple[int, ...], np.dtype[np.int8]], least: bool) -> int:
    return int(levels.min() if least else levels.max())


def _day(value: object) -> float:
    return float(np.datetime64(str(value), "D").astype(np.int64))
