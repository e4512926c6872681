"""One column of numbers of one table: what is no number is reported, units are converted."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from ewarn.assembly.codes import Rows
from ewarn.assembly.numbers import Numbers, meant
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.sheet import Sheet
from ewarn.diagnostics import Diagnostic
from ewarn.units import PERCENT, RATIO, Unit, rescale

Word = Callable[[int], str]
"""What a row's value is called: `output`."""


def report_bad(sheet: Sheet, column: int, numbers: Numbers, what: Word, problems: Problems) -> None:
    """Report the cells that are no numbers; their values are NaN already."""
    bad = numbers.bad

    def word(position: int) -> Diagnostic:
        row = int(bad[position])
        text = shown(numbers.text(row))
        message = f"`{text}` is too large a number" if _beyond(text) else f"`{text}` is not a number"
        return Diagnostic("EW301", message, sheet.place(row, column, what(row)), help=hint(text))

    problems.add_all("EW301", sheet.spec.label, len(bad), word)


def hint(text: str) -> str:
    """What to do about a cell that is no number."""
    number, listed = meant(text), f"list `{text}` under `missing:` in drop.yaml"
    if number is not None:
        return f"{'the letter O? ' if re.search('[oO]', text) else ''}write {number}, or {listed}"
    if _beyond(text):
        return f"at most 1e308: leave the cell empty, or {listed}"
    if re.search("inf", text, re.IGNORECASE):
        return f"no value is infinite: leave the cell empty, or {listed}"
    if re.fullmatch(r"[\d.,]+\*+", text):
        return f"a footnote mark, or digits masked? Write the number alone, or {listed}"
    if re.fullmatch(r"-?[\d.,]+\s*[^\d\s.,]+", text):
        return "a unit in the cell? Write the number alone and the unit at the column (`unit:`)"
    if re.search(r"\d", text):
        return f"write it like 1820, 1,820.5 or -3.2, or {listed}"
    return f"if it stands for a missing value, {listed}"


def _beyond(text: str) -> bool:
    """Whether a cell is a number, and greater than floats hold."""
    return bool(re.fullmatch(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE | re.ASCII)) and np.isinf(
        float(text.replace(",", ""))
    )


def convert(numbers: Numbers, rows: Rows | None, given: Unit | None, held: Unit | None) -> tuple[Unit | None, Rows]:
    """Bring values (all, or those of some rows) into the unit they are held in.

    Gives the unit they are then in, and the rows whose `%` does not fit it. ValueError where the units do not fit.
    """
    at: Rows | slice = slice(None) if rows is None else rows
    if numbers.percent is None and (given is None or held is None or given.scale(held) == 1):
        return held, np.zeros(0, dtype=np.int64)
    if not numbers.values.flags.writeable:
        numbers.values = numbers.values.copy()
    share = None if numbers.percent is None else numbers.percent[at]
    if share is not None and not share.any():
        share = None
    if held is None and share is not None and bool((share | np.isnan(numbers.values[at])).all()):
        held = RATIO  # every cell bears its own `%`
    values = numbers.values[at]
    unfit = np.zeros(0, dtype=np.int64)
    shares = values[share] if share is not None else None
    if given is not None and held is not None:
        rescale(values, given.scale(held))
    if share is not None and shares is not None:
        if held is not None and held.is_ratio:
            values[share] = rescale(shares, PERCENT.scale(held))
        else:
            unfit = np.flatnonzero(share) if rows is None else rows[share]
            values[share] = np.nan
    if rows is not None:
        numbers.values[rows] = values
    return held, unfit


def report_shares(
    sheet: Sheet, column: int, numbers: Numbers, unfit: Rows, what: str, held: Unit | None, problems: Problems
) -> None:
    """Report cells with a `%` among amounts."""

    def word(position: int) -> Diagnostic:
        row = int(unfit[position])
        text = shown(numbers.text(row))
        if held is None:
            message = f"`{text}` is a share, among numbers without a unit"
            advice = "`unit: '%'` at the column if 5.2 means 5.2 %, `unit: ratio` if 0.052 does"
        else:
            message = f"`{text}` is a share, and {what} is in {held.text}"
            advice = "a published rate of growth is `measure: growth`"
        return Diagnostic("EW310", message, sheet.place(row, column, what), help=advice)

    problems.add_all("EW310", sheet.spec.label, len(unfit), word)
