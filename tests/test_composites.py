"""Composites: rules that read other rules, joined by either engine, with one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import ewarn
from drop_files import panel
from ewarn.correlation.engines import Name, installed
from ewarn.errors import RuleError
from ewarn.panel import Panel
from ewarn.rules import load_rules
from ewarn.signals import Signals, evaluate

ENGINES = ["fixpoint", pytest.param("durable-rules", marks=pytest.mark.rete)]
DROP = """\
frequency: M
tables:
  - file: projects.csv
    entity: {type: project, id: id, parents: {park: park}, attributes: [key]}
    period: month
    values: {spent: {column: spent, unit: 万元}, gap: {column: gap, unit: 亩}, plan: {column: plan, unit: 万元}}
"""
RULES = """\
pack: county
rules:
- {id: SLOW, entity: project, levels: {yellow: spent < 10, red: spent < 5}}
- {id: LAND, entity: project, levels: {yellow: gap > 0}}
- id: WAITS
  entity: park
  legs: {project.held: {any: [SLOW], level: yellow, window: 1}, project.landless: {any: [LAND], window: 1}}
  let: {waits: project.held and project.landless}
  levels:
    yellow: count(waits) >= 1
    red: 'count(waits) >= 3 or count(waits and project.key) >= 1 or sum(project.plan, where=waits) >= "100 万元"'
"""


def county(folder: Path, rows: str) -> Panel:
    """One month of projects: id, park, key, spent, gap, plan."""
    lines = ["id,park,key,month,spent,gap,plan"]
    for row in rows.split():
        first, *rest = row.split(",")
        lines.append(",".join([first, rest[0], rest[1], "2024-01", *rest[2:]]))
    return panel(folder, DROP, projects_csv="\n".join(lines) + "\n")


def levels(signals: Signals, rule: str) -> dict[str, str]:
    frame = signals.to_frame(every=True)
    frame = frame[frame["rule"] == rule]
    return dict(zip(frame["entity"], frame["level"], strict=True))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("a,P,否,3,5,50", {"P": "yellow"}),
        ("a,P,否,3,0,50 b,P,否,30,5,50", {"P": "clear"}),  # held and landless, but not the same project
        ("a,P,是,3,5,50", {"P": "red"}),
        ("a,P,否,3,5,50 b,P,否,3,5,60", {"P": "red"}),  # by the sum of the plans
        ("a,P,否,3,5,1 b,P,否,3,5,1 c,P,否,9,1,1 d,Q,否,30,1,1", {"P": "red", "Q": "clear"}),
        ("a,P,否,3,,50", {"P": "yellow"}),  # land unknown: possible, and the lowest level is the floor
        ("a,P,是,3,,50", {"P": "yellow"}),  # red possible, one level lower
        ("a,P,否,,,50 b,Q,否,30,0,1", {"P": "unknown", "Q": "clear"}),  # no leg is known true
        ("a,P,否,,0,50", {"P": "clear"}),
    ],
)
def test_levels(tmp_path: Path, engine: Name, rows: str, expected: dict[str, str]) -> None:
    signals = evaluate(county(tmp_path, rows), load_rules(RULES), engine=engine)
    assert signals.engine == engine
    assert levels(signals, "WAITS") == expected


def test_the_engine_is_the_installed_one(tmp_path: Path) -> None:
    signals = evaluate(county(tmp_path, "a,P,否,3,5,50"), load_rules(RULES))
    assert signals.engine == ("durable-rules" if installed() else "fixpoint")
    assert (
        evaluate(county(tmp_path, "a,P,否,3,5,50"), "id: A\nentity: project\nlevels: {red: gap > 0}").engine == "none"
    )


def refused(data: Panel, rules: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        evaluate(data, load_rules(rules))
    return [
        f"{one.place.text[one.place.column - 1 : one.place.end - 1]}: {one.message}\n    {one.label}\n    {one.help}\n"  # type: ignore[union-attr]  # rules have spans
        for one in caught.value.diagnostics
    ]


def test_circles_of_many_are_told_in_few_words(tmp_path: Path) -> None:
    data = county(tmp_path, "a,P,否,3,5,50")
    ring = "".join(
        f"- {{id: R{at}, entity: park, legs: {{x: R{(at + 1) % 90}}}, levels: {{red: x}}}}\n" for at in range(90)
    )
    (told,) = refused(data, f"rules:\n{ring}")
    assert "R0 -> R1 -> R2 -> R3 -> ... -> R89 -> R0 (90 rules)" in told
    knot = "".join(f"- {{id: R{at}, entity: park, legs: {{x: '*'}}, levels: {{red: x}}}}\n" for at in range(90))
    assert len(refused(data, f"rules:\n{knot}")) == 20  # of some thousands


def test_every_mistake_in_the_legs_is_told_at_once(tmp_path: Path) -> None:
    rules = """\
