"""`clears_when` and `fires_when`: for which values of one cell of the judged period the verdict would be another.

Between two values at which one of the rule's comparisons turns, nothing changes. So the turning points are found, the
verdict between them is looked up by giving the cell those values, and what is claimed is tried once more as printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from ewarn.alerts.claims import possible
from ewarn.alerts.models import Clearing
from ewarn.alerts.trial import TangledError
from ewarn.alerts.trial_cells import cells_of
from ewarn.alerts.trial_search import Int8s, Search, Wanted
from ewarn.alerts.trial_words import told
from ewarn.expressions.nodes import Node
from ewarn.signals import Verdicts
from ewarn.signals.judging import CLEAR

NEAR = 0.1
"""A near miss: another value of one cell, at most so far from what it is, would make the rule fire."""
DIGITS = 12
ROUGH = 1e-7
"""A number that is so close to a turning point stands for it, if the verdict agrees."""
DUST = 1e-11
"""So far beyond the edge of a tie a claim stays: whoever computes it again may round otherwise."""
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
    if rank <= 0 and not verdicts.compiled.legs:
        return Levers((), "held: the verdict of this period is not what keeps it up")
    return levers(
        verdicts, entity, (lambda level: (level >= CLEAR) & (level < rank), lambda level: np.asarray(level == CLEAR))
    )


def firing(verdicts: Verdicts, entity: int, *, above: int = 0, within: float | None = None) -> Levers:
    """What would bring a level above `above` (a rank), of which `then` is the least; `within`: only values that near
    to what stands there."""
    return levers(verdicts, entity, (lambda level: level > above,), within, least=True)


def levers(
    verdicts: Verdicts, entity: int, wanted: Sequence[Wanted], within: float | None = None, *, least: bool = False
) -> Levers:
    """The stretches of each cell on which every verdict is one of `wanted`; the nearest change first."""
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
        if cell.series.holds != "number":
            if within is None:  # no tenth of a date, or of a word
                with suppress(TangledError):
                    found += told(Search(verdicts, entity, cell, 1), wanted, least=least)
            continue
        for way in (1, -1):
            search = Search(verdicts, entity, cell, way)
            try:
                if within is not None and not _comes_near(search, wanted, within):
                    continue
                starts = search.turns() if not cell.member or search.ends_in(wanted) else []
                claims = [_claim(search, starts, one, least) for one in wanted] if starts else []
            except TangledError:
                tangled = True
                continue
            fitting = (possible(one, cell, verdicts.seen) for one in claims if one is not None)
            for claim in dict.fromkeys(one for one in fitting if one is not None):
                far = abs(float(claim.value) - cell.value) / abs(cell.value) if cell.value else math.inf
                if within is None or far <= within:
                    found.append((far, claim))
    if found:
        return Levers(tuple(claim for _, claim in sorted(found, key=lambda one: float(f"{one[0]:.9g}"))), None)
    if tangled:
        return Levers((), "it is not monotone in a single cell")
    return Levers((), "no single cell suffices")


def _comes_near(search: Search, wanted: Sequence[Wanted], within: float) -> bool:
    """Whether some value within reach would do: one look, where a search takes many."""
    reach = search.cell.value * (1 + search.way * within * np.array([0.02, 0.1, 0.3, 0.6, 1.0]))
    levels = search.verdict(reach)
    return any(bool(one(levels).any()) for one in wanted)


def written_out(root: Node) -> int:
    """How many parts an expression has where every shared one is counted each time it is read."""
    sizes: dict[int, int] = {}
    for node in root.walk():
        sizes[id(node)] = 1 + sum(sizes[id(arg)] for arg in node.args)
    return sizes[id(root)]


def _claim(search: Search, starts: list[float], wanted: Wanted, least: bool) -> Clearing | None:
    """Where on the way every verdict is wanted: from some value on, else the first stretch; None where nowhere."""
    good = wanted(search.verdict(np.array(starts))).tolist()
    if search.open and good[-1]:
        at = max((place for place, one in enumerate(good) if not one), default=-1) + 1
        return _from_there(search, starts[at:], wanted, least)
    if True not in good:
        return None
    at = good.index(True)
    until = next((place for place in range(at, len(good)) if not good[place]), len(starts))
    end = starts[until] if until < len(starts) else search.end
    return _between(search, starts[at:until], end, wanted, least)


def _from_there(search: Search, starts: list[float], wanted: Wanted, least: bool) -> Clearing | None:
    value, strict = _printable(starts[0], search, wanted)
    beyond = np.array([value, *(start for start in starts if search.way * (start - value) > 0)])
    levels = search.verdict(beyond)
    if not wanted(levels).all():
        return None
    return search.claim(
        (">" if strict else ">=") if search.way > 0 else ("<" if strict else "<="), value, _left(levels, least)
    )


def _between(search: Search, starts: list[float], end: float, wanted: Wanted, least: bool) -> Clearing | None:
    """A stretch with two ends: the near one, and how far every value will do."""
    value, strict = _printable(starts[0], search, wanted)
    if strict:
        value = _outward(value, search.way)
    last = _inside(value, end, search.way)
    beyond = [value, *(start for start in starts if search.way * (start - value) > 0), last]
    levels = search.verdict(np.array(beyond))
    if search.way * (end - value) <= 0 or not wanted(levels).all():
        return None
    wide = abs(last - value) > ROUGH * max(1.0, abs(value))
    return search.claim("==", value, _left(levels, least), to=last if wide else None)


def _left(levels: Int8s, least: bool) -> int:
    return int(levels.min() if least else levels.max())


def _inside(value: float, end: float, way: int) -> float:
    """The roundest number short of `end`: 0 where it lies between, else as many digits as it takes."""
    if value * end < 0:
        return 0.0
    rounding = ROUND_FLOOR if way > 0 else ROUND_CEILING
    for digits in range(DIGITS):
        short = _rounded(end, digits, rounding)
        if way * (short - value) >= 0 and way * (end - short) > 0 and abs(end - short) <= NEAR * abs(end - value):
            return short
    return value


def _printable(start: float, search: Search, wanted: Wanted) -> tuple[float, bool]:
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
    value += way * DUST * max(1.0, abs(value))
    return _rounded(value, DIGITS - 1, ROUND_CEILING if way > 0 else ROUND_FLOOR)


def _rounded(value: float, digits: int, rounding: str) -> float:
    """`value` to one significant digit and so many more."""
    if value == 0:
        return 0.0
    grain = math.floor(math.log10(abs(value))) - digits
    return float(Decimal(value).quantize(Decimal(1).scaleb(grain), rounding=rounding))
