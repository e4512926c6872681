"""`calendars:` of drop.yaml: named stretches of days for `during()`, in the file itself or in a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ewarn.assembly.indicators import plain
from ewarn.assembly.periods import UNKNOWN, days_of, stretch_of
from ewarn.assembly.problems import Problems, shown
from ewarn.diagnostics import Diagnostic
from ewarn.drop.columns import Header
from ewarn.drop.folder import inside, label_of
from ewarn.drop.model import CalendarFileModel, StretchModel
from ewarn.errors import DropError
from ewarn.readers import Options, open_columns
from ewarn.source import Text

Stretches = tuple[tuple[int, int], ...]
_FORM = "a day like 2022-10-15, a month like 2022-10, or {from: 2022-10-01, to: 2022-10-07}"


def named_calendars(
    root: Path,
    given: Mapping[Text, tuple[Text | StretchModel, ...] | CalendarFileModel],
    allow_outside: bool,
    problems: Problems,
) -> dict[str, Stretches]:
    """By name the stretches of days, since 1970-01-01, both ends included; oldest first, none touching another."""
    found: dict[str, Stretches] = {}
    for name, one in given.items():
        if isinstance(one, CalendarFileModel):
            stretches = _in_file(root, one, allow_outside, problems)
        else:
            stretches = [days for item in one if (days := _listed(item, problems)) is not None]
        if plain(name) in found:
            problems.add(Diagnostic("EW204", f"two calendars are called `{plain(name)}`", name.span()))
        found[plain(name)] = _merged(stretches)
    return found


def _listed(item: Text | StretchModel, problems: Problems) -> tuple[int, int] | None:
    first = item.first if isinstance(item, StretchModel) else item
    last = item.last if isinstance(item, StretchModel) and item.last is not None else first
    ends = []
    for text in dict.fromkeys((first, last)):
        days = stretch_of(text)
        if days is None:
            problems.add(Diagnostic("EW204", f"`{shown(text)}` is not a day", text.span(), help=_FORM))
            return None
        ends.append(days)
    if ends[-1][1] < ends[0][0]:
        problems.add(Diagnostic("EW204", f"`{last}` lies before `{first}`", last.span(), help="`from` comes first"))
        return None
    return ends[0][0], ends[-1][1]


def _in_file(root: Path, model: CalendarFileModel, allow_outside: bool, problems: Problems) -> list[tuple[int, int]]:
    path = inside(root, model.file, allow_outside, problems)
    if path is None:
        return []
    label = label_of(model.file)
    sheet = None if model.sheet is None else str(model.sheet)
    try:
        columns = open_columns(path, label, Options(model.encoding, model.header, sheet=sheet), model.file.span())
        header, before = Header(label, columns, problems), len(problems)
        wanted = [header.find(name) for name in (model.first, model.last) if name is not None]
        if len(problems) > before:
            return []
        columns.prepare(set(wanted), ())
        taken = {at: days_of(columns.take(at)) for at in set(wanted)}
    except DropError as error:
        problems.extend(error.diagnostics)
        return []
    table, rows = columns.table(), columns.rows()

    def complain(at: int, row: int, message: str, hint: str | None = None) -> None:
        place = table.place(int(rows[row]), columns.names[at])
        problems.add(Diagnostic("EW306", message, place, None if hint else "a day like 2022-10-15", hint), label)

    for number, width in columns.ragged():
        message = f"a row of {width} cell{'s' * (width != 1)} under a header of {len(columns.names)}"
        problems.add(Diagnostic("EW309", message, table.place(number)), label)
    for at, (_, cells, bad) in taken.items():
        for row in np.flatnonzero(np.isin(cells.index, bad)).tolist() if bad else ():
            complain(at, row, f"`{shown(cells.text(row) or '')}` is not a day")
    first, last = taken[wanted[0]][0], taken[wanted[-1]][0]
    last = np.where(last == UNKNOWN, first, last)
    for row in np.flatnonzero((first == UNKNOWN) & (last != UNKNOWN)).tolist():
        if taken[wanted[0]][1].index[row] < 0:
            complain(wanted[0], row, "a last day without a first one")
    for row in np.flatnonzero((first != UNKNOWN) & (last < first)).tolist():
        complain(wanted[-1], row, "the last day lies before the first", "`from:` names the column with the first days")
    known = (first != UNKNOWN) & (last >= first)
    return list(zip(first[known].tolist(), last[known].tolist(), strict=True))


def _merged(stretches: list[tuple[int, int]]) -> Stretches:
    """In order, those that overlap or touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(stretches):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)
