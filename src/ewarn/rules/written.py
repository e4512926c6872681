"""Rule files as they are written. The JSON schema and the help in messages come from these models."""

from __future__ import annotations

import keyword
import re
from typing import Annotated, Literal, Self, TypeVar
from unicodedata import normalize

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from ewarn.conditions.settings import level_name
from ewarn.diagnostics import Diagnostic
from ewarn.levels import Level
from ewarn.panel import Kind, Measure
from ewarn.rules.dated import day
from ewarn.rules.fields import Filled, LevelKey, Said, one_or_more, reject, some
from ewarn.rules.legs import LegOrRules, LegPath
from ewarn.rules.model import Channel, Confidence, Language, Template
from ewarn.rules.template import parse_template
from ewarn.source import Integer, ModelError, Real, Text
from ewarn.units import Unit

T = TypeVar("T")
_ID = re.compile(r"\w(?:[\w.-]*\w)?")
_FLAGS = ("yes", "no", "on", "off")
_EXPRESSION = "an expression, like streak(yoy(output) < 0) >= 3"


def _identifier(text: Text) -> Text:
    name = normalize("NFKC", text)
    if not name.isidentifier():
        raise reject(f"`{text}` is not a name", text, "letters, digits and _, no digit first; Chinese is allowed")
    if keyword.iskeyword(name):
        raise reject(f"`{text}` is a word of the expression language", text, "choose another name")
    return text


def _id(text: Text) -> Text:
    if _ID.fullmatch(text) is None:
        raise reject(f"`{text}` is not an id", text, "letters, digits, `-`, `_` and `.`, like IND-01")
    return text


def _constant(value: object) -> object:
    if isinstance(value, Text) and not value.quoted and value.lower() in _FLAGS:
        raise reject(f"`{value}` is not a flag", value, f'write true or false, or "{value}" for the text')
    return value


