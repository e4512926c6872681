"""Who belongs to whom, and sums over groups that do not depend on the order of members."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.expressions.evaluation import Entities, Evaluation
from ewarn.expressions.homes import Role, entities_of, kind_of
from ewarn.panel import Floats, Panel, Parents

Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


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


def exists(panel: Panel, home: str, calendar: Calendar, entities: Entities | None = None) -> Mask:
    """Whether each entity (of some, None: all) is there at each period: shape (periods, entities)."""
    since = entities_of(panel, home).since
    return np.asarray(calendar.last_day[:, None] >= (since if entities is None else since[entities])[None, :])


def group_sums(values: Floats, groups: Index, size: int) -> Floats:
    """Sum of the known values of each group in each period: values (periods, members), groups likewise or
    (1, members), -1 outside."""
    return Groups(groups, size).sums(values, ~np.isnan(values))


def group_counts(true: Mask, groups: Index, size: int) -> Floats:
    """How many of each group hold in each period."""
    return Groups(groups, size).counts(true)


_FEW = 50
"""Members a group must have on average for that."""


@dataclass(frozen=True, eq=False)
class Groups:
    """The group of each member: `index` (periods, members), or (1, members) where it never changes; -1: in none."""

    index: Index
    size: int

    @cached_property
    def bins(self) -> Index:
        """The same with a group of its own, the last, for those in none."""
        return self.index if self.everybody else np.where(self.index < 0, self.size, self.index)

    @cached_property
    def everybody(self) -> bool:
        """Whether nobody is ever in none."""
        return not bool((self.index < 0).any())

    @cached_property
    def sizes(self) -> Index:
        """Members of each bin: (periods or 1, groups and one more)."""
        return np.stack([np.bincount(bins, minlength=self.size + 1) for bins in self.bins])

    @property
    def fixed(self) -> bool:
        """Whether nobody ever changes the group."""
        return len(self.index) == 1

    def at(self, row: int) -> Index:
        """Bins of the members in one period."""
        bins: Index = self.bins[0 if self.fixed else row]
        return bins

    @property
    def large(self) -> bool:
        """Whether groups are so large that one after the other is quicker than all at once."""
        return bool(self.size * _FEW <= self.index.shape[1])

    @cached_property
    def runs(self) -> tuple[Index, Index, Index]:
        """Members by group, where groups are fixed: their order, the groups there are, and where each begins (and the
        last ends)."""
        order = np.argsort(self.index[0], kind="stable")
        order = order[np.searchsorted(self.index[0][order], 0) :]
        present, first = np.unique(self.index[0][order], return_index=True)
        return order, present, np.append(first, len(order))

    def counts(self, true: Mask) -> Floats:
        """How many of each group hold in each period: of the few the places, whether they hold or not."""
        out = np.zeros((len(true), self.size))
        for row, holds in enumerate(true):
            bins, count = self.at(row), np.count_nonzero(holds)
            if 4 * count <= len(holds):
                found = np.bincount(bins[np.flatnonzero(holds)], minlength=self.size + 1)
            elif 4 * count < 3 * len(holds):
                found = np.bincount(bins, holds, minlength=self.size + 1)
            else:
                others = np.bincount(bins[np.flatnonzero(~holds)], minlength=self.size + 1)
                found = self.sizes[0 if self.fixed else row] - others
            out[row] = found[: self.size]
        return out

    def sums(self, values: Floats, counted: Mask, times: Floats | None = None) -> Floats:
        """Sum of each group in each period of the values (and their products with `times`) of those `counted`.

        Each value is split on a grid so coarse that the upper parts add up exactly, whatever their order (the idea of
        reproducible summation, Demmel and Nguyen 2013); what is lost lies far below a tie.
        """
        if not self.everybody:
            counted = counted & (self.index >= 0)
        out = np.zeros((len(values), self.size))
        value, upper = np.empty(values.shape[1]), np.empty(values.shape[1])
        for row, here in enumerate(counted):
            count = int(np.count_nonzero(here))
            if not count:
                continue
            if times is None and count == len(here):
                value = values[row]
            else:
                value = np.where(here, values[row], 0.0)
                if times is not None:
                    with np.errstate(invalid="ignore", over="ignore"):
                        value *= np.where(here, times[row], 0.0)
                    value[np.isnan(value)] = 0.0
            bins = self.at(row)
            top = float(max(np.fmax.reduce(value), -np.fmin.reduce(value)))
            if top == 0 or not np.isfinite(top):
                out[row] = np.bincount(bins, value, minlength=self.size + 1)[: self.size]
                continue
            grid = 1.5 * 2.0 ** (np.ceil(np.log2(top)) + np.ceil(np.log2(count)) + 1)
            np.add(value, grid, out=upper)
            upper -= grid
            lower = value - upper
            sums = np.bincount(bins, upper, minlength=self.size + 1) + np.bincount(bins, lower, minlength=self.size + 1)
            out[row] = sums[: self.size]
        return out

    def given_back(self, result: Floats) -> Floats:
        """Each group's value, for each of its members; unknown for those in none."""
        out = np.empty((len(result), self.index.shape[1]))
        padded = np.column_stack([result, np.full(len(result), np.nan)])
        for row, one in enumerate(padded):
            np.take(one, self.at(row), out=out[row], mode="clip")
        return out
