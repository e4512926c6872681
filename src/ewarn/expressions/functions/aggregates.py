"""Statistics over members, over peers, or over several arguments."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Example, Function, Parameter, Tables
from ewarn.expressions.legs import Tallied, reads_legs
from ewarn.expressions.members import Aggregate
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.operators import Add, Extreme
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import BOUNDS, NUMBER, Type

WHERE = Parameter("where", "condition", None, "members for which this is known true", keyword=True)
WEIGHT = Parameter("weight", "number", None, "each member counts this much", keyword=True)
MIN_KNOWN = Parameter(
    "min_known",
    "share",
    None,
    "a share of the members (below 1) or a number of them (from 1); else unknown",
    keyword=True,
)
WITHIN = Parameter(
    "within", "groups", None, "peers: a parent type or attributes; the result is given to each", keyword=True
)


def aggregate(
    build: Build,
    value: Typed,
    which: str,
    type: Type,
    given: dict[str, Any],
    default: float = 0.5,
    quantile: float = 0.5,
    operation: Aggregate | None = None,
) -> Typed:
    """One level of members folded, or peers compared."""
    at = value.syntax or build.syntax.body
    within: tuple[ast.Name, ...] | None = given.get("within")
    where, weight = given.get("where"), given.get("weight")
    least = given.get("min_known") or default
    if least > 1 and least != int(least):
        build.fail(build.here or at, "EW103", "`min_known` is a share below 1, or a whole number from 1",
                   f"this is {least:g}", f"write {int(least)} or {int(least) + 1} for so many members")  # fmt: skip
    values = [part for part in (value, where, weight) if part is not None]
    brought, chain = build.together(values, at)
    if not chain and within is None:
        within = ()
    home = brought[0].node.home
    if home is None:
        build.fail(at, "EW103", f"`{build.calling}` has no members to run over", "the same for every member", None)
    names, leaves = group_leaves(build, home, within or ())
    target = None if within is not None else chain[-1]
    if which in ("count", "sum") and target is not None and weight is None:
        conditions = [part.node for part in brought if part.node.type.base == "condition"]
        if any(reads_legs(build.evaluation, node) for node in conditions):
            operation, type = Tallied(), Type("bounds", type.unit)  # noqa: A001  (the parameter, made two-sided)
    params = (target, names, which, least, quantile, where is not None, weight is not None)
    args = [part.node for part in brought] + leaves
    words = build.syntax.words(build.here or at)
    node = build.graph.node(operation or Aggregate(), args, type, target if target is not None else home, words, params)
    return Typed(node, chain[:-1] if target is not None else chain, build.here if build.here is not None else None)


def group_leaves(build: Build, home: str, within: tuple[ast.Name, ...]) -> tuple[tuple[str, ...], list[Node]]:
    """Names after `within=`, and the attributes among them as nodes. Raises RuleError for what is neither."""
    names: list[str] = []
    leaves: list[Node] = []
    for part in within:
        if part.id in build.panel.types:
            build.parent_of(part, home, part.id)
        else:
            leaf = build.attribute(part, home)
            if leaf.type.base not in ("category", "condition"):
                build.expected(part, leaf, "a category")
            leaves.append(leaf.node)
        names.append(part.id)
    return tuple(names), leaves


class CountTrue(Operation):
    """How many of several conditions hold: bounds."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Known true, and true or unknown."""
        low = sum((np.asarray(arg) == 1).astype(np.int16) for arg in args)
        high = sum((np.asarray(arg) >= 0).astype(np.int16) for arg in args)
        return np.asarray(low), np.asarray(high)


class Statistic(Function):
    """Shared by the aggregates; not a function of the language itself (it has no name)."""

    statistic: str
    least = 0.5
    parameters: tuple[Parameter, ...] = (
        Parameter("x", "number", variadic=True), WHERE, WEIGHT, MIN_KNOWN, WITHIN,
    )  # fmt: skip
    gives = "a number in the unit of x"

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Over members (one argument), or over the arguments."""
        values: list[Typed] = arguments["x"]
        if len(values) == 1:
            kind = Type("number", values[0].type.unit)
            return aggregate(build, values[0], self.statistic, kind, arguments, self.least)
        for key in ("where", "weight", "min_known", "within"):
            if arguments[key] is not None:
                build.fail(build.here or build.syntax.body, "EW103", f"`{key}=` goes with one argument over members",
                           f"{len(values)} arguments", None)  # fmt: skip
        alike, kind = build.alike(values)
        return self.across(build, alike, kind)

    def across(self, build: Build, values: list[Typed], kind: Type) -> Typed:
        """Over several arguments, which have one unit."""
        total = values[0]
        if self.statistic in ("min", "max"):
            return build.node(Extreme(), values, kind, build.here, (self.statistic,), fold=True)
        for value in values[1:]:
            total = build.node(Add(), [total, value], kind, build.here, fold=True)
        if self.statistic == "sum":
            return total
        return build.scaled(total, build.constant(float(len(values)), NUMBER), build.here or build.syntax.body, True)


class Sum(Statistic):
    """Sum over members (unknown unless 95 % of them are known), or of the arguments."""

    name, statistic, least = "sum", "sum", 0.95
    examples = (
        Tables("""
firm  county  output
a     all         10
b     all         20
c     all         60
d     all          ·

