"""Growth of a set, contributions to it, and where one entity stands among its peers."""

from __future__ import annotations

from typing import Any

from ewarn.expressions.build import Build
from ewarn.expressions.function import Function, Parameter, Tables
from ewarn.expressions.functions.aggregates import MIN_KNOWN, WHERE, WITHIN, aggregate, group_leaves
from ewarn.expressions.functions.lag import earlier
from ewarn.expressions.literals import Duration
from ewarn.expressions.members import Peers, Pull
from ewarn.expressions.operators import Growth
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import NUMBER, Type
from ewarn.units import RATIO


class GrowthFunction(Function):
    """Same-set growth on the year before: sum(x) over sum(base), minus 1, over members with a value and a base."""

    name = "growth"
    parameters = (Parameter("x", "number"), WHERE, MIN_KNOWN, WITHIN)
    gives = "a fraction"
    examples = (
        Tables("""
firm  county  output 2019-12  output
a     all                100      90
b     all                100     130
c     all                  ·     500

county  growth(firm.output)
all                     0.1
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """The members' growth, weighted by their bases: the same members above and below."""
        x: Typed = arguments["x"]
        build.no_rounds(build.here)
        base = earlier(build, x, Duration(months=12))
        rate = build.node(Growth(), [x, base], Type("number", RATIO), x.syntax, words=f"yoy({x.node.words})")
        return aggregate(build, rate, "mean", Type("number", RATIO), {**arguments, "weight": base})


class PullFunction(Function):
    """What one member contributes to the growth of its group: (x - base) / sum of bases. The members' pulls add up
    to `growth(x)`. In an aggregate the group is the one being aggregated; else all of the type, or `within=`."""

    name = "pull"
    parameters = (Parameter("x", "number"), WITHIN)
    gives = "a fraction"
    examples = (
        Tables("""
firm  county  output 2019-12  output  pull(output)
a     all                100      90         -0.05
b     all                100     130          0.15
c     all                  ·     500             ·

county  min(pull(firm.output))  growth(firm.output) - min(pull(firm.output))
all                      -0.05                                          0.15
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """One value per member."""
        x: Typed = arguments["x"]
        build.no_rounds(build.here)
        base = earlier(build, x, Duration(months=12))
        within = arguments["within"]
        home = build.home_of(x)
        names, leaves = group_leaves(build, home, within or ())
        target = x.chain[-1] if x.chain and within is None else None
        params = (target, names, "pull", 0.5, 0.5, False, False)
        words = build.syntax.words(build.here or build.syntax.body)
        args = [x.node, base.node, *leaves]
        node = build.graph.node(Pull(), args, Type("number", RATIO), home, words, params)
        return Typed(node, x.chain)


class Peer(Function):
    """Shared by rank, share and zscore; not a function of the language itself (it has no name)."""

    parameters = (Parameter("x", "number"), WITHIN)

    def build(self, build: Build, **arguments: Any) -> Typed:
        """One value per entity, against all of its group."""
        x: Typed = arguments["x"]
        home = build.home_of(x)
        names, leaves = group_leaves(build, home, arguments["within"] or ())
        least = 0.95 if self.name == "share" else 0.5
        kind = Type("number", RATIO) if self.name == "share" else NUMBER
        words = build.syntax.words(build.here or build.syntax.body)
        params = (None, names, self.name, least, 0.5, False, False)
        node = build.graph.node(Peers(), [x.node, *leaves], kind, home, words, params)
        return Typed(node, x.chain)


class Rank(Peer):
    """The place among peers: 1 for the greatest x; equal values share the better place."""

    name = "rank"
    gives = "a number"
    examples = (
        Tables("""
firm  sector  output  rank(output)  rank(output, within=sector)
a     steel       50             2                            1
b     steel       50             2                            1
c     food        70             1                            1
d     food         ·             ·                            ·
e     food        10             4                            2
"""),
    )


class Share(Peer):
    """x over the sum of x of all peers."""

    name = "share"
    gives = "a fraction"
    examples = (
        Tables("""
firm  sector  output  share(output)  share(output, within=sector)
a     steel       30            0.3                           0.6
b     steel       20            0.2                           0.4
c     food        50            0.5                             1
"""),
    )


class ZScore(Peer):
    """How many standard deviations (n - 1) x lies above the mean of its peers; unknown where all are equal."""

    name = "zscore"
    gives = "a number"
    examples = (
        Tables("""
firm  output  zscore(output)
a         10              -1
b         20               0
c         30               1
"""),
    )
