"""What is wholly a parent's: it is worked out for the parent, and holds for all that belong to it."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reader import Reader

ASKING = ("optional", "is_missing", "coalesce", "status")
"""What asks whether anything is known at all is asked of the own entity, which may have no parent."""


def above(reader: Reader, node: ast.expr) -> tuple[Reader, ast.expr] | None:
    """The reader of the parent type that all names in a node are of, and the node as written for it; None where some
    are not."""
    if ("above", node) not in reader.seen:
        reader.seen["above", node] = _above(reader, node)
    found: tuple[Reader, ast.expr] | None = reader.seen["above", node]
    return found


def _above(reader: Reader, node: ast.expr) -> tuple[Reader, ast.expr] | None:
    names = [leaf for part in reader.names(node) if (leaf := reader.leaf(part)) is not None]
    calls = [part.func.id for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)]
    heads = {leaf.heads[0] if leaf.heads else "" for leaf in names}
    head = min(heads, default="")
    if len(heads) != 1 or head not in reader.sheet.ancestors(reader.own) or set(calls) & set(ASKING):
        return None
    if (reader.own, head) in reader.sheet.links:
        return None
    return replace(reader, own=head, seen={}), Shorter(head).visit(copy.deepcopy(node))


class Shorter(ast.NodeTransformer):
    """Takes the first step off the paths that begin with it."""

    def __init__(self, head: str) -> None:
        self.head = head

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`park.r` is `r` for the park."""
        if isinstance(node.value, ast.Name):
            return ast.Name(node.attr) if node.value.id == self.head else node
        return ast.Attribute(self.visit(node.value), node.attr)
