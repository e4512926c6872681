"""The panel without forecast and flash values: what is already certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ewarn.panel import Panel, Series, Status
from ewarn.signals import Signals, Verdicts, evaluate

UNSETTLED = (Status.FORECAST, Status.FLASH)


def judged_settled(signals: Signals, verdicts: Sequence[Verdicts]) -> Signals | None:
    """The rules of `verdicts` judged again without forecast and flash values; None where there are none."""
    panel = without_unsettled(signals.panel)
    if panel is None:
        return None
    rules = dict.fromkeys(one.rule for one in verdicts)
    newest = max((one.calendar.periods[one.row] for one in verdicts), key=lambda period: period.ordinal)
    return evaluate(
        panel, replace(signals.rules, rules=tuple(rules)), as_of=newest if newest.freq == panel.frequency else None
    )


def without_unsettled(panel: Panel) -> Panel | None:
    """The panel with forecast and flash values unknown; None where it has none."""
    changed = {key: series for key, old in panel.series.items() if (series := _settled(old)) is not old}
    return replace(panel, series={**panel.series, **changed}) if changed else None


def _settled(series: Series) -> Series:
    if series.statuses is None:
        return series
    unsettled = np.isin(series.statuses, UNSETTLED) & ~np.isnan(series.values)
    if not unsettled.any():
        return series
    return replace(series, values=np.where(unsettled, np.nan, series.values))
