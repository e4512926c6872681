"""Conditions -> verdicts -> levels, for a block of entities: ladder, adjustments, holding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.evaluation import Evaluation, Frame
from ewarn.expressions.functions.runs import run_lengths
from ewarn.expressions.groups import exists
from ewarn.expressions.nodes import Node, either
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
    inside = _ever_inside(rule, frame)
    if inside is None:
        judged = _judged(rule, frame, *ladder(rule, frame, rule.row + 1))
    else:
        few = frame.only(inside)
        judged = _among(_judged(rule, few, *ladder(rule, few, rule.row + 1)), inside, frame.shape[1])
    for root in rule.roots:
        frame.release(root)
    return judged


def _ever_inside(rule: Compiled, frame: Frame) -> npt.NDArray[np.intp] | None:
    """Columns of the entities that the filter ever lets in; None where they are so many that all may be judged."""
    if rule.where is None:
        return None
    inside = (_rows(frame, rule.where, rule.row + 1) != -1).any(axis=0)
    return None if 2 * np.count_nonzero(inside) > len(inside) else np.flatnonzero(inside)


def _among(judged: Judged, inside: npt.NDArray[np.intp], width: int) -> Judged:
    """The same for a whole block, whose others never match."""

    def spread(values: Int8s, others: int) -> Int8s:
        out: Int8s = np.full((len(values), width), others, dtype=np.int8)
        out[:, inside] = values
        return out

    possible = None if judged.possible is None else spread(judged.possible, 0)
    return Judged(spread(judged.level, UNMATCHED), spread(judged.verdict, UNMATCHED), possible)


def judge_composite(rule: Compiled, evaluation: Evaluation, levels: Mapping[int, Held]) -> Judged:
    """A composite, for all its entities; `levels`: how the condition of each level stands, by rank."""
    rows = rule.row + 1
    verdict, possible = _highest({rank: one.value[:rows] for rank, one in levels.items()})
    likely: Int8s = np.zeros(verdict.shape, dtype=np.int8)
    for rank, one in levels.items():
        likely = either(one.possible[:rows], rank, likely)
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
        level = either((likely > 0) & (lower > verdict), lower, verdict)
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
    verdict, possible = _rank_where(conditions, 1), _rank_where(conditions, 0)
    possible *= np.greater(possible, verdict).view(np.int8)
    if not possible.any():
        return verdict, None
    verdict -= ((verdict == 0) & (possible > 0)).view(np.int8)
    return verdict, possible


def _rank_where(conditions: Mapping[int, Int8s], state: int) -> Int8s:
    """The highest rank whose condition is in this state, else 0; in plain arithmetic, which masks are slower than."""
    found: Int8s | None = None
    for rank, condition in conditions.items():
        here: Int8s = np.equal(condition, np.int8(state)).view(np.int8)
        here *= np.int8(rank)
        found = here if found is None else np.maximum(found, here, out=found)
    assert found is not None
    return found


def _rows(frame: Frame, node: Node, rows: int) -> Int8s:
    return np.broadcast_to(frame.array(node), frame.shape)[:rows]


def _outside(rule: Compiled, frame: Frame, rows: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]] | None:
    """Where the rule does not apply: not there yet, or filtered; and where the filter is unknown."""
    everywhere = frame.evaluation.keep(("everywhere", id(rule)), lambda: _everywhere(rule, frame.panel))
    if everywhere:
        return None
    outside = ~_effective(rule, rows)
    unmatched = outside[:, None] | ~exists(frame.panel, rule.home, rule.calendar, frame.entities)[:rows]
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
    ranks = list(rule.levels)
    # The place on the ladder: how many of the levels above the lowest are reached.
    place: Int8s = np.zeros(verdict.shape, dtype=np.int8)
    for rank in ranks[1:]:
        place += np.greater_equal(verdict, np.int8(rank)).view(np.int8)
    for step in rule.adjust:
        if step.by is not None:
            moved: Int8s = np.clip(place + np.int8(max(-9, min(9, step.by))), 0, len(ranks) - 1)
        else:
            assert step.cap is not None
            moved = np.minimum(place, np.int8(max(0, sum(rank <= step.cap for rank in ranks) - 1)))
        moved -= place
        moved *= np.equal(_rows(frame, step.when, len(verdict)), np.int8(1)).view(np.int8)
        place += moved
    out: Int8s = np.full(verdict.shape, ranks[0], dtype=np.int8)
    for at, (lower, rank) in enumerate(pairwise(ranks), 1):
        out += np.greater_equal(place, np.int8(at)).view(np.int8) * np.int8(rank - lower)
    return either(verdict > 0, out, verdict)


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
    fired = np.greater(waited.max(axis=0, initial=CLEAR), CLEAR)
    if 4 * np.count_nonzero(fired) > len(fired):
        return _kept(rule, waited) if until is None else _latched(waited, until)
    some = np.flatnonzero(fired)
    out: Int8s = waited.copy()
    out[:, some] = _kept(rule, waited[:, some]) if until is None else _latched(waited[:, some], until[:, some])
    return out


def _kept(rule: Compiled, waited: Int8s) -> Int8s:
    """What fired, until so many clear verdicts end it: whatever happened last, by its row."""
    kind: type[np.int16] | type[np.int64] = np.int16 if 8 * len(waited) < np.iinfo(np.int16).max - 8 else np.int64
    rows: npt.NDArray[Any] = np.arange(1, len(waited) + 1, dtype=kind)[:, None]
    fired, clear = waited > 0, waited == CLEAR
    # A gap longer than the bridge begins the count of clear verdicts anew, as firing does.
    known = _so_far(np.maximum, np.not_equal(waited, UNKNOWN) * rows)
    anew = fired | (rows - known > rule.rule.bridge)
    cleared = _so_far(np.add, clear.astype(kind))
    over = clear & (cleared - _so_far(np.maximum, anew * cleared) >= rule.rule.keep_for)
    over |= waited == UNMATCHED
    # Row and level in one number: rows decide which came last.
    rows = rows * kind(8)
    last = _so_far(np.maximum, fired * (rows + waited))
    held = last > _so_far(np.maximum, over * (rows + kind(7)))
    held &= ~fired
    return either(held, (last & kind(7)).astype(np.int8), waited)


def _so_far(join: np.ufunc, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Each row joined with all before it, in place. Row by row: NumPy itself would go down the columns, slowly."""
    for row in range(1, len(values)):
        join(values[row], values[row - 1], out=values[row])
    return values


