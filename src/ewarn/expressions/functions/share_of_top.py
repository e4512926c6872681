"""Concentration: what the largest members make up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.function import Function, Parameter, Tables
from ewarn.expressions.functions.aggregates import MIN_KNOWN, WHERE, WITHIN, aggregate
from ewarn.expressions.members import Aggregate, Membership, Tally, summarised
from ewarn.expressions.nodes import Node
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Floats
from ewarn.units import RATIO

_FEW = 8
"""Up to so many are found one after the other."""


class TopShare(Aggregate):
    """Params and args as of `Aggregate`: the quantile is the number of members, the weight what they are ranked by."""

    def folded(self, node: Node, who: Membership) -> tuple[Floats, Tally]:
        """Sum over the first n of each group by the sum over all of it."""
        n, groups = int(node.params[4]), who.groups
        plain = who if who.weight is None else replace(who, weight=None, weigh=None)
        whole, tally = summarised(plain, "sum", float(node.params[3]), 0.5)
        if who.weight is None and groups.fixed and groups.large:
            top = _largest(who, n)
        else:
            top = groups.sums(who.value, leading(who, n))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((whole == 0) | (tally.known == 0), np.nan, top / whole), tally


def _largest(who: Membership, n: int) -> Floats:
    """The sum of the n largest known values of each group, where members are ranked by the value that is added."""
    out = np.zeros((len(who.raw), who.groups.size))
    _, present, first = who.groups.runs
    for group, start, end in zip(present, first, first[1:], strict=False):
        part = np.where(np.isnan(who.by_group[:, start:end]), -np.inf, who.by_group[:, start:end])
        most = min(n, end - start)
        if most <= _FEW:
            part = _one_by_one(part, most)
        else:
            part = np.sort(np.partition(part, -most, axis=1)[:, part.shape[1] - most :], axis=1)
        out[:, group] = np.where(np.isinf(part), 0.0, part).sum(axis=1)
    return out


def _one_by_one(part: Floats, most: int) -> Floats:
    """The greatest of each row, smallest first; `part` is used up."""
    rows, found = np.arange(len(part)), np.empty((len(part), most))
    for place in range(most - 1, -1, -1):
        at = part.argmax(axis=1)
        found[:, place] = part[rows, at]
        part[rows, at] = -np.inf
    return found


def leading(who: Membership, n: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The first n known members of each group and period, by weight (else value) and then by value."""
    out = np.zeros(who.raw.shape, dtype=bool)
    rank_by = who.value if who.weight is None else who.weight
    for row in range(len(out)):
        group = who.groups.index[0 if who.groups.fixed else row]
        inside = np.flatnonzero(who.known[row])
        code = group[inside]
        order = np.lexsort((-who.value[row][inside], -rank_by[row][inside], code))
        code = code[order]
        place = np.arange(len(code))
        begins = np.r_[True, code[1:] != code[:-1]] if len(code) else np.zeros(0, dtype=bool)
        start = np.maximum.accumulate(np.where(begins, place, 0))
        out[row, inside[order[place - start < n]]] = True
    return out


class ShareOfTop(Function):
    """The share of the n largest members in the sum of x over all members.

    `by=` ranks the members by another number than x. Unknown where the sum is 0.
    """

    name = "share_of_top"
    subject = "aggregates"
    parameters = (
        Parameter("x", "number"),
        Parameter("n", "count", doc="how many members"),
        Parameter("by", "number", None, "what the members are ranked by, greatest first; default x", keyword=True),
        WHERE, MIN_KNOWN, WITHIN,
    )  # fmt: skip
    gives = "a fraction"
    examples = (
        Tables("""
firm  county  output  staff
a     all         50     20
b     all         30     90
c     all         20     10
d     all          ·     50

county  share_of_top(firm.output, 2)  share_of_top(firm.output, 1, by=firm.staff)
all                              0.8                                          0.3
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Over members."""
        n = arguments["n"]
        if n < 1:
            build.fail(build.here or build.syntax.body, "EW103", "`n` is 1 or more", f"this is {n}", None)
        given = {**arguments, "weight": arguments["by"]}
        kind = Type("number", RATIO)
        return aggregate(build, arguments["x"], "share_of_top", kind, given, quantile=n, operation=TopShare())
