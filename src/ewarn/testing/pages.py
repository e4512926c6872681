"""The pages of the shipped packs: what each rule says, from its file, and what shows that it does, from its tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from ewarn import resources
from ewarn.catalogue import catalogue, known_attributes
from ewarn.expressions.mentions import paths
from ewarn.rules import Param, Rule, RuleSet, load_rules, shipped
from ewarn.source import load_yaml, read_text

_HEAD = """\
# The shipped packs

Generated from `rules/*.yaml` and the tests beside them by `make docs`. A pack's page has each rule with its thresholds,
where each comes from and how sure that is, an example sentence (an executed test), and its traps: what to think of
before an alert is read out.

How sure a threshold is: **law**, the text of a statute; **official**, a notice or site of an office; **secondary**, the
press; **memory**, not looked up; **judgement**, no official number exists, and a local one should replace it.

"""
_TESTED = """
## Each rule and its tests

`ewarn rules test --coverage` runs them: every threshold is moved by one step up and down, and each time a test fails.

| rule | pack | | of | levels | tests |
|---|---|---|---|---|---|
"""
_APART = """
## Where a rule differs from county practice

The rules follow a catalogue of sixty that was drawn from the yearly work of a county bureau. Where its words and the
engine's laws differ, the laws win: unknown is never false, a modifier never silences, nothing looks ahead.

| rule | differs |
|---|---|
"""


def pack_pages() -> Mapping[str, str]:
    """The index and the page of each pack: path below `docs/` -> Markdown."""
    packs = {name: load_rules(name) for name in shipped()}
    tests = {name: _tests(name) for name in packs}
    pages = {f"reference/packs/{name}.md": _pack(name, rules, tests[name]) for name, rules in packs.items()}
    return {"reference/packs.md": _index(packs, tests), **pages}


def _tests(pack: str) -> dict[str, list[Mapping[str, Any]]]:
    """The tests of each rule as they are written, by the id without the indicator of `each`."""
    path = resources.packs() / f"{pack}.test.yaml"
    if not path.is_file():
        return {}
    tree = cast("Mapping[str, Any]", load_yaml(read_text(path, name=path.name), path.name).python)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for key, tests in tree["tests"].items():
        found.setdefault(str(key).partition(":")[0], []).extend(tests)
    return found


def _index(packs: Mapping[str, RuleSet], tests: Mapping[str, Mapping[str, list[Mapping[str, Any]]]]) -> str:
    lines = ["| pack | rules | tests |", "|---|---|---|"]
    for name, rules in packs.items():
        count = sum(map(len, tests[name].values()))
        lines.append(f"| [{name}](packs/{name}.md) | {len(rules)} | {count} |")
    tested = [
        f"| [{rule.id}](packs/{name}.md#{rule.id.lower()}) | {name} | {rule.title.get('en', rule.slug)} | "
        f"{', '.join(rule.entity) or 'any type'} | {', '.join(rule.levels)} | {_named(tests[name].get(rule.id, []))} |"
        for name, rules in packs.items()
        for rule in rules
    ]
    apart = [
        f"| [{rule.id}](packs/{name}.md#{rule.id.lower()}) | {rule.notes['en']} |"
        for name, rules in packs.items()
        for rule in rules
        if "en" in rule.notes
    ]
    return _HEAD + "\n".join(lines) + "\n" + _TESTED + "\n".join(tested) + "\n" + _APART + "\n".join(apart) + "\n"


def _named(tests: Sequence[Mapping[str, Any]]) -> str:
    """How many tests there are, and the first by name; a pack's page has all of them."""
    names = "; ".join(str(test["name"]) for test in tests[:2])
    return f"{len(tests)}: {names}{'; ...' if len(tests) > 2 else ''}" if tests else "0"


def _pack(name: str, rules: RuleSet, tests: Mapping[str, list[Mapping[str, Any]]]) -> str:
    made = f"Generated from `rules/{name}.yaml` and its tests by `make docs`. [All packs](../packs.md)"
    lines = [f"# {name}", "", made, ""]
    for rule in rules:
        lines += _rule(rule, tests.get(rule.id, []))
    return "\n".join(lines).rstrip() + "\n"


