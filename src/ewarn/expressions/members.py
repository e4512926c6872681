"""Aggregates over members, and values set against peers: both need all entities at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.evaluation import Evaluation, Frame
from ewarn.expressions.groups import Index, exists, group_counts, group_sums, parent_rows
from ewarn.expressions.homes import kind_of
from ewarn.expressions.nodes import Look, Node, Operation, Rows, Value
from ewarn.expressions.operators import TIE, Growth
from ewarn.panel import Floats, Int8s, Reason

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Membership:
    """Who counts, in each period: arrays (periods, members); `groups` (periods or 1, members), -1 outside."""

    groups: Index
    size: int
    total: Mask
    """Belongs, and is not left out for want of a base or by `where`."""
    known: Mask
    value: Floats
    weight: Floats | None


@dataclass(frozen=True, eq=False)
class Tally:
    """How many members an aggregate had, knew, and found true: arrays (periods, groups)."""

    total: Floats
    known: Floats
    true: Floats


def grouping(evaluation: Evaluation, node: Node, members: str) -> tuple[Index, int]:
    """Groups of a node's members. Params of the node: (fold to a type or None, names after `within=`, ...)."""
    target, within = node.params[0], node.params[1]
    if target is not None:
        return parent_rows(evaluation, members, str(target), node.calendar), evaluation.width(str(target))
    assert isinstance(within, tuple)
    return peer_groups(evaluation, members, within, node)


def peer_groups(evaluation: Evaluation, home: str, names: tuple[str, ...], node: Node) -> tuple[Index, int]:
    """Groups by parent types and attributes; one group of all where none is named. Unknown: in no group."""
    codes = np.zeros((1, evaluation.width(home)), dtype=np.int64)
    size = 1
    for name in names:
        if name in evaluation.panel.types:
            one, count = parent_rows(evaluation, kind_of(home), name, node.calendar), evaluation.width(name)
        else:
            from ewarn.expressions.leaves import AttributeLeaf

            leaf = next(a for a in node.args if isinstance(a.operation, AttributeLeaf) and a.params[1] == name)
            value = np.asarray(evaluation.whole(leaf))
            if leaf.type.base == "condition":
                one, count = np.where(value == 0, -1, (value > 0).astype(np.int64)), 2
            else:
                one, count = value.astype(np.int64), max(1, len(leaf.type.categories))
        both = (codes >= 0) & (one >= 0)
        codes, size = np.where(both, codes * count + one, -1), size * count
    return codes, size


def membership(evaluation: Evaluation, node: Node, where: Node | None, weight: Node | None) -> Membership:
    """Members of an aggregate whose first argument is the value."""
    value_node = node.args[0]
    members = str(value_node.home)
    calendar = node.calendar
    shape = (len(calendar), evaluation.width(members))
    groups, size = grouping(evaluation, node, members)
    raw = np.broadcast_to(np.asarray(evaluation.whole(value_node)), shape)
    belongs = exists(evaluation.panel, members, calendar) & (groups >= 0)
    holds = None if where is None else np.broadcast_to(np.asarray(evaluation.whole(where)), shape)
    weights = None if weight is None else np.broadcast_to(np.asarray(evaluation.whole(weight)), shape)
    condition = value_node.type.base == "condition"
    return enrolled(raw, condition, belongs, without_base(evaluation, value_node, raw), holds, weights, groups, size)


def enrolled(
    raw: npt.NDArray[Any],
    condition: bool,
    belongs: Mask,
    lacking: Mask,
    holds: npt.NDArray[Any] | None,
    weights: Floats | None,
    groups: Index,
    size: int,
) -> Membership:
    """Members with these values: who counts, and who is known. `lacking`: those unknown only for want of a base."""
    if condition:
        value, known = (raw == 1).astype(np.float64), raw != 0
    else:
        value, known = raw, ~np.isnan(raw)
    total = belongs
    if holds is not None:
        total = total & (holds != -1)
        known = known & (holds == 1)
    if weights is not None:
        known = known & ~np.isnan(weights)
    total = total & ~lacking
    known = known & total
    return Membership(groups, size, total, known, np.where(known, value, np.nan), weights)


def without_base(evaluation: Evaluation, value: Node, raw: npt.NDArray[Any]) -> Mask:
    """Members whose value is unknown only for want of a base: they leave, neither known nor total."""
    grows = any(isinstance(node.operation, Growth | Pull) for node in value.walk())
    if not grows:
        return np.zeros(raw.shape, dtype=bool)
    why = evaluation.whole_why(value)
    return np.asarray((why == Reason.NO_BASE) | (why == Reason.NONPOSITIVE_BASE))


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
        return result if node.params[0] is not None else given_back(result, who.groups)

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


