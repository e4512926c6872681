"""What could be judged and what could not: silence is not health."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ewarn.alerts.groups import each_at_once
from ewarn.alerts.models import CoverageRow
from ewarn.panel import Reason
from ewarn.rules import Rule
from ewarn.signals import Verdicts
from ewarn.signals.judging import CLEAR, UNKNOWN, UNMATCHED


def coverage(verdicts: Sequence[Verdicts], name: Callable[[Rule], str]) -> list[CoverageRow]:
    """A row for each rule and entity type, in the order of the rules; verdicts before `adjust` and holding.

    `name`: the rule as it is shown, `pack/id` where two packs hold its id.
    """
    return each_at_once(lambda one: _row(one, name(one.rule)), verdicts)


def _row(verdicts: Verdicts, name: str) -> CoverageRow:
    fired = clear = 0
    unknown: dict[str, int] = {}
    if verdicts.row >= 0:
        raw = verdicts.raw[-1]
        fired, clear = int((raw > CLEAR).sum()), int((raw == CLEAR).sum())
        counts = np.bincount(verdicts.reason[raw == UNKNOWN]).tolist()
        unknown = {Reason(code).name.lower(): count for code, count in enumerate(counts) if count}
    return CoverageRow.model_validate(
        {
            "rule": name,
            "entity_type": verdicts.entity_type,
            "matched": fired + clear + sum(unknown.values()),
            "evaluated": fired + clear,
            "fired": fired,
            "clear": clear,
            "unknown": unknown,
            "note": _note(verdicts),
        }
    )


def lacks(verdicts: Verdicts) -> str:
    """What the drop lacks for a rule, and what it has instead."""
    has = ", ".join(f"`{name}`" for name in verdicts.compiled.instead)
    return f"the drop has no `{verdicts.unrun}`{f' (it has {has})' if has else ''}"


def _note(verdicts: Verdicts) -> str | None:
    """Why nothing could be judged, or what was left out."""
    if verdicts.unrun is not None:
        return f"not run: {lacks(verdicts)}"
    if verdicts.row < 0:
        return "not run: no period has been reported by every indicator it reads"
    if (verdicts.raw[-1] == UNMATCHED).all():
        return "no entity matches"
    if verdicts.compiled.unfed:
        names = ", ".join(f"`{name}`" for name in verdicts.compiled.unfed)
        return f"optional parts not judged: the drop has no {names}"
    return None
