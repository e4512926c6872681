"""Alerts as a table, for screens of about 100 columns and more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from ewarn.alerts.models import Alert
from ewarn.render import parts
from ewarn.render.grid import GAP, INDENT, Cell, Column, grid, widest
from ewarn.render.style import FAINT, INK, LEVEL, STRONG
from ewarn.render.view import View
from ewarn.render.words import say

WHY_MOST = 76
"""Longer lines are hard to read, however wide the screen."""
TREND_FROM = 130
"""Screens narrower than this need the space for words."""


def table(view: View, alerts: Sequence[Alert], width: int) -> Iterator[Text]:
    """Rows in the order given, each with its legs beneath."""
    columns, with_trend = _columns(view, width)
    yield from grid(columns, _rows(view, alerts, with_trend=with_trend))


def _columns(view: View, width: int) -> tuple[list[Column], bool]:
    language, alerts = view.language, view.tops
    # The reason has to stand up in a meeting: it gets the room before names and titles do, which wrap.
    called = [words for alert in alerts for words in (parts.name(alert), parts.entity_id(alert, view))]
    names = widest(called, 10, 18 if width < TREND_FROM else 20 if width < 170 else 28)
    titles = widest(
        (parts.title(alert, view) for alert in alerts), 10, 18 if width < TREND_FROM else 22 if width < 170 else 34
    )
    spans = [words for alert in alerts for words in (*parts.duration(alert, language), *parts.notes(alert, view))]
    since = widest(spans, 8, 14)
    roomy = width >= TREND_FROM
    trend = max((len(view.trends.get(alert.fingerprint, ())) for alert in alerts), default=0) if roomy else 0
    with_trend = trend > 0
    level = widest((f" {say(alert.level, language)} " for alert in alerts), 4, 10)
    columns = [
        Column(say("level", language), max(level, len(say("level", language)))),
        Column(say("score", language), 5, right=True),
        Column(say("entity", language), names),
        Column(say("alert", language), titles),
        Column(say("since_head", language), since),
    ]
    if with_trend:
        columns.insert(4, Column(say("trend", language, trend), max(trend, 6)))
    rest = width - INDENT - sum(column.width + GAP for column in columns)
    reasons = [words for alert in alerts for words in (parts.why(alert, view), *parts.evidence_list(alert, view))]
    columns.insert(4, Column(say("why", language), widest(reasons, 10, min(rest, WHY_MOST))))
    return columns, with_trend


def _rows(view: View, alerts: Sequence[Alert], *, with_trend: bool) -> Iterator[Sequence[Cell]]:
    for alert in alerts:
        yield _row(view, alert, with_trend=with_trend)
        beneath = view.legs.get(alert.fingerprint, [])
        more = view.more(alert)
        for leg in beneath:
            yield _leg(view, leg, last=leg is beneath[-1] and not more, with_trend=with_trend)
        if more:
            yield [[], [], [("└ " + say("more_legs", view.language, more), FAINT)], *([[]] * (4 if with_trend else 3))]


def _row(view: View, alert: Alert, *, with_trend: bool) -> list[Cell]:
    long, since = parts.duration(alert, view.language)
    who: list[tuple[str, str]] = [(parts.name(alert), STRONG)]
    if key := parts.entity_id(alert, view):
        who.append((key, FAINT))
    row: list[Cell] = [
        [(f" {say(alert.level, view.language)} ", LEVEL[alert.level])],
        [(f"{alert.score:.1f}", "")],
        who,
        [(parts.title(alert, view), ""), (parts.rule_id(alert, view), FAINT)],
        [(parts.why(alert, view), ""), *((line, FAINT) for line in parts.evidence_list(alert, view))],
    ]
    if with_trend:
        row.append([(parts.sparkline(view.trends.get(alert.fingerprint, ())), INK[alert.level])])
    row.append([(long, ""), (since, FAINT), *((note, INK[alert.level]) for note in parts.notes(alert, view))])
    return row


def _leg(view: View, alert: Alert, *, last: bool, with_trend: bool) -> list[Cell]:
    branch = "└" if last else "├"
    level = say(alert.level, view.language)
    row: list[Cell] = [
        [],
        [],
        [(f"{branch} {level} {parts.name(alert)}", INK[alert.level])],
        [(f"{parts.title(alert, view)}  {parts.rule_id(alert, view)}", FAINT)],
        [(parts.why(alert, view), FAINT)],
        [],
    ]
    return [*row, []] if with_trend else row
