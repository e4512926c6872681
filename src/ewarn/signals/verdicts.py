"""What rules say of entities, over time: arrays, and the two tables made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.correlation.engines import Name as EngineName
from ewarn.diagnostics import Diagnostic
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.nodes import NONE, either
from ewarn.levels import LEVELS
from ewarn.panel import Int8s, Panel, Reason
from ewarn.rules import Rule, RuleSet
from ewarn.signals.compiled import Compiled
from ewarn.signals.judging import CLEAR, UNKNOWN, UNMATCHED, Judged, holds

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Verdicts:
    """One rule on one entity type. Arrays (periods up to the data period, entities)."""

    evaluation: Evaluation
    compiled: Compiled
    level: Int8s
    """-2 not matched, -1 unknown, 0 clear, 1 to 4 the rank of a level; after `adjust` and holding."""
    raw: Int8s
    """The same before `adjust` and holding; the same array where the rule has neither."""
    possible: Int8s
    """(entities,) at the data period: rank of the highest level that is unknown and above the verdict, else 0."""
    open: Int8s | None = None
    """The same in every period, of a rule that composites read; None: of no other, or nothing is open."""
    likely: Int8s | None = None
    """Of a composite, in every period: rank of the highest level that would hold if its unjudged legs held, else 0."""

    @classmethod
    def blank(cls, evaluation: Evaluation, rules: Sequence[Compiled]) -> list[Verdicts]:
        """Room for the verdicts of rules: one piece of memory for all of them, which the system hands out in large
        pages; page by page it would take a tenth of the evaluation."""
        widths = [evaluation.width(rule.home) if rule.home in evaluation.panel.types else 0 for rule in rules]
        sizes = [(rule.row + 1) * width for rule, width in zip(rules, widths, strict=True)]
        apart = [bool(rule.adjust or rule.legs) or holds(rule) for rule in rules]
        read = {id(source) for rule in rules for leg in rule.legs for source in leg.sources}
        memory: Int8s = np.empty(sum(size * (1 + own) for size, own in zip(sizes, apart, strict=True)), dtype=np.int8)
        made, start = [], 0
        for rule, width, size, own in zip(rules, widths, sizes, apart, strict=True):
            shape = (rule.row + 1, width)
            level = memory[start : start + size].reshape(shape)
            raw = memory[start + size : start + 2 * size].reshape(shape) if own else level
            wide: Int8s | None = np.zeros(shape, dtype=np.int8) if id(rule) in read and len(rule.levels) > 1 else None
            likely: Int8s | None = np.zeros(shape, dtype=np.int8) if rule.legs else None
            made.append(cls(evaluation, rule, level, raw, np.zeros(width, dtype=np.int8), wide, likely))
            start += size * (1 + own)
        return made

    def put(self, entities: slice, judged: Judged) -> None:
        """Fill in a block."""
        self.level[:, entities] = judged.level
        if self.raw is not self.level:
            self.raw[:, entities] = judged.verdict
        if judged.possible is not None:
            self.possible[entities] = judged.possible[-1]
            if self.open is not None:
                self.open[:, entities] = judged.possible
        if self.likely is not None and judged.likely is not None:
            self.likely[:, entities] = judged.likely

    @property
    def seen(self) -> Evaluation:
        """The evaluation as seen from the data period, with what a series break has cut off unknown."""
        return self.evaluation.then(self.calendar, self.row)

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.compiled.rule

    @property
    def entity_type(self) -> str:
        """Whose verdicts these are."""
        return self.compiled.home

    @property
    def calendar(self) -> Calendar:
        """The calendar of the first axis."""
        return self.compiled.calendar

    @property
    def row(self) -> int:
        """Row of the data period, -1 where the rule was not run."""
        return self.compiled.row

    @property
    def unrun(self) -> str | None:
        """What the drop lacks, where the rule could not run."""
        return self.compiled.unrun

    @cached_property
    def held(self) -> npt.NDArray[np.bool_]:
        """(entities,) at the data period: alerts that hold although the verdict is not known to fire now."""
        return np.asarray((self.level[-1] > 0) & (self.fired[-1] <= 0))

    @cached_property
    def fired(self) -> Int8s:
        """(periods, entities) the level whose condition speaks for the verdict: known true, or of a composite
        possible; 0 or less where none does."""
        if self.likely is None:
            return self.raw
        return np.where((self.raw <= 0) & (self.likely > 0), self.likely, self.raw)

    def may_be(self, entities: Ints) -> Ints:
        """Ranks of the level that could not be ruled out at the data period, 0 for none: one above the verdict, or of
        a composite the level that it would have if its unjudged legs held, though it then counts one lower."""
        level, above = self.level[-1, entities], self.possible[entities]
        found = np.where(above > level, above, 0)
        if self.likely is not None:
            likely = self.likely[-1, entities]
            found = np.where((likely > 0) & (self.raw[-1, entities] < likely), np.maximum(found, likely), found)
        return np.asarray(found, dtype=np.int64)

    def standing_on(self, rows: Ints, entities: Ints) -> tuple[Ints, Ints]:
        """For each (row, entity) at which the rule fires: the row whose evidence it stands on, and the level there."""
        at, ranks = rows.copy(), self.fired[rows, entities].astype(np.int64)
        held = np.flatnonzero(ranks <= 0)
        if len(held):
            before = np.arange(len(self.fired))[:, None] <= rows[held]
            found = np.where(before & (self.fired[:, entities[held]] > 0), np.arange(len(self.fired))[:, None], -1)
            at[held] = np.maximum(found.max(axis=0), 0)
            ranks[held] = np.maximum(self.fired[at[held], entities[held]], min(self.compiled.levels))
        return at, ranks

    @cached_property
    def basis(self) -> npt.NDArray[np.int64]:
        """(entities,) the row whose evidence an alert stands on: the data period, or for a held one the newest
        period whose verdict fired."""
        rows = np.full(self.level.shape[1], self.row, dtype=np.int64)
        if self.held.any():
            fired = np.where(self.fired > 0, np.arange(self.row + 1)[:, None], -1).max(axis=0)
            rows = np.where(self.held, np.maximum(fired, 0), rows)
        return rows

    @cached_property
    def reason(self) -> Int8s:
        """(entities,) at the data period: `Reason` where the verdict before holding is unknown, else 0."""
        out: Int8s = np.zeros(self.level.shape[1], dtype=np.int8)
        unknown = np.flatnonzero(self.raw[-1] == UNKNOWN)
        if not len(unknown):
            return out
        evaluation, row = self.evaluation, self.row
        why: Int8s = np.full(len(unknown), NONE, dtype=np.int8)
        for node in self.compiled.levels.values():
            why = np.minimum(why, evaluation.why_at(node, row, unknown))
        why = either(why == NONE, Reason.NOT_APPLICABLE, why)
        if self.compiled.where is not None:
            filtered = np.asarray(evaluation.at(self.compiled.where, row, unknown)) == 0
            why = either(filtered, Reason.FILTER_UNKNOWN, why)
        out[unknown] = why
        return out


@dataclass(frozen=True, eq=False)
class Signals:
    """All verdicts of a run, in the order of the rules."""

    panel: Panel
    rules: RuleSet
    evaluation: Evaluation
    verdicts: tuple[Verdicts, ...]
    engine: EngineName | Literal["none"] = "none"
    """What joined the composites; `none`: there are none."""
    notices: tuple[Diagnostic, ...] = ()
    """What happened on the way that changes no verdict."""

    def __repr__(self) -> str:
        return f"<signals of {len(self.rules):,} rules on {self.panel!r}>"

    def counts(self) -> dict[str, int]:
        """How many (entity, period) pairs each rule fires for, over all periods; by rule id, or pack/id."""
        found: dict[str, int] = {}
        for verdicts in self.verdicts:
            name = self.rules.name(verdicts.rule)
            found[name] = found.get(name, 0) + int(np.count_nonzero(verdicts.level > 0))
        return found

    def to_frame(self, *, every: bool = False) -> pd.DataFrame:
        """Columns rule, pack, entity_type, entity, period, level: one row for each that fires, in this order of
        sorting; with `every` also `clear` and `unknown` (not those the rule does not apply to)."""
        import pandas as pd

        columns = ["rule", "pack", "entity_type", "entity", "period", "level"]
        words = np.array(["", "unknown", "clear", *LEVELS], dtype=object)
        frames = []
        for verdicts in self.verdicts:
            if verdicts.row < 0:
                continue
            shown = verdicts.level > (UNMATCHED if every else CLEAR)
            entity, period = np.nonzero(shown.T)
            ids = np.array(self.panel.types[verdicts.entity_type].ids, dtype=object)
            labels = np.array(verdicts.calendar.labels, dtype=object)
            data = {
                "rule": verdicts.rule.id, "pack": verdicts.rule.pack, "entity_type": verdicts.entity_type,
                "entity": ids[entity], "period": labels[period], "level": words[verdicts.level[period, entity] + 2],
            }  # fmt: skip
            frames.append(pd.DataFrame(data, columns=columns))
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
