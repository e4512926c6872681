"""What holds for the data of one test: its periods, names and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ewarn.assembly.indicators import Names
from ewarn.calendar import Period, parse_period
from ewarn.source import Text
from ewarn.testing.model import period_of


@dataclass(frozen=True)
class Setting:
    """What holds for the data of a test."""

    first: Period
    last: Text | None
    fiscal_year_start: int
    names: Names
    units: Mapping[str, str]
    read: frozenset[str] | None
    """Names that the rules under test mention; None where that cannot be said."""
    rounds: tuple[Text, ...] = ()
    """Of a test on reporting dates: the dates, oldest first."""

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The ordinals of the reporting dates."""
        return tuple(parse_period(day, "round").ordinal for day in self.rounds)

    def period(self, key: Text) -> Period | None:
        """The period that a key of the test stands for; None where it is another word."""
        return period_of(key, rounds=bool(self.rounds))

    def steps(self, count: int) -> tuple[int, ...]:
        """The ordinals of so many periods from the first on; of reporting dates as many as there are."""
        return self.days[:count] if self.rounds else tuple(range(self.first.ordinal, self.first.ordinal + count))

    def count(self, end: Period) -> int:
        """How many periods there are up to one of them."""
        return self.days.index(end.ordinal) + 1 if self.rounds else end.ordinal - self.first.ordinal + 1
