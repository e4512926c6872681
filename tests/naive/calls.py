"""Random expressions over the whole vocabulary: for each function that is registered, arguments as its parameters ask.

Nothing here names a function for what it does, so that a new one is reached as soon as it is registered.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ewarn.expressions.function import REQUIRED, Function, Parameter, functions

COMPARED = ("<", "<=", ">", ">=", "==", "!=")
AMOUNT, FRACTION, PLAIN, DAYS = "amount", "fraction", "plain", "days"
LITERALS = {
    AMOUNT: ("0", "2", "7", "12.5", "'10 万元'", "'7e-4 亿元'"),
    FRACTION: ("0", "0.3", "-0.3", "0.5", "'30 %'"),
    PLAIN: ("0", "1", "3"),
    DAYS: ("0", "90", "400"),
}


@dataclass(frozen=True)
class Names:
    """What the expressions of one type of entity may name."""

    home: str
    numbers: dict[str, Sequence[str]]
    """Names by what their unit is: amounts, fractions, plain numbers."""
    dates: Sequence[str]
    words: dict[str, Sequence[str]]
    """Category -> some of its words."""
    flags: Sequence[str] = ()
    groups: Sequence[str] = ()
    indicators: Sequence[str] = ()
    """What may stand where only the name of an indicator may."""
    coarser: Sequence[str] = ()
    """Indicators that come more seldom: only for `last` and `full_year`."""
    codes: Sequence[str] = ()
    steps: Sequence[str] = ("0", "1", "2", "3", "12", "'1y'", "'3m'", "'6m'")
    spans: Sequence[str] = ("'6m'", "'1y'", "'90d'")
    members: Names | None = None
    """The names of the members, where the type has any."""
    calendars: Sequence[str] = ("spring_festival", "春节")


def unit_of(function: Function) -> str | None:
    """The unit of what a function gives: None where it is that of its argument."""
    words = function.gives
    if words == "a fraction":
        return FRACTION
    if "days" in words or "months" in words:
        return DAYS
    return PLAIN if words == "a number" else None


def writes(names: Names, function: Function) -> bool:
    """Whether a function can be called in the words of a type."""
    return Writer(random.Random(0), names).serves(function)  # noqa: S311 -- nothing secret


@dataclass
class Writer:
    """Writes expressions from a source of chance."""

    chance: random.Random
    names: Names
    inside: bool = False
    """Within an aggregate over members, where no other aggregate stands."""
    literals: dict[str, Sequence[str]] = field(default_factory=dict)
    """Instead of the usual ones; amounts then bear their unit wherever they are compared."""
    only: frozenset[str] = frozenset()
    """Functions that may be called; empty: all."""
    plainly: bool = False
    """Without keywords, and without what is of use where something is unknown."""

    def literal(self, unit: str, compared: bool = False) -> str:
        """A number as it is written."""
        given = self.literals.get(unit)
        return self.one(given or LITERALS[unit] if compared or given else LITERALS[unit][:3])

    def one(self, items: Sequence[str]) -> str:
        """Any of them."""
        return items[self.chance.randrange(len(items))]

    def likely(self, share: float) -> bool:
        """True so often."""
        return self.chance.random() < share

    def number(self, depth: int, unit: str | None = None) -> str:
        """A number of a unit."""
        unit = unit or self.one([AMOUNT, AMOUNT, AMOUNT, FRACTION, PLAIN])
        leaves = self.names.numbers.get(unit, ())
        if depth <= 0:
            return self.one(leaves) if leaves else self.literal(unit)
        if leaves and self.likely(0.3):
            return self.one(leaves)
        form = self.chance.randrange(6)
        if form == 0 and unit != DAYS:
            return f"({self.number(depth - 1, unit)} {self.one('+-')} {self.number(depth - 1, unit)})"
        if form == 1:
            return f"({self.number(depth - 1, unit)} * {self.one(['2', '-0.5', '0'])})"
        if form == 2:
            over = self.number(depth - 1, AMOUNT) if unit == FRACTION else self.one(["3", "0"])
            return f"({self.number(depth - 1, AMOUNT if unit == FRACTION else unit)} / {over})"
        if form == 3:
            return (
                f"({self.number(depth - 1, unit)} if {self.condition(depth - 1)} else {self.number(depth - 1, unit)})"
            )
        given = [
            one
            for one in self.callable("number")
            if unit_of(one) == unit
            or (unit_of(one) is None and (unit == AMOUNT or one.parameters[0].kind != "indicator"))
        ]
        return self.call(given[self.chance.randrange(len(given))], depth, unit)

    def callable(self, what: str) -> list[Function]:
        """Functions that give a number, or a condition, here."""
        found = []
        for one in functions().values():
            gives = {"a condition": "condition", "a category": "category", "a count of periods": "bounds"}
            if gives.get(one.gives, "number") == what and self.serves(one):
                found.append(one)
        return found

    def serves(self, function: Function) -> bool:
        """Whether there is something for each parameter that asks for it."""
        if (self.inside and folds(function)) or (self.only and function.name not in self.only):
            return False
        have = {"date": self.names.dates, "category": self.names.codes, "groups": self.names.groups}
        return all(have.get(one.kind, True) for one in function.parameters if one.default is REQUIRED)

    def condition(self, depth: int) -> str:
        """A truth."""
        form = self.chance.randrange(12 if depth > 0 else 4)
        if form == 0 and self.names.flags:
            return self.one(self.names.flags)
        if form == 1 and self.names.words:
            return self.worded(depth)
        if form == 2 and self.names.dates:
            return f"{self.date(depth - 1)} {self.one(COMPARED[:4])} {self.date(depth - 1)}"
        if form == 4:
            return f"({self.condition(depth - 1)} {self.one(['and', 'or'])} {self.condition(depth - 1)})"
        if form == 5:
            return f"not ({self.condition(depth - 1)})"
        if form == 6 and not self.plainly:
            return f"({self.condition(depth - 1)} if {self.condition(depth - 1)} else {self.condition(depth - 1)})"
        if form == 7:
            runs = self.callable("bounds")
            run = self.call(runs[self.chance.randrange(len(runs))], depth)
            return f"{run} {self.one(COMPARED)} {self.chance.randrange(5)}"
        if form == 8 and (given := self.callable("condition")):
            return self.call(given[self.chance.randrange(len(given))], depth)
        unit = self.one([AMOUNT, AMOUNT, FRACTION, PLAIN, DAYS] if depth > 0 else [AMOUNT, AMOUNT, FRACTION])
        number, sign = self.number(depth - 1, unit), self.one(COMPARED)
        if form == 9:
            return f"0 < {number} <= {self.literal(unit)}"
        if form == 10 and unit not in self.literals:
            return f"{number} {self.one(['in', 'not in'])} (0, 1, 70)"
        other = self.literal(unit, compared=True) if self.likely(0.7) else self.number(depth - 1, unit)
        return f"({number} {sign} {other})"

    def worded(self, depth: int) -> str:
        """A category against words."""
        name = self.one(list(self.names.words))
        words = self.names.words[name]
        if self.likely(0.3):
            return f"{name} {self.one(['in', 'not in'])} ({', '.join(repr(one) for one in words[:2])}, '无')"
        return f"{name} {self.one(['==', '!='])} {self.one(words)!r}"

    def date(self, depth: int) -> str:
        """A day."""
        day = self.one(self.names.dates)
        if depth > 0 and self.likely(0.3):
            return f"lag({day}, 1)" if self.likely(0.5) else f"coalesce({day}, {self.one(self.names.dates)})"
        return f"({day} {self.one('+-')} {self.one(self.names.spans)})" if self.likely(0.4) else day

    def call(self, function: Function, depth: int, unit: str | None = None) -> str:
        """A function on arguments that suit its parameters."""
        members = self.names.members
        if not self.serves(function):
            raise LookupError(function.name)
        below = folds(function) and members is not None and not self.inside and (self.likely(0.7) or not self.own)
        writer = replace(self, names=members, inside=True) if below and members is not None else self
        parts = []
        several = 0
        for parameter in function.parameters:
            optional = parameter.default is not REQUIRED
            if parameter.keyword and self.plainly:
                continue
            if parameter.name == "within" and (below or several > 1 or self.inside):
                continue
            if parameter.keyword and several > 1:
                continue
            lacking = parameter.kind in ("date", "groups") and not (writer.names.dates if parameter.kind == "date" else
                                                                     self.names.groups)  # fmt: skip
            if optional and not parameter.variadic and (lacking or not self.likely(0.35)):
                if not parameter.keyword:
                    break
                continue
            if parameter.variadic:
                least = 1 if folds(function) and (below or not self.inside) else 2
                several = least if folds(function) and self.likely(0.6) else self.chance.randrange(2, 4)
                if not folds(function) or below:
                    several = 1 if below else several
                parts += [writer.argument(function, parameter, depth - 1, unit) for _ in range(several)]
                continue
            text = writer.argument(function, parameter, depth - 1, unit)
            parts.append(f"{parameter.name}={text}" if parameter.keyword else text)
        return f"{function.name}({', '.join(parts)})"

    @property
    def own(self) -> bool:
        """Whether the type has figures of its own."""
        return bool(self.names.groups)

    def argument(self, function: Function, parameter: Parameter, depth: int, unit: str | None) -> str:
        """One argument."""
        kind, names = parameter.kind, self.names
        if kind == "number":
            own = unit if unit_of(function) is None else None
            leaf = self.one([*names.indicators]) if names.indicators and self.likely(0.4) else None
            return leaf if leaf and own in (None, AMOUNT) else self.number(depth, own)
        if kind == "condition":
            return self.condition(depth)
        if kind == "date":
            return self.date(depth)
        if kind == "category":
            return self.one([*names.codes, *names.words])
        if kind == "any" and (function.gives == "a category" or len(function.parameters[-1].choices) > 9):
            return self.one(
                names.indicators or list(names.words) or names.numbers[FRACTION]
            )  # what stands in a cell is asked of a cell
        if kind == "any" and unit not in (None, AMOUNT):
            return self.number(depth, unit)
        if kind == "any":
            what = self.chance.randrange(5)
            if what == 0 and names.dates:
                return self.date(0)
            if what == 1 and names.words:
                return self.one(list(names.words))
            return self.one(names.indicators) if what == 2 and names.indicators else self.number(depth, unit)
        if kind == "indicator":
            return self.named(function, depth, unit)
        if kind == "count":
            return str(self.chance.randrange(1, 4))
        if kind == "steps":
            return self.one(names.steps)
        if kind == "share":
            return self.one(["0.25", "0.5", "0.9", "1", "2"][: 3 if parameter.default is REQUIRED else 5])
        if kind == "choice":
            return repr(self.one(parameter.choices))
        if kind == "groups":
            one = self.one(names.groups) if names.groups else "sector"
            return one if self.likely(0.6) or len(names.groups) < 2 else f"[{', '.join(names.groups[:2])}]"
        assert kind == "text", kind
        return repr(self.one(names.calendars))

    def named(self, function: Function, depth: int, unit: str | None) -> str:
        """Where a function looks at the name, or at anything as it is written."""
        if function.gives == "a condition":
            return self.condition(depth)
        names = self.names
        form = self.chance.randrange(4)
        if form == 0 and names.coarser and function.own_calendar:
            return self.one(names.coarser)
        if function.gives == "the same as its arguments" or (form == 1 and function.gives == "the same as x"):
            return self.number(depth, unit or AMOUNT)
        return self.one(names.indicators) if names.indicators else self.number(0, AMOUNT)


def folds(function: Function) -> bool:
    """Whether a function runs over members or peers."""
    return any(parameter.name in ("within", "where") and parameter.kind in ("groups", "condition") for parameter in
               function.parameters) and any(parameter.name == "within" and parameter.kind == "groups"
                                            for parameter in function.parameters)  # fmt: skip


def expression(chance: random.Random, names: Names, function: Function, depth: int = 2) -> str:
    """An expression that calls a function at its head, as a value that can be compared: no bounds."""
    writer = Writer(chance, names)
    if function.gives == "a count of periods":
        return f"{writer.call(function, depth)} {writer.one(COMPARED)} {chance.randrange(5)}"
    return writer.call(function, depth, AMOUNT if unit_of(function) is None else None)


def constructs(text: str) -> set[str]:
    """The functions and operators that an expression is made of."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id, *(f"{node.func.id}({one.arg}=)" for one in node.keywords)}
        elif isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp):
            found.add(type(node.op).__name__)
        elif isinstance(node, ast.IfExp):
            found.add("IfExp")
        elif isinstance(node, ast.Compare):
            found |= {type(one).__name__ for one in node.ops}
            if len(node.ops) > 1:
                found.add("chain")
    return found
