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
from ewarn.alerts.claims import sayable
from ewarn.alerts.levers import NEAR, Levers, clearing, firing
from ewarn.alerts.models import Clearing, Operator
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
    "rank(x)", "zscore(x)", "share(x, within=park)", "mean(x, within=park)", "mean(park.enterprise.x)", "slope(x, 3)",
    "(x if x > 40 else 2 * x)", "(x - 20) * (x - y)", "x / abs(y - x)", "rolling_mean(x, 3, where=x > 20)",
    "rolling_std(x - y, 4, min_periods=3)", "last(x) - first(x)", "at_start(x > 20, x)", "median(x, y, park.z)",
)  # fmt: skip
ABOVE = (
    "sum(enterprise.x)", "mean(enterprise.x, weight=enterprise.y)", "min(enterprise.x)", "median(enterprise.x)",
    "quantile(enterprise.x, 0.75)", "count(enterprise.x > 50)", "breadth(yoy(enterprise.x) < 0, weight=enterprise.y)",
    "growth(enterprise.x)", "share_of_top(enterprise.x, 1)", "sum(enterprise.x, where=enterprise.y > 20)", "z",
    "sum(max(enterprise.x, 0) * z)", "min(pull(enterprise.x))", "count(rank(enterprise.x) <= 2)", "abs(z - 40)",
    "z + mean(enterprise.x)", "mean(enterprise.x / enterprise.y, weight=enterprise.y)",
    "breadth(enterprise.x > enterprise.y, where=enterprise.x > 0)", "sum(enterprise.x, weight=enterprise.y)",
)  # fmt: skip
SIGNS = ("<", "<=", ">", ">=", "<", ">", "==", "!=")
RATES = ("yoy(x)", "pct_change(x)", "yoy(y, years=2)", "share(x)", "share(x, within=park)", "x / (x + y)")
BARS = ("0", "50", "-0.1", "0.3", "y", "100", "12.345678901", "x")

# x and y have no unit: a rate cannot be compared with them.
comparisons = st.builds(
    lambda side, sign, bar: f"{side} {sign} {'0.3' if side in RATES and bar in ('x', 'y') else bar}",
    *map(st.sampled_from, (SIDES, SIGNS, BARS)),
)
above = st.builds(
    lambda side, sign, bar: f"{side} {sign} {bar}", *map(st.sampled_from, (ABOVE, SIGNS, (*BARS[:4], "2")))
)  # fmt: skip


def joined(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions of these comparisons."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda a, b, word: f"({a} {word} {b})", inner, inner, st.sampled_from(("and", "or"))),
            inner.map(lambda a: f"not ({a})"),
            st.builds(lambda a, n: f"streak({a}) >= {n}", inner, st.integers(1, 3)),
            st.builds(lambda a, n: f"times({a}, 3) >= {n}", inner, st.integers(1, 3)),
            inner.map(lambda a: f"since({a}) < 2"),
            inner.map(lambda a: f"optional({a})"),
            inner.map(lambda a: f"(is_missing(x) or {a})"),
        ),
        max_leaves=3,
    )


conditions = joined(comparisons)


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
    key = (claim.entity_type or home, indicator, measure or "period")
    one = panel.series[key]
    values = one.values.copy()
    row = panel.calendars[one.freq].labels.index(claim.period)
    values[row, panel.types[key[0]].position[claim.entity]] = value
    return replace(panel, series={**panel.series, key: replace(one, values=values)})


def satisfying(claim: Clearing) -> list[float]:
    """Values that satisfy a claim: at its edge, near and far."""
    if claim.op == "==":
        to = claim.value if claim.to is None else claim.to
        return [claim.value + (to - claim.value) * part for part in (0, 0.25, 0.5, 0.9, 1)]
    way = 1 if claim.op in (">", ">=") else -1
    first = claim.value if claim.op in (">=", "<=") else math.nextafter(claim.value, way * math.inf)
    size = max(abs(first), 1.0)
    return [first, *(first + way * size * step for step in (1e-9, 0.3, 1e4))]


