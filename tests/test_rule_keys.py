"""What each key of packs and rules does to verdicts and alerts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import orjson
import pytest

import ewarn
from ewarn.calendar import common_calendar
from ewarn.errors import RuleError
from ewarn.levels import LEVELS
from ewarn.panel import Attribute, EntityType, Indicator, Panel, Parents, Series
from ewarn.report import Report
from ewarn.rules import load_rules
from ewarn.signals import evaluate

START = 2022 * 12
Row = Sequence[float | None]


def panel(series: dict[str, Sequence[Row]], indicators: dict[str, Indicator] | None = None) -> Panel:
    """Two firms of a county by month from 2022-01; `county/x.ytd` is a series of the county. `x` is a flow in 万元."""
    length = max(len(row) for rows in series.values() for row in rows)
    months = common_calendar("M", START, START + length - 1)
    ids, long_ago = ("a", "b"), np.full(2, np.iinfo(np.int64).min)
    trade = Attribute("trade", "text", np.array([0, 1], np.int32), ("工业", "零售"))
    leads = Attribute("leads", "flag", np.array([1, -1], np.int8))
    above = {"county": Parents("county", np.zeros(2, np.int32))}
    types = {
        "firm": EntityType("firm", ids, ids, long_ago, {"trade": trade, "leads": leads}, above),
        "county": EntityType("county", ("c",), ("c",), long_ago[:1]),
    }
    found, known = {}, dict(indicators or {})
    for key, rows in series.items():
        home, _, path = key.rpartition("/")
        name, _, measure = path.partition(".")
        values = np.array([[np.nan if one is None else one for one in row] for row in rows], float).T
        found[home or "firm", name, measure or "period"] = Series(name, measure or "period", "M", "万元", values)
        known.setdefault(name, Indicator(name, "flow", "万元"))
    return Panel("p", "M", {"M": months}, types, known, found)


def levels(data: Panel, rules: str) -> dict[str, list[str]]:
    """By rule and entity: a letter for each period (b, y, o, r, `.` clear, `?` unknown, `-` not matched)."""
    letters = {-2: "-", -1: "?", 0: ".", **{rank: level[0] for rank, level in enumerate(LEVELS, start=1)}}
    return {
        verdicts.rule.id: ["".join(letters[int(one)] for one in column) for column in verdicts.level.T]
        for verdicts in evaluate(data, rules).verdicts
        if verdicts.row >= 0
    }


def refusal(data: Panel, rules: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        evaluate(data, rules)
    return [
        f"{one.code} {one.place.text[one.place.column - 1 : one.place.end - 1]}: {one.message}"  # type: ignore[union-attr]  # rules have spans
        for one in caught.value.diagnostics
    ]


BASE = {"x": [[1, 5, 9, 2], [8, 8, 1, 3]]}


def test_parameters_of_the_pack_and_of_the_rule() -> None:
    rules = """
params: {k: 4, j: 1}
rules:
- {id: A, entity: firm, levels: {red: x > k}}
- {id: B, entity: firm, params: {k: 8}, levels: {red: x > k + j - 1}}
"""
    assert levels(panel(BASE), rules) == {"A": [".rr.", "rr.."], "B": ["..r.", "...."]}


def test_a_parameter_that_changes_with_the_date() -> None:
    rules = """
- id: A
  entity: firm
  params: {k: {value: 4 万元, from: {2022-02: 6 万元, 2022-03-31: "0.001 亿元"}}}
  levels: {red: x >= k}
- id: B
  entity: firm
  params: {k: {from: {2022-03: 3}}}
  levels: {red: x >= k}
- id: C
  entity: firm
  params: {k: {by: level, value: {yellow: 1, red: 5}, from: {2022-03: {yellow: 2, red: 9}}}}
  levels: x >= k
- id: D
  entity: firm
  params: {k: {by: trade, value: {工业: 1, 零售: 9}, from: {2022-02: {工业: 9, 零售: 8}}}}
  levels: {red: x >= k}
"""
    assert levels(panel(BASE), "rules:" + rules) == {
        "A": ["....", "rr.."],
        "B": ["??r.", "??.r"],
        "C": ["yrry", "rr.y"],
        "D": ["r.r.", ".r.."],
    }


def test_named_parts_of_the_pack_by_entity_type() -> None:
    rules = """
pack: p
params: {line: {by: trade, value: {工业: 4, 零售: 6}}}
let:
  firm: {ratio: x / line, big: ratio > 1 and x < county_line, county_line: 100}
  county: {big_ones: count(firm.big)}
