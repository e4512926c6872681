"""Small panels and rules for the tests of `ewarn check`, made without files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ewarn.calendar import common_calendar, parse_period
from ewarn.check import Bar, Baseline, Checked, check, read_baseline, write_baseline
from ewarn.check.hygiene import Drops, findings
from ewarn.panel import EntityType, Indicator, Panel, Series, Source, Status, Table
from ewarn.report import Report
from ewarn.rules import load_rules
from ewarn.signals import evaluate

RULES = """
pack: test
rules:
  - id: LOW-01
    slug: low
    title: {zh: 偏低, en: Low}
    levels: {yellow: x < 10, orange: x < 5, red: x < 2}
"""
Values = Mapping[str, Sequence[float | None]]


def panel(
    values: Values,
    start: str = "2022-01",
    *,
    indicator: str = "x",
    kind: Any = "stock",
    measure: Any = "period",
    names: Mapping[str, str] | None = None,
    forecast: Sequence[tuple[str, int]] = (),
    file: str = "data.csv",
) -> Panel:
    """One type `firm`, one indicator, monthly; rows of the file run by entity, then by period, from row 2."""
    ids = tuple(sorted(values))
    count = len(values[ids[0]])
    first = parse_period(start).ordinal
    calendar = common_calendar("M", first, first + count - 1)
    data = np.array([[np.nan if v is None else v for v in values[key]] for key in ids], dtype=float).T.copy()
    rows = (np.arange(len(ids))[None, :] * count + np.arange(count)[:, None] + 2).astype(np.int32)
    statuses = np.zeros(data.shape, dtype=np.int8)
    for key, row in forecast:
        statuses[row, ids.index(key)] = Status.FORECAST
    series = Series(
        indicator, measure, "M", None, data, (Source(Table(file, text=True), indicator, rows),),
        statuses=statuses if forecast else None,
    )  # fmt: skip
    shown = tuple((names or {}).get(key, f"Firm {key}") for key in ids)
    since = np.full(len(ids), np.iinfo(np.int64).min)
    return Panel(
        "test", "M", {"M": calendar}, {"firm": EntityType("firm", ids, shown, since)},
        {"x": Indicator("x"), indicator: Indicator(indicator, kind=kind)}, {("firm", indicator, measure): series},
    )  # fmt: skip


def checked(
    drop: Panel,
    baseline: Baseline | None = None,
    *,
    rules: str = RULES,
    bar: Bar | None = None,
    before: Panel | None = None,
    revised: float = 0.05,
    hygiene: bool = False,
) -> Checked:
    """A check of a panel, all as the command does it."""
    signals = evaluate(drop, load_rules(rules))
    found = findings(Drops(drop, before, revised)) if hygiene or before is not None else []
    report = Report.of(signals)
    return check(report, signals, baseline, bar or Bar(), findings=found, compared=before is not None)


def accepted(result: Checked) -> Baseline:
    """The baseline that a check writes, read back."""
    return read_baseline(write_baseline(result.report.as_of, result.accepted), "baseline.json")


def statuses(result: Checked) -> dict[tuple[str, str], str]:
    """Status by rule and entity, from the alerts as they are reported."""
    return {(alert.rule, alert.entity): str(alert.status) for alert in result.report.alerts}
