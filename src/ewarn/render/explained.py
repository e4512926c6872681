"""The screen of `ewarn explain`: for each rule what it says, its conditions as trees, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.text import Text

from ewarn.alerts.models import Alert, Language, Texts
from ewarn.explaining import Document, Explained, Explanation
from ewarn.levels import LEVELS
from ewarn.ranking import printed
from ewarn.render.cells import cells
from ewarn.render.explained_tree import tree
from ewarn.render.explained_words import changes, fact, lacking, missing, shown_levels
from ewarn.render.grid import paragraph, typed
from ewarn.render.parts import noted
from ewarn.render.style import FAINT, GOOD, INK, LEVEL, STRONG
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.words import lasting, say

WIDTH = 80


@dataclass(frozen=True)
class Page:
    """The screen as `print(explanation)` gives it."""

    language: Language = "en"

    def text(self, explanation: Explanation) -> str:
        """80 columns of plain text."""
        return "\n".join(line.plain for line in explained_screen(explanation.document, self.language, WIDTH))


def explained_screen(document: Document, language: Language, width: int, command: str = "") -> Iterator[Text]:
    """Lines for a screen of `width` cells. `command`: what made it, up to the choice of rules."""
    yield from _entity(document, language, width)
    several = len(document.rules) > 1
    for rule in document.rules:
        if several and rule.verdict in ("clear", "not_matched", "not_run"):
            continue
        yield Text()
        yield from _rule(document, rule, language, width)
    if several:
        yield from _rest(document, language, width, command)


def _entity(document: Document, language: Language, width: int) -> Iterator[Text]:
    name = clean(document.name or document.entity, NAME_CELLS)
    key = clean(f"{document.entity_type}:{document.entity}", ID_CELLS)
    above = [clean(one.name or one.entity, NAME_CELLS) for one in document.parents]
    words = f"{name}  " + " · ".join([key, *above]) + f"  {say('data_to', language, document.as_of)}"
    if document.known_at:
        words += f"  {say('known_at', language, document.known_at)}"
    yield from paragraph(words, width, indent=0, hang=2, style=STRONG)


def _rule(document: Document, rule: Explained, language: Language, width: int) -> Iterator[Text]:
    yield from _head(rule, language, width)
    if rule.alert is not None:
        yield from paragraph(clean(_text(rule.alert.explanation, language)), width, hang=0)
    yield from _remarks(document, rule, language, width)
    if rule.where is not None and rule.where.values[-1] is not True:
        yield Text()
        yield from tree(rule.where, rule.periods, language, width, say("where", language))
    for step in shown_levels(rule):
        yield Text()
        yield from tree(step.tree, rule.periods, language, width, say(step.level, language), step.level)
    yield Text()
    for line, style in _after(document, rule, language):
        yield from paragraph(line, width, hang=2, style=style)


def _head(rule: Explained, language: Language, width: int) -> Iterator[Text]:
    left = Text()
    mark = say(rule.level, language) if rule.level else say(f"verdict_{rule.verdict}", language)
    left.append(f" {mark} ", LEVEL[rule.level] if rule.level else GOOD if rule.verdict == "clear" else FAINT)
    left.append("  ").append(clean(_text(rule.title, language) or rule.slug), STRONG)
    left.append("  ").append(clean(rule.rule, ID_CELLS), FAINT)
    facts = [rule.period or ""]
    if rule.alert is not None:
        facts.append(say("score_of", language, f"{rule.alert.score:.1f}"))
    right = "  ".join(fact for fact in facts if fact)
    room = min(width, 130) - left.cell_len - cells(right)
    if room >= 2:
        yield left.append(" " * room + right)
    elif left.cell_len <= width:
        yield left
        yield Text("  " + right)
    else:
        yield from paragraph(left.plain.strip() + "  " + right, width, hang=2, style=STRONG)


def _remarks(document: Document, rule: Explained, language: Language, width: int) -> Iterator[Text]:
    """What the level alone does not say: adjusted, held, perhaps higher, not judged."""
    said = []
    alert = rule.alert
    if alert is not None:
        for step in alert.adjusted:
            before, after = say(step.before, language), say(step.after, language)
            said.append(say("adjusted_by", language, clean(step.when), before, after))
        if alert.possible:
            said.append(say("possible", language, say(alert.possible, language)))
    if rule.held:
        said.append(say("held_since", language, rule.period))
    if rule.verdict == "unknown":
        said.append(say("why_unknown", language, say(rule.reason or "not_reported", language)))
    if rule.verdict == "clear":
        waits = any(step.holds for step in rule.levels)
        said.append(say("why_waiting" if waits else "why_clear", language))
    if rule.verdict == "not_matched":
        said.append(say("why_not_matched", language))
    if rule.verdict == "not_run":
        said.append(say("why_not_run", language, noted(rule.note or "", language)))
    for words in said:
        yield from paragraph(words, width, hang=2, style="" if rule.verdict != "unknown" else INK["orange"])
    for words in missing(document, rule, language):
        yield from paragraph(words, width, indent=4, hang=2)


def _after(document: Document, rule: Explained, language: Language) -> Iterator[tuple[str, str]]:
    alert = rule.alert
    if alert is not None:
        yield _score(document, alert, language), ""
        claims = alert.clears_when or ()
        for claim, words in zip(claims, changes(document, rule, claims, language), strict=True):
            key, left = ("falls_if", say(claim.then, language)) if claim.then else ("clears_if", "")
            yield say(key, language, words, left), GOOD
        if not alert.clears_when:
            yield say("clears_not", language, fact(alert.clears_when_reason, language)), FAINT
        elif rule.kept_by:
            yield say("before_keeping", language, ("、" if language == "zh" else ", ").join(rule.kept_by)), FAINT
    # An adjusted level may stand there already.
    if rule.worse is not None and (rule.level is None or LEVELS.index(rule.worse.level) > LEVELS.index(rule.level)):
        level = say(rule.worse.level, language)
        yield say("lacks" if rule.level else "needs", language, level, lacking(rule.worse, language)), ""
        for words in changes(document, rule, rule.worse.when, language):
            yield say("worse_if", language, words, level), INK[rule.worse.level]
    if alert is not None and (action := clean(_text(alert.action, language))):
        yield f"{say('to_do', language)}{_colon(language)}{action}", ""
    if rule.source is not None and (source := clean(_text(rule.source, language))):
        yield f"{say('rule_source', language)}{_colon(language)}{source}", FAINT


def _score(document: Document, alert: Alert, language: Language) -> str:
    parts = alert.score_parts
    shown = printed([parts.exposure, parts.persistence, parts.depth, parts.novelty])
    names = [say(key, language) for key in ("exposure", "persistence", "depth", "novelty")]
    most, full_share = document.points["exposure"], document.full_share
    share = parts.exposure / most * full_share if most else 0.0
    remarks = ["", lasting(alert.periods, alert.period, language), "", ""]
    if share:
        full = share >= full_share
        remarks[0] = say("share_most" if full else "share_of_all", language, f"{share:.{0 if full else 1}%}")
    total = " + ".join(
        f"{name} {part:.1f}" + (f"（{remark}）" if language == "zh" else f" ({remark})") * bool(remark)
        for name, part, remark in zip(names, shown, remarks, strict=True)
    )
    return f"{say('score_of', language, f'{alert.score:.1f}')} = {total}".replace("） +", "）+")


def _rest(document: Document, language: Language, width: int, command: str) -> Iterator[Text]:
    """The rules that have nothing to say, by name."""
    yield Text()
    for verdict in ("clear", "not_matched", "not_run"):
        names = [clean(rule.rule, ID_CELLS) for rule in document.rules if rule.verdict == verdict]
        if names:
            comma = "、" if language == "zh" else ", "
            words = f"{say(f'verdict_{verdict}', language)} {len(names)}{_colon(language)}{comma.join(names)}"
            yield from paragraph(words, width, hang=2, style=FAINT)
    quiet = _first(rule.rule for rule in document.rules if rule.verdict == "clear")
    if command and quiet:
        yield Text()
        yield from typed(say("why_not", language), f"{command} --rule {quiet}", width, style=FAINT)


def _first(names: Iterable[str]) -> str:
    return next((clean(name, ID_CELLS) for name in names), "")


def _text(texts: Texts, language: Language) -> str:
    return (texts.zh or texts.en) if language == "zh" else (texts.en or texts.zh)


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "
