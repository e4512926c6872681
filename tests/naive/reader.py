"""The interpreter: recursion over `ast` nodes, one entity and one period at a time."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import dates, groups, over_time, remembered, upward, words
from .figures import figure, frequency, holds_for_year, steps_at
from .outcome import Bounds, Day, Span, Unknown, Value, all_of, any_of, because, compare, join, known, negate
from .sheet import ORDER, Sheet, Steps

Env = tuple[tuple[str, str], ...]
"""The rule's own entity, then the member bound by each aggregator around the node."""

OPERATORS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


@dataclass(frozen=True)
class Leaf:
    """A path taken apart: types stepped through, a name, a measure; `many` are the steps to children."""

    heads: tuple[str, ...]
    name: str
    measure: str
    many: tuple[str, ...]
    type: str


@dataclass(frozen=True)
class Reader:
    """Reads expressions for the entities of one type at one frequency."""

    sheet: Sheet
    own: str
    freq: str
    params: Mapping[str, object] = field(default_factory=dict)
    let: Mapping[str, str] = field(default_factory=dict)
    judged: tuple[str, ...] = ()
    """The levels of the rule, of whose figures `status()` tells."""
    bridge: int = 0
    one_unit: bool = False
    """Read all money in 万元, so that indicators in different units can meet."""
    whole: Reader | None = None
    """Of a reader that sees the cells from one side of the series breaks: the one that sees all."""
    seen: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What does not depend on entity and period, once read: trees, names, calendars."""

    def parse(self, text: str) -> ast.expr:
        """The tree of an expression, with `let` names and params replaced."""
        if text not in self.seen:
            self.seen[text] = self._expand(ast.parse(text.strip(), mode="eval").body)
        tree: ast.expr = self.seen[text]
        return tree

    def _expand(self, node: ast.expr) -> ast.expr:
        reader = self

        class Expander(ast.NodeTransformer):
            def visit_Name(self, name: ast.Name) -> ast.AST:
                if name.id in reader.let:
                    return reader.parse(reader.let[name.id])
                if name.id in reader.params:
                    return ast.Constant(reader.params[name.id])
                return name

            def visit_Call(self, call: ast.Call) -> ast.AST:
                call.args = [self.visit(arg) for arg in call.args]
                for keyword in call.keywords:
                    keyword.value = self.visit(keyword.value)
                return call

        return Expander().visit(node)

    def at(self, text: str, entity: str, t: int) -> Value:
        """An expression for one entity at one period of its own calendar."""
        node = self.parse(text)
        steps = self.steps(node) or Steps(self.freq)
        return self.from_(t, steps).read(node, t, steps, ((self.own, entity),))

    def from_(self, t: int, steps: Steps) -> Reader:
        """A reader to whom only what can be compared with period `t` is known."""
        if not self.sheet.breaks:
            return self
        month = self.sheet.last_month(steps.freq, t)
        if ("from", month) not in self.seen:
            self.seen["from", month] = replace(self, sheet=self.sheet.seen_from(month), whole=self, seen={})
        found: Reader = self.seen["from", month]
        return found

    # Names

    def leaf(self, node: ast.expr) -> Leaf | None:
        """The path of a name, None where the node is no name."""
        if ("leaf", node) not in self.seen:
            self.seen["leaf", node] = self._leaf(node)
        found: Leaf | None = self.seen["leaf", node]
        return found

    def _leaf(self, node: ast.expr) -> Leaf | None:
        words: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            words.insert(0, inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return None
        words.insert(0, inner.id)
        type_, many, heads = self.own, [], []
        while len(words) > 1 and (step := self.step(type_, words[0])) is not None:
            heads.append(words[0])
            if step[1]:
                many.append(words[0])
            type_ = step[0]
            words.pop(0)
        name = words[0]
        attribute = name in self.sheet.attributes.get(type_, {})
        measure = "" if attribute else words[1] if len(words) > 1 else "period"
        return Leaf(tuple(heads), name, measure, tuple(many), type_)

    def step(self, type_: str, head: str) -> tuple[str, bool] | None:
        """The type that a head of a path leads to from entities of a type, and whether to many; None for a name."""
        if (type_, head) in self.sheet.links:
            return self.sheet.links[type_, head][0], False
        back = self.sheet.backwards(type_, head)
        if back is not None:
            return back[0], True
        return (head, head not in self.sheet.ancestors(type_)) if head in self.sheet.entities else None

    def who(self, leaf: Leaf, env: Env, t: int, steps: Steps) -> tuple[str, str] | None:
        """The entity a path leads to: up to one parent, down to the member an aggregator has bound."""
        month = self.sheet.last_month(steps.freq, t)
        at, bound = env[0], 1
        for head in leaf.heads:
            if head in leaf.many and bound <= len(leaf.many):
                at, bound = env[bound], bound + 1
                continue
            parent = self.sheet.parent(*at, head, month)
            if parent is None:
                return None
            step = self.step(at[0], head)
            assert step is not None
            at = (step[0], parent)
        return at

    def to_many(self, node: ast.expr) -> tuple[str, ...]:
        """The steps to children in a node that no aggregator inside it has folded."""
        leaf = self.leaf(node)
        if leaf is not None:
            return leaf.many
        below = [self.to_many(child) for child in children(node)]
        longest = max(below, key=len, default=())
        folds = isinstance(node, ast.Call) and groups.folds(self, node)
        return longest[:-1] if folds else longest

    def steps(self, node: ast.expr) -> Steps | None:
        """An expression's calendar: the coarsest of its parts; None where no part has one."""
        if ("steps", node) not in self.seen:
            self.seen["steps", node] = self._steps(node)
        found: Steps | None = self.seen["steps", node]
        return found

    def _steps(self, node: ast.expr) -> Steps | None:
        leaf = self.leaf(node)
        if leaf is not None:
            if leaf.measure == "" or holds_for_year(self.sheet, leaf.name, leaf.measure):
                return None
            own = frequency(self.sheet, leaf.type, leaf.name, leaf.measure)
            return steps_at(self.sheet, leaf.name, self.freq) if ORDER[own] <= ORDER[self.freq] else None
        if isinstance(node, ast.Call) and called(node) in ("last", "full_year"):
            return None
        found = [steps for steps in map(self.steps, children(node)) if steps is not None]
        coarsest = None
        for steps in found:
            coarsest = steps if coarsest is None else coarsest.coarser(steps)
        return coarsest

    def is_flow(self, node: ast.expr) -> bool:
        """Whether a node is an amount per period, so that January and February add up."""
        leaf = self.leaf(node)
        if leaf is not None:
            return leaf.measure == "period" and self.sheet.indicators[leaf.name].kind == "flow"
        if isinstance(node, ast.Call) and called(node) in ("lag", "last"):
            return self.is_flow(node.args[0])
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.is_flow(node.operand)
        if isinstance(node, ast.BinOp):
            sides = [self.is_flow(node.left), self.is_flow(node.right)]
            if isinstance(node.op, ast.Add | ast.Sub):
                return all(sides)
            free = [self.steps(node.left) is None, self.steps(node.right) is None]
            if isinstance(node.op, ast.Mult):
                return (sides[0] and free[1]) or (free[0] and sides[1])
            return sides[0] and free[1]
        return False

    def is_bounds(self, node: ast.expr) -> bool:
        """Whether a node is a count with two bounds."""
        if isinstance(node, ast.BinOp):
            return self.is_bounds(node.left) or self.is_bounds(node.right)
        if not isinstance(node, ast.Call):
            return False
        name = called(node)
        if name == "lag":
            return self.is_bounds(node.args[0])
        return name in ("streak", "times", "since") or (name == "count" and len(node.args) > 1)

    def names(self, node: ast.expr) -> list[ast.expr]:
        """The paths in a node."""
        if self.leaf(node) is not None:
            return [node]
        return [name for child in children(node) for name in self.names(child)]

    # Reading

    def read(self, node: ast.expr, t: int, steps: Steps, env: Env) -> Value:
        """A node at period `t` of the expression's calendar, to which every indicator is brought first.

        What is wholly a parent's is read for the parent.
        """
        above = upward.above(self, node) if len(env) == 1 and not isinstance(node, ast.Constant) else None
        if above is not None:
            parent = self.sheet.parent(*env[0], above[0].own, self.sheet.last_month(steps.freq, t))
            if parent is None:
                return Bounds(0, float("inf")) if self.is_bounds(node) else because("blank")
            return above[0].read(above[1], t, steps, ((above[0].own, parent),))
        if t < self.sheet.first[steps.freq]:
            return Bounds(0, float("inf")) if self.is_bounds(node) else because("before_start")
        if isinstance(node, ast.Constant):
            return node.value
        leaf = self.leaf(node)
        if leaf is not None:
            return self.named(leaf, t, steps, env)
        if isinstance(node, ast.BoolOp):
            values = [self.read(part, t, steps, env) for part in node.values]
            return all_of(values) if isinstance(node.op, ast.And) else any_of(values)
        if isinstance(node, ast.UnaryOp):
            value = self.read(node.operand, t, steps, env)
            if isinstance(node.op, ast.Not):
                return negate(value)
            return value if not known(value) or isinstance(node.op, ast.UAdd) else -value
        if isinstance(node, ast.IfExp):
            return self.choice(node, t, steps, env)
        if isinstance(node, ast.BinOp):
            return self.arithmetic(node, t, steps, env)
        if isinstance(node, ast.Compare):
            return self.comparison(node, t, steps, env)
        assert isinstance(node, ast.Call), ast.dump(node)
        name = called(node)
        for module in (words, over_time, dates, remembered, groups):
            if name in module.FUNCTIONS and (module is not words or words.takes(self, node)):
                return module.FUNCTIONS[name](self, node, t, steps, env)
        raise NameError(name)

    def named(self, leaf: Leaf, t: int, steps: Steps, env: Env) -> Value:
        """The value of a path for the entity it leads to."""
        who = self.who(leaf, env, t, steps)
        if who is None:
            return because("not_reported")
        if leaf.measure == "":
            value = self.sheet.attributes[leaf.type][leaf.name].get(who[1])
            return because("blank") if value is None else value
        value = figure(self.sheet, who, leaf.name, leaf.measure, steps, t)
        return value if isinstance(value, Unknown | Day | str) else value * words.size(self, leaf.name)

    def arithmetic(self, node: ast.BinOp, t: int, steps: Steps, env: Env) -> Value:
        """+ - * / of numbers, a count plus a constant, a date plus a duration."""
        left, right = self.pair(node.left, node.right, t, steps, env)
        if not known(left) or not known(right):
            return join([left, right])
        sign = -1 if isinstance(node.op, ast.Sub) else 1
        if isinstance(left, Day) and isinstance(right, Day):
            return left.number - right.number
        if isinstance(left, Day) and isinstance(right, Span):
            return dates.moved(left, Span(sign * right.months, sign * right.days))
        if isinstance(left, Bounds):
            return Bounds(left.low + sign * right, left.high + sign * right)
        if isinstance(right, Bounds):
            return Bounds(right.low + left, right.high + left)
        if isinstance(node.op, ast.Div):
            return because("not_applicable") if right == 0 else left / right
        return left * right if isinstance(node.op, ast.Mult) else left + sign * right

    def choice(self, node: ast.IfExp, t: int, steps: Steps, env: Env) -> Value:
        """`a if c else b`; where c is unknown, what a and b have in common."""
        test = self.read(node.test, t, steps, env)
        arms = [self.read(arm, t, steps, env) for arm in (node.body, node.orelse)]
        if known(test):
            return arms[0] if test else arms[1]
        if not all(map(known, arms)):
            return join([test, *arms])
        return arms[0] if arms[0] == arms[1] else test

    def pair(self, left: ast.expr, right: ast.expr, t: int, steps: Steps, env: Env) -> tuple[Value, Value]:
        """Two sides; a string takes the other side's type."""
        a, b = self.read(left, t, steps, env), self.read(right, t, steps, env)
        if isinstance(right, ast.Constant) and isinstance(b, str):
            b = words.literal(self, b, a, left)
        if isinstance(left, ast.Constant) and isinstance(a, str):
            a = words.literal(self, a, b, right)
        return a, b

    def comparison(self, node: ast.Compare, t: int, steps: Steps, env: Env) -> Value:
        """A chain `a < b < c` is `a < b and b < c`."""
        links: list[Value] = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                assert isinstance(right, ast.Tuple | ast.List)
                hits = [self.two(left, "==", item, t, steps, env) for item in right.elts]
                hit = any_of(hits)
                links.append(hit if isinstance(op, ast.In) else negate(hit))
            else:
                links.append(self.two(left, OPERATORS[type(op)], right, t, steps, env))
            left = right
        return all_of(links)

    def two(self, left: ast.expr, op: str, right: ast.expr, t: int, steps: Steps, env: Env) -> Value:
        """One comparison."""
        a, b = self.pair(left, right, t, steps, env)
        if not known(a) or not known(b):
            return join([a, b])
        if isinstance(a, Bounds) or isinstance(b, Bounds):
            return words.compare_bounds(op, a, b)
        if isinstance(a, Day) and isinstance(b, Day):
            a, b = a.number, b.number
        if isinstance(a, str | bool) or isinstance(b, str | bool):
            return (a == b) is (op == "==")
        return compare(op, a, b)

    def with_own(self, env: Env, entity: str) -> Env:
        """The same place seen from a peer."""
        return ((env[0][0], entity), *env[1:])

    def at_frequency(self, freq: str) -> Reader:
        """The same reader at another frequency."""
        return replace(self, freq=freq, seen={})


