"""An explanation shows the numbers of its expressions, agrees with the report, and fits whatever is asked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import ewarn
from alert_world import DECLINE, MONTHS, county, falling
from ewarn.explaining import schema
from ewarn.explaining.models import Branch, Document
from ewarn.panel import Panel
from ewarn.render.cells import cells
from ewarn.render.explained import explained_screen

LAND = """
pack: land
rules:
  - id: LND-02
    slug: waits
    title: {en: Waits for land}
    entity: enterprise
    levels: {blue: park.land_gap >= 100 and not (signed > "2030-01-01"), red: share(output) > 0.9 or yoy(output) < -0.9}
"""


def rule(levels: str, more: str = "") -> str:
    return f"""
pack: t
rules:
  - {{id: R-1, slug: r, title: {{zh: 规则, en: Rule}}, entity: enterprise, levels: {levels}{more}}}
"""


def branches(branch: Branch) -> Iterator[Branch]:
    yield branch
    for part in branch.parts:
        yield from branches(part)


SHARED = """
pack: t
params: {least: 5}
let:
  enterprise: {rate: yoy(output), down: rate < -0.1, big: output > least}
  park: {short: land_gap > 100, bare: short and land_gap > 120, hit: "count(enterprise.down) >= 1"}
rules:
  - id: A
    slug: a
    title: {en: A}
    entity: enterprise
    levels:
      blue: park.bare or park.hit
      red: park.bare and (park.land_gap > 100 or not park.hit) and not optional(rate < -2)
"""


@pytest.mark.parametrize("rules", [DECLINE, LAND, SHARED])
@pytest.mark.parametrize("entity", ["E1", "E2", "E3", "E4"])
def test_every_value_is_what_the_expression_gives(rules: str, entity: str) -> None:
    panel = county()
    (told,) = ewarn.explain(panel, rules, entity=entity).rules
    seen = 0
    for step in told.levels:
        for branch in branches(step.tree):
            frame = panel.eval(branch.expr.replace("= k", "= 3").replace("2 * k", "6"), entity="enterprise")
            got = list(frame[entity])[-len(branch.values) :]
            for value, wanted in zip(branch.values, got, strict=True):
                if value is None:
                    assert wanted is None or str(wanted) in ("nan", "<NA>", "NaT", "None") or wanted == 0
                elif isinstance(value, bool) or not isinstance(value, float):
                    assert str(value) == str(wanted)[:10].strip() or value == wanted
                else:
                    assert math.isclose(value, float(wanted), rel_tol=1e-9, abs_tol=1e-12), branch.expr
                seen += 1
    assert seen > MONTHS


@pytest.mark.parametrize("rules", [DECLINE, LAND])
def test_it_agrees_with_the_report(rules: str) -> None:
    panel = county()
    report = ewarn.run(panel, rules=rules)
    for alert in report.alerts:
        (told,) = ewarn.explain(panel, rules, entity=f"{alert.entity_type}:{alert.entity}", rule=alert.rule).rules
        assert told.alert == alert
        assert (told.verdict, told.level) == ("fired", alert.level)


@pytest.mark.parametrize(
    ("rules", "entity", "verdict", "words"),
    [
        (
            DECLINE,
            "云岭建材",
            "fired",
            "clears if 2022-09 output ≥ 24.1 million yuan (now 19.1 million yuan, +5 million yuan)",
        ),
        (DECLINE, "E3", "clear", "none of its conditions holds"),
        (DECLINE, "E4", "unknown", "output 2022-09: blank"),
        (rule("{red: output < 2000}", ", for: 3"), "E1", "clear", "has not for as many periods"),
        (rule("{red: output < 2000}", ", where: output > 9000"), "E1", "not_matched", "does not apply"),
        (rule("{red: electricity < 2000}"), "E1", "not_run", "electricity"),
        (
            rule("{red: output < 2400 and output < 1900}", ", keep_for: 2"),
            "E1",
            "clear",
            "red needs: output < 1900 (now 19,100, asked < 19,000 thousand yuan)",
        ),
        (rule("{red: output < 2400 and output > 2300}", ", keep_for: 9"), "E1", "fired", "held"),
        (
            rule("{blue: output > 0}", ", adjust: [{when: is_backbone, by: 1}]"),
            "E2",
            "fired",
            "if 2022-09 output ≤ 0 thousand yuan",
        ),
    ],
)
def test_what_is_said(rules: str, entity: str, verdict: str, words: str) -> None:
    told = ewarn.explain(county(), rules, entity=entity)
    assert told.rules[0].verdict == verdict
    assert words in " ".join(str(told).split())
    assert Document.model_validate_json(told.to_json()) == told.document


def test_what_the_pack_names_for_another_type_is_written_out() -> None:
    rules = SHARED.replace("entity: enterprise\n", "entity: county\n").replace(
        SHARED[SHARED.index("levels:") :],
        "levels: {red: 'breadth(enterprise.down, where=enterprise.big) >= 0.1 and count(park.bare) >= 1'}\n",
    )
    (alert,) = ewarn.run(county(), rules=rules).alerts
    assert [one.expr for one in alert.evidence] == [
        "breadth(yoy(enterprise.output) < -0.1, where=enterprise.output > 5)",
        "count((park.land_gap > 100) and park.land_gap > 120)",
    ]
    (told,) = ewarn.explain(county(), SHARED, entity="E3").rules
    shown = {branch.expr for step in told.levels for branch in branches(step.tree)}
    assert {"park.land_gap", "park.land_gap > 120", "count(yoy(park.enterprise.output) < -0.1)"} <= shown
    assert not any(word in expr for expr in shown for word in ("park.bare", "park.hit", "down"))


def test_a_ready_made_sentence_says_what_the_indicator_is_called() -> None:
    panel = county()
    known = dict(panel.indicators)
    known["output"] = replace(known["output"], title={"zh": "工业产值", "en": "industrial output"})
    known["land_gap"] = replace(known["land_gap"], aliases=("缺地",))
    panel = replace(panel, indicators=known)
    rules = """
