"""A number for each entity, read from a table of the user's: thresholds that differ from firm to firm."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ewarn.diagnostics import Diagnostic
from ewarn.expressions.evaluation import Evaluation, Frame
from ewarn.expressions.homes import entities_of, kind_of
from ewarn.expressions.nodes import Node, Operation, Value, named
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import Type
from ewarn.panel import Floats, Int8s, Panel, Reason
from ewarn.units import Unit

if TYPE_CHECKING:
    from ewarn.expressions.build import Build

_NAMED = 5


@dataclass(frozen=True, eq=False)
class Lookup:
    """Values by entity id; `rows`: the file row of each."""

    table: str
    column: str
    values: Mapping[str, float]
    rows: Mapping[str, int]
    otherwise: float | None = None
    """For entities without a row; None: unknown."""

    def gaps(self, panel: Panel, home: str) -> list[Diagnostic]:
        """What does not meet: entities without a row, rows without an entity."""
        found = []
        home = kind_of(home)
        ids = panel.types[home].ids
        lacking = [] if self.otherwise is not None else [one for one in ids if one not in self.values]
        if lacking:
            message = f"{self.table}: {len(lacking):,} of {len(ids):,} entities of type {home} have no row"
            hint: str | None = "what reads the value is unknown for them; add rows, or `otherwise:`"
            found.append(Diagnostic("EW129", message, None, _listed(lacking), hint, "warning"))
        everybody = {one for kind in panel.types.values() for one in kind.ids}
        found += strangers(self.table, {one: self.rows[one] for one in self.values if one not in everybody}, panel)
        return found


def strangers(table: str, rows: Mapping[str, int], panel: Panel) -> list[Diagnostic]:
    """A warning of the rows, by id, that belong to no entity; none where there are none."""
    if not rows:
        return []
    idle = list(rows)
    at = ", ".join(str(rows[one]) for one in idle[:_NAMED])
    names = {name for kind in panel.types.values() for name in kind.names}
    hint = "the table's key holds names; it must hold ids" if any(one in names for one in idle) else None
    count = f"{len(idle):,} rows belong" if len(idle) > 1 else "1 row belongs"
    message = f"{table}: {count} to no entity of the drop"
    label = f"{_listed(idle)}; row{'s' * (len(idle) > 1)} {at}"
    return [Diagnostic("EW129", message, None, label, hint, "warning")]


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else "")


class LookupLeaf(Operation):
    """A value of a table. Params: the table, the factor to the node's unit."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """One row for all periods."""
        values: Floats = frame.evaluation.keep(("lookup", id(node)), lambda: _column(frame.evaluation, node))
        return values[:, frame.entities]

    def reasons(self, frame: Frame, node: Node) -> Int8s:
        """No row: nothing to compare with."""
        unknown = np.isnan(np.broadcast_to(frame.array(node), frame.shape))
        return named(unknown, Reason.NOT_APPLICABLE)


def _column(evaluation: Evaluation, node: Node) -> Floats:
    lookup, factor = node.params
    assert isinstance(lookup, Lookup)
    rest = np.nan if lookup.otherwise is None else lookup.otherwise
    ids = entities_of(evaluation.panel, str(node.home)).ids
    values: Floats = np.array([[lookup.values.get(one, rest) for one in ids]], dtype=np.float64)
    values *= factor
    return values


def looked_up(build: Build, at: ast.expr, lookup: Lookup, unit: str | None) -> Typed:
    """The value of the entity under judgement; what the table lacks is noted."""
    parsed = None if unit is None else Unit.parse(unit)
    factor = 1.0
    if parsed is not None and parsed.is_ratio:
        factor, parsed = float(parsed.factor), Unit.parse("ratio")
    home = build.scope.home
    node = build.graph.node(LookupLeaf(), (), Type("number", parsed), home, build.syntax.words(at), (lookup, factor))
    build.notices += lookup.gaps(build.panel, home)
    return Typed(node, (), at)
