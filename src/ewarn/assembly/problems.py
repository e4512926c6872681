"""All problems of one run: counted in full, the first of each kind and table in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from ewarn.diagnostics import Cell, Diagnostic
from ewarn.errors import DropError

SHOWN = 10
"""So many of one kind are put into words per table."""


class Problems:
    """Collects diagnostics, and raises them together."""

    def __init__(self) -> None:
        self._found: list[tuple[tuple[str, str], Diagnostic]] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, diagnostic: Diagnostic, table: str = "") -> None:
        """Note one problem."""
        self.add_all(diagnostic.code, table, 1, lambda _: diagnostic)

    def add_all(self, code: str, table: str, count: int, word: Callable[[int], Diagnostic]) -> None:
        """Note `count` problems of a kind; `word` puts the one at a position into words."""
        key = (code, table)
        for position in range(min(count, SHOWN - min(SHOWN, self._counts[key]))):
            self._found.append((key, word(position)))
        self._counts[key] += count

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Note problems that were found elsewhere."""
        for diagnostic in diagnostics:
            self._found.append((("", ""), diagnostic))

    def __len__(self) -> int:
        return len(self._found)

    def diagnostics(self) -> list[Diagnostic]:
        """All of them; a last one of each kind counts what was not put into words."""
        words = [diagnostic for _, diagnostic in self._found]
        for (code, table), count in self._counts.items():
            if count > SHOWN:
                message = f"and {count - SHOWN:,} more like these" + (f" in `{table}`" if table else "")
                words.append(Diagnostic(code, message, Cell(table) if table else None))
        return words

    def check(self) -> None:
        """Raise DropError if there is a problem."""
        if self:
            raise DropError(self.diagnostics())


def shown(text: str, longest: int = 60) -> str:
    """A cell's text for a message: on one line, and short."""
    text = " ".join(text.split()) if not text.isprintable() else text
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
