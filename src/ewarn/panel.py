"""Every observation of a drop, aligned: dense arrays, periods x entities, with the cell each value came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar, Frequency, Period
from ewarn.diagnostics import Cell, Diagnostic

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Int8s = npt.NDArray[np.int8]
Int32s = npt.NDArray[np.int32]

Kind = Literal["flow", "stock", "ratio", "index", "date", "category", "ytd", "growth", "target", "unknown"]
Holds = Literal["number", "date", "category"]
Measure = Literal["period", "quarter", "ytd", "qtd", "since_start", "growth", "target", "target_growth", "plan", "rank"]
January = Literal["separate", "none", "merged"]
AttributeKind = Literal["text", "number", "date", "flag"]


class Reason(IntEnum):
    """Why a value is unknown. Where several hold, the lowest number is the one reported."""

    FILTER_UNKNOWN = 1
    MASKED = 2
    NOT_APPLICABLE = 3
    BELOW_UNIT = 4
    NOT_REPORTED = 5
    BLANK = 6
    NOT_DUE = 7
    BEFORE_START = 8
    SCOPE_BREAK = 9
    NO_BASE = 10
    NONPOSITIVE_BASE = 11
    TOO_FEW_MEMBERS = 12


class Status(IntEnum):
    """How settled a value is, weakest first; 0 in an array means that nothing was said."""

    FORECAST = 1
    FLASH = 2
    PRELIMINARY = 3
    REVISED = 4
    FINAL = 5


@dataclass(frozen=True)
class Indicator:
    """What is known of a named series, apart from its values."""

    name: str
    kind: Kind = "unknown"
    unit: str | None = None
    better: Literal["higher", "lower"] | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    """Names by language: {"zh": "产值", "en": "output"}."""
    aliases: tuple[str, ...] = ()
    january: January = "separate"
    values: tuple[str, ...] = ()
    """Of a category the words that it may have; empty: any."""
    due: int | None = None
    """Day of the month after the period by which it is reported."""
    restricted: bool = False
    """A unit-level statistical return (see DOMAIN 0.8 in the design notes): not for external exports."""

    @property
    def holds(self) -> Holds:
        """What its values are."""
        return self.kind if self.kind == "date" or self.kind == "category" else "number"


@dataclass(frozen=True, eq=False)
class Across:
    """Values that stand side by side, a column for each period, numbered one column after the other.

    Item n stands in file row `(n - 1) % height + 1`; one of the column called `name` in `columns[(n - 1) // height]`.
    """

    name: str
    columns: tuple[str, ...]
    height: int

    def row(self, item: int) -> int:
        """File row of an item."""
        return (item - 1) % self.height + 1

    def column(self, item: int) -> str:
        """Column of an item."""
        return self.columns[(item - 1) // self.height]


@dataclass(frozen=True, eq=False)
class Table:
    """One file or sheet of the drop, `file` relative to it with `/`. Rows are numbered as a spreadsheet would show
    them: from 1, the header and empty rows counted, also in a Parquet file (whose column names are row 1)."""

    file: str
    sheet: str | None = None
    text: bool = False
    """Whether its rows are lines of text."""
    lines: Int32s | None = None
    """Physical line of file row r at `lines[r - 1]`; only where quoted newlines make them differ."""
    labels: Sequence[object] | None = None
    """For a data frame the label of row r at `labels[r - 2]`."""
    notes: tuple[Cell, ...] = ()
    """Lines below the table that were read as notes, with their text."""
    letters: Mapping[str, str] | None = None
    """For a sheet of a workbook the letters of each column."""
    across: Across | None = None
    """Where periods run across the columns: what its row numbers stand for."""

    def place(self, row: int, column: str | None = None, about: str | None = None) -> Cell:
        """The cell in row `row`, for messages and evidence."""
        if self.across is not None and row > 0:
            column = self.across.column(row) if column == self.across.name else column
            row = self.across.row(row)
        line = None if not self.text else row if self.lines is None else int(self.lines[row - 1])
        cell = None
        if self.labels is not None and 2 <= row < len(self.labels) + 2:
            label = self.labels[row - 2]
            label = label.item() if isinstance(label, np.generic) else label
            cell = f"[{label!r}, {column!r}]" if column is not None else f"[{label!r}]"
        elif self.letters is not None and column is not None and column in self.letters:
            cell = f"{self.letters[column]}{row}"
        return Cell(self.file, self.sheet, row, line, column, cell, about)


@dataclass(frozen=True, eq=False)
class Source:
    """Where the values of one series stand in one table.

    `rows` (periods x entities, int32): the file row as `Table` counts them, 0 where the table has none.
    Columns of a table share one array unless they stand in different rows.
    """

    table: Table
    column: str
    rows: Int32s


@dataclass(frozen=True, eq=False)
class Break:
    """Values from a day on that are not comparable with those before: another scope, a census."""

    day: int
    """The first day after, since 1970-01-01."""
    entities: Int32s | None = None
    """Positions of the entities it is about; None: all of the type."""
    note: str | None = None
    """What happened, as the drop says it."""


@dataclass(frozen=True, eq=False)
class Series:
    """One indicator and measure of one entity type, on the panel's calendar of its frequency.

    `values` (periods x entities) is NaN where unknown; of `holds`: dates are days since 1970-01-01, categories
    positions in `categories`; `reasons` (`Reason`, 0 = derive it from `sources`) and `statuses` (`Status`) exist only
    where they vary. Of several `sources`, the first with a row there holds.
    """

    indicator: str
    measure: Measure
    freq: Frequency
    unit: str | None
    values: Floats
    sources: tuple[Source, ...] = ()
    reasons: Int8s | None = None
    statuses: Int8s | None = None
    previous: Floats | None = None
    """The value of the vintage before the one in `values`, NaN where it is the first; None: no vintages are known."""
    breaks: tuple[Break, ...] = ()
    """Breaks of the series, oldest first: what lies before one is unknown to whatever looks back across it."""
    holds: Holds = "number"
    categories: tuple[str, ...] = ()

    @cached_property
    def reported(self) -> int:
        """Row of the newest period known for anybody, -1 if none."""
        known = np.flatnonzero(~np.isnan(self.values).all(axis=1))
        return int(known[-1]) if len(known) else -1

    def told(self, value: float) -> float | str | None:
        """One of its values as a report has it: a number, a date like `2022-09-30`, a word; None where unknown."""
        if np.isnan(value):
            return None
        if self.holds == "date":
            return str(np.datetime64(int(value), "D"))
        return self.categories[int(value)] if self.holds == "category" else value


@dataclass(frozen=True, eq=False)
class Attribute:
    """A property of the entities of one type.

    `values`: text -> int32 codes into `categories`, -1 unknown; number -> float64; date -> float64 days since
    1970-01-01 (NaN unknown); flag -> int8, 1 true, -1 false, 0 unknown. Shape (entities,), or where it changes
    over time (periods, entities) on the panel's calendar of frequency `freq`, carried forward, never back.
    """

    name: str
    kind: AttributeKind
    values: npt.NDArray[np.float64] | npt.NDArray[np.int32] | npt.NDArray[np.int8]
    categories: tuple[str, ...] = ()
    unit: str | None = None
    freq: Frequency | None = None
    sources: tuple[Source, ...] = ()
    """Where it stands, as in `Series`; where the attribute is undated, `rows` has the shape (1, entities). A row
    with an unknown value is a delivered blank, unless `reasons` says otherwise."""
    reasons: Int8s | None = None
    """`Reason` (shape of `values`) where a symbol such as `*` gives one, else 0; None where none does."""

    @property
    def source(self) -> Source | None:
        """The first of `sources`."""
        return self.sources[0] if self.sources else None


@dataclass(frozen=True, eq=False)
class Parents:
    """For each entity the position of its parent among the entities of type `type`, -1 where it has none.

    Shape (entities,) or, where it changes over time, (periods, entities) on the calendar of `freq`.
    """

    type: str
    index: Int32s
    freq: Frequency | None = None


@dataclass(frozen=True, eq=False)
class Link(Parents):
    """The same for a link, which has a name of its own; entities of type `type` reach back by `inverse`."""

    inverse: str | None = None


@dataclass(frozen=True, eq=False)
class EntityType:
    """The entities of one type, sorted by id. `since` is the first day on which each is known to exist:
    the first day of the first period in which any table has a row for it; the minimum of int64 for one
    that a table without periods names."""

    name: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    since: npt.NDArray[np.int64]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    parents: Mapping[str, Parents] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    """By name."""

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Position of each id."""
        return {key: position for position, key in enumerate(self.ids)}


