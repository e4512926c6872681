"""Near misses: entities that are clear, and that another value of one cell, at most a tenth away, would make fire.

All entities of a rule are tried at once first, each with its own cells nudged; only what then fires is looked at
closely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.alerts.claims import numbers, sayable
from ewarn.alerts.columns import Column
from ewarn.alerts.levers import NEAR, firing
from ewarn.alerts.models import Clearing, Language, Near, Texts
from ewarn.alerts.sentences import either
from ewarn.alerts.trial import below
from ewarn.alerts.wording import LEVEL_WORDS, Spec, words
from ewarn.expressions.evaluation import BLOCK, Frame, at_row
from ewarn.expressions.leaves import Leaf, aligned
from ewarn.expressions.nodes import Node, Value
from ewarn.expressions.titles import called
from ewarn.levels import LEVELS
from ewarn.panel import SeriesKey
from ewarn.signals import Signals, Verdicts
from ewarn.signals.judging import CLEAR, ladder

SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
FEW = 24
"""So many clear entities of a rule are looked at one by one: it finds what a nudge of the own cells does not."""
STEPS = (0.01, 0.03, NEAR)
Ints = npt.NDArray[np.intp]


@dataclass(eq=False)
class _Nudged(Frame):
    """Some entities, each with its own cell of one series in the judged period some way off."""

    key: SeriesKey = ("", "", "")
    row: int = 0
    factor: float = 1.0

    def _compute(self, node: Node) -> Value:
        value = super()._compute(node)
        if not isinstance(node.operation, Leaf) or node.params[:3] != self.key or isinstance(value, tuple):
            return value
        out = np.array(value)
        found = aligned(self.evaluation, node)
        now = np.zeros(out.shape[1], dtype=bool)
        series = self.panel.series[self.key]
        own = self.panel.calendars[series.freq].rows_at(self.calendar.ordinals[[self.row]])[0]
        if found.parts is not None:
            now[:] = own >= 0 and bool((found.parts[-1, self.row : self.row + 1] == own).all())
        elif found.rows:
            now = found.rows[-1][self.row, self.entities] == own
        out[self.row] = np.where(now, out[self.row] * self.factor, out[self.row])
        return out

    def told(self, node: Node) -> Frame | None:
        """Nobody knows what a nudged cell would be said to be."""
        return None if self.key in below(self.evaluation, node) else super().told(node)


def near_misses(signals: Signals, count: int) -> tuple[Near, ...]:
    """The `count` nearest, the nearest first; then by pack, rule, entity type, entity."""
    candidates = sorted(
        (step, at, entity)
        for at, verdicts in enumerate(signals.verdicts)
        if verdicts.row >= 0 and verdicts.rule.show and not verdicts.compiled.legs
        for step, entity in _candidates(verdicts)
    )
    found: list[tuple[float, Near]] = []
    reached = 0
    for step, at, entity in candidates:
        if len(found) >= count and step > reached:
            break
        verdicts = signals.verdicts[at]
        claims = firing(verdicts, entity, within=NEAR).found
        if claims:
            found.append((_distance(claims[0]), _near(verdicts, entity, claims)))
            reached = step
    found.sort(key=lambda one: (one[0], one[1].pack, one[1].rule, one[1].entity_type, one[1].entity))
    return tuple(one for _, one in found[:count])


def _candidates(verdicts: Verdicts) -> Iterator[tuple[int, int]]:
    """Entities worth a closer look, with how far off they fire (a place in `STEPS`)."""
    clear = np.flatnonzero((verdicts.raw[-1] == CLEAR) & (verdicts.level[-1] == CLEAR))
    if len(clear) <= FEW:
        yield from ((0, int(entity)) for entity in clear)
        return
    evaluation, roots = verdicts.seen, verdicts.compiled.levels.values()
    evaluation.prepare(list(roots))
    home = verdicts.entity_type
    keys = dict.fromkeys(
        (str(node.params[0]), str(node.params[1]), str(node.params[2]))
        for root in roots
        for node in root.walk()
        if isinstance(node.operation, Leaf) and node.params[0] == home
    )
    first = np.full(evaluation.width(home), len(STEPS))
    for key in keys:
        series = evaluation.panel.series[key]
        if series.holds != "number" or series.freq != verdicts.calendar.freq:
            continue
        for sign in (1, -1):
            for step in range(len(STEPS)):
                hits = _firing(verdicts, key, 1 + sign * STEPS[step], clear)
                first[hits] = np.minimum(first[hits], step)
    for entity in np.flatnonzero(first < len(STEPS)).tolist():
        yield int(first[entity]), entity


def _firing(verdicts: Verdicts, key: SeriesKey, factor: float, entities: Ints) -> Ints:
    """Those of `entities` that fire with their cell at `factor` times what it is."""
    hits = [entities[:0]]
    for start in range(0, len(entities), BLOCK):
        some, row, compiled = entities[start : start + BLOCK], verdicts.row, verdicts.compiled
        frame = _Nudged(
            verdicts.seen, verdicts.entity_type, verdicts.calendar, some, key=key, row=row, factor=factor
        )  # fmt: skip
        fires = at_row(ladder(compiled, frame, row + 1)[0], row, len(some)) > CLEAR
        if compiled.where is not None:
            fires = fires & (at_row(frame.array(compiled.where), row, len(some)) == 1)
        hits.append(some[fires])
    return np.concatenate(hits)


def _distance(claim: Clearing) -> float:
    value, _, now = numbers(claim) or (0.0, None, None)
    return float(f"{abs(value - now) / abs(now):.9g}") if now else np.inf


def _near(verdicts: Verdicts, entity: int, claims: tuple[Clearing, ...]) -> Near:
    rule, panel = verdicts.rule, verdicts.seen.panel
    level = claims[0].then or LEVELS[min(verdicts.compiled.levels) - 1]
    return Near(
        name=panel.types[verdicts.entity_type].names[entity],
        title=Texts(zh=either(rule.title, "zh"), en=either(rule.title, "en")),
        explanation=Texts(zh=_said(verdicts, claims[0], level, "zh"), en=_said(verdicts, claims[0], level, "en")),
        rule=verdicts.rule.id,
        pack=verdicts.rule.pack,
        entity=verdicts.seen.panel.types[verdicts.entity_type].ids[entity],
        entity_type=verdicts.entity_type,
        period=verdicts.calendar.labels[verdicts.row],
        level=level,
        fires_when=claims,
    )


def _said(verdicts: Verdicts, exact: Clearing, level: str, language: Language) -> str:
    """`yellow if 2022-09 output < 1,900 万元`."""
    claim = sayable(exact)
    indicator, _, measure = claim.indicator.partition(".")
    fraction = claim.unit in ("ratio", "%")
    ends = [claim.value] if claim.to is None else sorted((claim.value, claim.to))
    column = Column("fraction" if fraction else "number", None if fraction else claim.unit, np.array(ends))
    bars = words(column, Spec(style="unit"), language)
    if len(bars) == 1:
        bar = f"{SIGNS[claim.op]} {bars[0]}"
    else:
        bar = f"在 {bars[0]} 至 {bars[1]} 之间" if language == "zh" else f"between {bars[0]} and {bars[1]}"
    what = called(verdicts.seen.panel, indicator, measure, language)
    kind = claim.entity_type or verdicts.entity_type
    entities = verdicts.seen.panel.types[kind]
    whose = f"{entities.names[entities.position[claim.entity]] or claim.entity} " if claim.entity_type else ""
    cell = f"{claim.period} {whose}{what} {bar}"
    return f"{cell} 即为{LEVEL_WORDS['zh'][level]}级" if language == "zh" else f"{level} if {cell}"
