"""Arithmetic, comparison and logic: three-valued, with ties, element by element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ewarn.expressions.evaluation import Cells, Frame
from ewarn.expressions.nodes import NONE, Array, Look, Node, Operation, Rows, Value, combine, constant_of, either
from ewarn.panel import Floats, Int8s, Reason

OUT_OF_REACH = (Reason.BEFORE_START, Reason.SCOPE_BREAK)
"""Why a base is unknown that may well have been there."""
TIE = 1e-9
"""Two numbers are equal when |a - b| <= TIE * max(1, |a|, |b|)."""


class Add(Operation):
    """a + b"""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element; bounds may have a constant added."""
        a, b = args
        if isinstance(a, tuple):
            return a[0] + b, a[1] + b
        return np.add(a, b)


class Subtract(Operation):
    """a - b"""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element."""
        a, b = args
        return np.subtract(a, b)


class Multiply(Operation):
    """a * b"""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element; a product beyond float64 is unknown."""
        a, b = args
        with np.errstate(over="ignore", invalid="ignore"):
            return np.multiply(a, b)


class Divide(Operation):
    """a / b; unknown where b is 0."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element."""
        a, b = args
        return divide(a, b)

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the arguments; else nothing can be divided by 0: not applicable."""
        inherited = combine([frame.why(arg) for arg in node.args], frame.shape)
        return either(inherited == NONE, Reason.NOT_APPLICABLE, inherited)


def divide(a: Any, b: Any) -> Floats:
    """a / b, NaN where b is 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result: Floats = np.asarray(np.divide(a, b))
    zero = np.asarray(b) == 0
    if zero.any():
        result = np.where(zero, np.nan, result)
    return result


class Growth(Operation):
    """x / base - 1; unknown on a base that is not above 0. The reason tells a missing base from a missing value."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element."""
        x, base = args
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            result: Floats = np.divide(x, base)
            result -= 1.0
        bad = np.less_equal(base, 0)
        if bad.any():
            result[np.broadcast_to(bad, result.shape)] = np.nan
        return result

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the value; else before the start or a series break; else no base, or a base that is not positive."""
        x, base = node.args[:2]  # those of `pull` also hold its groups
        why_base = frame.why(base)
        base_reason = either(_among(why_base, OUT_OF_REACH), why_base, Reason.NO_BASE)
        why = frame.why(x)
        return either(why == NONE, either(why_base == NONE, Reason.NONPOSITIVE_BASE, base_reason), why)


def _among(why: Int8s, reasons: Sequence[Reason]) -> npt.NDArray[np.bool_]:
    """Where a reason is one of a few."""
    return np.asarray(np.logical_or.reduce([np.equal(why, np.int8(reason)) for reason in reasons]))


class Absolute(Operation):
    """abs(x)"""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element."""
        return np.abs(args[0])


class Scale(Operation):
    """A change of unit. Param: the factor."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """x times the factor."""
        return np.asarray(np.multiply(args[0], node.params[0]))


class Extreme(Operation):
    """min(a, b, ...) or max(a, b, ...) of the arguments. Param: "min" or "max"."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown where one of them is."""
        pick = np.minimum if node.params[0] == "min" else np.maximum
        result = args[0]
        for other in args[1:]:
            result = pick(result, other)
        return result


def kleene(true: npt.NDArray[np.bool_], false: npt.NDArray[np.bool_]) -> Int8s:
    """1 where known true, -1 where known false, 0 elsewhere."""
    result: Int8s = true.view(np.int8)
    result -= false.view(np.int8)
    return result


class Compare(Operation):
    """a < b and so on, for numbers, dates, categories, conditions and bounds. Param: the sign."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Three-valued; numbers that tie are equal."""
        sign, (a, b) = node.params[0], args
        base = node.args[0].type.base
        if isinstance(a, tuple):
            assert not isinstance(b, tuple)
            return compare_bounds(sign, a[0], a[1], b)
        assert not isinstance(b, tuple)
        if base == "condition":
            product = np.multiply(a, b)
            return product if sign == "==" else np.negative(product)
        if base == "category":
            known = (a >= 0) & (b >= 0)
            if constant_of(node.args[1]) is not None:
                known = np.asarray(a >= 0)
            equal = a == b
            result = kleene(np.asarray(known & equal), np.asarray(known & ~equal))
            return result if sign == "==" else np.negative(result)
        return compared_numbers(sign, a, b, node.args[1])

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """Both sides."""
        return [Look(0, rows), Look(1, rows)]


def compared_numbers(sign: str, a: Floats, b: Floats, right: Node) -> Int8s:
    """Two numbers; `right` is the node of the second, which may be a literal."""
    constant = constant_of(right)
    return compare_numbers(sign, a, b) if constant is None else compare_constant(sign, a, float(constant))


