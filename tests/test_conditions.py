"""Named conditions: each example hits where it says; mistakes point into the file; the schema knows them all."""

from __future__ import annotations

import datetime as dt

import jsonschema
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ewarn.calendar import common_calendar
from ewarn.conditions import Condition, Example, conditions
from ewarn.errors import RuleError
from ewarn.panel import Attribute, EntityType, Indicator, Panel, Parents, Series
from ewarn.report import Report
from ewarn.rules import load_rules, rules_schema
from ewarn.signals import evaluate

EXAMPLES = [(name, example) for name, kind in conditions().items() for example in kind.examples]
NAMES = (
    "behind_schedule", "breadth_of_decline", "concentration", "consecutive_decline", "expiring", "missing_reports",
    "near_threshold", "new_low", "outlier_among_peers", "outlier_in_history", "overdue", "projected_shortfall",
    "sharp_drop", "stalled", "turned_negative", "unmet_quota",
)  # fmt: skip


def panel(example: Example) -> Panel:
    """One `group` with one `thing`, `it`; `members` beside it if it has values, else below the group."""
    rows = example.values if isinstance(example.values, dict) else {"x": list(example.values)}
    rows = {name: row for name, row in rows.items() if row}
    members = dict(example.members or {})
    months = common_calendar("M", 2020 * 12, 2020 * 12 + len(example.hits) - 1)
    peers = ["it", *members] if rows else ["it"]
    below = [] if rows else list(members)

    def kind(name: str, ids: list[str], parent: str | None, dates: dict[str, str | None]) -> EntityType:
        attributes = {
            key: Attribute(key, "date", np.array([np.nan if day is None else since_1970(day)] * len(ids)))
            for key, day in dates.items()
        }
        above = {parent: Parents(parent, np.zeros(len(ids), np.int32))} if parent else {}
        return EntityType(name, tuple(ids), tuple(ids), np.full(len(ids), np.iinfo(np.int64).min), attributes, above)

    types = {
        "thing": kind("thing", peers, "group", dict(example.dates or {})),
        "group": kind("group", ["g"], None, {}),
        "member": kind("member", below, "thing", {}),
    }
    series, indicators = {}, {}
    for home, columns in {"thing": [rows, *({"x": row} for row in members.values() if rows)], "member": [
        {"x": members[one]} for one in below
    ]}.items():  # fmt: skip
        for key in columns[0] if columns else ():
            name, _, measure = key.partition(".")
            table = np.array([[np.nan if one is None else one for one in column[key]] for column in columns], float).T
            series[home, name, measure or "period"] = Series(name, measure or "period", "M", None, table)
            indicators[name] = Indicator(name, example.kind)
    return Panel("example", "M", {"M": months}, types, indicators, series)


