"""Every word of the rule language has a test, and the page that says which is fresh."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

import ewarn
import naive.kinds
from coverage_table import CONDITIONS_NEED_MONTHS, KINDS, NEEDS_MONTHS, PAGE, covered
from coverage_table import tests as known
from ewarn.conditions import conditions
from ewarn.expressions.function import functions


def test_every_word_has_a_test() -> None:
    without = [entry for entries in covered().values() for entry, found in entries.items() if not found]
    assert without == []


def test_the_page_names_every_word() -> None:
    """Write it anew with `make docs`. Which tests it names may change with any test, but they are there."""
    text = PAGE.read_text(encoding="utf-8")
    missing = [entry for entries in covered().values() for entry in entries if f"| {entry} |" not in text]
    assert missing == []
    assert set(re.findall(r"`(\S+::\w+)`", text)) <= set(known())


def test_the_page_says_on_which_kinds_of_panel_functions_and_conditions_are_compared() -> None:
    """What it says is measured by `test_vocabulary.py` and `test_conditions_kinds.py`."""
    assert tuple(naive.kinds.KINDS) == KINDS
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (all[^|]*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(rows) == {*functions(), *conditions()}
    assert {name for name, kinds in rows.items() if kinds != "all"} == {*NEEDS_MONTHS, *CONDITIONS_NEED_MONTHS}


def test_measures_that_are_never_derived(tmp_path: Path) -> None:
    """Each is read as published: an amount since the start, a rate that is aimed at, a place in a ranking."""
    (tmp_path / "drop.yaml").write_text(
        "frequency: M\ntables: [{file: a.csv, entity: {type: town, id: id}, period: m, values: {investment: ["
        "{column: all, measure: since_start, unit: 万元}, {column: aim, measure: target_growth, unit: '%'}, "
        "{column: place, measure: rank}, {column: value, unit: 万元}]}}]\nindicators: {investment: {kind: flow}}\n",
        encoding="utf-8",
    )
    (tmp_path / "a.csv").write_text(
        "id,m,value,all,aim,place\nA,2022-01,5,90,8,3\nA,2022-02,6,96,8,2\n", encoding="utf-8"
    )
    panel = ewarn.load(tmp_path)
    for expression, values in {
        "investment.since_start": [90, 96],
        "investment.since_start - investment": [85, 90],
        "investment.target_growth": [0.08, 0.08],
        "investment.rank": [3, 2],
        "diff(investment.rank)": [None, -1],
    }.items():
        got = [None if value != value else round(value, 9) for value in panel.eval(expression)["A"].tolist()]
        assert got == values, expression


def test_keys_that_say_more_about_a_rule() -> None:
    """`each` by `better`, more `evidence`, `status()` without an argument, and what is kept for readers only."""
    frame = pd.DataFrame({
        "entity": "A", "period": ["2022-08", "2022-09"] * 2, "indicator": ["output"] * 2 + ["arrears"] * 2,
        "value": [5.0, 3.0, 1.0, 2.0], "status": ["final", "forecast", "final", "final"],
    })  # fmt: skip
    panel = ewarn.Panel.from_frame(frame)
    better = {"output": "higher", "arrears": "lower"}
    panel = replace(
        panel, indicators={name: replace(one, better=better[name]) for name, one in panel.indicators.items()}
    )
    rules = """\
rules:
  - id: DOWN
    each: {x: {better: higher}}
    params: {most: {value: 4, confidence: judgement, source: ours}}
    levels: {yellow: x < 5, red: x < most}
    adjust: [{when: 'status() == "forecast"', by: -1}]
    evidence: [x * 2]
    traps: {en: It may be late}
    notes: {en: The source says less}
"""
    (alert,) = ewarn.run(panel, rules=rules).alerts
    assert (alert.rule, alert.level) == ("DOWN:output", "yellow")
    assert {item.expr: item.value for item in alert.evidence} == {"output": 3, "most": 4, "output * 2": 6}
    (rule,) = {one.id.split(":")[0]: one for one in ewarn.load_rules(rules).rules}.values()
    assert (rule.traps, rule.notes) == ({"en": "It may be late"}, {"en": "The source says less"})
