"""Nodes put together: brought to one home and one unit, checked, folded where they are literals."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.expressions import operators as op
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.groups import ancestor_path
from ewarn.expressions.homes import kind_of
from ewarn.expressions.leaves import AttributeLeaf, Leaf
from ewarn.expressions.literals import typed_literal
from ewarn.expressions.nodes import Constant, Graph, Node, Operation, constant_of
from ewarn.expressions.scope import BY_DATE, Read, Scope, refuse
from ewarn.expressions.spelling import behind
from ewarn.expressions.spots import Spot
from ewarn.expressions.syntax import Syntax
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION, NUMBER, WORDS, Type
from ewarn.panel import Panel, SeriesKey
from ewarn.units import RATIO, Unit, likely

MAX_TREE = 200
"""Levels of nodes once named parts are put in place."""
RARE, MUCH, MOST = 1.5, 10.0, 200.0
"""Beyond this a plain number that meets a rate, or a quotient of amounts, was probably meant in percent."""


@dataclass(eq=False)
class Combining:
    """Makes the nodes of one rule's expressions on one calendar.

    `surveying`: a first pass that only finds out what is read, before the rule's calendar is known.
    """

    evaluation: Evaluation
    graph: Graph
    scope: Scope
    surveying: bool = False
    wording: bool = True
    """Whether it is kept how the rule writes each node: for what is told, not for verdicts."""
    reads: list[Read] = field(default_factory=list)
    notices: list[Diagnostic] = field(default_factory=list)
    """Warnings: nothing is wrong with the rule, but it may not do what was meant."""
    origins: dict[int, SeriesKey] = field(default_factory=dict)
    """Which indicator a node stands for, by the node's identity."""
    written: dict[int, str] = field(default_factory=dict)
    """How this rule writes each node, by the node's identity: another rule may share it and write it otherwise."""
    spots: dict[int, Spot] = field(default_factory=dict)
    """Where each node first stands in this rule."""
    parts: dict[int, str] = field(default_factory=dict)
    """What this rule, or its pack, calls a node under `let:`."""
    unfed: list[str] = field(default_factory=list)
    """Indicators under `optional()` that the drop lacks."""
    entered: set[tuple[str, str]] = field(default_factory=set)
    """Named parts that were read, or begun to be, each with its entity type."""
    failed: set[tuple[str, str]] = field(default_factory=set)
    """Those of them that led to a mistake."""
    judged: tuple[Node, ...] = ()
    """The rule's levels, once built: what `status()` looks at."""
    lenient: int = 0
    free: int = 0
    """Inside a function whose argument keeps its own frequency."""
    _syntax: list[Syntax] = field(default_factory=list)
    _calls: list[ast.Call] = field(default_factory=list)
    _named: dict[tuple[str, str, bool, bool], Typed] = field(default_factory=dict)
    _open: list[tuple[str, str]] = field(default_factory=list)
    _texts: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)

    @property
    def panel(self) -> Panel:
        """The panel names are looked up in."""
        return self.evaluation.panel

    @property
    def syntax(self) -> Syntax:
        """The expression being read."""
        return self._syntax[-1]

    @property
    def here(self) -> ast.Call | None:
        """The innermost function call being read."""
        return self._calls[-1] if self._calls else None

    @property
    def calling(self) -> str:
        """The name of that function."""
        return self.here.func.id if self.here is not None and isinstance(self.here.func, ast.Name) else ""

    def fail(self, at: ast.AST, code: str, message: str, label: str | None = None, help: str | None = None) -> NoReturn:
        """Refuse the expression, pointing at `at`."""
        refuse(code, message, self.syntax.span(at), label, help)

    def expected(self, at: ast.AST, got: Typed, wanted: str, help: str | None = None) -> NoReturn:
        """Refuse a part of the wrong type."""
        hint = help
        if hint is None and got.type.base == "bounds":
            hint = "a count of periods can be compared: streak(...) >= 3"
        if hint is None and got.type.base == "condition" and "number" in wanted:
            hint = "write `1 if ... else 0` to count it"
        what = "text" if got.quantity is not None else WORDS[got.type.base]
        self.fail(at, "EW103", f"{wanted} was expected", f"this is {what}", hint)

    def no_rounds(self, at: ast.AST | None, message: str | None = None, help: str | None = None) -> None:
        """Refuse what needs months or years where the rule is judged at reporting dates."""
        if self.graph.calendar.freq == "round" and not self.surveying:
            message = f"`{self.calling}` needs months, quarters or years" if message is None else message
            at = self.syntax.body if at is None else at
            self.fail(at, BY_DATE, message, "reporting dates have no year of so many periods", help)

    def notice(self, at: ast.AST, message: str, label: str | None = None) -> None:
        """Warn about a part. A first pass does not: the second finds the same."""
        if self.surveying:
            return
        self.notices.append(Diagnostic("EW106", message, self.syntax.span(at), label, severity="warning"))

    def node(
        self,
        operation: Operation,
        args: Sequence[Typed],
        type: Type,
        at: ast.AST | None,
        params: tuple[Any, ...] = (),
        fold: bool = False,
        words: str | None = None,
    ) -> Typed:
        """A node on arguments brought to one home; a constant where all of them are and `fold` allows it.

        `words`: how to write it where nobody did.
        """
        aligned, chain = self.together(args, at)
        home = next((arg.node.home for arg in aligned if arg.node.home is not None), None)
        if words is None:
            words = self.syntax.words(at) if at is not None and self._syntax else ""
        node = self.graph.node(operation, [arg.node for arg in aligned], type, home, words, params)
        if fold and aligned and all(isinstance(arg.node.operation, Constant) for arg in aligned):
            value = self.evaluation.frame(None, self.graph.calendar).array(node)[0, 0]
            plain: Any = None
            if type.base == "condition":
                plain = {1: True, -1: False}.get(int(value))
            elif value == value:
                plain = float(value)
            return self.constant(plain, type, at)
        depth = self.evaluation.depth(node)
        if depth > MAX_TREE:
            self.fail(at or self.syntax.body, "EW105", "the expression is too deeply nested",
                      f"more than {MAX_TREE} levels with its named parts in place", None)  # fmt: skip
        return Typed(node, chain, at if isinstance(at, ast.expr) else None)

    def constant(self, value: Any, type: Type, at: ast.AST | None = None) -> Typed:
        """A literal."""
        words = self.syntax.words(at) if at is not None and self._syntax else str(value)
        node = self.graph.node(Constant(), (), type, None, words, (value,))
        return Typed(node, (), at if isinstance(at, ast.expr) else None)

    def together(self, args: Sequence[Typed], at: ast.AST | None) -> tuple[list[Typed], tuple[str, ...]]:
        """Bring values of several homes to the lowest of them (an ancestor's value holds for each descendant)."""
        chain: tuple[str, ...] = max((arg.chain for arg in args), key=len, default=())
        homes = {arg.node.home for arg in args if arg.node.home is not None}
        if len(homes) < 2:
            return list(args), chain
        for arg in args:
            if arg.chain != chain[: len(arg.chain)]:
                self._two_kinds(at, homes)
        lowest = self._lowest(homes)
        if lowest is None:
            self._two_kinds(at, homes)
        return [self.lifted(arg, lowest) for arg in args], chain

    def _lowest(self, homes: set[str]) -> str | None:
        """The home below all of these; without one the rule's own, where it is."""
        for home in (*sorted(homes), self.scope.home):
            if all(other == home or ancestor_path(self.panel, home, other) is not None for other in homes):
                return home
        return None

    def _two_kinds(self, at: ast.AST | None, homes: set[str]) -> NoReturn:
        self.fail(at or self.syntax.body, "EW103", f"{' and '.join(sorted(homes))} stand side by side",
                  "which belongs to which is not known here", "aggregate each on its own")  # fmt: skip

    def lifted(self, value: Typed, home: str) -> Typed:
        """The value of an ancestor, given to the entities of `home`."""
        own = value.node.home
        if own is None or own == home:
            return value
        if ancestor_path(self.panel, home, own) is None:
            self._two_kinds(value.syntax, {home, own})
        node = self.graph.node(op.Lift(), [value.node], value.type, home, value.node.words, (own,))
        own_words = self.written.get(id(value.node), value.node.words)
        self.written.setdefault(id(node), behind(self.panel, home, (own,), own_words) or own_words)
        return Typed(node, value.chain, value.syntax, value.quantity)

    def own(self, value: Typed) -> Typed:
        """An ancestor's value, given to the rule's own entities: for what asks whether anything is known, so that it
        has an answer for an entity without such an ancestor too."""
        home, there = self.scope.home, value.node.home
        if value.chain or there in (None, home) or ancestor_path(self.panel, home, str(there)) is None:
            return value
        return self.lifted(value, home)

    def scaled(self, left: Typed, right: Typed, at: ast.AST, divide: bool) -> Typed:
        """Product or quotient; a pure number of another factor than 1 (万元 over 亿元) is brought to 1."""
        unit: Unit | None = None
        left_unit, right_unit = _unit_of(left), _unit_of(right)
        plain_numbers = left.type.unit is None and right.type.unit is None
        if left_unit is not None and right_unit is not None and not plain_numbers:
            unit = left_unit / right_unit if divide else left_unit * right_unit
        result = self.node(op.Divide() if divide else op.Multiply(), [left, right], Type("number", unit), at, fold=True)
        if unit is not None and unit.is_ratio and unit.size != 1:
            return self.node(op.Scale(), [result], Type("number", RATIO), at, (unit.factor,), fold=True)
        return result

    def compared(
        self, sign: str, left: Typed, right: Typed, at: ast.AST, left_at: ast.expr, right_at: ast.expr
    ) -> Typed:
        """left sign right, with bounds and constants where the kernels want them."""
        left, right = self.same_kind(left, right, at)
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
        swap = (right.type.base == "bounds" and left.type.base == "number") or (
            isinstance(left.node.operation, Constant) and not isinstance(right.node.operation, Constant)
        )
        if swap:
            left, right, left_at, right_at, sign = right, left, right_at, left_at, turned
        base = left.type.base
        if base == "bounds":
            if right.type.base != "number":
                self.expected(right_at, right, "a number")
            (left, right), _ = self.one_unit((left, right), (left_at, right_at))
        elif right.type.base != base:
            self.expected(right_at, right, WORDS[base])
        if base in ("category", "condition") and sign not in ("==", "!="):
            self.fail(at, "EW103", f"{WORDS[base]} has no order", "compare with == or !=", None)
        if base == "number":
            (left, right), _ = self.one_unit((left, right), (left_at, right_at))
            self._percent_meant(sign, left, right, right_at)
        operation = op.Compare()
        if base == "bounds":
            from ewarn.expressions.functions.runs import comparing

            operation = comparing(left.node, right.node, sign)
        return self.node(operation, [left, right], CONDITION, at, (sign,), fold=base == "number")

    def _percent_meant(self, sign: str, left: Typed, right: Typed, at: ast.expr) -> None:
        """Warn of a share or a rate compared with a number that can only be percent: -30 would be -3,000 %."""
        bar = constant_of(right.node)
        share = left.type.unit is not None and left.type.unit.is_ratio and right.type.unit is None
        if not share or not isinstance(bar, float) or abs(bar) > MOST or sign in ("==", "!="):
            return
        # A quotient of amounts may well be 3; a growth rate or a share above 150 % is rare. Whoever multiplies by a
        # number has scaled it.
        if any(isinstance(one.operation, op.Multiply) and any(constant_of(arg) for arg in one.args)
               for one in left.node.walk()):  # fmt: skip
            return
        if abs(bar) > (MUCH if isinstance(left.node.operation, op.Divide) else RARE):
            words = self.written.get(id(left.node), left.node.words)
            self.notice(at, f"`{words}` is a fraction: {bar:g} means {bar:,.0%}", f'did you mean "{bar:g} %"?')

    def same_kind(self, left: Typed, right: Typed, at: ast.AST) -> tuple[Typed, Typed]:
        """A text literal takes the other side's type: category, quantity, date."""
        if left.quantity is not None and right.quantity is None:
            left = typed_literal(self, left, _spoken_as(right.type))
        elif right.quantity is not None and left.quantity is None:
            right = typed_literal(self, right, _spoken_as(left.type))
        if left.type.base == right.type.base == "category":
            left, right = self.one_coding([left, right])
        return left, right

    def one_coding(self, values: Sequence[Typed]) -> list[Typed]:
        """Categories brought to the codes of all their words together, where they are not those of one of them."""
        known = {value.type.categories for value in values}
        if len(known) < 2:
            return list(values)
        words = tuple(sorted({word for categories in known for word in categories}))
        kind = Type("category", categories=words)
        return [self._recoded(value, kind) for value in values]

    def _recoded(self, value: Typed, kind: Type) -> Typed:
        literal = constant_of(value.node)
        if isinstance(value.node.operation, Constant):
            return Typed(self.constant(literal, kind, value.syntax).node, value.chain, value.syntax)
        place = {word: code for code, word in enumerate(kind.categories)}
        params = tuple(place[word] for word in value.type.categories)
        node = self.graph.node(op.Recode(), [value.node], kind, value.node.home, value.node.words, params)
        self.written.setdefault(id(node), self.written.get(id(value.node), value.node.words))
        return Typed(node, value.chain, value.syntax)

    def one_unit(self, values: Sequence[Typed], ats: Sequence[ast.expr]) -> tuple[list[Typed], Unit | None]:
        """`values` in the unit of the first that has one, and that unit.

        Plain numbers take it; data of which no unit is known do not. Raises RuleError.
        """
        unit = next((value.type.unit for value in values if value.type.unit is not None), None)
        if unit is None:
            return list(values), None
        return [self._in_unit(value, unit, at) for value, at in zip(values, ats, strict=True)], unit

    def _in_unit(self, value: Typed, unit: Unit, at: ast.expr) -> Typed:
        own = value.type.unit
        if own is None:
            bare = without_unit(value.node, quotients=unit.is_ratio)
            if bare is not None:
                self._no_unit(value, bare, unit, at)
            return value
        if not own.compatible(unit):
            near = likely(own.text) or likely(unit.text)
            self.fail(at, "EW104", f"{own} and {unit} cannot be compared or added", f"this is in {own}",
                      f"did you mean {near}?" if near else f"the other side is in {unit}")  # fmt: skip
        if own.size == unit.size:
            return value
        return self.node(op.Scale(), [value], Type("number", unit), at, (float(own.size / unit.size),), fold=True)

    def _no_unit(self, value: Typed, bare: Node, unit: Unit, at: ast.expr) -> NoReturn:
        """Refuse what would silently be taken to be in the other side's unit."""
        name, said = bare.params[1], "%" if unit.is_ratio else unit.text
        hint = f"say in drop.yaml in which unit it is, like: indicators: {{{name}: {{unit: '{said}'}}}}"
        if isinstance(bare.operation, AttributeLeaf):
            hint = (
                f"say in drop.yaml in which unit it is, like: attributes: {{{name}: {{column: ..., unit: '{said}'}}}}"
            )
        label = "no unit is known" if value.node is bare else f"no unit of `{name}` is known"
        self.fail(at, "EW104", f"`{name}` has no unit, and the other side is in {said}", label, hint)

    def chosen(self, condition: Typed, yes: Typed, no: Typed, at: ast.AST) -> Typed:
        """`yes if condition else no` of numbers; a side that is an unknown literal takes the other's unit."""
        kind = plain(yes.type) if yes.type.unit is not None else plain(no.type)
        return self.node(op.Choose(), [condition, yes, no], kind, at)

    def negated(self, value: Typed, at: ast.AST | None) -> Typed:
        """-value"""
        return self.node(op.Subtract(), [self.constant(0.0, NUMBER), value], plain(value.type), at, fold=True)

    def alike(self, values: Sequence[Typed]) -> tuple[list[Typed], Type]:
        """Several values brought to the type and unit of the first that has one; and that type."""
        typed = next((value for value in values if value.quantity is None), None)
        wanted = typed.type if typed is not None else NUMBER
        same = [typed_literal(self, value, wanted) if value.quantity is not None else value for value in values]
        unit: Unit | None = None
        for value in same:
            if value.type.base != wanted.base or wanted.base == "bounds":
                self.expected(value.syntax or self.syntax.body, value, WORDS[wanted.base])
        if wanted.base == "number":
            same, unit = self.one_unit(same, [value.syntax or self.syntax.body for value in same])
        if wanted.base == "category":
            same = self.one_coding(same)
            return same, plain(same[0].type)
        return same, Type(wanted.base, unit, categories=wanted.categories)

    def home_of(self, value: Typed) -> str:
        """The entity type a value differs by. Raises RuleError where it is the same for all."""
        if value.node.home is None:
            self.fail(value.syntax or self.syntax.body, "EW103", f"`{self.calling}` compares entities",
                      "this is the same for all of them", None)  # fmt: skip
        return value.node.home

    def parent_of(self, at: ast.AST, home: str, parent: str) -> None:
        """Refuse `parent` where it is no parent type of `home`."""
        home = kind_of(home)
        if ancestor_path(self.panel, home, parent) is None:
            self.fail(at, "EW102", f"{parent} is no parent of {home}", f"no parents link {home} to {parent}",
                      did_you_mean(parent, self.panel.types[home].parents))  # fmt: skip


def plain(type: Type) -> Type:
    """The type of a value computed from one of this type: no longer an indicator."""
    return Type(type.base, type.unit, categories=type.categories)


def without_unit(node: Node, *, quotients: bool = False) -> Node | None:
    """The first data of unknown unit that decide in which unit `node` is; None where it is a plain number.

    `quotients`: a quotient of such data counts as a plain number, both its parts being taken to be in one unit.
    """
    stack, seen = [node], set()
    while stack:
        here = stack.pop()
        if id(here) in seen or here.type.base != "number" or here.type.unit is not None or here.operation.pure:
            continue
        seen.add(id(here))
        if isinstance(here.operation, Leaf | AttributeLeaf):
            # A place in a ranking is a plain number.
            if here.type.measure != "rank":
                return here
        elif not (quotients and isinstance(here.operation, op.Divide)):
            stack.extend(reversed(here.args))
    return None


def _spoken_as(type: Type) -> Type:
    """The type of a literal that stands beside one: a sum with bounds is compared with an amount."""
    return Type("number", type.unit) if type.base == "bounds" and type.unit is not None else type


def _unit_of(value: Typed) -> Unit | None:
    return RATIO if value.type.unit is None and without_unit(value.node) is None else value.type.unit