def called(node: ast.Call) -> str:
    """The name of the function."""
    assert isinstance(node.func, ast.Name)
    return node.func.id


def children(node: ast.expr) -> list[ast.expr]:
    """The operands of a node: arguments of a call, not its name."""
    if isinstance(node, ast.Call):
        named = [keyword.value for keyword in node.keywords if keyword.arg not in ("within", "reason", "per")]
        return [*node.args, *named]
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """A named argument."""
    return next((item.value for item in node.keywords if item.arg == name), None)


def default_frequency(sheet: Sheet, own: str, node: ast.expr, drop: str, reader: Reader) -> str:
    """The coarsest frequency read outside `last()`, `full_year()`, targets and attributes; else the drop's."""
    found: list[str] = []

    def walk(part: ast.expr) -> None:
        leaf = reader.leaf(part)
        if leaf is not None:
            if leaf.measure and not holds_for_year(sheet, leaf.name, leaf.measure):
                found.append(frequency(sheet, leaf.type, leaf.name, leaf.measure))
            return
        if isinstance(part, ast.Call) and called(part) in ("last", "full_year"):
            return
        for child in children(part):
            walk(child)

    walk(node)
    return max(found, key=ORDER.__getitem__, default=drop)


__all__ = ["Env", "Leaf", "Reader", "Unknown", "called", "children", "default_frequency", "keyword"]
