"""Kinds of values that several models of rule files share."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from ewarn.conditions.settings import level_name
from ewarn.diagnostics import Diagnostic
from ewarn.levels import LEVELS
from ewarn.rules.model import Language
from ewarn.source import ModelError, Text

T = TypeVar("T")


def reject(message: str, text: Text, advice: str | None = None) -> ModelError:
    """A problem with a value, for the model to raise."""
    return ModelError(Diagnostic("EW121", message, text.span(), help=advice))


def filled(text: Text) -> Text:
    """A text that says something."""
    if not text.strip():
        raise reject("an empty text", text, "write one, or delete the line")
    return text.stripped()


def some(value: T) -> T:
    """Anything but empty."""
    if not value:
        raise ValueError("must not be empty")
    return value


def one_or_more(value: object) -> object:
    """One value for a list of one."""
    return value if isinstance(value, tuple) else (value,)


def in_both(value: object) -> object:
    """A text alone stands for both languages."""
    return {Text("zh"): value, Text("en"): value} if isinstance(value, Text | int | float) else value


Filled = Annotated[Text, AfterValidator(filled)]
Said = Annotated[
    dict[Language, Filled],
    BeforeValidator(in_both, json_schema_input_type=Filled | dict[Language, Filled]),
    AfterValidator(some),
]
"""A text, or one for each language."""
LevelKey = Annotated[Text, AfterValidator(level_name), WithJsonSchema({"type": "string", "enum": list(LEVELS)})]
