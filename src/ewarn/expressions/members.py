"""Aggregates over members, and values set against peers: both need all entities at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.evaluation import Evaluation, Frame
from ewarn.expressions.grouping import grouped
from ewarn.expressions.groups import Groups, Mask, exists
from ewarn.expressions.nodes import Look, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import TIE, Growth
from ewarn.panel import Floats, Int8s, Reason


@dataclass(frozen=True, eq=False)
class Membership:
    """Who counts, in each period: arrays (periods, members)."""

    groups: Groups
    total: Mask
    """Belongs, and is not left out for want of a base or by `where`."""
    known: Mask
    raw: npt.NDArray[Any]
    """Numbers, or a condition: 1, 0 or -1."""
    weight: Floats | None
    weigh: Callable[[Mask], Floats] | None
    """The sums of the weights of some members."""

    @cached_property
    def all_count(self) -> bool:
        """Whether every number there is counts."""
        return bool(np.count_nonzero(self.known) == self.raw.size - np.count_nonzero(np.isnan(self.raw)))

    @property
    def condition(self) -> bool:
        """Whether it is a condition that is held of the members."""
        return self.raw.dtype == np.int8

    @cached_property
    def value(self) -> Floats:
        """What is known, as a number; NaN elsewhere."""
        if self.condition:
            return np.where(self.known, self.raw == 1, np.nan)
        return self.raw if self.all_count else np.where(self.known, self.raw, np.nan)

    @cached_property
    def true(self) -> Mask:
        """For whom a condition holds."""
        return np.asarray(self.known & (self.raw == 1))

    @cached_property
    def totals(self) -> Floats:
        """Members of each group: (periods, groups), like all that follows."""
        return self.groups.counts(self.total)

    @cached_property
    def knowns(self) -> Floats:
        """How many of them are known."""
        return self.groups.counts(self.known)

    @cached_property
    def trues(self) -> Floats:
        """For how many of them a condition holds."""
        return self.groups.counts(self.true)

    @cached_property
    def sums(self) -> Floats:
        """Sum of the values, weighted where there are weights."""
        if not self.condition:
            return self.groups.sums(self.raw, self.known, self.weight)
        return self.trues if self.weight is None else self.groups.sums(self.weight, self.true)

    @cached_property
    def weights(self) -> Floats:
        """Sum of the weights of those known."""
        return self.knowns if self.weigh is None else self.weigh(self.known)

    @cached_property
    def by_group(self) -> Floats:
        """The values, group after group (see `Groups.runs`)."""
        order, _, _ = self.groups.runs
        value: Floats = self.value
        return np.take(value, order, axis=1, mode="clip")


@dataclass(frozen=True, eq=False)
class Tally:
    """How many members an aggregate had, knew, and found true: arrays (periods, groups)."""

    total: Floats
    known: Floats
    true: Floats | None
    """None: of numbers."""


def membership(evaluation: Evaluation, node: Node, where: Node | None, weight: Node | None) -> Membership:
    """Members of an aggregate whose first argument is the value."""
    value = node.args[0]
    groups = grouped(evaluation, node, str(value.home))
    who: Membership = evaluation.passing.share(
        value, ("who", where, weight, id(groups)), lambda: _membership(evaluation, value, where, weight, groups)
    )
    return who


def _membership(
    evaluation: Evaluation, value: Node, where: Node | None, weight: Node | None, groups: Groups
) -> Membership:
    home = str(value.home)
    shape = (len(value.calendar), evaluation.width(home))

    def whole(node: Node) -> npt.NDArray[Any]:
        return np.broadcast_to(np.asarray(evaluation.whole(node)), shape)

    there: Mask = evaluation.keep(
        ("there", home, id(value.calendar)), lambda: exists(evaluation.panel, home, value.calendar)
    )
    belongs = there if groups.everybody else there & (groups.index >= 0)
    lacking = without_base(evaluation, value)
    holds = None if where is None else whole(where)
    if weight is None:
        return enrolled(whole(value), belongs, lacking, holds, None, groups)
    weigh = partial(summed, evaluation, weight, groups)
    return replace(enrolled(whole(value), belongs, lacking, holds, whole(weight), groups), weigh=weigh)


def summed(evaluation: Evaluation, node: Node, groups: Groups, counted: Mask) -> Floats:
    """Sums of a node over the members `counted`. Aggregates often weigh the same members by the same amounts."""
    before: list[tuple[Mask, Floats]] = evaluation.passing.share(node, ("sums", id(groups)), list)
    for mask, sums in before:
        if np.array_equal(mask, counted):
            return sums
    shape = (len(node.calendar), evaluation.width(node.home))
    sums = groups.sums(np.broadcast_to(np.asarray(evaluation.whole(node)), shape), counted)
    before.append((counted, sums))
    return sums


def enrolled(
    raw: npt.NDArray[Any],
    belongs: Mask,
    lacking: Mask | None,
    holds: npt.NDArray[Any] | None,
    weights: Floats | None,
    groups: Groups,
) -> Membership:
    """Members with these values: who counts, and who is known. `lacking`: those unknown only for want of a base."""
    known = raw != 0 if raw.dtype == np.int8 else ~np.isnan(raw)
    total = belongs
    if holds is not None:
        total = total & (holds != -1)
        known &= holds == 1
    if weights is not None:
        known &= ~np.isnan(weights)
    if lacking is not None:
        total = total & ~lacking
    known &= total
    return Membership(groups, total, known, raw, weights, None if weights is None else partial(groups.sums, weights))


def without_base(evaluation: Evaluation, value: Node) -> Mask | None:
    """Members whose value is unknown only for want of a base: they leave, neither known nor total. None: nobody."""
    grows = [node for node in value.walk() if isinstance(node.operation, Growth | Pull)]
    if not grows:
        return None

    def lacking() -> Mask:
        for arg in (arg for node in grows for arg in node.args[:2]):
            evaluation.passing.hold(arg, "why", partial(evaluation.whole_why, arg))
        why = evaluation.whole_why(value)
        return np.asarray((why == Reason.NO_BASE) | (why == Reason.NONPOSITIVE_BASE))

    return evaluation.passing.share(value, "lacking", lacking)


class Aggregate(Operation):
    """Params: fold to, within, which, min_known, quantile, has where, has weight. Args: value, [where], [weight],
    then attributes that `within` names."""

    full = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """One value per group; with `within=` given back to each member."""
        evaluation = frame.evaluation
        where, weight = parts(node)
        who = membership(evaluation, node, where, weight)
        result, tally = self.folded(node, who)
        evaluation.keep(("tally", id(node)), lambda: tally)
        return result if node.params[0] is not None else who.groups.given_back(result)

    def folded(self, node: Node, who: Membership) -> tuple[Floats, Tally]:
        """The statistic of each group in each period, and the tally."""
        return summarised(who, node.params[2], float(node.params[3]), float(node.params[4]))

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Too few members known."""
        return np.full(frame.shape, Reason.TOO_FEW_MEMBERS, dtype=np.int8)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """Members are not followed: evidence says how many there are."""
        return []


