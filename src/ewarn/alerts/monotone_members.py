"""Which way an aggregate, or a place among peers, goes as the cell of one member rises or falls."""

from __future__ import annotations

import numpy as np

from ewarn.alerts.columns import Floats
from ewarn.alerts.monotone import SAME, direction, keeping, side, standing, steady
from ewarn.alerts.trial import TangledError, Trial
from ewarn.alerts.trial_members import Ints, affected, enlisted
from ewarn.expressions.members import Aggregate, Peers, Pull, parts
from ewarn.expressions.nodes import Node

_ORDERED = ("min", "max", "median", "quantile")


def among_members(trial: Trial, node: Node, row: int, way: int) -> int:
    """As `direction`, for operations that need all entities at once."""
    if row != trial.row:
        return SAME
    inside = affected(trial, node)
    if inside is None:
        return SAME
    changed, members = inside
    if isinstance(node.operation, Pull):
        return _pull(trial, node, row, way)
    place = int(np.flatnonzero(members == changed.positions[0])[0])
    if isinstance(node.operation, Peers):
        return _peers(trial, node, row, way, changed, members, place)
    if type(node.operation) is Aggregate:
        return _folded(trial, node, row, way, changed, members, place)
    raise TangledError


def _pull(trial: Trial, node: Node, row: int, way: int) -> int:
    if direction(trial, node.args[1], row, way):
        raise TangledError
    return direction(trial, node.args[0], row, way)


def _peers(trial: Trial, node: Node, row: int, way: int, changed: Trial, members: Ints, place: int) -> int:
    going, which = direction(trial, node.args[0], row, way), node.params[2]
    if not going or which == "rank":
        return -going
    who = enlisted(trial, node, changed, members, place)
    others = np.delete(who.value[0], place)
    others = others[~np.isnan(others)]
    if which == "zscore":
        if len(others) < 2 or float(np.ptp(others)) <= 1e-6 * max(1.0, float(np.abs(others).max())):
            raise TangledError  # where all others are equal it jumps, or is unknown
        return going
    rest = float(others.sum())
    # x / (x + rest): on either side of the sum's 0 it goes with the sign of the rest.
    key = ("sum", id(node), row)
    keeping(
        trial, key, going, _sign(standing(trial, node.args[0], row) + rest), lambda one: _own(one, node) + rest, False
    )
    return going * _sign(rest)


def _own(trial: Trial, node: Node) -> Floats:
    own: Floats = np.broadcast_to(trial.array(node.args[0]), trial.shape)[trial.row]
    return own


def _folded(trial: Trial, node: Node, row: int, way: int, changed: Trial, members: Ints, place: int) -> int:
    where, weight = parts(node)
    value, which = node.args[0], node.params[2]
    assert trial.cell is not None
    if where is not None:
        steady(changed, where, row, way)
        if standing(changed, where, row) != 1:
            return SAME
    weighs = SAME if weight is None else direction(changed, weight, row, way)
    going = SAME
    if value.type.base == "condition":
        steady(changed, value, row, way)
    else:
        going = direction(changed, value, row, way)
    if which == "count" or not (going or weighs):
        return SAME
    if which in _ORDERED or weight is None:
        return going
    if going and weighs:
        raise TangledError
    if going:
        first = going * side(changed, weight, row, way)
        return first if which == "sum" else first * _sign(_weighed(trial, node, changed, members, place))
    if which == "sum":
        if value.type.base == "condition":
            return weighs if standing(changed, value, row) == 1 else SAME
        return weighs * side(changed, value, row, way)
    # The mean goes towards the value whose weight grows.
    who = enlisted(trial, node, changed, members, place)
    weights, values = np.delete(_weights(who.weight, who.known), place), np.delete(who.value[0], place)
    if (weights[~np.isnan(values)] < 0).any() or not np.nansum(weights) > 0:
        raise TangledError
    side(changed, weight, row, way, passable=False)
    if standing(changed, weight, row) < 0:
        raise TangledError
    known = ~np.isnan(values)
    mean = float((weights[known] * values[known]).sum() / weights[known].sum())
    return weighs * _sign(float(who.value[0, place]) - mean)


def _weights(weight: Floats | None, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    assert weight is not None
    return np.where(known[0], weight[0], np.nan)


def _weighed(trial: Trial, node: Node, changed: Trial, members: Ints, place: int) -> float:
    who = enlisted(trial, node, changed, members, place)
    return float(np.nansum(_weights(who.weight, who.known)))


def _sign(value: float) -> int:
    return 0 if value != value else int(np.sign(value))
