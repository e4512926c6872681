"""The sentence of an alert; of a composite one that names each leg with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.evidence import EvidenceTexts, evident
from ewarn.alerts.folded import reached
from ewarn.alerts.groups import Group, distinct
from ewarn.alerts.inputs import InputTexts
from ewarn.alerts.models import Language
from ewarn.alerts.sentences import LANGUAGES, Subject, either, fill, made, sentence_names
from ewarn.alerts.text import in_sentence
from ewarn.alerts.wording import LEVEL_WORDS
from ewarn.expressions.legs import given
from ewarn.expressions.nodes import Node, constant_of
from ewarn.expressions.operators import Choose, Recode
from ewarn.levels import LEVELS
from ewarn.signals import Verdicts
from ewarn.signals.compiled import CompiledLeg
from ewarn.signals.standing import Standing, counted, stood

Ints = npt.NDArray[np.int64]
NAMES = 3
"""So many members of a leg are named."""
_COLON: dict[Language, str] = {"zh": "：", "en": ": "}
_STOP: dict[Language, str] = {"zh": "；", "en": "; "}
_LIST: dict[Language, str] = {"zh": "、", "en": ", "}
_SLOT = "legs"
_ORIGINAL: dict[Language, str] = {"zh": "原文：", "en": "in Chinese: "}
"""Before the sentence of a rule that has it in the other language only."""


@dataclass(frozen=True, eq=False)
class ToldLegs:
    """For each alert of a group: its legs in words, by language, and their evidence as JSON objects."""

    words: dict[Language, list[str]]
    evidence: list[list[bytes]]


def sentences(group: Group, subject: Subject, language: Language) -> list[str]:
    """The sentence of each alert. A composite's legs follow it, unless it says itself where they stand: `{legs}`."""
    rule, compiled = group.verdicts.rule, group.verdicts.compiled
    template, legs = rule.explain.get(language), subject.legs.get(language)
    if template is not None:
        texts = fill(template, compiled.slots[language], group.reading, subject, language)
        joint = _STOP[language]
        if any(slot.expression == _SLOT for slot in template.slots):
            return texts
    elif compiled.legs:
        title = either(rule.title, language)
        texts = [f"{name}{_COLON[language]}{title}" for name in subject.names]
        joint = _COLON[language]
    else:
        texts = made(rule, group.deciding.distinct(), group.reading, subject, language)
        other: Language = "en" if language == "zh" else "zh"
        template = rule.explain.get(other)
        if template is None:
            return texts
        sentences = fill(template, compiled.slots[other], group.reading, subject, other)
        return [
            f"{text}{_STOP[language]}{_ORIGINAL[language]}{one}" for text, one in zip(texts, sentences, strict=True)
        ]
    if legs is None:
        return texts
    return [f"{text}{joint}{told}" if told else text for text, told in zip(texts, legs, strict=True)]


def slot_nodes(verdicts: Verdicts) -> list[Node]:
    """The expressions in the slots of a rule's sentences, then those that its `evidence` names."""
    found = verdicts.compiled.slots
    said = [filler for language in LANGUAGES for filler in found.get(language, ()) if isinstance(filler, Node)]
    said = [node for node in said if not _is_wording(node)]
    return [*said, *verdicts.compiled.evidence]


def _is_wording(node: Node) -> bool:
    """Words that the author wrote, also where they depend on a figure: `"day" if n == 1 else "days"`."""
    if isinstance(node.operation, Choose):
        return all(_is_wording(side) for side in node.args[1:])
    if isinstance(node.operation, Recode):
        return _is_wording(node.args[0])
    return node.type.base == "category" and constant_of(node) is not None


def told_legs(group: Group, inputs: InputTexts) -> ToldLegs:
    """What the legs of a group of composite alerts say."""
    teller = _Teller(group, inputs)
    for leg in group.verdicts.compiled.legs:
        if leg.below:
            teller.members(leg)
        else:
            teller.own(leg)
    return teller.told()


@dataclass(frozen=True, eq=False)
class _Said:
    """What one rule says of some entities, (entities,): a sentence by language, its level, its period, evidence."""

    words: dict[Language, list[str]]
    levels: list[int]
    periods: list[str]
    evidence: list[list[bytes]]
    names: list[str]


