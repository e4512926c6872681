"""What cells say instead of a value: words and signs for missing values, for status, for yes and no."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ewarn.panel import Reason, Status

# A run of `*` is masked whatever its length: see `numbers`. One `×` is a no beside `√`, not a mask.
_MISSING: dict[Reason, str] = {
    Reason.MASKED: "×× ××× ×××× masked",
    Reason.NOT_APPLICABLE: "— —— ——— - -- --- – –– ― ―― ─ ── / // 不适用 免报 not_applicable",
    Reason.BELOW_UNIT: "… …… ... ...... below_unit",
    Reason.NOT_REPORTED: "未报 未上报 未报送 缺报 迟报 not_reported",
    Reason.NOT_DUE: "未到期 未到报送期 未到报送日 not_due",
    Reason.BLANK: "nan null none na n/a #n/a <na> blank",
}
REASON_WORDS = {
    "masked": Reason.MASKED,
    "not_applicable": Reason.NOT_APPLICABLE,
    "below_unit": Reason.BELOW_UNIT,
    "not_reported": Reason.NOT_REPORTED,
    "not_due": Reason.NOT_DUE,
    "blank": Reason.BLANK,
}
"""What `missing:` of drop.yaml may say of a symbol."""

_STATUS: dict[Status, str] = {
    Status.FORECAST: "预计 预计数 预测 forecast estimate estimated",
    Status.FLASH: "快报 快报数 flash",
    Status.PRELIMINARY: "初步 初步数 初值 初步核实 preliminary provisional",
    Status.REVISED: "修订 修订数 修正 revised",
    Status.FINAL: "最终 终 最终数 终值 核定 final",
}
STATUS_WORDS = {word: status for status, words in _STATUS.items() for word in words.split()}

TRUE_WORDS = frozenset(["true", "yes", "是", "√", "✓", "✔"])
FALSE_WORDS = frozenset(["false", "no", "否", "×", "✗", "✘"])
DIGIT_FLAGS = {"1": True, "0": False}


def folded(text: str) -> str:
    """How symbols are compared: NFKC, no white space around, case ignored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


_DEFAULT = {folded(word): reason for reason, words in _MISSING.items() for word in words.split()}


@dataclass(frozen=True)
class Symbols:
    """The symbols for missing values that hold in one table; a drop's own come before the usual ones."""

    own: Mapping[str, Reason] = field(default_factory=dict)

    @cached_property
    def all(self) -> dict[str, Reason]:
        """Reason of each symbol, as `folded`."""
        return _DEFAULT | dict(self.own)

    def reason(self, text: str) -> Reason | None:
        """Why a cell with this text holds no value, or None where it does."""
        word = folded(text)
        return self.all.get(word) or (Reason.MASKED if word and not word.strip("*") else None)

    def and_own(self, more: Mapping[str, Reason]) -> Symbols:
        """These and a table's own, which win."""
        return Symbols({**self.own, **{folded(symbol): reason for symbol, reason in more.items()}}) if more else self


def status_of(word: str) -> Status | None:
    """The status that a word of a status column names."""
    return STATUS_WORDS.get(folded(word))
