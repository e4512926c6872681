"""Entities and rules that seem to have got another id: an alert of the baseline went, a like one came."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ewarn.check.baseline import Baseline, Entry
from ewarn.check.lost import Lost

Who = tuple[str, str]
Held = tuple[str, str, int]
"""Pack, rule and rank of an alert."""
Then = Callable[[Entry, str], int]
"""The rank of an alert's level in an earlier period, 0 where it did not fire or nobody knows."""
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
    found: Sequence[Lost], fresh: Sequence[Entry], baseline: Baseline, then: Then
) -> tuple[list[Lost], list[Hint]]:
    """`found` with renamed entities as resolved, and what to say.

    `fresh`: the alerts that the baseline does not have; `then`: see `Then`. An entity that left the drop is taken to be
    renamed where one that the baseline does not know had exactly its alerts and levels in the baseline's periods:
    without that, nobody knows how it fares, and it stays unjudged.
    """
    names = _entities(found, fresh, baseline, then)
    marked = [
        replace(one, why="renamed") if one.why == "no_entity" and one.entry.who in names else one for one in found
    ]
    counts = Counter(one.entry.who for one in marked if one.why == "renamed")
    hints = [Hint("entity", ":".join(who), ":".join(names[who]), count) for who, count in counts.items()]
    return marked, hints + _rules(found, fresh, baseline)


def _entities(found: Iterable[Lost], fresh: Iterable[Entry], baseline: Baseline, then: Then) -> dict[Who, Who]:
    gone: dict[Who, set[Held]] = defaultdict(set)
    periods: dict[tuple[str, str], str] = {}
    for one in found:
        if one.why == "no_entity":
            gone[one.entry.who].add((*one.entry.key, one.entry.rank))
            periods[one.entry.key] = one.entry.period
    if not gone:
        return {}
    known = {entry.who for entry in baseline.entries}
    came: dict[Who, set[Held]] = defaultdict(set)
    for entry in fresh:
        if entry.key in periods and entry.who not in known:
            rank = then(entry, periods[entry.key])
            if rank > 0:
                came[entry.who].add((*entry.key, rank))
    free: dict[tuple[str, frozenset[Held]], list[str]] = defaultdict(list)
    for (kind, entity), alerts in sorted(came.items()):
        free[kind, frozenset(alerts)].append(entity)
    names: dict[Who, Who] = {}
    for (kind, entity), held in sorted(gone.items()):
        candidates = free[kind, frozenset(held)]
        if candidates:
            names[kind, entity] = kind, candidates.pop(_nearest(entity, candidates))
    return names


def _nearest(entity: str, candidates: Sequence[str]) -> int:
    """Which of the sorted ids begins most like `entity`."""
    middle = bisect_left(candidates, entity)
    near = range(max(middle - _NEAR, 0), min(middle + _NEAR, len(candidates)))
    return max(near, key=lambda at: _shared(entity, candidates[at]))


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _rules(found: Iterable[Lost], fresh: Iterable[Entry], baseline: Baseline) -> list[Hint]:
    gone: dict[tuple[str, str], set[Who]] = defaultdict(set)
    for one in found:
        if one.why == "no_rule":
            gone[one.entry.key].add(one.entry.who)
    came: dict[tuple[str, str], set[Who]] = defaultdict(set)
    if gone:
        known = {entry.key for entry in baseline.entries}
        for entry in fresh:
            if entry.key not in known:
                came[entry.key].add(entry.who)
    hints = []
    for key, whom in sorted(gone.items()):
        shared = {other: len(whom & theirs) for other, theirs in came.items()}
        best = max(sorted(shared), key=lambda other: shared[other], default=None)
        fits = best is not None and shared[best] * 2 >= len(whom)
        hints.append(Hint("rule", "/".join(key), "/".join(best) if fits and best else None, len(whom)))
    return hints
