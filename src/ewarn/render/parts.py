"""What one alert says, as clean words: used by the table, the blocks and Markdown alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from ewarn.alerts.models import Alert, CoverageRow, Language, ListItem, UnknownReason
from ewarn.alerts.text import in_sentence
from ewarn.alerts.wording import numbers
from ewarn.expressions.titles import catalogued
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import known, lasting, say

BARS = "▁▂▃▄▅▆▇█"
IDLE = 5
"""So many rules that judged nothing are named on the screen; with `--coverage` all are."""
_PULL = re.compile(r"pull\((?:[^()]|\([^()]*\))*\)")
"""A list that is sorted by contributions, and by nothing computed from them."""
_TURNED = re.compile(r"- *([\w.]+|[\w.]*\([^()]*\))")
NO_MATCH = "no entity matches"
"""The note of a rule that is for nobody in the drop."""
_NAMED = re.compile(r"`([^`]+)`")
_SPACED = re.compile(r"([\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_NOTES = (
    (re.compile(r"(?:not run: )?the drop has no (`[^`]+`) \(it has (.+)\)"), "note_instead"),
    (re.compile(r"(?:not run: )?the drop has no (.+)"), "note_lacking"),
    (re.compile(r"(?:not run: )?no period has been reported by every indicator it reads"), "note_no_period"),
    (re.compile(NO_MATCH), "note_no_match"),
    (re.compile(r"optional parts not judged: the drop has no (.+)"), "note_optional"),
)


def rule_id(alert: Alert, view: View) -> str:
    """`IND-01`, or `industry/IND-01` where two packs have one."""
    return clean(f"{alert.pack}/{alert.rule}" if alert.rule in view.shared_ids else alert.rule, ID_CELLS)


def entity_id(alert: Alert, view: View) -> str:
    """`E17` or `enterprise:E17`; of what the name says already only the type, or nothing."""
    bare = clean(alert.entity, ID_CELLS)
    same = alert.name in ("", alert.entity)
    if view.many_types:
        kind = clean(alert.entity_type, NAME_CELLS)
        return kind if same else f"{kind}:{bare}"
    return "" if same else bare


def name(alert: Alert) -> str:
    """The display name, shortened with a count where it is absurd."""
    return clean(alert.name or alert.entity, NAME_CELLS)


def why(alert: Alert, view: View) -> str:
    """The explanation without the name, and the title, that stand beside it."""
    words = clean(view.text(alert.explanation))
    return _behind(in_sentence(view.text(alert.title)), _behind(in_sentence(alert.name), words))


def _behind(said: str, words: str) -> str:
    """What follows after `said`, where `words` begin with it and go on."""
    if said and words.startswith(said) and words[len(said) : len(said) + 1] in (" ", "：", ":", "，", ","):
        return words[len(said) + 1 :].lstrip()
    return words


def notes(alert: Alert, view: View) -> list[str]:
    """What else is to be known: status, how sure, which period."""
    language = view.language
    said = []
    status = alert.status
    if status:
        said.append(say(status, language) if known(status) else clean(status, NAME_CELLS))
    if alert.possible:
        said.append(say("possible", language, say(alert.possible, language)))
    if alert.labels:
        said.append(say("labelled", language, ("、" if language == "zh" else ", ").join(map(clean, alert.labels))))
    if alert.held:
        basis = next((one.period for one in alert.evidence if one.period != alert.period), None)
        said.append(say("held", language) if basis is None else say("held_of", language, basis))
    if alert.provisional:
        said.append(say("provisional", language))
    if alert.period != view.report.as_of:
        said.append(say("other_period", language, alert.period))
    return said


def duration(alert: Alert, language: Language) -> tuple[str, str]:
    """`3 个月` and `自 2022-07`."""
    return lasting(alert.periods, alert.period, language), say("since", language, alert.since)


def actions(view: View) -> list[tuple[str, str, int]]:
    """Rule, what its action says and to whom, and for how many alerts: each once, in order of appearance."""
    found: dict[tuple[str, str], int] = {}
    for alert in view.tops:
        words = clean(view.text(alert.action))
        if alert.owner:
            colon = "：" if view.language == "zh" else ": "
            words = clean(alert.owner, NAME_CELLS) + (f"{colon}{words}" if words else "")
        if words:
            key = rule_id(alert, view), words
            found[key] = found.get(key, 0) + 1
    return [(rule, words, count) for (rule, words), count in found.items()]


def sparkline(values: Sequence[float | None]) -> str:
    """Bars from the lowest to the highest of `values`; `·` where unknown."""
    seen = [value for value in values if value is not None]
    if not seen:
        return ""
    low, high = min(seen), max(seen)
    # A series that never moves is drawn at half height, not as a floor or a ceiling.
    step = (high - low) / (len(BARS) - 1)
    return "".join("·" if value is None else BARS[round((value - low) / step) if step else 3] for value in values)


def reasons(unknown: Mapping[UnknownReason, int], language: Language) -> str:
    """`未报 96 · 掩码 40`, the most frequent first."""
    ordered = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    return " · ".join(
        f"{say(key, language) if known(key) else clean(key, NAME_CELLS)} {count:,}" for key, count in ordered if count
    )


def title(alert: Alert, view: View) -> str:
    """The rule's title, else its slug."""
    return clean(view.text(alert.title) or alert.slug)


