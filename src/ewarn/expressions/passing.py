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

    def fill(self, evaluation: Evaluation, nodes: Sequence[Node]) -> None:
        """Compute what blocks of `nodes` only read. What reads the same members' expression comes together, after the
        aggregates below it."""
        waiting: list[Node] = []
        for node in nodes:
            if node.operation.full:
                waiting.append(node)
            else:
                node.operation.prepare(evaluation, node)
        if not waiting:
            return
        seen = {id(arg): at for at, arg in enumerate(arg for node in reversed(waiting) for arg in node.args)}
        waiting.sort(key=lambda node: (_stratum(evaluation, node), seen.get(id(node.args[0]), 0) if node.args else 0))
        self._readers.update(id(arg) for node in waiting for arg in node.args)
        for node in waiting:
            node.operation.prepare(evaluation, node)
            for arg in node.args:
                self._readers[id(arg)] -= 1
                if self._readers[id(arg)] <= 0:
                    self._made.pop(id(arg), None)

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

    def get(self, node: Node, what: Hashable) -> Any:
        """What `share` has kept; None where nothing is."""
        return self._made[id(node)].get(what) if id(node) in self._made else None


def _stratum(evaluation: Evaluation, node: Node) -> int:
    """How many aggregates lie on the longest way down."""
    found: int = evaluation.keep(
        ("stratum", id(node)),
        lambda: max((_stratum(evaluation, arg) for arg in node.args), default=0) + node.operation.full,
    )
    return found
