"""The screen: a table where there is room for one, else blocks of lines."""

from __future__ import annotations

from rich.console import Console

from ewarn.render.checked import checked_screen
from ewarn.render.screen import screen
from ewarn.render.view import View

NEWLINE = None


def write(view: View, console: Console) -> None:
    """Print the screen; lines come wrapped to the console's width."""
    lines = screen if view.outcome is None else checked_screen
    for line in lines(view, console.width):
        if console.color_system is None:
            console.file.write(line.plain + "\n")
        else:
            console.print(line, soft_wrap=True)
