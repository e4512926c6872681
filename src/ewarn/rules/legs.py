"""`legs:` as it is written: the rules that a composite reads, by the names its conditions give them."""

from __future__ import annotations

import keyword
from typing import Annotated
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ewarn.levels import LEVELS, Level
from ewarn.rules.fields import Filled, one_or_more, reject, some
from ewarn.rules.model import Language
from ewarn.source import Text


def _path(text: Text) -> Text:
    parts = normalize("NFKC", text).split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        raise reject(
            f"`{text}` is no name of a leg", text, "write a name, `held`, or a type and a name, `project.held`"
        )
    if len(parts) > 2:
        near = ".".join(parts[-2:])
        raise reject(f"`{text}` is no name of a leg", text, f"one type is enough: `{near}`")
    return text


def _rules_only(value: object) -> object:
    return {"any": value} if isinstance(value, tuple | Text) else value


class WrittenLeg(BaseModel):
    """Rules that a composite reads: true where one of them stood at that level, or higher, of late."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    any: Annotated[
        tuple[Filled, ...],
        BeforeValidator(one_or_more, json_schema_input_type=Filled | tuple[Filled, ...]),
        AfterValidator(some),
    ] = Field(description="ids of rules, one of which suffices; `pack/id`, and patterns like `LND-*`, are allowed")
    level: Level = Field(default=LEVELS[0], description="the lowest level that counts; default any")
    window: Annotated[int, Field(ge=1)] = Field(
        default=3, description="the newest so many periods within which it must have stood there"
    )
    optional: bool = Field(
        default=False, description="true: rules that are not loaded count as not judged, and are no mistake"
    )
    title: dict[Language, Filled] = Field(default={}, description="what sentences call it; default the rules' titles")


LegPath = Annotated[Text, AfterValidator(_path), WithJsonSchema({"type": "string"})]
LegOrRules = Annotated[
    WrittenLeg, BeforeValidator(_rules_only, json_schema_input_type=Filled | tuple[Filled, ...] | WrittenLeg)
]
