"""A check as Markdown: for a step summary, a comment, a wiki."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ewarn.alerts.models import Alert
from ewarn.check.outcome import Outcome
from ewarn.render import parts
from ewarn.render.escaped import escape
from ewarn.render.findings import headline, hints, level_words, place_words, summary, verdict
from ewarn.render.text import NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import say

MARKS = {"red": "🔴", "orange": "🟠", "yellow": "🟡", "blue": "🔵"}


def checked_lines(view: View) -> Iterator[str]:
    """The document line by line."""
    yield from limited(view, None)


def limited(view: View, room: int | None) -> Iterator[str]:
    """The same in at most `room` bytes of UTF-8, line ends included: rows are left out from the end, and counted."""
    outcome, language = view.outcome, view.language
    assert outcome is not None
    head, tail = [*_head(view, outcome)], [*_tail(view, outcome)]
    left = None if room is None else room - _size(head) - _size(tail) - 600
    yield from head
    failing = outcome.urgent[outcome.failing[outcome.urgent]]
    others = outcome.positions("new", "worse")
    sections = (
        ("check_fails", failing),
        ("check_below", others[~outcome.failing[others]]),
        ("check_unjudged", outcome.positions("unjudged")),
        ("check_resolved", outcome.positions("resolved")),
    )
    skipped = 0
    for title, positions in sections:
        # What the alert fails for stands in the first section only.
        mine = positions if title == "check_fails" else positions[~outcome.failing[positions]]
        if not len(mine):
            continue
        most = len(mine) if view.most is None or room is not None else min(view.most, len(mine))
        wrote = 0
        for alert in _each(outcome, mine[:most]):
            lines = [*(_heads(view, title) if wrote == 0 else ()), _row(view, outcome, alert)]
            if left is not None:
                if _size(lines) > left:
                    break
                left -= _size(lines)
            yield from lines
            wrote += 1
        skipped += len(mine) - wrote
    if skipped:
        yield from ("", say("left_out", language, f"{skipped:,}"))
    yield from tail


def _each(outcome: Outcome, positions: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[Alert]:
    for start in range(0, len(positions), 500):
        yield from outcome.alerts(positions[start : start + 500])


def _size(lines: list[str]) -> int:
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)


def _head(view: View, outcome: Outcome) -> Iterator[str]:
    language, report = view.language, view.report
    comma = "，" if language == "zh" else ", "
    name = escape(clean(report.name, NAME_CELLS))
    facts = [*([name] if name else []), say("data_to", language, escape(report.as_of))]
    if outcome.baseline_as_of is None:
        facts.append(say("no_baseline", language))
    else:
        facts.append(say("against", language, escape(clean(outcome.baseline)), escape(clean(outcome.baseline_as_of))))
    yield f"# {comma.join(facts)}"
    yield ""
    yield f"**{' · '.join(summary(view, outcome))}** · {say('exit', language, outcome.code)}"
    for words in verdict(view, outcome):
        yield from ("", escape(words))


def _heads(view: View, title: str) -> Iterator[str]:
    keys = ("status", "level", "alert", "why", "at_row")
    yield from ("", f"## {say(title, view.language)}", "")
    yield f"| {' | '.join(say(key, view.language) for key in keys)} |"
    yield "|---|---|---|---|---|"


def _row(view: View, outcome: Outcome, alert: Alert) -> str:
    found = [
        say(str(alert.status), view.language),
        f"{MARKS[alert.level]} {level_words(alert, view, outcome)}",
        escape(headline(alert, view)),
        escape(parts.why(alert, view)),
        escape(place_words(alert, view, outcome)),
    ]
    return f"| {' | '.join(found)} |"


def _tail(view: View, outcome: Outcome) -> Iterator[str]:
    said = list(hints(view, outcome))
    if said:
        yield from ("", f"## {say('hints', view.language)}", "")
        yield from (f"- {escape(words)}" for words in said)
    yield from ("", f"## {say('coverage_head', view.language)}", "")
    yield from (f"- {escape(words)}" for words in parts.coverage(view))
