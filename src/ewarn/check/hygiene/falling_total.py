"""Cumulative figures that fall within their year: a correction that is not explained, or a slip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from ewarn.alerts.models import Language
from ewarn.alerts.text import in_sentence
from ewarn.check.hygiene.finding import Drops, Finding, few, label, newest, number, place
from ewarn.check.places import reading
from ewarn.levels import Level
from ewarn.panel import Panel, Series

TITLE: Mapping[Language, str] = {"zh": "累计数倒挂", "en": "A cumulative figure falls"}
ACTION: Mapping[Language, str] = {
    "zh": "核对是修订还是填错；单期数在查明前不用",
    "en": "See whether it is a correction or a slip; until then single periods are not used",
}
COMPARES = False


def find(drops: Drops) -> Iterator[Finding]:
    """One for each entity, about the fiscal year of the newest period.

    Blue for indicators that are cumulative by themselves, which a loss may lower; yellow for flows.
    """
    panel = drops.panel
    falls: dict[tuple[str, int], list[tuple[Series, int, int]]] = defaultdict(list)
    for (kind, indicator, _), series in panel.series.items():
        itself = panel.indicators[indicator].kind == "ytd"
        if series.measure in ("ytd", "since_start") or (itself and series.measure == "period"):
            for before, row, entity in _falls(panel, series):
                falls[kind, entity].append((series, before, row))
    for (kind, entity), found in falls.items():
        yield _finding(panel, kind, entity, found)


def _falls(panel: Panel, series: Series) -> Iterator[tuple[int, int, int]]:
    """Rows of the last known value before and of the fall, and the entity."""
    calendar, end = panel.calendars[series.freq], newest(panel, series)
    if end < 1:
        return
    start = int(np.flatnonzero(calendar.fiscal_year[: end + 1] == calendar.fiscal_year[end])[0])
    if series.measure == "since_start":
        start = max(start - 1, 0)
    values = series.values[start : end + 1]
    known = ~np.isnan(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values))[:, None], -1), axis=0)
    for row in range(1, len(values)):
        earlier = last[row - 1]
        base = np.take_along_axis(values, np.maximum(earlier, 0)[None], axis=0)[0]
        fell = (earlier >= 0) & (values[row] < base - 1e-9 * np.maximum(1, np.abs(base)))
        for entity in np.flatnonzero(fell).tolist():
            yield start + int(earlier[entity]), start + row, entity


def _finding(panel: Panel, kind: str, entity: int, found: list[tuple[Series, int, int]]) -> Finding:
    flows = [one for one in found if panel.indicators[one[0].indicator].kind != "ytd"]
    level: Level = "yellow" if flows else "blue"
    series, before, row = max(flows or found, key=lambda one: one[2])
    labels = panel.calendars[series.freq].labels
    was, now = float(series.values[before, entity]), float(series.values[row, entity])
    values = f"{number(was, None)} → {number(now, series.unit)}"
    key, name = panel.types[kind].ids[entity], panel.types[kind].names[entity]
    cell, said = f"{label(series)} {labels[before]} → {labels[row]}: {values}", in_sentence(name)
    return Finding(
        "falling-total", level, kind, key, name, str(panel.as_of),
        {"zh": f"{said}：累计数下降，{cell}", "en": f"{said}: a cumulative figure falls, {cell}"},
        TITLE, ACTION,
        few([
            reading(one, period=panel.calendars[one.freq].labels[at], entity=key, value=float(one.values[at, entity]),
                    place=place(one, at, entity))
            for one, first, second in sorted(found, key=lambda one: one[2], reverse=True) for at in (second, first)
        ]),
    )  # fmt: skip
