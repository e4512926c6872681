"""Windows that end at the judged period and include it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter
from ewarn.expressions.literals import Duration
from ewarn.expressions.nodes import NONE, Look, Node, Operation, Rows, Value, either
from ewarn.expressions.operators import TIE
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Floats, Int8s, Reason


def shifted(x: Floats, back: int) -> Floats:
    """x some rows earlier, NaN before the start."""
    if back == 0:
        return x
    out = np.empty_like(x)
    out[:back] = np.nan
    out[back:] = x[: len(x) - back]
    return out


def window_extreme(x: Floats, n: int, pick: Any) -> Floats:
    """Least or greatest of n rows by doubling; NaN where one is unknown or before the start."""
    if n >= len(x):
        out = np.full_like(x, np.nan)
        if n == len(x):
            out[-1] = pick.reduce(x, axis=0)
        return out
    result, size = x, 1
    while size < n:
        step = min(size, n - size)
        longer = np.empty_like(x)
        longer[:step] = np.nan
        pick(result[step:], result[:-step], out=longer[step:])
        result, size = longer, size + step
    return result


def window_sum(x: Floats, n: int) -> Floats:
    """Sum of n rows, each window on its own (no running error is carried along): pairs, pairs of pairs, ..."""
    out: Floats = np.full_like(x, np.nan)
    if n > len(x):
        return out
    total: Floats | None = None
    power, size = x, 1
    while size <= n:
        if n & size:
            total = power if total is None else total[size:] + power[: len(total) - size]
        size *= 2
        if size <= n:
            power = power[size // 2 :] + power[: -(size // 2)]
    assert total is not None
    out[n - 1 :] = total
    return out


def window_std(x: Floats, n: int) -> Floats:
    """Standard deviation with n - 1: sums and spreads of ever longer pieces, joined pairwise.

    Exactly 0 where all values are equal. Formula for joining: Chan, Golub and LeVeque (1983), eq. 1.5.
    """
    out: Floats = np.full_like(x, np.nan)
    if n > len(x):
        return out
    total: _Piece | None = None
    covered, size = 0, 1
    power = _Piece(x, None)
    while size <= n:
        if n & size:
            if total is None:
                total = power
            else:
                total = total.later(size).joined(covered, power.earlier(len(total.sum) - size), size)
            covered += size
        if 2 * size <= n:
            power = power.doubled(size)
        size *= 2
    assert total is not None
    assert total.spread is not None
    deviation: Floats = total.spread if total.spread.flags.owndata else total.spread.copy()
    deviation *= 1 / (n * (n - 1))
    np.sqrt(deviation, out=deviation)
    # Values that tie are equal, so what is left between them is dust.
    sums = total.sum
    widest = max(np.fmax.reduce(sums, axis=None, initial=1.0), -np.fmin.reduce(sums, axis=None, initial=-1.0))
    small = np.less_equal(deviation, TIE * widest)
    if small.any():
        deviation[small & (deviation <= TIE * np.maximum(1.0, np.abs(sums) / n))] = 0
    out[n - 1 :] = deviation
    return out


def window_median(x: Floats, n: int, least: int) -> Floats:
    """Median of the known values of n rows, where there are `least` of them: each window is the sorted one before it,
    less the row that leaves, with the row that enters."""
    known = ~np.isnan(x)
    # Unknown values, and the rows before the first, stand as +inf at the end.
    values = np.where(known, x, np.inf)
    count = np.zeros(x.shape[1], dtype=np.int64)
    window, longer = np.full((n, x.shape[1]), np.inf), np.full((n, x.shape[1]), np.inf)
    out: Floats = np.full(x.shape, np.nan)
    column = np.arange(x.shape[1])
    for row, enters in enumerate(values):
        leaves = values[row - n] if row >= n else np.inf
        rest = np.where(np.less(window[:-1], leaves), window[:-1], window[1:])
        np.minimum(rest, enters, out=longer[:-1])
        longer[-1] = enters
        np.maximum(longer[1:], rest, out=window[1:])
        window[0] = longer[0]
        count += known[row]
        if row >= n:
            count -= known[row - n]
        enough = count >= least
        if enough.any():
            flat = window.ravel()
            low = flat.take(np.maximum(count - 1, 0) // 2 * x.shape[1] + column)
            high = flat.take(np.minimum(count // 2, n - 1) * x.shape[1] + column)
            out[row] = np.where(enough, (low + high) / 2, np.nan)
    return out


@dataclass(frozen=True, eq=False)
class _Piece:
    """So many rows ending at each: their sum, and their number times the sum of squared deviations (None: one row)."""

    sum: Floats
    spread: Floats | None

    def later(self, rows: int) -> _Piece:
        return _Piece(self.sum[rows:], None if self.spread is None else self.spread[rows:])

    def earlier(self, height: int) -> _Piece:
        return _Piece(self.sum[:height], None if self.spread is None else self.spread[:height])

    def doubled(self, size: int) -> _Piece:
        """This piece and the one before it, of the same length: no weights are needed."""
        newer, older = self.later(size), self.earlier(len(self.sum) - size)
        spread = newer.sum - older.sum
        spread *= spread
        if newer.spread is not None and older.spread is not None:
            inner = newer.spread + older.spread
            inner *= 2
            spread += inner
        return _Piece(newer.sum + older.sum, spread)

    def joined(self, count: int, other: _Piece, others: int) -> _Piece:
        """With a piece of another length."""
        both = count + others
        spread = self.sum * (others / count)
        spread -= other.sum
        spread *= spread
        spread *= count / others
        if self.spread is not None:
            spread += self.spread * (both / count)
        if other.spread is not None:
            spread += other.spread * (both / others)
        return _Piece(self.sum + other.sum, spread)


class Window(Operation):
    """Statistics of a window. Params: which, length, least number of known values (0: all). Args: x, [condition]."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Whole windows by the fast kernels; picked or partial ones value by value."""
        which, n, least = node.params[0], int(node.params[1]), int(node.params[2])
        x: Floats = np.broadcast_to(np.asarray(args[0], dtype=np.float64), frame.shape)
        if len(args) == 1 and not least:
            if which == "sum":
                return window_sum(x, n)
            if which == "mean":
                return window_sum(x, n) / n
            if which == "std":
                return window_std(x, n)
            if which in ("min", "max"):
                return window_extreme(x, n, np.minimum if which == "min" else np.maximum)
        return self._picked(x, args, which, n, least)

    def _picked(self, x: Floats, args: tuple[Value, ...], which: str, n: int, least: int) -> Floats:
        if len(args) > 1:
            condition = np.broadcast_to(np.asarray(args[1]), x.shape)
            x = np.where(condition == 1, x, np.nan)
        if which == "median":
            return window_median(x, n, least or (1 if len(args) > 1 else n))
        out: Floats = np.full(x.shape, np.nan)
        for row in range(len(x)):
            start = row - n + 1
            if start < 0 and len(args) == 1 and not least:
                continue
            window = x[max(start, 0) : row + 1]
            known = (~np.isnan(window)).sum(axis=0)
            enough = known >= (least or (1 if len(args) > 1 else n))
            if enough.any():
                out[row, enough] = _statistic(which, window[:, enough])
        return out

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first reason within the window."""
        n = int(node.params[1])
        why = frame.why(node.args[0])
        for arg in node.args[1:]:
            why = np.minimum(why, frame.why(arg))
        out = why.copy()
        for back in range(1, min(n, len(why))):
            out[back:] = np.minimum(out[back:], why[:-back])
        whole = len(node.args) == 1 and not node.params[2]
        early = np.arange(len(why)) < n - 1
        if whole:
            out[early] = np.minimum(out[early], np.int8(Reason.BEFORE_START))
        return either(out == NONE, Reason.NOT_APPLICABLE, out)

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """Every period of the window, newest first; with a condition only those it picks."""
        n = int(node.params[1])
        found: list[Look] = []
        for back in range(n):
            at = rows - back
            mask: npt.NDArray[np.bool_] | None = None
            if len(node.args) > 1:
                condition = np.broadcast_to(frame.array(node.args[1]), frame.shape)
                mask = (at >= 0) & (condition[np.maximum(at, 0), np.arange(len(rows))] == 1)
                found.append(Look(1, at, mask))
            found.append(Look(0, at, mask))
        return found


def _statistic(which: str, window: Floats) -> Floats:
    if which == "std":
        last = np.nanmax(window, axis=0)
        gaps = window - last
        count = (~np.isnan(window)).sum(axis=0)
        mean = np.nansum(gaps, axis=0) / count
        with np.errstate(divide="ignore", invalid="ignore"):
            result: Floats = np.sqrt(np.nansum((gaps - mean) ** 2, axis=0) / (count - 1))
        result[result <= TIE * np.maximum(1.0, np.abs(mean + last))] = 0
        return np.where(count < 2, np.nan, result)
    compute: dict[str, Any] = {
        "sum": np.nansum,
        "mean": np.nanmean,
        "min": np.nanmin,
        "max": np.nanmax,
    }
    return np.asarray(compute[which](window, axis=0))


class Rolling(Function):
    """Shared by the rolling statistics; not a function of the language itself (it has no name)."""

    statistic: str
    parameters = (
        Parameter("x", "number"),
        Parameter("n", "steps", doc="own periods, or a duration"),
        Parameter("where", "condition", None, "only periods in which this is known true", keyword=True),
        Parameter("min_periods", "count", 0, "so many known values suffice", keyword=True),
    )
    gives = "a number in the unit of x"

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A window of n own periods."""
        x, n, where = arguments["x"], arguments["n"], arguments["where"]
        length = window_length(build, n, x)
        if length < (2 if self.statistic == "std" else 1):
            build.fail(build.syntax.body, "EW103", "the window is too short", f"{length} periods", None)
        if arguments["min_periods"] > length and not build.surveying:
            build.fail(build.syntax.body, "EW103", f"the window has {length} periods",
                       f"fewer than `min_periods`, {arguments['min_periods']}", None)  # fmt: skip
        args = [x] if where is None else [x, where]
        unit = x.type.unit
        return build.node(
            Window(), args, Type("number", unit), build.here, (self.statistic, length, arguments["min_periods"])
        )


