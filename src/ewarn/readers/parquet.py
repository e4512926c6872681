"""Parquet, one column at a time, so that the file is never whole in memory."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ewarn.arrow import doubles, floats
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.errors import DropError
from ewarn.panel import Int32s, Table
from ewarn.readers import Options

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

SUFFIXES = (".parquet",)
_FIRST = 2  # the column names count as row 1, as if the table stood in a spreadsheet


class ParquetColumns:
    """The columns of a Parquet file."""

    note: str | None = None

    def __init__(self, path: Path, label: str) -> None:
        self._path, self._label = path, label
        file = self._open(())
        self.names: tuple[str, ...] = tuple(str(name).strip() for name in file.schema_arrow.names)
        self._keys = tuple(file.schema_arrow.names)
        self._types = tuple(file.schema_arrow.types)
        self._metadata = file.metadata
        self._count = file.metadata.num_rows
        self._text: frozenset[int] = frozenset()
        self._workers = ThreadPoolExecutor(pa.cpu_count())

    def first_row(self) -> tuple[str, ...]:
        """The first row as text."""
        for batch in self._open(()).iter_batches(batch_size=1):
            for row in batch.to_pylist():
                return tuple("" if value is None else str(value) for value in row.values())
        return ()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:  # noqa: ARG002  (they come typed)
        """Remember which columns are wanted as text."""
        self._text = frozenset(text)

    def take(self, column: int) -> pa.ChunkedArray:
        """Read one column, as the file types it."""
        key = self._keys[column]
        try:
            if pa.types.is_float64(self._types[column]):
                return self._floats(key)
            worded = column in self._text and self._types[column] in (pa.string(), pa.large_string())
            return self._open([key] if worded else ()).read([key]).column(0)
        except (pa.ArrowException, IndexError, OSError) as error:
            raise self._broken(error) from error
        finally:
            pa.default_memory_pool().release_unused()

    def _floats(self, key: str) -> pa.ChunkedArray:
        """A column of floats, NaN for null, in one piece: row groups are read side by side, and let go at once."""
        values = np.empty(self._count)
        ends = np.cumsum([self._metadata.row_group(group).num_rows for group in range(self._metadata.num_row_groups)])

        def read(group: int) -> None:
            file = _parquet_file(self._path, metadata=self._metadata)
            piece = file.read_row_group(group, [key], use_threads=False).column(0)
            values[ends[group] - len(piece) : ends[group]] = floats(piece)

        list(self._workers.map(read, range(len(ends))))
        return doubles(values)

    def table(self) -> Table:
        """The table for messages and evidence."""
        return Table(self._label)

    def rows(self) -> Int32s:
        """File row of each item."""
        return np.arange(_FIRST, _FIRST + self._count, dtype=np.int32)

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """None: each column of a Parquet file is complete."""
        return ()

    def _open(self, dictionaries: Collection[str]) -> ParquetFile:
        try:
            return _parquet_file(self._path, read_dictionary=list(dictionaries), pre_buffer=False)
        except pa.ArrowException as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> DropError:
        reason = str(error).splitlines()[0]
        return DropError(
            [Diagnostic("EW208", f"`{self._label}` is not a whole Parquet file", Cell(self._label), reason)]
        )


def _parquet_file(path: Path, **options: Any) -> ParquetFile:
    """The file. Nothing else needs this part of Arrow, and it takes long to load."""
    from pyarrow.parquet import ParquetFile

    return ParquetFile(path, **options)


def open_columns(path: Path, label: str, options: Options) -> ParquetColumns:
    """Open a Parquet file and read its schema."""
    if options != Options():
        message = f"`{label}` is a Parquet file: `encoding`, `header`, `skip` and `sheet` have no meaning there"
        raise DropError([Diagnostic("EW202", message, Cell(label))])
    return ParquetColumns(path, label)
