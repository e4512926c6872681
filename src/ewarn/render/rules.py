"""Rules on the screen: a line for each, or everything about one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from rich.text import Text

from ewarn.alerts.models import Language
from ewarn.diagnostics import Span
from ewarn.expressions.lookup import Lookup
from ewarn.expressions.mentions import reached
from ewarn.render.grid import Cell, Column, grid, typed, widest
from ewarn.render.style import FAINT, INK, STRONG
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.words import say
from ewarn.rules import Constant, Each, Owner, Param, Rule, RuleSet, Template

EXPRESSION_CELLS = 4000


def rule_list(rules: RuleSet, language: Language, width: int, command: str) -> Iterator[Text]:
    """One line for each rule, by pack, and how many there are; `command` shows one of them."""
    ids = widest((clean(rules.name(rule), ID_CELLS) for rule in rules), 4, 24)
    of = widest((_entity(rule, language) for rule in rules), 4, 16)
    levels = widest((_levels(rule, language) for rule in rules), 6, 24)
    title = max(width - ids - of - levels - 8, 16)
    heads = [("rule_id", ids), ("of", of), ("levels", levels), ("alert", title)]
    columns = [Column(say(key, language), size) for key, size in heads]
    for pack in rules.packs:
        own = [rule for rule in rules if rule.pack == pack]
        yield Text(f"{clean(pack, NAME_CELLS)}  ", STRONG).append(
            say("rules_one" if len(own) == 1 else "rules_count", language, len(own)), f"not bold {FAINT}"
        )
        rows: list[list[Cell]] = [
            [
                [(clean(rules.name(rule), ID_CELLS), "")],
                [(_entity(rule, language), FAINT)],
                [(_levels(rule, language), "")],
                [(_either(rule.title, language), "")],
            ]
            for rule in own
        ]
        yield from grid(columns, rows)
        yield Text()
    yield from typed(say("rules_next", language), command, width, style=FAINT)


def rule_page(rule: Rule, language: Language, width: int) -> Iterator[Text]:
    """Everything a rule says, as its author wrote it."""
    yield Text(f"{clean(rule.id, ID_CELLS)}  ", STRONG).append(_either(rule.title, language))
    facts = list(_facts(rule, language))
    heads = widest((head for head, _ in facts), 6, 16)
    columns = [Column("", heads), Column("", max(width - heads - 4, 16))]
    yield from grid(columns, ([[(head, FAINT)], body] for head, body in facts), heads=False)


def _facts(rule: Rule, language: Language) -> Iterator[tuple[str, Cell]]:
    yield say("pack", language), [(clean(rule.pack, NAME_CELLS), "")]
    yield say("of", language), [(_entity(rule, language), "")]
    yield from _line("each", None if rule.each is None else _each(rule.each), language)
    yield from _line("effective", _effective(rule), language)
    yield from _line("where", rule.where, language)
    if rule.narrowed:
        narrowed = [f"{text}{_in_brackets(_place(text.span()), language)}" for text in rule.narrowed]
        yield say("narrowed", language), [(_code(one), "") for one in narrowed]
    if rule.indicators:
        renamed = [f"{old} = {new}" for old, new in rule.indicators.items()]
        yield say("indicators", language), [(_code(one), "") for one in renamed]
    yield from _line("frequency", rule.frequency, language)
    read = _read(rule)
    shared = [
        f"{kind}.{name} = {text}"
        for kind, named in rule.shared.items()
        for name, text in named.items()
        if name in read and (not rule.entity or kind in rule.entity or kind in read)
    ]
    if shared:
        yield say("shared", language), [(_code(one), "") for one in shared]
    if params := {name: param for name, param in rule.params.items() if name in read or _is_own(param, rule)}:
        yield say("params", language), [(_param(name, param, language), "") for name, param in params.items()]
    if rule.let:
        yield say("let", language), [(_code(f"{name} = {expression}"), "") for name, expression in rule.let.items()]
    for level, expression in reversed(list(rule.levels.items())):
        yield say(level, language), [(_code(expression), INK[level])]
    if rule.adjust:
        yield say("adjust", language), [(_adjust(one.by, one.cap, one.when, language), "") for one in rule.adjust]
    if rule.labels:
        yield say("labels", language), [(_code(f"{name}: {text}"), "") for name, text in rule.labels.items()]
    held = {level: count for level, count in rule.hold.items() if count > 1}
    comma = "，" if language == "zh" else ", "
    yield from _line("for", comma.join(f"{say(level, language)} {count}" for level, count in held.items()), language)
    yield from _line("keep_for", str(rule.keep_for) if rule.keep_for else None, language)
    yield from _line("until", rule.until, language)
    yield from _line("weight", rule.weight, language)
    if rule.owner is not None:
        yield say("owner", language), [(_code(_owner(rule.owner, language)), "")]
    if rule.evidence:
        yield say("evidence", language), [(_code(one), "") for one in rule.evidence]
    template = rule.explain.get(language) or next(iter(rule.explain.values()), None)
    yield from _line("says", None if template is None else _sentence(template), language)
    yield from _line("to_do", _either(rule.action, language), language)
    yield from _line("rule_source", _either(rule.source, language), language)
    yield from _line("traps", _either(rule.traps, language), language)
    yield from _line("notes", _either(rule.notes, language), language)
    yield from _line("file", f"{rule.span.file}:{rule.span.line}", language)


def _is_own(param: Param, rule: Rule) -> bool:
    """Whether a param stands in the rule, or an override changes it; one of the pack stands above."""
    place = param.span
    return bool(param.changed) or place is None or (place.file, place.line) >= (rule.span.file, rule.span.line)


def _read(rule: Rule) -> frozenset[str]:
    """What the rule mentions, named parts followed: a pack shares more than each of its rules uses."""
    own = replace(rule, shared={})
    adjusted = (step.when for step in rule.adjust if not step.entity or set(step.entity) & set(rule.entity))
    return reached((*replace(own, adjust=()).texts, *adjusted), rule.parts)


def _line(key: str, words: str | None, language: Language) -> Iterator[tuple[str, Cell]]:
    if words:
        yield say(key, language), [(_code(words), "")]


def _code(text: str) -> str:
    return clean(text, EXPRESSION_CELLS)


def _param(name: str, param: Param, language: Language) -> str:
    levelled = param.by == "level"
    words = "" if param.value is None else _values(param.value, levelled, language)
    for first, value in param.dated:
        words += f"{'; ' if words else ''}from {_day(first)} {_values(value, levelled, language)}"
    by = say("by_level", language) if levelled else say("by", language, param.by) if param.by else ""
    return _code(f"{name} = {by}{words}{f' {param.unit}' if param.unit else ''}{_origin(param, language)}")


def _origin(param: Param, language: Language) -> str:
    """Where its values stand, and what they are based on."""
    stop = "；" if language == "zh" else "; "
    basis = [say(f"confidence_{param.confidence}", language)] if param.confidence else []
    source = "".join(f"{stop}{one}" for one in (*basis, _either(param.source, language)) if one)
    if not param.changed:
        placed = "" if param.span is None else _place(param.span)
        said = f"{placed}{source}".removeprefix(stop)
        return _in_brackets(said, language) if said else ""
    comma = "，" if language == "zh" else ", "
    named = [f"{say(key, language) if param.by == 'level' else key} {_place(at)}".strip()
             for key, at in param.changed.items()]  # fmt: skip
    rest = isinstance(param.value, Mapping) and set(param.value) - set(param.changed)
    if rest and param.span is not None:
        named.append(say("the_rest", language, _place(param.span)))
    said = f"{comma.join(named)}{source}"
    return _in_brackets(said, language)


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"


def _owner(owner: Owner, language: Language) -> str:
    if isinstance(owner.value, str):
        return f"{owner.value}{_in_brackets(_place(owner.place.span()), language)}"
    comma = "，" if language == "zh" else ", "
    shown = [f"{key}: {name}" for key, name in list(owner.value.items())[:8]]
    more = "…" if len(owner.value) > len(shown) else ""
    place = _in_brackets(_place(owner.place.span()), language)
    return f"{say('by', language, owner.by or '')}{comma.join(shown)}{more}{place}"


def _in_brackets(words: str, language: Language) -> str:
    return f"（{words}）" if language == "zh" else f" ({words})"


def _day(number: int) -> str:
    return str(dt.date(1970, 1, 1) + dt.timedelta(days=number))


def _effective(rule: Rule) -> str | None:
    first, last = rule.effective
    if first is None and last is None:
        return None
    return f"{'' if first is None else _day(first)} – {'' if last is None else _day(last)}"


def _each(each: Each) -> str:
    if each.indicators:
        return f"{each.name}: {', '.join(each.indicators)}"
    wanted = {"has": ", ".join(each.has), "kind": ", ".join(each.kind), "better": each.better}
    return f"{each.name}: " + ", ".join(f"{key} {words}" for key, words in wanted.items() if words)


def _values(value: Constant | Mapping[str, Constant], by_level: bool, language: Language) -> str:
    if isinstance(value, Mapping):
        named = {(say(key, language) if by_level else key): _constant(one) for key, one in value.items()}
        comma, colon = ("，", "：" if not by_level else " ") if language == "zh" else (", ", ": ")
        return comma.join(f"{key}{colon}{one}" for key, one in named.items())
    return _constant(value)


def _constant(value: Constant) -> str:
    if isinstance(value, Lookup):
        rest = "" if value.otherwise is None else f", {value.otherwise:,.10g}"
        return f"{value.table}: {value.column}{rest}"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def _adjust(by: int | None, cap: str | None, when: str, language: Language) -> str:
    if by is None:
        move = say("cap", language, say(cap or "blue", language))
    else:
        move = say("up" if by > 0 else "down", language, abs(by))
    return _code(say("if", language, move, when))


def _sentence(template: Template) -> str:
    shown: list[str] = []
    opened, closed = ({at for at, _ in template.optional}, {at for _, at in template.optional})
    for at, part in enumerate(template.parts):
        shown += ["]"] * (at in closed) + ["["] * (at in opened)
        if isinstance(part, str):
            shown.append(part)
        else:
            shown.append(f"{{{part.expression}{f':{part.spec}' if part.spec else ''}}}")
    return "".join([*shown, *["]"] * (len(template.parts) in closed)])


def _either(texts: Mapping[Language, str], language: Language) -> str:
    return clean(texts.get(language) or next(iter(texts.values()), ""))


def _entity(rule: Rule, language: Language) -> str:
    return (
        clean(("、" if language == "zh" else ", ").join(rule.entity), NAME_CELLS)
        if rule.entity
        else say("any_entity", language)
    )


def _levels(rule: Rule, language: Language) -> str:
    separator = "" if language == "zh" else " "
    return separator.join(say(level, language) for level in rule.levels)
