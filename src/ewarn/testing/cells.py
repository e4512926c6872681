"""One value of a series as a test writes it: `10`, `5.2%`, `_`, `.`, `*`, `100:forecast`, `100>110`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ewarn.assembly.symbols import STATUS_WORDS, Symbols, status_of
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.source import ModelError, Text
from ewarn.testing.shorthand import CODE
from ewarn.units import Unit

BLANK, NO_ROW = "_", "."
NOT_REPORTED = "not_reported"
_NUMBER = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)%?")
_TIMES = re.compile(r"x\d+$")
_REVISED = "100>110 was published as 100, and a period later as 110"
_STATUSES = "one of forecast, flash, preliminary, revised, final"
_SYMBOLS = Symbols()


@dataclass(frozen=True)
class Cell:
    """What stands in the drop for one entity and period."""

    text: str | None
    """The cell, "" where it is blank; None where there is no row."""
    status: str | None = None
    first: str | None = None
    """What was published first, where `text` is a revision of it."""


def read_number(text: Text) -> Cell:
    """A value of a series of numbers. Raises ModelError."""
    return _read(text, _number)


def read_word(text: Text) -> Cell:
    """A value of a series of words or dates. Raises ModelError."""
    return _read(text, str)


def _read(text: Text, value: Callable[[Text], str]) -> Cell:
    if text in (BLANK, NO_ROW):
        return Cell("" if text == BLANK else None)
    if _SYMBOLS.reason(text) is not None:
        return Cell(str(text))
    status = None
    body, colon, word = text.partition(":")
    if colon:
        body_text, word_text = text.part(0, len(body)), text.part(len(body) + 1)
        if not body:
            raise _lacking(f"`{text}` has no value before its status", text, "like 100:forecast")
        if not word:
            raise _lacking(f"`{text}` has no status after its colon", text, _STATUSES)
        if status_of(word) is None:
            hint = did_you_mean(word, STATUS_WORDS) or _STATUSES
            raise ModelError(Diagnostic(CODE, f"`{word}` is no status", word_text.span(), help=hint))
        status, text = word, body_text
    first, arrow, later = text.partition(">")
    if arrow and not (first and later):
        raise _lacking(f"`{text}` is a revision that lacks one of its values", text, _REVISED)
    if arrow:
        return Cell(value(text.part(len(first) + 1)), status, value(text.part(0, len(first))))
    return Cell(value(text), status)


def _lacking(message: str, text: Text, advice: str) -> ModelError:
    return ModelError(Diagnostic(CODE, message, text.span(), help=advice))


def _number(text: Text) -> str:
    if _TIMES.fullmatch(text):
        raise _lacking(f"`{text}` says how often, but not what", text, "like 10x3, without a space")
    if not _NUMBER.fullmatch(text):
        advice = "a number; `_` blank, `.` no row, `*` masked; `10x3` three tens, `10+2x3` is 10 12 14"
        raise ModelError(Diagnostic(CODE, f"`{text}` is no value of a series", text.span(), help=advice))
    return str(text)


def is_unit(text: Text) -> bool:
    """Whether the last word of a series is its unit: it is no value, and a unit that is known as one."""
    if (
        text == BLANK
        or _SYMBOLS.reason(text) is not None
        or text[0].isdigit()
        or text[0] in "+-.("
        or _TIMES.search(text)
    ):
        return False
    try:
        return Unit.parse(text).is_known
    except ValueError:
        return False
