"""What one alert of a check says, as clean words: used by the screen, Markdown and every format of a service."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from ewarn.alerts.models import Alert, SourcePlace
from ewarn.check.outcome import Outcome
from ewarn.check.places import primary
from ewarn.diagnostics import Cell, where
from ewarn.render import parts
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import level_from, say

PATH_CELLS = 300


def rule_key(alert: Alert) -> str:
    """`industry/IND-01`: the id that services know the rule by."""
    return f"{clean(alert.pack, NAME_CELLS)}/{clean(alert.rule, ID_CELLS)}"


def level_words(alert: Alert, view: View, outcome: Outcome) -> str:
    """`red`, or `orange→red` where it moved."""
    now = say(alert.level, view.language)
    before = outcome.before.get(alert.fingerprint)
    moved = alert.status in ("worse", "better") and before is not None
    return f"{say(str(before), view.language)}→{now}" if moved else now


def headline(alert: Alert, view: View) -> str:
    """`云岭建材 (E17): Output down  [IND-01]`."""
    colon = "：" if view.language == "zh" else ": "
    key = parts.entity_id(alert, view)
    who = f"{parts.name(alert)} ({key})" if key else parts.name(alert)
    return f"{who}{colon}{parts.title(alert, view)}  [{parts.rule_id(alert, view)}]"


def sentence(alert: Alert, view: View) -> str:
    """The explanation, with the name."""
    return clean(view.text(alert.explanation)) or headline(alert, view)


def path_of(source: SourcePlace, outcome: Outcome) -> str:
    """The file's path from where the command runs, clean."""
    return clean(outcome.place(source.file), PATH_CELLS)


def place_words(alert: Alert, view: View, outcome: Outcome) -> str:
    """`drops/2022-09/firms.csv:8, column output`; empty where no cell is known."""
    source = primary(alert)
    if source is None:
        return ""
    column = None if source.column is None else clean(source.column, NAME_CELLS)
    sheet = None if source.sheet is None else clean(source.sheet, NAME_CELLS)
    path = path_of(source, outcome)
    return where(Cell(path, sheet, source.row, source.line, column, source.cell), view.language)


def line_of(source: SourcePlace) -> int | None:
    """The line to point at: of a text file the physical one, else the row."""
    return source.line or source.row


def uri(path: str) -> str:
    """A relative path as a URI reference."""
    return quote(path.encode("utf-8", "replace"), safe="/")


def hints(view: View, outcome: Outcome, most: int = 10) -> Iterator[str]:
    """Sentences about what seems to have got another id."""
    for hint in outcome.hints[:most]:
        old = clean(hint.old, ID_CELLS)
        if hint.new is None:
            yield say("gone_rule", view.language, old, f"{hint.alerts:,}")
        else:
            yield say(f"renamed_{hint.kind}", view.language, old, clean(hint.new, ID_CELLS))
    if len(outcome.hints) > most:
        yield say("more", view.language, f"{len(outcome.hints) - most:,}")


def summary(view: View, outcome: Outcome) -> list[str]:
    """`3 new at or above orange`, `2 worse at or above orange`, `14 ongoing`, `4 resolved`."""
    language, bar = view.language, outcome.bar
    level = level_from(bar.level, language)
    failing = [status for status, fails in zip(outcome.statuses, outcome.failing.tolist(), strict=True) if fails]
    words = []
    for status in ("new", "worse"):
        count = failing.count(status)
        if count:
            words.append(_counted(view, "at_the_bar", count, status, level))
    if not words:
        words.append(_counted(view, "at_the_bar", 0, "new", level))
    rest = outcome.counts["new"] + outcome.counts["worse"] - failing.count("new") - failing.count("worse")
    if rest:
        words.append(say("below_bar", language, f"{rest:,}"))
    others = [(status, outcome.counts[status]) for status in ("unjudged", "ongoing", "better", "resolved")]
    return words + [_counted(view, "count_status", count, status) for status, count in others if count]


def _counted(view: View, key: str, count: int, status: str, *more: str) -> str:
    pair = (f"{count:,}", say(status, view.language))
    return say(key, view.language, *(reversed(pair) if view.language == "zh" else pair), *more)


def verdict(view: View, outcome: Outcome) -> list[str]:
    """Why the check does not pass, apart from its alerts; that it passes."""
    language, said = view.language, []
    if not outcome.judged:
        said.append(say("could_not_look", language))
    elif outcome.too_unknown and outcome.bar.unknown is not None:
        # Rounded up: it is more than the bar.
        share = f"{-int(-outcome.unknown * 1000 // 1) / 10:g}%"
        said.append(say("too_unknown", language, share, f"{outcome.bar.unknown * 100:g}%"))
    elif not outcome.failing.any():
        said.append(say("passes", language, level_from(outcome.bar.level, language)))
    return said
