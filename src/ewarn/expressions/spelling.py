"""How an expression is written where the rule it stands in is not at hand: named parts and parameters put in place.

What comes out can be read, and evaluated again (`panel.eval`), without the rule.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from ewarn.errors import RuleError
from ewarn.expressions.groups import ancestor_path
from ewarn.expressions.homes import Role
from ewarn.expressions.lookup import Lookup
from ewarn.expressions.scope import Parameterised, Scope
from ewarn.expressions.syntax import MAX_LENGTH, Syntax, parse
from ewarn.panel import Panel

_NEEDS_BRACKETS = (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp)
_PEERS = ("sum", "mean", "median", "min", "max", "count", "breadth", "growth", "quantile", "share_of_top", "pull")
"""What runs over the peers of an entity, and behind a path over its members."""
Part = Callable[[tuple[str, ...]], tuple[str, bool] | None]
"""The text of a part named under `let:`, behind a path or by itself, and whether it needs brackets among operators;
None for any other name."""


def spelled(syntax: Syntax, at: ast.expr, scope: Scope, part: Part) -> str:
    """The text of `at`. A lone name stays as it is: it is a parameter, or stands for what has its own text."""
    if isinstance(at, ast.Name) or not (scope.params or scope.let or scope.shared or scope.bridge):
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
                if isinstance(node, ast.Name | ast.Attribute) and name != "func":
                    yield from _in_place(syntax, node, scope, part, isinstance(parent, ast.Call | ast.keyword))


def _in_place(
    syntax: Syntax, node: ast.Name | ast.Attribute, scope: Scope, part: Part, argument: bool
) -> Iterator[tuple[int, int, str]]:
    begin, end = syntax.offsets(node)
    named = part(dotted(node))
    if named is not None:
        text, brackets = named
        yield begin, end, f"({text})" if brackets and not argument else text
    elif isinstance(node, ast.Name) and node.id in scope.params:
        literal = _literal(scope.params[node.id], scope.level)
        if literal is not None:
            yield begin, end, literal


def _literal(given: Parameterised, level: str | None) -> str | None:
    """A parameter's value as it is written in an expression; None where entities or dates have their own."""
    value = given.value
    if value is None or given.dated:
        return None
    if isinstance(value, Mapping):
        if given.by != "level" or level is None or level not in value:
            return None
        value = value[level]
    if isinstance(value, Lookup):
        return None
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


def dotted(at: ast.expr) -> tuple[str, ...]:
    """The names of a path, first to last; nothing for what is none."""
    parts: list[str] = []
    while isinstance(at, ast.Attribute):
        parts.append(at.attr)
        at = at.value
    return (at.id, *reversed(parts)) if isinstance(at, ast.Name) else ()


def behind(panel: Panel, home: str, path: tuple[str, ...], text: str) -> str | None:
    """The text of an expression for entities of the type at the end of `path`, as those of `home` write it: with the
    path before each name, `yoy(output)` as `yoy(enterprise.output)`. None where that would mean something else."""
    try:
        syntax = parse(text)
    except RuleError:
        return None
    whose, kept = path[-1], set()
    if isinstance(whose, Role):  # written with its path as it is
        return None
    upward = ancestor_path(panel, home, whose) is not None
    edits: list[int] = []
    for node in ast.walk(syntax.body):
        if isinstance(node, ast.Call):
            kept.add(id(node.func))
            within = [keyword.value for keyword in node.keywords if keyword.arg == "within"]
            kept |= {id(name) for value in within for name in ast.walk(value)}
            over = isinstance(node.func, ast.Name) and node.func.id in _PEERS and len(node.args) == 1 and not within
            if over and any(names[0] not in panel.types for names in _paths(node.args[0])):
                return None
        if isinstance(node, ast.Attribute):
            kept.add(id(node.value))
        if not isinstance(node, ast.Name | ast.Attribute) or id(node) in kept:
            continue
        names = dotted(node)
        if names[0] in panel.types and len(names) > 1:
            if names[0] == whose or (upward and ancestor_path(panel, home, names[0]) is not None):
                continue
            if ancestor_path(panel, whose, names[0]) is not None:
                return None
        edits.append(syntax.offsets(node)[0])
    for begin in sorted(edits, reverse=True):
        text = f"{text[:begin]}{'.'.join(path)}.{text[begin:]}"
    return text if len(text) <= MAX_LENGTH else None


def _paths(at: ast.expr) -> Iterator[tuple[str, ...]]:
    inner = {id(node.value) for node in ast.walk(at) if isinstance(node, ast.Attribute)}
    functions = {id(node.func) for node in ast.walk(at) if isinstance(node, ast.Call)}
    for node in ast.walk(at):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner | functions:
            yield dotted(node)
