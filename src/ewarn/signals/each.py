"""`each:` one written rule becomes one for each indicator of the drop, with an id of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import overload

from ewarn.expressions.mentions import quoted
from ewarn.expressions.naming import indicator_named
from ewarn.panel import Panel
from ewarn.rules import Each, Language, Rule, RuleSet, Slot, Template
from ewarn.source import Instead, Text, woven


def expanded(panel: Panel, rules: RuleSet) -> RuleSet:
    """Every rule with `each` replaced by those it stands for; one that finds no indicator stays, to be left unrun."""
    return replace(rules, rules=tuple(one for rule in rules for one in expand(panel, rule)))


def expand(panel: Panel, rule: Rule) -> Iterator[Rule]:
    """The rules that a rule stands for on this panel: itself, unless it has `each`."""
    each = rule.each
    if each is None:
        yield rule
        return
    homes = rule.entity or tuple(panel.types)
    names = each.indicators or tuple(sorted(panel.indicators))
    found = [(name, tuple(home for home in homes if _fits(panel, home, name, each))) for name in names]
    # An indicator given by name is kept where the drop lacks it: coverage then says so.
    chosen = [(name, homes) for name in names] if each.indicators else [one for one in found if one[1]]
    if not chosen:
        yield rule
    for name, fitting in chosen:
        yield _with(rule, each.name, name, fitting or rule.entity, panel)


def wanted(each: Each) -> str:
    """What `each` looks for, in words for coverage."""
    parts = [f"{each.name} with {', '.join(each.has)}" if each.has else each.name]
    parts += [f"of kind {' or '.join(each.kind)}"] if each.kind else []
    return " ".join([*parts, *([f"better {each.better}"] if each.better else [])])


def _fits(panel: Panel, home: str, name: str, each: Each) -> bool:
    if home not in panel.types:
        return False
    indicator = indicator_named(panel, home, name)
    if indicator is None:
        return False
    return (
        all((home, indicator.name, measure) in panel.series for measure in each.has)
        and (not each.kind or indicator.kind in each.kind)
        and each.better in (None, indicator.better)
    )


def _with(rule: Rule, name: str, indicator: str, entity: tuple[str, ...], panel: Panel) -> Rule:
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)(?!\s*=(?!=))")

    @overload
    def put(text: Text) -> Text: ...
    @overload
    def put(text: None) -> None: ...
    def put(text: Text | None) -> Text | None:
        return None if text is None else _substituted(text, pattern, indicator)

    titles = panel.indicators[indicator].title if indicator in panel.indicators else {}

    def sentence(template: Template, language: Language) -> Template:
        called = titles.get(language, indicator)
        parts = tuple(
            Slot(put(part.expression), part.spec)
            if isinstance(part, Slot)
            else _substituted(part, pattern, called, only=part.borrowed)
            for part in template.parts
        )
        return replace(template, parts=parts)

    listing = rule.listing
    return replace(
        rule,
        id=f"{rule.id}:{indicator}",
        slug=f"{rule.slug}:{indicator}",
        title={
            language: f"{title}{'：' if language == 'zh' else ': '}{titles.get(language, indicator)}"
            for language, title in rule.title.items()
        },
        entity=entity,
        each=None,
        where=put(rule.where),
        narrowed=tuple(put(text) for text in rule.narrowed),
        until=put(rule.until),
        weight=put(rule.weight),
        let={key: put(text) for key, text in rule.let.items()},
        levels={level: put(text) for level, text in rule.levels.items()},
        labels={key: put(text) for key, text in rule.labels.items()},
        evidence=tuple(put(text) for text in rule.evidence),
        adjust=tuple(step if step.shared else replace(step, when=put(step.when)) for step in rule.adjust),
        explain={language: sentence(template, language) for language, template in rule.explain.items()},
        listing=listing and replace(listing, where=put(listing.where), by=put(listing.by)),
    )


def _substituted(
    text: Text, pattern: re.Pattern[str], indicator: str, only: tuple[tuple[int, int], ...] | None = None
) -> Text:
    in_quotes = list(quoted(text))
    pieces: list[Text | Instead] = []
    done = 0
    for match in pattern.finditer(text):
        if any(start <= match.start() < end for start, end in in_quotes):
            continue
        if only is not None and not any(start <= match.start() < end for start, end in only):
            continue
        pieces += [text.part(done, match.start()), Instead(indicator, text.part(*match.span()))]
        done = match.end()
    return woven(text, [*pieces, text.part(done)]) if pieces else text
