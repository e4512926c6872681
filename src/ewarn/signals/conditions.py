"""A composite's condition taken apart: legs, counts of members and conditions on numbers, joined by and, or, not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.correlation.formula import Atom, Formula, Joint, Kind, Negated, Sure
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.functions.aggregates import CountTrue
from ewarn.expressions.functions.known import Falsy
from ewarn.expressions.legs import LegKey, Stood, Tallied, between, reads_legs
from ewarn.expressions.nodes import Node
from ewarn.expressions.operators import And, Compare, Lift, Not, Or
from ewarn.panel import Floats, Int8s

Bools = npt.NDArray[np.bool_]
STATES = ("false", "unknown", "open", "likely", "true")
FALSE, UNKNOWN, OPEN, LIKELY, TRUE = range(5)


@dataclass(frozen=True, eq=False)
class Held:
    """How a condition stands, (periods, entities) each: see `correlation.formula`."""

    true: Bools
    may: Bools
    would: Bools
    support: Bools

    @property
    def value(self) -> Int8s:
        """1 known true, -1 known false, 0 unknown."""
        return np.where(self.true, 1, np.where(self.may, 0, -1)).astype(np.int8)

    @property
    def possible(self) -> Bools:
        """Not known true, but it would hold if its unjudged legs held, one of its own being known true."""
        return ~self.true & self.would & self.support


@dataclass(frozen=True, eq=False)
class Truth:
    """A leg (`open` where it is unknown), or a condition on numbers."""

    node: Node
    leg: bool

    def states(self, evaluation: Evaluation, _: Mapping[Condition, Held]) -> Int8s:
        """Positions in STATES, (periods or 1, entities or 1)."""
        value = np.asarray(evaluation.whole(self.node))
        table = np.array([FALSE, OPEN if self.leg else UNKNOWN, TRUE], dtype=np.int8)
        return np.asarray(table[value.astype(np.int64) + 1])


@dataclass(frozen=True, eq=False)
class Tally:
    """A count or sum that reads legs, against a number. `parts`: of members one condition, of several conditions on
    one entity all of them."""

    node: Node
    parts: tuple[Condition, ...]

    def states(self, evaluation: Evaluation, found: Mapping[Condition, Held]) -> Int8s:
        """Positions in STATES, (periods, entities)."""
        count, bar = self.node.args
        sign = str(self.node.params[0])
        number = np.asarray(evaluation.whole(bar), dtype=np.float64)
        held = [found[part] for part in self.parts]
        low, likely, high = self._members(evaluation, held[0]) if isinstance(count.operation, Tallied) else _own(held)
        whole, better = between(sign, low, high, number), between(sign, low, likely, number)
        supported = (better >= 0) & ~np.isnan(number + low)
        one = np.logical_or.reduce([part.support for part in held])
        favourable = LIKELY if isinstance(count.operation, Tallied) else np.where(one, LIKELY, OPEN)
        state = np.where(supported, favourable, UNKNOWN)
        return np.where(whole == 1, TRUE, np.where(whole == -1, FALSE, state)).astype(np.int8)

    def _members(self, evaluation: Evaluation, held: Held) -> tuple[Floats, Floats, Floats]:
        """Known members; with the possible ones; with all that are not known to be out."""
        count = self.node.args[0]
        assert isinstance(count.operation, Tallied)
        operation = count.operation
        likely = operation.bounds(evaluation, count, held.true, held.true | held.possible)
        whole = operation.bounds(evaluation, count, held.true, held.may)
        return whole.low, likely.high, whole.high


def _own(held: list[Held]) -> tuple[Floats, Floats, Floats]:
    """How many of several conditions hold, would hold, and may hold."""
    low = np.sum([one.true for one in held], axis=0).astype(np.float64)
    likely = np.sum([one.true | one.would for one in held], axis=0).astype(np.float64)
    return low, likely, np.sum([one.may for one in held], axis=0).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition of a composite, or of its members: the node that it stands for, and how it is joined."""

    node: Node
    formula: Formula
    atoms: tuple[Truth | Tally, ...]

    def reads(self, key: LegKey) -> bool:
        """Whether it reads this leg, outside of counts."""
        return any(
            isinstance(node.operation, Stood) and node.params[0] == key
            for atom in self.atoms
            if isinstance(atom, Truth)
            for node in atom.node.walk()
        )


def condition_of(evaluation: Evaluation, node: Node) -> Condition:
    """A condition taken apart; made once for each node."""
    found: Condition = evaluation.keep(("condition", id(node)), lambda: _Reader(evaluation).read(node))
    return found


@dataclass(eq=False)
class _Reader:
    evaluation: Evaluation
    atoms: list[Truth | Tally] = field(default_factory=list)
    _made: dict[int, Formula] = field(default_factory=dict)

    def read(self, *nodes: Node) -> Condition:
        """All of `nodes`."""
        formulas = tuple(self._formula(node) for node in nodes)
        formula = formulas[0] if len(formulas) == 1 else Joint(True, formulas)
        return Condition(nodes[0], formula, tuple(self.atoms))

    def _formula(self, node: Node) -> Formula:
        if id(node) not in self._made:
            self._made[id(node)] = self._taken_apart(node)
        return self._made[id(node)]

    def _taken_apart(self, node: Node) -> Formula:
        operation = node.operation
        if not reads_legs(self.evaluation, node):
            return self._atom(Truth(node, False), "number")
        if isinstance(operation, And | Or):
            return Joint(isinstance(operation, And), tuple(self._formula(part) for part in node.args))
        if isinstance(operation, Not):
            return Negated(self._formula(node.args[0]))
        if isinstance(operation, Falsy):
            return Sure(self._formula(node.args[0]))
        if isinstance(operation, Stood | Lift):
            return self._atom(Truth(node, True), "leg")
        if isinstance(operation, Compare) and not reads_legs(self.evaluation, node.args[1]):
            count = node.args[0]
            if isinstance(count.operation, Tallied):
                parts = (_Reader(self.evaluation).read(*count.operation.condition(count)),)
                return self._atom(Tally(node, parts), "count")
            if isinstance(count.operation, CountTrue):
                return self._atom(Tally(node, tuple(condition_of(self.evaluation, one) for one in count.args)), "count")
        return self._atom(Truth(node, False), "number")

    def _atom(self, atom: Truth | Tally, kind: Kind) -> Formula:
        self.atoms.append(atom)
        return Atom(len(self.atoms) - 1, kind)
