"""The whole explanation of an entity: each rule's verdict, its conditions, what would change it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from ewarn.alerts.coverage import lacks
from ewarn.alerts.folded import fold
from ewarn.alerts.leaves import Reading
from ewarn.alerts.levers import firing
from ewarn.alerts.lines import AlertLines
from ewarn.alerts.models import Alert, Clearing, Language, Texts
from ewarn.alerts.sentences import either
from ewarn.alerts.text import encodable, unhidden
from ewarn.explaining.models import (
    BENEATH,
    Above,
    Beneath,
    Document,
    Explained,
    Keeper,
    Ladder,
    Missing,
    Verdict,
    Worse,
)
from ewarn.explaining.subject import Subject
from ewarn.explaining.trees import Trees, joining, reason_word
from ewarn.expressions.groups import parent_rows
from ewarn.expressions.nodes import Node
from ewarn.expressions.titles import called
from ewarn.levels import LEVELS
from ewarn.panel import Panel
from ewarn.ranking import PARTS, Ranked, Weights, order, rank
from ewarn.rules import Rule
from ewarn.signals import Signals, Verdicts

_QUIET: Mapping[int, Verdict] = {0: "clear", -1: "unknown"}
"""What a verdict without a level is called."""
_FIRST: dict[str, int] = {"fired": 0, "unknown": 1, "clear": 2, "not_matched": 3, "not_run": 4}


class Shown(Protocol):
    """How an explanation is shown to people; given to it from above."""

    def text(self, explanation: Explanation) -> str:
        """For `print`."""
        ...


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why rules say what they say of one entity."""

    document: Document
    presentation: Shown | None = field(default=None, repr=False)

    @property
    def rules(self) -> tuple[Explained, ...]:
        """What each rule says: what fired first, then what could not be judged, then the rest."""
        return self.document.rules

    def to_json(self) -> str:
        """The explanation as JSON (see `ewarn.explaining.models`)."""
        text = encodable(json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)) + "\n"
        return unhidden(text.encode()).decode()

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        plain: dict[str, Any] = json.loads(json.dumps(self.document.model_dump()))
        return plain

    def __str__(self) -> str:
        return self.to_json() if self.presentation is None else self.presentation.text(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def explained(
    signals: Signals, subject: Subject, *, as_of: str | None = None, weights: Weights | None = None,
    presentation: Shown | None = None, asked: Sequence[str] = (),
) -> Explanation:  # fmt: skip
    """Explain what every rule of `signals` says of `subject`. `asked`: ids of the rules that this is about, with which
    it begins; the others are those that they read."""
    panel = signals.panel
    mine = [verdicts for verdicts in signals.verdicts if verdicts.entity_type == subject.type]
    ranked = rank(signals, weights)
    rules = [_rule(signals, ranked, verdicts, subject) for verdicts in mine]
    names = [name for name in dict.fromkeys(asked) if name]
    rules.sort(key=lambda one: (_asked(one, names), _FIRST[one.verdict], -LEVELS.index(one.level) if one.level else 0,
                                -one.alert.score if one.alert else 0.0))  # fmt: skip
    entities = panel.types[subject.type]
    known_at = None if panel.known_at is None else str(np.datetime64(panel.known_at, "D"))
    scale = weights or Weights.of(signals.rules.score)
    document = Document(
        ewarn=1,
        as_of=as_of or str(panel.as_of),
        known_at=known_at,
        entity_type=subject.type,
        entity=entities.ids[subject.entity],
        name=entities.names[subject.entity],
        parents=tuple(_parents(signals, subject)),
        points={part: getattr(scale, part) for part in PARTS},
        full_share=scale.full_share,
        asked=tuple(one.rule for one in rules if _asked(one, names) < len(names)),
        rules=tuple(rules),
        titles={name: _title(panel, name) for name in dict.fromkeys(_indicators(rules))},
        names=dict(_names(panel, subject.type, rules)),
    )
    return Explanation(document, presentation)


def _asked(one: Explained, names: Sequence[str]) -> int:
    """Its place among the names, which may have the pack before them; beyond the last where it is not there."""
    return next((at for at, name in enumerate(names) if name in (one.rule, f"{one.pack}/{one.rule}")), len(names))


def _named(rules: Iterable[Explained]) -> Iterator[Clearing | Missing]:
    for rule in rules:
        yield from (rule.alert and rule.alert.clears_when) or ()
        yield from rule.worse.when if rule.worse is not None else ()
        yield from rule.missing


def _indicators(rules: Iterable[Explained]) -> Iterator[str]:
    """Whatever a screen may want to call by its title."""
    for cell in _named(rules):
        measure = cell.measure if isinstance(cell, Missing) else None
        yield cell.indicator if measure in (None, "period") else f"{cell.indicator}.{measure}"
    todo = [step.tree for rule in rules for step in rule.levels]
    while todo:
        branch = todo.pop()
        todo.extend(branch.parts)
        for one in branch.inputs:
            yield one.indicator if one.measure in (None, "period") else f"{one.indicator}.{one.measure}"


def _title(panel: Panel, indicator: str) -> Texts:
    name, _, measure = indicator.partition(".")
    return Texts(zh=called(panel, name, measure, "zh"), en=called(panel, name, measure, "en"))


def _names(panel: Panel, home: str, rules: Iterable[Explained]) -> Iterator[tuple[str, str]]:
    for cell in _named(rules):
        kind = cell.entity_type or home
        entities = panel.types[kind]
        if name := entities.names[entities.position[cell.entity]]:
            yield f"{kind}:{cell.entity}", name


def _parents(signals: Signals, subject: Subject) -> Iterable[Above]:
    panel, evaluation = signals.panel, signals.evaluation
    calendar = evaluation.graph(panel.frequency).calendar
    row = max(calendar.row(panel.as_of), 0)
    for kind in panel.types[subject.type].parents:
        index = parent_rows(evaluation, subject.type, kind, calendar)
        at = int(index[row if len(index) > 1 else 0, subject.entity])
        if at >= 0:
            above = panel.types[kind]
            yield Above(entity_type=kind, entity=above.ids[at], name=above.names[at])


def _rule(signals: Signals, ranked: Ranked, verdicts: Verdicts, subject: Subject) -> Explained:
    rule, at = verdicts.rule, subject.entity
    head: dict[str, Any] = {
        "rule": rule.id, "pack": rule.pack, "slug": rule.slug, "source": _both(rule.source) if rule.source else None,
        "title": _both(rule.title), "kept_by": _keepers(rule),
    }  # fmt: skip
    if verdicts.row < 0:
        note = "no period has been reported by every indicator it reads"
        if verdicts.unrun is not None:
            note = lacks(verdicts)
        return Explained(**head, verdict="not_run", level=None, period=None, periods=(), held=False, levels=(),
                         missing=(), note=note)  # fmt: skip
    row = int(verdicts.basis[at])
    trees = Trees.of(verdicts, at, row)
    now = int(verdicts.level[-1, at])
    verdict: Verdict = "fired" if now > 0 else _QUIET.get(now, "not_matched")
    ladder = tuple(
        Ladder(level=LEVELS[rank - 1], holds=trees.truth(node), tree=trees.branch(node))
        for rank, node in verdicts.compiled.levels.items()
    )
    code = int(verdicts.reason[at])
    alert, beneath = _alert(signals, ranked, verdicts, at) if now > 0 and verdicts.rule.show else (None, ())
    where = verdicts.compiled.where
    doubtful = [node for rank, node in verdicts.compiled.levels.items() if ladder[_place(verdicts, rank)].holds is None]
    return Explained(
        **head,
        verdict=verdict,
        level=LEVELS[now - 1] if now > 0 else None,
        period=verdicts.calendar.labels[row],
        periods=tuple(verdicts.calendar.labels[one] for one in trees.rows),
        held=bool(verdicts.held[at]),
        reason=reason_word(code) if code else None,
        where=None if where is None else trees.branch(where),
        levels=ladder,
        missing=trees.missing([*([] if where is None else [where]), *doubtful]),
        worse=_worse(verdicts, at, trees) if verdict in ("fired", "clear") else None,
        alert=alert,
        beneath=beneath,
    )


def _keepers(rule: Rule) -> tuple[Keeper, ...]:
    found: dict[Keeper, bool] = {
        "adjust": bool(rule.adjust), "keep_for": rule.keep_for > 0, "until": rule.until is not None,
    }  # fmt: skip
    return tuple(key for key, there in found.items() if there)


def _both(texts: Any) -> Texts:
    languages: tuple[Language, ...] = ("zh", "en")
    return Texts(**{language: either(texts, language) for language in languages})


def _place(verdicts: Verdicts, rank: int) -> int:
    return list(verdicts.compiled.levels).index(rank)


def _alert(signals: Signals, ranked: Ranked, verdicts: Verdicts, at: int) -> tuple[Alert, tuple[Beneath, ...]]:
    """The alert of the entity, and the first of those that it absorbs."""
    fired = ranked.fired
    which = next(place for place, one in enumerate(fired.verdicts) if one is verdicts)
    place = np.flatnonzero((fired.which == which) & (fired.entity == at))
    folded = fold(fired, order(ranked.keys))
    absorbed = folded.parts.get(int(place[0]), place[:0])[:BENEATH]
    own = AlertLines(signals, fired, place, ranked.points, folded, levers=1).lines(0, 1)
    below = AlertLines(signals, fired, absorbed, ranked.points, folded, levers=0).lines(0, len(absorbed))
    alerts = [Alert.model_validate_json(line) for line in below]
    shown = tuple(Beneath(**{name: getattr(one, name) for name in Beneath.model_fields}) for one in alerts)
    return Alert.model_validate_json(own[0]), shown


def _worse(verdicts: Verdicts, at: int, trees: Trees) -> Worse | None:
    """Of the next higher level: what does not hold, and what would bring it about."""
    now = max(int(verdicts.raw[-1, at]), 0)
    higher = [rank for rank in verdicts.compiled.levels if rank > now]
    if not higher or trees.row != verdicts.row:
        return None
    node = verdicts.compiled.levels[higher[0]]
    found = firing(verdicts, at, above=now)
    joins, lacking = _lacking(node, trees)
    return Worse(
        level=LEVELS[higher[0] - 1],
        joins=joins,
        lacking=tuple(trees.branch(part, deep=False) for part in lacking),
        when=found.found,
        reason=found.reason,
    )


def _lacking(node: Node, trees: Trees) -> tuple[Literal["and", "or"] | None, list[Node]]:
    """What has to come to hold for a condition that does not, all of it or one; of a single part its own parts."""
    reading = Reading(trees.frame, trees.row, 1, trees.verdicts.compiled.written)
    joins = joining(node)
    if joins is None:
        return None, [node]
    open_ = [part for part in dict.fromkeys(node.args) if joins == "or" or not bool(reading.true(part)[0])]
    found: list[Node] = []
    for part in open_:
        inner, nodes = _lacking(part, trees)
        found += nodes if inner in (None, joins) or len(open_) == 1 else [part]
    if len(open_) == 1:
        return _lacking(open_[0], trees)
    return joins, list(dict.fromkeys(found))
