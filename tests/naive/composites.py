"""Composites read one entity and one period at a time: what a condition over legs comes to, from verdicts as words."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEVELS = ("blue", "yellow", "orange", "red")
Truth = bool | None
"""None: unknown."""


@dataclass(frozen=True)
class Leg:
    """`rules`: the verdicts of each rule, by entity a word for each period; None for a rule that is not loaded."""

    rules: Sequence[dict[str, list[str]] | None]
    level: str
    window: int

    def at(self, entity: str, t: int) -> Truth:
        """Whether one of the rules stood at the level, or higher, within the window: Kleene's `or` over all of it."""
        answers: list[Truth] = []
        for rule in self.rules:
            if rule is None:
                answers.append(None)
                continue
            for word in rule[entity][max(t - self.window + 1, 0) : t + 1]:
                known = word in LEVELS and LEVELS.index(word) >= LEVELS.index(self.level)
                answers.append(True if known else None if word == "unknown" else False)
        return True if True in answers else None if None in answers else False


@dataclass(frozen=True)
class Standing:
    """How a condition stands: its Kleene value; whether it would hold with its unjudged legs decided in its favour;
    whether one of its own legs is known true."""

    value: Truth
    would: bool
    support: bool

    @property
    def possible(self) -> bool:
        """Not known true, but it would be, with support."""
        return self.value is not True and self.would and self.support


@dataclass(frozen=True)
class Reader:
    """`legs` by the name that conditions use; `members`: of each entity; `flags`: conditions on numbers."""

    legs: dict[str, Leg]
    members: dict[str, list[str]]
    flag: Callable[[str, str, int], Truth]

    def stands(self, text: str, entity: str, t: int) -> Standing:
        """A condition of a composite for one entity at one period."""
        return self._read(ast.parse(text, mode="eval").body, entity, t, False)

    def _read(self, node: ast.expr, who: str, t: int, negated: bool) -> Standing:
        if isinstance(node, ast.UnaryOp):
            return self._read(node.operand, who, t, not negated)
        if isinstance(node, ast.BoolOp):
            parts = [self._read(part, who, t, negated) for part in node.values]
            both = isinstance(node.op, ast.And) != negated
            values = [part.value for part in parts]
            decisive = not both
            value = decisive if decisive in values else None if None in values else both
            would = all(part.would for part in parts) if both else any(part.would for part in parts)
            return Standing(value, would, any(part.support for part in parts))
        if isinstance(node, ast.Call):  # optional(): what is not known true is false
            inner = self._read(node.args[0], who, t, False)
            value = (inner.value is True) != negated
            return Standing(value, value, inner.support and not negated)
        if isinstance(node, ast.Compare):
            return self._counted(node, who, t, negated)
        name = ast.unparse(node)
        if name not in self.legs and name.rpartition(".")[2] not in self.legs:
            value = self.flag(name.rpartition(".")[2], who, t)
            found = value if value is None or not negated else not value
            return Standing(found, found is True, False)
        value = (self.legs.get(name) or self.legs[name.rpartition(".")[2]]).at(who, t)
        found = value if value is None or not negated else not value
        return Standing(found, found is not False, value is True and not negated)

    def _counted(self, node: ast.Compare, who: str, t: int, negated: bool) -> Standing:
        call, least = node.left, node.comparators[0]
        assert isinstance(call, ast.Call)
        assert isinstance(least, ast.Constant)
        several = len(call.args) > 1
        if several:
            parts = [self._read(part, who, t, False) for part in call.args]
        else:
            parts = [self._read(call.args[0], member, t, False) for member in self.members[who]]
        low = sum(part.value is True for part in parts)
        high = sum(part.value is not False for part in parts)
        likely = sum(part.value is True or (part.would if several else part.possible) for part in parts)
        reached = {True: True, False: False}
        sign: Callable[[int], bool] = {
            ast.GtE: lambda n: n >= least.value,
            ast.Lt: lambda n: n < least.value,
        }[type(node.ops[0])]
        if sign(low) == sign(high):
            value: Truth = reached[sign(low)]
        else:
            value = None
        # Of the counts that are possible with members in their favour, one that answers as is wanted.
        would = sign(low) or sign(likely)
        support = value is True or (value is None and would and (not several or any(p.support for p in parts)))
        if not negated:
            return Standing(value, value is True or (value is None and would), support)
        found = None if value is None else not value
        return Standing(found, found is True or (found is None and would), False)


def lowered(rank: str, levels: Sequence[str]) -> str:
    """One level lower along a rule's levels; the lowest is the floor."""
    return levels[max(levels.index(rank) - 1, 0)]


def verdict(reader: Reader, levels: dict[str, str], entity: str, t: int) -> str:
    """The level, `clear` or `unknown` of a composite for one entity at one period."""
    stands = {level: reader.stands(levels[level], entity, t) for level in LEVELS if level in levels}
    order = list(stands)
    fired = [level for level, one in stands.items() if one.value is True]
    likely = [level for level, one in stands.items() if one.possible]
    best = [*fired[-1:], *(lowered(level, order) for level in likely[-1:])]
    if best:
        return max(best, key=order.index)
    return "unknown" if any(one.value is None for one in stands.values()) else "clear"
