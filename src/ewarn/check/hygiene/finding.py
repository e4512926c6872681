"""What is said about a drop, and the drops it is said about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ewarn.alerts.fingerprint import fingerprints
from ewarn.alerts.models import INPUTS_AT_MOST, Language
from ewarn.alerts.text import in_sentence
from ewarn.check.baseline import Entry
from ewarn.levels import RANK, Level
from ewarn.panel import Panel, Series

PACK = "hygiene"


@dataclass(frozen=True)
class Finding:
    """One of them: about an entity, or about an indicator (`entity_type` is then `indicator`)."""

    rule: str
    level: Level
    entity_type: str
    entity: str
    name: str
    period: str
    explanation: Mapping[Language, str]
    title: Mapping[Language, str]
    action: Mapping[Language, str]
    evidence: Sequence[Mapping[str, Any]] = ()
    status: str | None = None

    @property
    def fingerprint(self) -> str:
        """What identifies it over checks."""
        return fingerprints(PACK, self.rule, self.entity_type, [self.entity])[0]

    @property
    def rank(self) -> int:
        """The level's rank."""
        return RANK[self.level]

    @property
    def entry(self) -> Entry:
        """As a baseline has it, without a status."""
        words = (PACK, self.rule, self.entity, self.entity_type, self.level, self.period)
        return Entry(*words, None, self.fingerprint)


@dataclass(frozen=True, eq=False)
class Drops:
    """The drop that is checked, an older one to compare with, and what a revision may be."""

    panel: Panel
    before: Panel | None = None
    revised: float = 0.05
    """Largest share by which a published value may change."""


def label(series: Series) -> str:
    """`output`, `output.ytd`."""
    return series.indicator if series.measure == "period" else f"{series.indicator}.{series.measure}"


def number(value: float, unit: str | None) -> str:
    """A value for a sentence: thousands apart, at most six digits, its unit."""
    text = f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return f"{text} {in_sentence(unit)}" if unit else text


def newest(panel: Panel, series: Series) -> int:
    """Row of the newest period that counts: reported, and not after the drop's own."""
    calendar = panel.calendars[series.freq]
    last = panel.calendars[panel.frequency].last_day[panel.calendars[panel.frequency].row(panel.as_of)]
    return min(series.reported, int(np.searchsorted(calendar.last_day, last, side="right")) - 1)


def place(series: Series, row: int, entity: int) -> Any:
    """The cell a value stands in, or None."""
    for source in series.sources:
        file_row = int(source.rows[row, entity])
        if file_row > 0:
            return source.table.place(file_row, source.column)
    return None


def few(evidence: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """No more evidence than an alert's inputs may be."""
    return list(evidence[:INPUTS_AT_MOST])
