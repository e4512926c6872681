"""Annotations of GitHub Actions at the rows of the files; what has no room stands in the step summary.

What fails is an error, other news and what can no longer be judged a warning. The service shows at most ten of each
kind for a step.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from rich.console import Console

from ewarn.alerts.models import Alert
from ewarn.check.outcome import Outcome
from ewarn.check.places import primary
from ewarn.render.checked_md import limited
from ewarn.render.escaped import command_property, command_text
from ewarn.render.findings import headline, hints, level_words, line_of, path_of, sentence, summary, verdict
from ewarn.render.text import clean
from ewarn.render.view import View
from ewarn.render.words import say

NEWLINE = "\n"
MOST = 10
SUMMARY_BYTES = 1024 * 1024
_TITLE_CELLS = 200


def write(view: View, console: Console) -> None:
    """Write one command a line, and a notice with the counts."""
    for line in _commands(view):
        console.file.write(line + "\n")


def step_summary(view: View, used: int = 0) -> str:
    """Markdown for the step summary, which may hold `used` bytes already: no more than the service takes."""
    return "".join(line + "\n" for line in limited(view, SUMMARY_BYTES - used))


def _commands(view: View) -> Iterator[str]:
    outcome = view.outcome
    assert outcome is not None
    failing = outcome.urgent[outcome.failing[outcome.urgent]]
    others = outcome.positions("new", "worse", "unjudged")
    others = others[~outcome.failing[others]]
    for kind, positions in (("error", failing), ("warning", others)):
        for alert in outcome.alerts(positions[:MOST]):
            yield _command(kind, alert, view, outcome)
    said = [*summary(view, outcome), *verdict(view, outcome), *hints(view, outcome, most=3)]
    left = _beyond(failing) + _beyond(others)
    if left:
        said.append(say("left_out", view.language, f"{left:,}"))
    kind = "notice" if outcome.code == 0 or len(failing) else "error"
    yield f"::{kind} title=ewarn check::{command_text('; '.join(map(clean, said)))}"


def _beyond(positions: npt.NDArray[np.int64]) -> int:
    return max(len(positions) - MOST, 0)


def _command(kind: str, alert: Alert, view: View, outcome: Outcome) -> str:
    source = primary(alert)
    properties = {}
    if source is not None:
        properties["file"] = path_of(source, outcome)
        if line := line_of(source):
            properties["line"] = str(line)
    elif outcome.drop:
        properties["file"] = outcome.drop
    status = say(f"status_{alert.status}", view.language)
    title = f"{status} {level_words(alert, view, outcome)}: {headline(alert, view)}"
    properties["title"] = clean(title, _TITLE_CELLS)
    given = ",".join(f"{key}={command_property(value)}" for key, value in properties.items())
    place = "" if source is None or source.sheet is None else f" ({clean(source.sheet)}!{source.cell or source.row})"
    return f"::{kind} {given}::{command_text(sentence(alert, view) + place)}"