def evidence_list(alert: Alert, view: View, most: int = 3) -> list[str]:
    """The first entries of the evidence that is a list, and how many more there are."""
    if not alert.list:
        return []
    separator = "、" if view.language == "zh" else ", "
    pulls = all(_is_pull(item) for item in alert.list)
    words = separator.join(_item(item, percent=not pulls) for item in alert.list[:most])
    more = len(alert.list) - most
    # A contribution to the whole's growth is no growth of its own: it is counted in percentage points.
    head = say("pulls", view.language) if pulls else ""
    return [head + words + (f"{separator}{say('more', view.language, more)}" if more > 0 else "")]


def _is_pull(item: ListItem) -> bool:
    return item.unit == "ratio" and _PULL.fullmatch(item.expr or "") is not None


def _item(item: ListItem, *, percent: bool) -> str:
    shown = clean(item.name or item.entity, NAME_CELLS)
    if isinstance(item.value, float | int) and not isinstance(item.value, bool):
        fraction = item.unit == "ratio"
        # What is sorted by `-x`, the greatest first, is x.
        size = -item.value if _TURNED.fullmatch(item.expr or "") else item.value
        value = np.array([size * 100 if fraction else size])
        tail = "%" * percent if fraction else f" {clean(item.unit, NAME_CELLS)}" if item.unit else ""
        number = numbers(value, 2 if fraction else None, plus=fraction, thousands=True, tail=tail)
        return f"{shown} {number[0]}"
    return shown if item.value is None else f"{shown} {clean(str(item.value), NAME_CELLS)}"


def share_words(part: int, whole: int) -> str:
    """A share rounded to whole percent, half up; 0% and 100% are said only of nothing and of all."""
    if not whole:
        return "–"
    rounded = (200 * part + whole) // (2 * whole)
    return f"{min(max(rounded, part > 0), 100 - (part < whole))}%"


def coverage(view: View) -> list[str]:
    """Sentences: how much could be judged, why the rest could not, which rules stood idle."""
    language, rows = view.language, view.report.coverage
    matched = sum(row.matched for row in rows)
    evaluated = sum(row.evaluated for row in rows)
    unknown: dict[UnknownReason, int] = {}
    for row in rows:
        for reason, count in row.unknown.items():
            unknown[reason] = unknown.get(reason, 0) + count
    if matched and matched == evaluated:
        first = say("coverage_all", language, f"{matched:,}")
    else:
        share = share_words(evaluated, matched)
        first = say("coverage", language, f"{evaluated:,}", f"{matched:,}", share)
    if matched > evaluated:
        first += ("" if language == "zh" else " ") + say("coverage_unknown", language, f"{matched - evaluated:,}")
        first += reasons(unknown, language)
    by_rule: dict[str, list[CoverageRow]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, []).append(row)
    idle = {rule: several for rule, several in by_rule.items() if not any(row.matched for row in several)}
    partly = {
        rule: left
        for rule, several in by_rule.items()
        if rule not in idle and (left := [row for row in several if row.note and row.note != NO_MATCH])
    }
    sentences = [first]
    for key, found in (("idle", idle), ("partly", partly)):
        if found:
            shown = list(found)[: None if view.coverage else IDLE]
            listed = [clean(rule, ID_CELLS) + _why(found[rule], len(by_rule[rule]), language) for rule in shown]
            if len(found) > len(shown):
                listed.append(say("more_idle", language, len(found) - len(shown)))
            sentences.append(say(key, language, len(found)) + ("；" if language == "zh" else "; ").join(listed))
    return sentences


def _why(rows: Sequence[CoverageRow], types: int, language: Language) -> str:
    """Why a rule stood idle, in brackets: once where it is the same for all its `types`, else for each by name."""
    notes: dict[str, list[str]] = {}
    for row in rows:
        if row.note:
            notes.setdefault(row.note, []).append(clean(row.entity_type, NAME_CELLS))
    comma, colon = ("、", "：") if language == "zh" else (", ", ": ")
    told = [
        (f"{comma.join(kinds)}{colon}" if len(kinds) < types else "") + noted(words, language)
        for words, kinds in notes.items()
    ]
    return _aside(("；" if language == "zh" else "; ").join(told), language) if told else ""


def _aside(words: str, language: Language) -> str:
    return f"（{words}）" if language == "zh" else f" ({words})"


def note(row: CoverageRow, language: Language) -> str:
    """Why a rule could judge nothing, or not all of it, with the names to write in drop.yaml."""
    return noted(row.note or "", language, names=True)


def noted(words: str, language: Language, *, names: bool = False) -> str:
    """A note of a report or an explanation in the language. In Chinese what the drop lacks is called by its title,
    with `names` by its name too; in English the names say what they are."""
    for pattern, key in _NOTES:
        if match := pattern.fullmatch(words):
            groups = match.groups()
            if language == "zh":
                groups = tuple(_NAMED.sub(partial(_titled, names=names), group) for group in groups)
                groups = tuple(group.replace(", ", "、") for group in groups)
            words = say(key, language, *groups)
    return clean(_SPACED.sub(r"\1", words))


def _titled(found: re.Match[str], *, names: bool) -> str:
    title = catalogued(found[1], "zh")
    return found[0] if title is None else f"{title} {found[0]}" if names else title
