"""What several aggregates read of all members: computed once, and let go after the last of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ewarn.expressions.nodes import Node

if TYPE_CHECKING:
    from ewarn.expressions.evaluation import Evaluation

T = TypeVar("T")


@dataclass(eq=False)
class Passing:
    """Arrays over all entities, by the node that they are made of; empty but while aggregates are computed."""

    _readers: Counter[int] = field(default_factory=Counter)
    _made: dict[int, dict[Hashable, Any]] = field(default_factory=dict)
    _held: dict[tuple[int, Hashable], Any] = field(default_factory=dict)

    def fill(self, evaluation: Evaluation, nodes: Sequence[Node]) -> None:
        """Compute what blocks of `nodes` only read. What reads the same members' expression comes together, after the
        aggregates below it."""
        waiting: list[Node] = []
        for node in nodes:
            if not node.operation.full:
                node.operation.prepare(evaluation, node)
            elif not evaluation.done(node):
                waiting.append(node)
        if not waiting:
            return
        # Parts come before what they are parts of, and readers of one expression stand together.
        place: dict[int, tuple[int, int]] = {}
        for node in waiting:
            for arg in node.args[:1]:
                place[id(node)] = place.setdefault(id(arg), (evaluation.depth(arg), len(place)))
        waiting.sort(key=lambda node: (_stratum(evaluation, node), place.get(id(node), (0, 0))))
        shared = {id(arg) for node in waiting for arg in node.args}
        reads = [[id(part) for part in _below(node) if id(part) in shared] for node in waiting]
        self._readers.update(part for parts in reads for part in parts)
        for node, parts in zip(waiting, reads, strict=True):
            node.operation.prepare(evaluation, node)
            for part in parts:
                self._readers[part] -= 1
                if self._readers[part] <= 0:
                    self._made.pop(part, None)
        self._held.clear()

    def share(self, node: Node, what: Hashable, make: Callable[[], T]) -> T:
        """`make()`, kept as long as other aggregates read `node`."""
        made = self._made.get(id(node), {})
        if what in made:
            found: T = made[what]
            return found
        value = make()
        if self._readers[id(node)] > 1:
            self._made.setdefault(id(node), {})[what] = value
        return value

    def hold(self, node: Node, what: Hashable, make: Callable[[], T]) -> T:
        """`make()`, kept until all aggregates at hand are computed: for what is small."""
        key = (id(node), what)
        if key not in self._held:
            self._held[key] = make()
        found: T = self._held[key]
        return found

    def get(self, node: Node, what: Hashable) -> Any:
        """What `share` or `hold` has kept; None where nothing is."""
        if id(node) in self._made and what in self._made[id(node)]:
            return self._made[id(node)][what]
        return self._held.get((id(node), what))


def _below(node: Node) -> list[Node]:
    """What is computed for an aggregate, down to other aggregates; each once."""
    found: dict[int, Node] = {}
    todo = list(node.args)
    while todo:
        part = todo.pop()
        if id(part) not in found:
            found[id(part)] = part
            todo.extend(part.operation.needs(part))
    return list(found.values())


def _stratum(evaluation: Evaluation, node: Node) -> int:
    """How many aggregates lie on the longest way down."""
    found: int = evaluation.keep(
        ("stratum", id(node)),
        lambda: max((_stratum(evaluation, arg) for arg in node.args), default=0) + node.operation.full,
    )
    return found
