"""A table that cannot be read: what drop.yaml says of it holds, and it has no rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ewarn.panel import Int32s, Table

if TYPE_CHECKING:
    from ewarn.assembly.spec import TableSpec


@dataclass
class Unread:
    """The columns of such a table."""

    label: str
    names: tuple[str, ...] = ("",)
    note: str | None = None

    def first_row(self) -> tuple[str, ...]:
        """None of its cells is known."""
        return ()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:
        """There is nothing to read."""

    def take(self, column: int) -> pa.ChunkedArray:  # noqa: ARG002  (all are alike)
        """A column without rows."""
        return pa.chunked_array([], pa.string())

    def table(self) -> Table:
        """The table, for messages."""
        return Table(self.label)

    def rows(self) -> Int32s:
        """No row."""
        return np.zeros(0, np.int32)

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """No row that has too few cells or too many."""
        return ()


def unread(spec: TableSpec) -> TableSpec:
    """The same table, its rows unread."""
    periodic = spec.period is None and (spec.values or spec.long is not None)
    columns = Unread(spec.label, spec.columns.names or ("",))
    return replace(spec, columns=columns, period=0 if periodic else spec.period)
