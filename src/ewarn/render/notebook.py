"""The screen as HTML, for notebooks. Styles are inline, so that it looks the same wherever the cell is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ewarn.alerts.models import Alert
from ewarn.levels import LEVELS
from ewarn.render import parts
from ewarn.render.text import NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import say

_COLOURS = {
    "red": ("#d70000", "#fff"),
    "orange": ("#ff8700", "#000"),
    "yellow": ("#ffd700", "#000"),
    "blue": ("#005fd7", "#fff"),
}
_FAINT = "opacity:.6"
_CELL = "text-align:left;vertical-align:top;padding:.2em .8em"


def page(view: View) -> str:
    """One `div` with everything that the screen says."""
    return "".join(_pieces(view))


def _pieces(view: View) -> Iterator[str]:
    language, report = view.language, view.report
    counts = " ".join(
        _badge(level, f"{say(level, language)} {report.counts.get(level, 0):,}") for level in LEVELS[::-1]
    )
    yield f"<div><p><b>{escape(clean(report.name, NAME_CELLS))}</b> "
    yield f"{escape(say('data_to', language, report.as_of))} &emsp; {counts}</p>"
    economy, data = view.channel("economy"), view.channel("data")
    if economy:
        yield from _table(view, economy)
    elif not view.omitted:
        key = "calm_data" if data else "calm" if view.judged else "nothing_judged"
        yield f"<p>{escape(say(key, language))}</p>"
    if data:
        yield f"<p><b>{escape(say('data_quality', language))}</b></p>"
        yield from _table(view, data)
    if view.omitted:
        yield f"<p style='{_FAINT}'>{escape(say('omitted', language, f'{view.omitted:,}'))}</p>"
    for rule, words, count in parts.actions(view):
        yield f"<p><b>{escape(rule)}</b> {escape(words)}{f' ×{count}' if count > 1 else ''}</p>"
    yield "".join(f"<p>{escape(sentence)}</p>" for sentence in parts.coverage(view))
    yield "</div>"


def _badge(level: str, words: str) -> str:
    ground, ink = _COLOURS[level]
    return f"<span style='background:{ground};color:{ink};padding:0 .5em;white-space:nowrap'>{escape(words)}</span>"


def _table(view: View, alerts: Sequence[Alert]) -> Iterator[str]:
    keys = ("level", "score", "entity", "alert", "why", "since_head")
    heads = "".join(f"<th style='{_CELL}'>{escape(say(key, view.language))}</th>" for key in keys)
    yield f"<table style='border-collapse:collapse'><thead><tr>{heads}</tr></thead><tbody>"
    for alert in alerts:
        yield _row(view, alert, "")
        for leg in view.legs.get(alert.fingerprint, ()):
            yield _row(view, leg, "└ ")
        if more := view.more(alert):
            words = escape(say("more_legs", view.language, more))
            yield f"<tr><td style='{_CELL}' colspan='{len(keys)}'>└ {words}</td></tr>"
    yield "</tbody></table>"


def _row(view: View, alert: Alert, before: str) -> str:
    long, since = parts.duration(alert, view.language)
    cells = [
        _badge(alert.level, say(alert.level, view.language)),
        f"{alert.score:.1f}",
        _two(before + parts.name(alert), [parts.entity_id(alert, view)]),
        _two(parts.title(alert, view), [parts.rule_id(alert, view)]),
        _two(parts.why(alert, view), parts.evidence_list(alert, view)),
        _two(long, [since, *parts.notes(alert, view)]),
    ]
    return f"<tr>{''.join(f'<td style={_CELL!r}>{cell}</td>' for cell in cells)}</tr>"


def _two(first: str, more: Sequence[str]) -> str:
    """A line, and fainter ones below."""
    below = "".join(f"<br><span style='{_FAINT}'>{escape(line)}</span>" for line in more if line)
    return f"{escape(first)}{below}"
