"""What kind of property a column of words holds, and its values.

One that the catalogue knows has its kind there. Else, without a kind in the drop, it is found from all values: a flag
if all are yes or no (true false 是 否 √ × yes no; `1` and `0` only under a name that begins with `is_`, `has_` or
是否), a number if all are numbers and none begins with a zero that would be lost (`007`), a date if all are dates, else
text.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from ewarn.arrow import strings
from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part, Roster
from ewarn.assembly.numbers import numbers_of
from ewarn.assembly.periods import day_of
from ewarn.assembly.problems import shown
from ewarn.assembly.spec import AttributeSpec
from ewarn.assembly.symbols import DIGIT_FLAGS, FALSE_WORDS, TRUE_WORDS, Symbols, folded
from ewarn.assembly.tracks import Track, TrackColumn, track, without_symbols
from ewarn.catalogue import known_attributes
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.panel import Attribute, AttributeKind, Floats
from ewarn.units import RATIO, Unit, held, rescale

_LEADING_ZERO = re.compile(r"[+-]?0\d")
_FLAG_NAME = re.compile("is_|has_|是否")
_NOUN = {"flag": "yes or no", "number": "a number", "date": "a day", "text": "text"}


def attributes_of(context: Context, roster: Roster) -> dict[str, Attribute]:
    """The attributes of one entity type, by name."""
    specs: dict[str, list[tuple[Part, AttributeSpec]]] = {}
    for part in roster.parts:
        for spec in part.sheet.spec.attributes:
            specs.setdefault(spec.name, []).append((part, spec))
    return {name: _attribute(context, roster, name, given) for name, given in sorted(specs.items())}


def kind_of(name: str, words: list[str]) -> AttributeKind:
    """The kind of a property with these values, none of them a symbol for a missing one."""
    if not words:
        return "text"
    lower = {folded(word) for word in words}
    if lower <= (TRUE_WORDS | FALSE_WORDS) or (_FLAG_NAME.match(name) and lower <= DIGIT_FLAGS.keys()):
        return "flag"
    if not any(_LEADING_ZERO.match(word) for word in words) and not np.isnan(_numbers(words)[0]).any():
        return "number"
    return "date" if all(day_of(word) is not None for word in words) else "text"


def _attribute(context: Context, roster: Roster, name: str, given: list[tuple[Part, AttributeSpec]]) -> Attribute:
    columns: list[TrackColumn] = []
    for part, spec in given:
        raw = part.pick_codes(part.sheet.words[spec.column])
        columns.append((part, part.sheet.column(spec.column), without_symbols(part, raw), raw))
    found = track(context, roster, name, columns)
    used = sorted({int(code) for code in np.unique(found.values[~np.isnan(found.values)])})
    words = [found.words[code] for code in used]
    kinds = {spec.kind for _, spec in given if spec.kind is not None}
    known = known_attributes().get(name)
    kind: AttributeKind = kinds.pop() if kinds else known.kind if known else kind_of(name, words)
    units = {spec.unit for _, spec in given if spec.unit is not None}
    unit = Unit.parse(min(units)) if units else None
    if kinds or len(units) > 1:
        message = f"attribute `{name}` has two kinds or units in two columns"
        place = given[-1][1].place or Cell(given[-1][0].sheet.spec.label, column=columns[-1][1])
        context.problems.add(Diagnostic("EW207", message, place), given[-1][0].sheet.spec.label)
    reasons = found.reasons if found.reasons is not None and found.reasons.any() else None
    if kind == "text":
        order = np.argsort(np.array(words, dtype=object), kind="stable") if words else np.zeros(0, np.int64)
        table = np.full(len(found.words) + 1, -1, dtype=np.int32)
        table[np.array(used, dtype=np.int64)[order]] = np.arange(len(words), dtype=np.int32)
        categories = tuple(words[at] for at in order)
        return Attribute(name, kind, table[_index(found)], categories, None, found.freq, found.sources, reasons)
    lookup, bad = _read(kind, words, unit)
    _report(context, name, kind, given, {words[at] for at in bad})
    if kind == "flag":
        flags = np.zeros(len(found.words) + 1, dtype=np.int8)
        flags[used] = lookup
        return Attribute(name, kind, flags[_index(found)], (), None, found.freq, found.sources, reasons)
    numbers = np.full(len(found.words) + 1, np.nan)
    numbers[used] = lookup
    text = None if unit is None else held(unit).text
    return Attribute(name, kind, numbers[_index(found)], (), text, found.freq, found.sources, reasons)


def _index(found: Track) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.where(np.isnan(found.values), -1, found.values).astype(np.int64)


def _read(kind: AttributeKind, words: list[str], unit: Unit | None) -> tuple[Floats, list[int]]:
    """Each word as a value of the kind, and which are none."""
    if kind == "flag":
        truth = [_flag(word) for word in words]
        return np.array([float(value or 0) for value in truth]), [at for at, value in enumerate(truth) if value is None]
    if kind == "date":
        days = [day_of(word, compact=True) for word in words]
        values = np.array([np.nan if day is None else float(day) for day in days])
        return values, np.flatnonzero(np.isnan(values)).tolist()
    values, percent = _numbers(words)
    if unit is not None:
        values[~percent] = rescale(values[~percent], unit.scale(held(unit)))
    return values, np.flatnonzero(np.isnan(values)).tolist()


def _flag(word: str) -> int | None:
    word = folded(word)
    if word in TRUE_WORDS or word == "1":
        return 1
    return -1 if word in FALSE_WORDS or word == "0" else None


def _numbers(words: list[str]) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    found = numbers_of(pa.chunked_array([strings(words)]), Symbols())
    percent = np.zeros(len(words), dtype=np.bool_) if found.percent is None else found.percent
    found.values[percent] = rescale(found.values[percent], Unit.parse("%").scale(RATIO))
    return found.values, percent


def _report(
    context: Context, name: str, kind: AttributeKind, given: list[tuple[Part, AttributeSpec]], bad: set[str]
) -> None:
    """Report words that are not of the kind which the drop declares."""
    for part, spec in given if bad else ():
        sheet = part.sheet
        codes = sheet.words[spec.column]
        wrong = [code for code, word in enumerate(codes.texts) if word in bad]
        rows = np.flatnonzero(np.isin(codes.index, wrong))

        def word(
            position: int,
            rows: np.ndarray[tuple[int], np.dtype[np.int64]] = rows,
            part: Part = part,
            column: int = spec.column,
        ) -> Diagnostic:
            row = int(rows[position])
            text = shown(part.sheet.words[column].text(row) or "")
            return Diagnostic("EW301", f"`{text}` is not {_NOUN[kind]}", part.sheet.place(row, column, name))

        context.problems.add_all("EW301", sheet.spec.label, len(rows), word)