rules:
- {id: SLOW, entity: project, levels: {yellow: spent < 10}}
- {id: GAP, entity: park, levels: {yellow: sum(project.gap) > 0}}
- {id: A, entity: park, legs: {project.held: SLOV}, levels: {red: count(project.held) >= 1}}
- {id: B, entity: park, legs: {project.held: 'ZZ-*'}, levels: {red: count(project.held) >= 1}}
- {id: C, entity: park, legs: {held: SLOW}, levels: {red: held}}
- {id: D, entity: park, legs: {project.held: SLOW}, levels: {red: count(project.helt) >= 1, yellow: held}}
- {id: E, entity: park, legs: {other: F}, levels: {red: other}}
- {id: F, entity: park, legs: {other: [GAP, G]}, levels: {red: other}}
- {id: G, entity: park, legs: {other: E}, levels: {red: other}}
- {id: H, entity: park, legs: {self: H}, levels: {red: self}}
"""
    expected = """\
F: composites read each other in a circle
    E -> F -> G -> E
    take one of these legs out
H: composites read each other in a circle
    H -> H
    take one of these legs out
SLOV: no rule `SLOV`
    not among the rules of this run
    did you mean `SLOW`?
SLOW: rule SLOW is for project, and the leg `held` for park
    never judged for a park
    write `project.held`, or name a rule for park
ZZ-*: no rule matches `ZZ-*`
    matches nothing that is loaded
    load the pack that has them, or write `optional: true` for this leg
held: unknown leg or indicator `held`
    the legs are: project.held
    write `project.held`
project.helt: unknown leg or indicator `helt`
    the legs are: project.held
    did you mean `held`?
"""
    assert "".join(sorted(refused(county(tmp_path, "a,P,否,3,5,50"), rules))) == expected


def test_members_are_folded_beneath_and_each_leg_is_named(tmp_path: Path) -> None:
    data = county(tmp_path, "a,P,否,3,5,50 b,P,否,30,5,50 c,P,否,3,0,50 d,Q,否,3,,50")
    said = (
        "SLOW, title: {zh: 停滞, en: Stalled}, explain: {zh: '{entity} 只投了 {spent}', en: '{entity} spent {spent}'}"
    )
    lacks = "LAND, explain: {zh: '{entity} 缺 {gap}', en: '{entity} lacks {gap}'}"
    report = ewarn.run(data, rules=RULES.replace("SLOW", said, 1).replace("LAND", lacks, 1))
    alerts = {(alert.rule, alert.entity): alert for alert in report.alerts}
    whole, possible = alerts["WAITS", "P"], alerts["WAITS", "Q"]
    # b has land trouble only and c is stalled only: neither is beneath the composite.
    assert [whole.possible, possible.level, possible.possible] == [None, "yellow", "yellow"]
    assert whole.members == (alerts["SLOW", "a"].fingerprint, alerts["LAND", "a"].fingerprint)
    assert {key for key, alert in alerts.items() if alert.absorbed_by == whole.fingerprint} == {
        ("SLOW", "a"), ("LAND", "a"),
    }  # fmt: skip
    assert whole.explanation.zh == ("P：waits：停滞 1 个：a（a 只投了 3）；land 1 个：a（a 缺 5）")
    assert possible.explanation.en == ("Q: waits: Stalled, 1: d (d spent 3); not judged: land (1)")
    assert {entry.expr for entry in whole.evidence} >= {"count(project.held and project.landless)", "spent", "gap"}
    assert report.engine in ("fixpoint", "durable-rules")
    assert whole.clears_when is None
    first = ewarn.run(data, rules=RULES, as_of="2024-01")
    assert [alert.rule for alert in first.alerts] == [alert.rule for alert in report.alerts]


def test_the_first_alerts_are_shown_with_all_that_is_beneath_them(tmp_path: Path) -> None:
    data = county(tmp_path, "a,P,是,3,5,50 b,Q,否,3,0,50")
    report = ewarn.run(data, rules=RULES, top=1)
    assert [(alert.rule, alert.entity) for alert in report.alerts] == [("SLOW", "b")]
    report = ewarn.run(data, rules=RULES, top=2)
    found = [(alert.rule, alert.entity) for alert in report.alerts]
    assert sorted(found) == [("LAND", "a"), ("SLOW", "a"), ("SLOW", "b"), ("WAITS", "P")]
    assert report.omitted == 0


def test_composites_of_composites(tmp_path: Path) -> None:
    more = """
