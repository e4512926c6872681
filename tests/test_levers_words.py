"""Dates and words among single cells: what is claimed of them is done, and the level is gone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ewarn
from alert_world import county, judged
from ewarn.alerts.levers import clearing, firing
from ewarn.alerts.models import Clearing
from ewarn.levels import RANK
from ewarn.panel import Attribute, Indicator, Panel
from ewarn.rules import load_rules
from ewarn.signals import Verdicts, evaluate

NYC = Path(__file__).parents[1] / "examples" / "nyc_projects"
MONTHS = 24
WORDS = ("在建", "停工", "竣工")
END = dt.date(2022, 9, 30).toordinal() - dt.date(1970, 1, 1).toordinal()
CONDITIONS = (
    "due > {d}", "due <= {d}", "happened(due)", "not happened(signed)", "days_since(due) > {n}",
    "days_until(signed) < {n}",
    "months_since(signed) >= 12", "due > lag(last(due), 1)", "streak(due > lag(due, 1)) >= 2", "due == {d}",
    "happened(due, by=signed + '6m')", "due - signed > {n}", "is_missing(due, reason='blank')", "year(due) == 2022",
    "month(signed) in (1, 9)", "state == '停工'", "state in ('在建', '竣工')", "state != lag(state, 1)",
    "streak(state == '停工') >= 2", "since(state != lag(state, 1)) < 3", "is_missing(state)", "park.state == '停工'",
    "count(enterprise_due) >= 1", "due < park.opened", "coalesce(due, signed) > {d}", "optional(due > signed)",
)  # fmt: skip
leaf = st.builds(
    lambda text, day, count: text.replace("{d}", f'"{day}"').replace("{n}", str(count)),
    st.sampled_from([text for text in CONDITIONS if "enterprise_due" not in text]),
    st.dates(dt.date(2021, 1, 1), dt.date(2023, 12, 31)),
    st.sampled_from((0, 30, 365, 1000)),
)
condition = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(lambda a, b, word: f"({a} {word} {b})", inner, inner, st.sampled_from(("and", "or"))),
        inner.map(lambda a: f"not ({a})"),
    ),
    max_leaves=3,
)


def day(date: str) -> float:
    return float(np.datetime64(date, "D").astype(np.int64))


def dated(due: Sequence[float], state: Sequence[float], signed: float, above: int) -> Panel:
    """The county with a date and a word by month, of firms and of parks, and days on which firms signed."""
    panel = county()
    cells = panel.series["enterprise", "output", "period"]

    def made(name: str, last: Sequence[float], wide: int, **more: object) -> object:
        values = np.full((MONTHS, wide), 19_000.0 if more["holds"] == "date" else 0.0)
        values[-len(last) :, 0] = last
        sources = tuple(replace(one, rows=one.rows[:, :wide]) for one in cells.sources)
        return replace(cells, indicator=name, unit=None, values=values, sources=sources, statuses=None, **more)  # type: ignore[arg-type]  # fields

    words = {"holds": "category", "categories": WORDS}
    firms = panel.types["enterprise"]
    listed = firms.attributes["size"].sources
    when = Attribute("signed", "date", np.array([signed, *[19000.0] * 3]), sources=listed)
    series = {
        ("enterprise", "due", "period"): made("due", due, 4, holds="date"),
        ("enterprise", "state", "period"): made("state", state, 4, **words),
        ("park", "state", "period"): made("state", [above], 2, **words),
        ("park", "opened", "period"): made("opened", [19200.0], 2, holds="date"),
    }
    kinds = {"due": "date", "opened": "date", "state": "category"}
    return replace(
        panel,
        types={**panel.types, "enterprise": replace(firms, attributes={**firms.attributes, "signed": when})},
        indicators={name: Indicator(name, kind) for name, kind in kinds.items()},  # type: ignore[arg-type]  # kinds
        series=series,  # type: ignore[arg-type]  # made above
    )


def changed(panel: Panel, claim: Clearing, home: str, value: str) -> Panel:
    """The panel with that one cell set."""
    kind = claim.entity_type or home
    entities = panel.types[kind]
    at = entities.position[claim.entity]
    if claim.period is None:
        attribute = entities.attributes[claim.indicator]
        values = attribute.values.copy()
        values[at] = day(value)
        own = replace(entities, attributes={**entities.attributes, claim.indicator: replace(attribute, values=values)})
        return replace(panel, types={**panel.types, kind: own})
    name, _, measure = claim.indicator.partition(".")
    one = panel.series[kind, name, measure or "period"]
    values = one.values.copy()
    row = panel.calendars[one.freq].labels.index(claim.period)
    held = one.holds
    values[row, at] = (
        float(value) if held == "number" else one.categories.index(value) if held == "category" else day(value)
    )
    return replace(panel, series={**panel.series, (kind, name, measure or "period"): replace(one, values=values)})


def satisfying(claim: Clearing) -> list[str]:
    """The edge, and what lies beyond it."""
    if not isinstance(claim.value, str) or not claim.value[:4].isdigit():
        return [str(claim.value)] if claim.to is None else [str(claim.value), str(claim.to)]
    first = dt.date.fromisoformat(claim.value)
    if claim.op == "==":
        last = first if claim.to is None else dt.date.fromisoformat(str(claim.to))
        return [str(first + (last - first) * part // 7) for part in range(8)]
    way = 1 if claim.op == ">=" else -1
    return [str(first + dt.timedelta(way * step)) for step in (0, 1, 17, 400, 5000, 20_000)]


def holds(rule: Mapping[str, object], panel: Panel, verdicts: Verdicts, entity: int) -> int:
    """What is claimed is done: how many values were tried."""
    rank, tried = int(verdicts.raw[-1, entity]), 0
    claims = clearing(verdicts, entity).found if rank > 0 else firing(verdicts, entity).found if rank == 0 else ()
    for claim in claims:
        for value in satisfying(claim):
            again = evaluate(changed(panel, claim, verdicts.entity_type, value), load_rules(rule)).verdicts[0]
            now, then = int(again.raw[-1, entity]), RANK.get(claim.then or "", 0)
            assert again.row == verdicts.row
            assert now >= then if rank == 0 else 0 <= now < rank and now <= then, (claim, value, now)
            tried += 1
    return tried


codes = st.sampled_from((0.0, 1.0, 2.0, math.nan))
days = st.one_of(st.integers(18_700, 19_600).map(float), st.just(math.nan))


@settings(max_examples=50, deadline=None)
@given(due=st.lists(days, min_size=4, max_size=4), state=st.lists(codes, min_size=4, max_size=4), signed=days,
       above=st.integers(0, 2), low=condition, high=condition)  # fmt: skip
def test_setting_a_date_or_a_word_takes_the_level_away(
    due: list[float], state: list[float], signed: float, above: int, low: str, high: str
) -> None:
    panel = dated(due, state, signed, above)
    rule = {"pack": "t", "rules": [{"id": "R", "slug": "r", "title": {"en": "t"}, "entity": "enterprise",
                                    "levels": {"yellow": low, "red": high}}]}  # fmt: skip
    holds(rule, panel, judged(rule, panel).verdicts[0], 0)


@pytest.mark.parametrize(
    ("levels", "claims"),
    [
        ('due > "2022-10-15"', [("due", "2022-09", "<=", "2022-10-15", None)]),
        ("not happened(done)", []),
        ("happened(due, by='2022-12-01') or state == '停工'", []),
        ("state == '停工'", [("state", "2022-09", "==", "在建", None), ("state", "2022-09", "==", "竣工", None)]),
        ("days_since(signed) > 100", [("signed", None, ">=", "2022-06-22", None)]),
        ("abs(days_until(due)) < 40", [
            ("due", "2022-09", ">=", "2022-11-09", None), ("due", "2022-09", "<=", "2022-08-21", None),
        ]),
        ("month(due) == 10", [
            ("due", "2022-09", "==", "2022-11-01", "2023-09-30"), ("due", "2022-09", "==", "2022-09-30", "2021-11-01"),
        ]),
        ('due != "2022-12-24"', [("due", "2022-09", "==", "2022-12-24", None)]),
    ],
)  # fmt: skip
def test_what_is_named(levels: str, claims: list[tuple[str, str | None, str, str, str | None]]) -> None:
    panel = dated([day("2022-10-20")] * 4, [1.0] * 4, day("2022-01-05"), 0)
    levels = levels.replace("done", "due")
    rule = {
        "pack": "t",
        "rules": [{"id": "R", "entity": "enterprise", "title": {"en": "t"}, "levels": {"red": levels}}],
    }
    verdicts = judged(rule, panel).verdicts[0]
    found = clearing(verdicts, 0).found
    if claims:
        assert [(one.indicator, one.period, one.op, one.value, one.to) for one in found] == claims
    assert holds(rule, panel, verdicts, 0) > 0


def test_a_blank_that_was_never_filled_in_can_be() -> None:
    panel = dated([math.nan] * 4, [math.nan] * 4, math.nan, 0)
    for levels, name in (("not happened(due)", "due"), ("not happened(signed)", "signed")):
        rule = {
            "pack": "t",
            "rules": [{"id": "R", "entity": "enterprise", "title": {"zh": "t"}, "levels": {"red": levels}}],
        }
        verdicts = judged(rule, panel).verdicts[0]
        (claim,) = clearing(verdicts, 0).found
        assert (claim.indicator, claim.op, claim.value, claim.now) == (name, "<=", "2022-09-30", None)
        assert holds(rule, panel, verdicts, 0)
        told = ewarn.explain(panel, rule, entity="E1", language="zh")
        assert f"{name} 不晚于 2022-09-30（现为空白）" in str(told)


def test_on_reporting_rounds_too() -> None:
    """Real reports: dates that slip, phases that stall."""
    panel = ewarn.load(NYC)
    rules = (NYC / "rules.yaml").read_text(encoding="utf-8")
    signals = evaluate(panel, load_rules(rules), as_of="2016-06")
    tried: dict[str, int] = {}
    for verdicts in signals.verdicts:
        fired = np.flatnonzero(verdicts.raw[-1] > 0)[:3]
        named = [entity for entity in fired.tolist() if clearing(verdicts, entity).found]
        for entity in named[:1]:
            one = load_rules(rules)
            alone = replace(one, rules=tuple(rule for rule in one if rule.id == verdicts.rule.id))
            for claim in clearing(verdicts, entity).found[:3]:
                for value in satisfying(claim)[:2]:
                    again = evaluate(changed(panel, claim, "project", value), alone, as_of="2016-06").verdicts[0]
                    assert 0 <= int(again.raw[-1, entity]) < int(verdicts.raw[-1, entity]), (claim, value)
                    tried[verdicts.rule.id] = tried.get(verdicts.rule.id, 0) + 1
    assert {"NYC-01", "NYC-02"} <= set(tried)
