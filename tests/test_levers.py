"""`clears_when` and `fires_when` do what they say: the cell is set, the rule judged again, and the level looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alert_world import DECLINE, county, judged, series
from ewarn.alerts.levers import NEAR, clearing, firing
from ewarn.alerts.models import Clearing
from ewarn.levels import RANK
from ewarn.panel import Indicator, Panel
from ewarn.signals import Verdicts

MONTHS = 24
NUMBERS = st.one_of(st.integers(-60, 200).map(float), st.floats(-100, 300).map(lambda value: round(value, 2)))
SIDES = (
    "x", "y", "x + y", "x - y", "x * y", "x / y", "y / x", "2 * x - 3", "abs(x)", "abs(x - 40)", "-x", "min(x, y)",
    "max(x, 50, y)", "yoy(x)", "lag(x, 1)", "diff(x)", "pct_change(x)", "rolling_sum(x, 3)", "rolling_mean(x, 3) - y",
    "rolling_min(x, 2)", "rolling_max(x, 2)", "x * x", "x / (x + y)", "coalesce(y, x)", "park.z", "x + park.z",
    "(x if y > 10 else -x)", "x.ytd", "yoy(y, years=2)", "rolling_std(x, 3)", "share(x)",
)  # fmt: skip
SIGNS = ("<", "<=", ">", ">=")
RATES = ("yoy(x)", "pct_change(x)", "yoy(y, years=2)", "share(x)", "x / (x + y)")
BARS = ("0", "50", "-0.1", "0.3", "y", "100", "12.345678901", "x")

# x and y have no unit: a rate cannot be compared with them.
comparisons = st.builds(
    lambda side, sign, bar: f"{side} {sign} {'0.3' if side in RATES and bar in ('x', 'y') else bar}",
    *map(st.sampled_from, (SIDES, SIGNS, BARS)),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(lambda a, b, word: f"({a} {word} {b})", inner, inner, st.sampled_from(("and", "or"))),
        inner.map(lambda a: f"not ({a})"),
        st.builds(lambda a, n: f"streak({a}) >= {n}", inner, st.integers(1, 3)),
        st.builds(lambda a, n: f"times({a}, 3) >= {n}", inner, st.integers(1, 3)),
        inner.map(lambda a: f"since({a}) < 2"),
        inner.map(lambda a: f"optional({a})"),
    ),
    max_leaves=3,
)


def small(columns: Sequence[Sequence[float]]) -> Panel:
    """Two firms in one park, with x, y and the park's z."""
    panel = county(names=("a", "b", "c", "d"))
    x, y, z = columns[:4], columns[4:8], columns[8:]
    made = {("enterprise", "x"): x, ("enterprise", "y"): y, ("park", "z"): z}
    return replace(
        panel,
        indicators={name: Indicator(name, "flow") for name in "xyz"},
        series={
            (kind, name, "period"): series(name, None, rows, panel_table(panel), name)
            for (kind, name), rows in made.items()
        },
    )  # fmt: skip


def panel_table(panel: Panel):  # type: ignore[no-untyped-def]  # a Table, wherever it is from
    return panel.series["enterprise", "output", "period"].sources[0].table


def changed(panel: Panel, claim: Clearing, home: str, value: float) -> Panel:
    """The panel with that one cell set."""
    indicator, _, measure = claim.indicator.partition(".")
    for kind in (home, *panel.types[home].parents):
        key = (kind, indicator, measure or "period")
        if key in panel.series and claim.entity in panel.types[kind].position:
            one = panel.series[key]
            values = one.values.copy()
            row = panel.calendars[one.freq].labels.index(claim.period)
            values[row, panel.types[kind].position[claim.entity]] = value
            return replace(panel, series={**panel.series, key: replace(one, values=values)})
    raise AssertionError(claim)


def satisfying(claim: Clearing) -> list[float]:
    """Values that satisfy a claim: at its edge, near and far."""
    way = 1 if claim.op in (">", ">=") else -1
    first = claim.value if claim.op in (">=", "<=") else math.nextafter(claim.value, way * math.inf)
    size = max(abs(first), 1.0)
    return [first, *(first + way * size * step for step in (1e-9, 0.3, 1e4))]


def rules(levels: dict[str, str], **more: object) -> dict[str, object]:
    return {"pack": "t", "rules": [{"id": "R", "slug": "r", "title": {"en": "t"}, "entity": "enterprise",
                                    "levels": levels, **more}]}  # fmt: skip


def holds(panel: Panel, rule: dict[str, object], verdicts: Verdicts, claims: Sequence[Clearing], want) -> None:  # type: ignore[no-untyped-def]  # a predicate
    for entity, claim in claims:
        for value in satisfying(claim):
            again = judged(rule, changed(panel, claim, "enterprise", value)).verdicts[0]
            assert again.row == verdicts.row
            assert want(int(again.raw[-1, entity]), claim), (claim, value, again.raw[-1, entity])


