"""Episodes as JSON: consecutive periods over which a rule held for an entity."""

from __future__ import annotations

from itertools import accumulate

from ewarn.alerts.assembly import json_text, json_texts
from ewarn.levels import LEVELS
from ewarn.signals import Signals, Verdicts, find_episodes

_TAILS = [b',"peak":"%b","open":%b}' % (level.encode(), still) for level in LEVELS for still in (b"false", b"true")]


class EpisodeLines:
    """Every episode of a run, by rule, entity and time; held as arrays, written when asked for."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._run = [verdicts for verdicts in signals.verdicts if verdicts.row >= 0]
        self._found = [find_episodes(verdicts.level, verdicts.rule.bridge) for verdicts in self._run]
        self._ends = list(accumulate(len(found.entity) for found in self._found))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def lines(self, start: int, stop: int) -> list[bytes]:
        """The episodes of these places as JSON objects."""
        lines: list[bytes] = []
        for at, end in enumerate(self._ends):
            begin = end - len(self._found[at].entity)
            first, last = max(start, begin), min(stop, end)
            if first < last:
                lines += self._write(self._run[at], at, slice(first - begin, last - begin))
        return lines

    def _write(self, verdicts: Verdicts, at: int, part: slice) -> list[bytes]:
        found, ids = self._found[at], self._signals.panel.types[verdicts.entity_type].ids
        starts = [b',"start":"%b"' % label.encode() for label in verdicts.calendar.labels]
        ends = [b',"end":"%b"' % label.encode() for label in verdicts.calendar.labels]
        head = b'{"rule":%b,"entity":' % json_text(self._signals.rules.name(verdicts.rule))
        kind = b',"entity_type":%b' % json_text(verdicts.entity_type)
        tails = (found.peak[part].astype(int) - 1) * 2 + found.open[part]
        columns = (found.entity[part].tolist(), found.start[part].tolist(), found.end[part].tolist(), tails.tolist())
        keys = json_texts([ids[entity] for entity in columns[0]])
        return [
            b"%b%b%b%b%b%b" % (head, key, kind, starts[start], ends[end], _TAILS[tail])
            for key, start, end, tail in zip(keys, *columns[1:], strict=True)
        ]
