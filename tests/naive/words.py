"""Functions of the values at one period: abs, coalesce, optional, min and max of arguments; strings; counts."""

from __future__ import annotations

import ast
import re
import statistics
from typing import TYPE_CHECKING

from .outcome import STATUSES, Bounds, Day, Span, Unknown, Value, all_of, any_of, compare, join, known, negate

if TYPE_CHECKING:
    from .reader import Env, Reader
    from .sheet import Steps

UNIT_FACTORS = {"": 1.0, "元": 1.0, "万元": 1e4, "亿元": 1e8, "%": 0.01, "个百分点": 0.01}
REASONS = (
    "filter_unknown", "masked", "not_applicable", "below_unit", "not_reported", "blank", "not_due", "before_start",
    "scope_break", "no_base", "nonpositive_base", "too_few_members",
)  # fmt: skip
"""Of several the first is told."""
SEVERAL = ("min", "max", "sum", "mean", "median", "count")


def takes(reader: Reader, node: ast.Call) -> bool:
    """`min max sum mean median count` are of these only with several arguments."""
    assert isinstance(node.func, ast.Name)
    return node.func.id not in SEVERAL or len(node.args) > 1


def _values(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> list[Value]:
    return [reader.read(arg, t, steps, env) for arg in node.args]


def absolute(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """`abs(x)`."""
    (value,) = _values(reader, node, t, steps, env)
    return value if isinstance(value, Unknown) else abs(value)


def coalesce(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The first known argument."""
    values = _values(reader, node, t, steps, env)
    return next((value for value in values if known(value)), join(values))


def optional(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """An arm many drops cannot feed: unknown counts as false."""
    (value,) = _values(reader, node, t, steps, env)
    return value if known(value) else False


def first_reason(value: Unknown) -> str | None:
    """The one that is told."""
    return min(value.causes, key=REASONS.index, default=None)


def is_missing(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Never unknown itself; with `reason=` only for that reason. A series break does not take back what was filed."""
    reader = reader if reader.whole is None else reader.whole.from_(t, steps)
    value = reader.read(node.args[0], t, steps, env)
    reason = next((item.value for item in node.keywords if item.arg == "reason"), None)
    if reason is None or not isinstance(value, Unknown):
        return not known(value)
    assert isinstance(reason, ast.Constant)
    return first_reason(value) == reason.value


def status(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The weakest status of the cells that x reads of its own entity at t, without x of those that the levels read;
    nothing said is the empty word, so that no comparison is unknown."""
    trees = node.args or [reader.parse(text) for text in reader.judged]
    leaves = [leaf for tree in trees for part in reader.names(tree) if (leaf := reader.leaf(part)) is not None]
    home = leaves[0].heads if node.args and leaves else ()
    found = [
        reader.sheet.statuses.get((*who, leaf.name, leaf.measure, t), "")
        for leaf in leaves
        if leaf.heads == home and (who := reader.who(leaf, env, t, steps)) is not None
    ]
    return min((word for word in found if word), key=STATUSES.index, default="")


def several(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Over the arguments: unknown if one is; `count` of conditions has two bounds."""
    values = _values(reader, node, t, steps, env)
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    if name == "count":
        yes = sum(value is True for value in values)
        return Bounds(yes, yes + sum(not known(value) for value in values))
    if not all(map(known, values)):
        return join(values)
    over = {"min": min, "max": max, "sum": sum, "mean": statistics.fmean, "median": statistics.median}
    return float(over[name](values))


def compare_bounds(op: str, a: float | Bounds, b: float | Bounds) -> Value:
    """True or false where every pair of numbers inside the bounds agrees, else unknown."""
    left = a if isinstance(a, Bounds) else Bounds(a, a)
    right = b if isinstance(b, Bounds) else Bounds(b, b)
    if op in ("==", "!="):
        apart = compare("<", left.high, right.low) or compare(">", left.low, right.high)
        if apart:
            return op == "!="
        fixed = left.low == left.high and right.low == right.high
        return op == "==" if fixed else Unknown()
    if op in ("<", "<="):
        return compare_bounds(">" if op == "<" else ">=", right, left)
    if compare(op, left.low, right.high):
        return True
    return Unknown() if compare(op, left.high, right.low) else False


def literal(reader: Reader, text: str, other: Value, other_node: ast.expr) -> Value:
    """A string takes the other side's type: category, duration beside a date, quantity beside a number."""
    if isinstance(other, Day):
        number, unit = int(text[:-1]), text[-1]
        return {"y": Span(12 * number, 0), "m": Span(number, 0), "d": Span(0, number)}[unit]
    if isinstance(other, float | int) and not isinstance(other, bool):
        match = re.fullmatch(r"(-?[\d.]+(?:e-?\d+)?)\s*(\D*)", text)
        assert match is not None
        own = 1e4 if match.group(2).endswith("元") else 1.0
        return float(match.group(1)) * UNIT_FACTORS[match.group(2)] / own
    return text


def size(reader: Reader, name: str) -> float:
    """What one unit of an indicator is in 万元, where all money is read so."""
    unit = reader.sheet.indicators[name].unit
    return UNIT_FACTORS[unit] / 1e4 if reader.one_unit and unit is not None else 1.0


FUNCTIONS = {
    "abs": absolute,
    "coalesce": coalesce,
    "optional": optional,
    "is_missing": is_missing,
    "status": status,
    **dict.fromkeys(SEVERAL, several),
}

__all__ = ["FUNCTIONS", "STATUSES", "all_of", "any_of", "compare_bounds", "literal", "negate", "takes"]
