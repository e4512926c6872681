"""What an aggregate, or a place among peers, comes to when one member's cell holds another value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Floats
from ewarn.alerts.trial import TangledError, Trial, below, reads
from ewarn.expressions.evaluation import at_row
from ewarn.expressions.grouping import grouping
from ewarn.expressions.groups import Groups, ancestor_path, exists, group_sums, parent_rows
from ewarn.expressions.members import Aggregate, Membership, Peers, Pull, enrolled, parts
from ewarn.expressions.nodes import Node, Value
from ewarn.expressions.operators import Growth
from ewarn.panel import Reason

MOST = 2_000
"""A group of more members is not tried: each candidate means all of them once more."""
Ints = npt.NDArray[np.int64]


def retold(trial: Trial, node: Node) -> Value:
    """The values of an aggregate or of a place among peers, for each candidate: as they are, but in the judged row."""
    value = trial.evaluation.full(node)
    if isinstance(value, tuple):
        raise TangledError
    base: Floats = np.array(np.broadcast_to(value, (len(trial.calendar), trial.evaluation.width(node.home))))
    out = base[:, trial.entities]
    inside = affected(trial, node)
    if inside is None:
        return out
    changed, members = inside
    place = int(np.flatnonzero(members == changed.positions[0])[0])
    if isinstance(node.operation, Pull):
        out[trial.row] = _pulled(trial, node, members, place)
        return out
    who = enlisted(trial, node, changed, members, place)
    if isinstance(node.operation, Peers):
        out[trial.row] = node.operation.placed(node, who)[:, place]
    else:
        assert isinstance(node.operation, Aggregate)
        out[trial.row] = node.operation.folded(node, who)[0][:, 0]
    return out


def affected(trial: Trial, node: Node) -> tuple[Trial, Ints] | None:
    """The one member that reads the cell, and all of its group; None where the cell is outside of it.

    Raises TangledError where the cell changes more than one member, or the group is too large to try.
    """
    assert trial.cell is not None
    evaluation, row = trial.evaluation, trial.row
    home, kind = str(node.args[0].home), trial.cell.key[0]
    member = trial.cell.entity
    if kind != home:
        if ancestor_path(evaluation.panel, kind, home) is None:
            raise TangledError
        index = parent_rows(evaluation, kind, home, node.calendar)
        member = int(index[row if len(index) > 1 else 0, member])
    if any(_spreads(trial, one, home) for arg in node.args for one in arg.walk()):
        raise TangledError
    groups, _ = grouping(evaluation, node, home)
    group = groups[row if len(groups) > 1 else 0]
    folds = isinstance(node.operation, Aggregate) and node.params[0] is not None
    own = int(trial.positions[0]) if folds else int(group[trial.positions[0]])
    if member < 0 or own < 0 or group[member] != own:
        return None
    if isinstance(node.operation, Peers | Pull) and trial.positions[0] != member:
        raise TangledError  # the place of one among peers, of whom another changes
    members = np.flatnonzero(group == own)
    if len(members) > MOST:
        raise TangledError
    return trial.of(home, member), members


def _spreads(trial: Trial, node: Node, home: str) -> bool:
    """Whether a part of the members' expressions gives each of them something of the others."""
    assert trial.cell is not None
    peers = isinstance(node.operation, Peers) or (isinstance(node.operation, Aggregate) and node.params[0] is None)
    return peers and node.home == home and trial.cell.key in below(trial.evaluation, node)


def enlisted(trial: Trial, node: Node, changed: Trial, members: Ints, place: int) -> Membership:
    """The group in the judged period, a row for each candidate."""
    where, weight = parts(node) if isinstance(node.operation, Aggregate) else (None, None)
    value = node.args[0]
    raw, holds, weights = (_each(trial, one, changed, members, place) for one in (value, where, weight))
    assert raw is not None
    there = exists(trial.panel, str(value.home), node.calendar)[trial.row, members]
    lacking = np.zeros(len(members), dtype=bool)
    if any(isinstance(one.operation, Growth | Pull) for one in value.walk()):
        why = trial.evaluation.why_at(value, trial.row, members)
        lacking = (why == Reason.NO_BASE) | (why == Reason.NONPOSITIVE_BASE)
    groups = Groups(np.zeros((1, len(members)), dtype=np.int64), 1)
    return enrolled(raw, np.broadcast_to(there, raw.shape), lacking[None], holds, weights, groups)


def _each(trial: Trial, node: Node | None, changed: Trial, members: Ints, place: int) -> npt.NDArray[Any] | None:
    """An expression of the members: (candidates, members)."""
    assert trial.cell is not None
    if node is None:
        return None
    key = ("members at", id(node), trial.row, members.tobytes())
    now = trial.evaluation.keep(key, lambda: np.array(trial.evaluation.at(node, trial.row, members)))
    out = np.repeat(now[None], len(trial.given), axis=0)
    if reads(trial.evaluation, node, trial.cell):
        out[:, place] = at_row(changed.array(node), trial.row, len(trial.given))
    return out


def _pulled(trial: Trial, node: Node, members: Ints, place: int) -> Floats:
    x, base = (trial.evaluation.at(arg, trial.row, members) for arg in node.args[:2])
    assert isinstance(x, np.ndarray)
    assert isinstance(base, np.ndarray)
    both = ~np.isnan(x) & (base > 0)
    below_all = group_sums(np.where(both, base, np.nan)[None], np.zeros((1, len(members)), dtype=np.int64), 1)[0, 0]
    if not both[place] or below_all <= 0:
        return np.full(len(trial.given), np.nan)
    pulled: Floats = (at_row(trial.array(node.args[0]), trial.row, len(trial.given)) - base[place]) / below_all
    return pulled
