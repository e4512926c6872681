"""Values that are words: dates, and categories with the codes under which a panel holds their words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ewarn.assembly.codes import Codes, Rows
from ewarn.assembly.indicators import Names
from ewarn.assembly.long import LongRows
from ewarn.assembly.numbers import Numbers
from ewarn.assembly.periods import day_of
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import TableSpec
from ewarn.assembly.symbols import Symbols
from ewarn.calendar import parse_day
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.panel import Holds, Reason


@dataclass(frozen=True)
class Vocabulary:
    """The words of each category of a drop, in their order: a code is a position."""

    words: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, sheets: list[Sheet], long: dict[int, LongRows], names: Names) -> Vocabulary:
        """Those that the drop lists, else those that any of its tables has."""
        found: dict[str, set[str]] = {}
        listed = {name: known.values for name, known in names.declared.items() if known.values}
        for number, sheet in enumerate(sheets):
            for value in sheet.spec.values:
                if value.words and names.indicator(value.indicator).kind == "category":
                    _gather(found, value.indicator, sheet.words[value.column], sheet.spec.symbols)
            rows = long.get(number)
            if rows is None or sheet.spec.long is None or not sheet.spec.long.words:
                continue
            for at, kind in enumerate(rows.kinds):
                if kind.indicator and names.indicator(kind.indicator).kind == "category":
                    mine = sheet.words[sheet.spec.long.value].rows(np.flatnonzero(rows.index == at))
                    _gather(found, kind.indicator, mine, sheet.spec.symbols)
        return cls({name: tuple(sorted(given)) for name, given in found.items()} | listed)


def _gather(found: dict[str, set[str]], indicator: str, codes: Codes, symbols: Symbols) -> None:
    used = np.flatnonzero(codes.used())
    words = (codes.texts[code] for code in used.tolist())
    found.setdefault(indicator, set()).update(word for word in words if symbols.reason(word) is None)


def worded(spec: TableSpec, names: Names) -> TableSpec:
    """The same table, knowing which of its values are read as words."""
    values = tuple(replace(one, words=names.indicator(one.indicator).holds != "number") for one in spec.values)
    any_ = any(known.holds != "number" for known in names.declared.values())
    return replace(spec, values=values, long=None if spec.long is None else replace(spec.long, words=any_))


@dataclass(frozen=True)
class Kind:
    """What the words of a column stand for."""

    indicator: str
    what: str
    """What messages call it: `phase`, `completion.plan`."""
    holds: Holds
    words: tuple[str, ...]


def read_words(sheet: Sheet, column: int, kind: Kind, rows: Rows | None, problems: Problems) -> Numbers:
    """A column of dates or categories as numbers, one per row of the sheet (NaN outside `rows`); words that are none
    are reported."""
    codes = sheet.words[column]
    symbols = sheet.spec.symbols
    values = np.full(len(codes.words) + 1, np.nan)
    reasons = np.zeros(len(codes.words) + 1, dtype=np.int8)
    bad: list[int] = []
    coded = {word: float(code) for code, word in enumerate(kind.words)}
    read = _day if kind.holds == "date" else coded.get
    for code, text in enumerate(codes.texts):
        # What the drop lists as a word of a category is one, whatever it stands for elsewhere.
        reason = None if text in coded else symbols.reason(text)
        value = None if reason is not None else read(text)
        if reason is not None:
            reasons[code] = 0 if reason == Reason.BLANK else reason  # as good as an empty cell
        elif value is None:
            bad.append(code)
        else:
            values[code] = value
    index = codes.index if rows is None else _only(codes.index, rows)
    wrong = np.flatnonzero(np.isin(index, bad)) if bad else np.zeros(0, dtype=np.int64)
    _report(sheet, column, kind, wrong, problems)
    said = reasons[index]
    return Numbers(values[index], said if said.any() else None, None, np.zeros(0, dtype=np.int64), None)


def written(kind: Kind) -> Callable[[float], str]:
    """How a value is put in a message."""
    if kind.holds == "date":
        return lambda value: str(np.datetime64(int(value), "D"))
    return lambda value: shown(kind.words[int(value)], 40)


def _only(index: npt.NDArray[np.int32], rows: Rows) -> npt.NDArray[np.int32]:
    found = np.full(len(index), -1, dtype=np.int32)
    found[rows] = index[rows]
    return found


def _day(text: str) -> float | None:
    day = day_of(text, compact=True)
    return None if day is None or not 1000 <= np.datetime64(day, "D").item().year < 3000 else float(day)


def _report(sheet: Sheet, column: int, kind: Kind, wrong: Rows, problems: Problems) -> None:
    codes = sheet.words[column]

    def word(position: int) -> Diagnostic:
        row = int(wrong[position])
        text = codes.text(row) or ""
        place = sheet.place(row, column, kind.what)
        if kind.holds == "date":
            return Diagnostic("EW301", f"`{shown(text)}` is not a date", place, *_about_day(text))
        first = ", ".join(shown(one, 40) for one in kind.words[:12]) + (", ..." if len(kind.words) > 12 else "")
        listed = f"it may be: {first}"
        near = did_you_mean(text, kind.words)
        advice = near or f"add it to the `values:` of `{kind.indicator}` in drop.yaml, if it is one"
        return Diagnostic(
            "EW301", f"`{shown(text)}` is none of the values of `{kind.indicator}`", place, listed, advice
        )

    problems.add_all("EW301", sheet.spec.label, len(wrong), word)


def _about_day(text: str) -> tuple[str, str]:
    """What is wrong with it, and what to do."""
    listed = f"write it like 2022-09-30 or 2022-09, or list `{shown(text)}` under `missing:` in drop.yaml"
    try:
        day = parse_day(text)
    except ValueError as error:
        return str(error), listed
    if re.fullmatch(r"[34]\d{4}", text, re.ASCII):
        return "a day as Excel numbers them?", "format the column as dates"
    return ("years run from 1000 to 2999" if day is not None else "a day like 2022-09-30"), listed
