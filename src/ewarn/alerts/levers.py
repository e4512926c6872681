"""`clears_when` and `fires_when`: for which values of one cell of the judged period the verdict would be another.

Between two values at which one of the rule's comparisons turns, nothing changes. So the turning points are found, the
verdict between them is looked up by giving the cell those values, and what is claimed is tried once more as printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Floats
from ewarn.alerts.models import Clearing, Operator
from ewarn.alerts.monotone import comparisons
from ewarn.alerts.trial import PanelCell, TangledError, Trial, cells_of, verdict
from ewarn.expressions.evaluation import at_row
from ewarn.expressions.nodes import Node
from ewarn.levels import LEVELS
from ewarn.signals import Verdicts
from ewarn.signals.judging import CLEAR

Int8s = npt.NDArray[np.int8]
Wanted = Callable[[Int8s], npt.NDArray[np.bool_]]
NEAR = 0.1
"""A near miss: another value of one cell, at most so far from what it is, would make the rule fire."""
FAR = 1e15
"""Beyond so many times what stands there, nothing is looked for."""
DIGITS = 12
ROUGH = 1e-7
"""A number that is so close to a turning point stands for it, if the verdict agrees."""
EXACT = 256
"""A turning point is found to so many steps of the float next to it, far closer than twelve digits tell."""
_FAN = 63
LONGEST = 2_000
"""Parts of a condition, written out, beyond which no cell is looked for: shared parts can repeat without bound."""


@dataclass(frozen=True)
class Levers:
    """Single cells that would change a verdict, or why none is named."""

    found: tuple[Clearing, ...]
    reason: str | None


def clearing(verdicts: Verdicts, entity: int) -> Levers:
    """What would take away the level of the judged period's verdict, before `adjust` and holding: it falls to a lower
    one (`then`), or clears. A cell that does the one and, farther on, the other is named for both."""
    rank = int(verdicts.raw[-1, entity])
    if rank <= 0:
        return Levers((), "held: the verdict of this period is not what keeps it up")
    return levers(
        verdicts, entity, (lambda level: (level >= CLEAR) & (level < rank), lambda level: np.asarray(level == CLEAR))
    )


def firing(verdicts: Verdicts, entity: int, *, above: int = 0, within: float | None = None) -> Levers:
    """What would bring a level above `above` (a rank); `within`: only values that near to what stands there."""
    return levers(verdicts, entity, (lambda level: level > above,), within)


def levers(verdicts: Verdicts, entity: int, wanted: Sequence[Wanted], within: float | None = None) -> Levers:
    """The half-lines of each cell on which every verdict is one of `wanted`; the nearest change first."""
    if verdicts.compiled.legs:
        return Levers((), "a composite: it follows the alerts that it stands on")
    if max(map(written_out, verdicts.compiled.roots), default=0) > LONGEST:
        return Levers((), "the condition is too long to try single cells")
    cells = cells_of(verdicts, entity)
    if not cells:
        return Levers((), f"no cell of {verdicts.calendar.labels[verdicts.row]} is read on its own")
    found: list[tuple[float, Clearing]] = []
    tangled = False
    for cell in cells:
        for way in (1, -1):
            search = _Search(verdicts, entity, cell, way)
            try:
                starts = search.turns()
                claims = [_claim(search, starts, one) for one in wanted] if starts else []
            except TangledError:
                tangled = True
                continue
            for claim in dict.fromkeys(one for one in claims if one is not None):
                far = abs(claim.value - cell.value) / abs(cell.value) if cell.value else math.inf
                if within is None or far <= within:
                    found.append((far, claim))
    if found:
        return Levers(tuple(claim for _, claim in sorted(found, key=lambda one: one[0])), None)
    if tangled:
        return Levers((), "it is not monotone in a single cell")
    return Levers((), "no single cell suffices")


def written_out(root: Node) -> int:
    """How many parts an expression has where every shared one is counted each time it is read."""
    sizes: dict[int, int] = {}
    for node in root.walk():
        sizes[id(node)] = 1 + sum(sizes[id(arg)] for arg in node.args)
    return sizes[id(root)]


@dataclass(frozen=True, eq=False)
class _Search:
    """One cell, changed in one direction."""

    verdicts: Verdicts
    entity: int
    cell: PanelCell
    way: int

    def trial(self, values: Floats, home: str | None = None, entity: int | None = None) -> Trial:
        """The rule's own entity, or one of its ancestors, with these values of the cell."""
        own, at = home or self.verdicts.entity_type, self.entity if entity is None else entity
        verdicts, many = self.verdicts, np.full(len(values), at)
        return Trial(verdicts.seen, own, verdicts.calendar, many, cell=self.cell, given=values)

    def verdict(self, values: Floats) -> Int8s:
        """The verdict for each value of the cell."""
        return verdict(self.verdicts, self.trial(values))

    def turns(self) -> list[float]:
        """Values from which on a comparison comes out differently, in the order in which they are met."""
        compiled, now = self.verdicts.compiled, self.cell.value
        roots = [*compiled.levels.values(), *([compiled.where] if compiled.where is not None else [])]
        self.verdicts.seen.prepare(roots)
        here = self.trial(np.array([now]))
        places = {
            (id(node), trial.home, int(trial.positions[0])): node
            for root in roots
            for trial, node in comparisons(here, root, self.verdicts.row, self.way)
        }
        far = now + self.way * FAR * max(abs(now), 1.0)
        found = []
        for (_, home, entity), node in places.items():
            turn = self._turn(node, home, entity, far)
            if turn is not None:
                found.append(turn)
        return sorted(found, key=lambda value: self.way * value)

    def _turn(self, node: Node, home: str | None, entity: int, end: float) -> float | None:
        """The first value on the way to `end` from which on a comparison is no longer what it is now."""

        def truth(values: Sequence[float]) -> Int8s:
            return at_row(self.trial(np.array(values), home, entity).array(node), self.verdicts.row, len(values))

        now, step = self.cell.value, max(abs(self.cell.value), 1.0) * self.way
        before, after = truth([now, end])
        if before == after:
            return None
        start = self.trial(np.array([now, now + step]), home, entity)
        gaps = np.subtract(*(at_row(start.array(side), self.verdicts.row, 2) for side in node.args))
        near, far = _key(now), _key(end)
        keys = _around(now + step * float(gaps[0] / (gaps[0] - gaps[1]))) if gaps[0] != gaps[1] else []
        while abs(far - near) > EXACT:
            keys = [key for key in keys if min(near, far) < key < max(near, far)]
            keys = sorted(keys or {near + (far - near) * part // (_FAN + 1) for part in range(1, _FAN + 1)})
            keys = keys if self.way > 0 else keys[::-1]
            changed = np.flatnonzero(truth([_value(key) for key in keys]) != before)
            at = int(changed[0]) if len(changed) else len(keys)
            near, far = (keys[at - 1] if at else near), (keys[at] if at < len(keys) else far)
            keys = []
        return _value(far)


def _around(guess: float) -> list[int]:
    """Where most comparisons turn: straight lines meet there, but for a tie's width and the dust of rounding."""
    if not math.isfinite(guess) or guess == 0:
        return []
    return [_key(guess * (1 + sign * 10.0**-power)) for power in range(3, 14) for sign in (-1, 1)]


def _claim(search: _Search, starts: list[float], wanted: Wanted) -> Clearing | None:
    """The half-line on the way on which every verdict is wanted; None where there is none."""
    good = wanted(search.verdict(np.array(starts)))
    if not good[-1]:
        return None
    at = len(good) - int(np.argmin(good[::-1])) if not good.all() else 0
    value, strict = _printable(starts[at], search, wanted)
    beyond = np.array([value, *(start for start in starts[at:] if search.way * (start - value) > 0)])
    levels = search.verdict(beyond)
    if not wanted(levels).all():
        return None
    op: Operator = (">" if strict else ">=") if search.way > 0 else ("<" if strict else "<=")
    panel, (kind, indicator, measure) = search.verdicts.evaluation.panel, search.cell.key
    series = search.cell.series
    return Clearing(
        indicator=indicator if measure == "period" else f"{indicator}.{measure}",
        entity=panel.types[kind].ids[search.cell.entity],
        period=panel.calendars[series.freq].labels[search.cell.row],
        op=op,
        value=value + 0.0,
        unit=series.unit,
        then=LEVELS[levels.max() - 1] if levels.max() > CLEAR else None,
        entity_type=None if kind == search.verdicts.entity_type else kind,
    )


def _printable(start: float, search: _Search, wanted: Wanted) -> tuple[float, bool]:
    """A short number for a turning point, and whether the cell must go beyond it.

    The shortest that is as good as the same: on the wanted side it is included; just before it (the band in which two
    numbers tie) the claim starts where twelve digits can say it for sure.
    """
    room = ROUGH * max(abs(start), abs(search.cell.value))
    roundings = (ROUND_CEILING, ROUND_FLOOR)
    for short in (0.0, *(_rounded(start, digits, one) for digits in range(DIGITS) for one in roundings)):
        if abs(short - start) > room or search.way * (short - search.cell.value) < 0:
            continue
        if wanted(search.verdict(np.array([short])))[0]:
            return short, False
        if wanted(search.verdict(np.array([beyond := _outward(start, search.way)])))[0]:
            return beyond, True
    return _outward(start, search.way), False


def _outward(value: float, way: int) -> float:
    return _rounded(value, DIGITS - 1, ROUND_CEILING if way > 0 else ROUND_FLOOR)


def _rounded(value: float, digits: int, rounding: str) -> float:
    """`value` to one significant digit and so many more."""
    if value == 0:
        return 0.0
    grain = math.floor(math.log10(abs(value))) - digits
    return float(Decimal(value).quantize(Decimal(1).scaleb(grain), rounding=rounding))


def _key(value: float) -> int:
    """Whole numbers in the order of the floats, one for each."""
    bits = int(np.float64(value).view(np.int64))
    return bits if bits >= 0 else -(bits + 2**63)


def _value(key: int) -> float:
    """The float of a key."""
    return float(np.int64(key if key >= 0 else -key - 2**63).view(np.float64))
