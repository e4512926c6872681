"""Which way an expression goes as one cell rises or falls, and the comparisons through which a verdict depends on it.

Only the judged period is looked at: earlier periods never read a later cell (no look-ahead).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ewarn.alerts.trial import TangledError, Trial, reads
from ewarn.expressions import operators as op
from ewarn.expressions.evaluation import at_row
from ewarn.expressions.functions.change import SingleMonths
from ewarn.expressions.functions.known import Falsy, Latest
from ewarn.expressions.functions.lag import Earlier, source_rows
from ewarn.expressions.functions.rolling import Window
from ewarn.expressions.functions.runs import CompareRun, Run, Since, Times
from ewarn.expressions.functions.yoy import PerYear
from ewarn.expressions.leaves import Leaf
from ewarn.expressions.measures import Cumulate, Deaccumulate
from ewarn.expressions.nodes import Node

RISES, SAME, FALLS = 1, 0, -1
_LOGIC = (op.And, op.Or, op.Not, Falsy, Run, Times, Since, CompareRun, op.Add, op.Lift, Earlier, op.Choose, op.Coalesce)
"""What carries conditions and counts of periods, and depends on the cell through nothing but their truth."""


def comparisons(trial: Trial, node: Node, row: int, way: int) -> Iterator[tuple[Trial, Node]]:
    """The comparisons of numbers below a condition whose truth changes at most once as the cell goes `way`, each once.

    `trial`: the cell as it stands, one candidate; each comparison comes with the trial of its own entity. Raises
    TangledError where the condition depends on the cell in any other way.
    """
    assert trial.cell is not None
    key = (id(node), row, way)
    if key in trial.looked or not reads(trial.evaluation, node, trial.cell):
        return
    trial.looked.add(key)
    operation = node.operation
    if type(operation) is op.Compare and node.args[0].type.base == "number":
        if node.params[0] in ("==", "!="):
            raise TangledError
        left, right = (direction(trial, side, row, way) for side in node.args)
        if _together(left, -right):
            yield trial, node
    elif isinstance(operation, Earlier):
        if _from(trial, node, row) == row:
            yield from comparisons(trial, node.args[0], row, way)
    elif isinstance(operation, op.Lift):
        yield from comparisons(trial.above(node), node.args[0], row, way)
    elif isinstance(operation, _LOGIC) or (isinstance(operation, op.Compare) and node.args[0].type.base != "number"):
        for arg in node.args:
            if arg.type.base == "number" and reads(trial.evaluation, arg, trial.cell):
                raise TangledError
            yield from comparisons(trial, arg, row, way)
    else:
        raise TangledError


def direction(trial: Trial, node: Node, row: int, way: int) -> int:
    """Where a number goes as the cell goes `way` (1 up, -1 down) from where it stands. Raises TangledError.

    What is known stays known on that way, and what is unknown unknown.
    """
    assert trial.cell is not None
    if not reads(trial.evaluation, node, trial.cell):
        return SAME
    if isinstance(node.operation, Leaf):
        return way if trial.positions[0] == trial.cell.entity else SAME
    rule = _RULES.get(type(node.operation))
    if rule is None and isinstance(node.operation, Window):
        rule = _window
    if rule is None:
        raise TangledError
    key = (id(node), row, way)
    if key not in trial.ways:
        trial.ways[key] = rule(trial, node, row, way)
    return trial.ways[key]


def _together(*ways: int) -> int:
    """Where a sum goes. Raises TangledError where its parts go apart."""
    going = {way for way in ways if way}
    if len(going) > 1:
        raise TangledError
    return going.pop() if going else SAME


def _now(trial: Trial, node: Node, row: int) -> float:
    return float(at_row(trial.array(node), row, 1)[0])


def _from(trial: Trial, node: Node, row: int) -> int:
    return int(source_rows(trial, node)[row])


def _ways(trial: Trial, node: Node, row: int, way: int) -> list[int]:
    return [direction(trial, arg, row, way) for arg in node.args]


def _sum(trial: Trial, node: Node, row: int, way: int) -> int:
    return _together(*_ways(trial, node, row, way))


def _difference(trial: Trial, node: Node, row: int, way: int) -> int:
    left, right = _ways(trial, node, row, way)
    return _together(left, -right)


def _scale(trial: Trial, node: Node, row: int, way: int) -> int:
    return direction(trial, node.args[0], row, way) * int(np.sign(node.params[0]))


def _product(trial: Trial, node: Node, row: int, way: int) -> int:
    ways = _ways(trial, node, row, way)
    signs = [_sign(trial, arg, row) for arg in node.args]
    if all(ways):
        # Both move: only of factors that grow away from 0 is the sign, and so the way of the product, settled.
        if any(sign == 0 or one != sign for one, sign in zip(ways, signs, strict=True)):
            raise TangledError
        return signs[0] * signs[1]
    return ways[0] * signs[1] + ways[1] * signs[0]


def _sign(trial: Trial, node: Node, row: int) -> int:
    value = _now(trial, node, row)
    return 0 if value != value else int(np.sign(value))


def _quotient(trial: Trial, node: Node, row: int, way: int) -> int:
    above, below = _ways(trial, node, row, way)
    top, bottom = (_sign(trial, arg, row) for arg in node.args)
    if below and (above or bottom != below):
        raise TangledError  # it may turn, or pass 0
    return above * bottom - below * top


def _growth(trial: Trial, node: Node, row: int, way: int) -> int:
    x, base = _ways(trial, node, row, way)
    if base:
        raise TangledError
    return x if _now(trial, node.args[1], row) > 0 else SAME


def _absolute(trial: Trial, node: Node, row: int, way: int) -> int:
    inside, sign = direction(trial, node.args[0], row, way), _sign(trial, node.args[0], row)
    if inside and sign not in (0, inside):
        raise TangledError
    return abs(inside)


def _coalesce(trial: Trial, node: Node, row: int, way: int) -> int:
    for arg in node.args:
        going = direction(trial, arg, row, way)
        if not np.isnan(_now(trial, arg, row)):
            return going
    return SAME


def _choose(trial: Trial, node: Node, row: int, way: int) -> int:
    condition, yes, no = node.args
    assert trial.cell is not None
    if reads(trial.evaluation, condition, trial.cell):
        raise TangledError
    truth = _now(trial, condition, row)
    if truth == 0:
        if direction(trial, yes, row, way) or direction(trial, no, row, way):
            raise TangledError  # known only where the two agree
        return SAME
    return direction(trial, yes if truth == 1 else no, row, way)


def _earlier(trial: Trial, node: Node, row: int, way: int) -> int:
    return direction(trial, node.args[0], row, way) if _from(trial, node, row) == row else SAME


def _lift(trial: Trial, node: Node, row: int, way: int) -> int:
    return direction(trial.above(node), node.args[0], row, way)


def _same(trial: Trial, node: Node, row: int, way: int) -> int:
    return direction(trial, node.args[0], row, way)


def _window(trial: Trial, node: Node, row: int, way: int) -> int:
    if node.params[0] not in ("sum", "mean", "min", "max", "median") or len(node.args) != 1:
        raise TangledError
    return direction(trial, node.args[0], row, way)


def _single(trial: Trial, node: Node, row: int, way: int) -> int:
    going = direction(trial, node.args[0], row, way)
    if going and node.params[0] and (going == FALLS or np.isnan(_now(trial, node, row))):
        raise TangledError  # a cumulated flow that falls makes its period unknown
    return going


def _per_year(trial: Trial, node: Node, row: int, way: int) -> int:
    going, *rest = _ways(trial, node, row, way)
    if any(rest) or going == FALLS or any(not _now(trial, arg, row) > -1 for arg in node.args):
        raise TangledError
    return going


_RULES: dict[type, Callable[[Trial, Node, int, int], int]] = {
    op.Add: _sum,
    op.Subtract: _difference,
    op.Multiply: _product,
    op.Divide: _quotient,
    op.Scale: _scale,
    op.Growth: _growth,
    op.Absolute: _absolute,
    op.Extreme: _sum,
    op.Coalesce: _coalesce,
    op.Choose: _choose,
    op.Lift: _lift,
    Earlier: _earlier,
    Latest: _same,
    SingleMonths: _same,
    Cumulate: _same,
    Deaccumulate: _single,
    PerYear: _per_year,
}