county  sum(firm.output)  sum(firm.output, min_known=0.5)  sum(firm.output, where=firm.output < 50, min_known=2)
all                    ·                               90                                                     30
"""),
        Example("sum(x, y)", {"x": [1, 2], "y": [10, None]}, [11, None]),
    )


class Mean(Statistic):
    """Mean over members, weighted with `weight=`, or of the arguments. A ratio of sums is mean(a / b, weight=b)."""

    name, statistic = "mean", "mean"
    examples = (
        Tables("""
firm  county  output  staff
a     all         10      1
b     all         20      1
c     all         60      8
d     all          ·      ·

county  mean(firm.output)  mean(firm.output / firm.staff, weight=firm.staff)
all                    30                                                  9
"""),
        Example("mean(x, y)", {"x": [1, 2], "y": [3, None]}, [2, None]),
    )


class Min(Statistic):
    """Least over members, or of the arguments."""

    name, statistic = "min", "min"
    examples = (
        Tables("""
firm  county  output
a     all         10
b     all         20
c     all          ·

county  min(firm.output)
all                   10
"""),
        Example("min(x, y)", {"x": [1, 5], "y": [3, 2]}, [1, 2]),
    )


class Max(Statistic):
    """Greatest over members, or of the arguments."""

    name, statistic = "max", "max"
    examples = (
        Tables("""
firm  county  output
a     all         10
b     all         20
c     all          ·

county  max(firm.output)  max(firm.output, min_known=0.9)
all                   20                                ·
"""),
        Example("max(x, y)", {"x": [1, 5], "y": [3, 2]}, [3, 5]),
        Example("max(x, 0)", {"x": [-4, None]}, [0, None]),
    )


class MedianAcross(Operation):
    """Median of the arguments."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """Unknown where one of them is."""
        stacked = np.stack([np.broadcast_to(np.asarray(arg), frame.shape) for arg in args])
        return np.asarray(np.median(stacked, axis=0))


class Median(Statistic):
    """Median over members, or of the arguments."""

    name, statistic = "median", "median"
    examples = (
        Tables("""
firm  county  sector  output  median(output, within=sector)
a     all     steel       10                             15
b     all     steel       20                             15
c     all     food        60                             60

county  median(firm.output)
all                      20
"""),
        Example("median(x, y, 4)", {"x": [1, 5], "y": [3, 2]}, [3, 4]),
    )
    parameters: tuple[Parameter, ...] = (Parameter("x", "number", variadic=True), WHERE, MIN_KNOWN, WITHIN)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Over members, or over the arguments."""
        return super().build(build, **arguments, weight=None)

    def across(self, build: Build, values: list[Typed], kind: Type) -> Typed:
        """Over several arguments."""
        return build.node(MedianAcross(), values, kind, build.here)


class Count(Function):
    """How many members a condition holds for; of several conditions, how many hold (with bounds)."""

    name = "count"
    parameters = (Parameter("c", "condition", variadic=True), WHERE, MIN_KNOWN, WITHIN)
    gives = "a number"
    examples = (
        Tables("""
firm  county  output
a     all         -1
b     all          2
c     all          ·

county  count(firm.output < 0)
all                          1
"""),
        Example("count(x < 0, y < 0)", {"x": [-1, -1, 1], "y": [-1, None, 1]}, ["2", "1..2", "0"]),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Over members, or over the arguments."""
        conditions: list[Typed] = arguments["c"]
        if len(conditions) == 1:
            return aggregate(build, conditions[0], "count", NUMBER, arguments)
        return build.node(CountTrue(), conditions, BOUNDS, build.here)


class Breadth(Function):
    """The share of the members a condition holds for, by number or with `weight=`. Members without a base leave."""

    name = "breadth"
    parameters = (Parameter("c", "condition"), WHERE, WEIGHT, MIN_KNOWN, WITHIN)
    gives = "a fraction"
    examples = (
        Tables("""
firm  county  output 2019-12  output
a     all                 10       9
b     all                 10      12
c     all                 60      50
d     all                  0       5
e     all                 40       ·

county  breadth(yoy(firm.output) < 0)
all                          0.666667
"""),
        Tables("""
firm  park  output
a     east      -1
b     east       3
c     west       1

park  breadth(firm.output < 0)  breadth(firm.output < 0, weight=abs(firm.output))  breadth(firm.output < 0, min_known=2)
east                       0.5                                               0.25                                    0.5
west                         0                                                  0                                      ·
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The mean of a condition."""
        from ewarn.units import RATIO

        return aggregate(build, arguments["c"], "mean", Type("number", RATIO), arguments)


class Quantile(Function):
    """The value below which a share q of the members lies (linear between neighbours)."""

    name = "quantile"
    parameters = (
        Parameter("x", "number"),
        Parameter("q", "share", doc="a number above 0 and up to 1"),
        WHERE,
        MIN_KNOWN,
        WITHIN,
    )
    gives = "a number in the unit of x"
    examples = (
        Tables("""
firm  county  output
a     all         10
b     all         20
c     all         60

county  quantile(firm.output, 0.5)  quantile(firm.output, 0.75)
all                             20                           40
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """Over members."""
        q = arguments["q"]
        if q > 1:
            build.fail(build.here or build.syntax.body, "EW103", "`q` lies between 0 and 1", f"this is {q:g}", None)
        x: Typed = arguments["x"]
        return aggregate(build, x, "quantile", Type("number", x.type.unit), arguments, quantile=q)
