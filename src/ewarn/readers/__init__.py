"""Files as columns. One module per format, found by looking: a module here that names its `SUFFIXES` is a reader.

A reader is a module with `SUFFIXES` (lower case, with the dot) and `open_columns(path, label, options) -> Columns`.
It knows nothing of entities and periods; it gives out columns, and says in which file row each item stands.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import pyarrow as pa

from ewarn.diagnostics import Diagnostic, Span, did_you_mean
from ewarn.errors import DropError
from ewarn.panel import Int32s, Table


@dataclass(frozen=True)
class Options:
    """How a file is to be read; a reader refuses what it has no use for."""

    encoding: str = "auto"
    header: int | None = None
    """File row with the column names; without it the first after `skip` rows."""
    skip: int | tuple[int, ...] = 0
    """So many rows at the top, or the numbers of file rows, that are no data."""
    sheet: str | None = None

    @property
    def header_row(self) -> int:
        """File row with the column names, from 1."""
        return self.header or (self.skip + 1 if isinstance(self.skip, int) else 1)


class Columns(Protocol):
    """The columns of one open table. Columns are named by position: names may be missing or repeated."""

    names: tuple[str, ...]
    """As the header has them, without white space around."""
    note: str | None
    """What was decided in reading, for messages: `read as gb18030`."""

    def first_row(self) -> tuple[str, ...]:
        """The cells of the first row below the header as text, "" for blank; empty where there is none."""

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:
        """Say once which columns will be taken, and as what; DropError where the file cannot be read."""

    def take(self, column: int) -> pa.ChunkedArray:
        """Give out a column and forget it. A column of numbers that is not all numbers comes as text."""

    def table(self) -> Table:
        """The table for messages and evidence; after `prepare`."""

    def rows(self) -> Int32s:
        """File row of each item of a column; after `prepare`."""

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """File rows with more or fewer cells than the header, and how many; after `prepare`."""


class Reader(Protocol):
    """What a module of this package offers."""

    SUFFIXES: tuple[str, ...]

    def open_columns(self, path: Path, label: str, options: Options) -> Columns:
        """Open the file and read its header; `label` is what messages call it."""


@cache
def readers() -> dict[str, Reader]:
    """The reader of each suffix."""
    found: dict[str, Reader] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            reader = cast("Reader", import_module(f"{__name__}.{module.name}"))
            found.update(dict.fromkeys(reader.SUFFIXES, reader))
    return found


def _unreachable(path: Path) -> str | None:
    """Why a path leads nowhere: too long, a circle of links, no permission."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error.strerror or str(error)
    except ValueError as error:
        return str(error)
    return None


def open_columns(path: Path, label: str, options: Options, span: Span | None = None) -> Columns:
    """Open a file by its suffix; `span` is where the drop names it. DropError for what cannot be opened."""
    reader = readers().get(path.suffix.lower())
    problem: tuple[str, str | None] | None = None
    if unreachable := _unreachable(path):
        problem = (f"`{label}` cannot be read: {unreachable}", None)
    elif not path.exists():
        near = did_you_mean(
            path.name, [other.name for other in path.parent.glob("[!~]*")] if path.parent.is_dir() else []
        )
        problem = (f"there is no file `{label}`", near)
    elif path.is_dir():
        problem = (f"`{label}` is a folder, not a file", None)
    elif reader is None:
        problem = (f"`{label}` is in no format that this version reads", f"it reads {', '.join(sorted(readers()))}")
    elif not path.stat().st_size:
        problem = (f"`{label}` is empty", None)
    if problem or reader is None:
        message, hint = problem or ("", None)
        raise DropError([Diagnostic("EW201", message, span, help=hint)])
    try:
        return reader.open_columns(path, label, options)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DropError([Diagnostic("EW201", f"`{label}` cannot be read: {reason}", span)]) from error