@dataclass(eq=False)
class _Teller:
    group: Group
    inputs: InputTexts
    _words: dict[Language, list[list[str]]] = field(init=False)
    _open: dict[Language, list[list[str]]] = field(init=False)
    _evidence: list[list[bytes]] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.group)
        self._words = {language: [[] for _ in range(count)] for language in LANGUAGES}
        self._open = {language: [[] for _ in range(count)] for language in LANGUAGES}
        self._evidence = [[] for _ in range(count)]
        verdicts, row, entities = self.group.verdicts, self.group.row, self.group.entities
        likely = None if verdicts.likely is None else verdicts.likely[row, entities] > verdicts.raw[row, entities]
        self._possible = np.zeros(count, dtype=np.bool_) if likely is None else likely

    def told(self) -> ToldLegs:
        """All that was said."""
        words: dict[Language, list[str]] = {}
        for language in LANGUAGES:
            head = "未能判定：" if language == "zh" else "not judged: "
            words[language] = [
                _STOP[language].join([*said, *([head + _LIST[language].join(left)] if left else [])])
                for said, left in zip(self._words[language], self._open[language], strict=True)
            ]
        return ToldLegs(words, self._evidence)

    def own(self, leg: CompiledLeg) -> None:
        """A leg on the entity itself, or on one that it belongs to: each rule that stood, with its own sentence."""
        row, (place, theirs) = self.group.row, self._reached(leg)
        for standing in stood(self.group.verdicts.evaluation, leg):
            stands = np.flatnonzero(standing.value[row, theirs] == 1)
            said = _say(standing, row, theirs[stands], self.inputs)
            for at, alert in enumerate(place[stands].tolist()):
                self._evidence[alert] += said.evidence[at]
                for language in LANGUAGES:
                    title = either(standing.verdicts.rule.title, language)
                    level = LEVEL_WORDS[language][LEVELS[said.levels[at] - 1]]
                    late = "" if said.periods[at] == self.group.period else f"{said.periods[at]} "
                    before, after = ("（", "）") if language == "zh" else (" (", ")")
                    sentence = _without_name(said.words[language][at], said.names[at])
                    told = f"{title}{before}{late}{level}{after}"
                    if sentence != title:  # a rule without a sentence of its own says its title
                        told += f"{_COLON[language]}{sentence}"
                    self._words[language][alert].append(told)
        value = self._value(leg)[theirs]
        self._not_judged(leg, place[value == 0], np.ones(int((value == 0).sum()), dtype=np.int64))

    def members(self, leg: CompiledLeg) -> None:
        """A leg on members: how many, the worst by name, and the sentence of the first of them."""
        evaluation, row = self.group.verdicts.evaluation, self.group.row
        place, theirs = self._reached(leg)
        inside = counted(evaluation, leg)[row, theirs]
        value = self._value(leg)[theirs]
        true = inside & (value == 1)
        alerts, members = place[true], theirs[true]
        standings = stood(evaluation, leg)
        levels = [_levels(standing, row, members) for standing in standings]
        worst = np.max(levels, axis=0) if levels else np.zeros(len(members), dtype=np.int64)
        order = np.lexsort((members, -worst, alerts))
        alerts, members, worst = alerts[order], members[order], worst[order]
        begins = np.flatnonzero(np.r_[True, alerts[1:] != alerts[:-1]]) if len(alerts) else alerts
        ends = np.r_[begins[1:], len(alerts)] if len(alerts) else begins
        titles: dict[int, list[Standing]] = {}
        speaks: dict[int, list[int]] = {}
        for at, (start, stop) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
            some = order[start:stop]
            titles[at] = [one for one, level in zip(standings, levels, strict=True) if (level[some] > 0).any()]
            first = next(k for k, level in enumerate(levels) if level[order[start]] == worst[start])
            speaks.setdefault(first, []).append(at)
        known = evaluation.panel.types[leg.of]
        for which, those in speaks.items():
            said = _say(standings[which], row, members[begins[those]], self.inputs)
            for k, at in enumerate(those):
                alert, count = int(alerts[begins[at]]), int(ends[at] - begins[at])
                some = members[begins[at] : begins[at] + min(count, NAMES)].tolist()
                names = sentence_names([known.ids[one] for one in some], [known.names[one] for one in some])
                self._evidence[alert] += said.evidence[k]
                for language in LANGUAGES:
                    title = _titles(leg, titles[at], language)
                    self._words[language][alert].append(
                        _members_told(title, count, names, said.words[language][k], language)
                    )
        left = inside & (value == 0)
        where, counts = np.unique(place[left], return_counts=True)
        self._not_judged(leg, where, counts)

    def _reached(self, leg: CompiledLeg) -> tuple[Ints, Ints]:
        return reached(self.group.verdicts, leg, self.group.row, self.group.entities)

    def _value(self, leg: CompiledLeg) -> npt.NDArray[np.int8]:
        values = given(self.group.verdicts.evaluation, leg.key)
        assert values is not None
        row: npt.NDArray[np.int8] = values.value[self.group.row]
        return row

    def _not_judged(self, leg: CompiledLeg, alerts: Ints, counts: Ints) -> None:
        for alert, count in zip(alerts.tolist(), counts.tolist(), strict=True):
            if not self._possible[alert]:
                continue
            for language in LANGUAGES:
                title = _titles(leg, stood(self.group.verdicts.evaluation, leg), language)
                many = f"（{count} 个）" if language == "zh" else f" ({count})"
                self._open[language][alert].append(title + (many if leg.below else ""))


