"""Rules written through a named condition: put into the words of a rule that spells its levels out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ewarn.conditions import conditions, lowered
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import RuleError
from ewarn.rules.written import WrittenRule
from ewarn.source import Located, Text, validate


def without_conditions(node: Located, problems: list[Diagnostic]) -> Located:
    """The tree of a rule file with `levels`, and what a rule lacks of title and sentence, for each named condition."""
    rules = node.get("rules")
    if rules is None or not rules.entries:
        return node
    defaults = node.get("defaults")
    channel = defaults is not None and defaults.get("channel") is not None
    entries = tuple(_rule(rule, channel, problems) for rule in rules.entries)
    return _with(node, {"rules": Located(entries, rules.document, rules.start, rules.end)})


def _rule(rule: Located, channel: bool, problems: list[Diagnostic]) -> Located:
    used = [(key, value) for key, value in rule.items() if key in conditions()]
    if not used:
        return _unknown(rule, problems)
    key, settings = used[0]
    rest = {name: value for name, value in rule.items() if name not in conditions()}
    others = [name for name, _ in used[1:]] + [name for name in rest if name == "levels"]
    problems.extend(
        Diagnostic("EW127", f"`{key}` and `{other}` in one rule", other.span(), "both say when it fires",
                   "write two rules, or spell the levels out", more=(key.span(),))
        for other in others
    )  # fmt: skip
    plain = Located(rest, rule.document, rule.start, rule.end)
    condition = validate(conditions()[key], settings, problems)
    try:
        found = None if condition is None else lowered(condition, key)
    except RuleError as error:
        problems.extend(error.diagnostics)
        found = None
    if found is None:
        # The rule is rejected already; that it lacks `levels` as well is no second mistake.
        return _with(plain, {"levels": Located(None, rule.document, rule.start, rule.end, doubtful=True)})

    def scalar(text: Text) -> Located:
        return Located(text, settings.document, settings.start, settings.end)

    def mapping(texts: Mapping[Any, Text]) -> Located:
        items = {name if isinstance(name, Text) else Text(name): scalar(text) for name, text in texts.items()}
        return Located(items, settings.document, settings.start, settings.end)

    added = {"levels": mapping(found.levels)}
    if plain.get("explain") is None:
        added["explain"] = mapping(found.explain)
    if plain.get("title") is None:
        added["title"] = mapping(found.title)
    if plain.get("channel") is None and not channel:
        added["channel"] = scalar(found.channel)
    return _with(plain, added)


def _unknown(rule: Located, problems: list[Diagnostic]) -> Located:
    """A rule without `levels:` that has an unknown key with settings is meant to use a named condition."""
    if rule.get("levels") is not None:
        return rule
    known = {field.alias or name for name, field in WrittenRule.model_fields.items()}
    named = [key for key, value in rule.items() if value.items() and key not in known and not did_you_mean(key, known)]
    if not named:
        return rule
    for key in named:
        near = did_you_mean(key, conditions()) or f"there are: {', '.join(conditions())}"
        problems.append(Diagnostic("EW127", f"unknown condition `{key}`", key.span(), None, near))
    kept = Located({k: v for k, v in rule.items() if k not in named}, rule.document, rule.start, rule.end)
    return _with(kept, {"levels": Located(None, rule.document, rule.start, rule.end, doubtful=True)})


def _with(node: Located, values: Mapping[str, Located]) -> Located:
    items = {key: item for key, item in node.items() if key not in values}
    keys = {name: node.key(name) or Text(name) for name in values}
    return Located(
        {**items, **{keys[name]: value for name, value in values.items()}}, node.document, node.start, node.end
    )
