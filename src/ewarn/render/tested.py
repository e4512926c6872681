"""Tests of rules on the screen: what was expected and what came, under each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from ewarn.alerts.models import Language
from ewarn.render.cells import cells, wrap
from ewarn.render.grid import Cell, Column, grid, paragraph, typed
from ewarn.render.style import FAINT, GOOD, INK, STRONG
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.words import say
from ewarn.testing.outcome import (
    Difference,
    Loose,
    Outcome,
    Row,
    RuleCoverage,
    RuleTests,
    SuiteOutcome,
    Verdict,
    agrees,
)

BAD = INK["red"]
AROUND = 3
"""Periods shown before the first that differs."""
INDENT = 6
_WORDS = {
    -3: "any_level",
    -2: "no_verdict",
    -1: "not_known",
    0: "level_clear",
    1: "blue",
    2: "yellow",
    3: "orange",
    4: "red",
}


def tested_screen(run: RuleTests, language: Language, width: int, command: str) -> Iterator[Text]:
    """Each file with its failures, and how many there are; `command` goes on with the coverage."""
    for suite in run.suites:
        yield _head(suite, language)
        for test in suite.failed:
            yield Text()
            yield from failure(test, language, width)
    if run.coverage is not None:
        yield from _coverage(run.coverage, language, width)
    failed = sum(not test.passed for test in run.tests)
    passed = len(run.tests) - failed
    said = say("tests_failed", language, f"{failed:,}", f"{passed:,}") if failed else None
    yield Text()
    yield Text(
        "  " + (said or say("test_passed" if passed == 1 else "tests_passed", language, f"{passed:,}")),
        f"bold {BAD}" if failed else f"bold {GOOD}",
    )
    if not failed and run.coverage is None:
        yield from typed(say("tests_next", language), command, width, style=FAINT)


def _head(suite: SuiteOutcome, language: Language) -> Text:
    line = Text(clean(suite.suite.file, ID_CELLS) + "  ", STRONG)
    if suite.suite.missing:
        return line.append(say("tests_missing", language), f"not bold {BAD}")
    rules = {test.case.id for test in suite.tests}
    words = say("tests_one" if len(suite.tests) == 1 else "tests_count", language, f"{len(suite.tests):,}")
    words += say("of_rules_one" if len(rules) == 1 else "of_rules", language, f"{len(rules):,}")
    line.append(words, f"not bold {FAINT}")
    return line


def failure(test: Outcome, language: Language, width: int) -> Iterator[Text]:
    """One test that failed."""
    place = test.case.span
    head = f"{clean(test.case.id, ID_CELLS)}  {clean(test.case.name)}"
    first, *rest = wrap(head, width - 4)
    yield Text("  ").append("✗ ", BAD).append(first, STRONG)
    for line in rest:
        yield Text("    " + line, STRONG)
    yield Text(f"    {clean(place.file, ID_CELLS)}:{place.line}", FAINT)
    several = len(test.rows) > 1
    for row in test.rows:
        if row.differing:
            if several:
                yield Text("    " + clean(row.entity, NAME_CELLS))
            yield from _row(row, language, width)
    for difference in test.differences:
        yield from _difference(difference, language, width)


def _row(row: Row, language: Language, width: int) -> Iterator[Text]:
    """The levels around what differs, in as many bands as the width asks for; the first difference is marked."""
    first, last = row.differing[0], row.differing[-1]
    shown = range(max(0, first - AROUND), min(len(row.periods), last + 2))
    heads = [say(key, language) for key in ("period", "expected", "got")]
    room = max(cells(head) for head in heads) + 2
    labels = _labels([row.periods[at] for at in shown])
    columns = [
        (label, _word(row.expected[at], language), _word(row.got[at], language), at)
        for label, at in zip(labels, shown, strict=True)
    ]
    widths = [max(map(cells, column[:3])) + 2 for column in columns]
    start = 0
    while start < len(columns):
        stop, used = start, INDENT + room
        while stop < len(columns) and (stop == start or used + widths[stop] <= width):
            used += widths[stop]
            stop += 1
        band, sizes = columns[start:stop], widths[start:stop]
        for line, head in enumerate(heads):
            text = Text(" " * INDENT).append(_padded(head, room), FAINT)
            for column, size in zip(band, sizes, strict=True):
                differs = not agrees(row.expected[column[3]], row.got[column[3]])
                style = (FAINT, GOOD, BAD)[line] if line == 0 or differs else ""
                text.append(_padded(str(column[line]), size), style or None)
            text.rstrip()
            yield text
        if any(column[3] == first for column in band):
            at = next(position for position, column in enumerate(band) if column[3] == first)
            blank = INDENT + room + sum(sizes[:at])
            yield Text(" " * blank).append("^" * (sizes[at] - 2), BAD)
        start = stop
    left = len(row.differing)
    if shown.start or shown.stop < len(row.periods):
        yield Text(" " * INDENT + say("periods_differ", language, left, len(row.periods)), FAINT)


def _labels(periods: Sequence[str]) -> Iterator[str]:
    """The year is written once: `2021-11 12 2022-01 02`."""
    year = ""
    for period in periods:
        head, dash, tail = period.partition("-")
        yield tail if dash and head == year else period
        year = head


def _word(verdict: Verdict, language: Language) -> str:
    word = say(_WORDS[verdict.code], language)
    return word if verdict.reason is None else f"{word}:{verdict.reason.name.lower()}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _difference(difference: Difference, language: Language, width: int) -> Iterator[Text]:
    what = f"{clean(difference.entity, NAME_CELLS)} {difference.period} {difference.what}"
    yield Text("    " + what, FAINT)
    heads = max(cells(say(key, language)) for key in ("expected", "got")) + 2
    for key, words, style in (("expected", difference.expected, GOOD), ("got", difference.got, BAD)):
        head = _padded(say(key, language), heads)
        if key == "got" and difference.instead is not None and difference.what in ("zh", "en"):
            words = say("no_alert", language, say(_WORDS[difference.instead], language))
        room = width - INDENT - cells(head)
        for at, line in enumerate(wrap(clean(words) or say("nothing", language), room)):
            yield Text(" " * INDENT).append(head if at == 0 else " " * cells(head), FAINT).append(line, style)


def _coverage(rules: Sequence[RuleCoverage], language: Language, width: int) -> Iterator[Text]:
    """What is untested, rule by rule, and how much there was to test."""
    for one in rules:
        if one.complete:
            continue
        yield Text()
        yield Text("  " + clean(one.name, ID_CELLS), STRONG)
        if not one.tests:
            yield Text("    " + say("no_tests", language), BAD)
            continue
        if one.untested:
            separator = "、" if language == "zh" else ", "
            levels = separator.join(say(level, language) for level in one.untested)
            yield Text("    " + say("levels_untested", language, levels), BAD)
        if one.loose:
            words = [loose_words(loose) for loose in one.loose]
            sizes = [min(max(map(cells, column)), 40) for column in zip(*words, strict=True)]
            columns = [Column(key, size) for key, size in zip(("", "", ""), sizes, strict=True)]
            rows: list[list[Cell]] = [
                [[(word, BAD if at == 1 else "")] for at, word in enumerate(row)] for row in words
            ]
            for line in grid(columns, rows, heads=False):
                yield Text("  ").append_text(line)
    numbers = sum(one.numbers for one in rules)
    loose = sum(len(one.loose) if one.tests else one.numbers for one in rules)
    complete = sum(one.complete for one in rules)
    yield Text()
    said = say("coverage_said", language, f"{complete:,}", f"{len(rules):,}", f"{numbers - loose:,}", f"{numbers:,}")
    yield from paragraph(said, width, style=FAINT)


def loose_words(loose: Loose) -> tuple[str, str, str]:
    """A number that no test pins: which one, how it may be moved, and where it stands."""
    moves = " ".join(loose.steps)
    place = f"{loose.pin.place.file}:{loose.pin.place.line}"
    return clean(loose.pin.what), f"{clean(loose.pin.written)} → {clean(moves)}", clean(place, ID_CELLS)
