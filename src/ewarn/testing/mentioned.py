"""The names that rules mention anywhere: what a test may give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ewarn.assembly.indicators import Names, plain
from ewarn.rules import Rule

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"[^\W\d]\w*")


def mentioned(rules: Iterable[Rule], names: Names) -> frozenset[str]:
    """Every word of the rules' expressions, indicators by their proper names."""
    words = {word for rule in rules for word in _words(rule)}
    return frozenset(words | {names.resolve(word) or word for word in words})


@cache
def _words(rule: Rule) -> frozenset[str]:
    found: set[str] = set()
    for text in _texts(rule):
        found.update(plain(word) for word in _NAME.findall(_QUOTED.sub(" ", text)))
    found.update(param.by for param in rule.params.values() if param.by)
    if rule.each is not None:
        found.update(rule.each.indicators)
    return frozenset(found)


def _texts(rule: Rule) -> Iterator[str]:
    yield from rule.levels.values()
    yield from rule.let.values()
    yield from (text for named in rule.shared.values() for text in named.values())
    yield from (text for text in (rule.where, rule.until, rule.weight) if text is not None)
    yield from (step.when for step in rule.adjust)
    yield from rule.labels.values()
    yield from (slot.expression for template in rule.explain.values() for slot in template.slots)
    yield from rule.evidence
    if rule.listing is not None:
        yield from (text for text in (rule.listing.where, rule.listing.by) if text is not None)
