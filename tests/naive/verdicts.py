"""From a ladder of conditions to a level per period: adjust, hold, episodes."""

from __future__ import annotations

from dataclasses import dataclass, field

from .outcome import Unknown, Value, known
from .over_time import run
from .reader import Reader
from .sheet import Steps

LEVELS = ("blue", "yellow", "orange", "red")
NOT_MATCHED, UNKNOWN, CLEAR = -2, -1, 0


@dataclass(frozen=True)
class Adjust:
    """One modifier: while `when` is true, move by steps of the rule's own ladder, or not above `cap`."""

    when: str
    by: int = 0
    cap: str | None = None


@dataclass(frozen=True)
class Ladder:
    """A rule, cut to what decides its level."""

    levels: dict[str, str]
    where: str | None = None
    adjust: tuple[Adjust, ...] = ()
    hold: dict[str, int] = field(default_factory=dict)
    """`for:` per level; 1 where not named."""
    keep_for: int = 0
    until: str | None = None
    bridge: int = 0


@dataclass(frozen=True)
class Episode:
    """Consecutive periods over which a rule holds."""

    start: int
    end: int
    peak: str
    open: bool


def rank(level: str) -> int:
    """1 for blue to 4 for red."""
    return LEVELS.index(level) + 1


def steps_of(reader: Reader, rule: Ladder) -> Steps:
    """The rule's calendar: the coarsest of what decides it."""
    steps = Steps(reader.freq)
    texts = [*rule.levels.values(), *(item.when for item in rule.adjust), rule.where, rule.until]
    for text in texts:
        own = None if text is None else reader.steps(reader.parse(text))
        steps = steps if own is None else steps.coarser(own)
    return steps


def periods(reader: Reader, rule: Ladder, last: int) -> list[int]:
    """The rule's periods from the panel's first to `last`."""
    steps = steps_of(reader, rule)
    return [t for t in range(reader.sheet.first[reader.freq], last + 1) if steps.holds(t)]


def verdict(reader: Reader, rule: Ladder, entity: str, t: int) -> tuple[int, int]:
    """The highest level known true, and a higher one that is unknown (0: none)."""
    steps, env = steps_of(reader, rule), ((reader.own, entity),)
    if not reader.sheet.exists(reader.own, entity, reader.freq, t):
        return NOT_MATCHED, 0
    if rule.where is not None:
        picked = reader.read(reader.parse(rule.where), t, steps, env)
        if picked is not True:
            return (UNKNOWN if not known(picked) else NOT_MATCHED), 0
    truths = {rank(level): reader.read(reader.parse(text), t, steps, env) for level, text in rule.levels.items()}
    highest = max((level for level, truth in truths.items() if truth is True), default=CLEAR)
    possible = max((level for level, truth in truths.items() if not known(truth) and level > highest), default=0)
    if highest == CLEAR and possible:
        return UNKNOWN, possible
    return highest, possible


def adjusted(reader: Reader, rule: Ladder, entity: str, t: int) -> int:
    """The verdict moved, in order, along the levels the rule defines; its lowest level is its floor."""
    level, _ = verdict(reader, rule, entity, t)
    if level <= CLEAR:
        return level
    own = sorted(rank(name) for name in rule.levels)
    steps, env = steps_of(reader, rule), ((reader.own, entity),)
    for item in rule.adjust:
        if reader.read(reader.parse(item.when), t, steps, env) is not True:
            continue
        place = own.index(level) + item.by
        level = own[min(max(place, 0), len(own) - 1)]
        if item.cap is not None:
            allowed = [step for step in own if step <= rank(item.cap)]
            level = min(level, allowed[-1] if allowed else own[0])
    return level


def held(reader: Reader, rule: Ladder, entity: str, last: int) -> list[int]:
    """The level at each of the rule's periods up to `last`, after `adjust`, `for`, `keep_for` and `until`."""
    steps, env = steps_of(reader, rule), ((reader.own, entity),)
    out: list[int] = []
    seen: list[int] = []
    maybe: list[int] = []
    latched = 0
    for t in periods(reader, rule, last):
        seen.append(adjusted(reader, rule, entity, t))
        maybe.append(verdict(reader, rule, entity, t)[1])
        clears: list[Value] = [Unknown() if past == UNKNOWN else past == CLEAR for past in reversed(seen)]
        clear_in_a_row = run(clears, rule.bridge).low
        level = long_enough(rule, seen, maybe)
        freed = rule.until is None or reader.read(reader.parse(rule.until), t, steps, env) is True
        kept = rule.until is None and clear_in_a_row < rule.keep_for
        if seen[-1] == NOT_MATCHED:
            latched = 0
        elif not freed:
            latched = max(latched, level, CLEAR)
        elif level > CLEAR or not kept:
            latched = max(level, CLEAR)
        out.append(latched or level)
    return out


def long_enough(rule: Ladder, seen: list[int], maybe: list[int]) -> int:
    """The highest level that it or a higher one was known true `for` n own periods running."""
    for name in sorted(rule.levels, key=rank, reverse=True):
        truths: list[Value] = []
        for past, possible in zip(reversed(seen), reversed(maybe), strict=True):
            open_ = past < rank(name) and (past == UNKNOWN or possible >= rank(name))
            truths.append(Unknown() if open_ else past >= rank(name))
        count = run(truths, rule.bridge).low
        if count >= rule.hold.get(name, 1):
            return rank(name)
    return min(seen[-1], CLEAR)


def episodes(levels: list[int], when: list[int], bridge: int) -> list[Episode]:
    """Runs of fired periods; an unknown of at most `bridge` periods between two fired ones is looked through."""
    found: list[Episode] = []
    start = end = -1
    peak = gap = 0
    for place, level in enumerate([*levels, CLEAR]):
        if level > CLEAR:
            start, end, peak, gap = (place if start < 0 else start), place, max(peak, level), 0
            continue
        gap += 1
        if start >= 0 and (level != UNKNOWN or gap > bridge):
            found.append(Episode(when[start], when[end], LEVELS[peak - 1], end == len(levels) - 1))
            start, peak, gap = -1, 0, 0
    return found
