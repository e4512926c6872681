"""Words that go with an entity rather than with an indicator: attributes, parents, names.

In a table with periods a word holds from its row's period on, over later periods that say nothing, never back. Where
that makes no difference (the same word from an entity's first day on) it is kept once, without periods.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ewarn.assembly.codes import Codes, Rows
from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part, Roster
from ewarn.assembly.grid import Column, Layout, Observed, carried, merge, observe
from ewarn.assembly.problems import shown
from ewarn.calendar import Frequency
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.panel import Floats, Int8s, Reason, Source


@dataclass(eq=False)
class Track:
    """Words of the entities of one type: `values` are codes into `words`, NaN where unknown."""

    words: list[str]
    values: Floats
    """(entities,), or (periods, entities) on the calendar of `freq`."""
    freq: Frequency | None
    reasons: Int8s | None
    sources: tuple[Source, ...]


@dataclass(eq=False)
class Vocabulary:
    """Words by number, over several columns."""

    codes: dict[str, int] = field(default_factory=dict)

    def codes_of(self, codes: Codes) -> Floats:
        """The words of a column by number, NaN where blank."""
        numbers = [self.codes.setdefault(word, len(self.codes)) for word in codes.texts]
        return np.array([*numbers, np.nan])[codes.index]


TrackColumn = tuple[Part, str, Codes, Codes | None]
"""Whose rows, the column's name, its words without symbols for missing values, and the words as they are."""


def track(context: Context, roster: Roster, what: str, columns: list[TrackColumn]) -> Track:
    """Lay out the columns that give one attribute, or the parents of one type; `what` is its name."""
    vocabulary = Vocabulary()
    dated: Observed | None = None
    undated: Observed | None = None
    freq: Frequency | None = None
    for part, name, codes, raw in columns:
        sheet = part.sheet
        values = vocabulary.codes_of(codes)
        reasons = _reasons(part, codes, raw)
        layout = context.layout(part)
        days = context.days(sheet, None)
        column = Column(values, reasons, None, None if days is None else part.pick(days))
        if len(columns) == 1 and sheet.freq is not None and (once := _once(context, part, roster, column, name)):
            return Track(list(vocabulary.codes), once.values[0], None, once.reasons, once.sources)
        observed, clashes = observe(layout, sheet.table, name, column)
        words = list(vocabulary.codes)
        context.report("EW303", roster.type, sheet.freq, what, clashes, _word_of(words))
        if sheet.freq is None:
            undated, clashes = (observed, None) if undated is None else merge(undated, observed)
        elif freq not in (None, sheet.freq):
            message = f"`{what}` has periods of another frequency in another table"
            hint = "give it in tables of one frequency, or in one without periods"
            context.problems.add(Diagnostic("EW207", message, Cell(sheet.spec.label, column=name), help=hint), name)
            continue
        else:
            freq = sheet.freq
            dated, clashes = (observed, None) if dated is None else merge(dated, observed)
        context.report("EW303", roster.type, sheet.freq, what, clashes, _word_of(words))
    words = list(vocabulary.codes)
    if dated is None or freq is None:
        assert undated is not None
        return Track(words, undated.values[0], None, _row(undated.reasons), undated.sources)
    held = carried(dated) if undated is None else _over(carried(dated), undated)
    if _constant(context, roster, held, freq):
        sources = tuple(Source(source.table, source.column, source.rows[-1:]) for source in held.sources)
        reasons = None if held.reasons is None else held.reasons[-1]
        return Track(words, held.values[-1].copy(), None, reasons, sources)
    return Track(words, held.values, freq, held.reasons, held.sources)


def _word_of(words: list[str]) -> Callable[[float], str]:
    return lambda code: shown(words[int(code)], 40)


def without_symbols(part: Part, codes: Codes) -> Codes:
    """A column of words with symbols for missing values taken out."""
    symbols = part.sheet.spec.symbols
    missing = np.array([*(symbols.reason(word) is not None for word in codes.texts), True])
    return (
        Codes(np.where(missing[codes.index], np.int32(-1), codes.index), codes.words) if missing[:-1].any() else codes
    )


def names_of(context: Context, roster: Roster) -> tuple[str, ...]:
    """What each entity is called: as a table without periods says, else as its newest row does, else its id."""
    if all(part.sheet.spec.name is None for part in roster.parts):
        return roster.texts
    names = np.full(len(roster), -1, dtype=np.int64)
    vocabulary = Vocabulary()
    for part in sorted(roster.parts, key=lambda part: part.sheet.freq is not None):
        if part.sheet.spec.name is None:
            continue
        codes = part.pick_codes(part.sheet.words[part.sheet.spec.name])
        numbers = vocabulary.codes_of(codes)
        known = np.flatnonzero(~np.isnan(numbers))
        ordinals = part.sheet.ordinals
        position = part.position[known]
        found = np.full(len(roster), -1, dtype=np.int64)
        found[position] = numbers[known]
        if ordinals is not None and (found[position] != numbers[known]).any():
            order = np.lexsort((-part.numbers[known].astype(np.int64), part.pick(ordinals)[known]))
            found[position[order]] = numbers[known][order]
        elif ordinals is None:
            _two_names(context, part, roster, Named(known, numbers, found, list(vocabulary.codes)))
        names = np.where(names < 0, found, names)
    words = list(vocabulary.codes)
    ids = roster.texts
    return tuple(words[code] if code >= 0 else ids[at] for at, code in enumerate(names.tolist()))


