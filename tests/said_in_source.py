"""The texts of diagnostics as they stand in the source, found by following what is passed to those who make them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "ewarn"
MAKERS = {
    "Diagnostic", "fail", "_fail", "refuse", "notice", "expected", "_reject", "reject", "say", "_problem", "_refused",
    "ValueError", "Field", "did_you_mean", "no_rounds", "_say", "mistake", "_idle", "_wrong",
}  # fmt: skip
NO_WORDS = {"alias", "example", "severity", "default", "union_mode", "code"}
"""Who make diagnostics, or reasons that stand in them. Field: descriptions become the help."""
NO_TEXT = re.compile(r"\S*")
"""A code, a word, a field alone."""


OTHERS = {"render", "reference.py", "alerts/models.py", "explaining/models.py"}
"""The renderers have words of their own, in both languages; descriptions of a report's fields are for its schema."""


@dataclass(frozen=True)
class Said:
    """A text with `{x}` for each field, and where it stands."""

    text: str
    file: str
    line: int


class Module:
    """One source file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text(encoding="utf-8"))

    @cached_property
    def functions(self) -> dict[str, list[ast.FunctionDef]]:
        found: dict[str, list[ast.FunctionDef]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
        return found

    def said(self) -> Iterator[Said]:
        """Every text that is passed to one of the makers, in whatever way."""
        for scope in [self.tree, *(one for many in self.functions.values() for one in many)]:
            for call in _own(scope):
                if isinstance(call, ast.Call) and _name(call.func) in MAKERS:
                    for part in [*call.args, *(one.value for one in call.keywords if one.arg not in NO_WORDS)]:
                        for said in self._texts(part, scope, set()):
                            if not NO_TEXT.fullmatch(said.text):
                                yield said

    def _texts(self, at: ast.expr, scope: ast.AST, seen: set[str]) -> Iterator[Said]:
        match at:
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield Said(template(at), str(self.path.relative_to(SOURCE)), at.lineno)
            case ast.IfExp():
                yield from self._texts(at.body, scope, seen)
                yield from self._texts(at.orelse, scope, seen)
            case ast.BoolOp():
                for value in at.values:
                    yield from self._texts(value, scope, seen)
            case ast.BinOp(op=ast.Add()):
                for left in self._texts(at.left, scope, seen):
                    for right in self._texts(at.right, scope, seen):
                        yield Said(left.text + right.text, left.file, left.line)
            case ast.Dict():
                for value in at.values:
                    yield from self._texts(value, scope, seen)
            case ast.Tuple() | ast.List():
                for value in at.elts:
                    yield from self._texts(value, scope, seen)
            case ast.Name() if at.id not in seen:
                for value in self._values(at.id, scope):
                    yield from self._texts(value, scope, seen | {at.id})
            case ast.Subscript(value=ast.Name()):
                yield from self._texts(at.value, scope, seen)
            case ast.Call():
                name = _name(at.func)
                if name == "get" and isinstance(at.func, ast.Attribute):
                    yield from self._texts(at.func.value, scope, seen)
                for function in self.functions.get(name, []) if name not in seen else []:
                    for node in ast.walk(function):
                        if isinstance(node, ast.Return) and node.value is not None:
                            yield from self._texts(node.value, function, seen | {name})

    def _values(self, name: str, scope: ast.AST) -> Iterator[ast.expr]:
        """What is assigned to a name in a scope, or in the module."""
        for within in dict.fromkeys((scope, self.tree)):
            for node in _own(within):
                targets = node.targets if isinstance(node, ast.Assign) else []
                if isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
                    targets = [node.target]
                for target in targets:
                    value = node.value  # type: ignore[attr-defined]  # all of them have one
                    if isinstance(target, ast.Name) and target.id == name and value is not None:
                        yield value
                    elif isinstance(target, ast.Tuple):
                        for index, part in enumerate(target.elts):
                            if isinstance(part, ast.Name) and part.id == name:
                                yield from _item(value, index)


def _item(value: ast.expr, index: int) -> Iterator[ast.expr]:
    if isinstance(value, ast.Tuple) and index < len(value.elts):
        yield value.elts[index]
    elif isinstance(value, ast.IfExp):
        yield from _item(value.body, index)
        yield from _item(value.orelse, index)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope that are in no function within it."""
    pending = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            pending.extend(ast.iter_child_nodes(node))


def _name(at: ast.expr) -> str:
    return at.id if isinstance(at, ast.Name) else at.attr if isinstance(at, ast.Attribute) else ""


def template(at: ast.expr) -> str:
    """`unknown indicator `{x}``"""
    if isinstance(at, ast.Constant):
        return str(at.value).replace("{", "{{").replace("}", "}}")
    assert isinstance(at, ast.JoinedStr)
    return "".join(template(part) if isinstance(part, ast.Constant) else "{x}" for part in at.values)


def every() -> list[Said]:
    """All texts of all modules, each once."""
    found: dict[str, Said] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name not in OTHERS and name.partition("/")[0] not in OTHERS:
            for said in Module(path).said():
                found.setdefault(said.text, said)
    return list(found.values())
