"""The names that rules mention anywhere: what a test may give them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from functools import cache

from ewarn.assembly.indicators import Names, plain
from ewarn.expressions.function import functions
from ewarn.rules import Rule

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"[^\W\d]\w*")


def mentioned(rules: Iterable[Rule], names: Names) -> frozenset[str]:
    """Every word of the rules' expressions that may be a name of data, indicators by their proper names."""
    words = {word for rule in rules for word in _words(rule)}
    return frozenset(words | {names.resolve(word) or word for word in words})


@cache
def _words(rule: Rule) -> frozenset[str]:
    found: set[str] = set()
    for text in rule.texts:
        found.update(plain(word) for word in _NAME.findall(_QUOTED.sub(" ", text)))
    found.update(param.by for param in rule.params.values() if param.by)
    found.update(rule.indicators.get(word, word) for word in tuple(found))
    if rule.each is not None:
        found.update(rule.each.indicators)
    own = {*rule.params, *rule.let, *(name for named in rule.shared.values() for name in named)}
    return frozenset(word for word in found - own if not keyword.iskeyword(word) and word not in functions())
