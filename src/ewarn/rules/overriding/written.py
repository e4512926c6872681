"""Override files as they are written."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from ewarn.diagnostics import Diagnostic
from ewarn.rules.fields import Filled, Said
from ewarn.rules.written import Constant, Identifier, UnitWord
from ewarn.source import Located, ModelError, Text


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class WrittenTable(_Model):
    """A plain table with a value for each entity."""

    table: Filled = Field(description="a csv, tsv, xlsx or parquet file beside this one")
    key: Filled = Field(description="the column with the entities' ids")
    column: Filled = Field(description="the column with the values")
    sheet: Filled | None = Field(default=None, description="of a workbook")
    otherwise: float | None = Field(
        default=None, description="for entities without a row; without it what reads the value is unknown for them"
    )


def _form(value: object) -> str:
    if not isinstance(value, dict):
        return "(constant)"
    return "(table)" if "table" in value else "(mapping)"


One = Annotated[
    Annotated[Constant, Tag("(constant)")] | Annotated[WrittenTable, Tag("(table)")],
    Discriminator(lambda value: "(table)" if isinstance(value, dict) else "(constant)"),
]
New = Annotated[
    Annotated[Constant, Tag("(constant)")] | Annotated[WrittenTable, Tag("(table)")]
    | Annotated[dict[Filled, One], Tag("(mapping)")],
    Discriminator(_form),
]  # fmt: skip


class WrittenChange(_Model):
    """Another value for a param: of all of it, or of some of its levels or categories."""

    value: New = Field(description="a number, a quantity, a table, or a mapping of those keys that change")
    unit: UnitWord | None = Field(default=None, description="the unit of the new numbers; default that of the old")
    source: Said | None = Field(
        default=None, description="where the number comes from; {zh: ..., en: ...}, or one text"
    )


class WrittenOwner(_Model):
    """Who is responsible: one name for each entity, or for each value of an attribute or parent."""

    by: Identifier = Field(description="`entity`, an attribute or a parent type, whose values are the keys")
    value: dict[Filled, Filled] = Field(description="{park or sector or entity id: name}")


class WrittenOwnerTable(_Model):
    """The same, from a table by entity."""

    table: Filled = Field(description="a csv, tsv, xlsx or parquet file beside this one")
    key: Filled = Field(description="the column with the entities' ids")
    column: Filled = Field(description="the column with the names")
    sheet: Filled | None = Field(default=None, description="of a workbook")


def _change(value: object) -> object:
    """A value alone, or with a unit or source."""
    if isinstance(value, dict) and "value" in value:
        return value
    return {"value": value}


def _owner_form(value: object) -> str:
    if not isinstance(value, dict):
        return "(name)"
    return "(table)" if "table" in value else "(mapping)"


Owner = Annotated[
    Annotated[Filled, Tag("(name)")]
    | Annotated[WrittenOwner, Tag("(mapping)")]
    | Annotated[WrittenOwnerTable, Tag("(table)")],
    Discriminator(_owner_form),
]


class WrittenOverride(_Model):
    """What changes of the rules that a name or pattern picks."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, json_schema_extra={"minProperties": 1}
    )

    params: dict[
        Identifier, Annotated[WrittenChange, BeforeValidator(_change, json_schema_input_type=New | WrittenChange)]
    ] = Field(default={}, description="new values: {k: {yellow: 4}, floor: 50 万元}")
    where: Filled | None = Field(default=None, description="a condition that must hold beside the rule's own `where`")
    enabled: bool | None = Field(default=None, description="false: not run; true: run though the pack says otherwise")
    weight: Filled | None = Field(default=None, description="exposure for ranking, in place of the rule's own")
    owner: Owner | None = Field(default=None, description="who is responsible, printed with the alert")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.model_fields_set:
            raise ModelError(Diagnostic("EW121", "an override that changes nothing", help="delete it"))
        return self


class WrittenScore(_Model):
    """Most points of each part of the score, together 100; and from which share on exposure is full."""

    exposure: float = Field(ge=0, description="share of the rule's weight")
    persistence: float = Field(ge=0, description="how long it has lasted")
    depth: float = Field(ge=0, description="how far beyond the threshold")
    novelty: float = Field(ge=0, description="whether it is new")
    full_share: float = Field(
        default=0.1, gt=0, le=1, description="share of the whole weight from which exposure is full; default 0.1"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        total = self.exposure + self.persistence + self.depth + self.novelty
        if abs(total - 100) > 1e-9:
            raise ModelError(
                Diagnostic("EW121", f"the parts of the score make {total:g}", help="together they must make 100")
            )
        return self


def _pattern(text: Text) -> Text:
    if any(letter in text for letter in "[]?"):
        advice = "a pattern has only `*`: LND-* or industry/*"
        raise ModelError(Diagnostic("EW121", f"`{text}` is no rule", text.span(), help=advice))
    return text


Picked = Annotated[Filled, AfterValidator(_pattern)]


class Override(_Model):
    """A file that changes rules."""

    use: tuple[Filled, ...] = Field(
        default=(), description="packs and files it is about, loaded with it: [industry, my_rules.yaml]"
    )
    indicators: dict[Identifier, Identifier] = Field(
        default={}, description="names in rules: names in this drop, {output: 规上产值}"
    )
    score: WrittenScore | None = Field(default=None, description="points of the score's parts, together 100")
    owner: Owner | None = Field(default=None, description="of every rule that names none")
    overrides: dict[Picked, WrittenOverride] = Field(
        default={}, description="changes by rule: IND-01, industry/IND-01, or a pattern like LND-*"
    )


def is_override(tree: Located) -> bool:
    """Whether a tree is such a file, and not a pack: it has the keys of one and no rules."""
    return tree.get("rules") is None and any(tree.get(key) is not None for key in Override.model_fields)
