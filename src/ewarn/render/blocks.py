"""Alerts as blocks of lines, for narrow screens and pipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from ewarn.alerts.models import Alert
from ewarn.render import parts
from ewarn.render.cells import pad, wrap
from ewarn.render.grid import widest
from ewarn.render.style import FAINT, INK, LEVEL, STRONG
from ewarn.render.view import View
from ewarn.render.words import say


def blocks(view: View, alerts: Sequence[Alert], width: int) -> Iterator[Text]:
    """One block for each alert, a blank line between."""
    level = widest((say(alert.level, view.language) for alert in view.tops), 2, 10) + 2
    for position, alert in enumerate(alerts):
        if position:
            yield Text()
        yield from _block(view, alert, level, width)
        for leg in view.legs.get(alert.fingerprint, []):
            yield from _leg(view, leg, level, width)
        if more := view.more(alert):
            yield Text(" " * (level + 7) + say("more_legs", view.language, more), FAINT)


def _block(view: View, alert: Alert, level: int, width: int) -> Iterator[Text]:
    margin = level + 7
    room = width - margin
    who = parts.name(alert)
    key = parts.entity_id(alert, view)
    title, rule = parts.title(alert, view), parts.rule_id(alert, view)
    colon = "：" if view.language == "zh" else ": "
    head = f"{who}{colon}{title}"
    first, *more = wrap(head, room)
    line = Text(pad(f" {say(alert.level, view.language)} ", level), LEVEL[alert.level], end="")
    line.append(f" {alert.score:5.1f} ", "not bold default on default")
    line.append(first, f"{STRONG} default on default")
    yield line
    for words in more:
        yield Text(" " * margin + words, STRONG)
    for words in wrap(parts.why(alert, view), room):
        yield Text(" " * margin + words)
    for item in parts.evidence_list(alert, view):
        for words in wrap(item, room):
            yield Text(" " * margin + words, FAINT)
    long, since = parts.duration(alert, view.language)
    facts = [rule, since, long, *parts.notes(alert, view), *([key] if key else [])]
    for words in wrap(" · ".join(facts), room):
        yield Text(" " * margin + words, FAINT)


def _leg(view: View, alert: Alert, level: int, width: int) -> Iterator[Text]:
    margin = level + 7
    words = say(alert.level, view.language)
    said = (parts.name(alert), parts.title(alert, view), f"[{parts.rule_id(alert, view)}]", parts.why(alert, view))
    for position, line in enumerate(wrap("  ".join(said), width - margin - len(words) - 4)):
        shown = Text(" " * margin)
        shown.append(f"{words}  " if position == 0 else pad("", len(words) + 2), INK[alert.level])
        shown.append(line, FAINT)
        yield shown
