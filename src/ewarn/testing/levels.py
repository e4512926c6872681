"""The words for what a rule says of a period: levels, clear, unknown, and what is not tested."""

from __future__ import annotations

from dataclasses import dataclass

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.levels import RANK
from ewarn.panel import Reason
from ewarn.signals.judging import CLEAR, UNKNOWN, UNMATCHED
from ewarn.source import ModelError, Text
from ewarn.testing.shorthand import CODE

ANY = -3
"""In an expectation: whatever it is."""
_WORDS = {
    "clear": "clear c 正常",
    "blue": "blue b 蓝",
    "yellow": "yellow y 黄",
    "orange": "orange o 橙",
    "red": "red r 红",
    "unknown": "unknown u ? 未知",
    "-": "-",
    "any": "any",
}
_CODES = {"clear": CLEAR, "unknown": UNKNOWN, "-": UNMATCHED, "any": ANY, **RANK}
_MEANING = {word: name for name, words in _WORDS.items() for word in words.split()}
_NAMES = {code: name for name, code in _CODES.items()}
REASONS = {reason.name.lower(): reason for reason in Reason}


@dataclass(frozen=True)
class Expected:
    """What is said of one period: `code` as in `Verdicts.level`, ANY where nothing is; perhaps why it is unknown."""

    code: int
    reason: Reason | None = None


def read_level(text: Text) -> Expected:
    """`clear`, `y`, `红`, `unknown:masked`, `-`, `any`. Raises ModelError."""
    word, colon, _ = text.partition(":")
    name = _MEANING.get(word) or _MEANING.get(word.lower())
    if name is None:
        known = [*_CODES]
        hint = did_you_mean(word, known) or f"one of {', '.join(known)}; `yellowx3` is three"
        raise ModelError(Diagnostic(CODE, f"`{word}` is no level", text.span(), help=hint))
    if not colon:
        return Expected(_CODES[name])
    if name != "unknown":
        raise ModelError(Diagnostic(CODE, f"`{name}` has no reason", text.span(), help="only `unknown:masked` has"))
    return Expected(UNKNOWN, read_reason(text.part(len(word) + 1)))


def read_reason(text: Text) -> Reason:
    """A reason of coverage. Raises ModelError."""
    found = REASONS.get(text.lower())
    if found is None:
        hint = did_you_mean(text, REASONS) or f"one of {', '.join(REASONS)}"
        raise ModelError(Diagnostic(CODE, f"`{text}` is no reason", text.span(), help=hint))
    return found


def level_word(code: int) -> str:
    """`yellow`, `clear`, `unknown`, `-`."""
    return _NAMES[code]
