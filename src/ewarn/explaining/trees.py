"""An expression taken apart for one entity: its parts with their last values, source cells at the leaves."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import orjson

from ewarn.alerts.collect import Collected, collect, tally
from ewarn.alerts.columns import Column, day_texts
from ewarn.alerts.evidence import OPEN, unit_word
from ewarn.alerts.inputs import InputTexts
from ewarn.alerts.leaves import Reading
from ewarn.alerts.models import Input, Members, Operator, Scalar, UnknownReason
from ewarn.explaining.models import PERIODS, Branch, Comparison, Missing, Origin, Term
from ewarn.expressions import operators as op
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.functions.known import Falsy
from ewarn.expressions.functions.lag import Earlier
from ewarn.expressions.groups import parent_rows
from ewarn.expressions.leaves import AttributeLeaf, Leaf, attribute_reasons, cell_reasons
from ewarn.expressions.measures import Cumulate, Deaccumulate
from ewarn.expressions.nodes import NONE, Node, constant_of
from ewarn.expressions.spelling import behind
from ewarn.expressions.spots import Spot
from ewarn.expressions.syntax import parse
from ewarn.panel import Attribute, Reason
from ewarn.signals import Verdicts

MISSING_AT_MOST = 12
"""Cells named as missing for one rule."""
REPEATED = 6
"""So often a part that stands in many places is taken apart; named parts may repeat without bound."""


_SIGNS: Mapping[str, Operator] = {sign: sign for sign in get_args(Operator)}
_REASONS: Mapping[int, UnknownReason] = {int(Reason[word.upper()]): word for word in get_args(UnknownReason)}


@dataclass(frozen=True, eq=False)
class Trees:
    """Takes expressions apart for one entity at one period of a rule."""

    verdicts: Verdicts
    frame: Frame
    row: int
    shown: Counter[int] = field(default_factory=Counter)
    """How often each node was taken apart, by its identity."""

    @classmethod
    def of(cls, verdicts: Verdicts, entity: int, row: int) -> Trees:
        """For the rule's own entity."""
        evaluation = verdicts.evaluation.then(verdicts.calendar, row)
        frame = evaluation.frame(verdicts.entity_type, verdicts.calendar, np.array([entity]))
        return cls(verdicts, frame, row)

    @property
    def rows(self) -> range:
        """The periods shown."""
        return range(max(self.row + 1 - PERIODS, 0), self.row + 1)

    def branch(self, node: Node, *, deep: bool = True) -> Branch:
        """The expression; with `deep` also what it is made of."""
        self.frame.evaluation.prepare([node])
        reading = Reading(self.frame, self.row, 1, self.verdicts.compiled.written)
        words = self._words(node, reading)
        if isinstance(node.operation, op.Lift):
            above = self._above(node)
            if above is not None:
                written = self._written(node, reading)
                known = {"expr": words, "name": self._called(node), "written": None if written == words else written}
                return above.branch(node.args[0], deep=deep).model_copy(update=known)
        self.shown[id(node)] += 1
        deep = deep and self.shown[id(node)] <= REPEATED
        core = node
        while isinstance(core.operation, Falsy) and not isinstance(core.args[0].operation, op.Lift):
            core = core.args[0]  # what may be lacking is told as it is
        chain, parts = self._parts(core, self._words(core, reading), reading)
        column = reading.column(node)
        values = [_scalar(Reading(self.frame, row, 1, reading.written).column(node)) for row in self.rows]
        members = tally(self.frame, node, self.row)
        branches = tuple(self.branch(part) for part in parts) if deep else ()
        name, written = self._called(node), self._written(node, reading)
        joins = None if self._among(core) else joining(core)
        inputs, total = self._inputs(node) if deep and not branches else ((), 0)
        return Branch(
            expr=words,
            name=name,
            written=None if written == words else written,
            terms=self._terms(node, branches) if deep and not (joins and branches) else (),
            values=tuple(values),
            unit=unit_word(column),
            condition=node.type.base == "condition",
            joins=joins,
            at_most=_at_most(column),
            comparison=self._comparison(core, reading),
            reason=self._reason(core),
            origin=_origin(chain),
            members=None if members is None else Members(
                n=int(members.n[0]), known=int(members.known[0]),
                true=None if members.true is None else int(members.true[0]),
            ),
            inputs=inputs,
            inputs_total=total,
            parts=branches,
        )  # fmt: skip

    def truth(self, node: Node) -> bool | None:
        """Whether a condition holds in the judged period; None where unknown."""
        self.frame.evaluation.prepare([node])
        reading = Reading(self.frame, self.row, 1)
        return True if bool(reading.true(node)[0]) else False if bool(reading.false(node)[0]) else None

    def _words(self, node: Node, reading: Reading) -> str:
        """The expression as an entity of the rule writes it."""
        return self._from_home(reading.words(node))

    def _called(self, node: Node) -> str | None:
        """What the rule calls it, as an entity of the rule writes it."""
        name = self.verdicts.compiled.parts.get(id(node))
        return name if name is None else self._from_home(name)

    def _written(self, node: Node, reading: Reading) -> str:
        """As the rule writes it: by names where it has given some."""
        spot, operation = self.verdicts.compiled.spots.get(id(node)), node.operation
        if spot is not None:
            return self._from_home(spot.words())
        if isinstance(operation, op.Lift):
            inner = self.verdicts.compiled.spots.get(id(node.args[0]))
            if inner is not None:
                return behind(self.frame.panel, str(node.home), (node.params[0],), inner.words()) or inner.words()
        return self._words(node, reading)

    def _from_home(self, words: str) -> str:
        home = self.verdicts.entity_type
        if self.frame.home in (None, home):
            return words
        return behind(self.frame.panel, home, (str(self.frame.home),), words) or words

    def _terms(self, node: Node, branches: Sequence[Branch]) -> tuple[Term, ...]:
        """The names in an expression of which nothing below says what they stand for."""
        compiled, panel = self.verdicts.compiled, self.frame.panel
        spot = compiled.spots.get(id(node))
        found: dict[str, Term] = {}
        said = {name for branch in branches for name in _names(branch)}
        todo = [] if spot is None else list(spot.mentions(panel))
        while todo:
            name, meant = todo.pop(0)
            if name in found or self._from_home(name) in said:
                continue
            if isinstance(meant, str):
                found[name] = Term(name=name, written=meant)
                assert spot is not None
                todo += Spot(inner := parse(meant), inner.body, spot.scope).mentions(panel)
                continue
            leg = next((one.leg for one in compiled.legs if one.key == meant), None)
            if leg is not None:
                found[name] = Term(name=name, rules=tuple(map(str, leg.any)), level=leg.level, window=leg.window)
        return tuple(found.values())

    def _above(self, node: Node) -> Trees | None:
        evaluation = self.frame.evaluation
        index = parent_rows(evaluation, str(node.home), node.params[0], node.calendar)
        at = int(index[self.row if len(index) > 1 else 0, self.frame.positions[0]])
        if at < 0:
            return None
        return Trees(
            self.verdicts, evaluation.frame(node.params[0], node.calendar, np.array([at])), self.row, self.shown
        )

    def _parts(self, node: Node, words: str, reading: Reading) -> tuple[list[Node], list[Node]]:
        """The nodes that are the expression itself (what the evaluator makes of it is more than one at times), and
        what they are computed from, literals left out."""
        chain, parts, todo = [node], [], self._read(node)
        if self._among(node):
            todo = [arg for part in todo for arg in part.args]
        while todo:
            part = todo.pop(0)
            rate = isinstance(part.operation, Leaf) and part.params[2] == "growth" and len(chain[-1].args) > 1
            rate = rate and chain[-1].type.base == "number"
            if constant_of(part) is None and (rate or self._words(part, reading) == words):
                chain.append(part)
                todo = [*self._read(part), *todo]
            elif constant_of(part) is None and part not in parts:
                parts.append(part)
        if isinstance(node.operation, Earlier) and all(_is_leaf(part) for part in parts):
            return chain, []
        return chain, parts

    def _among(self, node: Node) -> bool:
        """Whether it is `x in (a, b)`, one comparison for those who read it."""
        spot = self.verdicts.compiled.spots.get(id(node))
        return (
            spot is not None
            and joining(node) is not None
            and isinstance(spot.at, ast.Compare)
            and all(isinstance(sign, ast.In | ast.NotIn) for sign in spot.at.ops)
        )

    def _read(self, node: Node) -> list[Node]:
        """The arguments that decide the value, each once, as they are written."""
        if node.operation.full or isinstance(node.operation, Leaf | AttributeLeaf):
            return []
        row = np.array([self.row], dtype=np.int64)
        seen = {
            look.argument
            for look in node.operation.looks(self.frame, node, row)
            if look.mask is None or bool(look.mask.any())
        }
        return [arg for at, arg in enumerate(node.args) if at in seen]

    def _inputs(self, node: Node) -> tuple[tuple[Input, ...], int]:
        texts, totals = InputTexts(self.verdicts.evaluation.panel, {}).joined(collect(self.frame, node, self.row), 1)
        cells = orjson.loads(b"[%b]" % texts[0])
        return tuple(Input.model_validate(cell) for cell in cells), int(totals[0])

    def _comparison(self, node: Node, reading: Reading) -> Comparison | None:
        if not isinstance(node.operation, op.Compare) or node.args[0].type.base not in ("number", "bounds"):
            return None
        left, right = (reading.column(side) for side in node.args)
        sign = str(node.params[0])
        number = _scalar(left, high=sign[0] == "<")
        unit = unit_word(left) or unit_word(right)
        return Comparison(op=_SIGNS[sign], number=number, threshold=_scalar(right), unit=unit)

    def _reason(self, node: Node) -> UnknownReason | None:
        if not bool(np.broadcast_to(self.frame.unknown(node), self.frame.shape)[self.row, 0]):
            return None
        if node.type.base == "bounds":
            return None
        return reason_word(int(self.frame.why(node)[self.row, 0]))

    def missing(self, nodes: Sequence[Node]) -> tuple[Missing, ...]:
        """The unknown cells behind these conditions."""
        found: dict[tuple[object, ...], Missing] = {}
        for node in nodes:
            for kind, cell, reason in self._unknown(node):
                key = (cell["indicator"], cell["measure"], cell["entity"], cell["period"])
                if key not in found and len(found) < MISSING_AT_MOST:
                    found[key] = Missing(
                        indicator=cell["indicator"], measure=cell["measure"], entity=cell["entity"], entity_type=kind,
                        period=cell["period"], reason=reason, source=place(cell["source"]),
                        note=self._note(kind, cell) if reason == "scope_break" else None,
                    )  # fmt: skip
        return tuple(found.values())

    def _note(self, kind: str, cell: dict[str, Any]) -> str | None:
        """What the drop says of the last break of a series up to the period of the explanation."""
        panel, calendar = self.verdicts.evaluation.panel, self.verdicts.calendar
        entity = panel.types[kind].position[cell["entity"]]
        breaks = [
            one
            for one in panel.series[kind, cell["indicator"], cell["measure"]].breaks
            if one.day <= calendar.last_day[self.row] and (one.entities is None or entity in one.entities)
        ]
        return breaks[-1].note if breaks else None

    def _unknown(self, node: Node) -> Iterator[tuple[str, dict[str, Any], UnknownReason]]:
        evaluation = self.frame.evaluation
        panel = evaluation.panel
        for cells in collect(self.frame, node, self.row).own:
            row, at = int(cells.row[0]), int(cells.entity[0])
            if row < 0:
                continue
            frame = Frame(evaluation, cells.type, self.frame.calendar, np.array([at]))
            why = (
                attribute_reasons(cells.of, frame) if isinstance(cells.of, Attribute) else cell_reasons(cells.of, frame)
            )
            if not _unknown_cell(cells.of.values, row, at) or why[row, 0] == NONE:
                continue
            texts, _ = InputTexts(panel, {}).joined(Collected([cells]), 1)
            yield cells.type, orjson.loads(texts[0]), reason_word(int(why[row, 0]))


