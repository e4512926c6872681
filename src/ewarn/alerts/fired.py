"""Every alert of a run as columns: which rule, whom, how bad, since when. No object exists for one yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ewarn.alerts.runs import current_run
from ewarn.signals import Verdicts

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fired:
    """Alerts in the order of rules and entities; all arrays (alerts,)."""

    verdicts: Sequence[Verdicts]
    which: Ints
    """Position in `verdicts`."""
    entity: Ints
    level: Ints
    """Ranks, 1 to 4."""
    since: Ints
    """Row of the first period of the episode."""
    periods: Ints

    def __len__(self) -> int:
        return len(self.which)

    @classmethod
    def collect(cls, verdicts: Sequence[Verdicts]) -> Fired:
        """What fires at each rule's judged period; rules that serve as legs only (`show: false`) are left out."""
        shown = [one for one in verdicts if one.rule.show]
        parts = [_of(at, one) for at, one in enumerate(shown)]
        empty = np.zeros(0, dtype=np.int64)
        columns = [np.concatenate(column) if column else empty for column in zip(*parts, strict=True)] or [empty] * 5
        which, entity, level, since, periods = columns
        return cls(shown, which, entity, level, since, periods)

    def of(self, at: int) -> Ints:
        """The alerts of one of the `verdicts`."""
        start, stop = np.searchsorted(self.which, [at, at + 1])
        return np.arange(start, stop)


def _of(at: int, verdicts: Verdicts) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    if verdicts.row < 0:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none, none, none
    now = verdicts.level[-1]
    entity = np.flatnonzero(now > 0)
    since, periods = current_run(verdicts.level, entity, verdicts.row, verdicts.rule.bridge)
    return np.full(len(entity), at, dtype=np.int64), entity, now[entity].astype(np.int64), since, periods
