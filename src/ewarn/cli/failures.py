"""Mistakes, interruptions and bugs, each said on standard error in its own way, and the exit code that goes with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ewarn.cli.surroundings import coloured, console, width
from ewarn.cli.words import say
from ewarn.diagnostics import Diagnostic, Line, layout, plain
from ewarn.errors import EwarnError, OutputError, UsageError

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

COULD_NOT_JUDGE = 2
INTERRUPTED = 130
GUTTER = 8
"""Left of a source line stand its number and a bar."""
SHOWN = 50
"""So many problems are drawn; the rest is counted."""


def mistake(error: EwarnError, language: Language, *, judging: bool) -> int:
    """Draw every problem; the last line says how many there are, and when `judging` that nothing was judged."""
    found = list(dict.fromkeys(error.diagnostics))
    draw(found[:SHOWN], language)
    if len(found) > SHOWN:
        tell("\n" + say("more_problems", language, f"{len(found) - SHOWN:,}"))
    if not isinstance(error, UsageError | OutputError):
        errors = sum(one.severity == "error" for one in found)
        warnings = len(found) - errors
        counts = [_count("error", errors, language), _count("warning", warnings, language)]
        words = say("and", language).join(count for count in counts if count)
        tell("\n" + (say("nothing_judged", language, words) if judging else words))
    return COULD_NOT_JUDGE


def _count(kind: str, count: int, language: Language) -> str:
    return say(f"{kind}s" if count > 1 else kind, language, f"{count:,}") if count else ""


def tell(words: str) -> None:
    """Say something beside the data."""
    sys.stderr.write(words + "\n")


def beforehand(packs: Sequence[str], warned: Sequence[Diagnostic], language: Language) -> None:
    """What is said before anything is shown: the packs that were taken where nobody named any, and warnings."""
    if packs:
        tell(say("packs_used", language, ", ".join(packs)) + "\n")
    if warned:
        draw(warned, language)
        tell("")


def draw(diagnostics: Sequence[Diagnostic], language: Language) -> None:
    """Draw diagnostics on standard error, coloured where it takes colour, an empty line between."""
    blank: Line = []
    columns = max(width(sys.stderr, os.environ, None) - GUTTER, 40)
    lines = [line for one in diagnostics for line in (blank, *layout(one, columns, language))][1:]
    if not coloured(sys.stderr, os.environ):
        tell(plain(lines))
        return
    from ewarn.render import diagnostics as render

    terminal = console(sys.stderr, os.environ)
    for line in render.coloured(lines):
        terminal.print(line, soft_wrap=True)


def interrupted(language: Language) -> int:
    """Ctrl-C: one line."""
    tell(f"\n{say('interrupted', language)}")
    return INTERRUPTED


def closed_pipe() -> int:
    """The reader has gone (`| head`): nothing is wrong, and nothing is left to say."""
    # What is still buffered would raise once more when the interpreter flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def bug(error: Exception, language: Language) -> int:
    """Anything else is ours."""
    if os.environ.get("EWARN_TRACEBACK"):
        raise error
    if isinstance(error, MemoryError):
        draw([Diagnostic("EW090", say("no_memory", language))], language)
        return COULD_NOT_JUDGE
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    draw([Diagnostic("EW099", say("bug", language, what), help=say("bug_help", language))], language)
    return COULD_NOT_JUDGE
