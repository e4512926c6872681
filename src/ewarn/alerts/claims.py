"""What may be said of a single cell: values that its indicator can have, in digits that a person would write."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from ewarn.alerts.models import Clearing
from ewarn.alerts.trial import PanelCell
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.operators import TIE

FRACTIONS = ("ratio", "%", "百分比")
"""Units of what is held as a fraction and said in percent."""
DUST = 1.1e-7
"""So close to a short number, that number is meant: two numbers tie in a narrow band."""
LONGEST = 12
"""Digits beyond which a number is computed rather than written."""


def numbers(claim: Clearing) -> tuple[float, float | None, float | None] | None:
    """`value`, `to` and `now` of a cell that holds a number; None for a date or a word."""
    value, to, now = claim.value, claim.to, claim.now
    if isinstance(value, str) or isinstance(to, str) or isinstance(now, str):
        return None
    return value, to, now


def possible(claim: Clearing, cell: PanelCell, evaluation: Evaluation) -> Clearing | None:
    """The part of a claim on a number that the cell can have; None for none."""
    low, high = _span(cell, evaluation)
    held = numbers(claim)
    assert held is not None
    value, to, _ = held
    if claim.op in (">", ">="):
        return None if value > high or (claim.op == ">" and value == high) else claim
    if claim.op in ("<", "<="):
        return None if value < low or (claim.op == "<" and value == low) else claim
    if not low <= value <= high:
        return None
    return claim if to is None else claim.model_copy(update={"to": min(max(to, low), high)})


def _span(cell: PanelCell, evaluation: Evaluation) -> tuple[float, float]:
    """The least and the greatest value: a rate falls by no more than everything, and an amount that was never negative,
    or a share that was never above one, for anybody in any period, is none that can be."""

    def find() -> tuple[float, float]:
        series = cell.series
        # NaN where nothing is known.
        least, most = (float(pick.reduce(series.values, axis=None, initial=np.nan)) for pick in (np.fmin, np.fmax))
        kind = evaluation.panel.indicators[series.indicator].kind
        if series.measure in ("growth", "target_growth") or kind == "growth":
            return -1.0, math.inf
        low = -math.inf if least < 0 else 0.0
        share = kind == "ratio" and low == 0 and most <= 1
        return low, 1.0 if share else math.inf

    found: tuple[float, float] = evaluation.keep(("span of values", cell.key), find)
    return found


def sayable(claim: Clearing) -> Clearing:
    """The claim in as many digits as a person would write beside what stands there: rounded to the safe side, so that
    it holds all the same."""
    held = numbers(claim)
    if held is None:
        return claim
    scale = 100 if claim.unit in FRACTIONS else 1
    value, here = _clear_of_dust(held[0]) * scale, math.nan if held[2] is None else held[2] * scale
    places = _places(value, here)
    if claim.op in (">", ">="):
        return _with(claim, _rounded(value, here, places, ROUND_CEILING) / scale)
    if claim.op in ("<", "<="):
        return _with(claim, _rounded(value, here, places, ROUND_FLOOR) / scale)
    if held[1] is None:
        return claim
    to = held[1] * scale
    inward = (ROUND_CEILING, ROUND_FLOOR) if to > value else (ROUND_FLOOR, ROUND_CEILING)
    first, last = _rounded(value, here, places, inward[0]), _rounded(to, here, places, inward[1])
    if (to > value) == (last > first) and first != last:
        return _between(claim, first / scale, last / scale)
    return claim


def _between(claim: Clearing, value: float, to: float) -> Clearing:
    return claim.model_copy(update={"value": _clean(value), "to": _clean(to)})


def _with(claim: Clearing, value: float) -> Clearing:
    return claim.model_copy(update={"value": _clean(value)})


def _clean(value: float) -> float:
    return float(f"{value:.{LONGEST}g}") + 0.0


def _clear_of_dust(value: float) -> float:
    return 0.0 if abs(value) <= 2 * TIE else value


def _places(value: float, now: float) -> int:
    """Decimals: as many as what stands there has, and enough for three digits of the value and two of the change."""
    gap = 0.0 if abs(value - now) <= DUST * max(abs(value), abs(now)) else value - now
    wanted = [0, _least(value, 3), _least(gap, 2)]
    if math.isfinite(now):
        own = -int(Decimal(f"{now:.{LONGEST}g}").normalize().as_tuple().exponent)
        wanted.append(min(own, max(_least(now, 4), 0)))
    return min(max(wanted), LONGEST)


def _least(value: float, digits: int) -> int:
    return digits - 1 - math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0


def _rounded(value: float, now: float, places: int, rounding: str) -> float:
    near = round(value, places)
    if abs(near - value) <= DUST * max(abs(value), abs(np.nan_to_num(now)), 10.0**-places):
        return near
    return float(Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=rounding))
