"""Columns of words: one int32 per row, and each word once."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ewarn.arrow import integers, mask, strings
from ewarn.panel import Int32s

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Codes:
    """A column of words: `index` (rows, int32) into `words`, -1 where the cell is blank."""

    index: Int32s
    words: pa.StringArray

    def used(self) -> npt.NDArray[np.bool_]:
        """Which words any row has."""
        index = self.index
        if len(index) and int(index.min()) < 0:
            index = index[index >= 0]
        return np.bincount(index, minlength=len(self.words)) > 0

    @functools.cached_property
    def texts(self) -> tuple[str, ...]:
        """The words as Python strings."""
        return tuple(self.words.to_pylist())

    def __len__(self) -> int:
        return len(self.index)

    def text(self, row: int) -> str | None:
        """The word of a row."""
        code = int(self.index[row])
        return None if code < 0 else self.words[code].as_py()

    def rows(self, keep: Rows) -> Codes:
        """The same column, some rows of it."""
        return Codes(self.index[keep], self.words)

    def first_rows(self) -> Rows:
        """For each word, the first row that has it; -1 for one that none has."""
        first = np.full(len(self.words), -1, dtype=np.int64)
        known = np.flatnonzero(self.index >= 0)[::-1]
        first[self.index[known]] = known
        return first


def codes_of(array: pa.ChunkedArray, form: str | None = "NFC") -> Codes:
    """The words of a column: white space around is dropped, Unicode brought to `form`, blank is null.

    Whole numbers become their digits, also when a column with blanks holds them as floats; times become days.
    ValueError for a column of lists or structures.
    """
    encoded = _dictionary(array)
    words = encoded.dictionary
    if pa.types.is_timestamp(words.type):
        if words.type.tz is not None:
            words = pc.local_timestamp(words)  # the day on the clocks of that zone
        words = words.cast(pa.timestamp("s"), safe=False).cast(pa.date32(), safe=False)
    if not pa.types.is_string(words.type):
        words = words.cast(pa.string())
    cleaned = pc.utf8_trim_whitespace(words)
    if form is not None:
        cleaned = pc.utf8_normalize(cleaned, form)
    empty = integers(pc.binary_length(cleaned)) <= 0
    if empty.any():
        cleaned = pc.if_else(mask(empty), pa.nulls(len(cleaned), pa.string()), cleaned)
    again = cleaned.dictionary_encode()
    index = integers(encoded.indices)
    if len(again.dictionary) != len(words):
        index = take_or(integers(again.indices), index, -1)
    return Codes(index, again.dictionary)


def constant(word: str, count: int) -> Codes:
    """A column that holds one word `count` times."""
    return Codes(np.broadcast_to(np.int32(0), count), strings([word]))


def take_or(values: Int32s, index: Int32s, otherwise: int) -> Int32s:
    """`values[index]`, `otherwise` where the index is negative."""
    return np.append(values, np.int32(otherwise))[index]  # -1 takes the last


def combined(array: pa.ChunkedArray) -> pa.Array:
    """One array of all chunks; frees nothing, copies only where there are several."""
    return array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()


def _dictionary(array: pa.ChunkedArray) -> pa.DictionaryArray:
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.unify_dictionaries()
        if array.num_chunks == 0:
            return pa.nulls(0, pa.dictionary(pa.int32(), pa.string()))
        parts = [chunk.indices for chunk in array.chunks]
        return pa.DictionaryArray.from_arrays(pa.chunked_array(parts).combine_chunks(), array.chunk(0).dictionary)
    if pa.types.is_nested(kind):
        raise ValueError(f"holds {kind}, not words")
    if pa.types.is_floating(kind):
        array = pc.if_else(pc.is_nan(array), pa.chunked_array([pa.nulls(len(array), kind)]), array)
        if pc.all(pc.equal(pc.floor(array), array)).as_py() is not False:
            array = array.cast(pa.int64(), safe=False)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_null(kind):
        array = array.cast(pa.string())
    return combined(array.dictionary_encode().unify_dictionaries())
