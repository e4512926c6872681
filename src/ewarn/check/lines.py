"""The alerts of a check as JSON: those that fire, with their status, and those of the baseline that stay listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from ewarn.alerts.lines import AlertLines
from ewarn.alerts.sentences import LANGUAGES, either
from ewarn.alerts.text import encodable, in_sentence
from ewarn.check.hygiene.finding import PACK, Finding
from ewarn.check.lost import Lost
from ewarn.check.places import last_cells
from ewarn.check.words import saying
from ewarn.panel import Reason
from ewarn.report import Explained
from ewarn.signals import Signals

Ints = npt.NDArray[np.int64]
_STATUS = re.compile(rb'"status":(?:null|"[a-z]+"),"provisional":(true|false),')


@dataclass(frozen=True, eq=False)
class CheckedLines:
    """Alerts in the order shown. Places from 0 are those of `base`, from `len(base)` those of `kept`."""

    base: Explained
    kept: KeptLines
    places: Ints
    statuses: Sequence[str]
    """As long as `places`."""

    def __len__(self) -> int:
        return len(self.places)

    def lines(self, start: int, stop: int) -> list[bytes]:
        """The alerts of these ranks, explained together."""
        chosen = self.places[start:stop]
        texts = [b""] * len(chosen)
        fires = np.flatnonzero(chosen < len(self.base))
        for at, line in zip(fires.tolist(), self._fired(chosen[fires]), strict=True):
            texts[at] = with_status(line, self.statuses[start + at])
        for at in np.flatnonzero(chosen >= len(self.base)).tolist():
            texts[at] = self.kept.line(int(chosen[at]) - len(self.base))
        return texts

    def _fired(self, places: Ints) -> list[bytes]:
        if isinstance(self.base, AlertLines):
            return replace(self.base, order=self.base.order[places]).lines(0, len(places))
        return [self.base.lines(at, at + 1)[0] for at in places.tolist()]

    def only(self, positions: Ints) -> CheckedLines:
        """Those at these positions, in this order."""
        return replace(self, places=self.places[positions], statuses=[self.statuses[at] for at in positions.tolist()])


def with_status(line: bytes, status: str) -> bytes:
    """An alert's JSON with this status."""
    return _STATUS.sub(rb'"status":"%b","provisional":\1,' % status.encode(), line, count=1)


@dataclass(frozen=True, eq=False)
class KeptLines:
    """Alerts that do not fire as a verdict: of the baseline (`lost`), then findings about the drop itself."""

    signals: Signals
    lost: Sequence[Lost]
    findings: Sequence[Mapping[str, Any]] = ()
    """Each with all keys of an alert."""

    def line(self, at: int) -> bytes:
        """One of them as JSON."""
        alert = self._lost(self.lost[at]) if at < len(self.lost) else self.findings[at - len(self.lost)]
        return orjson.dumps(_encodable(alert))

    def _lost(self, one: Lost) -> Mapping[str, Any]:
        entry, verdicts = one.entry, one.verdicts
        rule = verdicts.rule if verdicts is not None else None
        period, name, reason, evidence = entry.period, entry.entity, None, []
        if verdicts is not None and verdicts.row >= 0:
            period = verdicts.calendar.labels[verdicts.row]
            if one.position >= 0:
                evidence = last_cells(verdicts, one.position)
                code = int(verdicts.reason[one.position]) if one.why == "unknown" else 0
                reason = Reason(code).name.lower() if code else None
        if one.position >= 0:
            name = self.signals.panel.types[entry.entity_type].names[one.position]
        said = {"zh": in_sentence(name), "en": in_sentence(name)}
        return alert(
            pack=entry.pack,
            rule=entry.rule,
            slug=rule.slug if rule else "",
            channel=rule.channel if rule else "economy",
            entity=entry.entity,
            entity_type=entry.entity_type,
            name=name,
            period=period,
            level=entry.level,
            title={language: either(rule.title, language) if rule else entry.rule for language in LANGUAGES},
            explanation={
                language: saying(one.why, language, said[language], entry.level, entry.period, reason)
                for language in LANGUAGES
            },
            action={language: either(rule.action, language) if rule else "" for language in LANGUAGES},
            evidence=evidence,
            since=entry.period,
            status=one.status,
            provisional=one.why == "provisional",
            fingerprint=entry.fingerprint,
        )


def alert(**given: Any) -> dict[str, Any]:
    """An alert's keys in the order of the contract; what is not given is as of one that no rule scored."""
    parts = {"exposure": 0.0, "persistence": 0.0, "depth": 0.0, "novelty": 0.0}
    keys: dict[str, Any] = {
        "rule": "", "pack": "", "slug": "", "channel": "data", "entity": "", "entity_type": "", "name": "",
        "period": "", "level": "blue", "possible": None, "adjusted": [], "score": 0.0, "score_parts": parts,
        "title": {}, "explanation": {}, "action": {"zh": "", "en": ""}, "evidence": [], "since": "", "periods": 1,
        "held": False, "clears_when": None, "clears_when_reason": "not judged by a rule now", "list": [],
        "labels": [], "owner": None, "status": None, "provisional": False, "fingerprint": "", "members": [],
        "absorbed_by": None,
    }  # fmt: skip
    return {**keys, **given}


def finding_alert(finding: Finding) -> dict[str, Any]:
    """A finding about the drop with all keys of an alert."""
    return alert(
        pack=PACK,
        rule=finding.rule,
        slug=finding.rule,
        entity=finding.entity,
        entity_type=finding.entity_type,
        name=finding.name,
        period=finding.period,
        level=finding.level,
        title=finding.title,
        explanation=finding.explanation,
        action=finding.action,
        evidence=list(finding.evidence),
        since=finding.period,
        status=finding.status,
        fingerprint=finding.fingerprint,
    )


def _encodable(value: Any) -> Any:
    """`value` without lone surrogates, which no UTF-8 can hold."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {key: _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value
