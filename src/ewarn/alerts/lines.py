"""Alerts as JSON, one text each: columns per rule, period and deciding condition, put back in rank order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import orjson

from ewarn.alerts.adjustments import adjustments
from ewarn.alerts.assembly import Assembly, json_numbers, json_optional, json_text, json_texts
from ewarn.alerts.columns import Floats
from ewarn.alerts.evidence import EvidenceTexts, evident
from ewarn.alerts.fingerprint import fingerprints
from ewarn.alerts.fired import Fired
from ewarn.alerts.groups import Group, distinct, groups
from ewarn.alerts.inputs import InputTexts
from ewarn.alerts.levers import clearing
from ewarn.alerts.listing import listed
from ewarn.alerts.models import Clearing, Language
from ewarn.alerts.owners import owners
from ewarn.alerts.sentences import LANGUAGES, Subject, either, fill, made, sentence_names
from ewarn.alerts.text import encodable
from ewarn.expressions.nodes import Node
from ewarn.levels import LEVELS
from ewarn.rules import Rule
from ewarn.signals import Signals, Verdicts

Ints = npt.NDArray[np.int64]
_LEVELS = [b"null", *(b'"%b"' % level.encode() for level in LEVELS)]
NOT_SOUGHT = "not computed: it is for the first alerts, and for those that `top` asks for"
_PARTS = ("exposure", "persistence", "depth", "novelty")


@dataclass(frozen=True, eq=False)
class AlertLines:
    """The ranked alerts of a run. `order`: which of `fired`, the first to be read first; `points`: the score (`total`)
    and its parts."""

    signals: Signals
    fired: Fired
    order: Ints
    points: Mapping[str, Floats]
    levers: int = 0
    """For the first so many, single cells that would clear them are looked for: some milliseconds for each."""
    _ids: dict[str, list[bytes]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.order)

    def lines(self, start: int, stop: int) -> list[bytes]:
        """The alerts of these ranks, explained together."""
        chosen = self.order[start:stop]
        texts = [b""] * len(chosen)
        which = self.fired.which[chosen]
        for at in distinct(which):
            mine = np.flatnonzero(which == at)
            for group in groups(self.fired.verdicts[at], self.fired.entity[chosen[mine]]):
                here = mine[group.places]
                for place, line in zip(
                    here.tolist(), self._group(group, chosen[here], start + here < self.levers), strict=True
                ):
                    texts[place] = line
        return texts

    def _group(self, group: Group, alerts: Ints, sought: npt.NDArray[np.bool_]) -> list[bytes]:
        verdicts, rule = group.verdicts, group.verdicts.rule
        entity_type = self.signals.panel.types[verdicts.entity_type]
        ids = [entity_type.ids[at] for at in group.entities.tolist()]
        names = [entity_type.names[at] for at in group.entities.tolist()]
        level = self.fired.level[alerts]
        possible = verdicts.possible[group.entities]
        labels = verdicts.calendar.labels

        out = Assembly(len(group)).fixed(_head(rule)).varying(json_texts(ids))
        out.fixed(b',"entity_type":%b,"name":' % json_text(verdicts.entity_type))
        out.varying(json_texts(names))
        out.fixed(b',"period":"%b","level":' % labels[verdicts.row].encode())
        out.varying([_LEVELS[rank] for rank in level.tolist()]).fixed(b',"possible":')
        out.varying([_LEVELS[rank] for rank in np.where(possible > level, possible, 0).tolist()])
        out.fixed(b',"adjusted":[').varying(adjustments(group)).fixed(b"],")
        self._score(out, alerts)
        out.fixed(_texts("title", {language: either(rule.title, language) for language in LANGUAGES}))
        self._explain(out, group, Subject(sentence_names(ids, names), group.period, level.tolist()))
        out.fixed(_texts("action", {language: either(rule.action, language) for language in LANGUAGES}))
        out.fixed(b'"evidence":[').varying(self._evidence(group)).fixed(b'],"since":')
        out.varying([b'"%b"' % labels[row].encode() for row in self.fired.since[alerts].tolist()])
        out.fixed(b',"periods":').varying([b"%d" % count for count in self.fired.periods[alerts].tolist()])
        out.fixed(b',"held":')
        out.varying([b"true" if held else b"false" for held in verdicts.held[group.entities].tolist()])
        out.fixed(b',"clears_when":').varying(_clearing(group, sought)).fixed(b',"list":[').varying(listed(group))
        out.fixed(b'],"labels":[').varying(_labels(group)).fixed(b'],"owner":').varying(_owners(group))
        out.fixed(b',"status":null,"provisional":false,"fingerprint":"')
        out.varying([key.encode() for key in fingerprints(rule.pack, rule.id, verdicts.entity_type, ids)])
        return out.fixed(b'","members":[],"absorbed_by":null}').rows()

    def _score(self, out: Assembly, alerts: Ints) -> None:
        out.fixed(b'"score":').varying(json_numbers(self.points["total"][alerts])).fixed(b',"score_parts":{')
        for part in _PARTS:
            comma = b"," if part != _PARTS[0] else b""
            out.fixed(b'%b"%b":' % (comma, part.encode())).varying(json_numbers(self.points[part][alerts]))
        out.fixed(b"},")

    def _explain(self, out: Assembly, group: Group, subject: Subject) -> None:
        rule, leaves = group.verdicts.rule, group.deciding.distinct()
        for language in LANGUAGES:
            template = rule.explain.get(language)
            if template is None:
                texts = made(rule, leaves, group.reading, subject, language)
            else:
                texts = fill(template, group.verdicts.compiled.slots[language], group.reading, subject, language)
            out.fixed(b'"explanation":{"zh":' if language == "zh" else b',"en":')
            out.varying(json_texts(texts))
        out.fixed(b"},")

    def _evidence(self, group: Group) -> list[bytes]:
        nodes = evident(_slots(group.verdicts), group.deciding.distinct(), group.reading)
        return EvidenceTexts(group.reading, InputTexts(self.signals.panel, self._ids)).all_of(nodes)


def _clearing(group: Group, sought: npt.NDArray[np.bool_]) -> list[bytes]:
    """For each alert what clears it and the reason where nothing is named, from one value to the next key."""
    texts = [b'null,"clears_when_reason":%b' % json_text(NOT_SOUGHT)] * len(group)
    for at in np.flatnonzero(sought).tolist():
        found = clearing(group.verdicts, int(group.entities[at]))
        claims = b",".join(map(_claim, found.found))
        whole = b"[%b]" % claims if claims else b"null"
        texts[at] = b'%b,"clears_when_reason":%b' % (whole, json_optional(found.reason))
    return texts


def _claim(claim: Clearing) -> bytes:
    return orjson.dumps({key: encodable(value) if isinstance(value, str) else value
                         for key, value in claim.model_dump().items()})  # fmt: skip


def _labels(group: Group) -> list[bytes]:
    """For each alert the rule's labels that are true, as JSON strings in the order of the rule."""
    evaluation = group.verdicts.evaluation
    named = [
        (json_text(name), np.asarray(evaluation.at(node, group.row, group.entities)) == 1)
        for name, node in group.verdicts.compiled.labels.items()
    ]
    return [b",".join(name for name, true in named if true[at]) for at in range(len(group))]


def _owners(group: Group) -> list[bytes]:
    names = owners(group)
    quoted = {name: json_optional(name) for name in set(names)}
    return [quoted[name] for name in names]


def _slots(verdicts: Verdicts) -> list[Node]:
    found = verdicts.compiled.slots
    said = [filler for language in LANGUAGES for filler in found.get(language, ()) if isinstance(filler, Node)]
    return [*said, *verdicts.compiled.evidence]


def _head(rule: Rule) -> bytes:
    return b'{"rule":%b,"pack":%b,"slug":%b,"channel":"%b","entity":' % (
        json_text(rule.id),
        json_text(rule.pack),
        json_text(rule.slug),
        rule.channel.encode(),
    )


def _texts(key: str, texts: Mapping[Language, str]) -> bytes:
    return b'"%b":{"zh":%b,"en":%b},' % (key.encode(), json_text(texts["zh"]), json_text(texts["en"]))