def _as_written(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """A number that still knows how it was written, and where."""
    found = check(value)
    if isinstance(value, Integer | Real) and type(found) is float:
        found = Real(found)
        found.text = value.text
    return found


def _sentence(value: object) -> Template:
    return parse_template(Text.of(value).stripped())


Identifier = Annotated[Text, AfterValidator(_identifier)]
Id = Annotated[Text, AfterValidator(_id)]
Constant = Annotated[
    bool | float | Filled, Field(union_mode="left_to_right"), BeforeValidator(_constant), WrapValidator(_as_written)
]
Sentence = Annotated[Template, BeforeValidator(_sentence), WithJsonSchema({"type": "string"})]


def _unit(text: Text) -> Text:
    try:
        Unit.parse(text)
    except ValueError as error:
        raise reject(f"`{text}` is no unit: {error}", text, "write one like 万元, % or days") from error
    return text


UnitWord = Annotated[Filled, AfterValidator(_unit)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class WrittenParam(_Model):
    """A constant: one value, or one for each level or for each value of an attribute."""

    value: Constant | dict[Filled, Constant] | None = Field(
        default=None,
        description="a number, true or false, a text, a quantity like 50 万元; a mapping with `by`",
    )
    since: dict[Filled, Constant | dict[Filled, Constant]] = Field(
        default={},
        alias="from",
        description="later values by the date from which they hold, {2024-01: 0.05}; `value` holds before",
    )
    by: Identifier | None = Field(
        default=None, description="`level`, or the attribute whose values are the keys of `value`"
    )
    unit: UnitWord | None = Field(default=None, description="the unit of the numbers in `value`, like 万元")
    source: Said | None = Field(
        default=None, description="where the number comes from; {zh: ..., en: ...}, or one text"
    )
    confidence: Confidence | None = Field(
        default=None,
        description="how sure that is: law, official (notice or site), secondary (press), memory, "
        "judgement (no official number exists)",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = [*([] if self.value is None else [self.value]), *self.since.values()]
        if not given:
            raise ModelError(Diagnostic("EW121", "a param without a value", help="add `value:`, or `from:` with dates"))
        for value in given:
            several = isinstance(value, dict)
            if several and self.by is None:
                hint = "add `by: level` or an attribute"
                raise ModelError(Diagnostic("EW121", "several values, and no `by`", help=hint))
            if not several and self.by is not None:
                raise reject("`by` needs a value for each", self.by, "write `value: {key: value, ...}`")
            if isinstance(value, dict) and self.by == "level":
                for key in value:
                    level_name(key)
        days = [day(key) for key in self.since]
        for at, key in enumerate(self.since):
            if at and days[at] <= days[at - 1]:
                raise reject(f"`{key}` is not later than the date before it", key, "oldest first")
        return self


def _short(value: object) -> object:
    return value if isinstance(value, dict) else {"value": value}


def _listed(value: object) -> object:
    return {"indicators": value} if isinstance(value, tuple) else value


ParamOrValue = Annotated[
    WrittenParam, BeforeValidator(_short, json_schema_input_type=bool | float | str | WrittenParam)
]


EntityTypes = Annotated[
    tuple[Identifier, ...],
    BeforeValidator(one_or_more, json_schema_input_type=Identifier | tuple[Identifier, ...]),
    AfterValidator(some),
]


class WrittenEach(_Model):
    """The indicators a rule is written for once: a list of names, or what they have in common."""

    indicators: Annotated[tuple[Identifier, ...], AfterValidator(some)] | None = Field(
        default=None, description="by name, [retail_sales, exports]"
    )
    has: Annotated[
        tuple[Measure, ...], BeforeValidator(one_or_more, json_schema_input_type=Measure | tuple[Measure, ...])
    ] = Field(default=(), description="a measure they have, like target; or a list of them")
    kind: Annotated[tuple[Kind, ...], BeforeValidator(one_or_more, json_schema_input_type=Kind | tuple[Kind, ...])] = (
        Field(default=(), description="their kind, like flow; or a list of kinds")
    )
    better: Literal["higher", "lower"] | None = Field(default=None, description="their direction")

    @model_validator(mode="after")
    def _check(self) -> Self:
        named = self.indicators is not None
        if named == bool(self.has or self.kind or self.better):
            raise ModelError(
                Diagnostic("EW121", "`each` takes a list of indicators, or what they have in common",
                           help="write {x: [retail_sales, exports]} or {x: {has: target, kind: flow}}")
            )  # fmt: skip
        return self


Moment = Annotated[Filled, WithJsonSchema({"type": ["string", "integer"]})]
"""A day, month, quarter, or a year, which YAML takes for a number."""


class WrittenEffective(_Model):
    """When a rule holds; a period belongs to it if its last day does."""

    first: Moment | None = Field(default=None, alias="from", description="first day, month, quarter or year")
    last: Moment | None = Field(default=None, alias="to", description="last day, month, quarter or year")

    @model_validator(mode="after")
    def _check(self) -> Self:
        first, last = self.days
        if first is None and last is None:
            raise ModelError(Diagnostic("EW121", "`effective` without a date", help="write {from: 2024-01}"))
        if first is not None and last is not None and last < first:
            assert self.last is not None
            raise reject("`to` lies before `from`", self.last)
        return self

    @property
    def days(self) -> tuple[int | None, int | None]:
        """Days since 1970-01-01."""
        return None if self.first is None else day(self.first), None if self.last is None else day(self.last, last=True)


class WrittenAdjust(_Model):
    """Moves a verdict while a condition holds."""

    when: Filled = Field(description=_EXPRESSION)
    by: Annotated[int, Field(ge=-3, le=3)] | None = Field(default=None, description="levels up, or down if negative")
    cap: Level | None = Field(default=None, description="the highest level that remains")
    entity: EntityTypes | None = Field(default=None, description="for these entity types only")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.by is None) == (self.cap is None):
            raise reject("an adjustment has either `by` or `cap`", self.when, "write by: 1, by: -1 or cap: blue")
        if self.by == 0:
            raise reject("`by: 0` moves nothing", self.when, "write by: 1 or by: -1")
        return self


class WrittenListing(_Model):
    """Evidence that is a list of entities."""

    of: Identifier = Field(description="the entity type of the list")
    where: Filled | None = Field(default=None, description="which of them: a condition in their own names")
    by: Filled | None = Field(default=None, description="the number by which the list is sorted, ascending")
    top: Annotated[int, Field(ge=1, le=1000)] = Field(default=10, description="how many are shown")


class _Shared(_Model):
    """Keys that a rule may have and a pack may set for all its rules."""

    entity: EntityTypes | None = Field(
        default=None, description="entity type, or a list of them; may be left out where the drop has one type"
    )
    hold: Annotated[int, Field(ge=1)] | dict[LevelKey, Annotated[int, Field(ge=1)]] | None = Field(
        default=None,
        alias="for",
        description="periods in a row that a level must hold before it counts, for all or per level",
    )
    keep_for: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="clear periods in a row before an alert ends; 0 ends it with the first"
    )
    bridge: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="unknown periods between two known ones that counts look through"
    )
    frequency: Literal["M", "Q", "A", "round"] | None = Field(
        default=None, description="M, Q, A or round (reporting dates); default the coarsest it reads"
    )
    channel: Channel | None = Field(default=None, description="economy, or data for data quality")
    source: Said | None = Field(
        default=None,
        description="where the rule comes from: regulation, report, paper; {zh: ..., en: ...}, or one text",
    )