def compare_constant(sign: str, a: Floats, constant: float) -> Int8s:
    """a against one number: the numbers that tie with it are an interval, found once."""
    low, high = tie_interval(constant)
    if sign == "<":
        return kleene(np.less(a, low), np.greater_equal(a, low))
    if sign == "<=":
        return kleene(np.less_equal(a, high), np.greater(a, high))
    if sign == ">":
        return kleene(np.greater(a, high), np.less_equal(a, high))
    if sign == ">=":
        return kleene(np.greater_equal(a, low), np.less(a, low))
    equal = np.greater_equal(a, low) & np.less_equal(a, high)
    differs = np.less(a, low) | np.greater(a, high)
    return kleene(equal, differs) if sign == "==" else kleene(differs, equal)


def tie_interval(constant: float) -> tuple[float, float]:
    """The numbers equal to `constant`: where |constant| is the larger, TIE * |constant| below it; beyond it a
    little more, since there the other number is the larger."""
    size = abs(constant)
    toward = TIE * max(1.0, size)
    beyond = size * TIE / (1 - TIE) if size * TIE / (1 - TIE) + size > 1 else TIE
    beyond = max(beyond, TIE)
    return (constant - toward, constant + beyond) if constant >= 0 else (constant - beyond, constant + toward)


def compare_numbers(sign: str, a: Floats, b: Floats) -> Int8s:
    """Two arrays, with ties."""
    with np.errstate(invalid="ignore"):
        gap: Floats = np.subtract(a, b)
    if sign in ("<", ">="):
        result = kleene(np.less(gap, 0), np.greater_equal(gap, 0))
    elif sign in (">", "<="):
        result = kleene(np.greater(gap, 0), np.less_equal(gap, 0))
    else:
        result = kleene(np.equal(gap, 0), np.not_equal(gap, 0) & ~np.isnan(gap))
    tied = _tied(gap, a, b)
    if tied is not None:
        result[tied] = 1 if sign in ("==", "!=") else -1
    return np.negative(result) if sign in (">=", "<=", "!=") else result


def _tied(gap: Floats, a: Floats, b: Floats) -> tuple[npt.NDArray[np.intp], ...] | None:
    """Where unequal numbers tie. They are few, so the band of each is only computed where the widest band of all
    would do: numbers that tie have nearly the same size, so one side tells it."""
    side = a if a.size < b.size else b
    with np.errstate(invalid="ignore"):
        largest, least = np.fmax.reduce(side, axis=None, initial=1.0), np.fmin.reduce(side, axis=None, initial=-1.0)
    widest = 2 * TIE * max(largest, -least)
    np.abs(gap, out=gap)
    near = np.less_equal(gap, widest)
    near &= np.greater(gap, 0)
    if not near.any():
        return None
    at = np.nonzero(near)
    sizes = [np.abs(np.broadcast_to(side, gap.shape)[at]) for side in (a, b)]
    tied = gap[at] <= TIE * np.maximum(1.0, np.maximum(*sizes))
    return tuple(index[tied] for index in at)


def compare_bounds(sign: str, low: Array, high: Array, number: Array) -> Int8s:
    """A count known to lie in [low, high] against a number; unknown where the number is."""
    if sign in (">=", "<"):
        result = kleene(np.greater_equal(low, number), np.less(high, number))
    elif sign in (">", "<="):
        result = kleene(np.greater(low, number), np.less_equal(high, number))
    else:
        same = np.equal(low, number) & np.equal(high, number)
        result = kleene(same, np.greater(low, number) | np.less(high, number))
    return np.negative(result) if sign in ("<", "<=", "!=") else result


class Recode(Operation):
    """A category under other codes. Params: the new code of each."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element; unknown stays."""
        codes = np.array([*node.params, -1], dtype=np.int32)
        recoded: Array = codes[np.asarray(args[0])]
        return recoded


class And(Operation):
    """a and b and ..."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The least of them: false before unknown before true."""
        result = args[0]
        for other in args[1:]:
            result = np.minimum(result, other)
        return result


