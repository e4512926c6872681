"""Cells to numbers: what is unmistakable is read, what is a symbol becomes a reason, and the rest is a problem.

Read: `1820`, `1,820.5`, `１８２０`, `-3.2` with any minus sign, `(3.2)` for minus, `5.2%`, `'12` as spreadsheets quote
text. Not read, because they could mean two things: `1.820,5`, `1 820`, `3.2*`, `1.2亿`, `下降7.4`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ewarn.arrow import Bools, floats, integers, mask, strings, truth, valid
from ewarn.assembly.codes import Rows, combined
from ewarn.assembly.symbols import Symbols
from ewarn.panel import Floats, Int8s, Reason

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_STARS = r"^[*.,]*\*[*.,]*%?$"
_CONFUSED = str.maketrans("OoQlI|SB", "00011158")


@dataclass(eq=False)
class Numbers:
    """A column of numbers, one per row: NaN where unknown. Values may be read-only."""

    values: Floats
    reasons: Int8s | None
    """`Reason` per row, 0 where none is given; None where no row has one."""
    percent: Bools | None
    """Rows whose cell bears its own `%`; None where none does."""
    bad: Rows
    """Rows whose cell is no number."""
    words: pa.Array | None
    """The cells as text, where they came as text."""
    kept: Rows | None = None
    """Which of `words` the rows are; None where all."""

    def text(self, row: int) -> str:
        """The cell of a row, for messages."""
        if self.words is None:
            return "inf"  # the one thing in a typed column that is no number
        return str(self.words[row if self.kept is None else int(self.kept[row])].as_py() or "").strip()

    def rows(self, kept: Rows) -> Numbers:
        """The same column, some rows of it."""
        return Numbers(
            self.values[kept],
            None if self.reasons is None else self.reasons[kept],
            None if self.percent is None else self.percent[kept],
            np.flatnonzero(np.isin(kept, self.bad)) if len(self.bad) else self.bad,
            self.words,
            kept,
        )


def numbers_of(array: pa.ChunkedArray, symbols: Symbols) -> Numbers:
    """Numbers of a column that came as numbers or as text; ValueError for a column of lists, structures or times."""
    kind = array.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        found = _typed(array)
    elif pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_time(kind):
        raise ValueError(f"holds {kind}, not numbers")
    else:
        words = array if pa.types.is_string(kind) or pa.types.is_large_string(kind) else array.cast(pa.string())
        found = _texts(combined(words), symbols)
    for number, reason in _numeric(symbols.own).items():
        hit = found.values == number
        if hit.any():
            found.reasons = np.zeros(len(hit), np.int8) if found.reasons is None else found.reasons
            found.reasons[hit] = reason
            found.values = np.where(hit, np.nan, found.values)
    return found


def meant(text: str) -> str | None:
    """The number that was probably meant by a slip such as the letter O, or None."""
    fixed = text.translate(_CONFUSED)
    return fixed.replace(",", "") if fixed != text and re.fullmatch(r"-?[\d,]+(\.\d+)?", fixed) else None


def _typed(array: pa.ChunkedArray) -> Numbers:
    if array.type != pa.float64():
        array = array.cast(pa.float64(), safe=False)
    values = floats(array)
    bad = np.flatnonzero(np.isinf(values))
    if len(bad):
        values = np.where(np.isinf(values), np.nan, values)
    return Numbers(values, None, None, bad, None)


def _numeric(own: Mapping[str, Reason]) -> dict[float, Reason]:
    return {float(symbol): reason for symbol, reason in own.items() if re.fullmatch(_PLAIN, symbol, re.ASCII)}


def _texts(words: pa.Array, symbols: Symbols) -> Numbers:
    """Plain numbers at once; what is left is looked at more closely."""
    plain = truth(pc.match_substring_regex(words, _PLAIN))
    values = np.full(len(words), np.nan)
    values[plain] = floats(pa.chunked_array([words.filter(mask(plain)).cast(pa.float64())]))
    rest = valid(words) & ~plain
    at = np.flatnonzero(rest)
    found = _closely(words.filter(mask(rest)), symbols)
    values[at] = found.values
    infinite = np.flatnonzero(np.isinf(values))
    values[infinite] = np.nan
    reasons = percent = None
    if found.reasons is not None:
        reasons = np.zeros(len(words), dtype=np.int8)
        reasons[at] = found.reasons
    if found.percent is not None:
        percent = np.zeros(len(words), dtype=np.bool_)
        percent[at] = found.percent
    return Numbers(values, reasons, percent, np.union1d(at[found.bad], infinite), words)


def _closely(raw: pa.Array, symbols: Symbols) -> Numbers:
    words = pc.utf8_trim_whitespace(raw)
    if not truth(pc.string_is_ascii(words)).all():
        words = pc.utf8_normalize(words, "NFKC")
    table = symbols.all
    found = integers(pc.index_in(pc.utf8_lower(words), value_set=strings(table).cast(words.type)))
    reasons = np.append(np.fromiter(table.values(), np.int8, len(table)), np.int8(0))[found]
    reasons[truth(pc.match_substring_regex(words, _STARS)) & (reasons == 0)] = Reason.MASKED
    blank = (reasons == Reason.BLANK) | truth(pc.match_substring_regex(words, "^$"))
    reasons[reasons == Reason.BLANK] = 0  # as good as an empty cell
    words = pc.replace_substring_regex(words, r"^'", "")
    words = pc.replace_substring_regex(words, r"^[\x{2010}-\x{2013}\x{2212}\x{FE63}](\S)", r"-\1")
    percent = truth(pc.match_substring_regex(words, r"\d\)?\s*%\)?$"))
    if percent.any():
        words = pc.replace_substring_regex(words, r"\s*%$", "")
    words = pc.replace_substring_regex(words, r"^\((\d[\d,]*(?:\.\d+)?)\s*%?\)$", r"-\1")
    grouped = truth(pc.match_substring_regex(words, _GROUPED))
    numeric = (grouped | truth(pc.match_substring_regex(words, _PLAIN))) & (reasons == 0)
    digits = pc.replace_substring(words.filter(mask(numeric)), ",", "")
    values = np.full(len(words), np.nan)
    values[numeric] = floats(pa.chunked_array([digits.cast(pa.float64())]))
    percent &= numeric
    bad = np.flatnonzero(~numeric & (reasons == 0) & ~blank)
    return Numbers(values, reasons if reasons.any() else None, percent if percent.any() else None, bad, raw)
