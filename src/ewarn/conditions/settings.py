"""The kinds of settings a named condition may have: how each is checked and how it stands in an expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import PlainValidator, WithJsonSchema

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import RuleError
from ewarn.expressions.literals import duration
from ewarn.expressions.spelling import needs_brackets
from ewarn.expressions.syntax import parse
from ewarn.levels import LEVELS
from ewarn.source import Integer, ModelError, Real, Text
from ewarn.units import parse_quantity


@dataclass(frozen=True)
class Value:
    """A setting as it is put into an expression: `before` and `after` stand around its text."""

    text: str
    before: str = ""
    after: str = ""


def reject(message: str, text: object, advice: str | None = None) -> ModelError:
    """The mistake in a setting, at its place where it has one."""
    place = text.span() if isinstance(text, Text) else text.text.span() if isinstance(text, Integer | Real) else None
    return ModelError(Diagnostic("EW121", message, place, help=advice))


def level_name(text: Text) -> Text:
    """A level. Raises ModelError for anything else."""
    if text not in LEVELS:
        label, advice = f"levels: {', '.join(LEVELS)}", did_you_mean(text, LEVELS)
        raise ModelError(Diagnostic("EW120", f"unknown level `{text}`", text.span(), label, advice))
    return text


def expression(value: object) -> Value:
    """Any expression; brackets are put around it where operators need them."""
    text = Text.of(value).stripped()
    try:
        body = parse(text).body
    except RuleError as error:
        raise ModelError(*error.diagnostics) from None
    return Value(text, "(", ")") if needs_brackets(body) else Value(text)


def indicator(value: object) -> Value:
    """A name, with a type before it or a measure behind it."""
    found = expression(value)
    if not isinstance(parse(found.text).body, ast.Name | ast.Attribute):
        raise reject(f"`{found.text}` is no indicator", found.text, "name one, without operators or functions")
    return found


def _number(value: object) -> Text | None:
    if isinstance(value, Integer | Real):
        return value.text
    return None if isinstance(value, bool) or not isinstance(value, int | float) else Text.plain(f"{value:.12g}")


def amount(value: object) -> Value:
    """A number, a quantity like 50 万元 or 20 %, or an expression such as the name of a param."""
    number = _number(value)
    if number is not None:
        return Value(number, "(", ")") if number.startswith("-") else Value(number)
    text = Text.of(value).stripped()
    try:
        parse_quantity(text)
    except ValueError:
        return expression(text)
    return Value(text, '"', '"')


def count(value: object) -> Value:
    """A whole number from 1, or an expression such as the name of a param."""
    number = _number(value)
    if number is None and isinstance(value, str):
        return expression(value)
    if number is None or not number.isdigit() or int(number) < 1:
        raise reject("a whole number from 1 was expected", value, "or the name of a param")
    return Value(number)


def span_of_time(value: object) -> Value:
    """A duration like 6m."""
    text = Text.of(value).stripped()
    try:
        duration(text)
    except ValueError as problem:
        raise reject(f"`{text}` is no duration: {problem}", value, "write 1y, 6m or 90d") from None
    return Value(text, '"', '"')


def groups(value: object) -> Value:
    """A parent type or attribute, or a list of them."""
    names = [Text.of(one) for one in value] if isinstance(value, tuple) else [Text.of(value)]
    for name in names:
        if not normalize("NFKC", name).isidentifier():
            raise reject(f"`{name}` is no name", name, "write park, or [sector, size]")
    return Value(", ".join(names), "[", "]") if len(names) != 1 else Value(names[0])


def by_level(check: Callable[[object], Value]) -> Callable[[object], Any]:
    """One value, or one for each level."""

    def checked(value: object) -> Any:
        if not isinstance(value, dict):
            return check(value)
        if not value:
            raise ModelError(Diagnostic("EW121", "a setting without a level", help="write {yellow: ..., red: ...}"))
        return {level_name(Text.of(key)): check(one) for key, one in value.items()}

    return checked


def _levelled(schema: dict[str, Any]) -> WithJsonSchema:
    each: dict[str, Any] = {"type": "object", "additionalProperties": False, "minProperties": 1}
    each["properties"] = dict.fromkeys(LEVELS, schema)
    return WithJsonSchema({"anyOf": [schema, each]})


_TEXT = {"type": "string"}
_AMOUNT = {"type": ["number", "string"]}
_COUNT = {"anyOf": [{"type": "integer", "minimum": 1}, _TEXT]}

Expression = Annotated[Value, PlainValidator(expression), WithJsonSchema(_TEXT)]
Indicator = Annotated[Value, PlainValidator(indicator), WithJsonSchema(_TEXT)]
Amount = Annotated[Value, PlainValidator(amount), WithJsonSchema(_AMOUNT)]
Count = Annotated[Value, PlainValidator(count), WithJsonSchema(_COUNT)]
Groups = Annotated[Value, PlainValidator(groups), WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]})]
Levelled = dict[Text, Value] | Value
Amounts = Annotated[Levelled, PlainValidator(by_level(amount)), _levelled(_AMOUNT)]
Counts = Annotated[Levelled, PlainValidator(by_level(count)), _levelled(_COUNT)]
Durations = Annotated[Levelled, PlainValidator(by_level(span_of_time)), _levelled(_TEXT)]
LevelName = Annotated[
    Text,
    PlainValidator(lambda value: level_name(Text.of(value))),
    WithJsonSchema({"type": "string", "enum": list(LEVELS)}),
]
