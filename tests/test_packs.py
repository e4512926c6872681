"""The shipped packs and the examples' rules: complete in both languages, sourced, and never steering a figure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ewarn import resources
from ewarn.rules.load import load_rules
from ewarn.rules.model import Rule

PACKS = sorted(resources.packs().glob("*.yaml"))
EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/rules.yaml"))
BOTH = {"zh", "en"}
HAN = re.compile(r"[\u4e00-\u9fff]")
STEERING = re.compile(r"调整.*(数|报)|修改.*(数|报)|补报|平滑|adjust|correct the|smooth|restate", re.IGNORECASE)


def rules_of(paths: list[Path]) -> list[Rule]:
    return [rule for path in paths for rule in load_rules(str(path)).rules]


@pytest.mark.parametrize("rule", rules_of(PACKS), ids=lambda rule: f"{rule.pack}/{rule.id}")
def test_a_shipped_rule_is_complete(rule: Rule) -> None:
    assert set(rule.title) == set(rule.explain) == set(rule.action) == BOTH
    assert rule.source
    assert rule.slug
    for name, param in rule.params.items():
        assert param.source, f"{name} says where it comes from"


@pytest.mark.parametrize("rule", rules_of(PACKS), ids=lambda rule: f"{rule.pack}/{rule.id}")
def test_an_action_is_a_service(rule: Rule) -> None:
    for sentence in rule.action.values():
        assert not STEERING.search(sentence)


@pytest.mark.parametrize("rule", rules_of(PACKS + EXAMPLES), ids=lambda rule: f"{rule.pack}/{rule.id}")
def test_each_language_is_that_language(rule: Rule) -> None:
    assert set(rule.title) == set(rule.explain) == BOTH
    for sentence in (rule.title["zh"], *(part for part in rule.explain["zh"].parts if isinstance(part, str))):
        assert HAN.search(sentence) or not re.search(r"[a-z]{3}", sentence)
    assert not HAN.search(rule.title["en"] + rule.action.get("en", ""))
