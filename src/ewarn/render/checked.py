"""The screen of `ewarn check`: what fails first, each with the row it stands in, then what else changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.text import Text

from ewarn.alerts.models import Alert
from ewarn.check.outcome import Outcome
from ewarn.render import parts
from ewarn.render.cells import cells, pad, wrap
from ewarn.render.escaped import inert
from ewarn.render.findings import headline, hints, level_words, place_words, summary, verdict
from ewarn.render.grid import paragraph, typed, widest
from ewarn.render.style import FAINT, GOOD, INK, STRONG
from ewarn.render.text import NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import say

RESOLVED = 10
"""So many are listed; the JSON has all."""


def checked_screen(view: View, width: int) -> Iterator[Text]:
    """Lines for a screen of `width` cells; none holds a command for a build service."""
    assert view.outcome is not None
    for line in _lines(view, view.outcome, width):
        plain = inert(line.plain)
        yield line if plain == line.plain else Text(plain)


def _lines(view: View, outcome: Outcome, width: int) -> Iterator[Text]:
    language = view.language
    yield from _heading(view, outcome, width)
    changed = outcome.positions("new", "worse", "unjudged")
    provisional = [at for at in outcome.positions("ongoing", "better").tolist() if outcome.failing[at]]
    shown = [*(at for at in changed.tolist() if outcome.failing[at]), *provisional]
    shown += [at for at in changed.tolist() if not outcome.failing[at]]
    most = len(shown) if view.most is None else view.most
    alerts = list(outcome.alerts(np.array(shown[:most], dtype=np.int64)))
    if alerts:
        yield Text()
        yield from _alerts(view, outcome, alerts, width)
    if len(shown) > most:
        words = say("check_more", language, f"{len(shown) - most:,}")
        yield from typed(words, f"{view.command} --top 0", width, style=FAINT)
    yield from _resolved(view, outcome, width)
    said = list(hints(view, outcome))
    if said:
        yield Text()
        for words in said:
            yield from paragraph(words, width, hang=2)
    yield Text()
    for words in verdict(view, outcome):
        yield from paragraph(words, width, style=GOOD if outcome.code == 0 else INK["red"])
    for words in parts.coverage(view):
        yield from paragraph(words, width, hang=2)
    if outcome.failing.any() and view.command and not outcome.accepting:
        yield Text()
        yield from typed(say("next_accept", language), clean(view.command) + " --update-baseline", width, style=FAINT)


def _heading(view: View, outcome: Outcome, width: int) -> Iterator[Text]:
    language, report = view.language, view.report
    comma = "，" if language == "zh" else ", "
    facts = [clean(report.name, NAME_CELLS)] if report.name else []
    facts.append(say("data_to", language, report.as_of))
    if outcome.baseline_as_of is None:
        facts.append(say("no_baseline", language))
    else:
        facts.append(say("against", language, clean(outcome.baseline), clean(outcome.baseline_as_of, NAME_CELLS)))
    yield from paragraph(comma.join(facts), width, indent=0)
    for line in wrap("   ".join(summary(view, outcome)), width):
        yield Text(line, STRONG)
    yield Text(say("exit", language, outcome.code), INK["red"] if outcome.code else GOOD)


def _alerts(view: View, outcome: Outcome, alerts: list[Alert], width: int) -> Iterator[Text]:
    statuses = [say(f"status_{alert.status}", view.language) for alert in alerts]
    levels = [level_words(alert, view, outcome) for alert in alerts]
    first = widest(statuses, 4, 12) + 2
    margin = 2 + first + widest(levels, 4, 16) + 2
    if width - margin < 24:
        margin = 4
    for alert, status, level in zip(alerts, statuses, levels, strict=True):
        head = pad(f"  {status}", first + 2) + level
        about = wrap(headline(alert, view), width - margin)
        if cells(head) < margin:
            line = Text(pad(head, margin), INK[alert.level], end="")
            line.append(about.pop(0), f"{STRONG} default on default")
            yield line
        else:
            yield Text(head, INK[alert.level])
        for words in about:
            yield Text(" " * margin + words, STRONG)
        for words in wrap(parts.why(alert, view), width - margin):
            yield Text(" " * margin + words)
        for words in wrap(place_words(alert, view, outcome), width - margin):
            if words:
                yield Text(" " * margin + words, FAINT)


def _resolved(view: View, outcome: Outcome, width: int) -> Iterator[Text]:
    over = outcome.positions("resolved")
    if not len(over):
        return
    yield Text()
    for alert in outcome.alerts(over[:RESOLVED]):
        status, level = say("status_resolved", view.language), say(alert.level, view.language)
        yield from paragraph(f"{status}  {level}  {headline(alert, view)}", width, hang=2, style=FAINT)
    if len(over) > RESOLVED:
        yield from paragraph(say("more", view.language, f"{len(over) - RESOLVED:,}"), width, style=FAINT)
