"""What came of tests: for each, where the rule said something else than was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ewarn.levels import Level
from ewarn.panel import Reason
from ewarn.rules import Rule
from ewarn.testing.cases import Case, Suite
from ewarn.testing.levels import ANY
from ewarn.testing.pins import Pin


@dataclass(frozen=True)
class Verdict:
    """A level as in `Verdicts.level` (or ANY), and perhaps why it is unknown."""

    code: int
    reason: Reason | None = None


@dataclass(frozen=True)
class Row:
    """One entity over the periods of a test: what was expected, and what came."""

    entity: str
    periods: tuple[str, ...]
    expected: tuple[Verdict, ...]
    got: tuple[Verdict, ...]

    @cached_property
    def differing(self) -> tuple[int, ...]:
        """Positions of the periods that differ."""
        pairs = enumerate(zip(self.expected, self.got, strict=True))
        return tuple(at for at, (wanted, found) in pairs if not agrees(wanted, found))


def agrees(wanted: Verdict, found: Verdict) -> bool:
    """Whether a verdict is as expected; a reason counts where one is expected."""
    return wanted.code == ANY or (wanted.code == found.code and wanted.reason in (None, found.reason))


@dataclass(frozen=True)
class Difference:
    """Something beside the level that is not as expected."""

    entity: str
    period: str
    what: str
    """`zh`, `en`, `reason`, `possible`, `labels`, `list`, `members`."""
    expected: str
    got: str
    instead: int | None = None
    """Where there is no alert to speak of, the level: clear, unknown."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One test that ran."""

    case: Case
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]

    @cached_property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.differences and not any(row.differing for row in self.rows)


@dataclass(frozen=True, eq=False)
class SuiteOutcome:
    """The tests of one file."""

    suite: Suite
    tests: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Those that failed."""
        return tuple(test for test in self.tests if not test.passed)


@dataclass(frozen=True)
class Loose:
    """A number that no test pins: which steps went unnoticed."""

    rule: str
    pin: Pin
    steps: tuple[str, ...]


@dataclass(frozen=True)
class RuleCoverage:
    """How far the tests of one rule go."""

    rule: Rule
    name: str
    tests: int
    untested: tuple[Level, ...]
    """Levels that no test expects; of a rule without tests all."""
    numbers: int
    """Numbers that decide something."""
    loose: tuple[Loose, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is left untested."""
        return bool(self.tests) and not self.untested and not self.loose


@dataclass(frozen=True, eq=False)
class RuleTests:
    """All tests of a run."""

    suites: Sequence[SuiteOutcome]
    coverage: tuple[RuleCoverage, ...] | None = None
    """Rule by rule what is untested, where that was asked for."""

    def __repr__(self) -> str:
        failed = sum(not test.passed for test in self.tests)
        return f"<{len(self.tests)} tests of rules, {failed or 'none'} failed>"

    @property
    def tests(self) -> tuple[Outcome, ...]:
        """Every test."""
        return tuple(test for suite in self.suites for test in suite.tests)

    @property
    def passed(self) -> bool:
        """Whether no test failed."""
        return all(test.passed for test in self.tests)

    @property
    def complete(self) -> bool:
        """Whether nothing was found untested."""
        return all(one.complete for one in self.coverage or ())
