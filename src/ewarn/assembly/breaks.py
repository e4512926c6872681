"""Series breaks: where the drop says that values are not comparable with those before, under `breaks:` or row by row.

Published rates are comparable by themselves, and targets and plans are no observations: they have no breaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ewarn.assembly.codes import Codes, Rows
from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part, Roster
from ewarn.assembly.grid import Column, Layout, observe
from ewarn.assembly.indicators import AHEAD, RATES, plain
from ewarn.assembly.long import LongRows
from ewarn.assembly.problems import shown
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import BreakSpec
from ewarn.catalogue import catalogue
from ewarn.diagnostics import Diagnostic, Span, did_you_mean
from ewarn.panel import Break, Floats, Int32s, Series, SeriesKey
from ewarn.source import Text

Found = dict[SeriesKey, list[Break]]


def with_breaks(
    context: Context,
    given: tuple[BreakSpec, ...],
    sheets: list[Sheet],
    long: Mapping[int, LongRows],
    series: dict[SeriesKey, Series],
) -> tuple[dict[SeriesKey, Series], list[Diagnostic]]:
    """The series with their breaks, and warnings about breaks that cut nothing off."""
    own = {
        key: one
        for key, one in series.items()
        if key[2] not in RATES | AHEAD and context.names.indicator(key[1]).kind not in ("growth", "target")
    }
    found: Found = {}
    notices: list[Diagnostic] = []
    for spec in given:
        notices += _declared(context, spec, own, found)
    for number, sheet in enumerate(sheets):
        if sheet.spec.scope is not None and sheet.freq is not None:
            for part in context.parts(sheet):
                _in_column(context, part, sheet.words[sheet.spec.scope], long.get(number), own, found)
    return {
        key: replace(one, breaks=tuple(sorted(found[key], key=lambda item: item.day))) if key in found else one
        for key, one in series.items()
    }, notices


def _declared(context: Context, spec: BreakSpec, own: Mapping[SeriesKey, Series], found: Found) -> Iterator[Diagnostic]:
    problems, before = context.problems, len(context.problems)
    indicators = {name for word in spec.indicators if (name := _indicator(context, word, own)) is not None}
    kinds = {key[0] for key in own} if spec.type is None else {plain(spec.type)}
    if spec.type is not None and plain(spec.type) not in context.rosters:
        hint = did_you_mean(plain(spec.type), context.rosters)
        listed = f"the drop has: {', '.join(context.rosters)}"
        problems.add(Diagnostic("EW204", f"there is no type `{spec.type}`", spec.type.span(), listed, hint))
        return
    keys = [key for key in own if key[0] in kinds and (not spec.indicators or key[1] in indicators)]
    kinds = {key[0] for key in keys}
    if spec.entities and len(kinds) > 1:
        message = f"`{shown(spec.entities[0])}`: whose id?"
        hint = f"add `type:`, one of {', '.join(sorted(kinds))}"
        problems.add(Diagnostic("EW204", message, spec.entities[0].span(), help=hint))
    if len(problems) > before:
        return
    if not keys:
        what = f" of `{', '.join(spec.indicators)}`" if spec.indicators else ""
        kind = f" for {spec.type}" if spec.type is not None else ""
        yield _idle(f"there are no figures{what}{kind} to break", spec.word.span())
        return
    entities = None
    if spec.entities:
        (kind,) = kinds
        entities = _entities(context, context.rosters[kind], spec)
    ends = [(int(calendar.first_day[0]), int(calendar.last_day[-1])) for calendar in context.calendars.values()]
    first, last = min(end[0] for end in ends), max(end[1] for end in ends)
    if not first < spec.day <= last:
        span = f"{np.datetime64(first, 'D')} to {np.datetime64(last, 'D')}"
        yield _idle(f"`{spec.word}` is no day within the drop, which has {span}", spec.word.span())
    for key in keys:
        found.setdefault(key, []).append(Break(spec.day, entities, spec.note))


def _idle(message: str, place: Span) -> Diagnostic:
    return Diagnostic("EW313", f"a break that cuts nothing off: {message}", place, severity="warning")


def _indicator(context: Context, word: Text, own: Mapping[SeriesKey, Series]) -> str | None:
    name = context.names.resolve(word)
    known = {key[1] for key in own} | context.names.mapping().keys() | context.names.declared.keys()
    if name in known or name in catalogue():
        return name
    listed = f"the drop has: {', '.join(sorted({key[1] for key in own})[:12])}"
    hint = did_you_mean(plain(word), known)
    context.problems.add(Diagnostic("EW204", f"there is no indicator `{shown(word)}`", word.span(), listed, hint))
    return None


def _entities(context: Context, roster: Roster, spec: BreakSpec) -> Int32s:
    """Positions of the entities that a break names; ids that are none are reported."""
    position = {text: at for at, text in enumerate(roster.texts)}
    for word in spec.entities:
        # As of an earlier day an entity may not be there yet, and a row left out may be its own.
        whole = context.known_at is None and not any(part.sheet.incomplete for part in roster.parts)
        if plain(word) not in position and whole:
            hint = did_you_mean(plain(word), roster.texts)
            message = f"there is no {roster.type} `{shown(word)}`"
            context.problems.add(Diagnostic("EW305", message, word.span(), f"the drop has {len(roster):,}", hint))
    found = {position[plain(word)] for word in spec.entities if plain(word) in position}
    return np.array(sorted(found), dtype=np.int32)


def _in_column(
    context: Context, part: Part, scope: Codes, long: LongRows | None, own: Mapping[SeriesKey, Series], found: Found
) -> None:
    """Breaks where the word of a column changes from one row of an entity to its next."""
    sheet, codes = part.sheet, part.pick_codes(scope)
    if long is None:
        keys = [key for key, one in own.items() if key[0] == part.type and _stands_in(one, sheet)]
        named = {value.indicator for value in sheet.spec.values}
        groups: list[tuple[list[SeriesKey], Rows]] = [
            ([key for key in keys if key[1] in named], np.arange(len(codes), dtype=np.int64))
        ]
    else:
        kinds = part.pick(long.index)
        names = {number: (part.type, kind.indicator, kind.measure) for number, kind in enumerate(long.kinds)}
        groups = [([key], np.flatnonzero(np.isin(kinds, [n for n, k in names.items() if k == key]))) for key in own]
    for keys, rows in groups:
        if keys and len(rows):
            breaks = list(_changes(context, part, codes, rows))
            for key in keys:
                found.setdefault(key, []).extend(breaks)


def _stands_in(series: Series, sheet: Sheet) -> bool:
    return any(source.table is sheet.table for source in series.sources)


def _changes(context: Context, part: Part, codes: Codes, rows: Rows) -> Iterator[Break]:
    sheet = part.sheet
    assert sheet.freq is not None
    assert sheet.spec.scope is not None
    index = codes.index[rows].astype(np.float64)
    index[index < 0] = np.nan
    days = context.days(sheet, None)
    layout = Layout.of(context.shape(part), context.cells(part)[rows], part.numbers[rows])
    column = Column(index, None, None, None if days is None else part.pick(days)[rows])
    name = sheet.column(sheet.spec.scope)
    laid, clashes = observe(layout, sheet.table, name, column)
    context.report("EW303", part.type, sheet.freq, name, clashes, lambda code: shown(codes.texts[int(code)], 40))
    calendar = context.calendars[sheet.freq]
    was: Floats = np.full(laid.values.shape[1], np.nan)
    for row, now in enumerate(laid.values):
        changed = np.flatnonzero(~np.isnan(was) & ~np.isnan(now) & (now != was))
        pairs = {(int(was[at]), int(now[at])) for at in changed}
        if pairs:
            old, new = (codes.texts[code] for code in next(iter(pairs)))
            note = f"{name}: {old} → {new}" if len(pairs) == 1 else name
            yield Break(int(calendar.first_day[row]), changed.astype(np.int32), note)
        was = np.where(np.isnan(now), was, now)
