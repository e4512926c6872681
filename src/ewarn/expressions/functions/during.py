"""Periods within a named calendar: the Spring Festival, or what the drop names."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from ewarn.diagnostics import did_you_mean
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION
from ewarn.panel import Int8s, Reason

NEW_YEAR = (
    "2000-02-05", "2001-01-24", "2002-02-12", "2003-02-01", "2004-01-22", "2005-02-09", "2006-01-29", "2007-02-18",
    "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19",
    "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
    "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23",
    "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
)  # fmt: skip
"""First days of the Chinese year. The National Bureau of Statistics takes activity to be disturbed from about 5 days
before to 20 days after."""
BEFORE, AFTER = 5, 20
SPRING_FESTIVAL = ("spring_festival", "春节")
_EPOCH = dt.date(1970, 1, 1)

Spans = tuple[tuple[int, int], ...]
Bools = npt.NDArray[np.bool_]


def spring_festival() -> Spans:
    """The days disturbed by each festival of the table, in days since 1970-01-01."""
    days = [(dt.date.fromisoformat(day) - _EPOCH).days for day in NEW_YEAR]
    return tuple((day - BEFORE, day + AFTER) for day in days)


class Within(Operation):
    """Whether the period has a day of some stretches. Params: the stretches, whether years without one are unknown."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Shape (periods, 1)."""
        calendar = frame.calendar
        first, last = np.array(node.params[0], dtype=np.int64).reshape(-1, 2).T
        # The stretches do not overlap: of those that end in the period or later, the first begins first.
        after = np.searchsorted(last, calendar.first_day)
        found = np.append(first, np.iinfo(np.int64).max)[after] <= calendar.last_day
        return np.where(found, 1, np.where(self._outside(frame, node), 0, -1)).astype(np.int8)[:, None]

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The table does not reach so far."""
        return np.full(frame.shape, Reason.NOT_APPLICABLE, dtype=np.int8)

    def _outside(self, frame: Frame, node: Node) -> Bools:
        if not node.params[1]:
            return np.zeros(len(frame.calendar), dtype=bool)
        known = np.array([last for _, last in node.params[0]]).astype("datetime64[D]").astype("datetime64[Y]")
        years = known.astype(np.int64) + 1970
        return np.asarray((frame.calendar.year < years.min()) | (frame.calendar.year > years.max()))


class During(Function):
    """Whether the period has a day of a named calendar.

    `during("spring_festival")` (or `"春节"`) is shipped: the days from 5 before to 20 after the first day of the
    Chinese year, which disturb January, February and in some years March; unknown outside 2000 to 2035. Other names are
    those under `calendars:` in drop.yaml; what such a calendar does not name is no day of it.
    """

    name = "during"
    subject = "calendar"
    parameters = (Parameter("name", "text", doc="spring_festival, or a calendar of the drop"),)
    gives = "a condition"
    examples = (
        Example('during("spring_festival")', {"x": [1, 1, 1, 1]}, [True, True, False, False]),
        Example('during("spring_festival")', {"x": [1, 1, 1, 1]}, [False, True, True, False], start="2026-01"),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The same for every entity."""
        name = normalize("NFKC", arguments["name"]).strip()
        given = build.panel.calendars_named
        if name in given:
            spans, limited = given[name], False
        elif name in SPRING_FESTIVAL:
            spans, limited = spring_festival(), True
        else:
            known = [*given, SPRING_FESTIVAL[0]]
            at = build.here.args[0] if build.here is not None and build.here.args else build.here
            build.fail(at or build.syntax.body, "EW102", f"unknown calendar `{name}`", f"there is: {', '.join(known)}",
                       did_you_mean(name, known))  # fmt: skip
        return build.node(Within(), [], CONDITION, build.here, (tuple(spans), limited))