class Defaults(_Shared):
    """What holds for every rule of the pack that does not say otherwise."""


class WrittenRule(_Shared):
    """One rule."""

    id: Id = Field(description="unique in its pack, like IND-01; alerts are followed over time by it")
    slug: Filled | None = Field(default=None, description="a readable name, like output-decline")
    title: Annotated[dict[Language, Filled], AfterValidator(some)] | None = Field(
        default=None, description="{zh: ..., en: ...}, one is enough"
    )
    where: Filled | None = Field(default=None, description="which entities: a condition")
    params: dict[Identifier, ParamOrValue] = Field(default={}, description="constants that users may override")
    let: dict[Identifier, Filled] = Field(default={}, description="names for expressions")
    levels: Filled | dict[LevelKey, Filled] = Field(
        description="a condition for each level, like `yellow: streak(yoy(output) < 0) >= 3`; "
        "one condition for all levels that its `by: level` params name"
    )
    adjust: tuple[WrittenAdjust, ...] = Field(default=(), description="moves of the verdict, in order")
    until: Filled | None = Field(default=None, description="once fired, holds until this is known true")
    weight: Filled | None = Field(default=None, description="exposure, for ranking: a number, like output")
    explain: dict[Language, Sentence] = Field(default={}, description="a sentence with {slots} that says why")
    evidence: tuple[Filled, ...] = Field(
        default=(), description="more numbers for the alert's evidence, like [yoy(electricity)]; left out where lacking"
    )
    action: dict[Language, Filled] = Field(default={}, description="what to do now")
    traps: dict[Language, Filled] = Field(default={}, description="what makes it fire or stay silent wrongly")
    notes: dict[Language, Filled] = Field(default={}, description="where it differs from its source, and why")
    listing: WrittenListing | None = Field(
        default=None, alias="list", description="evidence that is a list of entities"
    )
    show: bool = Field(default=True, description="false: serves composites only")
    labels: dict[Filled, Filled] = Field(
        default={}, description="words that an alert carries while their condition holds: {name: condition}"
    )
    each: (
        Annotated[
            dict[
                Identifier,
                Annotated[
                    WrittenEach,
                    BeforeValidator(_listed, json_schema_input_type=tuple[Identifier, ...] | WrittenEach),
                ],
            ],
            Field(min_length=1, max_length=1),
        ]
        | None
    ) = Field(
        default=None,
        description="one rule for each indicator: {x: {has: target, kind: flow}}; its id is ID:indicator",
    )
    legs: dict[LegPath, LegOrRules] = Field(
        default={},
        description="a composite: other rules that its conditions read by these names, "
        "{project.held: {any: [INV-02, INV-06], level: yellow, window: 3}}",
    )
    effective: WrittenEffective | None = Field(
        default=None, description="periods it holds in: {from: 2024-01, to: 2025}"
    )
    enabled: bool = Field(default=True, description="false: read and checked, but not run")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if isinstance(self.levels, dict) and not self.levels:
            raise reject("a rule without levels", self.id, "write a condition under `levels:`, like `yellow: ...`")
        both = [name for name in self.let if name in self.params]
        if both:
            raise ModelError(
                *(
                    Diagnostic("EW121", f"`{name}` is both a param and a let", name.span(), help="rename one")
                    for name in both
                )
            )
        taken = [name for name in self.legs if name in self.params or name in self.let]
        if taken:
            raise ModelError(
                *(
                    Diagnostic("EW121", f"`{name}` is a leg and something else", name.span(), help="rename one")
                    for name in taken
                )
            )
        if self.legs and self.each is not None:
            raise reject("`legs` and `each` in one rule", self.id, "write a composite for each indicator")
        return self


class Pack(_Model):
    """A file of rules."""

    pack: Id | None = Field(default=None, description="the pack's name; part of every fingerprint")
    defaults: Defaults = Field(default=Defaults(), description="keys that hold for every rule that does not set them")
    params: dict[Identifier, ParamOrValue] = Field(default={}, description="constants of every rule")
    let: dict[Identifier, dict[Identifier, Filled]] = Field(
        default={}, description="names for expressions, by entity type: {enterprise: {ratio: output / staff}}"
    )
    adjust: tuple[WrittenAdjust, ...] = Field(
        default=(), description="moves of the verdicts of every rule, before the rule's own"
    )
    rules: Annotated[tuple[WrittenRule, ...], AfterValidator(some)] = Field(description="a list of rules")

    @model_validator(mode="after")
    def _check(self) -> Self:
        both = [name for named in self.let.values() for name in named if name in self.params]
        if both:
            raise ModelError(
                *(
                    Diagnostic("EW121", f"`{name}` is both a param and a let", name.span(), help="rename one")
                    for name in both
                )
            )
        return self
