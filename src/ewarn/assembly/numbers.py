"""Cells to numbers: what is unmistakable is read, what is a symbol becomes a reason, and the rest is a problem.

Read: `1820`, `1,820.5`, `１８２０`, `-3.2` with any minus sign, `(3.2)` for minus, `5.2%`, `'12` as spreadsheets quote
text. Not read, because they could mean two things: `1.820,5`, `1 820`, `3.2*`, `1.2亿`, `下降7.4`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ewarn.arrow import Bools, floats, integers, mask, strings, truth
from ewarn.assembly.codes import Codes, Rows, codes_of
from ewarn.assembly.symbols import Symbols
from ewarn.panel import Floats, Int8s, Reason

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_STARS = r"^[*.,]*\*[*.,]*%?$"
_CONFUSED = str.maketrans("OoQlI|SB", "00011158")


@dataclass(eq=False)
class Numbers:
    """A column of numbers, one per row: NaN where unknown."""

    values: Floats
    reasons: Int8s | None
    """`Reason` per row, 0 where none is given; None where no row has one."""
    percent: Bools | None
    """Rows whose cell bears its own `%`; None where none does."""
    bad: Rows
    """Rows whose cell is no number."""
    cells: Codes | None
    """The column as text, where it came as text."""

    def text(self, row: int) -> str:
        """The cell of a row, for messages."""
        return self.cells.text(row) or "" if self.cells is not None else str(self.values[row])


def numbers_of(array: pa.ChunkedArray, symbols: Symbols) -> Numbers:
    """Numbers of a column that came as numbers or as text; the values may be read-only."""
    kind = array.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return _typed(array, symbols)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
        array = array.cast(pa.string())
    return _texts(codes_of(array, "NFKC"), symbols)


def meant(text: str) -> str | None:
    """The number that was probably meant by a slip such as the letter O, or None."""
    fixed = text.translate(_CONFUSED)
    return fixed.replace(",", "") if fixed != text and re.fullmatch(r"-?[\d,]+(\.\d+)?", fixed) else None


def _typed(array: pa.ChunkedArray, symbols: Symbols) -> Numbers:
    if array.type != pa.float64():
        array = array.cast(pa.float64(), safe=False)
    values = floats(array)
    bad = np.flatnonzero(np.isinf(values))
    if len(bad):
        values = values.copy()
        values[bad] = np.nan
    reasons = None
    for number, reason in _numeric(symbols.own).items():
        hit = values == number
        if hit.any():
            values = values if values.flags.writeable else values.copy()
            reasons = np.zeros(len(values), np.int8) if reasons is None else reasons
            reasons[hit] = reason
            values[hit] = np.nan
    cells = Codes(np.zeros(len(values), np.int32), strings(["inf"])) if len(bad) else None
    return Numbers(values, reasons, None, bad, cells)


def _numeric(own: Mapping[str, Reason]) -> dict[float, Reason]:
    found = {}
    for symbol, reason in own.items():
        if re.fullmatch(_PLAIN, symbol, re.ASCII):
            found[float(symbol)] = reason
    return found


def _texts(cells: Codes, symbols: Symbols) -> Numbers:
    words = pc.replace_substring_regex(cells.words, r"^'", "")
    words = pc.replace_substring_regex(words, r"^[\x{2010}-\x{2013}\x{2212}\x{FE63}](\S)", r"-\1")
    reasons = np.zeros(len(words), np.int8)
    table = symbols.all
    if len(words):
        keys = strings(table)
        found = integers(pc.index_in(pc.utf8_lower(cells.words), value_set=keys))
        known = np.fromiter(table.values(), np.int8, len(table))
        reasons[found >= 0] = known[found[found >= 0]]
    reasons[truth(pc.match_substring_regex(words, _STARS)) & (reasons == 0)] = Reason.MASKED
    percent = truth(pc.match_substring_regex(words, r"\d\)?\s*%\)?$"))
    words = pc.replace_substring_regex(words, r"\s*%$", "")
    words = pc.replace_substring_regex(words, r"^\((\d[\d,]*(?:\.\d+)?)\s*%?\)$", r"-\1")
    grouped = truth(pc.match_substring_regex(words, _GROUPED))
    plain = truth(pc.match_substring_regex(words, _PLAIN))
    words = pc.if_else(mask(grouped), pc.replace_substring(words, ",", ""), words)
    numeric = (grouped | plain) & (reasons == 0)
    values = np.full(len(words), np.nan)
    values[numeric] = floats(pa.chunked_array([words.filter(mask(numeric)).cast(pa.float64())]))
    numeric &= ~np.isinf(values)
    values[~numeric] = np.nan
    broken = ~numeric & (reasons == 0)
    reasons[reasons == Reason.BLANK] = 0  # as good as an empty cell
    percent &= numeric
    index = cells.index
    return Numbers(
        np.append(values, np.nan)[index],
        take_or8(reasons, index) if reasons.any() else None,
        np.append(percent, False)[index] if percent.any() else None,
        np.flatnonzero(np.append(broken, False)[index]) if broken.any() else np.zeros(0, np.int64),
        cells,
    )


def take_or8(values: Int8s, index: npt.NDArray[np.int32]) -> Int8s:
    """`values[index]`, 0 where the index is negative."""
    return np.append(values, np.int8(0))[index]
