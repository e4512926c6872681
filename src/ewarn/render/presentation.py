"""How a report shows itself: to `print`, on a rich console, in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from ewarn.alerts.models import Language
from ewarn.render.notebook import page
from ewarn.render.screen import screen
from ewarn.render.view import Charts, View
from ewarn.report import Report

WIDTH = 80
MOST = 20
"""So many alerts are shown; `report.alerts` has all."""


@dataclass(frozen=True)
class Screens:
    """The screen of `ewarn run`, in one language."""

    language: Language = "en"
    charts: Charts | None = None
    """Finds the last periods of what each alert is about."""

    def text(self, report: Report) -> str:
        """For `print`: coloured, and as wide as the terminal, where there is one; else 80 columns of plain text."""
        console = Console(highlight=False, markup=False, emoji=False)
        if not console.is_terminal:
            lines: Iterable[str] = (line.plain for line in self.renderables(report, WIDTH))
            return "\n".join(lines)
        with console.capture() as capture:
            for line in self.renderables(report, console.width):
                console.print(line, soft_wrap=True)
        return capture.get().rstrip("\n")

    def html(self, report: Report) -> str:
        """For a notebook: a table of the first alerts."""
        return page(self._view(report))

    def renderables(self, report: Report, width: int) -> Iterable[Text]:
        """For a rich console of this width: one line each."""
        return screen(self._view(report), width)

    def _view(self, report: Report) -> View:
        return View(report, self.language, most=MOST, charts=self.charts)
