"""drop.yaml as it is written. Help in messages comes from the descriptions here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ewarn.assembly.indicators import is_name, name_hint, plain
from ewarn.assembly.symbols import REASON_WORDS, status_of
from ewarn.calendar import Frequency
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.drop.pattern import Pattern
from ewarn.panel import AttributeKind, January, Kind, Measure
from ewarn.source import ModelError, Text
from ewarn.units import Unit


def _reject(code: str, message: str, text: Text, help: str | None = None) -> ModelError:  # noqa: A002  (as in Diagnostic)
    return ModelError(Diagnostic(code, message, text.span(), help=help))


def _name(text: Text) -> Text:
    if not is_name(plain(text)):
        raise _reject("EW204", f"`{text}` is not a name", text, f"a name like `{name_hint(text)}`")
    return text


def _unit(text: Text) -> Text:
    try:
        Unit.parse(text)
    except ValueError as error:
        raise _reject("EW204", f"`{text}` is no unit: {error}", text) from error
    return text


def _status(text: Text) -> Text:
    if status_of(text) is None:
        message, choices = f"`{text}` is no status", ("forecast", "flash", "preliminary", "revised", "final")
        hint = did_you_mean(text, choices) or f"one of {', '.join(choices)}; for a column `status: {{column: {text}}}`"
        raise _reject("EW204", message, text, hint)
    return text


def _reason(text: Text) -> Text:
    if text not in REASON_WORDS:
        raise _reject("EW204", f"`{text}` is no reason", text, f"one of {', '.join(REASON_WORDS)}")
    return text


def _many(value: object) -> object:
    return value if isinstance(value, tuple) else (value,)


def _symbols(value: object) -> object:
    """A list of symbols is short for a mapping to `blank`; one symbol for a list."""
    if isinstance(value, dict):
        return value
    return {symbol: Text("blank") for symbol in (value if isinstance(value, tuple) else (value,))}


def _pattern(text: Text) -> Text:
    try:
        Pattern.of(text)
    except ValueError as error:
        parts = "parts are {year}, {month}, {quarter}, {day}; all else stands for itself"
        raise _reject("EW204", f"`{text}` is no pattern of a period: {error}", text, parts) from error
    return text


Name = Annotated[Text, AfterValidator(_name)]
PatternText = Annotated[Text, AfterValidator(_pattern)]
UnitText = Annotated[Text, AfterValidator(_unit)]
StatusWord = Annotated[Text, AfterValidator(_status)]
ReasonWord = Annotated[Text, AfterValidator(_reason)]
Freq = Frequency | None
Texts = Annotated[tuple[Text, ...], BeforeValidator(_many, json_schema_input_type=Text | tuple[Text, ...])]
Missing = Annotated[
    dict[Text, ReasonWord],
    BeforeValidator(_symbols, json_schema_input_type=Text | tuple[Text, ...] | dict[Text, Text]),
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class ColumnModel(_Model):
    """A column, where a word would be something else."""

    column: Text = Field(description="a column's name, as in the header of the file")


class FixedModel(_Model):
    """One value for the whole table."""

    value: Text = Field(description="one value for all rows of the table")


class ValueModel(_Model):
    """A column of values."""

    column: Text = Field(description="a column's name, as in the header of the file")
    unit: UnitText | None = Field(None, description="a unit, like 万元 or '%'")
    measure: Measure = Field("period", description="what the column holds: period, ytd, growth, target, ...")


class AttributeModel(_Model):
    """A column of attributes."""

    column: Text = Field(description="a column's name, as in the header of the file")
    kind: AttributeKind | None = Field(
        None, description="text, number, date or flag; found from the values if left out"
    )
    unit: UnitText | None = Field(None, description="a unit, like 万元 or '%'")


class LinkModel(_Model):
    """A link to one entity of any type."""

    type: Name = Field(description="the entity type it leads to")
    column: Text = Field(description="the column with the ids of the entities linked to; blank: to none")
    inverse: Name | None = Field(None, description="what an entity linked to calls those linked to it: blocked_by")


class EntityModel(_Model):
    """Whose rows they are."""

    type: Name | ColumnModel = Field(Text("entity"), description="the entity type, like enterprise")
    id: Text = Field(description="the column with the ids")
    name: Text | None = Field(None, description="the column with the names that people use")
    attributes: tuple[Text, ...] | dict[Name, Text | AttributeModel] = Field(
        (), description="columns with properties: [sector, size], or {size: 规模}"
    )
    parents: dict[Name, Text | ColumnModel | FixedModel] = Field(
        {}, description="by type, the column with the parents' ids: {park: park_id, county: {value: 云岭县}}"
    )
    links: dict[Name, LinkModel] = Field(
        {}, description="by name, to what each is linked: {blocks: {type: enterprise, column: enterprise_id}}"
    )


class LongModel(_Model):
    """Columns of the long form."""

    indicator: Text = Field(description="the column with the names of the indicators")
    value: Text = Field(description="the column with the values")
    unit: Text | None = Field(None, description="the column with the units")
    measure: Text | None = Field(None, description="the column with the measures")


class AcrossModel(_Model):
    """Periods across the columns, a value of one indicator in each cell."""

    period: PatternText = Field(
        description="what the headings look like: '{year}年', '{year}年{month}月', '{year}Q{quarter}'"
    )
    indicator: Text = Field(description="the indicator whose values stand there")
    unit: UnitText | None = Field(None, description="a unit, like 万元 or '%'")
    measure: Measure = Field("period", description="what the values are: period, ytd, growth, target, ...")
    without: Texts = Field((), description="columns with a year in their heading that are not wanted")


def _flow(value: object) -> object:
    if isinstance(value, Text):
        if value != "count":
            hint = f"`count`, or {{distinct: {value}}} for the different words of a column"
            raise _reject("EW204", f"`{value}` is no way to count", value, hint)
        return {}
    return value


class FlowModel(_Model):
    """How events are counted."""

    distinct: Text | None = Field(None, description="count the different words of this column, not the rows")
    per: Freq = Field(None, description="Q or A: a frequency coarser than the table's")


FlowOrCount = Annotated[FlowModel, BeforeValidator(_flow, json_schema_input_type=Text | FlowModel)]


class EventsModel(_Model):
    """Rows that are events, counted by entity and period."""

    date: Text = Field(description="the column with the days of the events")
    flows: Annotated[
        dict[Text, FlowOrCount],
        Field(min_length=1),
    ] = Field(description="by indicator, how events are counted: {visits: count, agencies: {distinct: agency, per: Q}}")


Values = Annotated[
    tuple[Text | ValueModel, ...],
    BeforeValidator(_many, json_schema_input_type=Text | ValueModel | tuple[Text | ValueModel, ...]),
]
RowNumber = Annotated[int, Field(ge=1)]


class TableModel(_Model):
    """One file of the drop."""

    file: Text = Field(description="a file in the drop's folder")
    sheet: Text | None = Field(None, description="the sheet of a workbook")
    header: RowNumber | None = Field(None, description="the row of the file with the column names, from 1")
    skip: Annotated[int, Field(ge=0)] | tuple[RowNumber, ...] = Field(
        0, description="rows at the top that are no data, or a list of row numbers"
    )
    encoding: Text = Field(Text("auto"), description="auto, utf-8, gb18030, ...")
    frequency: Freq = Field(None, description="M, Q, A or round; else that of the drop, else found from the periods")
    entity: Annotated[
        EntityModel,
        BeforeValidator(
            lambda value: {"id": value} if isinstance(value, str) else value, json_schema_input_type=Text | EntityModel
        ),
    ] = Field(description="whose rows they are: {type: enterprise, id: COLUMN}, or the column with the ids")
    period: Text | ColumnModel | FixedModel | None = Field(None, description="the column with the periods")
    values: dict[Text, Values] = Field(
        {}, description="by indicator, its columns: {output: {column: 产值, unit: 万元}}"
    )
    long: LongModel | None = Field(None, description="columns of the long form, one value a row; instead of `values`")
    across: AcrossModel | None = Field(
        None, description="periods across the columns: {period: '{year}年', indicator: gdp}; instead of `values`"
    )
    events: EventsModel | None = Field(
        None, description="rows that are events: {date: visited_on, flows: {visits: count}}; instead of `values`"
    )
    status: ColumnModel | StatusWord | None = Field(None, description="a status, or {column: NAME}")
    published: Text | ColumnModel | None = Field(None, description="the column with the days of publication")
    scope: Text | ColumnModel | None = Field(
        None, description="the column with the scope (口径) of each row's values: another word is a series break"
    )
    missing: Missing = Field({}, description="symbols that stand for a missing value: ['..'] or {'..': not_reported}")


class BreakModel(_Model):
    """A break of some series."""

    first: Text = Field(alias="from", description="the first day, month, quarter or year of the new scope")
    indicator: Texts = Field((), description="an indicator or a list of them; all if left out")
    type: Name | None = Field(None, description="the entity type; all if left out")
    entity: Texts = Field((), description="the id of an entity or a list of them; all if left out")
    note: Text | None = Field(None, description="what happened, in a few words")


class StretchModel(_Model):
    """Days of a named calendar."""

    first: Text = Field(alias="from", description="the first day, or a month, quarter or year that begins with it")
    last: Text | None = Field(None, alias="to", description="the last day, where it is not the same")


class CalendarFileModel(_Model):
    """A named calendar in a file, a stretch of days in each row."""

    file: Text = Field(description="a file in the drop's folder, a stretch of days in each row")
    first: Text = Field(alias="from", description="the column with the first days")
    last: Text | None = Field(None, alias="to", description="the column with the last days; blank: the first day only")
    sheet: Text | None = Field(None, description="the sheet of a workbook")
    header: RowNumber | None = Field(None, description="the row of the file with the column names, from 1")
    encoding: Text = Field(Text("auto"), description="auto, utf-8, gb18030, ...")


def _stretches(value: object) -> object:
    """One stretch is short for a list of one."""
    return value if isinstance(value, tuple) or (isinstance(value, dict) and "file" in value) else (value,)


CalendarModel = Annotated[
    Annotated[tuple[Text | StretchModel, ...], Field(min_length=1)] | CalendarFileModel, BeforeValidator(_stretches)
]


class IndicatorModel(_Model):
    """What the catalogue does not know of an indicator, or knows otherwise."""

    kind: Kind | None = Field(None, description="flow, stock, ratio, index, date, category, ytd, ...")
    unit: UnitText | None = Field(None, description="a unit, like 万元 or '%'")
    values: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        None, description="of a category all words that it may have"
    )
    better: Literal["higher", "lower"] | None = Field(None, description="higher or lower")
    zh: Text | None = Field(None, description="what it is called in Chinese")
    en: Text | None = Field(None, description="what it is called in English")
    aliases: Texts = Field((), description="other spellings")
    january: January | None = Field(None, description="separate, none or merged")
    due: Annotated[int, Field(ge=1, le=31)] | None = Field(None, description="the day of the following month")
    restricted: bool | None = Field(None, description="true: from a unit-level statistical return")

    @model_validator(mode="after")
    def _fits(self) -> IndicatorModel:
        if self.values is not None and self.kind != "category":
            hint = "`kind: category` beside it, or leave it out"
            raise _reject("EW204", "`values` are the words of a category", self.values[0], hint)
        if self.unit is not None and self.kind in ("date", "category"):
            raise _reject("EW204", f"a {self.kind} has no unit", self.unit, "leave `unit` out")
        return self


Breaks = Annotated[
    tuple[BreakModel, ...], BeforeValidator(_many, json_schema_input_type=BreakModel | tuple[BreakModel, ...])
]


class DropModel(_Model):
    """The whole file."""

    name: Text | None = Field(None, description="what reports call it; else the folder's name")
    frequency: Freq = Field(None, description="M, Q, A or round (reporting dates): the default for the tables")
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = Field(1, description="the month in which the year begins")
    tables: Annotated[tuple[TableModel, ...], Field(min_length=1)] = Field(description="the files of the drop")
    indicators: dict[Name, IndicatorModel] = Field({}, description="what is known of the indicators")
    breaks: Breaks = Field(
        (), description="when series became incomparable with their past: [{from: 2022-05, indicator: fdi_actual}]"
    )
    calendars: dict[Text, CalendarModel] = Field(
        {}, description="for `during()`, by name: days, months, {from: DAY, to: DAY}, or {file: FILE, from: COLUMN}"
    )
    missing: Missing = Field({}, description="symbols that stand for a missing value: ['..'] or {'..': not_reported}")
    rules: Texts = Field(
        (), min_length=1, description="packs and rule files; without this line every shipped pack that fits"
    )
