"""Syntax -> typed nodes: names, units, to-many paths, function calls. Every mistake with its place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from ewarn.diagnostics import did_you_mean
from ewarn.errors import RuleError
from ewarn.expressions import operators as op
from ewarn.expressions.arguments import bind
from ewarn.expressions.combining import Combining, plain
from ewarn.expressions.function import functions
from ewarn.expressions.homes import kind_of
from ewarn.expressions.literals import typed_literal
from ewarn.expressions.measures import leaf, measured
from ewarn.expressions.naming import attribute_leaf, indicator_at, resolve
from ewarn.expressions.nodes import Node, Operation, constant_of
from ewarn.expressions.scope import Read
from ewarn.expressions.spelling import behind, needs_brackets, spelled
from ewarn.expressions.spots import Spot
from ewarn.expressions.syntax import MAX_DEPTH, parse
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION, NUMBER, WORDS, Base, Type
from ewarn.panel import Indicator
from ewarn.source import Text
from ewarn.units import RATIO

_SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_ARITHMETIC: dict[type[ast.operator], Callable[[], Operation]] = {
    ast.Add: op.Add,
    ast.Sub: op.Subtract,
    ast.Mult: op.Multiply,
    ast.Div: op.Divide,
}

NO_FUNCTION = "no such function"
"""What is said of an unknown one, whatever the drop holds."""


@dataclass(eq=False)
class Build(Combining):
    """Reads the expressions of one rule on one calendar: names, paths, operators, function calls."""

    def expression(self, text: Text) -> Typed:
        """Any expression. Raises RuleError."""
        syntax = parse(text)
        self._syntax.append(syntax)
        try:
            return self.visit(syntax.body)
        except RecursionError:
            if len(self._syntax) > 1:  # said where the outermost expression stands
                raise
            self._too_deep(syntax.body)
        finally:
            self._syntax.pop()

    def _too_deep(self, at: ast.expr) -> NoReturn:
        self.fail(at, "EW105", "the expression is too deeply nested", "with its named parts in place", None)

    def rooted(self, text: Text, base: Base | None = None) -> Node:
        """An expression that must be of type `base` and give one value per entity of the rule."""
        syntax = parse(text)
        self._syntax.append(syntax)
        try:
            result = self.visit(syntax.body)
            if result.quantity is not None:
                result = typed_literal(self, result, NUMBER if base == "number" else result.type)
            if result.chain:
                self.fail(syntax.body, "EW103", "one value per member, where one value was expected",
                          "these are the members' values", "aggregate them: sum(...), breadth(...)")  # fmt: skip
            if base is not None and result.type.base != base:
                self.expected(syntax.body, result, WORDS[base])
            return self.lifted(result, self.scope.home).node
        except RecursionError:
            self._too_deep(syntax.body)
        finally:
            self._syntax.pop()

    def visit(self, at: ast.expr) -> Typed:
        """One syntax node."""
        result: Typed = getattr(self, f"_{type(at).__name__.lower()}")(at)
        if self.wording and id(result.node) not in self.written:
            self.written[id(result.node)] = spelled(self.syntax, at, self.scope, self._part)
            self.spots.setdefault(id(result.node), Spot(self.syntax, at, self.scope))
        return result if result.syntax is at else Typed(result.node, result.chain, at, result.quantity)

    def _part(self, names: tuple[str, ...]) -> tuple[str, bool] | None:
        """The text of a named part, with those that it names in place; of one behind a path with the path before each
        name. None for any other name."""
        if len(names) < 2:
            return self._own_part(names[0]) if names and names[0] in self.scope.let else None
        path, name, around = names[:-1], names[-1], self.scope
        if path[-1] not in self.panel.types or name not in around.shared.get(path[-1], {}):
            return None
        self.scope = replace(around, home=path[-1], let=around.shared[path[-1]])
        try:
            text, brackets = self._own_part(name)
        finally:
            self.scope = around
        written = behind(self.panel, around.home, path, text)
        return None if written is None else (written, brackets)

    def _own_part(self, name: str) -> tuple[str, bool]:
        key = (self.scope.home, name)
        if key not in self._texts:
            syntax = parse(self.scope.let[name])
            body = syntax.body
            if isinstance(body, ast.Name) and body.id in self.scope.let:
                self._texts[key] = self._own_part(body.id)
            else:
                self._texts[key] = spelled(syntax, body, self.scope, self._part), needs_brackets(body)
        return self._texts[key]

    def number(self, at: ast.expr) -> Typed:
        """A part that must be a number."""
        got = self.visit(at)
        if got.quantity is not None:
            got = typed_literal(self, got, NUMBER)
        return got if got.type.base == "number" else self.expected(at, got, "a number")

    def condition(self, at: ast.expr) -> Typed:
        """A part that must be a condition."""
        got = self.visit(at)
        return got if got.type.base == "condition" else self.expected(at, got, "a condition", _comparison(got))

    def _constant(self, at: ast.Constant) -> Typed:
        if isinstance(at.value, bool):
            return self.constant(at.value, CONDITION, at)
        if isinstance(at.value, str):
            literal = self.constant(at.value, Type("category", categories=(at.value,)), at)
            return Typed(literal.node, (), at, at.value)
        return self.constant(float(at.value), NUMBER, at)  # type: ignore[arg-type]  # the whitelist leaves numbers only

    def _name(self, at: ast.Name) -> Typed:
        return self._dotted(at, (at.id,))

    def _attribute(self, at: ast.Attribute) -> Typed:
        parts: list[str] = []
        here: ast.expr = at
        while isinstance(here, ast.Attribute):
            parts.append(here.attr)
            here = here.value
        if not isinstance(here, ast.Name):
            self.fail(at, "EW101", "a dot follows a name only", "not a name before this dot", None)
        return self._dotted(at, (here.id, *reversed(parts)))

    def _dotted(self, at: ast.expr, path: tuple[str, ...]) -> Typed:
        if len(path) == 1 and path[0] in self.scope.let:
            return self.named(path[0], at)
        return resolve(self, at, path)

    def named(self, name: str, at: ast.expr) -> Typed:
        """A part of the rule named under `let:`, read once for each way in which it is used."""
        home = self.scope.home
        key = (home, name, bool(self.lenient), bool(self.free))
        if key not in self._named:
            if (home, name) in self._open:
                circle = [one for _, one in self._open[self._open.index((home, name)) :]]
                self.fail(at, "EW102", f"`{name}` is defined by itself", " -> ".join([*circle, name]), None)
            if len(self._open) >= MAX_DEPTH:
                self.fail(at, "EW105", f"`{name}` is one named part too many inside others",
                          f"at most {MAX_DEPTH}, one in another", None)  # fmt: skip
            self._open.append((home, name))
            self.entered.add((home, name))
            try:
                self._named[key] = self.expression(self.scope.let[name])
                self.parts.setdefault(id(self._named[key].node), name)
            except RuleError:
                self.failed.add((home, name))
                raise
            finally:
                self._open.pop()
        return self._named[key]

    def of_type(self, home: str, name: str, chain: tuple[str, ...], at: ast.expr) -> Typed:
        """A part that the pack names for entities of another type, reached by a path."""
        around = self.scope
        self.scope = replace(around, home=home, let=around.shared[kind_of(home)])
        try:
            got = self.named(name, at)
        finally:
            self.scope = around
        value = self.lifted(got, home) if not got.chain else got
        if value.node is not got.node:
            self.parts.setdefault(id(value.node), self.syntax.words(at))
        return Typed(value.node, (*chain, *got.chain), at, got.quantity)

    def _boolop(self, at: ast.BoolOp) -> Typed:
        parts = [self.condition(value) for value in at.values]
        return self.node(op.And() if isinstance(at.op, ast.And) else op.Or(), parts, CONDITION, at)

    def _unaryop(self, at: ast.UnaryOp) -> Typed:
        if isinstance(at.op, ast.Not):
            return self.node(op.Not(), [self.condition(at.operand)], CONDITION, at, fold=True)
        value = self.number(at.operand)
        if isinstance(at.op, ast.UAdd):
            return value
        zero = self.constant(0.0, NUMBER)
        return self.node(op.Subtract(), [zero, value], plain(value.type), at, fold=True)

    def _binop(self, at: ast.BinOp) -> Typed:
        left, right = self.visit(at.left), self.visit(at.right)
        if "date" in (left.type.base, right.type.base):
            return self._dates(at, left, right)
        if left.type.base == "bounds":
            number = constant_of(right.node)
            if isinstance(at.op, ast.Add | ast.Sub) and isinstance(number, float):
                shift = self.constant(number if isinstance(at.op, ast.Add) else -number, NUMBER, at.right)
                return self.node(op.Add(), [left, shift], left.type, at)
            self.expected(at.left, left, "a number")
        left, right = self.same_kind(left, right, at)
        for side, part in ((at.left, left), (at.right, right)):
            if part.type.base != "number":
                self.expected(side, part, "a number")
        if isinstance(at.op, ast.Add | ast.Sub):
            (left, right), unit = self.one_unit((left, right), (at.left, at.right))
            return self.node(_ARITHMETIC[type(at.op)](), [left, right], Type("number", unit), at, fold=True)
        return self.scaled(left, right, at, isinstance(at.op, ast.Div))

    def _dates(self, at: ast.BinOp, left: Typed, right: Typed) -> Typed:
        from ewarn.expressions.dates import shifted_date

        return shifted_date(self, at, left, right)

    def _compare(self, at: ast.Compare) -> Typed:
        parts: list[Typed] = []
        left_at, left = at.left, self.visit(at.left)
        for sign, right_at in zip(at.ops, at.comparators, strict=True):
            if isinstance(sign, ast.In | ast.NotIn):
                parts.append(self._membership(at, left_at, left, right_at, isinstance(sign, ast.NotIn)))
                break
            right = self.visit(right_at)
            parts.append(self.compared(_SIGNS[type(sign)], left, right, at, left_at, right_at))
            left_at, left = right_at, right
        return parts[0] if len(parts) == 1 else self.node(op.And(), parts, CONDITION, at)

    def _membership(self, at: ast.Compare, left_at: ast.expr, left: Typed, right_at: ast.expr, negate: bool) -> Typed:
        if not isinstance(right_at, ast.Tuple | ast.List) or not right_at.elts:
            self.fail(right_at, "EW103", "`in` takes a list", "not a list", 'write: stage in ("开工", "在建")')
        hits = [self.compared("==", left, self.visit(e), e, left_at, e) for e in right_at.elts]
        found = hits[0] if len(hits) == 1 else self.node(op.Or(), hits, CONDITION, at)
        return self.node(op.Not(), [found], CONDITION, at) if negate else found

    def _ifexp(self, at: ast.IfExp) -> Typed:
        condition, yes, no = self.condition(at.test), self.visit(at.body), self.visit(at.orelse)
        yes, no = self.same_kind(yes, no, at)
        if yes.type.base != no.type.base or yes.type.base == "bounds":
            self.expected(at.orelse, no, WORDS[yes.type.base])
        if yes.quantity is not None:
            yes, no = typed_literal(self, yes, NUMBER), typed_literal(self, no, NUMBER)
        if yes.type.base == "number":
            (yes, no), _ = self.one_unit((yes, no), (at.body, at.orelse))
        return self.chosen(condition, yes, no, at)

    def _call(self, at: ast.Call) -> Typed:
        assert isinstance(at.func, ast.Name)
        known = functions()
        function = known.get(at.func.id)
        if function is None:
            self.fail(at.func, "EW102", f"unknown function `{at.func.id}`", NO_FUNCTION,
                      did_you_mean(at.func.id, known))  # fmt: skip
        self.lenient += function.lenient
        self.free += function.own_calendar
        self._calls.append(at)
        try:
            return function.build(self, **bind(self, function, at))
        finally:
            self._calls.pop()
            self.lenient -= function.lenient
            self.free -= function.own_calendar

    def amounts(self, at: ast.expr, indicator: Indicator) -> None:
        """Refuse an indicator of dates or categories."""
        if indicator.holds != "number":
            self.fail(
                at, "EW103", f"`{self.calling}` takes an amount", f"`{indicator.name}` is a {indicator.holds}", None
            )

    def attribute(self, at: ast.Name, home: str) -> Typed:
        """An attribute of `home`. Raises RuleError naming what there is instead."""
        return attribute_leaf(self, at, home)

    def indicator(self, at: ast.expr) -> tuple[str, tuple[str, ...], Indicator]:
        """The indicator a bare (or dotted) name stands for, with its type and to-many steps."""
        return indicator_at(self, at)

    def measure(self, at: ast.expr, home: str, chain: tuple[str, ...], indicator: Indicator, measure: str) -> Typed:
        """One measure of an indicator, published or derived."""
        return Typed(measured(self, at, home, indicator, measure), chain, at)

    def published_leaf(
        self, at: ast.expr, home: str, chain: tuple[str, ...], indicator: Indicator, measure: str
    ) -> Typed:
        """One measure as published, on whatever calendar; recorded as read."""
        self.reads.append(Read(((kind_of(home), indicator.name, measure),), bool(self.lenient), bool(self.free)))
        return Typed(leaf(self, at, home, indicator, measure, self.syntax.words(at)), chain, at)

    def published(self, home: str, indicator: str, measure: str, otherwise: Typed, x: Typed) -> Typed:
        """The published measure where there is one for the period, else another expression."""
        at = x.syntax or self.syntax.body
        own = self.published_leaf(at, home, x.chain, self.panel.indicators[indicator], measure)
        return self.node(op.Coalesce(), [own, otherwise], Type("number", RATIO), self.here or at, ("published",))

    def _tuple(self, at: ast.Tuple | ast.List) -> Typed:
        self.fail(at, "EW103", "a list stands only after `in`", "not expected here", None)

    _list = _tuple


def _comparison(got: Typed) -> str | None:
    return "compare it: `x < 0`, `x >= 3`" if got.type.base in ("number", "bounds") else None
