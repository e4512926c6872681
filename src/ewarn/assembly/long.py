"""The long form: what each row's value is, read from the words beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ewarn.assembly.codes import Codes, Rows
from ewarn.assembly.grid import Bools
from ewarn.assembly.indicators import MEASURE_WORDS, MEASURES, PLAIN_MEASURES, Names, UnitUse, name_hint, plain
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import LongSpec
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.panel import Int32s, Measure
from ewarn.units import Unit


@dataclass(frozen=True)
class Kind:
    """What a group of rows gives values of."""

    indicator: str
    measure: Measure
    unit: Unit | None


@dataclass(eq=False)
class LongRows:
    """For each row of a long table the kind of its value."""

    kinds: list[Kind]
    index: Int32s

    def select(self, keep: Rows) -> None:
        """Keep some rows."""
        self.index = self.index[keep]


def read_long(sheet: Sheet, long: LongSpec, names: Names, problems: Problems) -> LongRows:
    """Read indicator, measure and unit of each row; rows that say none are reported and dropped from the sheet."""
    words = sheet.words[long.indicator]
    parsed = [_indicator(word, names) for word in words.texts]
    measures = _measures(sheet, long)
    units = _units(sheet, long)
    codes = [words, *(sheet.words[column] for column in (long.measure, long.unit) if column is not None)]
    index, combinations = _combined(codes)
    kinds: list[Kind] = []
    bad: dict[int, tuple[int, str, str | None]] = {}
    for number, combination in enumerate(combinations):
        code, *others = combination
        measure_code = others.pop(0) if long.measure is not None else -1
        unit_code = others.pop(0) if long.unit is not None else -1
        name, own = parsed[code] if code >= 0 else (None, None)
        measure = measures[measure_code] if measure_code >= 0 else own or "period"
        unit = units[unit_code] if unit_code >= 0 else None
        kinds.append(Kind(name or "", measure or "period", unit if isinstance(unit, Unit) else None))
        if name is None:
            bad[number] = (long.indicator, *_no_indicator(words, code))
        elif measure is None:
            assert long.measure is not None
            bad[number] = (long.measure, *_no_measure(sheet.words[long.measure].texts[measure_code]))
        elif isinstance(unit, str):
            assert long.unit is not None
            text = sheet.words[long.unit].texts[unit_code]
            bad[number] = (long.unit, f"`{shown(text)}` is no unit: {unit}", None)
        elif names.indicator(name).holds != "number" and measure not in PLAIN_MEASURES:
            message = f"`{name}` is a {names.indicator(name).holds}: it has no measure `{measure}`"
            bad[number] = (long.indicator if long.measure is None else long.measure, message, None)
        elif own is not None and measure_code >= 0 and measure != own:
            assert long.measure is not None
            message = f"`{words.texts[code]}` with the measure `{measure}`"
            bad[number] = (long.measure, message, "name the measure once")
    _report(sheet, index, bad, problems)
    keep = ~np.isin(index, list(bad))
    for number, combination in enumerate(combinations):
        if number not in bad:
            row = int(np.argmax(index == number))
            place = sheet.place(row, long.indicator, whose=False)
            for kind in _types(sheet, index == number):
                names.use(_word(words.texts[combination[0]]), kind, kinds[number].measure, place)
    sheet.incomplete |= not keep.all()
    sheet.select(keep)
    return LongRows(kinds, index[keep])


def uses_of(sheet: Sheet, long: LongSpec, rows: LongRows, names: Names) -> list[UnitUse]:
    """The units that the rows give, for choosing each indicator's."""
    found = []
    rows_of = np.bincount(rows.index, minlength=len(rows.kinds))
    for number in np.flatnonzero(rows_of):
        kind = rows.kinds[number]
        row = int(np.argmax(rows.index == number))
        place = sheet.place(row, long.value, kind.indicator)
        unit = kind.unit if names.indicator(kind.indicator).holds == "number" else None
        found.append(UnitUse(kind.indicator, kind.measure, unit, sheet.spec.label, place, int(rows_of[number])))
    return found


def _indicator(word: str, names: Names) -> tuple[str | None, Measure | None]:
    """`output`, or `output.ytd` with the measure in the name."""
    name = names.resolve(word)
    if name is not None:
        return name, None
    head, _, tail = plain(word).rpartition(".")
    measure = MEASURE_WORDS.get(tail)
    return (names.resolve(head), measure) if head and measure else (None, None)


def _word(text: str) -> str:
    head, _, tail = plain(text).rpartition(".")
    return head if head and tail in MEASURE_WORDS else text


def _measures(sheet: Sheet, long: LongSpec) -> list[Measure | None]:
    if long.measure is None:
        return []
    return [MEASURE_WORDS.get(plain(word)) for word in sheet.words[long.measure].texts]


def _units(sheet: Sheet, long: LongSpec) -> list[Unit | str]:
    """Each word of the unit column as a unit, or the reason why it is none."""
    found: list[Unit | str] = []
    for word in sheet.words[long.unit].texts if long.unit is not None else ():
        try:
            found.append(Unit.parse(word))
        except ValueError as error:
            found.append(str(error))
    return found


def _combined(columns: list[Codes]) -> tuple[Int32s, list[tuple[int, ...]]]:
    """One code per row for the combination of its words, and the combinations in use."""
    index = columns[0].index.astype(np.int64) + 1
    for codes in columns[1:]:
        index = index * (len(codes.words) + 1) + codes.index + 1
    present, numbers = _present(index)
    combinations = []
    for value in present.tolist():
        parts: list[int] = []
        for codes in reversed(columns[1:]):
            value, rest = divmod(value, len(codes.words) + 1)
            parts.insert(0, rest - 1)
        combinations.append((value - 1, *parts))
    return numbers.astype(np.int32), combinations


def _present(index: Rows) -> tuple[Rows, Rows]:
    """`np.unique` with inverse, without sorting, for small numbers."""
    if not len(index) or int(index.max()) > 1 << 22:
        return np.unique(index, return_inverse=True)
    counts = np.bincount(index)
    present = np.flatnonzero(counts)
    numbers = np.zeros(len(counts), dtype=np.int64)
    numbers[present] = np.arange(len(present))
    return present, numbers[index]


def _types(sheet: Sheet, rows: Bools) -> list[str]:
    if sheet.spec.type_column is None:
        return [sheet.spec.type]
    return [sheet.types.texts[code] for code in np.unique(sheet.types.index[rows])]


def _no_indicator(words: Codes, code: int) -> tuple[str, str | None]:
    if code < 0:
        return "a row without an indicator", None
    text = words.texts[code]
    hint = f"give it a name in drop.yaml: `indicators: {{{name_hint(text)}: {{aliases: ['{shown(text)}']}}}}`"
    return f"`{shown(text)}` cannot be the name of an indicator", hint


def _no_measure(text: str) -> tuple[str, str | None]:
    return f"`{shown(text)}` is no measure", did_you_mean(text, MEASURE_WORDS) or f"one of {', '.join(MEASURES)}"


def _report(sheet: Sheet, index: Int32s, bad: dict[int, tuple[int, str, str | None]], problems: Problems) -> None:
    rows = np.flatnonzero(np.isin(index, list(bad))) if bad else np.zeros(0, np.int64)

    def word(position: int) -> Diagnostic:
        row = int(rows[position])
        column, message, advice = bad[int(index[row])]
        return Diagnostic("EW311", message, sheet.place(row, column), help=advice)

    problems.add_all("EW311", sheet.spec.label, len(rows), word)
