"""Conditions -> verdicts -> levels, for a block of entities: ladder, adjustments, holding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.expressions.evaluation import Evaluation, Frame
from ewarn.expressions.functions.runs import run_lengths
from ewarn.expressions.groups import exists
from ewarn.expressions.nodes import Node
from ewarn.panel import Int8s, Panel
from ewarn.signals.compiled import Compiled
from ewarn.signals.conditions import Held

UNMATCHED, UNKNOWN, CLEAR = -2, -1, 0


@dataclass(frozen=True, eq=False)
class Judged:
    """A block: `level` (periods, entities) after everything; the rest as it stands in each period, where it may
    differ from it (None: it does not)."""

    level: Int8s
    verdict: Int8s
    """Before `adjust` and holding."""
    possible: Int8s | None
    """The highest level that is unknown and above the verdict, else 0."""
    likely: Int8s | None = None
    """Of a composite: the highest level that would hold if its unjudged legs held, else 0."""


def judge(rule: Compiled, frame: Frame) -> Judged:
    """All periods up to the data period."""
    judged = _judged(rule, frame, *ladder(rule, frame, rule.row + 1))
    for root in rule.roots:
        frame.release(root)
    return judged


def judge_composite(rule: Compiled, evaluation: Evaluation, levels: Mapping[int, Held]) -> Judged:
    """A composite, for all its entities; `levels`: how the condition of each level stands, by rank."""
    rows = rule.row + 1
    verdict, possible = _highest({rank: one.value[:rows] for rank, one in levels.items()})
    likely: Int8s = np.zeros(verdict.shape, dtype=np.int8)
    for rank, one in levels.items():
        likely = np.where(one.possible[:rows], np.int8(rank), likely)
    return _judged(rule, evaluation.frame(rule.home, rule.calendar), verdict, possible, likely)


def _judged(
    rule: Compiled, frame: Frame, verdict: Int8s, possible: Int8s | None, likely: Int8s | None = None
) -> Judged:
    outside = _outside(rule, frame, rule.row + 1)
    if outside is not None:
        unmatched, unfiltered = outside
        verdict[unfiltered] = UNKNOWN
        verdict[unmatched] = UNMATCHED
        for above in (possible, likely):
            if above is not None:
                above[unmatched | unfiltered] = 0
    level = verdict
    if likely is not None:
        # What is only possible counts one level lower, and the lowest level is the floor: never silent.
        ranks = np.array(list(rule.levels), dtype=np.int8)
        lower = ranks[np.maximum(np.searchsorted(ranks, np.maximum(likely, ranks[0])) - 1, 0)]
        level = np.where((likely > 0) & (lower > verdict), lower, verdict)
    if rule.adjust:
        level = adjusted(rule, frame, level)
    if holds(rule):
        level = held(rule, frame, level, possible)
    return Judged(level, verdict, possible, likely)


def ladder(rule: Compiled, frame: Frame, rows: int) -> tuple[Int8s, Int8s | None]:
    """The highest level known true; clear only if all are known false; else unknown. And what may lie above."""
    return _highest({rank: _rows(frame, node, rows) for rank, node in rule.levels.items()})


def _highest(conditions: Mapping[int, Int8s]) -> tuple[Int8s, Int8s | None]:
    """`conditions`: of each level by rank, lowest first, (periods, entities)."""
    if len(conditions) == 1:
        ((rank, condition),) = conditions.items()
        # rank where true, -1 where unknown, 0 where false, without a look-up per element
        verdict: Int8s = (condition == 1).view(np.int8)
        verdict *= np.int8(rank)
        verdict -= (condition == 0).view(np.int8)
        return verdict, None
    verdict = np.zeros(next(iter(conditions.values())).shape, dtype=np.int8)
    possible: Int8s = np.zeros_like(verdict)
    for rank, condition in conditions.items():
        np.copyto(verdict, np.int8(rank), where=condition == 1)
        np.copyto(possible, np.int8(rank), where=condition == 0)
    possible[possible <= verdict] = 0
    if not possible.any():
        return verdict, None
    verdict[(verdict == 0) & (possible > 0)] = UNKNOWN
    return verdict, possible


def _rows(frame: Frame, node: Node, rows: int) -> Int8s:
    return np.broadcast_to(frame.array(node), frame.shape)[:rows]


def _outside(rule: Compiled, frame: Frame, rows: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None:
    """Where the rule does not apply: not there yet, or filtered; and where the filter is unknown."""
    everywhere = frame.evaluation.keep(("everywhere", id(rule)), lambda: _everywhere(rule, frame.panel))
    if everywhere:
        return None
    outside = ~_effective(rule, rows)
    unmatched = outside[:, None] | ~exists(frame.panel, rule.home, rule.calendar)[:rows, frame.entities]
    unfiltered = np.zeros_like(unmatched)
    if rule.where is not None:
        where = _rows(frame, rule.where, rows)
        unfiltered = where == 0
        unmatched = unmatched | (where == -1)
    return unmatched, unfiltered & ~unmatched


def _everywhere(rule: Compiled, panel: Panel) -> bool:
    """Whether the rule applies to every entity of its type in every period."""
    absent = bool((panel.types[rule.home].since > rule.calendar.last_day[0]).any())
    return rule.where is None and not absent and bool(_effective(rule, rule.row + 1).all())


def _effective(rule: Compiled, rows: int) -> npt.NDArray[np.bool_]:
    """Which periods end while the rule holds (`effective:`)."""
    first, last = rule.rule.effective
    day = rule.calendar.last_day[:rows]
    return np.asarray((day >= (day if first is None else first)) & (day <= (day if last is None else last)))


def adjusted(rule: Compiled, frame: Frame, verdict: Int8s) -> Int8s:
    """`adjust:` in order, along the levels that the rule defines; the lowest of them is the floor."""
    ranks = np.array(list(rule.levels), dtype=np.int8)
    fired = verdict > 0
    place = np.searchsorted(ranks, verdict[fired])
    for step in rule.adjust:
        when = _rows(frame, step.when, len(verdict))[fired] == 1
        if step.by is not None:
            moved = np.clip(place + step.by, 0, len(ranks) - 1)
        else:
            assert step.cap is not None
            moved = np.minimum(place, max(0, int(np.searchsorted(ranks, step.cap, side="right")) - 1))
        place = np.where(when, moved, place)
    out: Int8s = verdict.copy()
    out[fired] = ranks[place]
    return out


def holds(rule: Compiled) -> bool:
    """Whether the rule's levels depend on earlier verdicts."""
    waits = any(periods > 1 for periods in rule.rule.hold.values())
    return waits or rule.rule.keep_for > 0 or rule.until is not None