def given_back(result: Floats, groups: Index) -> Floats:
    """Each group's value, for each of its members."""
    index = np.broadcast_to(groups, (len(result), groups.shape[1]))
    if not result.shape[1]:  # nobody's group is known
        return np.full(index.shape, np.nan)
    picked = np.take_along_axis(result, np.maximum(index, 0), axis=1)
    return np.where(index >= 0, picked, np.nan)


def tallied(evaluation: Evaluation, node: Node) -> Tally:
    """The tally behind an aggregate."""
    evaluation.full(node)
    found: Tally = evaluation.keep(("tally", id(node)), lambda: None)
    return found


def summarised(who: Membership, which: str, min_known: float, quantile: float) -> tuple[Floats, Tally]:
    """The statistic of each group in each period, NaN where too few are known; and the tally."""
    total = group_counts(who.total, who.groups, who.size)
    known = group_counts(who.known, who.groups, who.size)
    true = group_counts(who.known & (who.value == 1), who.groups, who.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        if which == "count":
            result = true
        elif which in ("sum", "mean"):
            if who.weight is not None:
                weights = np.where(who.known, who.weight, np.nan)
                top = group_sums(who.value * weights, who.groups, who.size)
                below = group_sums(weights, who.groups, who.size)
            else:
                top, below = group_sums(who.value, who.groups, who.size), known
            result = top if which == "sum" else np.where(below == 0, np.nan, top / below)
        else:
            result = ordered(who, which, quantile)
        enough = known >= min_known if min_known >= 1 else known >= min_known * total - 1e-9
    if which not in ("sum", "count"):
        enough &= known > 0
    return np.where(enough, result, np.nan), Tally(total, known, true)


def ordered(who: Membership, which: str, quantile: float) -> Floats:
    """min, max, median, quantile: one sort of the known members per period; linear between neighbours."""
    if which in ("min", "max") and len(who.groups) == 1:
        return _extremes(who, np.fmin if which == "min" else np.fmax)
    out = np.full((len(who.value), who.size), np.nan)
    at = {"min": 0.0, "max": 1.0, "median": 0.5}.get(which, quantile)
    for row in range(len(out)):
        group = who.groups[row if len(who.groups) > 1 else 0]
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


def together(who: Membership) -> tuple[Index, Index, Index]:
    """Members by group, where groups do not change: their order, the groups there are, where each begins."""
    order = np.argsort(who.groups[0], kind="stable")
    order = order[np.searchsorted(who.groups[0][order], 0) :]
    present, first = np.unique(who.groups[0][order], return_index=True)
    return order, present, first


def _extremes(who: Membership, pick: np.ufunc) -> Floats:
    out = np.full((len(who.value), who.size), np.nan)
    order, present, first = together(who)
    if len(present):
        values = np.where(who.known, who.value, np.nan)[:, order]
        out[:, present] = pick.reduceat(values, first, axis=1)
    return out


class Pull(Operation):
    """(x - base) / sum of bases, over members with a value and a base above 0. Params as in `Aggregate`.
    Args: x, base, then attributes that `within` names."""

    full = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Sums to the group's same-set growth."""
        evaluation = frame.evaluation
        members = str(node.home)
        shape = (len(node.calendar), evaluation.width(members))
        x = np.broadcast_to(np.asarray(evaluation.whole(node.args[0])), shape)
        base = np.broadcast_to(np.asarray(evaluation.whole(node.args[1])), shape)
        groups, size = grouping(evaluation, node, members)
        both = ~np.isnan(x) & (base > 0)
        sums = group_sums(np.where(both, base, np.nan), groups, size)
        below = given_back(sums, groups)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(both & (below > 0), (x - base) / below, np.nan)

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
                below = given_back(sums, who.groups)
                return np.where(below == 0, np.nan, who.value / below)
            mean = given_back(np.where(tally.known > 0, sums / tally.known, np.nan), who.groups)
            gap = who.value - mean
            spread = group_sums(gap * gap, who.groups, who.size)
            deviation = np.sqrt(spread / (tally.known - 1))
            deviation[tally.known < 2] = np.nan
            high, low_ = ordered(who, "max", 1.0), ordered(who, "min", 0.0)
            flat = high - low_ <= TIE * np.maximum(1, np.maximum(np.abs(high), np.abs(low_)))
            deviation[flat] = np.nan
            return gap / given_back(deviation, who.groups)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The member's own, else too few."""
        why = frame.evaluation.whole_why(node.args[0])
        return np.where(why < 127, why, np.int8(Reason.TOO_FEW_MEMBERS))

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The member's own value."""
        return [Look(0, rows)]


def ranked(who: Membership) -> Floats:
    """1 for the greatest value of the group; equal values share the better rank."""
    out = np.full(who.value.shape, np.nan)
    for row in range(len(out)):
        group = who.groups[row if len(who.groups) > 1 else 0]
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
