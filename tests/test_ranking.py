"""Scores add up, the order is total and the same whatever the order of the input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn import ranking

SHARE = st.one_of(st.just(math.nan), st.floats(-0.5, 1, allow_nan=False))
ROW = st.tuples(SHARE, st.integers(1, 40), st.one_of(st.just(math.nan), st.floats(0, 3)), st.booleans())


def scored(rows: list[tuple[float, int, float, bool]]) -> ranking.Scores:
    share, periods, depth, began = (list(column) for column in zip(*rows, strict=True))
    return ranking.score(np.array(share), np.array(periods), np.array(depth), np.array(began))


@given(st.lists(ROW, min_size=1, max_size=20))
def test_score_equals_the_formula_and_its_parts_add_up(rows: list[tuple[float, int, float, bool]]) -> None:
    scores = scored(rows)
    for at, (share, periods, depth, began) in enumerate(rows):
        expected = 0.0
        if share > 0:
            expected += 40 * min(1, share / 0.1)
        expected += 25 * min(1, periods / 6)
        if not math.isnan(depth):
            expected += 20 * min(1, depth)
        if began:
            expected += 15
        assert scores.points("total")[at] == pytest.approx(expected, abs=1e-6)
        assert sum(int(getattr(scores, part)[at]) for part in ranking.PARTS) == int(scores.total[at])
        assert 0 <= scores.points("total")[at] <= 100


def test_the_documented_score() -> None:
    scores = scored([(0.02, 3, math.nan, False)])
    assert [scores.points(part)[0] for part in (*ranking.PARTS, "total")] == [8.0, 12.5, 0.0, 0.0, 20.5]


KEY = st.tuples(st.integers(1, 4), st.integers(0, 3), st.sampled_from(["A-1", "A-10", "B"]), st.integers(0, 2))


def keys_of(rows: list[tuple[int, int, str, int]]) -> ranking.Keys:
    level, total, rule, entity = (list(column) for column in zip(*rows, strict=True))
    zeros = np.zeros(len(rows), dtype=np.int64)
    return ranking.Keys(np.array(level), np.array(total), ranking.ranks(rule), zeros, np.array(entity), zeros)


@given(st.data())
def test_order_is_that_of_a_plain_sort_for_every_shuffle(data: st.DataObject) -> None:
    rows = data.draw(st.lists(KEY, min_size=1, max_size=25, unique_by=lambda row: row[2:]))
    shuffled = data.draw(st.permutations(rows))
    expected = sorted(rows, key=lambda row: (-row[0], -row[1], row[2], row[3]))
    assert [shuffled[at] for at in ranking.order(keys_of(shuffled))] == expected


@given(st.lists(KEY, min_size=1, max_size=25, unique_by=lambda row: row[2:]), st.integers(0, 30), st.integers(1, 4))
def test_selection_is_a_prefix_of_the_order(rows: list[tuple[int, int, str, int]], top: int, least: int) -> None:
    keys = keys_of(rows)
    chosen, omitted = ranking.select(keys, top=top, min_level=least)
    expected = [at for at in ranking.order(keys).tolist() if rows[at][0] >= least][: top or None]
    assert chosen.tolist() == expected
    assert omitted == len(rows) - len(expected)


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=6), st.integers(0, 2))
def test_printed_parts_add_up_to_the_printed_sum(billionths: list[int], digits: int) -> None:
    parts = [value / 10**9 for value in billionths]
    shown = ranking.printed(parts, digits)
    assert sum(round(part * 10**digits) for part in shown) == pytest.approx(sum(parts) * 10**digits, abs=0.5001)
    assert all(abs(a - b) <= 10**-digits for a, b in zip(parts, shown, strict=True))


@given(st.lists(st.one_of(st.just(math.nan), st.floats(-5, 1e6)), min_size=1, max_size=12))
def test_shares_are_of_the_known_positive_whole(weights: list[float]) -> None:
    whole = sum(weight for weight in weights if weight > 0)
    for weight, share in zip(weights, ranking.shares(np.array(weights)).tolist(), strict=True):
        if math.isnan(weight) or whole == 0:
            assert math.isnan(share)
        else:
            assert share == pytest.approx(max(0.0, weight) / whole)
