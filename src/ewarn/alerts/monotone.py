"""Which way an expression goes as one cell rises or falls, and the comparisons through which a verdict depends on it.

Only the judged period is looked at: earlier periods never read a later cell (no look-ahead). Where a way is settled
only as long as something keeps its side (the sign of a factor, the truth of a condition), `Split` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

import numpy as np

from ewarn.alerts.columns import Floats
from ewarn.alerts.trial import TangledError, Trial, reads
from ewarn.expressions import operators as op
from ewarn.expressions.evaluation import at_row
from ewarn.expressions.functions.aggregates import CountTrue, MedianAcross
from ewarn.expressions.functions.change import SingleMonths
from ewarn.expressions.functions.earliest import Earliest, RunStart
from ewarn.expressions.functions.elementary import Slope
from ewarn.expressions.functions.known import Falsy, Latest, Settled, Unknown
from ewarn.expressions.functions.lag import Earlier, source_rows
from ewarn.expressions.functions.progress import Recent
from ewarn.expressions.functions.rolling import Window
from ewarn.expressions.functions.runs import CompareRun, Run, Since, Times
from ewarn.expressions.functions.yoy import PerYear
from ewarn.expressions.leaves import Leaf
from ewarn.expressions.measures import Cumulate, Deaccumulate
from ewarn.expressions.nodes import Node

RISES, SAME, FALLS = 1, 0, -1
Place = tuple[Trial, Node, str]
"""A comparison of numbers: for whom, which, and its sign (an equality counts as `<=` and as `>=`)."""
_LOGIC = (
    *(op.And, op.Or, op.Not, Falsy, Run, Times, Since, CompareRun, op.Add, op.Lift, Earlier, op.Choose, op.Coalesce),
    *(CountTrue, Latest, Earliest, RunStart),
)
"""What carries conditions and counts of periods, and depends on the cell through nothing but their truth."""


class Split(Exception):  # noqa: N818  (no error: the way has to be looked at in stretches)
    """The way is settled only as long as something keeps its side.

    Either `number` keeps its sign (`home` and `entity` say whose it is), or the comparisons at `places` their truth.
    Beyond a change of what is not `passable` nothing is settled.
    """

    def __init__(
        self, key: Hashable, *, trial: Trial, number: Callable[[Trial], Floats] | None = None,
        places: tuple[Place, ...] = (), passable: bool = True,
    ) -> None:  # fmt: skip
        self.key, self.number, self.places, self.passable = key, number, places, passable
        self.home, self.entity = trial.place


def comparisons(trial: Trial, node: Node, row: int, way: int, seen: set[Hashable] | None = None) -> Iterator[Place]:
    """The comparisons of numbers below a condition whose truth changes at most once as the cell goes `way`, each once.

    `trial`: the cell as it stands, one candidate; each comparison comes with the trial of its own entity. Raises
    TangledError where the condition depends on the cell in any other way, Split where it does only on a stretch.
    """
    assert trial.cell is not None
    seen = set() if seen is None else seen
    key = (id(node), trial.place, row)
    if key in seen or not reads(trial.evaluation, node, trial.cell):
        return
    seen.add(key)
    operation = node.operation
    if type(operation) is op.Compare and node.args[0].type.base == "number":
        left, right = (direction(trial, side, row, way) for side in node.args)
        if together(left, -right):
            for sign in ("<=", ">=") if node.params[0] in ("==", "!=") else (node.params[0],):
                yield trial, node, sign
    elif isinstance(operation, Settled):
        return
    elif isinstance(operation, Unknown):
        if node.args[0].type.base == "number":
            direction(trial, node.args[0], row, way)  # what is known stays known, or it is tangled
        else:
            list(comparisons(trial, node.args[0], row, way))
    elif isinstance(operation, Earlier):
        if _from(trial, node, row) == row:
            yield from comparisons(trial, node.args[0], row, way, seen)
    elif isinstance(operation, op.Lift):
        yield from comparisons(trial.above(node), node.args[0], row, way, seen)
    elif isinstance(operation, _LOGIC) or (isinstance(operation, op.Compare) and node.args[0].type.base != "number"):
        for arg in node.args:
            if arg.type.base == "number" and reads(trial.evaluation, arg, trial.cell):
                raise TangledError
            yield from comparisons(trial, arg, row, way, seen)
    else:
        raise TangledError


def direction(trial: Trial, node: Node, row: int, way: int) -> int:
    """Where a number goes as the cell goes `way` (1 up, -1 down) from where it stands. Raises TangledError, Split.

    What is known stays known on that way, and what is unknown unknown.
    """
    assert trial.cell is not None
    if not reads(trial.evaluation, node, trial.cell):
        return SAME
    operation = node.operation
    if isinstance(operation, Leaf):
        return way if trial.touched(node, row) else SAME
    rule = _RULES.get(type(operation))
    if rule is None and isinstance(operation, Window):
        rule = _window
    if rule is None and operation.full:
        from ewarn.alerts.monotone_members import among_members as rule
    if rule is None:
        raise TangledError
    key = (id(node), row, way)
    if key not in trial.ways:
        trial.ways[key] = rule(trial, node, row, way)
    return trial.ways[key]


def together(*ways: int) -> int:
    """Where a sum goes. Raises TangledError where its parts go apart."""
    going = {way for way in ways if way}
    if len(going) > 1:
        raise TangledError
    return going.pop() if going else SAME


def steady(trial: Trial, condition: Node, row: int, way: int) -> None:
    """Return where the truth of a condition does not change; raise Split where it may."""
    key = ("truth", id(condition), trial.place, row)
    if key in trial.steady:
        return
    places = tuple(comparisons(trial, condition, row, way))
    if places:
        raise Split(key, trial=trial, places=places)


def side(trial: Trial, node: Node, row: int, way: int, *, passable: bool = True) -> int:
    """The sign of a number, which keeps it; Split where the number goes towards 0."""
    going, sign = direction(trial, node, row, way), _sign(standing(trial, node, row))
    return keeping(trial, ("sign", id(node), row), going, sign, lambda one: _row(one, node, row), passable)


def keeping(
    trial: Trial, key: Hashable, going: int, sign: int, number: Callable[[Trial], Floats], passable: bool = True
) -> int:
    """The sign that a number keeps as it goes; Split where it goes towards 0."""
    if not going or going == sign:
        return sign
    if sign == 0:
        return going  # from 0 it only moves away
    whole = (key, trial.place)
    if whole not in trial.steady:
        raise Split(whole, trial=trial, number=number, passable=passable)
    return sign


def standing(trial: Trial, node: Node, row: int) -> float:
    """The number where the cell stands."""
    return float(_row(trial, node, row)[0])


def _row(trial: Trial, node: Node, row: int) -> Floats:
    return at_row(trial.array(node), row, len(trial.given))


def _sign(value: float) -> int:
    return 0 if value != value else int(np.sign(value))


def _from(trial: Trial, node: Node, row: int) -> int:
    return int(source_rows(trial, node)[row])


def _ways(trial: Trial, node: Node, row: int, way: int) -> list[int]:
    return [direction(trial, arg, row, way) for arg in node.args]


def _sum(trial: Trial, node: Node, row: int, way: int) -> int:
    return together(*_ways(trial, node, row, way))


def _difference(trial: Trial, node: Node, row: int, way: int) -> int:
    left, right = _ways(trial, node, row, way)
    return together(left, -right)


def _scale(trial: Trial, node: Node, row: int, way: int) -> int:
    return direction(trial, node.args[0], row, way) * int(np.sign(node.params[0]))


def _product(trial: Trial, node: Node, row: int, way: int) -> int:
    left, right = node.args
    ways = _ways(trial, node, row, way)
    # (f g)' = f' g + f g': each factor counts with the sign of the other.
    first = ways[0] * side(trial, right, row, way) if ways[0] else SAME
    second = ways[1] * side(trial, left, row, way) if ways[1] else SAME
    return together(first, second)


def _quotient(trial: Trial, node: Node, row: int, way: int) -> int:
    top, bottom = node.args
    above, beneath = _ways(trial, node, row, way)
    first = above * side(trial, bottom, row, way, passable=False) if above else SAME
    if not beneath:
        return first
    side(trial, bottom, row, way, passable=False)  # at 0 there is no quotient
    return together(first, -beneath * side(trial, top, row, way))


def _growth(trial: Trial, node: Node, row: int, way: int) -> int:
    x, base = _ways(trial, node, row, way)[:2]
    if base:
        raise TangledError
    return x if standing(trial, node.args[1], row) > 0 else SAME


def _absolute(trial: Trial, node: Node, row: int, way: int) -> int:
    inside = direction(trial, node.args[0], row, way)
    return inside * side(trial, node.args[0], row, way) if inside else SAME


def _coalesce(trial: Trial, node: Node, row: int, way: int) -> int:
    for arg in node.args:
        going = direction(trial, arg, row, way)
        if not np.isnan(standing(trial, arg, row)):
            return going
    return SAME


def _choose(trial: Trial, node: Node, row: int, way: int) -> int:
    condition, yes, no = node.args
    steady(trial, condition, row, way)
    truth = standing(trial, condition, row)
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


def _looked_up(trial: Trial, node: Node, row: int, way: int) -> int:
    """The value of one period: the last argument at a row that conditions before it choose."""
    for condition in node.args[:-1]:
        steady(trial, condition, row, way)
    going = direction(trial, node.args[-1], row, way)
    rows = np.full(len(trial.given), row, dtype=np.int64)
    looks = [look for look in node.operation.looks(trial, node, rows) if look.argument == len(node.args) - 1]
    return going if any(int(look.rows[0]) == row for look in looks) else SAME


def _window(trial: Trial, node: Node, row: int, way: int) -> int:
    x, which = node.args[0], node.params[0]
    for where in node.args[1:]:
        steady(trial, where, row, way)
        if standing(trial, where, row) != 1:
            return SAME
    going = direction(trial, x, row, way)
    if which != "std" or not going:
        return going
    # The deviation falls until x meets the mean of the others, and rises from there on.
    values = np.broadcast_to(trial.array(x), trial.shape)[:, 0]
    rows = range(max(row - int(node.params[1]) + 1, 0), row)
    picked = [other for other in rows if all(standing(trial, where, other) == 1 for where in node.args[1:])]
    others = values[picked][~np.isnan(values[picked])]
    if not len(others):
        return SAME
    mean = float(others.mean())
    gap = _sign(standing(trial, x, row) - mean)
    key = ("mean of others", id(node), row)
    return going * keeping(trial, key, going, gap, lambda one: _row(one, x, row) - mean)


def _single(trial: Trial, node: Node, row: int, way: int) -> int:
    going = direction(trial, node.args[0], row, way)
    if going and node.params[0] and (going == FALLS or np.isnan(standing(trial, node, row))):
        raise TangledError  # a cumulated flow that falls makes its period unknown
    return going


def _per_year(trial: Trial, node: Node, row: int, way: int) -> int:
    going, *rest = _ways(trial, node, row, way)
    if any(rest) or going == FALLS or any(not standing(trial, arg, row) > -1 for arg in node.args):
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
    MedianAcross: _sum,
    Earlier: _earlier,
    Latest: _looked_up,
    Earliest: _looked_up,
    RunStart: _looked_up,
    SingleMonths: _same,
    Slope: _same,
    Recent: _sum,
    Cumulate: _same,
    Deaccumulate: _single,
    PerYear: _per_year,
}