def since_1970(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days


def hits(data: Panel, rule: str) -> str:
    (verdicts,) = evaluate(data, rule).verdicts
    assert verdicts.unrun is None
    column = verdicts.level[:, 0]
    return "".join("#" if one > 0 else "." for one in column).ljust(len(data.calendars["M"]), ".")


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {one.settings}" for name, one in EXAMPLES])
def test_an_example_hits_where_it_says(name: str, example: Example) -> None:
    assert hits(panel(example), f"{{id: T, entity: thing, {name}: {example.settings}}}") == example.hits


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {one.settings}" for name, one in EXAMPLES])
def test_no_look_ahead(name: str, example: Example) -> None:
    """Cutting the panel after any period changes no hit up to it."""
    whole = hits(panel(example), f"{{id: T, entity: thing, {name}: {example.settings}}}")
    rows = example.values if isinstance(example.values, dict) else {"x": list(example.values)}
    for end in range(1, len(example.hits)):
        shorter = Example(
            example.settings,
            {key: row[:end] for key, row in rows.items()},
            example.hits[:end],
            example.kind,
            {key: row[:end] for key, row in (example.members or {}).items()} or None,
            example.dates,
        )
        cut = panel(shorter)
        (verdicts,) = evaluate(cut, f"{{id: T, entity: thing, {name}: {example.settings}}}").verdicts
        assert "".join("#" if one > 0 else "." for one in verdicts.level[:, 0]) == whole[: verdicts.row + 1], end


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {one.settings}" for name, one in EXAMPLES])
def test_the_sentences_can_be_said(name: str, example: Example) -> None:
    data = panel(example)
    rule = f"{{id: T, entity: thing, {name}: {example.settings}}}"
    at = example.hits.rindex("#") if "#" in example.hits else 0
    signals = evaluate(data, rule, as_of=data.calendars["M"].periods[at])
    for alert in Report.of(signals, as_of=None).alerts:
        for text in (alert.explanation.zh, alert.explanation.en):
            assert alert.name in text
            assert not set("{}$") & set(text), text
            assert "unknown" not in text, text


SKIPS = ("missing_reports", "breadth_of_decline", "concentration", "outlier_among_peers")
"""Conditions that are about missing figures, or look at the members that are known."""
STRICT = [(name, one) for name, one in EXAMPLES if name not in SKIPS and "plan:" not in one.settings]


@given(st.sampled_from(STRICT), st.data())
def test_an_unknown_never_hits(chosen: tuple[str, Example], data: st.DataObject) -> None:
    """Taking figures away never makes a hit."""
    name, example = chosen
    rows = example.values if isinstance(example.values, dict) else {"x": list(example.values)}
    kept = {
        key: [value if data.draw(st.booleans()) or at == len(row) - 1 else None for at, value in enumerate(row)]
        for key, row in rows.items()
    }
    fewer = Example(example.settings, kept, example.hits, example.kind, dates=example.dates)
    found = hits(panel(fewer), f"{{id: T, entity: thing, {name}: {example.settings}}}")
    assert all(whole == "#" for whole, one in zip(example.hits, found, strict=True) if one == "#")


def test_tv8_a_budget_12_points_behind_the_calendar() -> None:
    """TV8: 62.6 % of the year's revenue at the end of September is 12.4 points behind."""
    nine = [62.6 / 9] * 9
    for by, want in ((0.124, "#"), (0.1241, ".")):
        data = panel(Example("", nine, "." * 9))
        rule = f"{{id: T, entity: thing, behind_schedule: {{indicator: x, target: 100, by: {by}}}}}"
        assert hits(data, rule)[-1] == want


def test_all_sixteen_are_found_by_looking() -> None:
    assert tuple(conditions()) == NAMES
    for name, kind in conditions().items():
        assert kind.__module__.rpartition(".")[2] == name
        assert kind.__doc__
        assert kind.examples
        assert set(kind.title) == {"zh", "en"}
        assert all(field.description for field in kind.model_fields.values()), name
        assert issubclass(kind, Condition)


def test_a_condition_becomes_levels_a_sentence_and_a_title() -> None:
    text = "{id: T, entity: thing, stalled: {indicator: x, plan: y + z, periods: {red: 9, yellow: k}}, params: {k: 3}}"
    (rule,) = load_rules(text)
    done = "and not optional(progress(x, (y + z)) >= 1)"
    assert dict(rule.levels) == {
        "yellow": f"streak(increment(x) <= 0) >= k {done}",
        "red": f"streak(increment(x) <= 0) >= 9 {done}",
    }
    assert rule.title == {"zh": "停滞", "en": "Stalled"}
    assert [str(slot.expression) for slot in rule.explain["zh"].slots] == [
        "entity", "x", "streak(increment(x) <= 0)", "last(x)",
    ]  # fmt: skip
    assert rule.explain["zh"].slots[1].spec == "name"
    (rule,) = load_rules("{id: T, title: {en: mine}, explain: {en: so}, missing_reports: {indicator: x, periods: 2}}")
    assert (rule.title, list(rule.explain), rule.channel) == ({"en": "mine"}, ["en"], "data")
    (rule,) = load_rules("defaults: {channel: economy}\nrules: [{id: T, missing_reports: {indicator: x, periods: 2}}]")
    assert rule.channel == "economy"
    (rule,) = load_rules("{id: T, sharp_drop: {indicator: x, drop: 20 %, level: red}}")
    assert dict(rule.levels) == {"red": 'yoy(x) <= -"20 %"'}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("stalled: {periods: 3}", "EW121 periods: `indicator` is missing"),
        (
            "stalled: {indicator: x, period: 3}",
            "EW120 period: unknown key `period`",
        ),
        ("stalled: {indicator: x +, periods: 3}", "EW101 +: the expression cannot be read here"),
        ("stalled: {indicator: x + y, periods: 3}", "EW121 x + y: `x + y` is no indicator"),
        ("stalled: {indicator: x, periods: 0}", "EW121 0: a whole number from 1 was expected"),
        ("stalled: {indicator: x, periods: 2.5}", "EW121 2.5: a whole number from 1 was expected"),
        ("stalled: {indicator: x, periods: {rde: 3}}", "EW120 rde: unknown level `rde`"),
        ("stalled: {indicator: x, periods: {}}", "EW121 {}: a setting without a level"),
        ("stalled: {indicator: [x], periods: 3}", "EW121 [x]: `indicator` must be text"),
        ("stalled: x", "EW121 x: this must be a mapping"),
        ("stalld: {indicator: x, periods: 3}", "EW127 stalld: unknown condition `stalld`"),
        (
            "stalled: {indicator: x, periods: 3}, levels: {red: x > 1}",
            "EW127 levels: `stalled` and `levels` in one rule",
        ),
        (
            "stalled: {indicator: x, periods: 3}, new_low: {indicator: x, periods: 3}",
            "EW127 new_low: `stalled` and `new_low` in one rule",
        ),
        (
            "turned_negative: {indicator: x, below: {yellow: 0}, level: red}",
            "EW125 red: `level`, and a setting that differs by level",
        ),
        ("overdue: {start: a, done: b, after: soon}", "EW121 soon: `soon` is no duration"),
        ("outlier_among_peers: {indicator: x, deviations: 2, within: [a b]}", "EW121 a b: `a b` is no name"),
        ("new_low: {indicator: x, periods: 3, side: lw}", "EW121 lw: `side` must be one of low, high, not `lw`"),
        ("near_threshold: {indicator: x, threshold: 5}", "EW121 indicator: `event` is missing"),
    ],
)
def test_mistakes_in_settings(settings: str, expected: str) -> None:
    with pytest.raises(RuleError) as caught:
        load_rules(f"{{id: T, {settings}}}")
    found = [
        f"{one.code} {one.place.text[one.place.column - 1 : one.place.end - 1]}: {one.message}"  # type: ignore[union-attr]  # rules have spans
        for one in caught.value.diagnostics
    ]
    assert len(found) == len(expected.split(" | ")), found
    for one, start in zip(found, expected.split(" | "), strict=True):
        assert one.startswith(start)


