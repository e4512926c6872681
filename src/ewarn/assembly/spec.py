"""What a drop says of its tables, with columns as positions: the same for files and for data frames."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from ewarn.assembly.doubt import Doubt
from ewarn.assembly.symbols import Symbols
from ewarn.calendar import Frequency, Period
from ewarn.diagnostics import Diagnostic, Span
from ewarn.panel import AttributeKind, Indicator, Measure, Status
from ewarn.readers import Columns
from ewarn.source import Text
from ewarn.units import Unit


@dataclass(frozen=True)
class ValueSpec:
    """A column of values of one indicator and measure."""

    column: int
    indicator: str
    measure: Measure = "period"
    unit: Unit | None = None
    word: str | None = None
    """The name as the drop has it, where that is not the indicator's own."""
    place: Span | None = None
    words: bool = False
    """Read as words: a date or a category."""


@dataclass(frozen=True)
class LongSpec:
    """Columns of the long form: one value per row, named in the row."""

    indicator: int
    value: int
    unit: int | None = None
    measure: int | None = None
    words: bool = False
    """Some of the values may be dates or categories."""


@dataclass(frozen=True)
class EventSpec:
    """A flow that counts a table's rows by entity and period, or the different words of a column in them."""

    indicator: str
    distinct: int | None = None
    per: Frequency | None = None
    """Its frequency, where that is coarser than the table's."""
    word: str | None = None
    place: Span | None = None


@dataclass(frozen=True)
class AttributeSpec:
    """A column of attributes; without `kind` it is found from the values."""

    name: str
    column: int
    kind: AttributeKind | None = None
    unit: str | None = None
    place: Span | None = None


@dataclass(frozen=True)
class ParentSpec:
    """Parents of type `type`: a column of their ids, or one id for all rows."""

    type: str
    column: int | None = None
    value: str | None = None
    place: Span | None = None


@dataclass(frozen=True)
class LinkSpec(ParentSpec):
    """What a row's entity is linked to, by a name of its own; `inverse` is what the other end calls it."""

    name: str = ""
    inverse: str | None = None
    inverse_place: Span | None = None


@dataclass(frozen=True, eq=False)
class TableSpec:
    """One table, open, and what its columns mean."""

    label: str
    columns: Columns
    type: str
    """Entity type of all rows, unless `type_column` says otherwise."""
    id: int
    type_column: int | None = None
    name: int | None = None
    attributes: tuple[AttributeSpec, ...] = ()
    parents: tuple[ParentSpec, ...] = ()
    period: int | Period | None = None
    frequency: Frequency | None = None
    values: tuple[ValueSpec, ...] = ()
    long: LongSpec | None = None
    status: int | Status | None = None
    published: int | None = None
    symbols: Symbols = field(default_factory=Symbols)
    place: Span | None = None
    events: tuple[EventSpec, ...] = ()
    scope: int | None = None
    links: tuple[LinkSpec, ...] = ()

    @property
    def value_columns(self) -> set[int]:
        """Positions of the columns that hold numbers."""
        return {value.column for value in self.values} | ({self.long.value} if self.long else set())

    @property
    def text_columns(self) -> set[int]:
        """Positions of the columns that hold words, ids, periods and days; dates and categories among the values."""
        single = (self.id, self.type_column, self.name, self.period, self.status, self.published, self.scope)
        found = {column for column in single if isinstance(column, int) and not isinstance(column, Status)}
        found |= {attribute.column for attribute in self.attributes}
        found |= {one.column for one in (*self.parents, *self.links) if one.column is not None}
        found |= {event.distinct for event in self.events if event.distinct is not None}
        found |= {value.column for value in self.values if value.words}
        if self.long:
            value = self.long.value if self.long.words else None
            words = (self.long.indicator, self.long.unit, self.long.measure, value)
            found |= {column for column in words if column is not None}
        return found


@dataclass(frozen=True)
class BreakSpec:
    """Series that are not comparable with their past from a day (since 1970-01-01) on; nothing named: all."""

    day: int
    word: Text
    """The day as the drop has it."""
    indicators: tuple[Text, ...] = ()
    type: Text | None = None
    entities: tuple[Text, ...] = ()
    note: str | None = None


@dataclass(frozen=True, eq=False)
class DropSpec:
    """A whole drop, ready to be assembled."""

    name: str
    tables: tuple[TableSpec, ...]
    indicators: Mapping[str, Indicator]
    """What the drop itself says, by name, laid over the catalogue."""
    said: Mapping[str, Set[str]] = field(default_factory=dict)
    """Which keys the drop gives for each of them."""
    frequency: Frequency | None = None
    fiscal_year_start: int = 1
    known_at: int | None = None
    rules: tuple[str, ...] = ()
    root: str = ""
    notices: tuple[Diagnostic, ...] = ()
    """Warnings: nothing is wrong with drop.yaml, but it may not say what was meant."""
    type_places: Mapping[str, Span] = field(default_factory=dict)
    breaks: tuple[BreakSpec, ...] = ()
    calendars: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Named calendars, as `Panel.calendars_named` has them."""
    doubt: Doubt = field(default_factory=Doubt)
    """What mistakes of drop.yaml itself leave in doubt."""