def rules(levels: dict[str, str], **more: object) -> dict[str, object]:
    return {"pack": "t", "rules": [{"id": "R", "slug": "r", "title": {"en": "t"}, "entity": "enterprise",
                                    "levels": levels, **more}]}  # fmt: skip


def holds(rule: dict[str, object], panel: Panel, verdicts: Verdicts, entities: Sequence[int]) -> int:
    """What is claimed is done: each cell set, the rule judged again. How many claims there were."""
    before, tried = verdicts.raw[-1].astype(int), 0
    for entity in entities:
        rank = before[entity]
        clears = clearing(verdicts, entity).found if rank > 0 else ()
        fires = firing(verdicts, entity, within=NEAR).found if rank == 0 else ()
        for claim in (*clears, *fires):
            assert claim.period == "2022-09"
            for value in satisfying(claim):
                tried += 1
                again = judged(rule, changed(panel, claim, verdicts.entity_type, value)).verdicts[0]
                assert again.row == verdicts.row
                now, then = int(again.raw[-1, entity]), RANK.get(claim.then or "", 0)
                assert now >= then if rank == 0 else 0 <= now < rank and now <= then, (claim, value, now)
    return tried


columns_of = st.lists(st.lists(NUMBERS, min_size=4, max_size=4), min_size=10, max_size=10)


def stretched(columns: list[list[float]], gap: int | None) -> Panel:
    whole = [[*([50.0] * (MONTHS - 14)), *([column[0]] * 10), *column] for column in columns]
    if gap is not None:
        whole[gap][-2] = math.nan
    return small(whole)


@settings(max_examples=60, deadline=None)
@given(columns=columns_of, low=conditions, high=conditions, gap=st.sampled_from([None, None, 0, 2, 6]))
@example([[0, 0, 0, 1]] * 10, "x < 0", "x > 0", None)
@example([[50, 50, 50, 40]] * 10, "(x < 50 or (x < 120 and y > 1000))", "x < 45", None)
@example([[50, 50, 50, 100]] * 10, "x > 100 or x < -5 or x == 7", "x <= 45", None)
def test_setting_that_one_cell_takes_the_level_away(
    columns: list[list[float]], low: str, high: str, gap: int | None
) -> None:
    panel, rule = stretched(columns, gap), rules({"yellow": low, "red": high})
    holds(rule, panel, judged(rule, panel).verdicts[0], (0, 2))


@settings(max_examples=40, deadline=None)
@given(columns=columns_of, low=joined(above), high=above,
       gap=st.sampled_from([None, None, 0, 5]))  # fmt: skip
def test_so_does_setting_one_member(columns: list[list[float]], low: str, high: str, gap: int | None) -> None:
    panel, rule = stretched(columns, gap), rules({"yellow": low.replace("is_missing(x)", "is_missing(z)"), "red": high})
    rule["rules"][0]["entity"] = "park"  # type: ignore[index]  # a list of dicts
    holds(rule, panel, judged(rule, panel).verdicts[0], (0, 1))


def test_the_numbers_are_those_a_person_would_say() -> None:
    verdicts = judged(DECLINE).verdicts[0]
    (claim,) = clearing(verdicts, 0).found
    assert claim.model_dump() == {
        "indicator": "output", "entity": "E1", "period": "2022-09", "op": ">=", "value": 2410.0, "unit": "万元",
        "now": 1910.0,
    }  # fmt: skip


def own(condition: str, home: str = "enterprise", first: float = -10.0) -> Levers:
    """What clears a rule of one condition for the first entity: x is 50 but for E4, where it began at `first`, y is
    5 to 8, z is 146."""
    rows = [
        *[[50.0] * MONTHS] * 3,
        [first, *[10.0] * (MONTHS - 1)],
        *([5.0 + at] * MONTHS for at in range(4)),
        *[[146.0] * MONTHS] * 2,
    ]
    rule = rules({"yellow": condition})
    rule["rules"][0]["entity"] = home  # type: ignore[index]  # a list of dicts
    verdicts = judged(rule, small(rows)).verdicts[0]
    assert verdicts.raw[-1, 0] > 0
    return clearing(verdicts, 0)


