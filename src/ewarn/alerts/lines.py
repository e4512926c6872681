"""Alerts as JSON, one text each: columns per rule, period and deciding condition, put back in rank order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from ewarn.alerts.folded import Folded
from ewarn.alerts.groups import Group, distinct, groups
from ewarn.alerts.inputs import InputTexts
from ewarn.alerts.levers import clearing
from ewarn.alerts.listing import listed
from ewarn.alerts.models import Clearing, Language
from ewarn.alerts.owners import owners
from ewarn.alerts.sentences import LANGUAGES, Subject, either, sentence_names
from ewarn.alerts.text import encodable
from ewarn.alerts.told import ToldLegs, sentences, slot_nodes, told_legs
from ewarn.levels import LEVELS
from ewarn.rules import Rule
from ewarn.signals import Signals

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
    folded: Folded
    """Which alerts composites show beneath them."""
    levers: int = 0
    """For the first so many, single cells that would clear them are looked for: some milliseconds for each."""
    _ids: dict[str, list[bytes]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.order)

    def leading(self, count: int) -> list[int]:
        """The places of the first so many alerts, and of those that are shown beneath them."""
        roots = self.folded.roots(self.order)[self.order]
        return np.flatnonzero(np.isin(roots, self.order[roots == self.order][:count])).tolist()

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
        labels = verdicts.calendar.labels

        out = Assembly(len(group)).fixed(_head(rule)).varying(json_texts(ids))
        out.fixed(b',"entity_type":%b,"name":' % json_text(verdicts.entity_type))
        out.varying(json_texts(names))
        out.fixed(b',"period":"%b","level":' % labels[verdicts.row].encode())
        out.varying([_LEVELS[rank] for rank in level.tolist()]).fixed(b',"possible":')
        out.varying([_LEVELS[rank] for rank in verdicts.may_be(group.entities).tolist()])
        out.fixed(b',"adjusted":[').varying(adjustments(group)).fixed(b"],")
        self._score(out, alerts)
        out.fixed(_texts("title", {language: either(rule.title, language) for language in LANGUAGES}))
        told = told_legs(group, InputTexts(self.signals.panel, self._ids)) if verdicts.compiled.legs else None
        subject = Subject(sentence_names(ids, names), group.period, level.tolist(), told.words if told else {})
        self._explain(out, group, subject)
        out.fixed(_texts("action", {language: either(rule.action, language) for language in LANGUAGES}))
        out.fixed(b'"evidence":[').varying(self._evidence(group, told)).fixed(b'],"since":')
        out.varying([b'"%b"' % labels[row].encode() for row in self.fired.since[alerts].tolist()])
        out.fixed(b',"periods":').varying([b"%d" % count for count in self.fired.periods[alerts].tolist()])
        out.fixed(b',"held":')
        out.varying([b"true" if held else b"false" for held in verdicts.held[group.entities].tolist()])
        out.fixed(b',"clears_when":').varying(_clearing(group, sought)).fixed(b',"list":[').varying(listed(group))
        out.fixed(b'],"labels":[').varying(_labels(group)).fixed(b'],"owner":').varying(_owners(group))
        out.fixed(b',"status":null,"provisional":false,"fingerprint":"')
        out.varying([key.encode() for key in fingerprints(rule.pack, rule.id, verdicts.entity_type, ids)])
        out.fixed(b'","members":[').varying([_listed_keys(one) for one in self.folded.members(alerts)])
        return out.fixed(b'],"absorbed_by":').varying(self.folded.above(alerts)).fixed(b"}").rows()

    def _score(self, out: Assembly, alerts: Ints) -> None:
        out.fixed(b'"score":').varying(json_numbers(self.points["total"][alerts])).fixed(b',"score_parts":{')
        for part in _PARTS:
            comma = b"," if part != _PARTS[0] else b""
            out.fixed(b'%b"%b":' % (comma, part.encode())).varying(json_numbers(self.points[part][alerts]))
        out.fixed(b"},")

    def _explain(self, out: Assembly, group: Group, subject: Subject) -> None:
        for language in LANGUAGES:
            texts = sentences(group, subject, language)
            out.fixed(b'"explanation":{"zh":' if language == "zh" else b',"en":')
            out.varying(json_texts(texts))
        out.fixed(b"},")

    def _evidence(self, group: Group, told: ToldLegs | None) -> list[bytes]:
        nodes = evident(slot_nodes(group.verdicts), group.deciding.distinct(), group.reading)
        own = EvidenceTexts(group.reading, InputTexts(self.signals.panel, self._ids)).all_of(nodes)
        if told is None:
            return own
        return [b",".join(dict.fromkeys([*([text] if text else []), *more]))
                for text, more in zip(own, told.evidence, strict=True)]  # fmt: skip


def _listed_keys(keys: Sequence[str]) -> bytes:
    return b",".join(b'"%b"' % key.encode() for key in keys)


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


def _head(rule: Rule) -> bytes:
    return b'{"rule":%b,"pack":%b,"slug":%b,"channel":"%b","entity":' % (
        json_text(rule.id),
        json_text(rule.pack),
        json_text(rule.slug),
        rule.channel.encode(),
    )


def _texts(key: str, texts: Mapping[Language, str]) -> bytes:
    return b'"%b":{"zh":%b,"en":%b},' % (key.encode(), json_text(texts["zh"]), json_text(texts["en"]))