rules:
- {id: A, entity: firm, levels: {red: big}}
- {id: B, entity: county, levels: {yellow: big_ones >= 1, red: count(firm.big) >= 2}}
- {id: C, entity: county, levels: {red: sum(firm.ratio) > 2.5}}
- {id: D, entity: county, levels: {red: count(firm.x > firm.line) >= 2}}
- {id: E, entity: firm, levels: {red: county.big_ones >= 2}}
- {id: F, entity: firm, let: {ratio: x / 5}, levels: {red: ratio > 1}}
"""
    both = ["yry."]
    assert levels(panel(BASE), rules) == {
        "A": [".rr.", "rr.."],
        "B": both,
        "C": [".r.."],
        "D": [".r.."],
        "E": [".r..", ".r.."],
        "F": ["..r.", "rr.."],
    }


def test_a_named_part_that_names_itself_by_a_path() -> None:
    rules = (
        "let: {firm: {a: county.b > 1}, county: {b: count(firm.a)}}\nrules: [{id: A, entity: firm, levels: {red: a}}]"
    )
    assert refusal(panel(BASE), rules) == ["EW102 firm.a: `a` is defined by itself"]


def test_the_pack_adjusts_before_the_rule() -> None:
    rules = """
adjust:
- {entity: firm, when: leads, by: 1}
- {when: lacking_here > 1, by: -1}
rules:
- {id: A, entity: firm, levels: {yellow: x >= 5, red: x >= 9}, adjust: [{when: x >= 9, cap: yellow}]}
- {id: B, entity: county, levels: {yellow: sum(firm.x) > 9}}
"""
    indicators = {"lacking_here": Indicator("lacking_here", "flow")}
    assert levels(panel(BASE, indicators), rules) == {
        "A": [".ry.", "yy.."],
        "B": [".yy."],
    }


def test_alerts_name_the_steps_that_moved_them() -> None:
    rules = """
adjust: [{entity: county, when: x > 1, by: 1}, {when: lacking_here > 1, by: -1}, {entity: firm, when: leads, by: 1}]
rules:
- {id: A, entity: firm, levels: {blue: x >= 2, yellow: x >= 5, red: x >= 9}, adjust: [{when: x >= 2, cap: blue}]}
"""
    data = panel(BASE, {"lacking_here": Indicator("lacking_here", "flow")})
    report = Report.of(evaluate(data, rules), as_of=None)
    found = {alert["entity"]: alert["adjusted"] for alert in orjson.loads(report.to_json())["alerts"]}
    assert found["b"] == []
    assert [(step["when"], step["before"], step["after"]) for step in found["a"]] == [
        ("leads", "blue", "yellow"), ("x >= 2", "yellow", "blue"),
    ]  # fmt: skip


def test_what_only_the_pack_adjusts_by_holds_nothing_back() -> None:
    late = {**BASE, "late": [[1, None, None, None], [1, None, None, None]]}
    rules = "adjust: [{when: late > 0, by: 1}]\nrules: [{id: A, entity: firm, levels: {yellow: x >= 5, red: x >= 99}}]"
    assert levels(panel(late), rules) == {"A": [".yy.", "ry.."]}


def test_effective_and_enabled() -> None:
    rules = """
rules:
- {id: A, entity: firm, effective: {from: 2022-02, to: 2022-03-30}, levels: {red: x >= 2}}
- {id: B, entity: firm, effective: {to: 2022-Q1}, levels: {red: x >= 2}}
- {id: C, entity: firm, enabled: false, levels: {red: x >= 2}}
"""
    assert levels(panel(BASE), rules) == {"A": ["-r--", "-r--"], "B": [".rr-", "rr.-"]}


def test_a_rule_that_is_not_enabled_is_still_checked() -> None:
    with pytest.raises(RuleError, match="unknown level"):
        load_rules("{id: A, enabled: false, levels: {rde: x}}")


def test_labels() -> None:
    rules = """
rules:
- id: A
  entity: firm
  title: {zh: 甲, en: a}
  levels: {red: x >= 2}
  labels: {三以上: x >= 3, always: x == x, unfed: lacking_here > 1, unknown: y > 0}