def window_length(build: Build, n: int | Duration, x: Typed) -> int:
    """A window's length in own periods."""
    if isinstance(n, int):
        return n
    if build.graph.calendar.freq == "round":
        build.no_rounds(x.syntax or build.syntax.body, "a window of rounds is so many rounds", "write a whole number")
        return 2
    periods, rest = divmod(n.months * build.graph.calendar.per_year, 12)
    if build.surveying:
        return max(periods, 2)
    if rest or n.days or not periods:
        build.fail(x.syntax or build.syntax.body, "EW103", "the window is no whole number of periods",
                   f"the rule's year has {build.graph.calendar.per_year}", None)  # fmt: skip
    return periods


class RollingSum(Rolling):
    """Sum of the last n own periods. Unknown if one of them is, unless `min_periods` or `where` say otherwise."""

    name, statistic = "rolling_sum", "sum"
    examples = (Example("rolling_sum(x, 2)", {"x": [1, 2, None, 4, 5]}, [None, 3, None, None, 9]),)


class RollingMean(Rolling):
    """Mean of the last n own periods."""

    name, statistic = "rolling_mean", "mean"
    examples = (
        Example("rolling_mean(x, 3)", {"x": [1, 2, 3, 4]}, [None, None, 2, 3]),
        Example("rolling_mean(x, 3, min_periods=1)", {"x": [1, None, 3]}, [1, 1, 2]),
    )


class RollingMedian(Rolling):
    """Median of the last n own periods."""

    name, statistic = "rolling_median", "median"
    examples = (
        Example("rolling_median(x, 3)", {"x": [1, 9, 2, 3]}, [None, None, 2, 3]),
        Example("rolling_median(x, 3, where=x > 1)", {"x": [1, 9, 5, None]}, [None, 9, 7, 7]),
    )


class RollingMin(Rolling):
    """Least of the last n own periods."""

    name, statistic = "rolling_min", "min"
    examples = (Example("rolling_min(x, 2)", {"x": [3, 1, 2, 2]}, [None, 1, 1, 2]),)


class RollingMax(Rolling):
    """Greatest of the last n own periods."""

    name, statistic = "rolling_max", "max"
    examples = (Example("rolling_max(x, 2)", {"x": [3, 1, 2, 2]}, [None, 3, 2, 2]),)


class RollingStd(Rolling):
    """Standard deviation (with n - 1) of the last n own periods; exactly 0 where all are equal."""

    name, statistic = "rolling_std", "std"
    examples = (Example("rolling_std(x, 3)", {"x": [0.1, 0.1, 0.1, 1.1]}, [None, None, 0, 0.57735026919]),)
