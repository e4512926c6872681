"""What a check found, for whoever shows it: counts, what fails, hints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ewarn.alerts.models import Alert
from ewarn.check.lines import CheckedLines
from ewarn.check.renamed import Hint
from ewarn.levels import RANK, Level
from ewarn.report import Alerts

STATUSES = ("new", "worse", "unjudged", "ongoing", "better", "resolved")
"""In the order in which they are shown."""


@dataclass(frozen=True)
class Bar:
    """What makes a check fail."""

    level: Level = "orange"
    """New or worse alerts of this level or above."""
    ongoing: bool = False
    """Also those that are known, or that can no longer be judged."""
    unknown: float | None = None
    """More than this share of what the rules apply to could not be judged."""

    def fails(self, status: str, rank: int) -> bool:
        """Whether an alert of this status and rank does."""
        counted = ("new", "worse", "ongoing", "better", "unjudged") if self.ongoing else ("new", "worse")
        return status in counted and rank >= RANK[self.level]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The alerts of a check with their status, and what follows from them."""

    lines: CheckedLines
    ranks: npt.NDArray[np.int64]
    """(alerts,) of the levels."""
    bar: Bar
    matched: int
    evaluated: int
    """Over all rules and entities."""
    hints: Sequence[Hint] = ()
    accepting: bool = False
    """Whether all of it is being accepted."""
    many_types: bool = False
    """Whether the alerts are of entities of several types."""
    shared_ids: frozenset[str] = frozenset()
    """Rule ids that two packs have."""
    before: Mapping[str, str] = field(default_factory=dict)
    """Levels of the baseline by fingerprint."""
    baseline: str = ""
    """The baseline's path as it was given."""
    baseline_as_of: str | None = None
    """None where there was no baseline yet."""
    place: Callable[[str], str] = str
    """A file of the drop (`source.file`) as a path from where the command runs, with `/`."""
    drop: str = ""
    """A file of the drop to point to where no cell is known, in the same form; empty where there is none."""

    @property
    def statuses(self) -> Sequence[str]:
        """(alerts,)"""
        return self.lines.statuses

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Alerts by status."""
        found = dict.fromkeys(STATUSES, 0)
        for status in self.statuses:
            found[status] += 1
        return found

    @cached_property
    def failing(self) -> npt.NDArray[np.bool_]:
        """(alerts,) which ones make the check fail."""
        pairs = zip(self.statuses, self.ranks.tolist(), strict=True)
        return np.fromiter((self.bar.fails(*pair) for pair in pairs), dtype=np.bool_, count=len(self.statuses))

    @property
    def unknown(self) -> float:
        """The share of what the rules apply to that could not be judged; 1 where nothing was read."""
        return 1 - self.evaluated / self.matched if self.matched else 1.0

    @property
    def too_unknown(self) -> bool:
        """Whether that alone fails."""
        return self.bar.unknown is not None and self.unknown > self.bar.unknown + 1e-12

    @property
    def judged(self) -> bool:
        """Whether any row was read by any rule: without that a check cannot pass."""
        return self.evaluated > 0

    @property
    def code(self) -> int:
        """The exit code: 0 passed, 1 findings, 2 not judged."""
        if not self.judged:
            return 2
        if self.accepting:
            return 0
        return int(self.too_unknown or bool(self.failing.any()))

    @cached_property
    def urgent(self) -> npt.NDArray[np.int64]:
        """Positions of all alerts: what fails first, as ranked; then the rest by status, as ranked."""
        status = np.array([STATUSES.index(one) for one in self.statuses], dtype=np.int64)
        status[self.failing] = -1
        return np.lexsort((np.arange(len(status)), status)).astype(np.int64)

    def positions(self, *statuses: str) -> npt.NDArray[np.int64]:
        """Positions of the alerts with these statuses, the urgent first."""
        wanted = np.isin(np.array(self.statuses, dtype=object), statuses)
        return self.urgent[wanted[self.urgent]]

    def alerts(self, positions: npt.NDArray[np.int64]) -> Sequence[Alert]:
        """The alerts at these positions, in this order, each built when it is asked for."""
        return Alerts(self.lines.only(positions))
