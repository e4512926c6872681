"""The run of fired periods up to the judged one, against a loop over one entity."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ewarn.alerts.runs import current_run

LEVELS = st.lists(st.sampled_from([-2, -1, 0, 1, 3]), max_size=12)


def naive(levels: list[int], bridge: int) -> tuple[int, int]:
    since, periods, gap = len(levels) - 1, 0, 0
    for at in range(len(levels) - 1, -1, -1):
        if levels[at] > 0:
            since, periods, gap = at, periods + 1, 0
        elif levels[at] == -1 and gap < bridge:
            gap += 1
        else:
            break
    return since, periods


@given(st.lists(LEVELS, min_size=1, max_size=5), st.integers(0, 2))
def test_run_equals_the_loop(histories: list[list[int]], bridge: int) -> None:
    height = max(map(len, histories)) + 1
    table = [[-2] * (height - 1 - len(history)) + history + [2] for history in histories]
    levels = np.array(table, dtype=np.int8).T
    entities = np.arange(len(table))[::-1].copy()
    since, periods = current_run(levels, entities, height - 1, bridge)
    assert list(zip(since.tolist(), periods.tolist(), strict=True)) == [naive(table[at], bridge) for at in entities]
