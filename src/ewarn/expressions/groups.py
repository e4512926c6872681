"""Who belongs to whom, and sums over groups that do not depend on the order of members."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.homes import Role, entities_of, kind_of
from ewarn.panel import Floats, Panel, Parents

Index = npt.NDArray[np.int64]


def ancestor_path(panel: Panel, child: str, ancestor: str) -> tuple[str, ...] | None:
    """The homes from `child` up to `ancestor` (without `child`), a direct parent first; None where there is none.

    What a link of one leads to lies above, and above the members that a link leads to lies what they are members of.
    """
    if isinstance(ancestor, Role) and not ancestor.many:
        below = () if ancestor.base == child else ancestor_path(panel, child, ancestor.base)
        if below is not None:
            return (*below, ancestor)
    if isinstance(child, Role):
        if not child.many:
            return None
        above = () if child.base == ancestor else ancestor_path(panel, child.base, ancestor)
        return None if above is None else (child.base, *above)
    return None if isinstance(ancestor, Role) else _parents_path(panel, child, ancestor)


def _parents_path(panel: Panel, child: str, ancestor: str) -> tuple[str, ...] | None:
    paths: list[tuple[str, ...]] = [()]
    seen = {child}
    while paths:
        longer: list[tuple[str, ...]] = []
        for path in paths:
            for parent in sorted(panel.types[path[-1] if path else child].parents):
                if parent == ancestor:
                    return (*path, parent)
                if parent not in seen:
                    seen.add(parent)
                    longer.append((*path, parent))
        paths = longer
    return None


def parent_rows(evaluation: Evaluation, child: str, ancestor: str, calendar: Calendar) -> Index:
    """Position of each child's ancestor, -1 for none: shape (1, entities), or (periods, entities) where it changes."""
    found: Index = evaluation.keep(
        ("parents", child, ancestor, id(calendar)), lambda: _parent_rows(evaluation.panel, child, ancestor, calendar)
    )
    return found


def _parent_rows(panel: Panel, child: str, ancestor: str, calendar: Calendar) -> Index:
    path = ancestor_path(panel, child, ancestor)
    assert path is not None
    result: Index | None = None
    here = child
    for step in path:
        index = _step_rows(panel, here, step, calendar)
        if result is None:
            result = index
        else:
            count = max(result.shape[0], index.shape[0])
            stretched = np.broadcast_to(index, (count, index.shape[1]))
            upper = np.broadcast_to(result, (count, result.shape[1]))
            picked = np.take_along_axis(stretched, np.maximum(upper, 0), axis=1)
            result = np.where(upper >= 0, picked, -1)
        here = step
    assert result is not None
    return result


def _step_rows(panel: Panel, here: str, step: str, calendar: Calendar) -> Index:
    """Position of each entity's next one on a path: (1, entities) or (periods, entities)."""
    if isinstance(step, Role) and step.base == here and not step.many:
        if step.link is None:
            return _parent_rows(panel, kind_of(here), step.type, calendar)
        return _on(panel, entities_of(panel, here).links[step.link], calendar)
    if isinstance(here, Role):
        if here.link is None:
            return _parent_rows(panel, here.type, kind_of(here.base), calendar)
        return _on(panel, entities_of(panel, here).links[here.link], calendar)
    return _on(panel, panel.types[here].parents[step], calendar)


def _on(panel: Panel, parents: Parents, calendar: Calendar) -> Index:
    """Parents at the end of each period of a calendar."""
    index = parents.index.astype(np.int64)
    if index.ndim == 1:
        return index[None]
    assert parents.freq is not None
    rows = np.searchsorted(panel.calendars[parents.freq].last_day, calendar.last_day, side="right") - 1
    return np.where((rows >= 0)[:, None], index[np.maximum(rows, 0)], -1)


def exists(panel: Panel, home: str, calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Whether each entity is there at each period: shape (periods, entities)."""
    return np.asarray(calendar.last_day[:, None] >= entities_of(panel, home).since[None, :])


def group_sums(values: Floats, groups: Index, size: int) -> Floats:
    """Sum of each group in each period: values (periods, members), groups likewise or (1, members), -1 outside.

    Each value is split on a grid so coarse that the upper parts add up exactly, whatever their order (the idea of
    reproducible summation, Demmel and Nguyen 2013); what is lost lies far below a tie.
    """
    out = np.zeros((len(values), size))
    for row in range(len(values)):
        group = groups[row if len(groups) > 1 else 0]
        inside = (group >= 0) & ~np.isnan(values[row])
        value, group = values[row][inside], group[inside]
        if not len(value):
            continue
        top = float(np.abs(value).max())
        if top == 0 or not np.isfinite(top):
            out[row] = np.bincount(group, value, minlength=size)
            continue
        grid = 1.5 * 2.0 ** (np.ceil(np.log2(top)) + np.ceil(np.log2(len(value))) + 1)
        upper = (value + grid) - grid
        out[row] = np.bincount(group, upper, minlength=size) + np.bincount(group, value - upper, minlength=size)
    return out


def group_counts(true: npt.NDArray[np.bool_], groups: Index, size: int) -> Floats:
    """How many of each group hold in each period."""
    out = np.zeros((len(true), size))
    for row in range(len(true)):
        group = groups[row if len(groups) > 1 else 0]
        out[row] = np.bincount(group[true[row] & (group >= 0)], minlength=size)
    return out
