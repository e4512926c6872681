"""Values of compiled expressions on a panel: blocks of entities that stay in cache, shared sub-expressions once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.calendar import COARSENESS, Calendar, Frequency
from ewarn.expressions.epochs import Epochs
from ewarn.expressions.homes import entities_of
from ewarn.expressions.nodes import NONE, Graph, Node, Rows, Value, either
from ewarn.expressions.passing import Passing
from ewarn.expressions.spans import calendar_for
from ewarn.panel import Attribute, Int8s, Panel, Series

Entities = slice | npt.NDArray[np.intp]
BLOCK = 4096
"""Entities at a time: 36 months of float64 for 4 096 entities are 1.2 MB: a few arrays in cache, few calls."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Leaf cells read: one per entity of a request. `entity` and `row` index the arrays of `of`; -1: none."""

    of: Series | Attribute
    type: str
    entity: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]


@dataclass(eq=False)
class Evaluation:
    """Evaluates nodes on one panel. Results of aggregates are kept; everything else lives as long as its block."""

    panel: Panel
    block: int = BLOCK
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    graphs: dict[tuple[Frequency, bool], Graph] = field(default_factory=dict)
    outer: Evaluation | None = None
    """Of an evaluation as seen from one epoch (see `epochs.py`): the one it serves."""
    _kept: dict[Hashable, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    passing: Passing = field(default_factory=Passing, init=False)

    @property
    def finest(self) -> Frequency:
        """The finest frequency of the panel."""
        return min(self.panel.calendars, key=lambda freq: COARSENESS[freq])

    def graph(self, freq: Frequency, double_january: bool = False) -> Graph:
        """The graph of one calendar, spanning every period of the panel."""
        key = (freq, double_january)
        if key not in self.graphs:
            self.graphs[key] = Graph(calendar_for(self.panel, freq, double_january))
        return self.graphs[key]

    def keep(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """`make()` once. Blocks only read what `prepare` has put here, so no lock is held while making."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def kept(self, key: Hashable) -> Any:
        """What is kept under a key, here or by the evaluation that this one serves; None where nothing is."""
        if key in self._kept or self.outer is None:
            return self._kept.get(key)
        return self.outer.kept(key)

    def depth(self, node: Node) -> int:
        """Levels of nodes below and with this one."""
        found: int = self.keep(("depth", id(node)), lambda: 1 + max(map(self.depth, node.args), default=0))
        return found

    def width(self, home: str | None) -> int:
        """Entities along the second axis of a node of this home."""
        return len(entities_of(self.panel, home)) if home is not None else 1

    def readers(self, roots: Sequence[Node]) -> dict[int, int]:
        """How often each node is read when `roots` are computed in one block, each root once by the caller."""
        uses: dict[int, int] = {}
        todo = list(roots)
        while todo:
            node = todo.pop()
            first = id(node) not in uses
            uses[id(node)] = uses.get(id(node), 0) + 1
            if first:
                todo.extend(node.operation.needs(node))
        return uses

    def frame(self, home: str | None, calendar: Calendar, entities: Entities | None = None) -> Frame:
        """A block: some entities (None: all) of one type."""
        return Frame(self, home, calendar, slice(0, self.width(home)) if entities is None else entities)

    def blocks(self, home: str | None) -> list[slice]:
        """The entities of a type, cut into blocks."""
        width = self.width(home)
        return [slice(start, min(start + self.block, width)) for start in range(0, width, self.block)]

    def each_block(
        self, home: str | None, work: Callable[[slice], None], step: Callable[[], None] | None = None
    ) -> None:
        """`work` on every block, on all cores (NumPy lets go of the interpreter while it computes)."""
        blocks = self.blocks(home)

        def one(block: slice) -> None:
            work(block)
            if step is not None:
                step()

        if self.threads < 2 or len(blocks) < 4:
            for block in blocks:
                one(block)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(one, blocks):
                pass

    @cached_property
    def epochs(self) -> Epochs | None:
        """How the panel looks from either side of its series breaks; None where it has none."""
        return Epochs.of(self)

    def then(self, calendar: Calendar, row: int) -> Evaluation:
        """This evaluation as seen from one row: cells before a series break up to then are unknown."""
        return self if self.epochs is None else self.epochs.at(calendar, row)

    def _seen(self, node: Node, row: int) -> Evaluation:
        return self if self.epochs is None or not self.epochs.broken(node) else self.epochs.at(node.calendar, row)

    def prepare(self, nodes: Sequence[Node]) -> None:
        """Compute what blocks of `nodes` only read: aligned series, aggregates."""
        fresh: dict[int, Node] = {}
        for root in nodes:
            if self.epochs is not None and self.epochs.broken(root):
                self.epochs.prepare(root)
            elif ("prepared", id(root)) not in self._kept:
                fresh.update((id(node), node) for node in root.walk())
        self.passing.fill(self, list(fresh.values()))
        for root in nodes:
            self.keep(("prepared", id(root)), lambda: True)

    def full(self, node: Node) -> Value:
        """All values of a node that needs every entity at once; kept."""
        value: Value = self.keep(
            ("full", id(node)), lambda: node.operation.compute(self.frame(node.home, node.calendar), node)
        )
        return value

    def done(self, node: Node) -> bool:
        """Whether those are known by now."""
        return ("full", id(node)) in self._kept

    def full_why(self, node: Node) -> Int8s:
        """Why those are unknown; kept."""
        why: Int8s = self.keep(
            ("why", id(node)), lambda: node.operation.reasons(self.frame(node.home, node.calendar), node)
        )
        return why

    def whole(self, node: Node) -> Value:
        """All values of any node, shape (periods or 1, entities or 1), computed block by block; not kept, unless other
        aggregates are about to read them."""
        self.prepare([node])
        if node.operation.full and self.epochs is None:
            return self.full(node)
        value: Value = self.passing.share(node, "value", lambda: self._assemble(node, lambda frame: frame.value(node)))
        return value

    def whole_why(self, node: Node) -> Int8s:
        """Why they are unknown; `NONE` where known. Shape (periods, entities)."""
        self.prepare([node])
        why = self._assemble(node, lambda frame: frame.why(node))
        assert not isinstance(why, tuple)
        return why

    def _assemble(self, node: Node, compute: Callable[[Frame], Value]) -> Value:
        blocks = self.blocks(node.home)
        if len(blocks) <= 1:
            return compute(self.frame(node.home, node.calendar))
        shape = (len(node.calendar), self.width(node.home))
        out: list[npt.NDArray[Any]] = []

        def work(block: slice) -> None:
            value = compute(self.frame(node.home, node.calendar, block))
            parts = value if isinstance(value, tuple) else (value,)
            if not out:
                with self._lock:
                    if not out:
                        out.extend([np.empty(shape, dtype=part.dtype) for part in parts])
            for target, part in zip(out, parts, strict=True):
                target[:, block] = part

        self.each_block(node.home, work)
        return out[0] if len(out) == 1 else (out[0], out[1])

    def at(self, node: Node, row: int, entities: npt.NDArray[np.intp]) -> Value:
        """Values of `node` at one row of its calendar for some entities of its home: shape (entities,).

        Bounds come as a pair. For a node without a home every entity gets the same value.
        """
        if (then := self._seen(node, row)) is not self:
            return then.at(node, row, entities)
        self.prepare([node])
        frame = self.frame(node.home, node.calendar, entities if node.home is not None else None)
        value = frame.value(node)
        if isinstance(value, tuple):
            return at_row(value[0], row, len(entities)), at_row(value[1], row, len(entities))
        return at_row(value, row, len(entities))

    def why_at(self, node: Node, row: int, entities: npt.NDArray[np.intp]) -> Int8s:
        """Reason codes at one row for some entities, `NONE` where known: shape (entities,)."""
        if (then := self._seen(node, row)) is not self:
            return then.why_at(node, row, entities)
        self.prepare([node])
        if node.home is None:
            return at_row(self.frame(None, node.calendar).why(node), row, len(entities))
        parts = [entities[start : start + self.block] for start in range(0, len(entities), self.block)]
        found = [at_row(self.frame(node.home, node.calendar, part).why(node), row, len(part)) for part in parts]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int8)

    def cells(self, node: Node, row: int, entities: npt.NDArray[np.intp]) -> list[Cells]:
        """The leaf cells that decide `node` at one row, for some entities of its home; nearest argument first.

        An aggregate is not followed into its members: see `members`.
        """
        if (then := self._seen(node, row)) is not self:
            return then.cells(node, row, entities)
        self.prepare([node])
        frame = self.frame(node.home, node.calendar, entities)
        found: list[Cells] = []
        seen: set[Hashable] = set()
        at = np.full(len(entities), row, dtype=np.int64)
        self._collect(frame, node, at, np.ones(len(entities), dtype=bool), found, seen)
        return found

    def _collect(
        self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_], found: list[Cells], seen: set[Hashable]
    ) -> None:
        mask = mask & (rows >= 0)
        key = (id(node), np.where(mask, rows, -1).tobytes())
        if not mask.any() or key in seen:
            return
        seen.add(key)
        found.extend(node.operation.cells(frame, node, rows, mask))
        for look in node.operation.looks(frame, node, rows):
            narrowed = mask if look.mask is None else mask & look.mask
            self._collect(frame, node.args[look.argument], look.rows, narrowed, found, seen)


def at_row(array: npt.NDArray[Any], row: int, count: int) -> npt.NDArray[Any]:
    """One row of an array that may be (1 or periods, 1 or entities), as a vector."""
    return np.broadcast_to(array[row if array.shape[0] > 1 else 0], (count,))


@dataclass(eq=False)
class Frame:
    """One block: some entities of one type on one calendar, with what has been computed for them so far."""

    evaluation: Evaluation
    home: str | None
    calendar: Calendar
    entities: Entities
    uses: dict[int, int] | None = None
    """How often each node's value will still be read; it is let go after the last time. None: all are kept."""
    _values: dict[int, Value] = field(default_factory=dict)
    _why: dict[int, Int8s] = field(default_factory=dict)
    seen: dict[Hashable, Frame] = field(default_factory=dict)
    """The same block as seen from the epochs of the panel."""
    _parts: dict[bytes, Frame] = field(default_factory=dict)
    _around: Frame | None = None

    def only(self, columns: npt.NDArray[np.intp]) -> Frame:
        """Some entities of the block; kept with it, so that expressions share their parts."""
        key = columns.tobytes()
        if key not in self._parts:
            self._parts[key] = Frame(self.evaluation, self.home, self.calendar, self.positions[columns])
        return self._parts[key]

    @property
    def panel(self) -> Panel:
        """The panel under evaluation."""
        return self.evaluation.panel

    @property
    def shape(self) -> tuple[int, int]:
        """(periods, entities) of this block."""
        entities = self.entities
        return len(self.calendar), entities.stop - entities.start if isinstance(entities, slice) else len(entities)

    @property
    def positions(self) -> npt.NDArray[np.int64]:
        """Positions of the block's entities among all of their type."""
        entities = self.entities
        return np.arange(entities.start, entities.stop) if isinstance(entities, slice) else np.asarray(entities)

    def cut(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The block's columns of an array over all entities (or over none in particular)."""
        return array if array.shape[1] == 1 and self.evaluation.width(self.home) != 1 else array[:, self.entities]

    def value(self, node: Node) -> Value:
        """Values of `node`, computed once per block."""
        found = self._values.get(id(node))
        if found is None:
            epochs, told = self._epochs(node), self.told(node)
            if told is not None:
                found = told.value(node)
            else:
                found = self._compute(node) if epochs is None else epochs.values(self, node)
            self._values[id(node)] = found
        return found

    def _epochs(self, node: Node) -> Epochs | None:
        """The epochs, where they make a difference to `node`."""
        epochs = self.evaluation.epochs
        return None if epochs is None or node.operation.own_time or not epochs.broken(node) else epochs

    def told(self, node: Node) -> Frame | None:
        """The frame that knows `node` where that does not depend on the epoch from which it is seen."""
        if self.evaluation.outer is None or not node.operation.own_time:
            return None
        if self._around is None:
            self._around = Frame(self.evaluation.outer, self.home, self.calendar, self.entities)
        return self._around

    def release(self, node: Node) -> None:
        """One reader of `node` is done."""
        if self.uses is not None:
            left = self.uses[id(node)] = self.uses.get(id(node), 0) - 1
            if left <= 0:
                self._values.pop(id(node), None)

    def array(self, node: Node) -> npt.NDArray[Any]:
        """The same where it is not bounds."""
        value = self.value(node)
        assert not isinstance(value, tuple)
        return value

    def _compute(self, node: Node) -> Value:
        passing = self.evaluation.passing.get(node, "value")
        if passing is not None:
            return (self.cut(passing[0]), self.cut(passing[1])) if isinstance(passing, tuple) else self.cut(passing)
        if not node.operation.full:
            args = [self.value(arg) for arg in node.args] if node.operation.eager else ()
            value = node.operation.compute(self, node, *args)
            for arg in node.operation.needs(node):
                self.release(arg)
            return value
        value = self.evaluation.full(node)
        if node.home is None:
            return value
        return (self.cut(value[0]), self.cut(value[1])) if isinstance(value, tuple) else self.cut(value)

    def unknown(self, node: Node) -> npt.NDArray[np.bool_]:
        """Where `node` is unknown, shape as its values."""
        value = self.value(node)
        if isinstance(value, tuple):
            return np.asarray(value[0] != value[1])
        if node.type.base == "condition":
            return np.asarray(value == 0)
        if node.type.base == "category":
            return np.asarray(value < 0)
        return np.isnan(value)

    def why(self, node: Node) -> Int8s:
        """Reasons where `node` is unknown, `NONE` elsewhere; shape (periods, entities)."""
        found = self._why.get(id(node))
        if found is None and (passing := self.evaluation.passing.get(node, "why")) is not None:
            found = self._why[id(node)] = self.cut(passing)
        if found is None:
            unknown = self.unknown(node)
            epochs, told = self._epochs(node), self.told(node)
            if not unknown.any():
                found = np.full(self.shape, NONE, dtype=np.int8)
            elif told is not None:
                found = told.why(node)
            elif epochs is not None:
                found = epochs.reasons(self, node)
            elif node.operation.full:
                full = self.evaluation.full_why(node)
                found = either(unknown, full if node.home is None else self.cut(full), NONE)
            else:
                found = either(unknown, node.operation.reasons(self, node), NONE)
            self._why[id(node)] = found = np.broadcast_to(found, self.shape)
        return found
