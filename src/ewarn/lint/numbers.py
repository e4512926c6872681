"""Conditions of two levels compared: which of them asks for more."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from typing import Literal

from ewarn.units import parse_quantity

Order = Literal["same", "stricter", "looser", "mixed"]
_RISING = {ast.Gt: 1, ast.GtE: 1, ast.Lt: -1, ast.LtE: -1}
_COUNTING = ("streak", "times", "breadth", "count", "sum", "share_of")
DEEPEST = 40


def written_out(body: ast.expr, values: Mapping[str, object], let: Mapping[str, ast.expr]) -> ast.expr:
    """An expression with its named parts and params in place; a copy."""
    return _WrittenOut(values, let).visit(copy.deepcopy(body))  # type: ignore[no-any-return]  # as ast has it


class _WrittenOut(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, object], let: Mapping[str, ast.expr], depth: int = 0) -> None:
        self.values, self.let, self.depth = values, let, depth

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.values:
            return ast.copy_location(ast.Constant(_plain(self.values[node.id])), node)
        if node.id in self.let and self.depth < DEEPEST:
            inner = _WrittenOut(self.values, self.let, self.depth + 1)
            found: ast.expr = inner.visit(copy.deepcopy(self.let[node.id]))
            return found
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(arg) for arg in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node


def _plain(value: object) -> str | bool | int | float:
    return value if isinstance(value, bool | int | float) else str(value)


def compare(low: ast.expr, high: ast.expr) -> Order | None:
    """How `high` stands to `low`: "stricter" if whatever meets it meets `low`; None where it cannot be told."""
    if ast.dump(low) == ast.dump(high):
        return "same"
    if isinstance(high, ast.BoolOp) or isinstance(low, ast.BoolOp):
        return _joined(low, high)
    if isinstance(low, ast.UnaryOp) and isinstance(high, ast.UnaryOp) and isinstance(low.op, ast.Not):
        return _flipped(compare(low.operand, high.operand)) if isinstance(high.op, ast.Not) else None
    if isinstance(low, ast.Compare) and isinstance(high, ast.Compare) and len(low.ops) == len(high.ops) == 1:
        return _compared(low, high)
    return None


def _joined(low: ast.expr, high: ast.expr) -> Order | None:
    one = isinstance(low, ast.BoolOp) and isinstance(high, ast.BoolOp) and type(low.op) is type(high.op)
    if one and isinstance(low, ast.BoolOp) and isinstance(high, ast.BoolOp) and len(low.values) == len(high.values):
        return _together([compare(a, b) for a, b in zip(low.values, high.values, strict=True)])
    lows, highs = _arms(low, ast.And), _arms(high, ast.And)
    if highs > lows:
        return "stricter"
    if lows > highs:
        return "looser"
    lows, highs = _arms(low, ast.Or), _arms(high, ast.Or)
    if highs > lows:
        return "looser"
    return "stricter" if lows > highs else None


def _arms(node: ast.expr, kind: type[ast.boolop]) -> frozenset[str]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, kind):
        return frozenset(map(ast.dump, node.values))
    return frozenset([ast.dump(node)])


def _together(orders: list[Order | None]) -> Order | None:
    found = {order for order in orders if order != "same"}
    if not found:
        return "same"
    if None in found:
        return None
    return found.pop() if len(found) == 1 else "mixed"


def _flipped(order: Order | None) -> Order | None:
    return {"stricter": "looser", "looser": "stricter"}.get(order or "", order)  # type: ignore[return-value]  # of Order


def _compared(low: ast.Compare, high: ast.Compare) -> Order | None:
    rising = _RISING.get(type(low.ops[0]))
    if rising is None or _RISING.get(type(high.ops[0])) != rising:
        return None
    left = _moved(low.left, high.left)
    right = _moved(low.comparators[0], high.comparators[0])
    if left is None:
        inner = _inner(low.left, high.left)
        left_order: Order | None = inner if rising > 0 else _flipped(inner)
    else:
        left_order = _order(left * rising)
    if left_order is None or right is None:
        return None
    sign: Order = "same"
    if type(low.ops[0]) is not type(high.ops[0]):
        sign = "stricter" if isinstance(high.ops[0], ast.Gt | ast.Lt) else "looser"
    moved = _order(-right * rising)
    # A number that moves decides; `<` beside `<=` only where it does not.
    return _together([left_order, moved if moved != "same" else sign])


def _order(direction: int) -> Order:
    """Of a left side that grows or shrinks under `>`."""
    return "same" if direction == 0 else "looser" if direction > 0 else "stricter"


def _inner(low: ast.expr, high: ast.expr) -> Order | None:
    """Counts of periods or members for which a condition holds: the condition's own order."""
    if not (isinstance(low, ast.Call) and isinstance(high, ast.Call)):
        return None
    if ast.dump(low.func) != ast.dump(high.func) or not isinstance(low.func, ast.Name):
        return None
    if low.func.id not in _COUNTING or len(low.args) != len(high.args) or not low.args:
        return None
    rest = [(a, b) for a, b in zip(low.args[1:], high.args[1:], strict=True)]
    if any(ast.dump(a) != ast.dump(b) for a, b in rest) or len(low.keywords) != len(high.keywords):
        return None
    if any(ast.dump(a) != ast.dump(b) for a, b in zip(low.keywords, high.keywords, strict=True)):
        return None
    return compare(low.args[0], high.args[0])


def _moved(low: ast.expr, high: ast.expr) -> int | None:
    """1 where `high` is the larger number, -1 the smaller, 0 the same; None where it cannot be told."""
    if ast.dump(low) == ast.dump(high):
        return 0
    first, second = number(low), number(high)
    if first is not None and second is not None:
        return (second > first) - (second < first)
    if isinstance(low, ast.BinOp) and isinstance(high, ast.BinOp) and type(low.op) is type(high.op):
        left, right = _moved(low.left, high.left), _moved(low.right, high.right)
        if left is None or right is None or (left and right and left != right):
            return None
        if isinstance(low.op, ast.Sub) and right:
            return None if left else -right
        if isinstance(low.op, ast.Div) and right:
            return None
        return left or right
    return None


def number(node: ast.expr) -> float | None:
    """What a literal is: a number, or a quantity in the smallest form of its unit."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand)
        return None if inner is None else -inner
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, int | float):
        return float(node.value)
    try:
        amount, unit = parse_quantity(str(node.value))
    except ValueError:
        return None
    return float(amount * unit.factor)


def shape(node: ast.expr) -> str:
    """What is left of an expression without its numbers."""
    return ast.dump(_Shape().visit(copy.deepcopy(node)))


class _Shape(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant(0) if number(node) is not None else node
