"""The cells that are worth a trial: those of the judged period that the levels of a rule read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ewarn.alerts.trial import UNDATED, PanelCell, own_rows
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.grouping import grouping
from ewarn.expressions.groups import parent_rows
from ewarn.expressions.leaves import AttributeLeaf, Leaf, cell_reasons, series_of
from ewarn.expressions.members import Aggregate, Peers, Pull
from ewarn.expressions.nodes import Node
from ewarn.expressions.operators import Lift
from ewarn.panel import Panel, Reason, Series, SeriesKey
from ewarn.signals import Verdicts

MEMBERS = 12
"""Aggregates over so many members at most are looked into: their members' cells are tried one by one."""


def cells_of(verdicts: Verdicts, entity: int) -> list[PanelCell]:
    """The known cells: the entity's own, its ancestors', and those of a few members; of dates and words also those that
    were left blank."""
    found: dict[tuple[SeriesKey, int], PanelCell] = {}
    evaluation, calendar, row = verdicts.seen, verdicts.calendar, verdicts.row
    for node, at, member in (
        one for root in verdicts.compiled.levels.values() for one in _leaves(verdicts, root, entity)
    ):
        if isinstance(node.operation, AttributeLeaf):
            if (cell := _undated(evaluation.panel, node, at, member)) is not None:
                found.setdefault((cell.key, at), cell)
            continue
        key = (node.params[0], node.params[1], node.params[2])
        series = series_of(evaluation.panel, node)
        if (key, at) in found or series.freq != calendar.freq:
            continue
        own = evaluation.panel.calendars[series.freq]
        for part in own_rows(evaluation, node, at)[:, row].tolist():
            # Only what is of the judged period itself: of January and February together, February.
            if part < 0 or own.ordinals[part] != calendar.ordinals[row]:
                continue
            if not np.isnan(series.values[part, at]) or _left_blank(verdicts, series, int(part), at):
                found[key, at] = PanelCell(key, series, int(part), at, member)
    return list(found.values())


def _left_blank(verdicts: Verdicts, series: Series, row: int, at: int) -> bool:
    """Whether a date or a word was asked for and not given: who gives it later may change the verdict."""
    if series.holds == "number":
        return False
    frame = Frame(verdicts.seen, None, verdicts.calendar, np.array([at]))
    return bool(cell_reasons(series, frame)[row, 0] == Reason.BLANK)


def _undated(panel: Panel, node: Node, at: int, member: bool) -> PanelCell | None:
    """The cell of a date that holds for all periods, known or left blank."""
    home, name = str(node.params[0]), str(node.params[1])
    attribute = panel.types[home].attributes[name]
    if attribute.kind != "date" or attribute.freq is not None:
        return None
    known = not np.isnan(attribute.values[at])
    delivered = any(int(np.atleast_2d(source.rows)[0, at]) > 0 for source in attribute.sources)
    said = attribute.reasons is not None and int(np.atleast_2d(attribute.reasons)[0, at]) > 0
    if not known and (not delivered or said):
        return None
    values = np.atleast_2d(attribute.values).astype(np.float64)
    series = Series(name, "period", panel.frequency, None, values, attribute.sources, holds="date")
    return PanelCell((home, name, UNDATED), series, 0, at, member)


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
        if isinstance(operation, Leaf | AttributeLeaf):
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
