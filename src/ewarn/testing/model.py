"""Files of rule tests as they are written. The JSON schema and the help in messages come from these models."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ewarn.assembly.periods import day_of
from ewarn.calendar import Period, parse_period
from ewarn.diagnostics import Diagnostic
from ewarn.drop.model import Breaks, CalendarModel, IndicatorModel, Name, UnitText
from ewarn.levels import Level
from ewarn.panel import AttributeKind
from ewarn.rules.written import Constant
from ewarn.source import ModelError, Text

WRONG, UNKNOWN, NOTHING = "EW402", "EW401", "EW404"
"""Codes of the mistakes that a file of tests has apart from its data."""
_A_DAY = re.compile(r"\d{4}[-./年]\d{1,2}[-./月]\d")


def reject(message: str, text: object, advice: str | None = None, code: str = WRONG) -> ModelError:
    """The mistake in a value, at its place."""
    return ModelError(Diagnostic(code, message, text.span() if isinstance(text, Text) else None, help=advice))


def _period(text: Text) -> Text:
    if _A_DAY.match(text):
        raise reject(f"`{text}` is a day", text, "tests go by month, quarter or year: 2022-03, 2022-Q1, 2022")
    try:
        parse_period(text)
    except ValueError as error:
        raise reject(f"`{text}` is no period: {error}", text, "write 2022-03, 2022-Q1 or 2022") from None
    return text


def period_of(text: str, *, rounds: bool = False) -> Period | None:
    """The period that a key stands for, of a test on reporting dates the date; None where it is another word."""
    try:
        if rounds:
            return parse_period(text, "round")
        return None if _A_DAY.match(text) else parse_period(text)
    except ValueError:
        return None


def _moment(text: Text) -> Text:
    if period_of(text) is None and period_of(text, rounds=True) is None:
        raise reject(f"`{text}` is no period", text, "write 2022-03, 2022-Q1 or 2022")
    return text


def _day(text: Text) -> Text:
    if day_of(text) is None:
        raise reject(f"`{text}` is not a day", text, "write it like 2022-10-15")
    return text


def _filled(text: Text) -> Text:
    if not text.strip():
        raise reject("an empty text", text, "write one, or delete the line")
    return text.stripped()


def _many(value: object) -> object:
    return value if isinstance(value, tuple) else (value,)


Filled = Annotated[Text, AfterValidator(_filled)]
PeriodText = Annotated[Text, AfterValidator(_period), WithJsonSchema({"type": ["string", "integer"]})]
MomentText = Annotated[Text, AfterValidator(_moment), WithJsonSchema({"type": ["string", "integer"]})]
"""A period, or a reporting date."""
DayText = Annotated[Text, AfterValidator(_day)]
Names = Annotated[
    tuple[Filled, ...],
    BeforeValidator(_many, json_schema_input_type=Filled | tuple[Filled, ...]),
    Field(min_length=1),
]
Said = bool | Filled
"""A word, a number, true or false: `Text` but for the flags."""
Given = bool | Filled | dict[Text, Said | tuple[Filled, ...] | dict[Text, Said]]
"""A series or an attribute, or either by period; what `in`, `links` and `signals` hold."""
_ENTITY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "series and attributes by name: {output: 100x12 95 94 _ 93, size: 规上}",
    "properties": {
        "in": {"type": "object", "description": "parents by type: {park: P1, county: C}"},
        "name": {"type": "string", "description": "what it is called in sentences; else its id"},
        "links": {"type": "object", "description": "links by name, the id of what each leads to: {blocks: E1}"},
        "signals": {"type": "object", "description": "levels of other rules, for composites: {ATT-01: ... yellow}"},
    },
}
Entity = Annotated[dict[Text, Given], WithJsonSchema(_ENTITY_SCHEMA)]
Entities = dict[Name, dict[Filled, Entity]]
Levels = Filled | Annotated[dict[Filled, Filled | dict[Filled, Filled]], Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class WrittenFinding(_Model):
    """What holds of one entity in one period, beside its level."""

    entity: Filled | None = Field(default=None, description="whose it is, where the rule's type has several entities")
    zh: Filled | None = Field(default=None, description="the sentence in Chinese, exactly")
    en: Filled | None = Field(default=None, description="the sentence in English, exactly")
    reason: Filled | None = Field(
        default=None, description="why it cannot be judged: masked, not_reported, no_base, ..."
    )
    possible: Level | None = Field(default=None, description="the higher level that could not be ruled out")
    labels: tuple[Filled, ...] | None = Field(
        default=None, description="the labels of the alert, all of them, in order"
    )
    listing: tuple[Filled, ...] | None = Field(
        default=None, alias="list", description="the ids in the alert's list, all of them, in order"
    )
    members: tuple[Filled, ...] | None = Field(
        default=None, description="of a composite what stands beneath it, in any order: [ATT-01 project/A yellow, ...]"
    )


class WrittenTest(_Model):
    """Data, and what one rule must say of them."""

    name: Filled = Field(description="what is tested, in a few words; unique among the tests of its rule")
    first: PeriodText | None = Field(default=None, alias="from", description="first period of the series, like 2021-01")
    last: PeriodText | None = Field(
        default=None, alias="to", description="last period, where no series says it: 2021-06 for a test of attributes"
    )
    rounds: Annotated[tuple[DayText, ...], Field(min_length=1)] | None = Field(
        default=None, description="reporting dates in place of `from`, one for each value: [2022-03-01, 2022-03-20]"
    )
    type: Name | None = Field(default=None, description="entity type that is judged; else the rule's first one")
    world: Names | None = Field(default=None, description="data of `worlds:` that lie under this test's own; or a list")
    given: Entity = Field(
        default={},
        description="series and attributes of one entity, called A: {output: 100x12 95 94 93, size: 规上}",
    )
    entities: Entities = Field(
        default={},
        description="several entities, by type and id: {enterprise: {E1: {output: 10x3}, F1..F9: {output: 5x3}}}",
    )
    units: dict[Filled, UnitText] = Field(default={}, description="units of the numbers: {output: 万元}")
    params: dict[Name, Constant | dict[Filled, Constant]] = Field(
        default={}, description="other values of the rule's params, for this test only"
    )
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] | None = Field(
        default=None, description="the month in which the year begins"
    )
    breaks: Breaks = Field(
        default=(), description="when series became incomparable with their past: [{from: 2022-05, indicator: output}]"
    )
    known_at: DayText | None = Field(default=None, description="only what was published by this day counts")
    expect: Levels | None = Field(
        default=None,
        description="a level for each period: `clear blue yellowx3 unknown`, `... yellow` for the last one, "
        "`{E1: clear yellow}` by entity, `{2022-03: yellow}` from a period on",
    )
    at: dict[
        MomentText,
        Annotated[
            tuple[WrittenFinding, ...],
            BeforeValidator(_many, json_schema_input_type=WrittenFinding | tuple[WrittenFinding, ...]),
        ],
    ] = Field(default={}, description="by period, what else holds then: {2022-03: {zh: ..., en: ...}}")


class WrittenLink(_Model):
    """A link of the tests' entities, where their ids alone do not say all of it."""

    type: Name = Field(description="the entity type it leads to")
    inverse: Name | None = Field(
        default=None, description="what an entity linked to calls those linked to it: blocked_by"
    )