class Or(Operation):
    """a or b or ..."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """The greatest of them."""
        result = args[0]
        for other in args[1:]:
            result = np.maximum(result, other)
        return result


class Not(Operation):
    """not a"""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """True and false change places, unknown stays."""
        negated: Int8s = np.negative(np.asarray(args[0]))
        return negated


class Choose(Operation):
    """a if c else b. Args: c, a, b. Where c is unknown, the value the two agree on, else unknown."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element."""
        condition, yes, no = args
        unknown = unknown_value(node)
        same = np.equal(yes, no)
        return np.where(
            np.equal(condition, 1), yes, np.where(np.equal(condition, -1), no, np.where(same, yes, unknown))
        )

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The condition, and the side it picks."""
        value = frame.array(node.args[0])
        at = np.broadcast_to(value, frame.shape)[np.maximum(rows, 0), np.arange(frame.shape[1])]
        return [Look(0, rows), Look(1, rows, at == 1), Look(2, rows, at == -1)]

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """Of the condition, else of the side it picks."""
        condition = np.broadcast_to(frame.array(node.args[0]), frame.shape)
        picked = either(condition == 1, frame.why(node.args[1]), frame.why(node.args[2]))
        return either(condition == 0, frame.why(node.args[0]), picked)


def unknown_value(node: Node) -> Any:
    """How an unknown of the node's type is held."""
    return {"condition": np.int8(0), "category": np.int32(-1)}.get(node.type.base, np.nan)


class Coalesce(Operation):
    """The first argument that is known. Params: "published" where the last one stands in for what nobody published."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Element by element."""
        result = np.asarray(args[-1])
        for position in range(len(args) - 2, -1, -1):
            result = np.where(frame.unknown(node.args[position]), result, np.asarray(args[position]))
        return result

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """Only the argument that was taken; where none is known, all."""
        columns = np.arange(frame.shape[1])
        open_: npt.NDArray[np.bool_] = np.ones(frame.shape[1], dtype=bool)
        found = []
        for position, arg in enumerate(node.args):
            unknown = np.broadcast_to(frame.unknown(arg), frame.shape)[np.maximum(rows, 0), columns]
            found.append(Look(position, rows, open_ & (~unknown | (position == len(node.args) - 1))))
            open_ = open_ & unknown
        return found

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The first of all; that a rate was not published is none where it could not be worked out either."""
        *others, last = (frame.why(arg) for arg in node.args)
        if node.params:
            others = [either(_among(why, _UNSAID), NONE, why) for why in others]
        return combine([*others, last], frame.shape)


_UNSAID = (Reason.NOT_REPORTED, Reason.BLANK, Reason.NOT_DUE)


class Lift(Operation):
    """A value of an ancestor, given to each descendant. Params: the ancestor's type. Computed from its whole array."""

    full = True

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown for an entity without such an ancestor."""
        whole = frame.evaluation.whole(node.args[0])
        if isinstance(whole, tuple):
            return self._spread(frame, node, whole[0], 0), self._spread(frame, node, whole[1], np.iinfo(np.int16).max)
        return self._spread(frame, node, whole, unknown_value(node))

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """The ancestor's reason; without an ancestor it is blank."""
        why = frame.evaluation.whole_why(node.args[0])
        spread = self._spread(frame, node, why, np.int8(Reason.BLANK))
        return np.broadcast_to(spread, frame.shape)

    def _spread(self, frame: Frame, node: Node, values: Array, unknown: Any) -> Array:
        from ewarn.expressions.groups import parent_rows

        index = parent_rows(frame.evaluation, str(node.home), node.params[0], node.calendar)
        if values.shape[1] == 0:
            return np.full((len(node.calendar), index.shape[1]), unknown, dtype=values.dtype)
        if index.shape[0] == 1:
            spread = np.empty((len(values), index.shape[1]), dtype=values.dtype)
            for row, one in enumerate(values):
                np.take(one, index[0], out=spread[row], mode="clip")
            spread[:, index[0] < 0] = unknown
            return spread
        full = np.broadcast_to(values, (len(node.calendar), values.shape[1]))
        picked = np.take_along_axis(full, np.maximum(index, 0), axis=1)
        return np.where(index >= 0, picked, np.asarray(unknown, dtype=values.dtype))

    def cells(self, frame: Frame, node: Node, rows: Rows, mask: npt.NDArray[np.bool_]) -> list[Cells]:
        """The ancestor's cells."""
        from ewarn.expressions.groups import parent_rows

        index = parent_rows(frame.evaluation, str(node.home), node.params[0], node.calendar)
        at = index[np.maximum(rows, 0) if index.shape[0] > 1 else 0, frame.positions]
        found: list[Cells] = []
        for row in np.unique(rows[mask]):
            here = mask & (rows == row) & (at >= 0)
            above = frame.evaluation.cells(node.args[0], int(row), np.where(here, at, 0))
            found.extend(Cells(one.of, one.type, one.entity, np.where(here, one.row, -1)) for one in above)
        return found

    def looks(self, frame: Frame, node: Node, rows: Rows) -> list[Look]:
        """The argument lives on another type: `cells` answers for it."""
        return []
