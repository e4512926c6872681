"""Entities and rules that seem to have got another id: an alert of the baseline went, a like one came."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ewarn.check.baseline import Baseline, Entry
from ewarn.check.lost import Lost

Who = tuple[str, str]
_NEAR = 5
"""So many neighbours by id are looked at on either side."""


@dataclass(frozen=True)
class Hint:
    """Something that looks like a new id. `kind`: `entity` or `rule`; `new` is None where nothing resembles it."""

    kind: str
    old: str
    new: str | None
    alerts: int


def hinted(
    found: Sequence[Lost], fresh: Sequence[tuple[Entry, str]], baseline: Baseline
) -> tuple[list[Lost], list[Hint]]:
    """`found` with renamed entities as resolved, and what to say.

    `fresh`: the alerts that the baseline does not have, and since when each holds. An entity that left the drop is
    taken to be renamed where one that the baseline does not know has the same alerts, begun no later than its own:
    without that, nobody knows how it fares, and it stays unjudged.
    """
    names = _entities(found, fresh, baseline)
    marked = [
        replace(one, why="renamed") if one.why == "no_entity" and one.entry.who in names else one for one in found
    ]
    counts = Counter(one.entry.who for one in marked if one.why == "renamed")
    hints = [Hint("entity", ":".join(who), ":".join(names[who]), count) for who, count in counts.items()]
    return marked, hints + _rules(found, fresh, baseline)


def _entities(found: Iterable[Lost], fresh: Iterable[tuple[Entry, str]], baseline: Baseline) -> dict[Who, Who]:
    gone: dict[Who, list[Entry]] = defaultdict(list)
    for one in found:
        if one.why == "no_entity":
            gone[one.entry.who].append(one.entry)
    if not gone:
        return {}
    known = {entry.who for entry in baseline.entries}
    came: dict[Who, list[tuple[Entry, str]]] = defaultdict(list)
    for entry, since in fresh:
        if entry.who not in known:
            came[entry.who].append((entry, since))
    free: dict[tuple[str, frozenset[tuple[str, str]]], list[tuple[str, str]]] = defaultdict(list)
    for (kind, entity), alerts in sorted(came.items()):
        free[kind, frozenset(entry.key for entry, _ in alerts)].append((entity, max(since for _, since in alerts)))
    names: dict[Who, Who] = {}
    for (kind, entity), entries in sorted(gone.items()):
        candidates = free[kind, frozenset(entry.key for entry in entries)]
        # Begun by then, and yet not in the baseline: it is either a correction of the past or another id.
        at = _nearest(entity, min(entry.period for entry in entries), candidates)
        if at is not None:
            names[kind, entity] = kind, candidates.pop(at)[0]
    return names


def _nearest(entity: str, period: str, candidates: Sequence[tuple[str, str]]) -> int | None:
    """Of the (entity, since) that hold since `period` or longer, one whose id begins most alike; sorted by id."""
    middle = bisect_left(candidates, (entity, ""))
    near = range(max(middle - _NEAR, 0), min(middle + _NEAR, len(candidates)))
    fitting = [at for at in near if len(candidates[at][1]) == len(period) and candidates[at][1] <= period]
    return max(fitting, key=lambda at: _shared(entity, candidates[at][0]), default=None)


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _rules(found: Iterable[Lost], fresh: Iterable[tuple[Entry, str]], baseline: Baseline) -> list[Hint]:
    gone: dict[tuple[str, str], set[Who]] = defaultdict(set)
    for one in found:
        if one.why == "no_rule":
            gone[one.entry.key].add(one.entry.who)
    came: dict[tuple[str, str], set[Who]] = defaultdict(set)
    if gone:
        known = {entry.key for entry in baseline.entries}
        for entry, _ in fresh:
            if entry.key not in known:
                came[entry.key].add(entry.who)
    hints = []
    for key, whom in sorted(gone.items()):
        shared = {other: len(whom & theirs) for other, theirs in came.items()}
        best = max(sorted(shared), key=lambda other: shared[other], default=None)
        fits = best is not None and shared[best] * 2 >= len(whom)
        hints.append(Hint("rule", "/".join(key), "/".join(best) if fits and best else None, len(whom)))
    return hints
