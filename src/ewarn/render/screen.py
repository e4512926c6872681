"""The whole screen of `ewarn run`: who, how bad, since when, why, what to do, what could not be judged, what next."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest

from rich.text import Text

from ewarn.alerts.models import CoverageRow, Language
from ewarn.render import parts
from ewarn.render.blocks import blocks
from ewarn.render.cells import cells
from ewarn.render.grid import Cell, Column, grid, paragraph, typed, widest
from ewarn.render.style import FAINT, GOOD, INK, LEVEL, STRONG
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.wide import table
from ewarn.render.words import say

WIDE_FROM = 100
HEADING_MOST = 130
EPISODES = 20
"""The newest so many are listed; the JSON has all."""
LEVELS = ("red", "orange", "yellow", "blue")


def screen(view: View, width: int) -> Iterator[Text]:
    """Lines for a screen of `width` cells."""
    yield from _heading(view, width)
    economy, data = view.channel("economy"), view.channel("data")
    form = table if width >= WIDE_FROM else blocks
    if economy:
        yield Text()
        yield from form(view, economy, width)
    else:
        yield from _calm(view, width, data=bool(data))
    if data:
        yield Text()
        yield Text(say("data_quality", view.language), STRONG)
        yield from form(view, data, width)
    yield from _omitted(view, width)
    yield from _actions(view, width)
    yield from _near(view, width)
    yield from _episodes(view, width)
    if view.coverage:
        yield from _coverage_table(view, width)
    yield from _coverage(view, width)
    yield from _next(view, width)


def _heading(view: View, width: int) -> Iterator[Text]:
    language, report = view.language, view.report
    left = Text(end="").append(clean(report.name, NAME_CELLS), STRONG)
    facts = [say("data_to", language, report.as_of)]
    if report.known_at:
        facts.append(say("known_at", language, report.known_at))
    comma = "，" if language == "zh" else ", "
    gap = "" if not report.name else "  " if language == "zh" else ", "
    left.append(gap + comma.join(facts))
    right = Text()
    for level in LEVELS:
        count = report.counts.get(level, 0)
        right.append("  " if right else "")
        right.append(f"{say(level, language)} {count:,}", INK[level] if count else FAINT)
    room = min(width, HEADING_MOST) - left.cell_len - right.cell_len
    if room >= 2:
        left.append(" " * room)
        yield left.append_text(right)
    else:
        yield from (Text(line.plain, STRONG) for line in paragraph(left.plain, width, indent=0))
        yield right


def _calm(view: View, width: int, *, data: bool) -> Iterator[Text]:
    key = "calm_data" if data else "calm" if view.judged else "nothing_judged"
    if view.omitted and not data:
        return
    yield Text()
    yield from paragraph(say(key, view.language), width, style=GOOD if view.judged else INK["red"])


def _omitted(view: View, width: int) -> Iterator[Text]:
    omitted = view.omitted
    if not omitted:
        return
    words = say("omitted", view.language, f"{omitted:,}")
    yield Text()
    yield from paragraph(words, width, style=FAINT)


def _actions(view: View, width: int) -> Iterator[Text]:
    found = parts.actions(view)
    if not found:
        return
    yield Text()
    yield Text(say("what_to_do", view.language), STRONG)
    ids = widest((rule for rule, _, _ in found), 4, 24)
    columns = [Column("", ids), Column("", min(width - ids - 4, 100))]
    rows: list[list[Cell]] = [
        [[(rule, FAINT)], [(words + (f" ×{count}" if count > 1 else ""), "")]] for rule, words, count in found
    ]
    yield from grid(columns, rows, heads=False)


def _near(view: View, width: int) -> Iterator[Text]:
    if not view.report.near:
        return
    yield Text()
    yield Text(say("near", view.language), STRONG)
    for one in view.report.near:
        words = [one.name or one.entity, view.text(one.title) or one.rule, one.rule]
        heading = "  ".join(clean(word, NAME_CELLS * 2) for word in words)
        yield from paragraph(heading, width, hang=2, style=INK[one.level])
        yield from paragraph(clean(view.text(one.explanation)), width, indent=6, hang=2)


def _episodes(view: View, width: int) -> Iterator[Text]:
    found = view.report.episodes
    if not found:
        return
    language = view.language
    episodes = nlargest(EPISODES, found, key=lambda episode: (episode.end, episode.start))
    yield Text()
    yield Text(say("episodes", language), STRONG)
    names = [clean(episode.entity, ID_CELLS) for episode in episodes]
    rules = [clean(episode.rule, ID_CELLS) for episode in episodes]
    start = widest((episode.start for episode in episodes), 7, 10)
    columns = [
        Column(say("peak", language), 8),
        Column(say("entity", language), widest(names, 6, max(width - 49 - start, 12))),
        Column(say("rule", language), widest(rules, 6, 20)),
        Column(say("start", language), start),
        Column(say("end", language), 12),
    ]
    rows: list[list[Cell]] = [
        [
            [(f" {say(episode.peak, language)} ", LEVEL[episode.peak])],
            [(name, "")],
            [(rule, FAINT)],
            [(episode.start, "")],
            [(say("open", language) if episode.open else episode.end, "")],
        ]
        for episode, name, rule in zip(episodes, names, rules, strict=True)
    ]
    yield from grid(columns, rows)
    if len(found) > len(episodes):
        yield Text("  " + say("more_episodes", language, f"{len(found) - len(episodes):,}"), FAINT)


def _coverage_table(view: View, width: int) -> Iterator[Text]:
    language = view.language
    entries = view.report.coverage
    yield Text()
    yield Text(say("coverage_head", language), STRONG)
    numbers = ("matched", "evaluated", "fired", "clear")
    rules = [clean(entry.rule, ID_CELLS) for entry in entries]
    types = [clean(entry.entity_type, NAME_CELLS) for entry in entries]
    columns = [
        Column(say("rule", language), widest(rules, 6, 20)),
        Column(say("entity", language), widest(types, 6, 14)),
        *(Column(say(key, language), max(cells(say(key, language)), 7), right=True) for key in numbers),
    ]
    used = sum(column.width + 2 for column in columns) + 2
    columns.append(Column(say("not_judged", language), max(width - used, 12)))
    rows: list[list[Cell]] = [
        [
            [(rule, "")],
            [(kind, FAINT)],
            *(
                [(f"{number:,}", "" if number else FAINT)]
                for number in (entry.matched, entry.evaluated, entry.fired, entry.clear)
            ),
            [(_not_judged(entry, language), "")],
        ]
        for entry, rule, kind in zip(entries, rules, types, strict=True)
    ]
    yield from grid(columns, rows)


def _not_judged(row: CoverageRow, language: Language) -> str:
    why = parts.reasons(row.unknown, language)
    return " · ".join(words for words in (why, parts.note(row, language)) if words)


def _coverage(view: View, width: int) -> Iterator[Text]:
    yield Text()
    for sentence in parts.coverage(view):
        yield from paragraph(sentence, width, hang=2)


def _next(view: View, width: int) -> Iterator[Text]:
    """The last lines: what to type next."""
    if not view.command:
        return
    language = view.language
    unknown = any(entry.unknown for entry in view.report.coverage)
    again = " ".join(words for words in (view.command, view.top) if words)
    found = []
    if view.omitted:
        found.append(("next_all", f"{view.command}{' --coverage' if view.coverage else ''} --top 0"))
    elif not view.coverage and (unknown or not view.report.alerts):
        found.append(("next_coverage", f"{again} --coverage"))
    if view.explain:
        found.append(("next_explain", view.explain))
    if found:
        yield Text()
    for key, words in found:
        yield from typed(say(key, language), clean(words), width, style=FAINT)
