"""Rules that say the same of everybody, always."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject
from ewarn.signals.judging import CLEAR, UNKNOWN

_LEAST = 12
"""Fewer verdicts say nothing."""
_MONTHS = "".join(f"A,2023-{month:02},output,{90 + month}\n" for month in range(1, 13))
_DROP = f"entity,period,indicator,value\n{_MONTHS}A,2024-01,output,80\n"


class ConstantVerdict(Check):
    """Over the whole history of the drop the rule never fired, or it fired for every entity in every period that could
    be judged, or none could be. Either may be right; more often a threshold has the wrong unit or sign."""

    code = "EW512"
    title = "A rule that never fires, or always"
    needs_drop = True
    bad = Example("rules:\n  - id: A\n    levels: {yellow: output < 0.9}\n", _DROP)
    good = Example("rules:\n  - id: A\n    levels: {yellow: output < 90}\n", _DROP)

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Counts over all periods."""
        if subject.signals is None:
            return
        rule = subject.rule
        run = [one for one in subject.signals.verdicts if one.row >= 0 and one.rule.pack == rule.pack]
        mine = [one for one in run if one.rule.id in (rule.id, f"{rule.id}:{one.rule.id.partition(':')[2]}")]
        fired = sum(int(np.count_nonzero(one.level > 0)) for one in mine)
        clear = sum(int(np.count_nonzero(one.level == CLEAR)) for one in mine)
        unknown = sum(int(np.count_nonzero(one.level == UNKNOWN)) for one in mine)
        if not fired and not clear and unknown >= _LEAST:
            advice = "what it reads is missing, or reaches back too far"
            said = f"{rule.id} can never be judged over the drop's history"
            yield self.doubt(said, rule.span, f"{unknown:,} verdicts, all unknown", advice)
        if fired + clear < _LEAST:
            return
        if not fired:
            yield self.doubt(
                f"{rule.id} never fires over the drop's history", rule.span, f"{clear:,} verdicts, all clear"
            )
        elif not clear:
            yield self.doubt(f"{rule.id} always fires over the drop's history", rule.span, f"{fired:,} verdicts")
