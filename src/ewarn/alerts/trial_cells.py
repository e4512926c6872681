"""The cells that are worth a trial: those of the judged period that the levels of a rule read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ewarn.alerts.trial import PanelCell, own_rows
from ewarn.expressions.grouping import grouping
from ewarn.expressions.groups import parent_rows
from ewarn.expressions.leaves import Leaf, series_of
from ewarn.expressions.members import Aggregate, Peers, Pull
from ewarn.expressions.nodes import Node
from ewarn.expressions.operators import Lift
from ewarn.panel import SeriesKey
from ewarn.signals import Verdicts

MEMBERS = 12
"""Aggregates over so many members at most are looked into: their members' cells are tried one by one."""


def cells_of(verdicts: Verdicts, entity: int) -> list[PanelCell]:
    """The known cells: the entity's own, its ancestors', and those of a few members."""
    found: dict[tuple[SeriesKey, int], PanelCell] = {}
    evaluation, calendar, row = verdicts.seen, verdicts.calendar, verdicts.row
    for node, at, member in (
        one for root in verdicts.compiled.levels.values() for one in _leaves(verdicts, root, entity)
    ):
        key = (node.params[0], node.params[1], node.params[2])
        series = series_of(evaluation.panel, node)
        if (key, at) in found or series.freq != calendar.freq or series.holds != "number":
            continue
        own = evaluation.panel.calendars[series.freq]
        for part in own_rows(evaluation, node, at)[:, row].tolist():
            # Only what is of the judged period itself: of January and February together, February.
            if part >= 0 and own.ordinals[part] == calendar.ordinals[row] and not np.isnan(series.values[part, at]):
                found[key, at] = PanelCell(key, series, int(part), at, member)
    return list(found.values())


def _leaves(verdicts: Verdicts, root: Node, entity: int) -> Iterator[tuple[Node, int, bool]]:
    evaluation, row = verdicts.seen, verdicts.row
    evaluation.prepare([root])
    todo, seen = [(root, entity, False)], set()
    while todo:
        node, at, member = todo.pop()
        if (id(node), at) in seen:
            continue
        seen.add((id(node), at))
        operation = node.operation
        if isinstance(operation, Leaf):
            yield node, at, member
        elif isinstance(operation, Lift):
            index = parent_rows(evaluation, str(node.home), node.params[0], node.calendar)
            parent = int(index[row if len(index) > 1 else 0, at])
            if parent >= 0:
                todo.append((node.args[0], parent, member))
        elif isinstance(operation, Aggregate) and node.params[0] is not None:
            groups, _ = grouping(evaluation, node, str(node.args[0].home))
            inside = np.flatnonzero(groups[row if len(groups) > 1 else 0] == at)
            if len(inside) <= MEMBERS:
                todo.extend((arg, int(one), True) for one in inside[::-1] for arg in reversed(node.args))
        elif not operation.full or isinstance(operation, Peers | Pull | Aggregate):
            todo.extend((arg, at, member) for arg in reversed(node.args))
