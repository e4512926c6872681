"""Compiled expressions: a directed acyclic graph in which equal sub-expressions are one node."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.expressions.types import Type
from ewarn.panel import Int8s, Reason

if TYPE_CHECKING:
    from ewarn.expressions.evaluation import Cells, Evaluation, Frame

Array = npt.NDArray[Any]
Value = Array | tuple[Array, Array]
"""A pair for bounds: (known at least, possible at most)."""
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Look:
    """Which periods of an argument an operation reads: for each entity a row, where `mask` holds."""

    argument: int
    rows: Rows
    mask: npt.NDArray[np.bool_] | None = None


class Operation(ABC):
    """What a node does to its arguments. Subclasses are the primitives of the language.

    `compute` gets arrays of shape (periods or 1, entities or 1) and gives one; it must not change its arguments.
    """

    full = False
    """Needs all entities at once (an aggregate, a rank): computed before the blocks that read it."""
    own_time = False
    """Says what is on file for each period, whether or not it can be compared across a series break."""
    eager = True
    """`compute` is given the values of all arguments; otherwise it asks the frame for those it needs."""
    pure = False
    """Gives a plain number, whatever the units of its arguments: a rank, a count of days."""

    def prepare(self, evaluation: Evaluation, node: Node) -> None:
        """Whatever all blocks share, computed before the first of them."""
        if self.full:
            evaluation.full(node)

    @abstractmethod
    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Values of `node` for the entities of `frame`, all periods."""

    def needs(self, node: Node) -> Sequence[Node]:
        """The nodes whose values `compute` reads in its own block."""
        return () if self.full else node.args

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Why `node` is unknown, per period and entity (`Reason`); any number where it is known.

        By default the first reason among the arguments unknown in the same period.
        """
        return combine([frame.why(arg) for arg in node.args], frame.shape)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> Sequence[Look]:
        """What is read of each argument to know `node` at `rows` (one row per entity of `frame`)."""
        return [Look(index, rows) for index in range(len(node.args))]

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_]) -> Sequence[Cells]:
        """The cells of the panel that this operation itself reads at `rows`, where `mask` holds."""
        return ()


NONE = 127
"""In arrays of reasons: known, or no reason of its own."""


def combine(reasons: Sequence[Int8s], shape: tuple[int, int]) -> Int8s:
    """The first (lowest) reason of several, period by period."""
    result: Int8s = np.full(shape, NONE, dtype=np.int8)
    for reason in reasons:
        result = np.minimum(result, reason)
    return result


def named(unknown: npt.NDArray[np.bool_], reason: Reason) -> Int8s:
    """`reason` where `unknown`, elsewhere none."""
    return either(unknown, reason, NONE)


def either(mask: npt.NDArray[np.bool_], yes: Int8s | int, no: Int8s | int) -> Int8s:
    """`yes` where `mask`, else `no`; for single bytes, of which `np.where` is slow: no + (yes - no) in bits."""
    yes, no = np.asarray(yes, dtype=np.int8), np.asarray(no, dtype=np.int8)
    mine = -np.asarray(mask).view(np.int8)
    picked: Int8s = mine & (yes ^ no)
    return np.asarray(picked ^ no)


@dataclass(frozen=True, eq=False, repr=False)
class Node:
    """One expression on one calendar. `home` is the entity type along its second axis, None: the same for all."""

    operation: Operation
    args: tuple[Node, ...]
    params: tuple[Any, ...]
    type: Type
    home: str | None
    calendar: Calendar
    words: str
    """The expression as it was written (the first time, where it occurs more than once)."""

    def __repr__(self) -> str:
        """Without its arguments: they share parts, and written out may have no end."""
        return f"<{self.operation.__class__.__name__} {self.words[:60]!r}>"

    def walk(self) -> Iterator[Node]:
        """This node and all below it, each once, arguments first."""
        seen: set[int] = set()
        stack: list[tuple[Node, bool]] = [(self, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                yield node
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((arg, False) for arg in reversed(node.args))


@dataclass(eq=False)
class Graph:
    """The nodes on one calendar, each kept once (hash-consing)."""

    calendar: Calendar
    nodes: dict[Hashable, Node] = field(default_factory=dict)

    def node(
        self,
        operation: Operation,
        args: Sequence[Node],
        type: Type,
        home: str | None,
        words: str,
        params: tuple[Any, ...] = (),
    ) -> Node:
        """The node for this operation on these arguments; an existing one where there is one."""
        key = (operation.__class__, params, tuple(map(id, args)), home, type)
        found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = Node(operation, tuple(args), params, type, home, self.calendar, words)
        return found


@dataclass(frozen=True, eq=False)
class Constant(Operation):
    """A literal or a parameter; the value is the node's first param (None: unknown)."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """One cell, broadcast by whoever reads it."""
        value: Any = node.params[0]
        if node.type.base == "condition":
            return np.array([[0 if value is None else 1 if value else -1]], dtype=np.int8)
        if node.type.base == "category":
            code = node.type.categories.index(value) if value in node.type.categories else -1
            return np.array([[code]], dtype=np.int32)
        return np.array([[np.nan if value is None else value]], dtype=np.float64)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """A literal is known."""
        return np.full(frame.shape, NONE, dtype=np.int8)


def constant_of(node: Node) -> Any:
    """The value of a literal node, None where it is not one."""
    return node.params[0] if isinstance(node.operation, Constant) else None
