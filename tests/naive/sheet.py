"""The data as a dict of cells, and the steps from period to period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from .outcome import Day

PER_YEAR = {"M": 12, "Q": 4, "A": 1}
ORDER = {"round": -1, "M": 0, "Q": 1, "A": 2}


@dataclass(frozen=True)
class Steps:
    """How periods follow each other: a frequency, and whether February stands for January too."""

    freq: str
    double: bool = False

    def holds(self, t: int) -> bool:
        """Whether `t` is a period here: with `double`, January is none."""
        return not (self.double and t % 12 == 0)

    def back(self, t: int, n: int) -> int:
        """The period `n` own periods before `t` (after it, for a negative n)."""
        step = -1 if n >= 0 else 1
        for _ in range(abs(n)):
            t += step
            while not self.holds(t):
                t += step
        return t

    def coarser(self, other: Steps) -> Steps:
        """The coarser of two."""
        return max(self, other, key=lambda steps: (ORDER[steps.freq], steps.double))


@dataclass
class About:
    """What is known of an indicator."""

    kind: str = "unknown"
    january: str = "separate"
    unit: str | None = None


@dataclass
class Sheet:
    """Every cell of a drop. Periods are ordinals: month = year*12 + month-1, quarter = year*4 + quarter-1, year; a
    round is its place among `rounds`."""

    first: dict[str, int]
    last: dict[str, int]
    year_start: int = 1
    entities: dict[str, list[str]] = field(default_factory=dict)
    parents: dict[tuple[str, str, str], str | dict[int, str]] = field(default_factory=dict)
    """(type, entity, parent type) -> parent, or month -> parent from then on where it changes."""
    above: dict[str, list[str]] = field(default_factory=dict)
    """Direct parent types of a type."""
    links: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(type, name) -> the type that a link leads to, and what that calls it back; ends stand in `parents` by name."""
    attributes: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    """Type -> name -> entity -> word, number, bool, Day; absent where unknown."""
    indicators: dict[str, About] = field(default_factory=dict)
    series: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(type, indicator, measure) -> frequency."""
    values: dict[tuple[str, str, str, str, int], float | Day | str] = field(default_factory=dict)
    """(type, entity, indicator, measure, period) -> number, date or word; absent where unknown."""
    reasons: dict[tuple[str, str, str, str, int], str] = field(default_factory=dict)
    statuses: dict[tuple[str, str, str, str, int], str] = field(default_factory=dict)
    previous: dict[tuple[str, str, str, str, int], float] = field(default_factory=dict)
    """The vintage before the newest, where a value was published more than once."""
    calendars: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Stretches of days by name, in days since 1970-01-01."""
    breaks: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    """(type, entity, indicator) -> months from which it is not comparable with what was before."""
    since: dict[tuple[str, str], int] = field(default_factory=dict)
    """(type, entity) -> first month in which any table has a row for it; absent: always there."""
    newest: dict[tuple[str, str, str], int] = field(default_factory=dict, repr=False)
    """Of each series once asked for."""
    rounds: list[int] = field(default_factory=list)
    """Reporting dates in order, in days since 1970-01-01."""

    def reported(self, type_: str, name: str, measure: str) -> int:
        """The newest period for which anybody reported a figure; -1 for none."""
        if (type_, name, measure) not in self.newest:
            given = [key[4] for key in self.values if (key[0], key[2], key[3]) == (type_, name, measure)]
            self.newest[type_, name, measure] = max(given, default=-1)
        return self.newest[type_, name, measure]

    def ancestors(self, type_: str) -> list[str]:
        """Types that `type_` has as parents, parents of parents included."""
        found: list[str] = []
        waiting = list(self.above.get(type_, []))
        while waiting:
            parent = waiting.pop(0)
            if parent not in found:
                found.append(parent)
                waiting.extend(self.above.get(parent, []))
        return found

    def parent(self, type_: str, entity: str, wanted: str, month: int) -> str | None:
        """The ancestor that holds in a month, or the end of a link; a direct parent wins."""
        if (type_, wanted) in self.links:
            return self._direct(type_, entity, wanted, month)
        if wanted in self.above.get(type_, []):
            return self._direct(type_, entity, wanted, month)
        for middle in self.above.get(type_, []):
            if wanted in self.ancestors(middle):
                through = self._direct(type_, entity, middle, month)
                return None if through is None else self.parent(middle, through, wanted, month)
        return None

    def _direct(self, type_: str, entity: str, wanted: str, month: int) -> str | None:
        given = self.parents.get((type_, entity, wanted))
        if not isinstance(given, dict):
            return given
        begun = [start for start in given if start <= month]
        return given[max(begun)] if begun else None

    def exists(self, type_: str, entity: str, freq: str, t: int) -> bool:
        """Whether an entity is known to be there by the end of a period."""
        return self.since.get((type_, entity), -1) <= self.last_month(freq, t)

    def backwards(self, type_: str, step: str) -> tuple[str, str] | None:
        """The type and name of the link whose inverse a step is."""
        found = [key for key, (target, inverse) in self.links.items() if (target, inverse) == (type_, step)]
        return found[0] if found else None

    def members(self, type_: str, under: tuple[str, str], freq: str, t: int) -> list[str]:
        """Entities of a type (or by the inverse of a link) below one entity that exist by the end of a period."""
        above_type, above = under
        link = self.backwards(above_type, type_)
        if link is not None:
            month = self.last_month(freq, t)
            return [
                entity
                for entity in self.entities[link[0]]
                if self._direct(link[0], entity, link[1], month) == above and self.exists(link[0], entity, freq, t)
            ]
        return [
            entity
            for entity in self.entities[type_]
            if self.parent(type_, entity, above_type, self.last_month(freq, t)) == above
            and self.exists(type_, entity, freq, t)
        ]

    def seen_from(self, month: int) -> Sheet:
        """What can be compared with a month: figures before a series break up to then are unknown, rates are not."""
        cut = replace(self, values=dict(self.values), reasons=dict(self.reasons), breaks={}, newest={})
        for key in self.values:
            type_, entity, name, measure, t = key
            begun = [start for start in self.breaks.get((type_, entity, name), ()) if start <= month]
            freq = self.series[type_, name, measure]
            if begun and measure not in ("growth", "target") and self.last_month(freq, t) < max(begun):
                del cut.values[key]
                cut.reasons[key] = "scope_break"
        return cut

    # Periods and the calendar

    def first_month(self, freq: str, t: int) -> int:
        """First month of a period; years start with the fiscal year."""
        if freq == "round":
            return day_month(self.rounds[t])
        return {"M": t, "Q": t * 3, "A": t * 12 + self.year_start - 1}[freq]

    def last_month(self, freq: str, t: int) -> int:
        """Last month of a period."""
        if freq == "round":
            return day_month(self.rounds[t])
        return self.first_month(freq, t) + 12 // PER_YEAR[freq] - 1

    def last_day(self, freq: str, t: int) -> int:
        """Last day of a period, in days since 1970-01-01; of a round its only one."""
        return self.rounds[t] if freq == "round" else month_start(self.last_month(freq, t) + 1) - 1

    def label(self, freq: str, t: int) -> str:
        """How the library writes a period."""
        if freq == "round":
            return (dt.date(1970, 1, 1) + dt.timedelta(days=self.rounds[t])).isoformat()
        year, number = divmod(t, PER_YEAR[freq])
        return {"M": f"{year:04d}-{number + 1:02d}", "Q": f"{year:04d}-Q{number + 1}", "A": f"{year:04d}"}[freq]

    def year_of(self, freq: str, t: int) -> int:
        """Fiscal year, named after the calendar year in which it starts."""
        return (self.last_month(freq, t) - (self.year_start - 1)) // 12

    def months_gone(self, freq: str, t: int) -> int:
        """Months of the fiscal year gone by the end of the period, 1 to 12."""
        return (self.last_month(freq, t) - (self.year_start - 1)) % 12 + 1

    def of_year(self, steps: Steps, year: int) -> list[int]:
        """Own periods of a fiscal year, oldest first."""
        start = self.first_month("A", year)
        first = {"M": start, "Q": start // 3, "A": year}[steps.freq]
        inside = range(first, first + PER_YEAR[steps.freq])
        return [t for t in inside if steps.holds(t)]

    def within(self, freq: str, t: int, steps: Steps) -> list[int]:
        """Own periods (of a finer or the same frequency) inside period `t` of `freq`."""
        if freq == steps.freq:
            return [t]
        if freq == "A":
            return self.of_year(steps, t)
        return [m for m in range(t * 3, t * 3 + 3) if steps.holds(m)]

    def around(self, freq: str, t: int, coarse: str) -> int:
        """The coarser period that `t` belongs to."""
        if coarse == freq:
            return t
        return self.year_of(freq, t) if coarse == "A" else self.last_month(freq, t) // 3

    def inside(self, freq: str, t: int) -> bool:
        """Whether the panel has this period."""
        return self.first[freq] <= t <= self.last[freq]


def month_start(month: int) -> int:
    """First day of a month ordinal, in days since 1970-01-01."""
    return (dt.date(month // 12, month % 12 + 1, 1) - dt.date(1970, 1, 1)).days


def day_month(day: int) -> int:
    """Month ordinal of a day."""
    date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
    return date.year * 12 + date.month - 1
