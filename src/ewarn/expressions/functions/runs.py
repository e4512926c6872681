"""Counts of periods, known to lie between two bounds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.functions.lag import MANY, Earlier
from ewarn.expressions.legs import CompareTotals, Tallied
from ewarn.expressions.nodes import NONE, Look, Node, Operation, Rows, Value, constant_of, either
from ewarn.expressions.operators import Compare
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import BOUNDS
from ewarn.panel import Int8s, Reason

Counts = npt.NDArray[np.int16]


def run_lengths(condition: Int8s, bridge: int) -> tuple[Counts, Counts]:
    """Known and possible length of the run of true periods that ends at each row, shape (periods, entities).

    Up to `bridge` unknown periods between two true ones are looked through: the lower count skips them.
    """
    low = np.empty(condition.shape, dtype=np.int16)
    high = np.empty(condition.shape, dtype=np.int16)
    # Numbers, not masks: products are quicker than choices.
    true, unknown, open_ = ((condition == 1).astype(np.int16), (condition == 0).astype(np.int16),
                            (condition >= 0).astype(np.int16))  # fmt: skip
    count = np.zeros(condition.shape[1], dtype=np.int16)
    gap = np.zeros(condition.shape[1], dtype=np.int16)
    possible = np.full(condition.shape[1], MANY, dtype=np.int16)
    for row in range(len(condition)):
        count += true[row]
        if bridge:
            gap += 1
            gap *= unknown[row]
            count *= open_[row]
            count *= np.less_equal(gap, bridge)
            np.multiply(count, true[row], out=low[row])
        else:
            count *= true[row]
            low[row] = count
        possible += 1
        possible *= open_[row]
        high[row] = possible
    return low, high


def run_at_least(condition: Int8s, n: int) -> Int8s:
    """`streak(c) >= n` without bridging: the Kleene conjunction over n rows, by doubling."""
    if n <= 0:
        return np.ones_like(condition)
    result, size = condition, 1
    while size < n:
        step = min(size, n - size)
        longer = np.empty_like(result)
        if step >= len(result):
            np.minimum(result, 0, out=longer)
        else:
            np.minimum(result[:step], 0, out=longer[:step])
            np.minimum(result[step:], result[:-step], out=longer[step:])
        result, size = longer, size + step
    return result


class Run(Operation):
    """`streak(c)`. Params: unknown periods to bridge."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Bounds."""
        return run_lengths(np.broadcast_to(np.asarray(args[0]), frame.shape), int(node.params[0]))

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first reason back to the last period known false."""
        return reasons_since(frame, node.args[0], -1)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The periods of the run; where there is none, the judged one."""
        value = frame.value(node)
        low = np.broadcast_to(value[0], frame.shape)[np.maximum(rows, 0), np.arange(len(rows))]
        length = np.maximum(low.astype(np.int64), 1)
        return back_over(rows, length)


def back_over(rows: Rows, length: npt.NDArray[np.int64]) -> list[Look]:
    """So many periods back from each row, newest first."""
    longest = int(min(length.max(initial=0), rows.max(initial=-1) + 1))
    return [Look(0, rows - back, length > back) for back in range(longest)]


def reasons_since(frame: Frame, condition: Node, stop: int) -> Int8s:
    """The first reason of `condition` over the periods back to the last one known to be `stop` (1 or -1)."""
    value = np.broadcast_to(frame.array(condition), frame.shape)
    why = frame.why(condition)
    out = np.empty(frame.shape, dtype=np.int8)
    before = np.full(frame.shape[1], Reason.BEFORE_START, dtype=np.int8)
    for row in range(frame.shape[0]):
        before = either(value[row] == stop, NONE, np.minimum(before, why[row]))
        out[row] = before
    return out