pack: t
rules:
  - {id: A, entity: enterprise, consecutive_decline: {indicator: output, periods: 1}}
  - {id: B, entity: park, near_threshold: {indicator: land_gap, threshold: 150, event: approaching}}
  - id: C
    entity: enterprise
    title: {en: t}
    levels: {red: output < 500}
    explain: {zh: '{output.ytd:name} 不足', en: '{output.ytd:name} of {entity}'}
"""
    found = {alert.rule: alert.explanation for alert in ewarn.run(panel, rules=rules).alerts}
    assert found["A"].zh.startswith("清溪化工的工业产值环比已")
    assert "industrial output has fallen" in found["A"].en
    assert "的缺地为 146 亩" in found["B"].zh
    assert "land gap is 146 mu" in found["B"].en
    assert (found["C"].zh, found["C"].en) == ("工业产值累计不足", "industrial output, year to date of 清溪化工")


def test_a_published_rate_is_told_from_a_computed_one() -> None:
    panel = county()
    output = panel.series["enterprise", "output", "period"]
    rates = replace(output, measure="growth", unit="ratio", values=output.values * 0 - 0.1, sources=())
    rates.values[-2] = math.nan
    panel = replace(panel, series={**panel.series, ("enterprise", "output", "growth"): rates})
    for as_of, origin in ((None, "published"), ("2022-08", "computed")):
        (told,) = ewarn.explain(panel, rule("{red: yoy(output) < 0}"), entity="E1", as_of=as_of).rules
        (growth,) = told.levels[0].tree.parts
        assert (growth.expr, growth.origin) == ("yoy(output)", origin)
        assert bool(growth.parts) == (origin == "computed")


def test_an_aggregate_says_how_many_members_it_had() -> None:
    text = rule("{red: breadth(yoy(enterprise.output) < 0) >= 0.4}").replace("entity: enterprise", "entity: park")
    (told,) = ewarn.explain(county(), text, entity="东园").rules
    (breadth,) = told.levels[0].tree.parts
    assert breadth.members is not None
    assert (breadth.members.n, breadth.members.known, breadth.members.true) == (2, 2, 2)
    assert told.alert is not None
    assert told.alert.clears_when is None


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("entity", ["E1", "E2", "E3", "E4"])
def test_no_line_is_wider_than_the_screen(width: int, language: str, entity: str) -> None:
    names = ("云岭\x1b[31m建材" * 9, "清\u202e溪", "x\ud800" * 50, "=SUM(A1)\n")
    told = ewarn.explain(county(names=names), [DECLINE, LAND], entity=entity)
    assert told.to_json().encode("utf-8")
    for line in explained_screen(told.document, language, width, "ewarn explain drop"):  # type: ignore[arg-type]  # one of two words
        assert cells(line.plain) <= width
        assert line.plain == line.plain.rstrip()
        assert not {"\x1b", "\u202e", "\n"} & set(line.plain)


def twice() -> Panel:
    return county(names=("云岭县", "甲", "甲", "P1"))


@pytest.mark.parametrize(
    ("entity", "rule", "words"),
    [
        ("E9", None, "no entity has the id or the name `E9`"),
        ("岭", None, "it is part of `云岭县`"),
        ("甲", None, "write one of `enterprise:E2`, `enterprise:E3`"),
        ("云岭县", None, "`enterprise:E1`, `county:C`"),
        ("enterprice:E1", None, "did you mean `enterprise`?"),
        ("", None, "no entity"),
        ("E1", "IND-02", "did you mean `IND-01`?"),
        ("park:P1", "IND-01", "is for enterprise"),
    ],
)
def test_mistakes(entity: str, rule: str | None, words: str) -> None:
    with pytest.raises(ewarn.UsageError) as caught:
        ewarn.explain(twice(), DECLINE, entity=entity, rule=rule)
    assert words in str(caught.value)


def test_the_json_holds_to_the_schema_that_ships() -> None:
    """Write it anew with `python -m ewarn.explaining.schema > src/ewarn/explaining/explanation.schema.json`."""
    assert schema.shipped() == schema.generate()
    jsonschema.Draft202012Validator.check_schema(schema.shipped())
    validator = jsonschema.Draft202012Validator(schema.shipped())
    for rules, entity in ((DECLINE, "E1"), (DECLINE, "E4"), (LAND, "E2"), (SHARED, "E3")):
        told = ewarn.explain(county(), rules, entity=entity)
        validator.validate(json.loads(told.to_json()))
        assert Document.model_validate(told.to_dict()) == told.document


def test_an_id_goes_before_a_name() -> None:
    assert ewarn.explain(twice(), DECLINE, entity="E2").document.entity == "E2"
    (told,) = ewarn.explain(county(output=[falling(2410, 5, 100)] * 2, names=("E2", "b")), DECLINE, entity="E2").rules
    assert told.alert is not None
    assert told.alert.entity == "E2"


def test_every_alert_can_be_explained_by_its_rule_alone() -> None:
    """A pack's named parts may read parameters of rules that are not explained."""
    drop = ewarn.load(Path(__file__).parents[1] / "examples" / "county")
    first = {}
    for alert in ewarn.run(drop).alerts:
        first.setdefault((alert.rule, alert.entity_type), alert)
    for alert in first.values():
        said = ewarn.explain(drop, entity=f"{alert.entity_type}:{alert.entity}", rule=alert.rule).rules
        assert [one.level for one in said if one.rule == alert.rule] == [alert.level]
