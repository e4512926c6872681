"""From the tables of a drop to a panel, in one pass over each; all problems are reported together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from ewarn.arrow import Bools
from ewarn.assembly.attributes import attributes_of
from ewarn.assembly.breaks import with_breaks
from ewarn.assembly.context import Context
from ewarn.assembly.doubt import Doubt, doubt_of
from ewarn.assembly.entities import Roster, rosters_of, types_in
from ewarn.assembly.events import add_events
from ewarn.assembly.indicators import AHEAD, Names, Units, UnitUse
from ewarn.assembly.links import check_names, links_of
from ewarn.assembly.long import LongRows, read_long, uses_of
from ewarn.assembly.odd import odd
from ewarn.assembly.parents import check_ancestors, check_circles, parents_of
from ewarn.assembly.periods import UNKNOWN, Days
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.series import SeriesMaker
from ewarn.assembly.sheet import Sheet, read_sheet
from ewarn.assembly.span import calendars_of, leave_out_slips, settle_frequencies
from ewarn.assembly.spec import DropSpec, TableSpec
from ewarn.assembly.tracks import names_of
from ewarn.assembly.unread import unread
from ewarn.assembly.words import Vocabulary, worded
from ewarn.calendar import COARSENESS, Calendar, Frequency, published_days
from ewarn.diagnostics import Cell, Diagnostic, Span
from ewarn.errors import DropError
from ewarn.panel import EntityType, Indicator, Panel, Parents, Series, SeriesKey

IN_CELLS = ("EW208", "EW301", "EW302", "EW303", "EW304", "EW306", "EW307", "EW308", "EW309", "EW310", "EW311")
"""Problems of single files and rows, which stand whether or not other tables can be read."""


def build(drop: DropSpec, problems: Problems) -> Panel:
    """Assemble the panel; DropError with everything that is wrong.

    Where `problems` holds mistakes of drop.yaml already, the tables that can be read are looked through all the same.
    The error carries what is known of the drop for looking through rules.
    """
    found = Problems()
    panel, doubt = _build(drop, found)
    whole = not problems and not doubt.unread
    problems.extend(one for one in found.diagnostics() if whole or one.code in IN_CELLS)
    if not problems:
        return panel
    error = DropError(problems.diagnostics())
    error.rules, error.panel, error.doubt = drop.rules, panel, drop.doubt | doubt
    raise error


def _build(drop: DropSpec, problems: Problems) -> tuple[Panel, Doubt]:
    """The panel, and what the problems found on the way leave in doubt."""
    names = Names(drop.indicators)
    sheets = [_read(worded(spec, names), drop, problems) for spec in drop.tables]
    settle_frequencies(sheets, drop)
    leave_out_slips(sheets, problems)
    long: dict[int, LongRows] = {}
    uses = []
    for number, sheet in enumerate(sheets):
        if sheet.spec.long is not None:
            long[number] = read_long(sheet, sheet.spec.long, names, problems)
        _keep_known(sheet, long.get(number), names, drop.known_at)
        if sheet.spec.long is not None:
            uses += uses_of(sheet, sheet.spec.long, long[number], names)
        uses += _wide_uses(sheet, names)
    units = Units(names, uses)
    for label, diagnostic in units.problems:
        problems.add(diagnostic, label)
    problems.extend(names.clashes())
    calendars = calendars_of(sheets, drop, problems)
    pa.default_memory_pool().release_unused()
    strange = tuple(odd(sheets, calendars))
    rosters = rosters_of(sheets, calendars, drop.known_at, problems)
    vintages = any(sheet.published is not None for sheet in sheets)
    context = Context(names, units, calendars, rosters, problems, drop.known_at, vintages)
    for roster in rosters.values():
        roster.names = names_of(context, roster)
    types = _types(context, drop)
    maker = SeriesMaker(context, Vocabulary.of(sheets, long, names))
    for number, sheet in enumerate(sheets):
        maker.add_wide(sheet)
        if sheet.spec.long is not None:
            maker.add_long(sheet, sheet.spec.long, long[number])
        _strays(sheet, problems)
        context.forget(sheet)
    series = maker.series()
    add_events(context, sheets, series, drop.fiscal_year_start)
    series, notices = with_breaks(context, drop.breaks, sheets, long, series)
    indicators = _januaries(names, drop, series, calendars)
    if drop.known_at is not None and not vintages:
        strange = (*strange, *_undated(sheets, indicators))
    _one_meaning(types, series, drop, problems)
    check_names(sheets, types, {(key[0], key[1]) for key in series}, problems)
    finest = min(calendars, key=lambda freq: (freq == "round", COARSENESS[freq]))
    panel = Panel(
        drop.name,
        drop.frequency if drop.frequency in calendars else finest,
        calendars,
        types,
        indicators,
        series,
        drop.fiscal_year_start,
        drop.known_at,
        drop.rules,
        drop.root,
        drop.calendars,
        notices=(*drop.notices, *(_notes(sheet) for sheet in sheets if sheet.table.notes), *notices, *strange),
    )
    return panel, doubt_of(sheets, names, problems.diagnostics()) if problems else Doubt()


def _read(spec: TableSpec, drop: DropSpec, problems: Problems) -> Sheet:
    """A table; one that cannot be read is reported, and counts as one without rows."""
    try:
        return read_sheet(spec, drop.fiscal_year_start, problems)
    except DropError as error:
        problems.extend(error.diagnostics)
        return read_sheet(unread(spec), drop.fiscal_year_start, problems)


def _undated(sheets: list[Sheet], indicators: Mapping[str, Indicator]) -> Iterator[Diagnostic]:
    """A day of knowledge was asked for, and the drop says of nothing when it was published: whole periods are cut."""
    if sheets and not any(indicator.due is not None for indicator in indicators.values()):
        message = "known at a day, and no table says when its values were published"
        label = "each value counts from the day after its period, as it was last revised"
        hint = (
            "name the column of the day: `published: release_date`; or the day of the month: `due: 20` at the indicator"
        )
        yield Diagnostic("EW316", message, sheets[0].spec.place, label, hint, severity="warning")


def _notes(sheet: Sheet) -> Diagnostic:
    """Lines below a table that were not read as rows: a user should know."""
    notes = sheet.table.notes
    count = f"{len(notes)} lines are notes" if len(notes) > 1 else "a line is a note"
    place = replace(notes[0], about=shown(notes[0].about or ""))
    hint = "`skip: [ROW, ...]` at the table says so without a warning"
    return Diagnostic("EW312", f"{count} below the table, not read", place, help=hint, severity="warning")


def _keep_known(sheet: Sheet, long: LongRows | None, names: Names, known_at: int | None) -> None:
    """Drop the rows that were not published by `known_at`: the drop as it stood on that day."""
    if known_at is None or not len(sheet):
        return
    assumed = _earliest(sheet, long, names)
    days = assumed if sheet.published is None else np.where(sheet.published == UNKNOWN, assumed, sheet.published)
    keep: Bools = days <= known_at
    sheet.select(keep)
    if long is not None:
        long.select(np.flatnonzero(keep))


def _earliest(sheet: Sheet, long: LongRows | None, names: Names) -> Days:
    """First day on which anything in each row may count as published, where no column says."""
    freq, ordinals = sheet.freq, sheet.ordinals
    always = np.full(len(sheet), UNKNOWN, dtype=np.int64)
    if ordinals is None or freq is None:
        return always

    def days(indicator: str, measure: str) -> Days | None:
        known = names.indicator(indicator)
        if measure in AHEAD or known.kind == "target":
            return None
        return published_days(calendar, known.due)[inverse]

    unique, inverse = np.unique(ordinals, return_inverse=True)
    calendar = Calendar(freq, unique.astype(np.int64))
    if long is not None:
        found = always.copy()
        for number, kind in enumerate(long.kinds):
            mine = days(kind.indicator, kind.measure) if kind.indicator else None
            if mine is not None:
                found = np.where(long.index == number, mine, found)
        return found
    each = [days(value.indicator, value.measure) for value in sheet.spec.values]
    if any(one is None for one in each):
        return always
    known = [one for one in each if one is not None]
    return np.minimum.reduce(known) if known else published_days(calendar, None)[inverse]


def _wide_uses(sheet: Sheet, names: Names) -> Iterable[UnitUse]:
    kinds = [kind for kind, _ in types_in(sheet)] or [sheet.spec.type]
    for value in sheet.spec.values:
        place = value.place or Cell(sheet.spec.label, column=sheet.column(value.column))
        for kind in kinds:
            names.use(value.word or value.indicator, kind, value.measure, place)
        yield UnitUse(value.indicator, value.measure, value.unit, sheet.spec.label, place, len(sheet))
    for event in sheet.spec.events:
        names.count(event.indicator)
        for kind in kinds:
            names.use(event.word or event.indicator, kind, "period", event.place)
        yield UnitUse(event.indicator, "period", None, sheet.spec.label, event.place, len(sheet))


def _types(context: Context, drop: DropSpec) -> dict[str, EntityType]:
    parents = {kind: parents_of(context, roster) for kind, roster in context.rosters.items()}
    places: dict[str, Cell | Span] = dict(drop.type_places)
    if check_circles(context, parents, places):
        check_ancestors(context, parents, places)
    return {kind: _type(context, roster, parents[kind]) for kind, roster in context.rosters.items()}


def _type(context: Context, roster: Roster, parents: dict[str, Parents]) -> EntityType:
    names = roster.names or roster.texts
    links = links_of(context, roster)
    return EntityType(roster.type, roster.texts, names, roster.since, attributes_of(context, roster), parents, links)


def _strays(sheet: Sheet, problems: Problems) -> None:
    """Rows with numbers and not a word: nobody knows whose they are."""
    across = sheet.table.across
    rows = sorted(sheet.strays if across is None else {across.row(item) for item in sheet.strays})

    def word(position: int) -> Diagnostic:
        place = sheet.table.place(rows[position], sheet.column(sheet.spec.id))
        return Diagnostic("EW304", "a row without an id", place, help="a total? `skip: [ROW, ...]` leaves rows out")

    problems.add_all("EW304", sheet.spec.label, len(rows), word)


def _januaries(
    names: Names, drop: DropSpec, series: dict[SeriesKey, Series], calendars: dict[Frequency, Calendar]
) -> dict[str, Indicator]:
    """The indicators; where the catalogue expects no January and the data have one, it is added to February."""
    found = names.mapping()
    for (_, name, measure), one in series.items():
        known = found[name]
        said = name in drop.indicators and "january" in drop.said.get(name, ())
        if known.january != "none" or said or one.freq != "M" or measure != "period":
            continue
        january = calendars["M"].ordinals % 12 == 0
        if not np.isnan(one.values[january]).all():
            found[name] = replace(known, january="merged")
    return found


def _one_meaning(
    types: dict[str, EntityType], series: dict[SeriesKey, Series], drop: DropSpec, problems: Problems
) -> None:
    """A word in a rule has one meaning: type, indicator or attribute."""
    for kind, name, _ in series:
        if name in types[kind].attributes:
            message = f"`{name}` is an indicator and an attribute of {kind}"
            problems.add(Diagnostic("EW205", message, drop.type_places.get(kind), help="rename one of them"))
    for name in sorted({name for _, name, _ in series} & types.keys()):
        message = f"`{name}` is an entity type and an indicator"
        problems.add(Diagnostic("EW205", message, drop.type_places.get(name), help="rename one of them"))
