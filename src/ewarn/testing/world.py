"""The entities of a test as a panel: written into tables in memory, and assembled as those of a drop are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ewarn.arrow import strings
from ewarn.assembly.build import build
from ewarn.assembly.indicators import plain
from ewarn.assembly.problems import Problems
from ewarn.assembly.spec import AttributeSpec, BreakSpec, DropSpec, LinkSpec, LongSpec, ParentSpec, TableSpec
from ewarn.calendar import Calendar, Frequency, Period
from ewarn.diagnostics import Diagnostic
from ewarn.errors import DropError
from ewarn.panel import AttributeKind, Indicator, Int32s, Panel, Table
from ewarn.testing.cells import NOT_REPORTED
from ewarn.testing.data import EntityOf, SeriesOf
from ewarn.testing.model import WRONG, WrittenLink

_VALUES = ("id", "period", "indicator", "measure", "value", "unit", "status", "published")


@dataclass(frozen=True)
class Frame:
    """What holds for the panel of a test as a whole."""

    file: str
    first: Period
    last: Period
    fiscal_year_start: int
    known_at: int | None
    indicators: Mapping[str, Indicator]
    said: Mapping[str, frozenset[str]]
    kinds: Mapping[str, AttributeKind]
    units: Mapping[str, str]
    links: Mapping[str, WrittenLink]
    breaks: tuple[BreakSpec, ...]
    calendars: Mapping[str, tuple[tuple[int, int], ...]]


class _Columns:
    """Columns of words in memory."""

    note: str | None = None

    def __init__(self, label: str, names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
        self.names = tuple(names)
        self._label = label
        self._rows = rows

    def first_row(self) -> tuple[str, ...]:
        """Not asked for."""
        return ()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:
        """Nothing to do."""

    def take(self, column: int) -> pa.ChunkedArray:
        """One column."""
        return pa.chunked_array([strings([row[column] or None for row in self._rows])])

    def table(self) -> Table:
        """The table for messages and evidence."""
        return Table(self._label)

    def rows(self) -> Int32s:
        """Row of each item, the names being row 1."""
        return np.arange(2, 2 + len(self._rows), dtype=np.int32)

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """None."""
        return ()


def panel_of(entities: Sequence[EntityOf], frame: Frame) -> Panel:
    """The panel. Raises DropError with what does not fit together."""
    tables: list[TableSpec] = []
    by_type: dict[str, list[EntityOf]] = {}
    for entity in entities:
        by_type.setdefault(entity.type, []).append(entity)
    for kind, members in by_type.items():
        tables.append(_roster(kind, members, frame, entities))
        tables += _values(kind, members, frame)
    spec = DropSpec(
        "test", tuple(tables), frame.indicators, frame.said, frame.first.freq, frame.fiscal_year_start, frame.known_at,
        breaks=frame.breaks, calendars=frame.calendars,
    )  # fmt: skip
    return build(spec, Problems())


def _values(kind: str, members: Sequence[EntityOf], frame: Frame) -> Iterable[TableSpec]:
    """Long tables: one for each frequency, those with revisions apart."""
    rows: dict[tuple[Frequency, bool], list[tuple[str | None, ...]]] = {}
    for entity in members:
        for series in (one for stretches in entity.series.values() for one in stretches):
            vintages = any(value.value.first is not None for value in series.values)
            rows.setdefault((series.first.freq, vintages), []).extend(_rows(entity, series, frame, vintages))
    for (freq, vintages), found in rows.items():
        if not found:
            continue
        label = f"{frame.file}, {kind} {freq}"
        yield TableSpec(
            label, _Columns(label, _VALUES, found), kind, 0, period=1, frequency=freq,
            long=LongSpec(2, 4, 5, 3), status=6, published=7 if vintages else None,
        )  # fmt: skip


def _rows(entity: EntityOf, series: SeriesOf, frame: Frame, vintages: bool) -> Iterable[tuple[str | None, ...]]:
    freq = series.first.freq
    ends = Calendar(freq, np.array(series.steps), frame.fiscal_year_start).last_day
    following = Calendar(freq, np.array(series.steps) + 1, frame.fiscal_year_start).last_day
    begun = False
    for position, (ordinal, value) in enumerate(zip(series.steps, series.values, strict=True)):
        cell = value.value
        begun = begun or cell.text is not None
        if not begun:
            continue
        head = (entity.id, str(Period(freq, ordinal)), series.indicator, series.measure)
        days = [str(np.datetime64(int(day[position]) + 1, "D")) if vintages else None for day in (ends, following)]
        if cell.first is not None:
            yield (*head, cell.first, series.unit, cell.status, days[0])
        # In a drop nobody may have reported yet; in a test somebody has, and it is this entity that has not.
        text = NOT_REPORTED if cell.text is None else cell.text
        yield (*head, text, series.unit, cell.status, days[cell.first is not None])


def _roster(kind: str, members: Sequence[EntityOf], frame: Frame, every: Sequence[EntityOf]) -> TableSpec:
    """Attributes, names, parents and links.

    It has periods where words change over time, or an entity begins later than the test: what a table without periods
    names has always been there. An entity with a row in the last period makes the panel reach that far.
    """
    attributes = list(dict.fromkeys(name for entity in members for name in entity.attributes))
    parents = list(dict.fromkeys(name for entity in members for name in entity.parents))
    links = list(dict.fromkeys(name for entity in members for name in entity.links))
    label = f"{frame.file}, {kind}"
    rows: list[tuple[str | None, ...]] = []
    for entity in members:
        dated = [*entity.attributes.values(), *entity.parents.values(), *(ids for _, ids in entity.links.values())]
        begin = Period(frame.first.freq, _begins(entity, frame))
        periods = {begin, frame.last, *(period for values in dated for period in values if period is not None)}
        now: list[str | None] = [values.get(None) for values in _tracks(entity, attributes, parents, links)]
        for period in sorted(periods, key=lambda one: one.ordinal):
            given = [values.get(period) for values in _tracks(entity, attributes, parents, links)]
            now = [before if word is None else word for before, word in zip(now, given, strict=True)]
            rows.append((entity.id, entity.name, str(period), *now))
    names = ("id", "name", "period", *attributes, *parents, *links)
    return TableSpec(
        label,
        _Columns(label, names, rows),
        kind,
        0,
        name=1,
        attributes=tuple(
            AttributeSpec(name, 3 + at, frame.kinds.get(name), frame.units.get(name))
            for at, name in enumerate(attributes)
        ),
        parents=tuple(ParentSpec(name, 3 + len(attributes) + at) for at, name in enumerate(parents)),
        links=tuple(
            _link(name, 3 + len(attributes) + len(parents) + at, members, frame, every) for at, name in enumerate(links)
        ),
        period=2,
        frequency=frame.first.freq,
    )


def _link(name: str, column: int, members: Sequence[EntityOf], frame: Frame, every: Sequence[EntityOf]) -> LinkSpec:
    """What a link leads to: as the file says, else the type of the test's entities with these ids."""
    place, written = next(one.links[name][0] for one in members if name in one.links), frame.links.get(name)
    if written is not None:
        inverse = written.inverse
        return LinkSpec(
            plain(written.type), column, None, written.type.span(), name, None if inverse is None else plain(inverse),
            None if inverse is None else inverse.span(),
        )  # fmt: skip
    ids = {key for one in members if name in one.links for key in one.links[name][1].values() if key}
    types = list(dict.fromkeys(one.type for one in every if one.id in ids))
    if len(types) != 1:
        lacking = f"no entity of this test has the id {', '.join(sorted(ids)) or '(none)'}"
        message = lacking if not types else f"`{name}` leads to {' and '.join(types)}"
        advice = f"`links: {{{name}: {{type: ...}}}}` at the top of the file says to which type it leads"
        raise DropError([Diagnostic(WRONG, message, place.span(), help=advice)])
    return LinkSpec(types[0], column, None, place.span(), name)


def _tracks(
    entity: EntityOf, attributes: list[str], parents: list[str], links: list[str]
) -> list[Mapping[Period | None, str]]:
    """The words of one entity for each column."""
    return [
        *(entity.attributes.get(name, {}) for name in attributes),
        *(entity.parents.get(name, {}) for name in parents),
        *(entity.links[name][1] if name in entity.links else {} for name in links),
    ]


def _begins(entity: EntityOf, frame: Frame) -> int:
    """The first period for which the test has a row of the entity; the test's first where it has no series."""
    steps = [
        ordinal
        for stretches in entity.series.values()
        for series in stretches
        if series.first.freq == frame.first.freq
        for ordinal, value in zip(series.steps, series.values, strict=True)
        if value.value.text is not None
    ]
    return min(steps, default=frame.first.ordinal)