def held(rule: Compiled, frame: Frame, level: Int8s, possible: Int8s | None) -> Int8s:
    """`for`, `keep_for` and `until`."""
    waited = _waited(rule, level, possible)
    keep, until = rule.rule.keep_for, None
    if rule.until is not None:
        until = _rows(frame, rule.until, len(level))
    if not keep and until is None:
        return waited
    # Who never fired holds nothing.
    some = np.flatnonzero((waited > 0).any(axis=0))
    out: Int8s = waited.copy()
    out[:, some] = _latched(rule, waited[:, some], None if until is None else until[:, some])
    return out


def _latched(rule: Compiled, waited: Int8s, until: Int8s | None) -> Int8s:
    """What fired, until so many clear verdicts (or the rule's own condition) end it."""
    keep = rule.rule.keep_for
    out = np.empty_like(waited)
    holding: Int8s = np.zeros(waited.shape[1], dtype=np.int8)
    clear = np.zeros(waited.shape[1], dtype=np.int64)
    gap = np.zeros(waited.shape[1], dtype=np.int64)
    for row in range(len(waited)):
        now = waited[row]
        gap = np.where(now == UNKNOWN, gap + 1, 0)
        clear = np.where(now == CLEAR, clear + 1, np.where((now > 0) | (gap > rule.rule.bridge), 0, clear))
        if until is not None:
            over = until[row] == 1
        else:
            over = (now == CLEAR) & (clear >= keep)
        over = over | (now == UNMATCHED)
        # A level fired now counts as it is; otherwise what held goes on holding until it is over.
        latched = np.maximum(now, holding) if until is not None else now
        holding = np.where(now > 0, latched, np.where(over, np.int8(0), holding)).astype(np.int8)
        if until is not None:
            holding = np.where(over & (now > 0), now, holding).astype(np.int8)
        out[row] = np.where(holding > 0, holding, now)
    return out


def _waited(rule: Compiled, level: Int8s, possible: Int8s | None) -> Int8s:
    """The highest level that, with those above it, has held as many periods running as its `for:` asks."""
    if all(periods <= 1 for periods in rule.rule.hold.values()):
        return level
    from ewarn.levels import RANK

    waits = {RANK[name]: periods for name, periods in rule.rule.hold.items()}
    out = np.where(level > 0, np.int8(CLEAR), level)
    for rank in rule.levels:
        at_least = np.where(level >= rank, 1, -1).astype(np.int8)
        unknown = level == UNKNOWN
        if possible is not None:
            unknown = unknown | ((possible >= rank) & (level < rank))
        at_least[unknown] = 0
        low, _ = run_lengths(at_least, rule.rule.bridge)
        out = np.where(low >= waits.get(rank, 1), np.int8(rank), out)
    return out
