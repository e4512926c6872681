"""Markdown for a wiki, an issue or a memo. What comes from the data is escaped: it is text, never markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from ewarn.alerts.models import Alert
from ewarn.render import parts
from ewarn.render.checked_md import checked_lines
from ewarn.render.escaped import escape
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import say

NEWLINE = "\n"
_MARKS = {"red": "🔴", "orange": "🟠", "yellow": "🟡", "blue": "🔵"}


def write(view: View, console: Console) -> None:
    """Write the document as Markdown."""
    for line in _lines(view) if view.outcome is None else checked_lines(view):
        console.file.write(line + "\n")


def _lines(view: View) -> Iterator[str]:
    language, report = view.language, view.report
    facts = [say("data_to", language, report.as_of)]
    if report.known_at:
        facts.append(say("known_at", language, report.known_at))
    comma = "，" if language == "zh" else ", "
    yield f"# {escape(clean(report.name, NAME_CELLS))}{'  ' if report.name else ''}{comma.join(facts)}".rstrip()
    yield ""
    yield " · ".join(f"{_MARKS[level]} {say(level, language)} {report.counts.get(level, 0):,}" for level in _MARKS)
    economy, data = view.channel("economy"), view.channel("data")
    if economy:
        yield ""
        yield from _table(view, economy)
    elif not view.omitted:
        yield ""
        yield say("calm_data" if data else "calm" if view.judged else "nothing_judged", language)
    if data:
        yield from ("", f"## {say('data_quality', language)}", "")
        yield from _table(view, data)
    if view.omitted:
        yield from ("", say("omitted", language, f"{view.omitted:,}"))
    actions = parts.actions(view)
    if actions:
        yield from ("", f"## {say('what_to_do', language)}", "")
        yield from (f"- **{escape(rule)}** {escape(words)}{f' ×{n}' if n > 1 else ''}" for rule, words, n in actions)
    yield from ("", f"## {say('coverage_head', language)}", "")
    yield from (f"- {escape(sentence)}" for sentence in parts.coverage(view))
    if view.coverage:
        yield ""
        yield from _coverage(view)


def _table(view: View, alerts: Sequence[Alert]) -> Iterator[str]:
    heads = [say(key, view.language) for key in ("level", "score", "entity", "alert", "why", "since_head")]
    yield f"| {' | '.join(heads)} |"
    yield "|---|---:|---|---|---|---|"
    for alert in alerts:
        yield _row(view, alert)
        for leg in view.legs.get(alert.fingerprint, ()):
            yield _row(view, leg, beneath="└ ")
        if more := view.more(alert):
            yield f"| | | └ {say('more_legs', view.language, more)} | | | |"


def _row(view: View, alert: Alert, *, beneath: str = "") -> str:
    key = parts.entity_id(alert, view)
    evidence = "".join(f"<br>{escape(item)}" for item in parts.evidence_list(alert, view))
    cells = [
        f"{_MARKS[alert.level]} {say(alert.level, view.language)}",
        f"{alert.score:.1f}",
        beneath + escape(parts.name(alert)) + (_aside(view, escape(key)) if key else ""),
        escape(parts.title(alert, view)) + _aside(view, escape(parts.rule_id(alert, view))),
        escape(parts.why(alert, view)) + evidence,
        ("，" if view.language == "zh" else ", ").join(
            [*parts.duration(alert, view.language), *parts.notes(alert, view)]
        ),
    ]
    return f"| {' | '.join(cells)} |"


def _aside(view: View, words: str) -> str:
    return f"（{words}）" if view.language == "zh" else f" ({words})"


def _coverage(view: View) -> Iterator[str]:
    keys = ("rule", "entity", "matched", "evaluated", "fired", "clear", "not_judged")
    yield f"| {' | '.join(say(key, view.language) for key in keys)} |"
    yield "|---|---|---:|---:|---:|---:|---|"
    for entry in view.report.coverage:
        rule, kind = escape(clean(entry.rule, ID_CELLS)), escape(clean(entry.entity_type, NAME_CELLS))
        numbers = [f"{number:,}" for number in (entry.matched, entry.evaluated, entry.fired, entry.clear)]
        yield f"| {' | '.join([rule, kind, *numbers, escape(parts.reasons(entry.unknown, view.language))])} |"
