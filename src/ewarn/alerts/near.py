"""Near misses: entities that are clear, and that another value of one cell, at most a tenth away, would make fire.

All entities of a rule are tried at once first, each with its own cells nudged; only what then fires is looked at
closely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.claims import FRACTIONS, numbers, sayable
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
"""So far off all clear entities of a rule are tried at once, until enough are found,"""
FINER = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
"""and what is found in these parts of a step, so that the nearest are looked at first."""
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
    seekers = [
        _Seeker(verdicts)
        for verdicts in signals.verdicts
        if verdicts.row >= 0 and verdicts.rule.show and not verdicts.compiled.legs
    ]
    found: list[tuple[float, Near]] = []
    for step in range(len(STEPS)):
        if len(found) >= count:  # what the next step brings is farther off
            break
        candidates = sorted(
            (place, at, entity) for at, one in enumerate(seekers) for place, entity in one.candidates(step)
        )
        reached = 0
        for place, at, entity in candidates:
            if len(found) >= count and place > reached:
                break
            verdicts = seekers[at].verdicts
            claims = firing(verdicts, entity, within=NEAR).found
            if claims:
                found.append((_distance(claims[0]), _near(verdicts, entity, claims)))
                reached = place
    found.sort(key=lambda one: (one[0], one[1].pack, one[1].rule, one[1].entity_type, one[1].entity))
    return tuple(one for _, one in found[:count])


@dataclass(eq=False)
class _Seeker:
    """Finds the entities of one rule that are worth a closer look."""

    verdicts: Verdicts
    left: Ints = field(init=False)
    """Those that are clear and were not named yet."""
    keys: list[SeriesKey] = field(init=False)
    """Series of the entities' own that the rule reads in its judged period."""
    others: bool = field(init=False)
    """Whether it reads cells of others too, which no nudge of the own ones tries."""

    def __post_init__(self) -> None:
        verdicts = self.verdicts
        self.left = np.flatnonzero((verdicts.raw[-1] == CLEAR) & (verdicts.level[-1] == CLEAR))
        roots, panel = list(verdicts.compiled.levels.values()), verdicts.seen.panel
        verdicts.seen.prepare(roots)
        read = dict.fromkeys(
            (str(node.params[0]), str(node.params[1]), str(node.params[2]))
            for root in roots
            for node in root.walk()
            if isinstance(node.operation, Leaf) and node.params[0] == verdicts.entity_type
        )
        self.others = any(
            isinstance(node.operation, Leaf) and node.params[0] != verdicts.entity_type
            for root in roots
            for node in root.walk()
        )
        self.keys = [
            key
            for key in read
            if panel.series[key].holds == "number" and panel.series[key].freq == verdicts.calendar.freq
        ]

    def candidates(self, step: int) -> Iterator[tuple[int, int]]:
        """Those that fire within this step and not before, with how far off in finer steps; of few all at once."""
        if len(self.left) <= FEW and self.others:
            yield from ((0, int(entity)) for entity in self.left)
            self.left = self.left[:0]
            return
        low, high = STEPS[step - 1] if step else 0.0, STEPS[step]
        hits = self._hits(high, self.left)
        self.left = np.setdiff1d(self.left, hits)
        first = np.full(len(hits), len(FINER))
        for at, part in reversed(list(enumerate(FINER))):
            first[np.isin(hits, self._hits(low + (high - low) * part, hits))] = at
        yield from zip(first.tolist(), hits.tolist(), strict=True)

    def _hits(self, step: float, entities: Ints) -> Ints:
        """Those of `entities` that fire with one of their cells so much higher or lower."""
        hits = [entities[:0]]
        for key in self.keys:
            hits += [_firing(self.verdicts, key, 1 + sign * step, entities) for sign in (1, -1)]
        return np.unique(np.concatenate(hits))


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
    """`yellow if 2022-09 output < 1,900 thousand yuan (now 1,910)`."""
    claim = sayable(exact)
    value, to, now = numbers(claim) or (0.0, None, None)
    fraction = claim.unit in FRACTIONS

    def told(*values: float) -> list[str]:
        column = Column("fraction" if fraction else "number", None if fraction else claim.unit, np.array(values))
        return words(column, Spec(style="unit"), language)

    if to is None:
        bar = f"{SIGNS[claim.op]} {told(value)[0]}"
    else:
        low, high = told(*sorted((value, to)))
        bar = f"在 {low} 至 {high} 之间" if language == "zh" else f"between {low} and {high}"
    indicator, _, measure = claim.indicator.partition(".")
    entities = verdicts.seen.panel.types[claim.entity_type or verdicts.entity_type]
    whose = [entities.names[entities.position[claim.entity]] or claim.entity] if claim.entity_type else []
    cell = " ".join([str(claim.period), *whose, called(verdicts.seen.panel, indicator, measure, language), bar])
    here = "" if now is None else f"（现 {told(now)[0]}）" if language == "zh" else f" (now {told(now)[0]})"
    return f"{cell}{here}即为{LEVEL_WORDS['zh'][level]}级" if language == "zh" else f"{level} if {cell}{here}"
