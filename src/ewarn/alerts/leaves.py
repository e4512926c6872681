"""The deciding condition taken apart: its leaves, and what they come to for a group of entities at one period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Column, Floats
from ewarn.expressions.evaluation import Evaluation, Frame, at_row
from ewarn.expressions.functions.known import Falsy
from ewarn.expressions.mentions import heads
from ewarn.expressions.nodes import Node, Value, constant_of
from ewarn.expressions.operators import And, Compare, Lift, Not, Or
from ewarn.expressions.spelling import behind

Bools = npt.NDArray[np.bool_]
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True, eq=False)
class Reading:
    """Values of expressions at one period, for the entities of a frame; shared sub-expressions are computed once."""

    frame: Frame
    row: int
    count: int
    written: Mapping[int, str] = field(default_factory=dict)
    """How the rule writes its nodes, by their identity."""

    def words(self, node: Node) -> str:
        """The expression on one line, as the rule's author wrote it; an ancestor's with the path to it."""
        if isinstance(node.operation, Lift) and id(node) not in self.written:
            inner = self.words(node.args[0])
            return behind(self.frame.panel, str(node.home), (node.params[0],), inner) or inner
        return " ".join(self.written.get(id(node), node.words).split())

    def is_literal(self, node: Node) -> bool:
        """A number or text written out, which explains itself; what names a param does not."""
        return constant_of(node) is not None and not heads(self.words(node))

    def value(self, node: Node) -> Value:
        """As the evaluator holds them, (entities,)."""
        value = self.frame.value(node)
        if isinstance(value, tuple):
            return at_row(value[0], self.row, self.count), at_row(value[1], self.row, self.count)
        return at_row(value, self.row, self.count)

    def column(self, node: Node) -> Column:
        """In the form that is written and printed."""
        value, of = self.value(node), node.type
        if isinstance(value, tuple):
            low, high = value[0].astype(np.float64), value[1].astype(np.float64)
            if of.unit is not None:
                return Column("number", of.unit.text, low, high)
            return Column("count", None, low, high)
        values: Floats = value.astype(np.float64)
        if of.base == "condition":
            return Column("flag", None, np.where(values == 0, np.nan, values > 0))
        if of.base == "category":
            return Column("text", None, np.where(values < 0, np.nan, values), words=of.categories)
        if of.base == "date":
            return Column("date", None, values)
        if of.unit is None:
            return Column("number", None, values)
        return Column("fraction" if of.unit.is_ratio else "number", of.unit.text, values)

    def true(self, condition: Node) -> Bools:
        """Where a condition is known true."""
        value = self.value(condition)
        assert not isinstance(value, tuple)
        return np.asarray(value == 1)

    def false(self, condition: Node) -> Bools:
        """Where a condition is known false."""
        value = self.value(condition)
        assert not isinstance(value, tuple)
        return np.asarray(value == -1)


@dataclass(frozen=True)
class Comparison:
    """A leaf that compares numbers (or a count of periods, or dates), the number on the left."""

    number: Node
    sign: str
    threshold: Node


@dataclass(frozen=True)
class Leaf:
    """One leaf of a condition; `negated`: it stands under an odd number of `not`."""

    node: Node
    negated: bool
    comparison: Comparison | None
    """Set where it compares numbers."""

    def true(self, reading: Reading) -> Bools:
        """Where it speaks for the condition."""
        return reading.false(self.node) if self.negated else reading.true(self.node)


@dataclass(frozen=True, eq=False)
class Tree:
    """A condition as `and` and `or` of leaves; `not` has been carried down to them."""

    joins: Literal["and", "or", "leaf"]
    parts: tuple[Tree, ...] = ()
    leaf: Leaf | None = None

    def distinct(self) -> list[Leaf]:
        """The leaves in reading order, each once."""
        found: dict[tuple[int, bool], Leaf] = {}
        seen: set[int] = set()
        stack = [self]
        while stack:
            one = stack.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            if one.leaf is not None:
                found.setdefault((id(one.leaf.node), one.leaf.negated), one.leaf)
            stack.extend(reversed(one.parts))
        return list(found.values())


def tree(evaluation: Evaluation, node: Node) -> Tree:
    """The condition taken apart. What occurs twice in it is one tree: named parts may repeat without bound."""
    return _tree(evaluation, node, False, None, {})


def _tree(
    evaluation: Evaluation, node: Node, negated: bool, home: str | None, made: dict[tuple[int, bool, str | None], Tree]
) -> Tree:
    """`home`: the type it is given to, where it is an ancestor's condition."""
    key = (id(node), negated, home)
    if key not in made:
        made[key] = _taken_apart(evaluation, node, negated, home, made)
    return made[key]


def _taken_apart(
    evaluation: Evaluation, node: Node, negated: bool, home: str | None, made: dict[tuple[int, bool, str | None], Tree]
) -> Tree:
    operation = node.operation
    if isinstance(operation, Not):
        return _tree(evaluation, node.args[0], not negated, home, made)
    if isinstance(operation, Lift) and isinstance(node.args[0].operation, And | Or | Not | Compare | Falsy | Lift):
        return _tree(evaluation, node.args[0], negated, home or node.home, made)
    if isinstance(operation, Falsy) and not negated:
        return _tree(evaluation, node.args[0], negated, home, made)
    if isinstance(operation, And | Or):
        joins: Literal["and", "or"] = "and" if isinstance(operation, And) != negated else "or"
        return Tree(joins, tuple(_tree(evaluation, part, negated, home, made) for part in node.args))
    comparison = None
    if isinstance(operation, Compare) and node.args[0].type.base in ("number", "bounds", "date"):
        sign = str(node.params[0])
        number, threshold = (_lifted(evaluation, side, home) for side in node.args)
        comparison = Comparison(number, _OPPOSITE[sign] if negated else sign, threshold)
    return Tree("leaf", leaf=Leaf(_lifted(evaluation, node, home), negated, comparison))


def _lifted(evaluation: Evaluation, node: Node, home: str | None) -> Node:
    """An ancestor's value, given to its descendants of type `home`."""
    if home is None or node.home is None or node.home == home:
        return node
    graph = next(graph for graph in evaluation.graphs.values() if graph.calendar is node.calendar)
    return graph.node(Lift(), [node], node.type, home, node.words, (node.home,))
