"""Whether an expression is an amount of its period: a flow, or made of flows alone."""

from __future__ import annotations

from ewarn.expressions import operators as op
from ewarn.expressions.functions.known import Latest
from ewarn.expressions.functions.lag import Earlier
from ewarn.expressions.leaves import Leaf
from ewarn.expressions.nodes import Constant, Node

OWN = "own"
"""How a leaf is read that has a value of its own in each period."""


def of_flows(node: Node) -> bool:
    """January and February of it add up, so that a February which stands for both is no single month."""
    if node.type.summed:
        return True
    operation, args = node.operation, node.args
    if isinstance(operation, op.Subtract) and isinstance(args[0].operation, Constant) and args[0].params == (0.0,):
        return of_flows(args[1])
    if isinstance(operation, op.Add | op.Subtract):
        return of_flows(args[0]) and of_flows(args[1])
    if isinstance(operation, op.Multiply):
        return (of_flows(args[0]) and _timeless(args[1])) or (_timeless(args[0]) and of_flows(args[1]))
    if isinstance(operation, op.Divide):
        return of_flows(args[0]) and _timeless(args[1])
    return isinstance(operation, op.Scale | op.Lift | Earlier) and of_flows(args[0])


def _timeless(node: Node) -> bool:
    """Has no value of its own for each period: a constant, an attribute, a target, the newest value of something."""
    if isinstance(node.operation, Latest):
        return True
    if isinstance(node.operation, Leaf) and node.params[3] == OWN:
        return False
    return all(map(_timeless, node.args))
