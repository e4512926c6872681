"""Where a drop's files are: inside its folder, links resolved, unless the caller allows more."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pyarrow as pa

from ewarn.arrow import strings
from ewarn.assembly.indicators import plain
from ewarn.assembly.numbers import numbers_of
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.symbols import Symbols
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.errors import DropError
from ewarn.readers import Options, open_columns, readers
from ewarn.source import Text

FILE = "drop.yaml"
_PERIODS = ("period", "month", "date", "year", "quarter", "月份", "月", "年份", "年", "日期", "时间", "时期")
_SUGGESTED = 5
_TRUST = "copy the file into the folder; `--allow-outside` (`allow_outside=True`) trusts the drop"


def inside(root: Path, name: Text, allow_outside: bool, problems: Problems) -> Path | None:
    """The path of a file that the drop names, or None after reporting that it lies outside the folder."""
    written = name.replace("\\", "/")
    if not written or "\0" in written:
        problems.extend([Diagnostic("EW201", "a file without a name", name.span())])
        return None
    path = root / written
    try:
        real, base = _real(path), _real(root)
    except (OSError, ValueError) as error:
        problems.extend([Diagnostic("EW201", f"`{shown(name)}` is no path: {error}", name.span())])
        return None
    if allow_outside or real.is_relative_to(base):
        return path
    label = "a drop reads files of its own folder only" + (", links resolved" if real != path.absolute() else "")
    problems.extend([Diagnostic("EW210", f"`{shown(name)}` lies outside the drop", name.span(), label, _TRUST)])
    return None


def check_yaml(root: Path, allow_outside: bool) -> None:
    """Refuse a drop.yaml that is a link out of its folder: messages show lines of it. Raises DropError."""
    if not allow_outside and not _real(root / FILE).is_relative_to(_real(root)):
        label = "a drop reads files of its own folder only, links resolved"
        place = Cell(os.fspath(root / FILE))
        raise DropError([Diagnostic("EW210", f"`{FILE}` lies outside the drop", place, label, _TRUST)])


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def label_of(name: str) -> str:
    """What messages and evidence call a file: relative to the drop, with `/`."""
    return str(PurePosixPath(name.replace("\\", "/")))


def no_yaml(folder: Path, shown_as: str) -> DropError:
    """The error for a folder without drop.yaml; it says what to write."""
    message = f"`{shown_as}` has no {FILE}"
    return DropError([Diagnostic("EW201", message, help="write one, starting from this:", example=_suggestion(folder))])


def _suggestion(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if _is_table(path))
    tables = [table for path in files[:_SUGGESTED] for table in _table(path)]
    if not tables:
        tables = ["  - file: FILE.csv", "    entity: {type: enterprise, id: COLUMN}", "    period: COLUMN"]
        tables += ["    values: {output: {column: COLUMN, unit: 万元}}"]
    return "\n".join([f"name: {_quoted(folder.absolute().name)}", "frequency: M", "tables:", *tables])


def _is_table(path: Path) -> bool:
    """Whether a file may be one of the drop's; what Excel leaves beside an open workbook is not."""
    return path.suffix.lower() in readers() and not path.name.startswith("~$") and path.is_file()


def _table(path: Path) -> list[str]:
    try:
        columns = open_columns(path, path.name, Options())
        names = [name for name in columns.names if name]
        cells = dict(zip(columns.names, columns.first_row(), strict=False))
    except DropError:
        return []
    folded = {plain(name).casefold(): name for name in names}
    period = next((folded[word] for word in _PERIODS if word in folded), None)
    rest = [name for name in names if name != period]
    if not rest:
        return []
    lines = [f"  - file: {_quoted(path.name)}", f"    entity: {{type: entity, id: {_quoted(rest[0])}}}"]
    if period is None:
        return [*lines, f"    # no period: attributes only, as attributes: [{', '.join(map(_quoted, rest[1:4]))}]"]
    lines.append(f"    period: {_quoted(period)}")
    if {"indicator", "value"} <= folded.keys():
        lines.append(f"    long: {{indicator: {_quoted(folded['indicator'])}, value: {_quoted(folded['value'])}}}")
    elif values := [name for name in rest[1:] if _is_number(cells.get(name, ""))][:_SUGGESTED]:
        lines.append(f"    values: {{{', '.join(f'{_quoted(name)}: {_quoted(name)}' for name in values)}}}")
    return lines


def _is_number(cell: str) -> bool:
    found = numbers_of(pa.chunked_array([strings([cell or None])]), Symbols())
    return not len(found.bad)


def _quoted(text: str) -> str:
    text = shown(text, 80)
    return (
        text
        if text.replace("_", "").replace(".", "").replace("-", "").isalnum()
        else "'" + text.replace("'", "''") + "'"
    )
