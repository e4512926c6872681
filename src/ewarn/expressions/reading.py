"""From what is read: the calendar on which an expression is judged."""

from __future__ import annotations

from collections.abc import Iterable

from ewarn.calendar import COARSENESS, Frequency
from ewarn.expressions.scope import Read
from ewarn.panel import Panel


def meeting(panel: Panel, reads: Iterable[Read], asked: Frequency | None = None) -> tuple[Frequency, bool]:
    """Frequency (the coarsest read, unless one is asked for), and whether February stands for January too.

    What `last()`, `full_year()` and targets read keeps its own frequency and does not count.
    """
    counting = [read for read in reads if not read.free]
    freqs = [panel.series[read.series[0]].freq for read in counting] or [panel.frequency]
    freq: Frequency = asked if asked is not None else max(freqs, key=lambda one: COARSENESS[one])
    double = freq == "M" and any(
        panel.indicators[indicator].january != "separate" for read in counting for _, indicator, _ in read.series
    )
    return freq, double