def _latched(waited: Int8s, until: Int8s) -> Int8s:
    """What fired, until the rule's own condition ends it."""
    out = np.empty_like(waited)
    holding: Int8s = np.zeros(waited.shape[1], dtype=np.int8)
    for row in range(len(waited)):
        now = waited[row]
        over = (until[row] == 1) | (now == UNMATCHED)
        # A level fired now counts as it is; otherwise what held goes on holding until it is over.
        holding = np.where(now > 0, np.maximum(now, holding), np.where(over, np.int8(0), holding)).astype(np.int8)
        holding = np.where(over & (now > 0), now, holding).astype(np.int8)
        out[row] = np.where(holding > 0, holding, now)
    return out


def _waited(rule: Compiled, level: Int8s, possible: Int8s | None) -> Int8s:
    """The highest level that, with those above it, has held as many periods running as its `for:` asks."""
    if all(periods <= 1 for periods in rule.rule.hold.values()):
        return level
    from ewarn.levels import RANK

    waits = {RANK[name]: periods for name, periods in rule.rule.hold.items()}
    out = either(level > 0, CLEAR, level)
    for rank in rule.levels:
        at_least = either(level >= rank, 1, -1)
        unknown = level == UNKNOWN
        if possible is not None:
            unknown = unknown | ((possible >= rank) & (level < rank))
        at_least[unknown] = 0
        low, _ = run_lengths(at_least, rule.rule.bridge)
        out = either(low >= waits.get(rank, 1), rank, out)
    return out