class WrittenTests(_Model):
    """A file of tests."""

    rules: Names | None = Field(
        default=None, description="the packs or files under test; else NAME.yaml of NAME.test.yaml"
    )
    needs: Names | None = Field(
        default=None, alias="with", description="packs or files that are loaded too: the legs of composites"
    )
    first: PeriodText | None = Field(default=None, alias="from", description="first period of the series, like 2021-01")
    rounds: Annotated[tuple[DayText, ...], Field(min_length=1)] | None = Field(
        default=None, description="reporting dates in place of `from`, one for each value: [2022-03-01, 2022-03-20]"
    )
    units: dict[Filled, UnitText] = Field(default={}, description="units of the numbers: {output: 万元}")
    indicators: dict[Name, IndicatorModel] = Field(
        default={}, description="as in drop.yaml: what the catalogue does not know of the indicators"
    )
    attributes: dict[Name, AttributeKind] = Field(
        default={}, description="kinds of attributes, where the values do not show them: {started_on: date}"
    )
    breaks: Breaks = Field(default=(), description="as in a test, for all of them")
    calendars: dict[Text, CalendarModel] = Field(
        default={}, description="for `during()`, by name, as in drop.yaml: {fair: [{from: 2022-05-01, to: 2022-05-07}]}"
    )
    links: dict[Name, WrittenLink] = Field(
        default={}, description="types and inverses of links: {blocks: {type: enterprise, inverse: blocked_by}}"
    )
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = Field(
        default=1, description="the month in which the year begins"
    )
    worlds: dict[Filled, Entities] = Field(
        default={}, description="data that several tests share, by name: {county: {county: {C: {}}}}"
    )
    tests: dict[Filled, tuple[WrittenTest, ...]] = Field(
        description="by rule id, its tests: {IND-01: [{name: ..., given: ..., expect: ...}]}"
    )
