"""What all steps of one assembly share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ewarn.assembly.codes import Rows
from ewarn.assembly.entities import Part, Roster
from ewarn.assembly.grid import LONG_AGO, Clashes, Layout
from ewarn.assembly.indicators import Names, Units
from ewarn.assembly.periods import UNKNOWN, Days
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.sheet import Sheet
from ewarn.calendar import Calendar, Frequency, published_days
from ewarn.diagnostics import Diagnostic


@dataclass(eq=False)
class Context:
    """Calendars, entities, indicators and problems of the drop that is being assembled."""

    names: Names
    units: Units
    calendars: dict[Frequency, Calendar]
    rosters: dict[str, Roster]
    problems: Problems
    known_at: int | None
    vintages: bool
    """Whether any table says when its values were published."""
    _layouts: dict[int, Layout] = field(default_factory=dict)

    @cached_property
    def first_day(self) -> int:
        """The first day of the earliest period of any frequency."""
        return min(int(calendar.first_day[0]) for calendar in self.calendars.values())

    def parts(self, sheet: Sheet) -> list[Part]:
        """A sheet's rows by entity type."""
        return [part for roster in self.rosters.values() for part in roster.parts if part.sheet is sheet]

    def layout(self, part: Part) -> Layout:
        """Which cell each row of a part falls into; made once."""
        if id(part) not in self._layouts:
            self._layouts[id(part)] = Layout.of(self.shape(part), self.cells(part), part.numbers)
        return self._layouts[id(part)]

    def forget(self, sheet: Sheet) -> None:
        """Free the layouts of a sheet that is done."""
        for part in self.parts(sheet):
            self._layouts.pop(id(part), None)

    def shape(self, part: Part) -> tuple[int, int]:
        """Periods (1 for a table without) and entities."""
        freq = part.sheet.freq
        periods = 1 if part.sheet.ordinals is None or freq is None else len(self.calendars[freq])
        return periods, len(self.rosters[part.type])

    def cells(self, part: Part) -> Rows:
        """Position of each row's cell in the flattened array."""
        sheet = part.sheet
        if sheet.ordinals is None or sheet.freq is None:
            return part.position.astype(np.int64)
        cells = self.calendars[sheet.freq].places(part.pick(sheet.ordinals))
        cells *= self.shape(part)[1]
        cells += part.position
        return cells

    def days(self, sheet: Sheet, due: int | None) -> Days | None:
        """Day on which each row's values were published; None where no table of the drop says."""
        if not self.vintages:
            return None
        assumed = assumed_days(sheet, due, self.calendars)
        if sheet.published is None:
            return assumed
        return np.where(sheet.published == UNKNOWN, assumed, sheet.published)

    def report(
        self,
        code: str,
        kind: str,
        freq: Frequency | None,
        what: str,
        clashes: Clashes | None,
        word: Callable[[float], str],
    ) -> None:
        """Report cells with two values, naming both places."""
        if clashes is None:
            return
        found, roster = clashes, self.rosters[kind]

        def diagnose(position: int) -> Diagnostic:
            period, entity = divmod(int(found.cells[position]), len(roster))
            parts = [shown(roster.name_of(entity), 40)]
            if freq is not None:
                parts.append(self.calendars[freq].labels[period])
            about = ", ".join((*parts, what))
            first, row, value = found.first.at(position)
            second, other, contrary = found.second.at(position)
            places = sorted(
                [
                    (first.table.place(row, first.column, about), value),
                    (second.table.place(other, second.column, about), contrary),
                ],
                key=lambda item: (item[0].file, item[0].row or 0),
            )
            (before, was), (after, now) = places
            message = f"two values for {about}: `{word(was)}` and `{word(now)}`"
            hint = "if one corrects the other, say which is newer with a `published:` column"
            shown_after, shown_before = replace(after, about=None), replace(before, about=None)
            return Diagnostic(code, message, shown_after, help=hint, more=(shown_before,))

        tables = {clashes.second.rows[0][0].table.file}
        self.problems.add_all(code, next(iter(tables)), len(clashes.cells), diagnose)


def assumed_days(sheet: Sheet, due: int | None, calendars: dict[Frequency, Calendar]) -> Days:
    """Day by which each row's values count as published where nothing says: by `due`, else once the period is over."""
    if sheet.ordinals is None or sheet.freq is None:
        return np.full(len(sheet), LONG_AGO, dtype=np.int64)
    calendar = calendars[sheet.freq]
    return np.asarray(published_days(calendar, due)[calendar.places(sheet.ordinals)])
