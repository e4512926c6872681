"""Ladders, adjustments, holding and episodes over all periods, against the naive reading."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import ewarn
from ewarn.calendar import Period
from naive.reader import Reader
from naive.sheet import Sheet
from naive.verdicts import NOT_MATCHED, Adjust, Ladder, episodes, held, periods, verdict
from naive.worlds import Want, panel_of, sheets

LEVELS = ("blue", "yellow", "orange", "red")
CONDITIONS = st.sampled_from(
    [
        "x > 2",
        "x > 7",
        "x >= 12.5 or s > 40",
        "streak(x > 1) >= 2",
        "streak(x > 1) >= 4 and s > 0",
        "yoy(x) < 0",
        "diff(x) < 0",
        "rolling_mean(x, 3) > 10",
        "times(s > 2, 4) >= 3",
        "s == lag(s, 1)",
        "is_missing(x)",
    ]
)
ADJUST = st.one_of(
    st.builds(lambda when, by: Adjust(when, by=by), CONDITIONS, st.sampled_from([-2, -1, 1, 2])),
    st.builds(lambda when, cap: Adjust(when, cap=cap), CONDITIONS, st.sampled_from(LEVELS)),
)
LADDERS = st.dictionaries(st.sampled_from(LEVELS), CONDITIONS, min_size=1, max_size=3)
PANEL = sheets([Want("x"), Want("s")], january=("separate", "none"), months=(2, 26), entities=(1, 6))


def both(rule: Ladder) -> dict[str, Any]:
    """The rule as it is written in a file."""
    order = [level for level in LEVELS if level in rule.levels]
    written: dict[str, Any] = {"id": "T", "entity": "enterprise", "levels": {name: rule.levels[name] for name in order}}
    if rule.where:
        written["where"] = rule.where
    if rule.adjust:
        written["adjust"] = [
            {"when": item.when, "cap": item.cap} if item.cap else {"when": item.when, "by": item.by}
            for item in rule.adjust
        ]
    if rule.hold:
        written["for"] = rule.hold
    if rule.until:
        written["until"] = rule.until
    return {"pack": "t", "rules": [written | {"keep_for": rule.keep_for, "bridge": rule.bridge}]}


def data_period(sheet: Sheet, rule: Ladder) -> int | None:
    """The newest month for which each indicator that the rule reads has been reported for anybody."""
    texts = [*rule.levels.values(), rule.where or "", rule.until or "", *(item.when for item in rule.adjust)]
    newest = []
    for name in ("x", "s"):
        if any(re.search(rf"\b{name}\b", text) for text in texts):
            months = [t for (_, _, key, _, t) in sheet.values if key == name]
            newest.append(max(months, default=-1))
    return min(newest)


def check(sheet: Sheet, rule: Ladder) -> None:
    panel = panel_of(sheet)
    rules = both(rule)
    signals = ewarn.evaluate(panel, rules)
    (verdicts,) = signals.verdicts
    newest = data_period(sheet, rule)
    if verdicts.row < 0:
        assert newest == -1
        return
    assert verdicts.calendar.periods[verdicts.row].ordinal == newest
    frame = signals.to_frame(every=True)
    got = {(row.entity, str(row.period)): row.level for row in frame.itertuples()}
    last = verdicts.calendar.periods[verdicts.row].ordinal
    reader = Reader(sheet, "enterprise", "M", bridge=rule.bridge)
    when = periods(reader, rule, last)
    words = {-1: "unknown", 0: "clear"} | {i + 1: name for i, name in enumerate(LEVELS)}
    expected, spans = {}, []
    for entity in sheet.entities["enterprise"]:
        levels = held(reader, rule, entity, last)
        pairs = [(t, level) for t, level in zip(when, levels, strict=True) if level != NOT_MATCHED]
        expected |= {(entity, str(Period("M", t))): words[level] for t, level in pairs}
        spans += [
            (entity, str(Period("M", one.start)), str(Period("M", one.end)), one.peak, one.open)
            for one in episodes(levels, when, rule.bridge)
        ]
    apart = sorted(key for key in expected | got if expected.get(key) != got.get(key))
    assert not apart, (rules, apart[0], "naive", expected.get(apart[0]), "engine", got.get(apart[0]))
    for place, entity in enumerate(sheet.entities["enterprise"]):
        level, possible = verdict(reader, rule, entity, last)
        assert verdicts.raw[-1, place] == level
        assert level <= 0 or verdicts.possible[place] == possible
    table = ewarn.episodes(panel, rules)
    found = [(row.entity, str(row.start), str(row.end), row.peak, row.open) for row in table.itertuples()]
    assert sorted(found) == sorted(spans), rules


@settings(max_examples=40)
@given(PANEL, LADDERS, st.sampled_from([None, "size == '规上'", "backbone", "s > 2"]))
def test_a_ladder(sheet: Sheet, levels: dict[str, str], where: str | None) -> None:
    check(sheet, Ladder(levels, where=where))


@settings(max_examples=20)
@given(PANEL, LADDERS, st.lists(ADJUST, min_size=1, max_size=3))
def test_adjustments(sheet: Sheet, levels: dict[str, str], adjust: list[Adjust]) -> None:
    check(sheet, Ladder(levels, adjust=tuple(adjust)))


@settings(max_examples=20)
@given(PANEL, LADDERS, st.integers(1, 4), st.integers(0, 2), st.data())
def test_for(sheet: Sheet, levels: dict[str, str], n: int, bridge: int, data: st.DataObject) -> None:
    hold = {level: data.draw(st.integers(1, 4)) for level in levels} if n == 4 else dict.fromkeys(levels, n)
    check(sheet, Ladder(levels, hold=hold, bridge=bridge))


@settings(max_examples=20)
@given(PANEL, LADDERS, st.integers(0, 3), st.integers(0, 1))
def test_keep_for(sheet: Sheet, levels: dict[str, str], n: int, bridge: int) -> None:
    check(sheet, Ladder(levels, keep_for=n, bridge=bridge))


@settings(max_examples=20)
@given(PANEL, LADDERS, CONDITIONS, st.integers(0, 2))
def test_until(sheet: Sheet, levels: dict[str, str], until: str, n: int) -> None:
    check(sheet, Ladder(levels, until=until, keep_for=n))


@settings(max_examples=40)
@given(PANEL, LADDERS, st.lists(ADJUST, max_size=2), st.integers(1, 2), st.integers(0, 2), st.integers(0, 1))
def test_all_of_it(sheet: Sheet, levels: dict[str, str], adjust: list[Adjust], n: int, keep: int, bridge: int) -> None:
    rule = Ladder(levels, "backbone", tuple(adjust), dict.fromkeys(levels, n), keep, "x < 1", bridge)
    check(sheet, rule)


@settings(max_examples=15)
@given(PANEL, st.integers(0, 3), st.booleans())
def test_let_and_params_are_shorthands(sheet: Sheet, n: int, one_line: bool) -> None:
    panel = panel_of(sheet)
    ladder = "streak(falls) >= k" if one_line else dict.fromkeys(("blue", "orange"), "streak(falls) >= k")
    short = {
        "id": "T",
        "params": {"k": {"by": "level", "value": {"blue": n, "orange": n + 2}}, "floor": "5 万元"},
        "let": {"falls": "down and x > floor", "down": "diff(x) < 0"},
        "levels": ladder,
    }
    long = {
        "id": "T",
        "levels": {
            name: f"streak(diff(x) < 0 and x > 5, bridge=1) >= {k}" for name, k in (("blue", n), ("orange", n + 2))
        },
    }
    frames = [
        ewarn.evaluate(panel, {"pack": "t", "defaults": {"entity": "enterprise", "bridge": 1}, "rules": [rule]})
        for rule in (short, long)
    ]
    assert frames[0].to_frame(every=True).equals(frames[1].to_frame(every=True))
