"""Which alerts a composite absorbs: those of its legs, for the entities that its condition counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.fingerprint import fingerprints
from ewarn.alerts.fired import Fired
from ewarn.expressions.groups import ancestor_path, parent_rows
from ewarn.expressions.homes import links_between
from ewarn.expressions.legs import given
from ewarn.levels import RANK
from ewarn.signals import Verdicts
from ewarn.signals.compiled import CompiledLeg
from ewarn.signals.standing import counted, stood

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Folded:
    """`absorbed_by` (alerts,): which alert shows each beneath it, -1 for none; `parts`: the alerts of each composite
    alert, those of one entity together. An alert may be part of several, and is shown beneath the nearest: the one with
    the fewest parts, then the first."""

    fired: Fired
    absorbed_by: Ints
    parts: dict[int, Ints]
    _keys: dict[int, str] = field(default_factory=dict)

    def members(self, alerts: Ints) -> list[list[str]]:
        """The fingerprints of what each of these alerts absorbs."""
        mine = [self.parts.get(one) for one in alerts.tolist()]
        self._name(np.concatenate([part for part in mine if part is not None] or [alerts[:0]]))
        return [[] if part is None else [self._keys[one] for one in part.tolist()] for part in mine]

    def above(self, alerts: Ints) -> list[bytes]:
        """The fingerprint of what absorbs each of these alerts, as JSON."""
        above = self.absorbed_by[alerts]
        self._name(above[above >= 0])
        return [b"null" if one < 0 else b'"%b"' % self._keys[one].encode() for one in above.tolist()]

    def roots(self, shown: Ints) -> Ints:
        """For each alert the one beneath which it is shown in the end, among `shown`; itself where there is none."""
        above = self.absorbed_by.copy()
        there = np.zeros(len(above), dtype=np.bool_)
        there[shown] = True
        above[(above >= 0) & ~there[above]] = -1
        found = np.arange(len(above))
        while ((up := above[found]) >= 0).any():
            found = np.where(up >= 0, up, found)
        return found

    def _name(self, alerts: Ints) -> None:
        wanted = np.array([one for one in np.unique(alerts).tolist() if one not in self._keys], dtype=np.int64)
        which = self.fired.which[wanted]
        for at in np.unique(which).tolist():
            verdicts = self.fired.verdicts[at]
            mine = wanted[which == at].tolist()
            known = verdicts.evaluation.panel.types[verdicts.entity_type].ids
            ids = [known[self.fired.entity[one]] for one in mine]
            keys = fingerprints(verdicts.rule.pack, verdicts.rule.id, verdicts.entity_type, ids)
            self._keys.update(zip(mine, keys, strict=True))


def fold(fired: Fired, order: Ints) -> Folded:
    """What composites absorb. `order`: all alerts, the first to be read first."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    alerts = _Alerts(fired)
    pairs = [
        pair
        for at, one in enumerate(fired.verdicts)
        if one.compiled.legs and one.row >= 0
        for pair in _pairs(alerts, at, one)
    ]
    absorbed_by = np.full(len(order), -1, dtype=np.int64)
    if not any(map(len, pairs)):
        return Folded(fired, absorbed_by, {})
    both = np.unique(np.concatenate(pairs), axis=0)
    both = both[np.lexsort((place[both[:, 1]], _first_of_entity(fired, both, place), both[:, 0]))]
    whole, starts, counts = np.unique(both[:, 0], return_index=True, return_counts=True)
    parts = dict(zip(whole.tolist(), np.split(both[:, 1], starts[1:]), strict=True))
    size = counts[np.searchsorted(whole, both[:, 0])]
    nearest = both[np.lexsort((place[both[:, 0]], size, both[:, 1]))]
    alert, at = np.unique(nearest[:, 1], return_index=True)
    absorbed_by[alert] = nearest[at, 0]
    return Folded(fired, absorbed_by, parts)