def parts(node: Node) -> tuple[Node | None, Node | None]:
    """The `where` and `weight` among a node's arguments."""
    rest = list(node.args[1:])
    where = rest.pop(0) if node.params[5] else None
    return where, rest.pop(0) if node.params[6] else None


def tallied(evaluation: Evaluation, node: Node) -> Tally:
    """The tally behind an aggregate."""
    evaluation.full(node)
    found: Tally = evaluation.keep(("tally", id(node)), lambda: None)
    return found


def summarised(who: Membership, which: str, min_known: float, quantile: float) -> tuple[Floats, Tally]:
    """The statistic of each group in each period, NaN where too few are known; and the tally."""
    if which == "count":
        result = who.trues
    elif which == "sum":
        result = who.sums
    elif which == "mean":
        with np.errstate(divide="ignore", invalid="ignore"):
            result = np.where(who.weights == 0, np.nan, who.sums / who.weights)
    else:
        result = ordered(who, which, quantile)
    known = who.knowns
    enough = known >= min_known if min_known >= 1 else known >= min_known * who.totals - 1e-9
    if which not in ("sum", "count"):
        enough &= known > 0
    return np.where(enough, result, np.nan), Tally(who.totals, known, who.trues if who.condition else None)


def ordered(who: Membership, which: str, quantile: float) -> Floats:
    """min, max, median, quantile of each group in each period; linear between neighbours."""
    groups, out = who.groups, np.full((len(who.raw), who.groups.size), np.nan)
    if groups.fixed and which in ("min", "max"):
        _, present, first = groups.runs
        pick = np.fmin if which == "min" else np.fmax
        if groups.large:
            for group, start, end in zip(present, first, first[1:], strict=False):
                out[:, group] = pick.reduce(who.by_group[:, start:end], axis=1)
        elif len(present):
            out[:, present] = pick.reduceat(who.by_group, first[:-1], axis=1)
        return out
    at = {"min": 0.0, "max": 1.0, "median": 0.5}.get(which, quantile)
    for row in range(len(out)):
        group = groups.index[0 if groups.fixed else row]
        inside = who.known[row]
        value, code = who.value[row][inside], group[inside]
        if not len(value):
            continue
        order = np.lexsort((value, code))
        value, code = value[order], code[order]
        present, first, count = np.unique(code, return_index=True, return_counts=True)
        place = first + at * (count - 1)
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, first + count - 1)
        out[row, present] = value[low] + (place - low) * (value[high] - value[low])
    return out