def joining(node: Node) -> Literal["and", "or"] | None:
    """Whether all of its parts must hold, or one."""
    return "and" if isinstance(node.operation, op.And) else "or" if isinstance(node.operation, op.Or) else None


def reason_word(code: int) -> UnknownReason:
    """The contract's word for a reason."""
    return _REASONS.get(code, "not_applicable")


def place(source: object) -> str | None:
    """`firms.csv:8 产值`, `report.xlsx › Sheet1 › E7`."""
    if not isinstance(source, dict):
        return None
    if source["cell"]:
        return " › ".join(str(part) for part in (source["file"], source["sheet"], source["cell"]) if part)
    row = source["line"] or source["row"]
    sheet = f" › {source['sheet']}" if source["sheet"] else ""
    return f"{source['file']}{sheet}:{row} {source['column']}"


def _names(branch: Branch) -> Iterator[str]:
    """What is taken apart, or told, in a branch."""
    if branch.name is not None:
        yield branch.name
    yield from (term.name for term in branch.terms)
    for part in branch.parts:
        yield from _names(part)


def _is_leaf(node: Node) -> bool:
    return all(isinstance(one.operation, Leaf | op.Coalesce | Deaccumulate | AttributeLeaf) for one in node.walk())


def _origin(chain: Sequence[Node]) -> Origin | None:
    for node in reversed(chain):
        if isinstance(node.operation, Leaf) and node.params[2] == "growth" and len(chain) > 1:
            return "published"
        if isinstance(node.operation, op.Growth):
            return "computed"
        if isinstance(node.operation, Deaccumulate | Cumulate):
            return "derived"
    return None


def _scalar(column: Column, *, high: bool = False) -> Scalar:
    """The one value of a column."""
    low = float(column.high[0] if high and column.high is not None else column.low[0])
    if column.high is not None and not high and column.low[0] == 0 < column.high[0]:
        return None
    if math.isnan(low) or math.isinf(low):
        return None
    if column.kind == "flag":
        return low == 1
    if column.kind == "text":
        return column.words[int(low)]
    if column.kind == "date":
        return day_texts(column.low)[0]
    return float(f"{low:.12g}")


def _at_most(column: Column) -> Scalar:
    if column.high is None or column.high[0] == column.low[0] or column.high[0] >= OPEN:
        return None
    return float(column.high[0])


def _unknown_cell(values: npt.NDArray[Any], row: int, at: int) -> bool:
    value = values[row, at] if values.ndim == 2 else values[at]
    if values.dtype.kind == "f":
        return bool(np.isnan(value))
    return bool(value < 0) if values.dtype == np.int32 else bool(value == 0)
