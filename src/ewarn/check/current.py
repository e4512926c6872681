"""Who is alerted now, and at which level: read from arrays, without explaining anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import orjson

from ewarn.alerts.fingerprint import fingerprints
from ewarn.alerts.lines import AlertLines
from ewarn.check.baseline import KEYS, Entry
from ewarn.levels import LEVELS
from ewarn.report import Explained

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Current:
    """The alerts of a report in its order; all of them as long as `entries`."""

    entries: tuple[Entry, ...]
    """Without a status."""

    @cached_property
    def ranks(self) -> Ints:
        """(alerts,) ranks of the levels."""
        return np.array([entry.rank for entry in self.entries], dtype=np.int64)


def current(explained: Explained) -> Current:
    """The alerts of a report; `explained` is what its `alerts` read."""
    if isinstance(explained, AlertLines):
        return _from_arrays(explained)
    entries = []
    for line in explained.lines(0, len(explained)):
        alert = orjson.loads(line)
        entries.append(Entry(**{key: alert[key] for key in KEYS if key != "status"}, status=None))
    return Current(tuple(entries))


def _from_arrays(lines: AlertLines) -> Current:
    fired, panel = lines.fired, lines.signals.panel
    entries: list[Entry] = []
    for at, verdicts in enumerate(fired.verdicts):
        mine = fired.of(at)
        if not len(mine):
            continue
        rule, home = verdicts.rule, verdicts.entity_type
        known = panel.types[home].ids
        ids = [known[one] for one in fired.entity[mine].tolist()]
        period = verdicts.calendar.labels[verdicts.row]
        keys = fingerprints(rule.pack, rule.id, home, ids)
        levels = [LEVELS[rank - 1] for rank in fired.level[mine].tolist()]
        entries += [
            Entry(rule.pack, rule.id, entity, home, level, period, None, key)
            for entity, level, key in zip(ids, levels, keys, strict=True)
        ]
    order = lines.order.tolist()
    return Current(tuple(entries[one] for one in order))
