"""Values of past periods that differ from those of the older drop by more than a stated share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ewarn.alerts.models import Language
from ewarn.alerts.text import in_sentence
from ewarn.check.hygiene.finding import Drops, Finding, few, label, number, place
from ewarn.check.places import reading
from ewarn.panel import Panel, Series

TITLE: Mapping[Language, str] = {"zh": "已公布的数被修订", "en": "Published values were revised"}
ACTION: Mapping[Language, str] = {"zh": "核对修订说明并标注", "en": "Check the revision's explanation and note it"}
COMPARES = True


@dataclass(frozen=True)
class _Change:
    series: Series
    period: str
    row: int
    entity: int
    before: float
    now: float

    @property
    def share(self) -> float:
        return abs(self.now / self.before - 1) if self.before else float("inf")


def find(drops: Drops) -> Iterator[Finding]:
    """One for each entity, the greatest revision first in its words."""
    before, panel = drops.before, drops.panel
    assert before is not None
    changes: dict[tuple[str, str], list[_Change]] = defaultdict(list)
    for key, old in before.series.items():
        new = panel.series.get(key)
        amounts = new is not None and new.holds == old.holds == "number"
        if (
            new is not None
            and amounts
            and new.freq == old.freq
            and new.unit == old.unit
            and old.measure not in ("target", "plan")
        ):
            for change in _changes(drops, before, key[0], old, new):
                changes[key[0], panel.types[key[0]].ids[change.entity]].append(change)
    for (kind, entity), found in changes.items():
        yield _finding(panel, kind, entity, sorted(found, key=lambda change: -change.share))


def _changes(drops: Drops, before: Panel, kind: str, old: Series, new: Series) -> Iterator[_Change]:
    panel = drops.panel
    ids = panel.types[kind].ids
    position = before.types[kind].position
    pairs = [(at, position[key]) for at, key in enumerate(ids) if key in position]
    if not pairs:
        return
    mine, theirs = np.array(pairs).T
    calendar = panel.calendars[new.freq]
    rows = before.calendars[old.freq].rows_at(calendar.ordinals)
    shared = np.flatnonzero(rows >= 0)
    now, then = new.values[np.ix_(shared, mine)], old.values[np.ix_(rows[shared], theirs)]
    far = np.abs(now - then) > drops.revised * np.abs(then) + 1e-9 * np.maximum(1, np.abs(then))
    for row, column in np.argwhere(far).tolist():
        at = int(shared[row])
        values = float(then[row, column]), float(now[row, column])
        yield _Change(new, calendar.labels[at], at, int(mine[column]), *values)


def _finding(panel: Panel, kind: str, key: str, found: list[_Change]) -> Finding:
    worst, count = found[0], len(found)
    name = panel.types[kind].names[worst.entity]
    values = f"{number(worst.before, None)} → {number(worst.now, worst.series.unit)}"
    share = f"{worst.share:+.0%}" if worst.now > worst.before else f"-{worst.share:.0%}"
    share = "" if worst.before == 0 else f", {share}"
    cell = f"{label(worst.series)} {worst.period}: {values}{share}"
    said = in_sentence(name)
    return Finding(
        "revised", "yellow", kind, key, name, str(panel.as_of),
        {
            "zh": f"{said}：{count} 个已公布的数有较大修订，最大的是 {cell}",
            "en": f"{said}: {count} published {'value was' if count == 1 else 'values were'} revised; most {cell}",
        },
        TITLE, ACTION,
        few([
            reading(one.series, period=one.period, entity=key, value=one.now,
                    place=place(one.series, one.row, one.entity))
            for one in found
        ]),
    )  # fmt: skip