def _levels(standing: Standing, row: int, entities: Ints) -> Ints:
    """Ranks at the verdicts that decided, 0 where the rule did not stand."""
    rows = np.maximum(standing.decisive(np.full(len(entities), row), entities), 0)
    level = standing.verdicts.level[rows, entities].astype(np.int64)
    return np.where(standing.value[row, entities] == 1, level, 0)


def _say(standing: Standing, row: int, entities: Ints, inputs: InputTexts) -> _Said:
    """What a rule of a leg says of entities for which it stood."""
    verdicts, count = standing.verdicts, len(entities)
    rows = np.maximum(standing.decisive(np.full(count, row), entities), 0)
    levels = verdicts.level[rows, entities].astype(np.int64).tolist()
    known, labels = verdicts.evaluation.panel.types[verdicts.entity_type], verdicts.calendar.labels
    names = sentence_names([known.ids[at] for at in entities.tolist()], [known.names[at] for at in entities.tolist()])
    said = _Said(
        {language: [""] * count for language in LANGUAGES}, levels, [labels[at] for at in rows.tolist()],
        [[] for _ in range(count)], names,
    )  # fmt: skip
    for group in _groups(verdicts, rows, entities):
        places = group.places.tolist()
        subject = Subject([names[at] for at in places], group.period, [levels[at] for at in places])
        for language in LANGUAGES:
            for at, text in zip(places, sentences(group, subject, language), strict=True):
                said.words[language][at] = text
        nodes = evident(slot_nodes(verdicts), group.deciding.distinct(), group.reading)
        texts = EvidenceTexts(group.reading, inputs)
        for node in nodes:
            for at, found in zip(places, texts.of(node), strict=True):
                said.evidence[at].append(found)
    return said


def _groups(verdicts: Verdicts, rows: Ints, entities: Ints) -> Iterator[Group]:
    at, ranks = verdicts.standing_on(rows, entities)
    keys = at * 8 + ranks
    for key in distinct(keys):
        places = np.flatnonzero(keys == key)
        yield Group(verdicts, entities[places], places, key // 8, key % 8)


def _without_name(sentence: str, name: str) -> str:
    """A sentence about the composite's own entity need not begin with its name."""
    for after in ("：", ": ", " "):
        if sentence.startswith(name + after):
            return sentence[len(name + after) :]
    return sentence


def _titles(leg: CompiledLeg, standings: Sequence[Standing], language: Language) -> str:
    if leg.leg.title:
        return either(leg.leg.title, language)
    titles = dict.fromkeys(either(one.verdicts.rule.title, language) for one in standings)
    words = ("或" if language == "zh" else " or ").join(titles) or ", ".join(leg.leg.any)
    return words if len(words) <= 60 else in_sentence(leg.leg.written)


def _members_told(title: str, count: int, names: Sequence[str], sentence: str, language: Language) -> str:
    shown = _LIST[language].join(names)
    if language == "zh":
        more = " 等" if count > len(names) else ""
        return f"{title} {count} 个：{shown}{more}（{sentence}）"
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return f"{title}, {count:,}: {shown}{more} ({sentence})"
