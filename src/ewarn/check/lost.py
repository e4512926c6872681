"""Alerts of the baseline that do not fire now: which are over, and which can only not be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

from ewarn.check.baseline import Entry
from ewarn.signals import Signals, Verdicts
from ewarn.signals.judging import CLEAR, UNKNOWN, UNMATCHED

Why = Literal[
    "clear", "unmatched", "unknown", "unrun", "not_compared", "no_entity", "no_rule", "no_type", "renamed",
    "provisional",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lost:
    """An entry of the baseline and why it does not fire."""

    entry: Entry
    why: Why
    verdicts: Verdicts | None = None
    position: int = -1
    """Of the entity among those of its type, -1 where the drop has it no more."""

    @property
    def status(self) -> str:
        """`resolved` where the verdict is known; `unjudged` where it is not, `ongoing` where only a forecast clears."""
        if self.why in ("unknown", "unrun", "not_compared", "no_entity"):
            return "unjudged"
        return "ongoing" if self.why == "provisional" else "resolved"

    @property
    def lasts(self) -> bool:
        """Whether it stays in the baseline."""
        return self.status != "resolved"


Others = Mapping[tuple[str, str], Why]
"""Findings that are no rule's verdict, by pack and rule: why one is not among those of now."""


def lost(entries: Iterable[Entry], signals: Signals, others: Others) -> list[Lost]:
    """What became of entries that do not fire now."""
    judged: dict[tuple[str, str], dict[str, Verdicts]] = {}
    for verdicts in signals.verdicts:
        judged.setdefault((verdicts.rule.pack, verdicts.rule.id), {})[verdicts.entity_type] = verdicts
    found = []
    for entry in entries:
        if entry.key in others:
            found.append(Lost(entry, others[entry.key]))
        elif entry.key not in judged:
            found.append(Lost(entry, "no_rule"))
        else:
            found.append(_one(entry, judged[entry.key], signals))
    return found


def _one(entry: Entry, by_type: Mapping[str, Verdicts], signals: Signals) -> Lost:
    verdicts = by_type.get(entry.entity_type)
    kind = signals.panel.types.get(entry.entity_type)
    if kind is None:
        return Lost(entry, "no_entity", verdicts)
    position = kind.position.get(entry.entity)
    if position is None:
        position = kind.position.get(normalize("NFC", entry.entity), -1)
    if position < 0:
        return Lost(entry, "no_entity", verdicts)
    if verdicts is None:
        return Lost(entry, "no_type", None, position)
    if verdicts.row < 0:
        return Lost(entry, "unrun", verdicts, position)
    return Lost(entry, _verdict(verdicts, position), verdicts, position)


def _verdict(verdicts: Verdicts, position: int) -> Why:
    level = int(verdicts.level[-1, position])
    if level == UNKNOWN:
        return "unknown"
    return "unmatched" if level == UNMATCHED else "clear"


def earlier(signals: Signals) -> Callable[[Entry, str], int]:
    """Gives the rank of an alert's level in an earlier period, 0 where it did not fire or nobody knows."""
    by_key = {(one.rule.pack, one.rule.id, one.entity_type): one for one in signals.verdicts}

    def then(entry: Entry, period: str) -> int:
        verdicts = by_key.get((*entry.key, entry.entity_type))
        if verdicts is None or verdicts.row < 0 or period not in verdicts.calendar.labels[: verdicts.row + 1]:
            return 0
        row = verdicts.calendar.labels.index(period)
        position = signals.panel.types[entry.entity_type].position[entry.entity]
        return max(int(verdicts.level[row, position]), 0)

    return then


def provisionally(found: Sequence[Lost], settled: Callable[[Sequence[Verdicts]], Signals | None]) -> list[Lost]:
    """The same, those marked that are clear only because of forecast or flash values.

    `settled(verdicts)`: these rules judged without such values; None where the drop has none.
    """
    clear = [one for one in found if one.why == "clear" and one.verdicts is not None]
    again = settled(list({id(one.verdicts): one.verdicts for one in clear if one.verdicts}.values())) if clear else None
    if again is None:
        return list(found)
    by_key = {(one.rule.pack, one.rule.id, one.entity_type): one for one in again.verdicts}
    marked = []
    for one in found:
        if one.why == "clear" and one.verdicts is not None:
            without = by_key[(*one.entry.key, one.verdicts.entity_type)]
            if without.row < 0 or int(without.level[-1, one.position]) != CLEAR:
                one = Lost(one.entry, "provisional", one.verdicts, one.position)
        marked.append(one)
    return marked
