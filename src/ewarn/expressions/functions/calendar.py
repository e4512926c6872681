"""What the calendar says: parts of a year gone, months, days, seasons, whether a date has come."""

from __future__ import annotations

from typing import Any

import numpy as np

from ewarn.calendar import month_start, months_of
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter, Tables
from ewarn.expressions.literals import DAY, MONTH
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import NUMBER, Type
from ewarn.panel import Floats


class Clock(Operation):
    """A number of the period itself. Params: which one."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Shape (periods, 1)."""
        calendar, which = frame.calendar, node.params[0]
        values: Any
        if which == "elapsed":
            values = calendar.fiscal_months / 12
        elif which == "elapsed_quarter":
            values = ((calendar.fiscal_months - 1) % 3 + 1) / 3
        elif which == "periods_left":
            values = (12 - calendar.fiscal_months) // {"M": 1, "Q": 3, "A": 12}[calendar.freq]
            january = (1 - calendar.fiscal_year_start) % 12 + 1
            values = values - (calendar.double_january & (january > calendar.fiscal_months))
        elif which == "days":
            values = calendar.last_day - calendar.first_day + 1
        else:
            values = calendar.month if which == "month" else calendar.year
        return np.asarray(values, dtype=np.float64)[:, None]


class Part(Operation):
    """The month or year of a date. Params: "month" or "year"."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown where the date is."""
        dates = np.asarray(args[0])
        months = _months(dates)
        return np.where(np.isnan(dates), np.nan, months % 12 + 1 if node.params[0] == "month" else months // 12)


def _months(dates: Floats) -> Floats:
    """Month ordinals (year*12 + month-1) of days; 0 where unknown."""
    known = np.where(np.isnan(dates), 0, dates).astype(np.int64)
    months: Floats = (known.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12).astype(float)
    return months


class Days(Operation):
    """Days from a date to the last day of the period."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Negative before it; unknown where the date is."""
        days: Floats = frame.calendar.last_day[:, None].astype(np.float64) - np.asarray(args[0])
        return days


class Months(Operation):
    """Whole months from a date to the last day of the period."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """A month is over on the same day of the next, or on its last where that is shorter; other periods than rounds
        end with a month, so every day of the first month is as far from it."""
        dates, last = np.asarray(args[0]), frame.calendar.last_day
        gone = months_of(last)[:, None] - _months(dates)
        if frame.calendar.freq == "round":
            within = last - month_start(months_of(last))
            to_come = (within < month_start(months_of(last) + 1) - 1 - month_start(months_of(last)))[:, None]
            known = np.where(np.isnan(dates), 0, dates).astype(np.int64)
            gone = gone - (to_come & (known - month_start(months_of(known)) > within[:, None]))
        return np.where(np.isnan(dates), np.nan, gone)


class PeriodsLeft(Function):
    """How many periods of the fiscal year are still to come: 3 for September."""

    name = "periods_left"
    gives = "a number"
    examples = (Example("periods_left()", {"x": [1, 1]}, [11, 10]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The same for every entity."""
        build.no_rounds(build.here, "nobody knows how many rounds are still to come")
        return build.node(Clock(), [], NUMBER, build.here, ("periods_left",))


class DaysInPeriod(Function):
    """How many days the period has."""

    name = "days_in_period"
    gives = "a number"
    examples = (Example("days_in_period()", {"x": [1, 1]}, [31, 29]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The same for every entity."""
        build.no_rounds(build.here, "a round is a day")
        return build.node(Clock(), [], Type("number", DAY), build.here, ("days",))


class Month(Function):
    """The month (1 to 12) in which the period ends, or that of a date."""

    name = "month"
    parameters = (Parameter("date", "date", None),)
    gives = "a number"
    examples = (
        Example("month()", {"x": [1, 1]}, [1, 2]),
        Tables("""
firm  signed      month(signed)
a     2019-03-31              3
b     ·                       ·
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Of the period, or of a date."""
        return _part(build, arguments["date"], "month")


class Year(Function):
    """The calendar year in which the period ends, or that of a date."""

    name = "year"
    parameters = (Parameter("date", "date", None),)
    gives = "a number"
    examples = (
        Example("year()", {"x": [1, 1]}, [2020, 2020]),
        Tables("""
project  planned_start  year(planned_start) == year()
a        2020-03-31                              true
b        2021-01-01                             false
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Of the period, or of a date."""
        return _part(build, arguments["date"], "year")


def _part(build: Build, date: Typed | None, which: str) -> Typed:
    if date is None:
        return build.node(Clock(), [], NUMBER, build.here, (which,))
    return build.node(Part(), [date], NUMBER, build.here, (which,))


class DaysSince(Function):
    """Days from a date to the last day of the period; negative where the date lies ahead; unknown where it is blank."""

    name = "days_since"
    parameters = (Parameter("date", "date"),)
    gives = "a number of days"
    examples = (
        Tables("""
firm  signed      days_since(signed)
a     2020-12-01                  30
b     2021-01-10                 -10
c     ·                            ·
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A difference of days."""
        return build.node(Days(), [arguments["date"]], Type("number", DAY), build.here)


class DaysUntil(Function):
    """Days from the last day of the period to a date; negative where it has passed; unknown where it is blank."""

    name = "days_until"
    parameters = (Parameter("date", "date"),)
    gives = "a number of days"
    examples = (
        Tables("""
firm  permit_ends  days_until(permit_ends)
a     2021-01-10                        10
b     2020-12-01                       -30
"""),
        Tables("""
# indicators: {completion: {kind: date}}
                        2019-01-20       02-28
completion              2019-03-31  2019-06-30

days_until(completion)          70         122
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """days_since, turned round."""
        since = build.node(Days(), [arguments["date"]], Type("number", DAY), build.here)
        return build.negated(since, build.here)


class MonthsSince(Function):
    """Whole months from a date to the last day of the period, on reporting dates those that are over; unknown where
    the date is blank."""

    name = "months_since"
    parameters = (Parameter("date", "date"),)
    gives = "a number of months"
    examples = (
        Tables("""
firm  signed      months_since(signed)
a     2020-10-01                     2
b     2020-10-31                     2
c     2021-01-10                    -1
"""),
        Tables("""
# indicators: {signed: {kind: date}}
                      2019-01-20       02-28       03-05
signed                2018-11-21  2018-11-21  2018-11-21

months_since(signed)           1           3           3
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Counted by the calendar."""
        return build.node(Months(), [arguments["date"]], Type("number", MONTH), build.here)
