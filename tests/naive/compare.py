"""One expression in both readings, entity by entity and period by period."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ewarn.panel import Panel

from .outcome import Day, Unknown
from .reader import Reader, default_frequency
from .sheet import Sheet, Steps
from .worlds import panel_of


def plain(value: Any) -> Any:
    """A value without wrapping: unknown is None, a date its day."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Day):
        return value.number
    return value


def naive_table(sheet: Sheet, text: str, own: str, freq: str | None = None) -> dict[tuple[str, str], Any]:
    """The naive reading: (period, entity) -> value, None where unknown."""
    drop = "round" if sheet.rounds else "M"
    probe = Reader(sheet, own, freq or drop)
    if freq is None:
        freq = default_frequency(sheet, own, probe.parse(text), drop, probe)
    units = {sheet.indicators[name].unit for name in sheet.indicators}
    reader = Reader(sheet, own, freq, one_unit="亿元" in units)
    steps = reader.steps(reader.parse(text)) or Steps(freq)
    periods = [t for t in range(sheet.first[freq], sheet.last[freq] + 1) if steps.holds(t)]
    return {
        (sheet.label(freq, t), entity): plain(reader.at(text, entity, t))
        for t in periods
        for entity in sheet.entities[own]
    }


def engine_table(panel: Panel, text: str, own: str) -> dict[tuple[str, str], Any]:
    """The engine's: the same keys."""
    frame = panel.eval(text, entity=own)
    found: dict[tuple[str, str], Any] = {}
    for entity in frame.columns:
        for label, value in zip(frame.index, frame[entity].tolist(), strict=True):
            found[_label(label), str(entity)] = None if pd.isna(value) else _value(value)
    return found


def _label(period: Any) -> str:
    text = str(period.date()) if isinstance(period, pd.Timestamp) else str(period)
    return text.replace("Q", "-Q") if "Q" in text and "-" not in text else text


def _value(value: Any) -> Any:
    """A date as the day it is."""
    return (value - pd.Timestamp(0)).days if isinstance(value, pd.Timestamp) else value


def same(a: Any, b: Any) -> bool:
    """Equal truths and words; numbers within 1e-9."""
    if a is None or b is None or isinstance(a, str | bool) or isinstance(b, str | bool):
        return type(a) is type(b) and a == b
    return math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=2e-9)


def agree(sheet: Sheet, text: str, own: str = "enterprise", panel: Panel | None = None) -> None:
    """Both readings give the same everywhere, unknowns included."""
    compared(sheet, panel or panel_of(sheet), text, own)


def compared(sheet: Sheet, panel: Panel, text: str, own: str) -> list[Any]:
    """The values in which both readings agree. Raises what the engine says of an expression that it refuses."""
    reader = Reader(sheet, own, "M")
    text = f"{text} >= 2" if reader.is_bounds(reader.parse(text)) else text
    got = engine_table(panel, text, own)
    expected = naive_table(sheet, text, own)
    # Where a coarser series reaches further, the engine's calendar may begin earlier and end later.
    assert not set(expected) - set(got), f"{text}: the periods differ"
    apart = [(key, expected[key], got[key]) for key in expected if not same(expected[key], got[key])]
    period, entity = apart[0][0] if apart else ("", "")
    assert not apart, f"{text}\n{entity} in {period}: naive {apart[0][1]}, engine {apart[0][2]} ({len(apart)} differ)"
    return list(expected.values())
