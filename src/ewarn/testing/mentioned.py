"""The names that rules mention anywhere: what a test may give them."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from functools import cache

from ewarn.assembly.indicators import Names
from ewarn.expressions.function import functions
from ewarn.expressions.mentions import names as names_in
from ewarn.rules import Rule
from ewarn.signals.slots import NAMED_SLOTS


def mentioned(rules: Iterable[Rule], names: Names) -> frozenset[str]:
    """Every word of the rules' expressions that may be a name of data, indicators by their proper names."""
    words = {word for rule in rules for word in _words(rule)}
    return frozenset(words | {names.resolve(word) or word for word in words})


@cache
def _words(rule: Rule) -> frozenset[str]:
    found: set[str] = set()
    for text in rule.texts:
        found |= names_in(text)
    found.update(param.by for param in rule.params.values() if param.by)
    found.update(rule.indicators.get(word, word) for word in tuple(found))
    if rule.each is not None:
        found.update(rule.each.indicators)
    own = {*NAMED_SLOTS, "legs", *rule.params, *rule.let, *(name for named in rule.shared.values() for name in named)}
    return frozenset(word for word in found - own if not keyword.iskeyword(word) and word not in functions())
