"""One kind of problem report, for rules and for data, and its plain-text form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Span:
    """A stretch of one line of a text file; line and columns count characters from 1, `end` is exclusive."""

    file: str
    line: int
    column: int
    end: int
    text: str
    """The whole source line, for the caret drawing."""


@dataclass(frozen=True)
class Cell:
    """A place in data. `row` counts from 1 with the header; `line` is physical, for text files."""

    file: str
    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    cell: str | None = None
    about: str | None = None
    """Whose value it is, in words: `云岭建材, 2022-09, output`."""


@dataclass(frozen=True)
class Diagnostic:
    """What is wrong, where, and what to do.

    Codes: EW0xx usage and output, EW1xx rules, EW2xx drop.yaml, EW3xx data.
    """

    code: str
    message: str
    place: Span | Cell | None = None
    label: str | None = None
    help: str | None = None
    severity: Severity = "error"
    more: tuple[Span | Cell, ...] = ()
    """Other places of the same problem, as the first of two conflicting rows."""

    def __str__(self) -> str:
        return render(self)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """`did you mean `output`?`, or None where nothing is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def render(diagnostic: Diagnostic) -> str:
    """The rustc form, without colour; control characters of the source never reach the terminal."""
    return f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
