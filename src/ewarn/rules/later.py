"""Keys that the rule language has and this version does not: said as such, not as a typing mistake."""

from __future__ import annotations

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.rules.written import WrittenRule
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
    rule = _without(rule, _RULE, "rule", problems)
    return rule if rule.get("levels") is not None else _conditions(rule, problems)


def _conditions(rule: Located, problems: list[Diagnostic]) -> Located:
    """A rule without `levels:` that has an unknown key with settings is written through a named condition."""
    known = {*_RULE} | {field.alias or name for name, field in WrittenRule.model_fields.items()}
    named = {str(key): "" for key, value in rule.items() if value.items() and not did_you_mean(key, known)}
    if not named:
        return rule
    advice = "write `levels:` with a condition for each level"
    rule = _without(rule, dict.fromkeys(named, advice), "named condition", problems)
    # The rule is rejected already; that it lacks `levels` as well is no second mistake.
    return _with(rule, "levels", Located(None, rule.document, rule.start, rule.end, doubtful=True))


def _without(node: Located, later: dict[str, str], owner: str, problems: list[Diagnostic]) -> Located:
    found = [key for key, _ in node.items() if key in later]
    for key in found:
        message = f"this version has no {owner} key `{key}`" if owner != "named condition" else _unnamed(key)
        problems.append(Diagnostic(_CODE, message, key.span(), "comes with a later version", later[key] or None))
    if not found:
        return node
    kept = {key: value for key, value in node.items() if key not in found}
    return Located(kept, node.document, node.start, node.end)


def _unnamed(key: str) -> str:
    return f"this version has no named condition `{key}`"


def _with(node: Located, name: str, value: Located) -> Located:
    items = {key: item for key, item in node.items() if key != name}
    return Located({**items, node.key(name) or Text(name): value}, node.document, node.start, node.end)