@dataclass(frozen=True, eq=False)
class Named:
    """The column of names of one table."""

    rows: Rows
    """Rows with a name."""
    numbers: Floats
    """Number of each row's word."""
    found: Rows
    """Number of the word that each entity keeps."""
    words: list[str]


def _two_names(context: Context, part: Part, roster: Roster, named: Named) -> None:
    """Report entities that a table without periods lists under two names."""
    known, sheet = named.rows, part.sheet
    other = known[named.found[part.position[known]] != named.numbers[known]]

    def word(position: int) -> Diagnostic:
        row = int(other[position])
        entity = int(part.position[row])
        last = int(known[part.position[known] == entity][-1])
        first, second = (shown(named.words[int(named.numbers[at])]) for at in (row, last))
        message = f"{roster.type} `{shown(roster.texts[entity])}` is called `{second}` here, `{first}` elsewhere"
        name = sheet.column(sheet.spec.name) if sheet.spec.name is not None else None
        where = [sheet.table.place(int(part.numbers[at]), name) for at in (row, last)]
        return Diagnostic("EW303", message, where[1], f"row {where[0].row}", more=(where[0],))

    context.problems.add_all("EW303", sheet.spec.label, len(other), word)


def _reasons(part: Part, codes: Codes, raw: Codes | None) -> Int8s | None:
    if raw is None or raw is codes:
        return None
    symbols = part.sheet.spec.symbols
    words = np.array([*((symbols.reason(word) or 0) for word in raw.texts), 0], dtype=np.int8)
    words[words == Reason.BLANK] = 0
    return words[raw.index] if words.any() else None


def _once(context: Context, part: Part, roster: Roster, column: Column, name: str) -> Observed | None:
    """The words without periods, where each entity's rows all say the same from its first day on."""
    sheet, values = part.sheet, column.values
    if column.reasons is not None or column.days is not None or sheet.ordinals is None or sheet.freq is None:
        return None
    numbers = part.numbers
    laid = Layout.of((1, len(roster)), part.position.astype(np.int64), numbers)
    found = np.full(len(roster), np.nan)
    found[part.position] = values
    if not np.array_equal(found[part.position], values, equal_nan=True):
        return None
    ordinals = part.pick(sheet.ordinals)
    first = np.full(len(roster), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(first, part.position, ordinals)
    seen = first != np.iinfo(np.int32).max
    calendar = context.calendars[sheet.freq]
    start = calendar.first_day[calendar.places(np.where(seen, first, calendar.ordinals[0]))]
    if (seen & (start > np.maximum(roster.since, context.first_day))).any():
        return None
    return Observed(found.reshape(1, -1), (Source(sheet.table, name, laid.rows),))


def _constant(context: Context, roster: Roster, held: Observed, freq: Frequency) -> bool:
    calendar = context.calendars[freq]
    if (calendar.first_day[0] > np.maximum(roster.since, context.first_day)).any():
        return False  # some exist already in the earlier periods of another frequency
    first = np.searchsorted(calendar.last_day, roster.since) if len(roster) else np.zeros(0, np.int64)
    before = np.arange(len(calendar))[:, None] < first[None, :]
    last = held.values[-1]
    same = (held.values == last) | (np.isnan(held.values) & np.isnan(last))
    if held.reasons is not None:
        same &= held.reasons == held.reasons[-1]
    return bool((same | before).all())


def _over(dated: Observed, undated: Observed) -> Observed:
    """Dated words over undated ones, which hold until the first."""
    silent = ~dated.says
    values = np.where(silent, undated.values, dated.values)
    reasons = None
    if dated.reasons is not None or undated.reasons is not None:
        zeros = np.zeros((1, 1), dtype=np.int8)
        reasons = np.where(
            silent,
            zeros if undated.reasons is None else undated.reasons,
            zeros if dated.reasons is None else dated.reasons,
        )
    over = tuple(
        Source(source.table, source.column, np.where(silent & (undated.says), np.int32(0), source.rows))
        for source in dated.sources
    )
    under = tuple(
        Source(source.table, source.column, np.where(silent, source.rows, np.int32(0))) for source in undated.sources
    )
    return Observed(values, over + under, reasons)


def _row(reasons: Int8s | None) -> Int8s | None:
    return None if reasons is None or not reasons.any() else reasons[0]