@settings(max_examples=50, deadline=None)
@given(columns=st.lists(st.lists(NUMBERS, min_size=4, max_size=4), min_size=10, max_size=10), low=conditions,
       high=conditions, gap=st.sampled_from([None, None, 0, 2, 6]))  # fmt: skip
@example([[0, 0, 0, 1]] * 10, "x < 0", "x > 0", None)
@example([[50, 50, 50, 40]] * 10, "(x < 50 or (x < 120 and y > 1000))", "x < 45", None)
@example([[50, 50, 50, 100]] * 10, "x > 100 or x < -5 or x == 7", "x <= 45", None)
def test_setting_that_one_cell_takes_the_level_away(
    columns: list[list[float]], low: str, high: str, gap: int | None
) -> None:
    whole = [[*([50.0] * (MONTHS - 14)), *([column[0]] * 10), *column] for column in columns]
    if gap is not None:
        whole[gap][-2] = math.nan
    panel = small(whole)
    rule = rules({"yellow": low, "red": high})
    verdicts = judged(rule, panel).verdicts[0]
    clears, fires = [], []
    for entity in (0, 2):
        rank = int(verdicts.raw[-1, entity])
        if rank > 0:
            clears += [(entity, claim) for claim in clearing(verdicts, entity).found]
        elif rank == 0:
            fires += [(entity, claim) for claim in firing(verdicts, entity, within=NEAR).found]
    before = verdicts.raw[-1].astype(int)
    for entity, claim in clears:
        assert claim.period == "2022-09"
        holds(panel, rule, verdicts, [(entity, claim)],
              lambda now, one, entity=entity: 0 <= now < before[entity] and now <= RANK.get(one.then, 0))  # fmt: skip
    holds(panel, rule, verdicts, fires, lambda now, one: now >= RANK[one.then])


def test_the_numbers_are_those_a_person_would_say() -> None:
    verdicts = judged(DECLINE).verdicts[0]
    (claim,) = clearing(verdicts, 0).found
    assert claim.model_dump() == {
        "indicator": "output", "entity": "E1", "period": "2022-09", "op": ">=", "value": 2410.0, "unit": "万元",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "claims"),
    [
        ("x > 40", [("<=", 40.0, None)]),
        ("x >= 50", [("<", 49.9999999, None)]),
        ("x < 60", [(">=", 60.0, None)]),
        ("x <= 50", [(">", 50.0000001, None)]),
        ("x * x > 100", []),
        ("x * x < 3600", [(">=", 60.0, None)]),
        ("abs(x - 40) > 5", []),
        ("x == 50", []),
        ("rolling_std(x, 3) < 5", []),
        ("yoy(x) > -0.5", [("<=", 25.0, None)]),
    ],
)
def test_edges(condition: str, claims: list[tuple[str, float, str | None]]) -> None:
    panel = small([[50.0] * MONTHS] * 10)
    verdicts = judged(rules({"yellow": condition}), panel).verdicts[0]
    found = clearing(verdicts, 0).found
    assert [(one.op, pytest.approx(one.value, rel=1e-8), one.then) for one in found] == claims or (
        [(one.op, one.value, one.then) for one in found] == claims
    )


def test_a_ladder_says_what_remains() -> None:
    panel = small([[50.0] * (MONTHS - 1) + [20.0]] * 10)
    verdicts = judged(rules({"yellow": "x < 45", "red": "x < 30"}), panel).verdicts[0]
    assert [(one.op, one.value, one.then) for one in clearing(verdicts, 0).found] == [
        (">=", 30.0, "yellow"),
        (">=", 45.0, None),
    ]


def test_a_filter_must_go_on_matching() -> None:
    panel = small([[50.0] * MONTHS] * 10)
    verdicts = judged(rules({"yellow": "x < 60"}, where="x < 55"), panel).verdicts[0]
    assert not clearing(verdicts, 0).found


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("lag(x, 1) > 0", "no single cell suffices"),
        ("sum(enterprise.x) > 10", "no cell of 2022-09 is read on its own"),
        ("abs(x) >= 0", "not monotone"),
        ("zscore(x) < 99", "no cell of 2022-09"),
    ],
)
def test_where_there_is_none_it_says_why(condition: str, reason: str) -> None:
    rows = np.random.default_rng(1).uniform(1, 9, (10, MONTHS)).tolist()
    home = "park" if "enterprise." in condition else "enterprise"
    verdicts = judged({"pack": "t", "rules": [{"id": "R", "slug": "r", "title": {"en": "t"}, "entity": home,
                                               "levels": {"red": condition}}]}, small(rows)).verdicts[0]  # fmt: skip
    at = int(np.argmax(verdicts.raw[-1]))
    found = clearing(verdicts, at)
    assert verdicts.raw[-1, at] > 0
    assert not found.found
    assert reason in str(found.reason)
