"""Column headings that are periods: a pattern of named parts, `{year}年{month}月`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ewarn.assembly.indicators import plain
from ewarn.calendar import Frequency, Period, parse_period
from ewarn.diagnostics import did_you_mean

PARTS = {"year": r"\d{4}", "month": r"\d{1,2}", "quarter": "[1-4一二三四]", "day": r"\d{1,2}"}
_PART = re.compile(r"\{([^{}]*)\}")
_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4"}


@dataclass(frozen=True)
class Pattern:
    """A pattern that has been checked; everything outside its parts stands for itself."""

    text: str

    @classmethod
    def of(cls, text: str) -> Pattern:
        """Check a pattern; ValueError says what is wrong with it."""
        parts = _PART.findall(text)
        for part in parts:
            if part not in PARTS:
                hint = did_you_mean(part, PARTS)
                raise ValueError(f"there is no part {{{part}}}{f': {hint}' if hint else ''}")
            if parts.count(part) > 1:
                raise ValueError(f"{{{part}}} stands there twice")
        if "{" in _PART.sub("", text) or "}" in _PART.sub("", text):
            raise ValueError("a brace without its other half")
        if "year" not in parts:
            raise ValueError("without {year} nobody knows which period it is")
        if {"month", "quarter"} <= set(parts):
            raise ValueError("{month} or {quarter}, not both")
        if "day" in parts and "month" not in parts:
            raise ValueError("{day} of which {month}?")
        return cls(text)

    @property
    def freq(self) -> Frequency:
        """Months, quarters or years; with a day, reporting dates."""
        if "{day}" in self.text:
            return "round"
        return "M" if "{month}" in self.text else "Q" if "{quarter}" in self.text else "A"

    def period(self, heading: str) -> Period | None:
        """The period of a heading; None where the pattern does not fit. ValueError for a thirteenth month or a
        day that does not exist."""
        match = self._matcher.fullmatch(plain(heading))
        if match is None:
            return None
        found = {name: _DIGITS.get(value, value) for name, value in match.groupdict().items()}
        year = found["year"]
        if not "1000" <= year < "3000":
            raise ValueError("years run from 1000 to 2999")
        if self.freq == "A":
            return Period("A", int(year))
        if self.freq == "Q":
            return parse_period(f"{year}-Q{found['quarter']}", "Q")
        month = f"{year}-{found['month'].zfill(2)}"
        return parse_period(f"{month}-{found['day']}", "round") if "day" in found else parse_period(month, "M")

    @cached_property
    def _matcher(self) -> re.Pattern[str]:
        pieces = _PART.split(plain(self.text))
        found = [
            f"(?P<{piece}>{PARTS[piece]})" if at % 2 else r"\s*".join(map(re.escape, piece.split()))
            for at, piece in enumerate(pieces)
        ]
        return re.compile(r"\s*".join(piece for piece in found if piece), re.ASCII)
