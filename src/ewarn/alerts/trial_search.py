"""Single cells tried: where on its way a cell meets other verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Floats
from ewarn.alerts.models import Clearing, Operator
from ewarn.alerts.monotone import Place, Split, comparisons
from ewarn.alerts.trial import UNDATED, PanelCell, TangledError, Trial, verdict
from ewarn.expressions.evaluation import at_row
from ewarn.expressions.nodes import Node
from ewarn.expressions.operators import TIE, compared_numbers
from ewarn.levels import LEVELS
from ewarn.panel import Series
from ewarn.signals import Verdicts
from ewarn.signals.judging import CLEAR

Int8s = npt.NDArray[np.int8]
Wanted = Callable[[Int8s], npt.NDArray[np.bool_]]
FAR = 1e15
"""Beyond so many times what stands there, nothing is looked for."""
EXACT = 256
"""A turning point is found to so many steps of the float next to it, far closer than twelve digits tell."""
STRETCHES = 24
"""In so many pieces at most a way is looked at."""
_FAN = 63


@dataclass(eq=False)
class Search:
    """One cell, changed in one direction."""

    verdicts: Verdicts
    entity: int
    cell: PanelCell
    way: int
    end: float = 0.0
    """How far it was looked at."""
    open: bool = True
    """Whether that is as far as anybody looks."""
    _steady: frozenset[Hashable] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        self.end = self.cell.value + self.way * FAR * max(abs(self.cell.value), 1.0)

    def trial(self, values: Floats, home: str | None = None, entity: int | None = None) -> Trial:
        """The rule's own entity, or another, with these values of the cell."""
        own, at = home or self.verdicts.entity_type, self.entity if entity is None else entity
        verdicts, many = self.verdicts, np.full(len(values), at)
        return Trial(verdicts.seen, own, verdicts.calendar, many, cell=self.cell, given=values,
                     row=verdicts.row, steady=self._steady)  # fmt: skip

    def verdict(self, values: Floats) -> Int8s:
        """The verdict for each value of the cell."""
        return verdict(self.verdicts, self.trial(values))

    def ends_in(self, wanted: Sequence[Wanted]) -> bool:
        """Whether the verdict at the far end is one that is wanted."""
        far = self.verdict(np.array([self.end]))
        return any(bool(one(far).all()) for one in wanted)

    def turns(self) -> list[float]:
        """Values from which on a comparison comes out differently, in the order in which they are met."""
        compiled = self.verdicts.compiled
        roots = [*compiled.levels.values(), *([compiled.where] if compiled.where is not None else [])]
        self.verdicts.seen.prepare(roots)
        found: set[float] = set()
        here = self.cell.value
        for _ in range(STRETCHES):
            stop = self._stretch(roots, here, found)
            if stop is None:
                return sorted(found, key=lambda value: self.way * value)
            found.add(stop)
            here = stop
        raise TangledError

    def _stretch(self, roots: Sequence[Node], here: float, found: set[float]) -> float | None:
        """Add the turns from `here` on, as far as ways are settled; where the next stretch begins, None for none."""
        self._steady, stop = frozenset(), None
        while True:
            try:
                here_now = self.trial(np.array([here]))
                places = [place for root in roots for place in comparisons(here_now, root, self.verdicts.row, self.way)]
                break
            except Split as split:
                if split.key in self._steady:
                    raise TangledError from None
                self._steady |= {split.key}
                changed = self._first_change(split, here, self._short_of(stop))
                if changed is not None and not split.passable:
                    self.end, self.open, stop = changed, False, None
                elif changed is not None:
                    stop = changed
        end = self._short_of(stop)
        seen: set[Hashable] = set()
        for place in places:
            key = (id(place[1]), place[0].place, place[2])
            turn = None if key in seen else self._turn(place, here, end)
            seen.add(key)
            if turn is not None and (self.open or self.way * (self.end - turn) > 0):
                found.add(turn)
        return stop

    def _short_of(self, stop: float | None) -> float:
        """The end of a stretch, surely before the change there."""
        if stop is None and self.open:
            return self.end
        return _value(_key(self.end if stop is None else stop) - self.way * EXACT)

    def _first_change(self, split: Split, here: float, end: float) -> float | None:
        if split.number is None:
            turns = [turn for turn in (self._turn(place, here, end) for place in split.places) if turn is not None]
            return min(turns, key=lambda value: self.way * value) if turns else None
        number = split.number

        def tried(values: Sequence[float]) -> Floats:
            return np.nan_to_num(number(self.trial(np.array(values), split.home, split.entity)))

        # What must not be 0 may meet it in one point, which no search would hit: close by counts.
        least = 0.0 if split.passable else TIE * max(1.0, abs(float(tried([here])[0])))

        def sign(values: Sequence[float]) -> Int8s:
            found = tried(values)
            return np.where(np.abs(found) <= least, 0, np.sign(found)).astype(np.int8)

        return self._change(sign, here, end)

    def _turn(self, place: Place, here: float, end: float) -> float | None:
        """The first value on the way to `end` from which on a comparison is no longer what it is here."""
        trial, node, op = place
        home, entity = trial.place

        def sides(values: Sequence[float]) -> list[Floats]:
            tried = self.trial(np.array(values), home, entity)
            return [at_row(tried.array(side), self.verdicts.row, len(values)) for side in node.args]

        def truth(values: Sequence[float]) -> Int8s:
            left, right = sides(values)
            return compared_numbers(op, left, right, node.args[1])

        step = max(abs(here), 1.0) * self.way
        left, right = sides([here, end, here + step])
        before, after, _ = compared_numbers(op, left, right, node.args[1])
        if before == after:
            return None
        now, _, then = left - right
        guess = _around(here + step * float(now / (now - then))) if now != then else []
        return self._between(truth, before, here, end, guess)

    def _change(self, state: Callable[[Sequence[float]], Int8s], here: float, end: float) -> float | None:
        """The first value at which what changes once at most has changed."""
        before, after = state([here, end])
        return None if before == after else self._between(state, before, here, end, [])

    def _between(
        self, state: Callable[[Sequence[float]], Int8s], before: np.int8, here: float, end: float, keys: list[int]
    ) -> float:
        """The same of what is `before` here, and is not at the end. `keys`: where to look first."""
        near, far = _key(here), _key(end)
        while abs(far - near) > EXACT:
            keys = [key for key in keys if min(near, far) < key < max(near, far)]
            keys = sorted(keys or {near + (far - near) * part // (_FAN + 1) for part in range(1, _FAN + 1)})
            keys = keys if self.way > 0 else keys[::-1]
            changed = np.flatnonzero(state([_value(key) for key in keys]) != before)
            at = int(changed[0]) if len(changed) else len(keys)
            near, far = (keys[at - 1] if at else near), (keys[at] if at < len(keys) else far)
            keys = []
        return _value(far)

    def claim(self, op: Operator, value: float, left: int, to: float | None = None) -> Clearing:
        """What may be said of this cell; `left`: the rank of the level that it comes to."""
        panel, (kind, indicator, measure) = self.verdicts.seen.panel, self.cell.key
        series, cell = self.cell.series, self.cell
        return Clearing(
            indicator=indicator if measure in ("period", UNDATED) else f"{indicator}.{measure}",
            entity=panel.types[kind].ids[cell.entity],
            period=None if measure == UNDATED else panel.calendars[series.freq].labels[cell.row],
            op=op,
            value=_said(series, value),
            to=None if to is None else _said(series, to),
            unit=series.unit,
            now=None if math.isnan(cell.value) else _said(series, float(f"{cell.value:.12g}")),
            then=LEVELS[left - 1] if left > CLEAR else None,
            entity_type=None if kind == self.verdicts.entity_type else kind,
        )


def _said(series: Series, value: float) -> float | str:
    found = series.told(value + 0.0)
    assert found is not None
    return found


def _around(guess: float) -> list[int]:
    """Where most comparisons turn: straight lines meet there, but for a tie's width and the dust of rounding."""
    if not math.isfinite(guess) or guess == 0:
        return []
    return [_key(guess * (1 + sign * 10.0**-power)) for power in range(3, 14) for sign in (-1, 1)]


def _key(value: float) -> int:
    """Whole numbers in the order of the floats, one for each."""
    bits = int(np.float64(value).view(np.int64))
    return bits if bits >= 0 else -(bits + 2**63)


def _value(key: int) -> float:
    """The float of a key."""
    return float(np.int64(key if key >= 0 else -key - 2**63).view(np.float64))