def _first_of_entity(fired: Fired, both: Ints, place: Ints) -> Ints:
    """For each pair the place of the first part of its composite that is of the same entity."""
    types = {kind: at for at, kind in enumerate(dict.fromkeys(one.entity_type for one in fired.verdicts))}
    kinds = np.array([types[one.entity_type] for one in fired.verdicts], dtype=np.int64)
    part = both[:, 1]
    keys = np.stack([both[:, 0], kinds[fired.which[part]], fired.entity[part]], axis=1)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    first = np.full(int(group.max()) + 1, len(place), dtype=np.int64)
    np.minimum.at(first, group.ravel(), place[part])
    return np.asarray(first[group.ravel()])


@dataclass(eq=False)
class _Alerts:
    """The alerts of each rule by entity."""

    fired: Fired
    _made: dict[int, Ints] = field(default_factory=dict)

    def of(self, verdicts: Verdicts) -> Ints | None:
        """(entities,) the alert of each, -1 for none; None of a rule whose alerts are not shown."""
        at = next((at for at, one in enumerate(self.fired.verdicts) if one is verdicts), None)
        if at is None:
            return None
        if at not in self._made:
            mine = self.fired.of(at)
            found = np.full(verdicts.level.shape[1], -1, dtype=np.int64)
            found[self.fired.entity[mine]] = mine
            self._made[at] = found
        return self._made[at]


def _pairs(alerts: _Alerts, at: int, composite: Verdicts) -> Iterator[Ints]:
    """(composite alert, alert that it absorbs), rows of two."""
    fired = alerts.fired
    mine = fired.of(at)
    rows = composite.basis[fired.entity[mine]]
    for row in np.unique(rows).tolist():
        whole = mine[rows == row]
        for leg in composite.compiled.legs:
            above, entities = related(composite, leg, row, fired.entity[whole])
            for standing in stood(composite.evaluation, leg):
                own = alerts.of(standing.verdicts)
                if own is None:
                    continue
                part = own[entities]
                good = (standing.value[row, entities] == 1) & (part >= 0)
                good &= fired.level[np.maximum(part, 0)] >= RANK[leg.leg.level]
                yield np.stack([whole[above[good]], part[good]], axis=1)


def related(composite: Verdicts, leg: CompiledLeg, row: int, entities: Ints) -> tuple[Ints, Ints]:
    """Whose legs composite alerts of `entities` read at a row: (place in `entities`, entity of the leg's type), those
    only for which the leg is known true and counted."""
    evaluation = composite.evaluation
    values = given(evaluation, leg.key)
    assert values is not None
    place, theirs = reached(composite, leg, row, entities)
    good = (values.value[row, theirs] == 1) & counted(evaluation, leg)[row, theirs]
    return place[good], theirs[good]


def reached(composite: Verdicts, leg: CompiledLeg, row: int, entities: Ints) -> tuple[Ints, Ints]:
    """The same for every entity of the leg's type that belongs to one of `entities`, or to which one belongs."""
    evaluation, home = composite.evaluation, composite.entity_type
    if leg.of == home:
        return np.arange(len(entities)), entities
    place = np.full(evaluation.width(home), -1, dtype=np.int64)
    place[entities] = np.arange(len(entities))
    panel = evaluation.panel
    ways: list[tuple[str, bool]] = [(leg.of, leg.below)]
    if ancestor_path(panel, leg.of, home) is None and ancestor_path(panel, home, leg.of) is None:
        ways = [(role, role.many) for role in links_between(panel, home, leg.of)]
    found = [_along(composite, way, below, row, entities, place) for way, below in ways]
    return np.concatenate([one for one, _ in found]), np.concatenate([other for _, other in found])


def _along(composite: Verdicts, way: str, below: bool, row: int, entities: Ints, place: Ints) -> tuple[Ints, Ints]:
    """The same by one way, to members or to what lies above."""
    evaluation, home = composite.evaluation, composite.entity_type
    if below:
        groups = parent_rows(evaluation, way, home, composite.calendar)
        group = groups[row if len(groups) > 1 else 0]
        members = np.flatnonzero(group >= 0)
        members = members[place[group[members]] >= 0]
        return place[group[members]], members
    parents = parent_rows(evaluation, home, way, composite.calendar)
    above = parents[row if len(parents) > 1 else 0][entities]
    return np.flatnonzero(above >= 0), above[above >= 0]
