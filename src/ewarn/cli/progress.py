"""What is going on, on standard error, where that is a terminal and the work takes a while."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ewarn import interruption
from ewarn.cli.surroundings import console
from ewarn.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console

    from ewarn.alerts.models import Language

QUIET_SECONDS = 0.7
"""What is done sooner shows no bar."""
STEPS = ("load", "rules", "judge")
_WIPED = "\r\x1b[K\x1b[?25h"
"""To the beginning of the line, the line cleared, the cursor shown."""


class Steps:
    """What is being done, told to nobody."""

    def __call__(self, name: str) -> None:
        """The step of this name, one of `STEPS`, begins."""

    def part(self, done: int, of: int) -> None:
        """So much of the present step is done."""


class ShownSteps(Steps):
    """The same, as a bar; one that is shorter than `QUIET_SECONDS` is never seen."""

    def __init__(self, console: Console, language: Language) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("", total=len(STEPS))
        self._language = language
        self._at = 0
        self._starting = threading.Timer(QUIET_SECONDS, self._bar.start)
        self._starting.daemon = True
        self._starting.start()

    def __call__(self, name: str) -> None:
        """Move the bar to the step's beginning."""
        self._at = STEPS.index(name)
        self._bar.update(self._task, completed=self._at, description=say(f"step_{name}", self._language))

    def part(self, done: int, of: int) -> None:
        """Move the bar within the step."""
        self._bar.update(self._task, completed=self._at + done / max(of, 1))

    def stop(self) -> None:
        """Wipe the bar away."""
        self._starting.cancel()
        self._starting.join()
        self._bar.stop()


@contextmanager
def progress(language: Language) -> Iterator[Steps]:
    """A bar over the steps of a run, wiped away when it ends."""
    if not sys.stderr.isatty():
        yield Steps()
        return
    terminal = console(sys.stderr, os.environ)
    interruption.wiping = "" if terminal.legacy_windows else _WIPED
    steps = ShownSteps(terminal, language)
    try:
        yield steps
    finally:
        steps.stop()
        interruption.wiping = ""