class Pull(Operation):
    """(x - base) / sum of bases, over members with a value and a base above 0. Params as in `Aggregate`.
    Args: x, base, then attributes that `within` names."""

    full = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Sums to the group's same-set growth."""
        evaluation = frame.evaluation
        shape = (len(node.calendar), evaluation.width(str(node.home)))
        x = np.broadcast_to(np.asarray(evaluation.whole(node.args[0])), shape)
        base = np.broadcast_to(np.asarray(evaluation.whole(node.args[1])), shape)
        groups = grouped(evaluation, node, str(node.home))
        both = np.greater(base, 0)
        both &= ~np.isnan(x)
        both &= exists(evaluation.panel, str(node.home), node.calendar)
        below = summed(evaluation, node.args[1], groups, both)
        out = groups.given_back(np.where(below > 0, below, np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            for row, known in enumerate(both):
                np.divide(x[row] - base[row], out[row], out=out[row])
                out[row, ~known] = np.nan
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """As for growth: of the value, else want of a base."""
        return Growth().reasons(frame, node)


class Peers(Operation):
    """rank, share, zscore. Params as in `Aggregate`. Args: x, then attributes that `within` names."""

    full = True
    pure = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Each member against all known ones of its group."""
        return self.placed(node, membership(frame.evaluation, node, None, None))

    def placed(self, node: Node, who: Membership) -> Floats:
        """The same for these members: (periods, members)."""
        which = node.params[2]
        if which == "rank":
            return ranked(who)
        low = float(node.params[3])
        with np.errstate(divide="ignore", invalid="ignore"):
            sums, tally = summarised(who, "sum", low, 0.5)
            if which == "share":
                below = who.groups.given_back(np.where(sums == 0, np.nan, sums))
                return np.divide(who.value, below, out=below)
            mean = who.groups.given_back(np.where(tally.known > 0, sums / tally.known, np.nan))
            gap = who.value - mean
            spread = who.groups.sums(gap * gap, ~np.isnan(gap))
            deviation = np.sqrt(spread / (tally.known - 1))
            deviation[tally.known < 2] = np.nan
            high, low_ = ordered(who, "max", 1.0), ordered(who, "min", 0.0)
            flat = high - low_ <= TIE * np.maximum(1, np.maximum(np.abs(high), np.abs(low_)))
            deviation[flat] = np.nan
            return gap / who.groups.given_back(deviation)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The member's own, else too few."""
        why = frame.evaluation.whole_why(node.args[0])
        return either(why < 127, why, Reason.TOO_FEW_MEMBERS)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The member's own value."""
        return [Look(0, rows)]


def ranked(who: Membership) -> Floats:
    """1 for the greatest value of the group; equal values share the better rank."""
    out = np.full(who.value.shape, np.nan)
    for row in range(len(out)):
        group = who.groups.index[0 if who.groups.fixed else row]
        inside = np.flatnonzero(who.known[row])
        if not len(inside):
            continue
        value, code = who.value[row][inside], group[inside]
        order = np.lexsort((-value, code))
        value, code = value[order], code[order]
        begins = np.r_[True, code[1:] != code[:-1]]
        band = 1e-9 * np.maximum(1, np.maximum(np.abs(value[1:]), np.abs(value[:-1])))
        new = begins | np.r_[True, np.abs(value[1:] - value[:-1]) > band]
        place = np.arange(len(value))
        start = np.maximum.accumulate(np.where(begins, place, 0))
        out[row, inside[order]] = np.maximum.accumulate(np.where(new, place, 0)) - start + 1
    return out
