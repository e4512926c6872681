"""Keys that the rule language has and this version does not: said as such, not as a typing mistake."""

from __future__ import annotations

from ewarn.diagnostics import Diagnostic
from ewarn.source import Located, Text

_RULE = {"legs": "write the condition of each leg as a rule of its own"}
_CODE = "EW122"


def without_later(node: Located, problems: list[Diagnostic]) -> Located:
    """The tree of a rule file without such keys, each of which is a problem."""
    rules = node.get("rules")
    if rules is None:
        return node
    entries = tuple(_rule(rule, problems) for rule in rules.entries)
    return _with(node, "rules", Located(entries, rules.document, rules.start, rules.end)) if entries else node


def _rule(rule: Located, problems: list[Diagnostic]) -> Located:
    return _without(rule, "rule", problems)


def _without(node: Located, owner: str, problems: list[Diagnostic]) -> Located:
    found = [key for key, _ in node.items() if key in _RULE]
    for key in found:
        message = f"this version has no {owner} key `{key}`"
        problems.append(Diagnostic(_CODE, message, key.span(), "comes with a later version", _RULE[key]))
    if not found:
        return node
    kept = {key: value for key, value in node.items() if key not in found}
    return Located(kept, node.document, node.start, node.end)


def _with(node: Located, name: str, value: Located) -> Located:
    items = {key: item for key, item in node.items() if key != name}
    return Located({**items, node.key(name) or Text(name): value}, node.document, node.start, node.end)