@pytest.mark.parametrize(
    ("condition", "claims"),
    [
        ("x > 40", ["x <= 40"]),
        ("x >= 50", ["x < 49.9999999"]),
        ("x < 60", ["x >= 60"]),
        ("x <= 50", ["x > 50.0000001"]),
        ("x * x > 100", ["x == 10 to 0"]),
        ("x * x < 3600", ["x >= 60", "x <= -60"]),
        ("abs(x - 40) > 5", ["x == 45 to 35"]),
        ("x == 50", ["x > 50.0000001", "x < 49.9999999"]),
        ("x != 51", ["x == 51"]),
        ("rolling_std(x, 3) < 5", ["x > 58.660254", "x < 41.339746"]),
        ("slope(x, 3) >= 0", ["x < 50"]),
        ("yoy(x) > -0.5", ["x <= 25"]),
        ("(2 if x > 40 else 0) > 1", ["x <= 40"]),
        ("share(x) > 0.2", ["x == 27.5 to 0"]),
        ("rank(x) <= 3", ["x < 9.99999999"]),
        ("zscore(x) > 0.1", ["x < 39.1864298"]),
        ("mean(park.enterprise.x) > 40", ["E1 x <= 30", "E2 x <= 30"]),
        ("x / (x + y) > 0.5", ["y >= 50"]),
    ],
)
def test_edges(condition: str, claims: list[str]) -> None:
    assert told(own(condition)) == claims


@pytest.mark.parametrize(
    ("condition", "claims"),
    [
        ("sum(enterprise.x) > 10", ["E1 x <= -40", "E2 x <= -40"]),
        ("count(enterprise.x > 20) >= 2", ["E1 x <= 20", "E2 x <= 20"]),
        ("mean(enterprise.x, weight=enterprise.y) > 40", ["E2 x < 31.6666667", "E1 x <= 28"]),
        ("z > 100 and growth(enterprise.x) > -0.1", ["E1 x <= 40", "E2 x <= 40", "z <= 100"]),
    ],
)
def test_edges_of_members(condition: str, claims: list[str]) -> None:
    assert told(own(condition, "park")) == claims


def test_what_nobody_ever_had_is_not_asked_for() -> None:
    """An amount that was never negative cannot be; a rate cannot fall by more than everything."""
    assert told(own("x * x < 3600", first=10.0)) == ["x >= 60"]
    assert told(own("x * x > 100", first=10.0)) == ["x == 10 to 0"]
    assert own("sum(enterprise.x) > 10", "park", 10.0).reason == "no single cell suffices"
    panel = county()
    output = panel.series["enterprise", "output", "period"]
    rates = replace(output, measure="growth", unit="ratio", values=output.values * 0 + 0.1, sources=())
    panel = replace(panel, series={**panel.series, ("enterprise", "output", "growth"): rates})
    for bar, claims in (("-0.2", [("<=", -0.2)]), ("-1.5", [])):
        verdicts = judged(rules({"red": f"yoy(output) > {bar}"}), panel).verdicts[0]
        assert [(one.op, one.value) for one in clearing(verdicts, 0).found] == claims


@pytest.mark.parametrize(
    ("op", "value", "to", "unit", "now", "said"),
    [
        (">=", 326.666666667, None, "亩", 90.0, (327.0, None)),
        ("<", 326.666666667, None, "亩", 90.5, (326.6, None)),
        ("<", 9.9999999, None, "亩", 30.0, (10.0, None)),
        (">=", 1928.0, None, "万元", 1820.0, (1928.0, None)),
        (">=", 100.0312, None, "万元", 100.0, (100.032, None)),
        (">", 0.083333333333, None, "ratio", 0.052, (0.0834, None)),
        ("<=", -0.2, None, "ratio", 0.1, (-0.2, None)),
        ("<", 1234567.5, None, None, 2e6, (1234567.0, None)),
        (">=", 0.000123456, None, None, 0.0, (0.000124, None)),
        ("==", 7.25, None, None, 5.0, (7.25, None)),
        ("==", 50.0000001, 59.9999999, None, 40.0, (50.0, 60.0)),
        ("==", 10.04, 10.06, None, 40.0, (10.04, 10.06)),
        (">=", 12.345678901, None, None, None, (12.4, None)),
        (">=", 0.0, None, None, -3.0, (0.0, None)),
        (">=", -1e-9, None, "ratio", -0.008, (0.0, None)),
    ],
)  # fmt: skip
def test_a_screen_says_what_a_person_would_write(
    op: Operator, value: float, to: float | None, unit: str | None, now: float | None, said: tuple[float, float | None]
) -> None:
    claim = Clearing(indicator="x", entity="a", period="2022-09", op=op, value=value, to=to, unit=unit, now=now)
    found = sayable(claim)
    assert (found.value, found.to) == said


