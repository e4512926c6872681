"""The groups that an aggregate or a place among peers goes by."""

from __future__ import annotations

import numpy as np

from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.groups import Groups, Index, parent_rows
from ewarn.expressions.homes import kind_of
from ewarn.expressions.leaves import AttributeLeaf
from ewarn.expressions.nodes import Node


def grouped(evaluation: Evaluation, node: Node, members: str) -> Groups:
    """Groups of a node's members, made once. Its params: (fold to a type or None, names after `within=`, ...)."""
    target, within = node.params[0], node.params[1]
    leaves = tuple(id(arg) for arg in node.args if isinstance(arg.operation, AttributeLeaf)) if within else ()
    found: Groups = evaluation.keep(
        ("groups", members, target, within, leaves, id(node.calendar)), lambda: _grouped(evaluation, node, members)
    )
    return found


def _grouped(evaluation: Evaluation, node: Node, members: str) -> Groups:
    target, within = node.params[0], node.params[1]
    if target is not None:
        return Groups(parent_rows(evaluation, members, str(target), node.calendar), evaluation.width(str(target)))
    assert isinstance(within, tuple)
    return Groups(*peer_groups(evaluation, members, within, node))


def grouping(evaluation: Evaluation, node: Node, members: str) -> tuple[Index, int]:
    """The same as arrays: (periods or 1, members), -1 for none; and how many groups there are."""
    groups = grouped(evaluation, node, members)
    return groups.index, groups.size


def peer_groups(evaluation: Evaluation, home: str, names: tuple[str, ...], node: Node) -> tuple[Index, int]:
    """Groups by parent types and attributes; one group of all where none is named. Unknown: in no group."""
    codes = np.zeros((1, evaluation.width(home)), dtype=np.int64)
    size = 1
    for name in names:
        if name in evaluation.panel.types:
            one, count = parent_rows(evaluation, kind_of(home), name, node.calendar), evaluation.width(name)
        else:
            leaf = next(a for a in node.args if isinstance(a.operation, AttributeLeaf) and a.params[1] == name)
            value = np.asarray(evaluation.whole(leaf))
            if leaf.type.base == "condition":
                one, count = np.where(value == 0, -1, (value > 0).astype(np.int64)), 2
            else:
                one, count = value.astype(np.int64), max(1, len(leaf.type.categories))
        both = (codes >= 0) & (one >= 0)
        codes, size = np.where(both, codes * count + one, -1), size * count
    return codes, size
