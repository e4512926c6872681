"""A call's arguments against a function's parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ewarn.diagnostics import did_you_mean
from ewarn.expressions.function import REQUIRED, Function, Parameter
from ewarn.expressions.literals import duration, typed_literal
from ewarn.expressions.nodes import Constant, constant_of
from ewarn.expressions.types import NUMBER, Type

if TYPE_CHECKING:
    from ewarn.expressions.build import Build


def bind(build: Build, function: Function, call: ast.Call) -> dict[str, Any]:
    """Arguments by parameter name, each checked and brought to what its kind asks for."""
    given: dict[str, Any] = {}
    positional = [parameter for parameter in function.parameters if not parameter.keyword]
    variadic = next((parameter for parameter in positional if parameter.variadic), None)
    by_name = {parameter.name: parameter for parameter in function.parameters}
    for position, part in enumerate(call.args):
        if variadic is not None and position >= positional.index(variadic):
            given.setdefault(variadic.name, []).append(_argument(build, variadic, part))
        elif position < len(positional):
            given[positional[position].name] = _argument(build, positional[position], part)
        else:
            build.fail(part, "EW103", f"`{function.name}` takes {_count(len(positional))}", "one too many",
                       f"write: {function.signature}")  # fmt: skip
    for keyword in call.keywords:
        name = str(keyword.arg)
        if name not in by_name or by_name[name].variadic:
            build.fail(keyword, "EW103", f"`{function.name}` has no `{name}=`", "no such argument",
                       did_you_mean(name, by_name) or f"write: {function.signature}")  # fmt: skip
        if name in given:
            build.fail(keyword, "EW103", f"`{name}` is given twice", "already given by position", None)
        given[name] = _argument(build, by_name[name], keyword.value)
    for parameter in function.parameters:
        if parameter.name not in given:
            if parameter.default is REQUIRED:
                build.fail(call, "EW103", f"`{function.name}` needs `{parameter.name}`", "an argument is missing",
                           f"write: {function.signature}")  # fmt: skip
            given[parameter.name] = parameter.default
    return given


def _argument(build: Build, parameter: Parameter, part: ast.expr) -> Any:
    kind = parameter.kind
    if kind == "number":
        return build.number(part)
    if kind == "condition":
        return build.condition(part)
    if kind in ("any", "indicator"):
        return build.visit(part) if kind == "any" else part
    if kind in ("date", "category"):
        value = build.visit(part)
        if value.quantity is not None and kind == "date":
            value = typed_literal(build, value, Type("date"))
        return value if value.type.base == kind else build.expected(part, value, f"a {kind}")
    if kind == "groups":
        parts = part.elts if isinstance(part, ast.List | ast.Tuple) else [part]
        if not parts or not all(isinstance(one, ast.Name) for one in parts):
            build.fail(part, "EW103", f"`{parameter.name}=` takes parent types or attributes", "not a name",
                       "write: within=park, or within=[sector, size]")  # fmt: skip
        return tuple(parts)
    if kind in ("choice", "text"):
        if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
            build.fail(part, "EW103", f"`{parameter.name}` is a word in quotes", "not a text", None)
        if parameter.choices and part.value not in parameter.choices:
            build.fail(part, "EW103", f"`{part.value}` does not fit", f"one of: {', '.join(parameter.choices)}",
                       did_you_mean(part.value, parameter.choices))  # fmt: skip
        return part.value
    return _plain_number(build, parameter, part)


def _plain_number(build: Build, parameter: Parameter, part: ast.expr) -> Any:
    value = build.visit(part)
    if value.quantity is not None and parameter.kind == "steps":
        try:
            return duration(value.quantity)
        except ValueError as error:
            build.fail(part, "EW103", f"`{value.quantity}` is not a duration", str(error), 'write "1y", "6m" or "90d"')
    if value.quantity is not None:
        value = typed_literal(build, value, NUMBER)
    number = constant_of(value.node)
    if not isinstance(value.node.operation, Constant) or isinstance(number, bool) or not isinstance(number, float):
        build.fail(part, "EW103", f"`{parameter.name}` must be known when the rule is read",
                   "not a number or a parameter of the rule", None)  # fmt: skip
    if parameter.kind == "share":
        if number <= 0:
            build.fail(part, "EW103", f"`{parameter.name}` is above 0", f"this is {number:g}", None)
        return number
    if number != int(number) or number < 0 or number > 10_000:
        hint = "looking ahead is not possible" if number < 0 else None
        what = "a whole number of periods" if parameter.kind == "steps" else "a whole number"
        build.fail(part, "EW103", f"`{parameter.name}` is {what}, from 0 to 10,000", f"this is {number:g}", hint)
    return int(number)


def _count(number: int) -> str:
    return {0: "no arguments", 1: "one argument"}.get(number, f"at most {number} arguments")