@settings(max_examples=200)
@given(op=st.sampled_from(["<", "<=", ">", ">=", "=="]), value=st.floats(-1e9, 1e9), wide=st.floats(-1e6, 1e6),
       now=st.one_of(st.none(), st.floats(-1e9, 1e9)), unit=st.sampled_from(["万元", "ratio", None]))  # fmt: skip
def test_and_stays_on_the_safe_side(
    op: Operator, value: float, wide: float, now: float | None, unit: str | None
) -> None:
    to = value + wide if op == "==" and wide else None
    claim = Clearing(indicator="x", entity="a", period="2022-09", op=op, value=value, to=to, unit=unit, now=now)
    found = sayable(claim)
    dust = 1e-6 * max(abs(value), abs(to or 0), abs(now or 0), 1.0)
    way = 1 if op in (">", ">=") or (to is not None and to > value) else -1
    if op == "==" and to is None:
        assert found.value == value
    else:
        assert way * (found.value - value) >= -dust
    if to is not None and found.to is not None:
        assert way * (to - found.to) >= -dust
        assert way * (found.to - found.value) >= 0


def told(found: Levers) -> list[str]:
    """Claims in few words: whose cell where it is one of several, up to nine digits."""
    several = len({one.entity for one in found.found}) > 1
    return [
        f"{one.entity + ' ' if several and one.indicator == 'x' else ''}{one.indicator} {one.op} {one.value:.9g}"
        + (f" to {one.to:g}" if one.to is not None else "")
        for one in found.found
    ]


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
        ("sum(enterprise.x) > -1e17", "no single cell suffices"),
        ("share_of_top(enterprise.x, 1) > 0.1", "not monotone"),
        ("lag(sum(enterprise.x), 1) > 0 and year() > 0", "no single cell suffices"),
        ("year() > 0", "no cell of 2022-09 is read on its own"),
        ("abs(x) >= 0", "no single cell suffices"),
        ("x < 2 * mean(x) + 99", "not monotone"),
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


def test_near_misses_are_found_among_many_and_do_what_they_say() -> None:
    """The quick look at all entities finds what looking at each does; the nearest come first."""
    from ewarn.alerts.near import near_misses

    panel = county(
        output=[[100.0] * (MONTHS - 1) + [80.0 + at] for at in range(40)], names=[f"N{at}" for at in range(40)]
    )
    rule = rules({"yellow": "output < 90", "red": "output < 85 and yoy(output) < 0"}, where="output > 81")
    signals = judged(rule, panel)
    verdicts = signals.verdicts[0]
    found = near_misses(signals, 40)
    one_by_one = [at for at in np.flatnonzero(verdicts.raw[-1] == 0) if firing(verdicts, at, within=NEAR).found]
    assert {one.entity for one in found} == {panel.types["enterprise"].ids[at] for at in one_by_one}
    assert [one.entity for one in found[:2]] == ["E11", "E12"]
    assert [one.entity for one in near_misses(signals, 2)] == ["E11", "E12"]
    assert (found[0].level, found[0].name) == ("yellow", "N10")
    assert found[0].explanation.zh == "2022-09 output 在 81.1 万元 至 90 万元 之间（现 90 万元）即为黄级"
    for one in found:
        at = panel.types["enterprise"].position[one.entity]
        value = satisfying(one.fires_when[0])[0]
        assert judged(rule, changed(panel, one.fires_when[0], "enterprise", value)).verdicts[0].raw[-1, at] > 0
