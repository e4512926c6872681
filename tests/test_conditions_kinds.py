"""Each named condition on each kind of panel, with drawn settings, against loops over single figures."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import ewarn
from coverage_table import CONDITIONS_NEED_MONTHS
from ewarn.conditions import conditions
from ewarn.errors import RuleError
from naive.conditions import CONDITIONS, Spot
from naive.kinds import KINDS, World
from naive.outcome import known
from naive.reader import Reader
from naive.sheet import Steps

Choices = dict[str, list[Any]]
AGAINST = ["year", "previous"]
SETTINGS: dict[str, Choices] = {
    "behind_schedule": {"indicator": ["x", "c"], "target": ["x.target"], "by": [0.05, 0.3], "pace": ["linear", "own"],
                        "since?": ["started"]},
    "breadth_of_decline": {"members": ["enterprise.x", "enterprise.s"], "share": [0.3, 0.5, 1], "against": AGAINST},
    "concentration": {"members": ["enterprise.x", "enterprise.s"], "share": [0.5, 0.9, 1.5], "top": [1, 2]},
    "consecutive_decline": {"indicator": ["x", "s", "x.ytd"], "periods": [1, 2, 3], "against": AGAINST},
    "expiring": {"date": ["started"], "within": ["6m", "90d", "1y"], "lapsed": [True, False]},
    "missing_reports": {"indicator": ["x", "s", "yoy(x)"], "periods": [1, 2]},
    "near_threshold": {"indicator": ["x", "s"], "threshold": [2, 10, 100], "event": ["approaching", "losing", "lost"],
                       "within": [0.1, 0.9]},
    "new_low": {"indicator": ["x", "s"], "periods": [1, 2, 4], "side": ["low", "high"]},
    "outlier_among_peers": {"indicator": ["x", "s"], "deviations": [0.5, 1], "side": ["low", "high", "both"],
                            "within?": ["park", "sector"]},
    "outlier_in_history": {"indicator": ["x", "s"], "deviations": [0.5, 2], "periods": [2, 4],
                           "side": ["low", "high", "both"]},
    "overdue": {"start": ["started"], "done": ["started + '1y'", "started + '6m'"], "after": ["2m", "31d", "0d"]},
    "projected_shortfall": {"indicator": ["x", "c"], "target": ["x.target", "s"], "below": [0.9, 1],
                            "pace": ["linear", "recent"]},
    "sharp_drop": {"indicator": ["x", "s"], "drop": [0.3, 0.7], "against": AGAINST, "min_base?": [2, 20]},
    "stalled": {"indicator": ["x", "s", "c"], "periods": [1, 2], "at_most": [0, 2], "plan?": ["x.target"]},
    "turned_negative": {"indicator": ["x", "x - s"], "of": ["growth", "value"], "after": [1, 2], "below": [0, 0.1]},
    "unmet_quota": {"needed": ["x", "s"], "granted": ["s", "x"], "share": [0.1, 0.5], "periods": [1, 2]},
}  # fmt: skip
ON_ROUNDS = {"x": "b", "s": "v", "c": "y", "k": "v", "x.ytd": "y", "x.target": "b", "enterprise.x": "project.b",
             "enterprise.s": "project.v", "yoy(x)": "b - v", "x - s": "b - v"}  # fmt: skip
NEVER_UNKNOWN = ("missing_reports", "expiring", "overdue")
"""Whether a report is missing is always known; a blank date is "not yet"."""
FIGURES = ("indicator", "target", "plan", "needed", "granted", "members")


def drawn(chance: random.Random, name: str, rounds: bool) -> dict[str, Any]:
    """Settings of a condition; what ends in `?` is left out now and then."""
    found = {}
    for key, choices in SETTINGS[name].items():
        if not key.endswith("?") or chance.randrange(2):
            value = chance.choice(choices)
            found[key.rstrip("?")] = ON_ROUNDS.get(value, value) if rounds and key.rstrip("?") in FIGURES else value
    if name == "stalled" and found["indicator"] == "s":  # nobody plans what a stock adds up to
        found.pop("plan", None)
    if rounds and name in ("expiring", "overdue"):
        found |= {key: chance.choice(["f", "started"]) for key in ("date", "start", "done") if key in found}
    return found


def agree(world: World, name: str, own: dict[str, Any]) -> Counter[str]:
    """How often each level was found, in both readings. Raises RuleError where the condition is refused."""
    rounds = bool(world.sheet.rounds)
    home = "park" if "members" in own else "project" if rounds else "enterprise"
    frame = ewarn.evaluate(world.panel, {"rules": [{"id": "T", "entity": home, name: own}]}).to_frame(every=True)
    freq = "round" if rounds else "M"
    reader = Reader(world.sheet, home, freq)
    names = [str(value) for key, value in own.items() if key in FIGURES]
    steps = [found for one in names if (found := reader.steps(reader.parse(one))) is not None]
    labels = {world.sheet.label(freq, t): t for t in range(world.sheet.first[freq], world.sheet.last[freq] + 1)}
    double = any(one.double for one in steps)
    found: Counter[str] = Counter()
    for row in frame.itertuples():
        t = labels.get(str(row.period)[:10])
        if t is None:  # a month of which nothing but blanks is known
            continue
        truth = CONDITIONS[name](Spot(reader, t, Steps(freq, double), ((home, row.entity),)), own)
        level = "unknown" if not known(truth) else "yellow" if truth else "clear"
        assert row.level == level, (name, own, row.entity, str(row.period), "naive", level, "engine", row.level)
        found[level] += 1
    return found


@pytest.mark.laws
@pytest.mark.parametrize("kind", KINDS)
def test_each_condition_is_like_loops_over_figures(kind: str) -> None:
    found: dict[str, Counter[str]] = {name: Counter() for name in conditions()}
    refused: set[tuple[str, str]] = set()

    @settings(max_examples=30, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(KINDS[kind](), st.integers(0, 2**32))
    def check(world: World, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 -- which settings, nothing secret
        for name, levels in found.items():
            if len(levels) < 3 or chance.randrange(8) == 0:
                try:
                    levels += agree(world, name, drawn(chance, name, kind == "rounds"))
                except RuleError as error:
                    refused.update((name, one.code) for one in error.diagnostics)

    check()
    # On rounds there are no flows, and one of the indicators is of a kind that is not known; in a file a column of
    # dates that are all blank is no column of dates.
    allowed = {"rounds": {"EW103", "EW109"}, "vintages": {"EW103"}}.get(kind, set())
    assert {code for _, code in refused} <= allowed
    for name, levels in found.items():
        if kind == "rounds" and name in CONDITIONS_NEED_MONTHS:
            assert (name, "EW109") in refused
            assert not levels
        else:
            assert levels["yellow"], f"`{name}` never hit on the kind `{kind}`"
            assert levels["clear"], f"`{name}` was never clear on the kind `{kind}`"
            assert levels["unknown"] or name in NEVER_UNKNOWN, f"`{name}` was never unknown on the kind `{kind}`"
