"""How far beyond its threshold a condition lies, against the words of the definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn.alerts import depth as module


def one(true: bool, number: float, threshold: float, following: float | None, fraction: bool = False) -> float:
    step = None if following is None else np.array([following])
    measured = module.compared(np.array([true]), np.array([number]), np.array([threshold]), step, fraction=fraction)
    return float(measured.depth[0])


@pytest.mark.parametrize(
    ("number", "threshold", "following", "fraction", "depth"),
    [
        (4, 3, 5, False, 0.5),  # half a step towards the next level
        (9, 3, 5, False, 1.0),  # never above 1
        (4, 3, 3, False, 1 / 3),  # the next level has the same bar: measured in thresholds
        (4, 3, None, False, 1 / 3),
        (-0.45, -0.3, None, True, 0.5),
        (-0.25, 0, None, True, 0.25),
        (-250, 0, None, False, 0.0),
        (-0.25, 0, -0.5, True, 0.5),
        (4, 3, math.nan, False, 1 / 3),
    ],
)
def test_depth_of_a_comparison(
    number: float, threshold: float, following: float | None, fraction: bool, depth: float
) -> None:
    assert one(True, number, threshold, following, fraction) == pytest.approx(depth)


LEAF = st.tuples(st.booleans(), st.one_of(st.just(math.nan), st.floats(0, 1)))
TREE = st.recursive(LEAF, lambda parts: st.tuples(st.sampled_from(["and", "or"]), st.lists(parts, min_size=1)))


def naive(tree: object) -> tuple[bool, float | None]:
    """Truth and depth by the words of the definition; None where nothing is left to measure."""
    first, second = tree  # type: ignore[misc]  # a tuple by construction of TREE
    if isinstance(first, bool):
        return first, None if math.isnan(second) else second
    parts = [naive(part) for part in second]
    if first == "and":
        return all(true for true, _ in parts), min((d for _, d in parts if d is not None), default=None)
    return any(true for true, _ in parts), max((d for true, d in parts if true and d is not None), default=None)


def measured(tree: object) -> module.Measured:
    first, second = tree  # type: ignore[misc]  # a tuple by construction of TREE
    if isinstance(first, bool):
        return module.Measured(np.array([first]), np.array([second]))
    combine = module.all_of if first == "and" else module.any_of
    return combine([measured(part) for part in second])


@given(TREE)
def test_depth_of_trees_equals_the_naive_reading(tree: object) -> None:
    true, depth = naive(tree)
    result = measured(tree)
    assert bool(result.true[0]) == true
    assert math.isnan(result.depth[0]) if depth is None else result.depth[0] == depth
