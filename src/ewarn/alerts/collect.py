"""Which cells of the panel a number was computed from, members of aggregates included."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.expressions.evaluation import Cells, Evaluation, Frame
from ewarn.expressions.grouping import grouping
from ewarn.expressions.members import Aggregate, Membership, Peers, Pull, membership, parts, tallied
from ewarn.expressions.nodes import Node

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class MemberCells:
    """Cells of the members of groups: each of `cells` is as long as `groups`, the group of each member; `wanted` is
    the group each alert looks at, -1 for none."""

    cells: list[Cells]
    groups: Ints
    wanted: Ints


@dataclass(frozen=True, eq=False)
class Tallied:
    """Members of an aggregate, (alerts,): all, known, and known true (None where it is not a condition)."""

    n: Ints
    known: Ints
    true: Ints | None


@dataclass(eq=False)
class Collected:
    """What was read: one cell per alert in each of `own`, and the members' cells."""

    own: list[Cells] = field(default_factory=list)
    members: list[MemberCells] = field(default_factory=list)


def collect(frame: Frame, node: Node, row: int) -> Collected:
    """The cells that decide `node` at `row` for the entities of `frame`; nearest argument first."""
    found = Collected()
    count = len(frame.positions)
    _collect(frame, node, np.full(count, row, dtype=np.int64), np.ones(count, dtype=np.bool_), found, set())
    return found


def _collect(frame: Frame, node: Node, rows: Ints, mask: Bools, found: Collected, seen: set[Hashable]) -> None:
    mask = mask & (rows >= 0)
    key = (id(node), np.where(mask, rows, -1).tobytes())
    if not mask.any() or key in seen:
        return
    seen.add(key)
    operation = node.operation
    found.own.extend(operation.cells(frame, node, rows, mask))
    for look in operation.looks(frame, node, rows):
        narrowed = mask if look.mask is None else mask & look.mask
        _collect(frame, node.args[look.argument], look.rows, narrowed, found, seen)
    if isinstance(operation, Aggregate | Peers | Pull):
        for row in np.unique(rows[mask]).tolist():
            found.members.append(_members(frame, node, row, mask & (rows == row)))


def _members(frame: Frame, node: Node, row: int, mask: Bools) -> MemberCells:
    evaluation = frame.evaluation
    inside, groups = evaluation.keep(("inside", id(node), row), lambda: _inside(evaluation, node, row))
    own = frame.positions
    folded = node.params[0] is not None and isinstance(node.operation, Aggregate)
    wanted = own if folded else groups[own]
    members = np.flatnonzero(inside & np.isin(groups, np.unique(wanted[mask])))
    cells: list[Cells] = []
    for argument in node.args:
        if argument.home is not None:
            cells += evaluation.cells(argument, row, members)
    return MemberCells(cells, groups[members], np.where(mask, wanted, -1))


def _inside(evaluation: Evaluation, node: Node, row: int) -> tuple[Bools, Ints]:
    """Who is known and counts at `row`, and the group of each member."""
    if isinstance(node.operation, Pull):
        groups, _ = grouping(evaluation, node, str(node.home))
        known = ~np.isnan(np.asarray(evaluation.full(node)))
    else:
        where, weight = parts(node) if isinstance(node.operation, Aggregate) else (None, None)
        who: Membership = membership(evaluation, node, where, weight)
        groups, known = who.groups.index, who.known
    return known[row if len(known) > 1 else 0], groups[row if len(groups) > 1 else 0]


def tally(frame: Frame, node: Node, row: int) -> Tallied | None:
    """How many members an aggregate had, for each entity of `frame`; None for what is no aggregate."""
    if not isinstance(node.operation, Aggregate):
        return None
    counts = tallied(frame.evaluation, node)
    at = frame.positions
    if node.params[0] is None:
        _, groups = frame.evaluation.keep(("inside", id(node), row), lambda: _inside(frame.evaluation, node, row))
        at = np.maximum(groups[at], 0)
    n, known = (array[row, at].astype(np.int64) for array in (counts.total, counts.known))
    return Tallied(n, known, None if counts.true is None else counts.true[row, at].astype(np.int64))