def _rule(rule: Rule, tests: list[Mapping[str, Any]]) -> Iterator[str]:
    yield from (f"## {rule.id}", "", f"**{rule.title.get('zh', '')}** · {rule.title.get('en', '')}", "")
    yield from (f"Of: {', '.join(rule.entity) or 'any type'}. {rule.source.get('en', '')}", "")
    if rule.source.get("zh", "") not in ("", rule.source.get("en")):
        yield from (rule.source["zh"], "")
    yield from ("```yaml", *_conditions(rule), "```", "")
    used = {key: param for key, param in rule.params.items() if key in _names(rule)}
    if used:
        yield from ("| threshold | value | source | how sure |", "|---|---|---|---|")
        yield from (_threshold(key, param) for key, param in used.items())
        yield ""
    yield from _sentences(tests)
    yield from _said("To do", rule.action)
    yield from _said("Traps", rule.traps)
    yield from _said("Notes", rule.notes)
    read = list(_read(rule))
    if read:
        yield from (f"Reads: {', '.join(read)}", "")
    if tests:
        yield from (f"Tests: {'; '.join(str(test['name']) for test in tests)}", "")


def _conditions(rule: Rule) -> Iterator[str]:
    """The levels, the named parts that they use, and what moves a verdict."""
    yield from (f"{level}: {text}" for level, text in reversed(list(rule.levels.items())))
    if rule.where is not None:
        yield f"where: {rule.where}"
    names = _names(rule)
    shared = [(f"{kind}.{name}", text) for kind, named in rule.shared.items() for name, text in named.items()
              if name in names and (kind in rule.entity or f"{kind}.{name}" in names)]  # fmt: skip
    yield from (f"{name} = {text}" for name, text in (*shared, *rule.let.items()))
    for step in rule.adjust:
        if not step.entity or set(step.entity) & set(rule.entity):
            yield f"{'at most ' + str(step.cap) if step.by is None else f'{step.by:+d} level'} if {step.when}"


def _threshold(name: str, param: Param) -> str:
    value, unit = param.value, f" {param.unit}" if param.unit else ""
    if isinstance(value, Mapping):
        words = ", ".join(f"{key} {_plain(one)}{unit}" for key, one in value.items())
    else:
        words = f"{_plain(value)}{unit}"
    return f"| `{name}` | {words} | {_source(param)} | {param.confidence or ''} |"


def _source(param: Param) -> str:
    """In both languages, where they differ."""
    return "<br>".join(dict.fromkeys(param.source[one] for one in ("en", "zh") if one in param.source))


def _plain(value: object) -> str:
    return (
        str(value).lower() if isinstance(value, bool) else f"{value:.12g}" if isinstance(value, float) else str(value)
    )


def _sentences(tests: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The first sentences that a test asks for."""
    for test in tests:
        for written in test.get("at", {}).values():
            for finding in written if isinstance(written, list) else [written]:
                if "zh" in finding and "en" in finding:
                    yield from (f"> {finding['zh']}", ">", f"> {finding['en']}", "")
                    return


def _said(head: str, texts: Mapping[Any, str]) -> Iterator[str]:
    if texts:
        yield from (f"{head}: {texts.get('zh', '')}", "", str(texts.get("en", "")), "")


def _read(rule: Rule) -> Iterator[str]:
    """What the drop must name: indicators and properties of the catalogue."""
    names = {part for name in _names(rule) for part in name.split(".")}
    for name in sorted(names):
        indicator, attribute = catalogue().get(name), known_attributes().get(name)
        if indicator is not None:
            remarks = ["no January"] if indicator.january == "none" else []
            remarks += ["restricted"] if indicator.restricted else []
            said = f" ({', '.join(remarks)})" if remarks else ""
            yield f"`{name}` {indicator.title.get('zh', '')}{said}"
        elif attribute is not None:
            yield f"`{name}` {attribute.titles.get('zh', '')}"


def _names(rule: Rule) -> set[str]:
    """Every dotted name, and its parts, in what the rule reads."""
    texts = [*rule.levels.values(), *rule.let.values(), *rule.labels.values(), *rule.evidence]
    texts += [text for text in (rule.where, rule.until, rule.weight) if text is not None]
    texts += [step.when for step in rule.adjust]
    texts += [slot.expression for said in rule.explain.values() for slot in said.slots]
    pending, found = list(map(str, texts)), set[str]()
    while pending:
        for name in paths(pending.pop()):
            if name in found:
                continue
            found.update((name, *name.split(".")))
            last = name.rpartition(".")[2]
            pending += [str(named[last]) for named in rule.shared.values() if last in named]
    return found
