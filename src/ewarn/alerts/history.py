"""Episodes as JSON: consecutive periods over which a rule held for an entity."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.alerts.assembly import json_text
from ewarn.levels import LEVELS
from ewarn.signals import Signals, find_episodes


def episode_lines(signals: Signals) -> Iterator[bytes]:
    """One JSON object per episode, by rule, entity and time."""
    for verdicts in signals.verdicts:
        if verdicts.row < 0:
            continue
        found = find_episodes(verdicts.level, verdicts.rule.bridge)
        ids = [json_text(key) for key in signals.panel.types[verdicts.entity_type].ids]
        starts = [b',"start":"%b"' % label.encode() for label in verdicts.calendar.labels]
        ends = [b',"end":"%b"' % label.encode() for label in verdicts.calendar.labels]
        tails = [
            b',"peak":"%b","open":%b}' % (level.encode(), open_) for level in LEVELS for open_ in (b"false", b"true")
        ]
        head = b'{"rule":%b,"entity":' % json_text(signals.rules.name(verdicts.rule))
        kind = b',"entity_type":%b' % json_text(verdicts.entity_type)
        tail_of = (found.peak.astype(int) - 1) * 2 + found.open
        rows = zip(found.entity.tolist(), found.start.tolist(), found.end.tolist(), tail_of.tolist(), strict=True)
        for entity, start, end, tail in rows:
            yield b"%b%b%b%b%b%b" % (head, ids[entity], kind, starts[start], ends[end], tails[tail])
