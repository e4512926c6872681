"""Where an expression stands in its rule: how it is written there, and which names of the rule it uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ewarn.expressions.homes import kind_of
from ewarn.expressions.legs import LegKey
from ewarn.expressions.scope import Scope
from ewarn.expressions.spelling import behind, dotted, spelled
from ewarn.expressions.syntax import Syntax, parse
from ewarn.panel import Panel


@dataclass(frozen=True, eq=False)
class Spot:
    """A part of a rule's expression, with the names that hold there."""

    syntax: Syntax
    at: ast.expr
    scope: Scope

    def words(self) -> str:
        """As the rule writes it: named parts by their names, parameters as their values."""
        return _short(self.syntax, self.at, self.scope)

    def mentions(self, panel: Panel) -> Iterator[tuple[str, str | LegKey]]:
        """The named parts and legs that it names, each with the expression that it stands for, or the leg's key."""
        paths = [self.at] if isinstance(self.at, ast.Name | ast.Attribute) else ast.walk(self.at)
        for node in paths:
            names = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ()
            if not names:
                continue
            found = self._named(panel, names)
            if found is not None:
                yield ".".join(names), found

    def _named(self, panel: Panel, names: tuple[str, ...]) -> str | LegKey | None:
        scope, path, name = self.scope, names[:-1], names[-1]
        home = path[-1] if path else scope.home
        leg = scope.legs.get((kind_of(home), name))
        if leg is not None:
            return leg
        if not path:
            return _body(scope, name) if name in scope.let else None
        if home not in panel.types or name not in scope.shared.get(home, {}):
            return None
        text = _body(replace(scope, home=home, let=scope.shared[home]), name)
        return behind(panel, scope.home, path, text) or text


def _body(scope: Scope, name: str) -> str:
    syntax = parse(scope.let[name])
    return _short(syntax, syntax.body, scope)


def _short(syntax: Syntax, at: ast.expr, scope: Scope) -> str:
    return " ".join(spelled(syntax, at, replace(scope, bridge=0), lambda _: None).split())