class CompareRun(Compare):
    """A streak (or an earlier one) against a whole number, without counting: the Kleene conjunction itself."""

    eager = False

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The same as comparing the bounds."""
        sign, number = node.params[0], float(node.args[1].params[0])
        least = math.ceil(number) if sign in (">=", "<") else math.floor(number) + 1
        run, earlier = _run_below(node)
        condition = np.broadcast_to(frame.array(run.args[0]), frame.shape)
        result = run_at_least(condition, least)
        if earlier is not None:
            shift = earlier.params[0]
            moved = np.zeros_like(result)
            moved[shift:] = result[: max(0, len(result) - shift)]
            moved[:shift] = 1 if least <= 0 else 0
            result = moved
        return np.negative(result) if sign in ("<", "<=") else result

    def needs(self, node: Node) -> list[Node]:
        """The condition below the streak."""
        return [_run_below(node)[0].args[0]]


def _run_below(node: Node) -> tuple[Node, Node | None]:
    first = node.args[0]
    return (first.args[0], first) if isinstance(first.operation, Earlier) else (first, None)


def comparing(left: Node, right: Node, sign: str) -> Compare:
    """How two nodes are compared."""
    if isinstance(left.operation, Tallied):
        return CompareTotals()
    run = left.args[0] if isinstance(left.operation, Earlier) and left.params[0] else left
    plain = isinstance(run.operation, Run) and not run.params[0] and constant_of(right) is not None
    return CompareRun() if plain and sign not in ("==", "!=") else Compare()


class Times(Operation):
    """`times(c, n)`. Params: n."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Bounds: true ones, and true or unknown ones; before the start all are unknown."""
        n = int(node.params[0])
        condition = np.broadcast_to(np.asarray(args[0]), frame.shape)
        true = np.cumsum(condition == 1, axis=0, dtype=np.int16)
        false = np.cumsum(condition == -1, axis=0, dtype=np.int16)
        low, no = true.copy(), false.copy()
        low[n:] -= true[:-n] if n else true
        no[n:] -= false[:-n] if n else false
        return low, np.asarray(np.int16(n) - no)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first reason within the n periods."""
        n = int(node.params[0])
        why = frame.why(node.args[0])
        out = why.copy()
        for back in range(1, min(n, len(why))):
            out[back:] = np.minimum(out[back:], why[:-back])
        early = np.arange(len(why)) < n - 1
        out[early] = np.minimum(out[early], np.int8(Reason.BEFORE_START))
        return out

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The n periods."""
        return back_over(rows, np.full(len(rows), int(node.params[0]), dtype=np.int64))


class Since(Operation):
    """`since(c)`."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Bounds: 0 in a period in which c holds."""
        condition = np.broadcast_to(np.asarray(args[0]), frame.shape)
        low, high = np.empty(frame.shape, np.int16), np.empty(frame.shape, np.int16)
        least = np.zeros(frame.shape[1], dtype=np.int16)
        most = np.full(frame.shape[1], MANY, dtype=np.int16)
        for row in range(frame.shape[0]):
            least = (least + 1) * (condition[row] == -1)
            most = (most + 1) * (condition[row] != 1)
            low[row], high[row] = least, most
        return low, high

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first reason back to the last period known true."""
        return reasons_since(frame, node.args[0], 1)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The periods back to the one in which it held."""
        value = frame.value(node)
        low = np.broadcast_to(value[0], frame.shape)[np.maximum(rows, 0), np.arange(len(rows))]
        return back_over(rows, low.astype(np.int64) + 1)


class Streak(Function):
    """How many periods in a row, up to the judged one, a condition has held: known at least, possible at most.

    `streak(c) >= n` is true once n in a row are known true, false as soon as one of the last n is known false, else
    unknown. Periods before the panel's start are unknown. `bridge=1` looks through at most one unknown period
    between two known ones; the judged period itself is never bridged.
    """

    name = "streak"
    parameters = (Parameter("c", "condition"), Parameter("bridge", "count", None, "unknown periods looked through"))
    gives = "a count of periods"
    examples = (
        Example("streak(x < 0)", {"x": [1, -1, -2, None, -1]}, ["0", "1", "2", "0..3", "1..4"]),
        Example("streak(x < 0) >= 2", {"x": [1, -1, -2, None, -1]}, [False, False, True, None, None]),
        Example("streak(x < 0, bridge=1)", {"x": [1, -1, -2, None, -1]}, ["0", "1", "2", "0..3", "3..4"]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A run."""
        bridge = arguments["bridge"]
        c: Typed = arguments["c"]
        return build.node(Run(), [c], BOUNDS, build.here, (build.scope.bridge if bridge is None else bridge,))


class TimesFunction(Function):
    """In how many of the last n periods a condition held."""

    name = "times"
    parameters = (Parameter("c", "condition"), Parameter("n", "count"))
    gives = "a count of periods"
    examples = (
        Example("times(x < 0, 3)", {"x": [1, -1, None, -2]}, ["0..2", "1..2", "1..2", "2..3"]),
        Example("times(x < 0, 2) >= 2", {"x": [-1, -1, 1]}, [None, True, False]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A count."""
        return build.node(Times(), [arguments["c"]], BOUNDS, build.here, (arguments["n"],))


class SinceFunction(Function):
    """How many periods ago a condition last held; 0 in a period in which it holds."""

    name = "since"
    parameters = (Parameter("c", "condition"),)
    gives = "a count of periods"
    examples = (Example("since(x < 0) >= 2", {"x": [-1, 1, 1, None, 1]}, [False, False, True, None, None]),)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A count."""
        return build.node(Since(), [arguments["c"]], BOUNDS, build.here)
