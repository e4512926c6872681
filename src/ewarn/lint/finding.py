"""What lint says."""

from __future__ import annotations

from dataclasses import dataclass

from ewarn.diagnostics import Diagnostic


@dataclass(frozen=True)
class Finding:
    """One doubt about one rule."""

    pack: str
    rule: str
    diagnostic: Diagnostic
    """A warning with its code and place."""

    @property
    def code(self) -> str:
        """The stable code, like EW504."""
        return self.diagnostic.code


@dataclass(frozen=True)
class Linted:
    """Everything that lint found: by file and place."""

    rules: int
    """How many rules were looked at."""
    findings: tuple[Finding, ...]
