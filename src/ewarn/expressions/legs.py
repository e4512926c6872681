"""Legs of composites in conditions: whether other rules stood at a level of late, and how many members that holds for.

Members whose legs could not be judged make counts and sums two-sided: known at least, possible at most.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from ewarn.expressions.evaluation import Cells, Evaluation, Frame
from ewarn.expressions.grouping import grouping
from ewarn.expressions.groups import Mask, exists, group_counts, group_sums
from ewarn.expressions.members import Aggregate, Tally, parts
from ewarn.expressions.nodes import NONE, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import Compare, compare_numbers, kleene
from ewarn.panel import Floats, Int8s, Reason

LegKey = tuple[str, str, str, str]
"""Pack and id of the composite, the type that it is judged for, the leg as written."""


@dataclass(frozen=True, eq=False)
class LegValues:
    """What a leg comes to, on the calendar of its composite. `value` (periods, entities): 1 true, -1 false, 0 not
    judged; `why` the same shape; `cells` gives what decided it: (rows, entities, mask) -> cells."""

    value: Int8s
    why: Int8s
    cells: Callable[[Rows, Rows, Mask], Sequence[Cells]]


def give(evaluation: Evaluation, key: LegKey, values: LegValues) -> None:
    """Make the values of a leg known to the conditions that read it."""
    evaluation.keep(("leg", key), lambda: values)


def given(evaluation: Evaluation, key: Hashable) -> LegValues | None:
    """The values of a leg; None where its rules were never judged."""
    found: LegValues | None = evaluation.kept(("leg", key))
    return found


class Stood(Operation):
    """A leg. Params: its key."""

    own_time = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """As the rules were judged; unknown where they were not."""
        found = given(frame.evaluation, node.params[0])
        return np.zeros((1, 1), dtype=np.int8) if found is None else found.value[:, frame.entities]

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Those of the rules."""
        found = given(frame.evaluation, node.params[0])
        if found is None:
            return np.full(frame.shape, Reason.NOT_REPORTED, dtype=np.int8)
        return found.why[:, frame.entities]

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: Mask) -> Sequence[Cells]:
        """The cells that the rules' own conditions read."""
        found = given(frame.evaluation, node.params[0])
        return () if found is None else found.cells(rows, frame.positions, mask)


def reads_legs(evaluation: Evaluation, node: Node) -> bool:
    """Whether a leg stands anywhere below."""
    found: bool = evaluation.keep(
        ("reads legs", id(node)),
        lambda: isinstance(node.operation, Stood) or any(reads_legs(evaluation, arg) for arg in node.args),
    )
    return found


@dataclass(frozen=True, eq=False)
class Bounds:
    """For each group, (periods, groups): from the members known to count, and from all that may."""

    low: Floats
    high: Floats


class Tallied(Aggregate):
    """`count(c)` or `sum(x, where=c)` over members, where c reads legs: bounds. Params as in `Aggregate`."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """One pair per group."""
        true, maybe = self.holding(frame.evaluation, node)
        bounds = self.bounds(frame.evaluation, node, true, maybe)
        groups, size = grouping(frame.evaluation, node, str(node.args[0].home))
        counts = (group_counts(mask, groups, size) for mask in (_there(frame.evaluation, node), true | ~maybe, true))
        total, known, hits = counts
        own = node.args[0].type.base == "condition"
        frame.evaluation.keep(
            ("tally", id(node)), lambda: Tally(total, np.minimum(known, total), hits if own else None)
        )
        return bounds.low, bounds.high

    def condition(self, node: Node) -> tuple[Node, ...]:
        """What must hold for a member to count: all of these."""
        where, _ = parts(node)
        own = (node.args[0],) if node.args[0].type.base == "condition" else ()
        return own if where is None else (*own, where)

    def holding(self, evaluation: Evaluation, node: Node) -> tuple[Mask, Mask]:
        """Who is known to count, and who may: (periods, members)."""
        shape = (len(node.calendar), evaluation.width(str(node.args[0].home)))
        value: Int8s = np.ones(shape, dtype=np.int8)
        for part in self.condition(node):
            value = np.minimum(value, np.asarray(evaluation.whole(part)))
        return value == 1, value >= 0

    def bounds(self, evaluation: Evaluation, node: Node, true: Mask, maybe: Mask) -> Bounds:
        """The statistic of the members in `true`, and with those of `maybe` that move it farthest."""
        members = str(node.args[0].home)
        groups, size = grouping(evaluation, node, members)
        there = _there(evaluation, node)
        true, maybe = true & there, maybe & there
        if node.params[2] == "count":
            return Bounds(group_counts(true, groups, size), group_counts(maybe, groups, size))
        x = np.broadcast_to(np.asarray(evaluation.whole(node.args[0])), true.shape)
        known = ~np.isnan(x)
        sums = group_sums(np.where(true & known, x, np.nan), groups, size)
        open_ = maybe & ~true & known
        low = sums + group_sums(np.where(open_ & (x < 0), x, np.nan), groups, size)
        high = sums + group_sums(np.where(open_ & (x > 0), x, np.nan), groups, size)
        # Of the members that count, enough must have a number.
        total, have = group_counts(maybe, groups, size), group_counts(maybe & known, groups, size)
        least = float(node.params[3])
        enough = have >= least if least >= 1 else have >= least * total - 1e-9
        return Bounds(np.where(enough, low, np.nan), np.where(enough, high, np.nan))

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first reason among the members that may count."""
        evaluation = frame.evaluation
        why: Int8s = np.full(frame.shape, NONE, dtype=np.int8)
        groups, _ = grouping(evaluation, node, str(node.args[0].home))
        for part in self.condition(node):
            found = np.broadcast_to(evaluation.whole_why(part), (len(node.calendar), groups.shape[1]))
            for row in range(len(found)):
                group = groups[row if len(groups) > 1 else 0]
                inside = group >= 0
                np.minimum.at(why[row], group[inside], found[row][inside])
        return either(why == NONE, Reason.TOO_FEW_MEMBERS, why)


def _there(evaluation: Evaluation, node: Node) -> Mask:
    return exists(evaluation.panel, str(node.args[0].home), node.calendar)


class CompareTotals(Compare):
    """A sum with two bounds against a number; numbers that tie are equal."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Three-valued."""
        (low, high), number = args
        return between(str(node.params[0]), low, high, np.asarray(number, dtype=np.float64))


def between(sign: str, low: Floats, high: Floats, number: Floats) -> Int8s:
    """A number known to lie from `low` to `high` against another: 1 true, -1 false, 0 where either may be."""
    at_low, at_high = compare_numbers(sign, low, number), compare_numbers(sign, high, number)
    true, false = (at_low == 1) & (at_high == 1), (at_low == -1) & (at_high == -1)
    if sign in ("==", "!="):
        below, above = compare_numbers("<", high, number) == 1, compare_numbers(">", low, number) == 1
        apart = below | above
        return kleene(apart, true & ~apart) if sign == "!=" else kleene(true, apart)
    return kleene(true, false)
