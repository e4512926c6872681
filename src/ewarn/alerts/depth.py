"""How far beyond its threshold a condition lies, for a group of alerts, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Floats
from ewarn.alerts.groups import Group, decided
from ewarn.alerts.leaves import Comparison, Leaf, Reading, Tree
from ewarn.expressions.nodes import Node
from ewarn.expressions.operators import TIE

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Measured:
    """A condition for some alerts: whether it is known true, and how far beyond its threshold (NaN: no measure)."""

    true: Bools
    depth: Floats


def depth(group: Group) -> Floats:
    """0 to 1 for each alert of the group, NaN where its deciding condition compares no numbers."""
    higher = min((rank for rank in group.verdicts.compiled.levels if rank > group.rank), default=None)
    following = [] if higher is None else decided(group.verdicts, higher).distinct()
    measured = _measured(group.deciding, group.reading, following, {})
    # What is only possible, or held, lies beyond nothing.
    return np.where(measured.true, measured.depth, np.nan)


def _measured(tree: Tree, reading: Reading, following: Sequence[Leaf], known: dict[int, Measured]) -> Measured:
    """`known`: what was measured already, by the tree's identity; a named part may stand in many places."""
    found = known.get(id(tree))
    if found is None:
        if tree.leaf is not None:
            found = _leaf(tree.leaf, reading, following)
        else:
            parts = [_measured(part, reading, following, known) for part in tree.parts]
            found = all_of(parts) if tree.joins == "and" else any_of(parts)
        known[id(tree)] = found
    return found


def _leaf(leaf: Leaf, reading: Reading, following: Sequence[Leaf]) -> Measured:
    true, comparison = leaf.true(reading), leaf.comparison
    if comparison is None or comparison.number.type.base == "date":
        return unmeasured(true)
    unit = comparison.number.type.unit
    bar = _next_bar(comparison, following)
    return compared(
        true,
        _side(comparison.number, comparison.sign, reading),
        _side(comparison.threshold, comparison.sign, reading),
        None if bar is None else _side(bar, comparison.sign, reading),
        fraction=unit is not None and unit.is_ratio,
    )


def _next_bar(comparison: Comparison, following: Sequence[Leaf]) -> Node | None:
    """The threshold that the next level sets for the same number in the same direction."""
    for leaf in following:
        other = leaf.comparison
        if other is not None and other.number is comparison.number and other.sign[0] == comparison.sign[0]:
            return other.threshold
    return None


def _side(node: Node, sign: str, reading: Reading) -> Floats:
    """A number, or the bound of a count that decides a comparison of this sign."""
    value = reading.value(node)
    picked = (value[1] if sign[0] == "<" else value[0]) if isinstance(value, tuple) else value
    return picked.astype(np.float64)


def compared(
    true: Bools, number: Floats, threshold: Floats, next_threshold: Floats | None, *, fraction: bool
) -> Measured:
    """A numeric comparison: its distance from the threshold, in steps to the next level's, else in thresholds.

    At a threshold of 0 a fraction counts as it is and any other number as 0.
    """
    distance = np.abs(number - threshold)
    unit = np.abs(threshold)
    if next_threshold is not None:
        step = np.abs(next_threshold - threshold)
        unit = np.where(step > TIE * np.maximum(1.0, unit), step, unit)
    at_zero = distance if fraction else np.zeros_like(distance)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        depth = np.where(unit > 0, distance / unit, at_zero)
    return Measured(true, np.clip(depth, 0, 1))


def unmeasured(true: Bools) -> Measured:
    """A leaf that is no comparison of numbers (dates have no size): it is skipped."""
    return Measured(true, np.full(len(true), np.nan))


def all_of(parts: Sequence[Measured]) -> Measured:
    """`and`: the least depth among its parts."""
    true = np.logical_and.reduce([part.true for part in parts])
    return Measured(true, np.fmin.reduce([part.depth for part in parts]))


def any_of(parts: Sequence[Measured]) -> Measured:
    """`or`: the greatest depth among its true arms."""
    true = np.logical_or.reduce([part.true for part in parts])
    return Measured(true, np.fmax.reduce([np.where(part.true, part.depth, np.nan) for part in parts]))
