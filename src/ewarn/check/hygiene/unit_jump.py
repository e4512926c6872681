"""Values a thousand or ten thousand times what they were: 元, 千元, 万元 taken for one another."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from ewarn.alerts.models import Language
from ewarn.alerts.text import in_sentence
from ewarn.check.hygiene.finding import Drops, Finding, few, label, newest, number, place
from ewarn.check.places import reading
from ewarn.panel import Panel, Series

TITLE: Mapping[Language, str] = {"zh": "量级突变", "en": "A jump by a power of ten"}
ACTION: Mapping[Language, str] = {
    "zh": "核对计量单位（元、千元、万元），依法更正",
    "en": "Check the unit it was reported in, and have it corrected",
}
COMPARES = False
POWERS = (-4, -3, 3, 4)
BEFORE = 12
"""Periods whose median is what is usual."""
LEAST = 3
"""Values that make something usual, and entities that make a whole column jump."""
Floats = npt.NDArray[np.float64]


def find(drops: Drops) -> Iterator[Finding]:
    """One for each entity whose newest value jumps; one for the indicator where most of its entities do."""
    said: dict[tuple[str, str], Finding] = {}
    for (kind, indicator, _), series in drops.panel.series.items():
        known = drops.panel.indicators[indicator].kind
        if known in ("flow", "stock", "ytd", "unknown") and series.measure not in ("growth", "target_growth", "rank"):
            for finding in _jumps(drops, kind, series):
                said.setdefault((finding.entity_type, finding.entity), finding)
    yield from said.values()


def _jumps(drops: Drops, kind: str, series: Series) -> Iterator[Finding]:
    row = newest(drops.panel, series)
    if row < 0:
        return
    usual, times = _usual(drops, kind, series, row)
    now = series.values[row]
    with np.errstate(all="ignore"):
        ratio = now / usual
    power = np.zeros(len(now), dtype=np.int64)
    for one in POWERS:
        power[(ratio >= 0.5 * 10.0**one) & (ratio <= 2 * 10.0**one)] = one
    jumped = np.flatnonzero(power)
    if not len(jumped):
        return
    common, count = Counter(power[jumped].tolist()).most_common(1)[0]
    comparable = int((~np.isnan(ratio)).sum())
    if count >= LEAST and count * 2 > comparable:
        whole = np.flatnonzero(power == common)
        yield _column(drops.panel, kind, series, row, common, whole, comparable)
        jumped = np.flatnonzero((power != 0) & (power != common))
    for entity in jumped.tolist():
        yield _entity(drops.panel, kind, series, row, entity, float(usual[entity]), int(times[entity]))


def _usual(drops: Drops, kind: str, series: Series, row: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The median of the periods before, of the older drop where this one holds none, and of how many values."""
    own = series.values[max(row - BEFORE, 0) : row]
    usual, times = _median(own)
    older = drops.before.series.get((kind, series.indicator, series.measure)) if drops.before is not None else None
    if older is None or drops.before is None or (times >= LEAST).all():
        return usual, times
    last = int(np.searchsorted(
        drops.before.calendars[older.freq].last_day, drops.panel.calendars[series.freq].last_day[row], side="left",
    ))  # fmt: skip
    medians, counts = _median(older.values[max(last - BEFORE, 0) : last], least=1)
    there = drops.before.types[kind].position
    for at in np.flatnonzero(times < LEAST).tolist():
        place_there = there.get(drops.panel.types[kind].ids[at])
        if place_there is not None:
            usual[at], times[at] = medians[place_there], counts[place_there]
    return usual, times


def _median(values: Floats, least: int = LEAST) -> tuple[Floats, npt.NDArray[np.int64]]:
    known = (~np.isnan(values) & (values != 0)).sum(axis=0)
    if not len(values):
        return np.full(values.shape[1], np.nan), known
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of entities without any value
        medians = np.nanmedian(np.where(values == 0, np.nan, values), axis=0)
    return np.where(known >= least, medians, np.nan), known


def _column(
    panel: Panel, kind: str, series: Series, row: int, power: int, whole: npt.NDArray[np.intp], of: int
) -> Finding:
    period, name = panel.calendars[series.freq].labels[row], f"{kind}.{label(series)}"
    return Finding(
        "unit-jump", "orange", "indicator", name, name, period,
        {
            "zh": f"{name}：{period} 有 {len(whole)} 个对象（可比的共 {of} 个）是往常的约 10^{power} 倍",
            "en": f"{name}: in {period} {len(whole)} of {of} entities have about 10^{power} times their usual value",
        },
        TITLE, ACTION, few([_cell(panel, kind, series, row, entity) for entity in whole.tolist()]),
    )  # fmt: skip


def _entity(panel: Panel, kind: str, series: Series, row: int, entity: int, usual: float, times: int) -> Finding:
    key, name = panel.types[kind].ids[entity], panel.types[kind].names[entity]
    period, now = panel.calendars[series.freq].labels[row], float(series.values[row, entity])
    was, said = number(usual, None), in_sentence(name)
    value = number(now, series.unit)
    return Finding(
        "unit-jump", "yellow", kind, key, name, period,
        {
            "zh": f"{said}：{label(series)} {period} 为 {value}，此前 {times} 个数的中位数为 {was}",
            "en": f"{said}: {label(series)} of {period} is {value}, the median of {times} before is {was}",
        },
        TITLE, ACTION, [_cell(panel, kind, series, row, entity)],
    )  # fmt: skip


def _cell(panel: Panel, kind: str, series: Series, row: int, entity: int) -> Mapping[str, object]:
    return reading(
        series, period=panel.calendars[series.freq].labels[row], entity=panel.types[kind].ids[entity],
        value=float(series.values[row, entity]), place=place(series, row, entity),
    )  # fmt: skip