"""
    data = panel({**BASE, "y": [[None] * 4] * 2}, {"lacking_here": Indicator("lacking_here")})
    report = Report.of(evaluate(data, rules), as_of=None)
    found = {alert["entity"]: alert["labels"] for alert in orjson.loads(report.to_json())["alerts"]}
    assert found == {"a": ["always"], "b": ["三以上", "always"]}
    assert refusal(data, "{id: A, entity: firm, levels: {red: x > 1}, labels: {a: z > 1}}") == [
        "EW102 z: unknown indicator `z`"
    ]


TARGETS = {
    **BASE,
    "sales": [[1, 1, 1, 1], [1, 1, 1, 9]],
    "sales.target": [[8] * 4, [8] * 4],
    "rent": [[1, 1, 1, 2], [1, 1, 1, 2]],
    "rent.target": [[2] * 4, [2] * 4],
    "stock": [[1] * 4] * 2,
    "stock.target": [[9] * 4] * 2,
    "county/tax": [[1, 1, 1, 1]],
    "county/tax.target": [[6] * 4],
}
KINDS = {
    "stock": Indicator("stock", "stock", "万元"),
    "sales": Indicator("sales", "flow", "万元", title={"zh": "销售"}),
}
EACH = """
id: T
entity: [firm, county]
title: {zh: 未达, en: behind}
each: {x: {has: target, kind: flow}}
params: {m: 0.5}
levels: {red: x.ytd < m * x.target and "x" == "x"}
explain: {en: "{x.ytd} of {x.target}"}
"""


def test_each_indicator_has_a_rule_of_its_own() -> None:
    data = panel(TARGETS, KINDS)
    signals = evaluate(data, EACH)
    assert [(one.rule.id, one.entity_type) for one in signals.verdicts] == [
        ("T:rent", "firm"), ("T:sales", "firm"), ("T:tax", "county"),
    ]  # fmt: skip
    assert levels(data, EACH) == {"T:rent": ["....", "...."], "T:sales": ["rrr.", "rrr."], "T:tax": ["rr.."]}
    sales = signals.verdicts[1].rule
    assert sales.title == {"zh": "未达：销售", "en": "behind: sales"}
    assert sales.levels["red"] == 'sales.ytd < m * sales.target and "x" == "x"'
    prints = {one.rule.fingerprint(one.entity_type, "a") for one in signals.verdicts}
    assert len(prints) == 3, "alerts of different indicators are followed apart"


def test_each_indicator_through_a_named_condition() -> None:
    rules = "{id: T, entity: firm, each: {i: [sales]}, projected_shortfall: {indicator: i, below: 3}}"
    (verdicts,) = evaluate(panel(TARGETS, KINDS), rules).verdicts
    assert verdicts.rule.levels == {"yellow": 'projected(sales, pace="linear") < 3 * sales.target'}
    alert = Report.of(evaluate(panel(TARGETS, KINDS), rules), as_of=None).alerts[0]
    assert alert.explanation.zh == "a的销售按当前进度全年预计 12 万元，为目标 8 万元 的 150.0%"
    assert alert.explanation.en.startswith("a: at this pace sales will come to ")


def test_each_by_name_and_in_vain() -> None:
    data = panel(TARGETS, KINDS | {"gone": Indicator("gone")})
    rules = "{id: T, entity: firm, each: {x: [rent, gone]}, levels: {red: x > 1}}"
    assert [(one.rule.id, one.unrun) for one in evaluate(data, rules).verdicts] == [
        ("T:rent", None),
        ("T:gone", "gone"),
    ]
    rules = "{id: T, entity: firm, each: {x: {has: plan, kind: flow}}, levels: {red: x > 1}}"
    assert [(one.rule.id, one.unrun) for one in evaluate(data, rules).verdicts] == [("T", "x with plan of kind flow")]


def test_a_mistake_in_an_expanded_rule_points_into_the_file() -> None:
    rules = "{id: T, entity: firm, each: {x: [rent]}, levels: {red: x + nothing > 1}, where: 'x.ytdd > 2 and x > 1'}"
    assert refusal(panel(TARGETS, KINDS), rules) == [
        "EW102 nothing: unknown indicator `nothing`",
        "EW102 x.ytdd: `rent` has no `ytdd`",
    ]
    assert refusal(panel(TARGETS), "{id: T, entity: firm, each: {x: [rent]}, levels: {red: last(x) > trade}}") == [
        "EW103 trade: a number was expected"
    ]


def test_the_schema_knows_the_keys() -> None:
    properties = ewarn.rules.rules_schema()["$defs"]["WrittenRule"]["properties"]
    assert {"labels", "each", "effective", "enabled"} <= set(properties)
    assert all("description" in one for one in properties.values())


def test_rules_of_the_language_guide() -> None:
    """TGT-02 and IND-05 of the language's worked examples, and the pull of the worst firm."""
    rules = """
rules:
- id: TGT-02
  entity: firm
  each: {x: {has: target, kind: flow}}
  where: periods_left() > 0 and progress(x) < 1
  params: {bar: {by: level, value: {blue: 1.2, yellow: 1.5, red: 2.0}}}
  let: {required: (x.target - x.ytd) / periods_left(), last_year: '(full_year(x) - lag(x.ytd, "1y")) / periods_left()'}
  levels: 'required >= bar * max(rolling_mean(x, 3), last_year)'
- id: IND-05
  entity: county
  let:
    pulls: pull(firm.x)
    g: growth(firm.x)
    dragged: 'g < 0 and (share_of_top(max(-pulls, 0), 3) >= 0.60 or min(pulls) <= -0.01)'
  levels: {yellow: dragged, red: dragged and g - min(pulls) >= 0}
"""
    months = [1.0] * 12
    data = panel(
        {
            "x": [[4.0] * 12 + [1, 4, 4, 4], [4.0] * 12 + [4, 4, 1, 5]],
            "sales": [[*months, 1, 1, 1, 1], [*months, 5, 5, 5, 5]],
            "sales.target": [[*months, 60, 60, 60, 60], [*months, 18, 18, 60, 60]],
        }
    )
    found = levels(data, rules)
    assert [row[12:] for row in found["TGT-02:sales"]] == ["rrrr", "...."]
    assert [row[12:] for row in found["IND-05"]] == ["r.r."]
