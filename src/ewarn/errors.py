"""What ewarn raises.

    EwarnError                  every error a user can cause; carries `.diagnostics`
    ├── DropError               the data: drop.yaml, files, cells, frames
    ├── RuleError               rule packs: YAML, names, types, expressions
    ├── UsageError              arguments: an unknown period, language, format, level
    └── OutputError             a target that cannot be written

Each carries every problem found, not only the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ewarn.diagnostics import Diagnostic


class EwarnError(Exception):
    """A mistake in what ewarn was given, with one diagnostic for each problem found."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n\n".join(str(diagnostic) for diagnostic in self.diagnostics)


class DropError(EwarnError):
    """Data that cannot be taken as it stands.

    `rules`: what drop.yaml names; `panel`: what is known of the drop all the same, None where that is nothing, and
    `doubt`: what of that is not certain. A run looks through its rules with them, to tell their mistakes too.
    """

    rules: tuple[str, ...] = ()
    panel: Any = None
    doubt: Any = None


class RuleError(EwarnError):
    """A rule that cannot be run as it is written.

    `sound`: of files with mistakes the rules that have none so far, to look for mistakes in their expressions too.
    """

    sound: Any = None


class UsageError(EwarnError):
    """An argument that does not fit."""


class OutputError(EwarnError):
    """A target that cannot be written; whatever stood there before is untouched."""
