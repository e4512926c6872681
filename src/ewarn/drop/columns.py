"""Finding the columns that a drop names in the header of a file."""

from __future__ import annotations

from dataclasses import dataclass

from ewarn.assembly.indicators import plain
from ewarn.assembly.problems import Problems, shown
from ewarn.diagnostics import Cell, Diagnostic, Span, did_you_mean
from ewarn.readers import Columns
from ewarn.source import Text

_LISTED = 30


@dataclass(eq=False)
class Header:
    """The header of one file; what it lacks is reported."""

    label: str
    columns: Columns
    problems: Problems

    def find(self, name: str, place: Span | Cell | None = None) -> int:
        """Position of a column, by its name (Unicode forms and white space aside); 0 where it is reported missing."""
        names = self.columns.names
        found = [at for at, known in enumerate(names) if known == name]
        found = found or [at for at, known in enumerate(names) if plain(known) == plain(name)]
        if len(found) == 1:
            return found[0]
        place = name.span() if place is None and isinstance(name, Text) else place or Cell(self.label)
        if found:
            message = f"`{self.label}` has {len(found)} columns `{shown(name)}`"
            self._report(Diagnostic("EW203", message, place, help="rename one of them in the file"))
            return found[0]
        note = f" ({self.columns.note})" if self.columns.note else ""
        message = f"`{self.label}` has no column `{shown(name)}`{note}"
        self._report(Diagnostic("EW203", message, place, self.listing(), self._hint(name)))
        return 0

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return any(plain(known) == plain(name) for known in self.columns.names)

    def listing(self) -> str:
        """`it has: month, 产值`."""
        names = [shown(name, 40) for name in self.columns.names if name]
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        return f"it has: {', '.join(names[:_LISTED])}{more}" if names else "its header is empty"

    def _hint(self, name: str) -> str | None:
        names = self.columns.names
        separator = next((mark for mark in ";\t|，；" if len(names) == 1 and mark in names[0]), None)
        if separator:
            if separator == "\t":
                return "its cells are separated by tabs: name it .tsv"
            return f"its cells are separated by `{separator}`: commas are read, and tabs in .tsv"
        folded = {known.casefold(): known for known in names if known}
        near = folded.get(name.casefold())
        if near is None and not any(known for known in names if known):
            return "is the header in another row? `header: ROW` says which"
        return f"did you mean `{shown(near)}`?" if near else did_you_mean(name, [known for known in names if known])

    def _report(self, diagnostic: Diagnostic) -> None:
        self.problems.add(diagnostic, self.label)
