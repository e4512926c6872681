"""The screen of `ewarn explain`: for each rule what it says, its conditions as trees, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from ewarn.alerts.models import Alert, Language, Texts
from ewarn.explaining import Beneath, Document, Explained, Explanation
from ewarn.levels import LEVELS
from ewarn.ranking import printed
from ewarn.render.cells import cells
from ewarn.render.explained_tree import tree
from ewarn.render.explained_words import changes, fact, few, lacking, listed, missing, shown_levels, within_reach
from ewarn.render.grid import paragraph, typed
from ewarn.render.parts import noted
from ewarn.render.style import FAINT, GOOD, INK, LEVEL, STRONG
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.words import lasting, say

WIDTH = 80
SHOWN = 6
"""So many of the alerts on which a composite stands are listed."""


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
    asked = document.rules[: len(document.asked)]
    several = len(document.rules) > 1 and not asked
    for rule in asked or document.rules:
        if several and rule.verdict in ("clear", "not_matched", "not_run"):
            continue
        yield Text()
        yield from _rule(document, rule, language, width)
    if several:
        yield from _rest(document.rules, language, width, command)
    elif asked and (others := document.rules[len(asked) :]):
        shown = [one for rule in asked for one in rule.beneath[:SHOWN]]
        yield from _read(others, shown, language, width, command)


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
        yield from tree(rule.where, rule.periods, document, language, width, say("where", language))
    for step in shown_levels(rule):
        yield Text()
        yield from tree(step.tree, rule.periods, document, language, width, say(step.level, language), step.level)
    yield from _beneath(document, rule, language, width)
    after = list(_after(document, rule, language))
    if after:
        yield Text()
    for line, style in after:
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
        if alert.labels:
            said.append(say("labelled", language, listed(map(clean, alert.labels), language)))
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
        yield from _cleared(document, rule, alert, language)
    # An adjusted level may stand there already.
    if rule.worse is not None and (rule.level is None or LEVELS.index(rule.worse.level) > LEVELS.index(rule.level)):
        level = say(rule.worse.level, language)
        yield say("lacks" if rule.level else "needs", language, level, lacking(rule.worse, language)), ""
        for words in few(changes(document, within_reach(rule.worse.when), language), language):
            yield say("worse_if", language, words, level), INK[rule.worse.level]
    if alert is not None and (action := clean(_text(alert.action, language))):
        yield f"{say('to_do', language)}{say('colon', language)}{action}", ""
    if rule.source is not None and (source := clean(_text(rule.source, language))):
        yield f"{say('rule_source', language)}{say('colon', language)}{source}", FAINT


def _cleared(document: Document, rule: Explained, alert: Alert, language: Language) -> Iterator[tuple[str, str]]:
    """What would take its level away: to a lower one, then altogether."""
    claims = within_reach(alert.clears_when or ())
    for left in dict.fromkeys(claim.then for claim in sorted(claims, key=lambda one: one.then is None)):
        mine = [claim for claim in claims if claim.then == left]
        for words in few(changes(document, mine, language), language):
            yield (
                say("falls_if", language, words, say(left, language)) if left else say("clears_if", language, words),
                GOOD,
            )
    if not claims:
        yield say("clears_not", language, fact(alert.clears_when_reason, language)), FAINT
    elif rule.kept_by:
        kept = [say(f"kept_{key}", language) for key in rule.kept_by]
        yield say("before_keeping", language, listed(kept, language)), FAINT


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


def _rest(rules: Sequence[Explained], language: Language, width: int, command: str) -> Iterator[Text]:
    """The rules that have nothing to say, by name."""
    yield Text()
    for verdict in ("clear", "not_matched", "not_run"):
        names = [clean(rule.rule, ID_CELLS) for rule in rules if rule.verdict == verdict]
        if names:
            words = (
                f"{say(f'verdict_{verdict}', language)} {len(names)}{say('colon', language)}{listed(names, language)}"
            )
            yield from paragraph(words, width, hang=2, style=FAINT)
    quiet = next((clean(rule.rule, ID_CELLS) for rule in rules if rule.verdict == "clear"), "")
    if command and quiet:
        yield Text()
        yield from typed(say("why_not", language), f"{command} --rule {quiet}", width, style=FAINT)


def _read(
    rules: Sequence[Explained], beneath: Sequence[Beneath], language: Language, width: int, command: str
) -> Iterator[Text]:
    """The rules that those which were asked for read, a line for each that is not among what is shown `beneath`."""
    said = {(one.rule, one.pack) for one in beneath}
    silent = [rule for rule in rules if (rule.rule, rule.pack) not in said]
    if silent:
        yield Text()
        yield Text("  " + say("also_read", language), STRONG)
    for rule in silent:
        mark = say(rule.level, language) if rule.level else say(f"verdict_{rule.verdict}", language)
        words = f"{mark}  {clean(_text(rule.title, language) or rule.slug)}  {clean(rule.rule, ID_CELLS)}"
        yield from paragraph(words, width, indent=4, hang=2, style=INK[rule.level] if rule.level else FAINT)
    if command:
        yield Text()
        yield from typed(
            say("next_of", language), f"{command} --rule {clean(rules[0].rule, ID_CELLS)}", width, style=FAINT
        )


def _beneath(document: Document, rule: Explained, language: Language, width: int) -> Iterator[Text]:
    """The alerts on which a composite stands."""
    if not rule.beneath or rule.alert is None:
        return
    count = len(rule.alert.members)
    yield Text()
    yield Text("  " + say("stands_on" if count > 1 else "stands_on_one", language, f"{count:,}"), STRONG)
    for one in rule.beneath[:SHOWN]:
        own = (one.entity_type, one.entity) == (document.entity_type, document.entity)
        whose = "" if own else clean(one.name or one.entity, NAME_CELLS) + "  "
        words = f"{say(one.level, language)}  {whose}{clean(_text(one.title, language))}  {clean(one.rule, ID_CELLS)}"
        yield from paragraph(words, width, indent=4, hang=2, style=INK[one.level])
        yield from paragraph(clean(_text(one.explanation, language)), width, indent=8, style=FAINT)
    if count > SHOWN:
        yield from paragraph(say("more_legs", language, f"{count - SHOWN:,}"), width, indent=4, style=FAINT)


def _text(texts: Texts, language: Language) -> str:
    return (texts.zh or texts.en) if language == "zh" else (texts.en or texts.zh)
