"""`load`: a drop, that is a folder with drop.yaml or one file in the long form, as a `Panel`."""

from __future__ import annotations

import os
from pathlib import Path

from ewarn.assembly.build import build
from ewarn.assembly.periods import day_of
from ewarn.assembly.problems import Problems
from ewarn.assembly.spec import DropSpec
from ewarn.diagnostics import Diagnostic
from ewarn.drop.folder import FILE, no_yaml
from ewarn.drop.read import read_drop
from ewarn.drop.tables import lone_spec
from ewarn.errors import UsageError
from ewarn.panel import Panel
from ewarn.readers import Options, open_columns


def load(path: str | os.PathLike[str], *, known_at: str | None = None, allow_outside: bool = False) -> Panel:
    """Read a drop: a folder with drop.yaml, or one CSV, TSV, Excel or Parquet file in the long form.

    `known_at` (`2022-10-15`) leaves out what had not been published by that day; `allow_outside` lets drop.yaml name
    files outside its folder. Raises DropError with every problem found, UsageError for a `known_at` that is no day.
    """
    day = _day(known_at)
    root, shown = Path(path), os.fspath(path)
    problems = Problems()
    if root.name == FILE and os.path.isfile(root):  # a path too long is no file, not an error
        root, shown = root.parent, os.fspath(root.parent)
    if os.path.isdir(root):  # as above
        if not (root / FILE).is_file():
            raise no_yaml(root, shown)
        return build(read_drop(root, day, allow_outside, problems), problems)
    columns = open_columns(root, root.name, Options())
    spec = lone_spec(root.name, columns, problems)
    return build(DropSpec(root.stem, (spec,), {}, known_at=day, root=os.fspath(root.parent)), problems)


def _day(known_at: str | None) -> int | None:
    if known_at is None:
        return None
    day = day_of(known_at)
    if day is None:
        raise UsageError([Diagnostic("EW001", f"`{known_at}` is not a day", help="write it like 2022-10-15")])
    return day