- id: BOTH
  entity: park
  show: false
  legs: {one: WAITS, project.land: LAND}
  levels: {red: one and count(project.land) >= 2}
- {id: TOP, entity: park, legs: {both: BOTH, waits: WAITS}, levels: {orange: both and waits}, explain: {en: '{legs}!'}}
"""
    report = ewarn.run(county(tmp_path, "a,P,否,3,5,50 b,P,否,3,5,60 c,Q,否,3,5,5"), rules=RULES + more)
    alerts = {(alert.rule, alert.entity): alert for alert in report.alerts}
    assert ("BOTH", "P") not in alerts
    assert alerts["TOP", "P"].members == (alerts["WAITS", "P"].fingerprint,)
    assert alerts["WAITS", "P"].absorbed_by == alerts["TOP", "P"].fingerprint
    assert alerts["TOP", "P"].explanation.en == "both (red); waits (red)!"


def test_windows_count_periods_of_the_composite(tmp_path: Path) -> None:
    rows = ["id,park,key,month,spent,gap,plan"]
    spent = [3, 30, 30, 30, None, 30]
    rows += [f"a,P,否,2024-{at:02d},{'' if one is None else one},5,1" for at, one in enumerate(spent, 1)]
    rows += [f"b,P,否,2024-{at:02d},30,0,1" for at in range(1, 7)]
    data = panel(tmp_path, DROP, projects_csv="\n".join(rows) + "\n")
    rules = """
rules:
- {id: SLOW, entity: project, levels: {red: spent < 5}}
- {id: C, entity: project, legs: {held: {any: SLOW, window: 3}}, levels: {red: held}}
"""
    frame = evaluate(data, load_rules(rules)).to_frame(every=True)
    found = frame[(frame["rule"] == "C") & (frame["entity"] == "a")]["level"].tolist()
    # A period that nobody knows keeps the leg unknown as long as it is in the window: Kleene's `or`.
    assert found == ["red", "red", "red", "clear", "unknown", "unknown"]


def test_a_composite_that_stands_on_what_is_absent_folds_nothing() -> None:
    import pandas as pd

    frame = pd.DataFrame([{"id": "P", "month": "2024-01", "output": 5.0}])
    panel = ewarn.Panel.from_frame(frame, entity="id", period="month", type="park")
    rules = """
pack: p
rules:
  - {id: B, entity: park, levels: {red: output > 50}}
  - {id: C, entity: park, legs: {x: [B], y: [D]}, levels: {red: y and not x}}
  - {id: D, entity: park, show: false, levels: {red: output > 1}}
"""
    assert [(alert.rule, alert.members) for alert in ewarn.run(panel, rules=rules).alerts] == [("C", ())]