@pytest.mark.parametrize(
    ("settings", "place", "message"),
    [
        ("{indicator: inputt, periods: 3}", "inputt", "unknown indicator `inputt`"),
        ("{indicator: x, plan: 2 * plann, periods: 3}", "plann", "unknown indicator `plann`"),
        ("{indicator: x, periods: {yellow: k}}", "k", "unknown indicator `k`"),
        ("{indicator: x, at_most: 3 亩, periods: 2}", "3 亩", "亩 and 万元 cannot be compared or added"),
    ],
)
def test_a_mistake_found_later_points_at_the_setting(settings: str, place: str, message: str) -> None:
    months = common_calendar("M", 24240, 24243)
    thing = EntityType("thing", ("it",), ("it",), months.first_day[:1])
    x = Series("x", "period", "M", "万元", np.ones((4, 1)))
    data = Panel(
        "p", "M", {"M": months}, {"thing": thing}, {"x": Indicator("x", "flow", "万元")}, {("thing", "x", "period"): x}
    )
    with pytest.raises(RuleError) as caught:
        evaluate(data, f"rules:\n- id: T\n  stalled: {settings}\n")
    problem = caught.value.diagnostics[0]
    assert problem.message == message
    span = problem.place
    assert span is not None
    assert span.text[span.column - 1 : span.end - 1] == place  # type: ignore[union-attr]  # a span of a rule
    assert span.line == 3


@pytest.mark.parametrize(
    ("rule", "valid"),
    [
        ("{id: T, stalled: {indicator: x, periods: {yellow: 3, red: 6}}}", True),
        ("{id: T, stalled: {indicator: x, periods: 3, level: red}}", True),
        ("{id: T, stalled: {indicator: x}}", False),
        ("{id: T, stalled: {indicator: x, periods: {rde: 3}}}", False),
        ("{id: T}", False),
        ("{id: T, levels: {red: x > 1}}", True),
        ("{id: T, levels: {red: x > 1}, stalled: {indicator: x, periods: 3}}", False),
    ],
)
def test_the_schema_includes_conditions(rule: str, valid: bool) -> None:
    checker = jsonschema.Draft202012Validator(rules_schema())
    checker.check_schema(rules_schema())
    assert checker.is_valid({"rules": [yaml.safe_load(rule)]}) is valid
