"""Concentration: what the largest members make up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.function import Function, Parameter, Tables
from ewarn.expressions.functions.aggregates import MIN_KNOWN, WHERE, WITHIN, aggregate
from ewarn.expressions.groups import group_sums
from ewarn.expressions.members import Aggregate, Membership, Tally, summarised, together
from ewarn.expressions.nodes import Node
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Floats
from ewarn.units import RATIO

_FEW = 50
"""Members a group must have on average for a look at each group to be quicker than a sort of all."""


class TopShare(Aggregate):
    """Params and args as of `Aggregate`: the quantile is the number of members, the weight what they are ranked by."""

    def folded(self, node: Node, who: Membership) -> tuple[Floats, Tally]:
        """Sum over the first n of each group by the sum over all of it."""
        plain = Membership(who.groups, who.size, who.total, who.known, who.value, None)
        whole, tally = summarised(plain, "sum", float(node.params[3]), 0.5)
        n = int(node.params[4])
        if who.weight is None and len(who.groups) == 1 and who.size * _FEW <= who.groups.shape[1]:
            top = _largest(who, n)
        else:
            top = group_sums(np.where(leading(who, n), who.value, np.nan), who.groups, who.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((whole == 0) | (tally.known == 0), np.nan, top / whole), tally


def _largest(who: Membership, n: int) -> Floats:
    """The sum of the n largest known values of each group, where members are ranked by the value that is added."""
    out = np.zeros((len(who.value), who.size))
    order, present, first = together(who)
    values = np.where(who.known, who.value, -np.inf)[:, order]
    for group, start, end in zip(present, first, [*first[1:], len(order)], strict=True):
        part = values[:, start:end]
        most = min(n, end - start)
        part = np.sort(np.partition(part, -most, axis=1)[:, part.shape[1] - most :], axis=1) if most else part[:, :0]
        out[:, group] = np.where(np.isinf(part), 0.0, part).sum(axis=1)
    return out


def leading(who: Membership, n: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The first n known members of each group and period, by weight (else value) and then by value."""
    out = np.zeros(who.value.shape, dtype=bool)
    rank_by = who.value if who.weight is None else who.weight
    for row in range(len(out)):
        group = who.groups[row if len(who.groups) > 1 else 0]
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
