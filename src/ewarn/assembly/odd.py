"""What stands in a table and was hardly meant: a total among the entities, a property that is text for the sake of one
mistyped date, a period years away from all others.

Nothing is left out for it. These are warnings: numbers that count twice, or a drop that ends in 2032, must not pass
without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow.compute as pc

from ewarn.arrow import truth
from ewarn.assembly.attributes import kind_of
from ewarn.assembly.indicators import AHEAD
from ewarn.assembly.periods import day_of
from ewarn.assembly.problems import shown
from ewarn.assembly.sheet import Sheet
from ewarn.calendar import Calendar, Frequency, Period
from ewarn.catalogue import known_attributes
from ewarn.diagnostics import Diagnostic

_TOTAL = r"(?i)^\s*(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|累\s*计|(grand |sub-?)?totals?)\s*[:：]?\s*$"
_LOOKED_AT = 5_000
"""So many different words of a property are looked at."""
_AHEAD, _BACK = 3 * 366, 30 * 366
"""Days without any period after which the next is suspected: to come, and gone by (Excel's own zero is in 1900)."""


def odd(sheets: list[Sheet], calendars: Mapping[Frequency, Calendar]) -> Iterator[Diagnostic]:
    """Warnings, table by table."""
    for sheet in sheets:
        yield from _totals(sheet)
        yield from _nearly_dates(sheet)
    yield from _far(sheets, calendars)


def _totals(sheet: Sheet) -> Iterator[Diagnostic]:
    """Entities that are called a total."""
    for column, codes in {sheet.spec.id: sheet.ids, **sheet.words}.items():
        if column not in (sheet.spec.id, sheet.spec.name) or not len(codes.words):
            continue
        for code in np.flatnonzero(truth(pc.match_substring_regex(codes.words, _TOTAL))).tolist():
            rows = np.flatnonzero(codes.index == code)
            if len(rows):
                message = f"`{shown(codes.texts[code])}` counts as one of the entities; rows of it: {len(rows)}"
                hint = "a total? `skip: [ROW, ...]` at the table leaves rows out"
                place = sheet.place(int(rows[0]), column)
                yield Diagnostic("EW314", message, place, help=hint, severity="warning")
                return


def _nearly_dates(sheet: Sheet) -> Iterator[Diagnostic]:
    """Properties that are text for the sake of a few words, all others being dates."""
    for spec in sheet.spec.attributes:
        if spec.kind is not None or spec.name in known_attributes():
            continue
        codes, symbols = sheet.words[spec.column], sheet.spec.symbols
        words = {code: word for code, word in enumerate(codes.texts[:_LOOKED_AT]) if symbols.reason(word) is None}
        wrong = [code for code, word in words.items() if day_of(word) is None]
        if wrong and 2 * len(wrong) < len(words) and kind_of(spec.name, list(words.values())) == "text":
            message = f"`{spec.name}` is text, since `{shown(words[wrong[0]])}` is no date"
            place = sheet.place(int(np.argmax(codes.index == wrong[0])), spec.column)
            hint = "correct it, list it under `missing:`, or say `kind: text` at the attribute"
            yield Diagnostic("EW316", message, place, help=hint, severity="warning")


def _far(sheets: list[Sheet], calendars: Mapping[Frequency, Calendar]) -> Iterator[Diagnostic]:
    """The first row of a period that lies years before or after every other; years themselves may."""
    found: dict[int, tuple[Sheet, int]] = {}
    for sheet in sheets:
        if sheet.freq not in (None, "A") and len(sheet) and not _ahead(sheet):
            found = _periods(sheet, calendars) | found
    days = sorted(found)
    if len(days) < 2:
        return
    for day, gap, most in ((days[-1], days[-1] - days[-2], _AHEAD), (days[0], days[1] - days[0], _BACK)):
        if gap > most:
            sheet, ordinal = found[day]
            assert sheet.freq is not None
            assert sheet.ordinals is not None
            period, years = Period(sheet.freq, ordinal), gap // 365
            message = f"the period {period} lies {years} years after every other"
            if day == days[0]:
                message = f"the period {period} lies {years} years before every other"
            column = sheet.spec.period if isinstance(sheet.spec.period, int) else None
            place = sheet.place(int(np.argmax(sheet.ordinals == ordinal)), column)
            yield Diagnostic("EW315", message, place, help="mistyped, perhaps", severity="warning")


def _ahead(sheet: Sheet) -> bool:
    """Whether a table holds nothing but targets and plans, which may lie far ahead."""
    values = sheet.spec.values
    return bool(values) and not sheet.spec.events and all(value.measure in AHEAD for value in values)


def _periods(sheet: Sheet, calendars: Mapping[Frequency, Calendar]) -> dict[int, tuple[Sheet, int]]:
    """The ordinals of a table's periods by their first days."""
    assert sheet.freq is not None
    assert sheet.ordinals is not None
    first = int(sheet.ordinals.min())
    present = np.zeros(int(sheet.ordinals.max()) - first + 1, dtype=np.bool_)
    present[sheet.ordinals - first] = True
    calendar, ordinals = calendars[sheet.freq], np.flatnonzero(present) + first
    days = calendar.first_day[calendar.rows_at(ordinals)]
    return {int(day): (sheet, int(ordinal)) for day, ordinal in zip(days, ordinals, strict=True)}
