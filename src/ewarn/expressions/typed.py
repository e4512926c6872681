"""An expression under construction: its node, and the to-many steps that aggregates have yet to fold."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ewarn.expressions.nodes import Node
from ewarn.expressions.types import Type


@dataclass(frozen=True)
class Typed:
    """A node with `chain`: the entity types to fold to, outermost first (empty: own values).

    `park.project.waits` in a county's rule has the chain (county, park): `count` of it is one number per park.
    `syntax` is where it was written; `quantity` the text of a literal like "50 万元" that takes the other side's type.
    """

    node: Node
    chain: tuple[str, ...] = ()
    syntax: ast.expr | None = None
    quantity: str | None = None

    @property
    def type(self) -> Type:
        """The node's type."""
        return self.node.type
