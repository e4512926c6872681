"""How an expression is written where the rule it stands in is not at hand: named parts and parameters put in place.

What comes out can be read, and evaluated again (`panel.eval`), without the rule.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ewarn.expressions.scope import Parameterised, Scope
from ewarn.expressions.syntax import MAX_LENGTH, Syntax

_NEEDS_BRACKETS = (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp)
Part = Callable[[str], tuple[str, bool]]
"""The text of a part named under `let:`, and whether it needs brackets among operators."""


def spelled(syntax: Syntax, at: ast.expr, scope: Scope, part: Part) -> str:
    """The text of `at`. A lone name stays as it is: it is a parameter, or stands for what has its own text."""
    if isinstance(at, ast.Name):
        return syntax.words(at)
    start, _ = syntax.offsets(at)
    text = syntax.words(at)
    for begin, end, new in sorted(_edits(syntax, at, scope, part), reverse=True):
        text = text[: begin - start] + new + text[end - start :]
    return text if len(text) <= MAX_LENGTH else syntax.words(at)


def needs_brackets(body: ast.expr) -> bool:
    """Whether an expression falls apart when it is put among operators."""
    return isinstance(body, _NEEDS_BRACKETS)


def _edits(syntax: Syntax, at: ast.expr, scope: Scope, part: Part) -> Iterator[tuple[int, int, str]]:
    for parent in ast.walk(at):
        if isinstance(parent, ast.Attribute):
            continue
        if isinstance(parent, ast.Call):
            yield from _bridged(syntax, parent, scope)
        for name, child in ast.iter_fields(parent):
            for node in child if isinstance(child, list) else [child]:
                if isinstance(node, ast.Name) and name != "func":
                    yield from _in_place(syntax, node, scope, part, isinstance(parent, ast.Call | ast.keyword))


def _in_place(
    syntax: Syntax, node: ast.Name, scope: Scope, part: Part, argument: bool
) -> Iterator[tuple[int, int, str]]:
    begin, end = syntax.offsets(node)
    if node.id in scope.let:
        text, brackets = part(node.id)
        yield begin, end, f"({text})" if brackets and not argument else text
    elif node.id in scope.params:
        literal = _literal(scope.params[node.id], scope.level)
        if literal is not None:
            yield begin, end, literal


def _literal(given: Parameterised, level: str | None) -> str | None:
    """A parameter's value as it is written in an expression; None where entities or dates have their own."""
    value = given.value
    if value is None or given.dated:
        return None
    if not isinstance(value, float | int | str):
        if given.by != "level" or level is None or level not in value:
            return None
        value = value[level]
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return f"'{value}'" if '"' in value else f'"{value}"'
    return f'"{value:.12g} {given.unit}"' if given.unit else f"{value:.12g}"


def _bridged(syntax: Syntax, call: ast.Call, scope: Scope) -> Iterator[tuple[int, int, str]]:
    """`bridge:` of the rule, said where it takes effect."""
    said = any(keyword.arg == "bridge" for keyword in call.keywords) or len(call.args) > 1
    if scope.bridge and isinstance(call.func, ast.Name) and call.func.id == "streak" and not said:
        _, end = syntax.offsets(call)
        yield end - 1, end - 1, f", bridge={scope.bridge}"
