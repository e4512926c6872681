"""Between Arrow and NumPy by their memory: pyarrow's own conversions import pandas, and a drop loads without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bools = npt.NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)


def floats(array: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """A column of doubles, NaN for null; read-only where nothing had to be copied."""
    if array.num_chunks == 1 and not array.null_count:
        return _items(array.chunk(0), np.dtype(np.float64))
    values = np.empty(len(array))
    start = 0
    for chunk in array.chunks:
        into = values[start : start + len(chunk)]
        into[:] = _items(chunk, np.dtype(np.float64))
        if chunk.null_count:
            into[~valid(chunk)] = np.nan
        start += len(chunk)
    return values


def integers(array: pa.Array) -> npt.NDArray[np.int32]:
    """An array of int32, -1 for null."""
    if array.type != pa.int32():
        array = array.cast(pa.int32())
    items = _items(array, np.dtype(np.int32))
    return np.where(valid(array), items, np.int32(-1)) if array.null_count else items


def truth(array: pa.Array) -> Bools:
    """An array of booleans, False for null."""
    if not len(array):
        return np.zeros(0, dtype=np.bool_)
    items = _bits(array.buffers()[1], array.offset, len(array))
    return items & valid(array) if array.null_count else items


def valid(array: pa.Array) -> Bools:
    """Where an array is not null."""
    if not array.null_count:
        return np.ones(len(array), dtype=np.bool_)
    if pa.types.is_null(array.type):
        return np.zeros(len(array), dtype=np.bool_)
    return _bits(array.buffers()[0], array.offset, len(array))


def valid_column(array: pa.ChunkedArray) -> Bools:
    """Where a column is not null."""
    parts = [valid(chunk) for chunk in array.chunks]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.bool_)


def doubles(values: npt.NDArray[np.float64]) -> pa.ChunkedArray:
    """Numbers as a column without nulls; nothing is copied."""
    array = pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])
    return pa.chunked_array([array])


def mask(values: Bools) -> pa.Array:
    """Booleans, for filters."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def strings(texts: Iterable[str | None]) -> pa.Array:
    """Texts as an array; an empty one is kept, None is null."""
    listed = list(texts)
    encoded = [b"" if text is None else text.encode("utf-8", "surrogatepass") for text in listed]
    ends = np.cumsum([0, *map(len, encoded)])
    present = np.fromiter((text is not None for text in listed), dtype=np.bool_, count=len(listed))
    large = bool(ends[-1] > np.iinfo(np.int32).max)
    return pa.Array.from_buffers(
        pa.large_string() if large else pa.string(),
        len(listed),
        [
            pa.py_buffer(np.packbits(present, bitorder="little")),
            pa.py_buffer(ends.astype(np.int64 if large else np.int32)),
            pa.py_buffer(b"".join(encoded)),
        ],
    )


def _items(array: pa.Array, dtype: np.dtype[Scalar]) -> npt.NDArray[Scalar]:
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return np.zeros(len(array), dtype=dtype)
    return np.frombuffer(buffer, dtype, count=len(array), offset=array.offset * dtype.itemsize)


def _bits(buffer: pa.Buffer, offset: int, count: int) -> Bools:
    first = offset // 8
    octets = np.frombuffer(buffer, np.uint8)[first : (offset + count + 7) // 8]
    bits = np.unpackbits(octets, bitorder="little")
    return bits[offset - first * 8 :][:count].astype(np.bool_)