SeriesKey = tuple[str, str, str]
"""Entity type, indicator, measure."""


@dataclass(frozen=True, eq=False)
class Panel:
    """What `ewarn.load` gives and rules are evaluated on. Immutable by convention; plain arrays inside."""

    name: str
    frequency: Frequency
    calendars: Mapping[Frequency, Calendar]
    types: Mapping[str, EntityType]
    indicators: Mapping[str, Indicator]
    series: Mapping[SeriesKey, Series]
    fiscal_year_start: int = 1
    known_at: int | None = None
    """Days since 1970-01-01; None where every value of the drop counts."""
    rules: tuple[str, ...] = ()
    """`rules:` of drop.yaml; paths are already relative to the working directory."""
    root: str = ""
    """The drop's folder, for paths in messages."""
    calendars_named: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Named calendars of the drop, for `during()`: stretches of days since 1970-01-01, both ends included."""
    notices: tuple[Diagnostic, ...] = ()
    """What was decided in reading that a user should know, and that stops nothing."""

    def __repr__(self) -> str:
        entities = ", ".join(f"{len(entities):,} {name}" for name, entities in self.types.items())
        periods = self.calendars[self.frequency].labels
        span = f"{periods[0]} to {periods[-1]}" if periods else "no period"
        return f"<panel {self.name!r}: {entities or 'no entity'}; {len(self.series):,} series; {span}>"

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        entity: str = "entity",
        period: str = "period",
        type: str = "entity",  # noqa: A002  (the word of the contract)
        kinds: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
        frequency: Frequency | None = None,
    ) -> Panel:
        """A panel from a wide or long frame: see `ewarn.frames.from_frame`."""
        from ewarn.frames import from_frame

        return from_frame(
            frame, entity=entity, period=period, type=type, kinds=kinds or {}, units=units or {}, frequency=frequency
        )

    def eval(self, expression: str, entity: str | None = None) -> pd.DataFrame:
        """One expression for every entity of a type, periods x entities: see `ewarn.expressions.tables.evaluated`."""
        from ewarn.expressions.tables import evaluated

        return evaluated(self, expression, entity)

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Indicator names by their other spellings."""
        return {alias: key for key, indicator in self.indicators.items() for alias in indicator.aliases}

    @cached_property
    def inverses(self) -> Mapping[str, Mapping[str, tuple[str, str]]]:
        """By entity type, the names by which its entities reach those linked to them: their type, and its link."""
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for kind, entities in self.types.items():
            for name, link in entities.links.items():
                if link.inverse is not None:
                    found.setdefault(link.type, {})[link.inverse] = kind, name
        return found

    @cached_property
    def as_of(self) -> Period:
        """The newest period with an observation other than targets and plans, at the drop's frequency."""
        calendar = self.calendars[self.frequency]
        if self.newest_day is None:
            return calendar.periods[-1]
        return calendar.periods[int(np.searchsorted(calendar.last_day, self.newest_day, side="right")) - 1]

    @cached_property
    def newest_day(self) -> int | None:
        """Last day of the newest period of any frequency with an observation other than targets and plans."""
        days = [
            int(self.calendars[series.freq].last_day[series.reported])
            for series in self.series.values()
            if series.reported >= 0
            and series.measure not in ("target", "target_growth", "plan")
            and self.indicators[series.indicator].kind != "target"
        ]
        return max(days, default=None)
