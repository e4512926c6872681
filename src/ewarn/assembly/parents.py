"""Who belongs to whom: parents by type, without circles, and one ancestor of each type whichever way one goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part, Roster, parent_codes
from ewarn.assembly.problems import shown
from ewarn.assembly.spec import ParentSpec
from ewarn.assembly.tracks import TrackColumn, track
from ewarn.calendar import COARSENESS, Calendar, Frequency
from ewarn.diagnostics import Cell, Diagnostic, Span
from ewarn.panel import Int32s, Parents

AllParents = Mapping[str, Mapping[str, Parents]]


def parents_of(context: Context, roster: Roster) -> dict[str, Parents]:
    """The parents of one entity type, by parent type."""
    specs: dict[str, list[tuple[Part, ParentSpec]]] = {}
    for part in roster.parts:
        for spec in part.sheet.spec.parents:
            specs.setdefault(spec.type, []).append((part, spec))
    return {kind: Parents(kind, *positions_of(context, roster, kind, given)) for kind, given in specs.items()}


def positions_of(
    context: Context, roster: Roster, what: str, given: Sequence[tuple[Part, ParentSpec]]
) -> tuple[Int32s, Frequency | None]:
    """Positions of what columns of ids name, as `Parents` has them; `what` they are called in messages."""
    columns: list[TrackColumn] = []
    for part, spec in given:
        name = part.sheet.column(spec.column) if spec.column is not None else ""
        raw = None if spec.column is None else part.pick_codes(part.sheet.words[spec.column])
        columns.append((part, name, part.pick_codes(parent_codes(part.sheet, spec)), raw))
    laid = track(context, roster, what, columns)
    position = {text: at for at, text in enumerate(context.rosters[given[0][1].type].texts)}
    table = np.array([*(position.get(word, -1) for word in laid.words), -1], dtype=np.int32)
    return table[np.where(np.isnan(laid.values), -1, laid.values).astype(np.int64)], laid.freq


def check_circles(context: Context, parents: AllParents, places: Mapping[str, Cell | Span]) -> bool:
    """Report types that are, through their parents, their own ancestors; False where there are any."""
    circle = _circle(parents)
    if circle is None:
        return True
    entities = _entities_in_circle(context, parents, circle)
    path = " → ".join(circle)
    message = f"parents run in a circle: {' → '.join(shown(name, 30) for name in entities) if entities else path}"
    label = f"of the types {path}" if entities else None
    hint = "a type cannot be its own ancestor: leave one of these parents out, or call one level another type"
    context.problems.add(Diagnostic("EW305", message, places.get(circle[0]), label, hint))
    return False


def check_ancestors(context: Context, parents: AllParents, places: Mapping[str, Cell | Span]) -> None:
    """Report entities with two different ancestors of one type. A direct parent of that type goes before others."""
    for kind in parents:
        ways: dict[str, list[tuple[str, ...]]] = {}
        for way in _ways(parents, kind):
            ways.setdefault(way[-1], []).append(way)
        for ancestor, paths in ways.items():
            if ancestor not in parents[kind] and len(paths) > 1:
                _check_paths(context, parents, kind, ancestor, paths, places.get(kind))


def _check_paths(
    context: Context,
    parents: AllParents,
    kind: str,
    ancestor: str,
    paths: list[tuple[str, ...]],
    place: Cell | Span | None,
) -> None:
    freqs = [freq for path in paths for freq in _freqs(parents, kind, path)]
    finest = min(freqs, key=lambda freq: COARSENESS[freq], default=None)
    first = _follow(context, parents, kind, paths[0], finest)
    for path in paths[1:]:
        other = _follow(context, parents, kind, path, finest)
        _compare(context, (kind, ancestor), (paths[0], path), (first, other), finest, place)
        first = np.where(first < 0, other, first)


def _compare(
    context: Context,
    types: tuple[str, str],
    paths: tuple[tuple[str, ...], tuple[str, ...]],
    found: tuple[Int32s, Int32s],
    freq: Frequency | None,
    place: Cell | Span | None,
) -> None:
    """Report entities whose ancestors along two paths differ."""
    kind, ancestor = types
    first, other = np.broadcast_arrays(*found)
    differ = (first >= 0) & (other >= 0) & (first != other)
    at, periods = np.flatnonzero(differ.any(axis=0)), differ.argmax(axis=0)

    def word(position: int) -> Diagnostic:
        entity = int(at[position])
        period = int(periods[entity])
        names = context.rosters[ancestor].texts
        ways = [
            f"`{shown(names[index[period, entity]], 30)}` through {' → '.join(path)}"
            for index, path in zip((first, other), paths, strict=True)
        ]
        when = f" in {context.calendars[freq].labels[period]}" if freq else ""
        who = shown(context.rosters[kind].name_of(entity), 40)
        message = f"{kind} `{who}` has two ancestors of type {ancestor}{when}: {', '.join(ways)}"
        hint = f"make them agree, or give {kind} a parent of type {ancestor}: a direct one goes first"
        return Diagnostic("EW305", message, place, help=hint)

    context.problems.add_all("EW305", f"{kind} → {ancestor}", len(at), word)


def _circle(parents: AllParents) -> tuple[str, ...] | None:
    done: set[str] = set()

    def visit(kind: str, trail: tuple[str, ...]) -> tuple[str, ...] | None:
        if kind in trail:
            return (*trail[trail.index(kind) :], kind)
        if kind in done:
            return None
        done.add(kind)
        return next(filter(None, (visit(parent, (*trail, kind)) for parent in parents.get(kind, {}))), None)

    return next(filter(None, (visit(kind, ()) for kind in parents)), None)


def _entities_in_circle(context: Context, parents: AllParents, circle: tuple[str, ...]) -> tuple[str, ...] | None:
    """Ids of entities that are their own ancestors along the circle, the first last again; None if none is."""
    steps = [parents[kind][parent].index for kind, parent in pairwise(circle)]
    latest = [index if index.ndim == 1 else index[-1] for index in steps]
    for start in range(len(context.rosters[circle[0]])):
        entity, trail, seen = start, [(circle[0], start)], set()
        while entity >= 0 and entity not in seen:
            seen.add(entity)
            for kind, index in zip(circle[1:], latest, strict=True):
                entity = int(index[entity]) if entity >= 0 else -1
                trail.append((kind, entity))
            if entity == start:
                return tuple(context.rosters[kind].name_of(at) for kind, at in trail)
    return None


def _ways(parents: AllParents, kind: str, trail: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for parent in parents.get(kind, {}):
        yield (*trail, parent)
        yield from _ways(parents, parent, (*trail, parent))


def _freqs(parents: AllParents, kind: str, path: tuple[str, ...]) -> Iterator[Frequency]:
    for parent in path:
        freq = parents[kind][parent].freq
        if freq is not None:
            yield freq
        kind = parent


def _follow(context: Context, parents: AllParents, kind: str, path: tuple[str, ...], freq: Frequency | None) -> Int32s:
    """Position of each entity's ancestor along a path: (periods of `freq` or 1, entities)."""
    calendar = context.calendars[freq] if freq else None
    found = np.arange(len(context.rosters[kind]), dtype=np.int32)[None, :]
    for parent in path:
        index = _on(context, parents[kind][parent], calendar)
        padded = np.concatenate([index, np.full((len(index), 1), -1, dtype=np.int32)], axis=1)
        rows = np.arange(max(len(padded), len(found)))[:, None]
        found = padded[np.minimum(rows, len(padded) - 1), found[np.minimum(rows, len(found) - 1)[:, 0]]]
        kind = parent
    return found


def _on(context: Context, parents: Parents, calendar: Calendar | None) -> Int32s:
    """Parents on a finer calendar: those of the last own period that is over."""
    if parents.index.ndim == 1:
        return parents.index[None, :]
    assert calendar is not None
    assert parents.freq is not None
    rows = np.searchsorted(context.calendars[parents.freq].last_day, calendar.last_day, side="right") - 1
    index = parents.index[np.maximum(rows, 0)]
    index[rows < 0] = -1
    return index
