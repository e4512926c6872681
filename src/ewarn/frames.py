"""`Panel.from_frame`: a data frame as a panel. pandas is asked for nothing; the frame brings it along."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
import pyarrow as pa

from ewarn.arrow import strings
from ewarn.assembly.attributes import kind_of
from ewarn.assembly.build import build
from ewarn.assembly.codes import codes_of
from ewarn.assembly.indicators import Names, is_name, name_hint, plain
from ewarn.assembly.numbers import numbers_of
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.spec import AttributeSpec, DropSpec, LongSpec, TableSpec, ValueSpec
from ewarn.assembly.symbols import Symbols
from ewarn.calendar import COARSENESS, Frequency
from ewarn.catalogue import catalogue
from ewarn.diagnostics import Cell, Diagnostic, did_you_mean
from ewarn.errors import DropError, UsageError
from ewarn.panel import Indicator, Int32s, Kind, Panel, Table
from ewarn.units import Unit

if TYPE_CHECKING:
    import pandas as pd

LABEL = "<frame>"
KINDS = get_args(Kind)
_LONG = ("indicator", "value")
_ADVICE = (
    (re.compile(r"list `.*` under `missing:` in drop\.yaml"), "put NaN in its place"),
    (re.compile(r"`skip: \[ROW, \.\.\.\]`( at the table)? leaves rows out"), "leave such rows out of the frame"),
    (re.compile(r"if one corrects the other, say which.*"), "keep one of them: `df.drop_duplicates(..., keep='last')`"),
)
"""What is said of files, and what of frames."""


def from_frame(
    frame: pd.DataFrame,
    *,
    entity: str = "entity",
    period: str = "period",
    type: str = "entity",  # noqa: A002  (the word of the contract)
    kinds: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    frequency: Frequency | None = None,
) -> Panel:
    """A panel from a pandas (or any Arrow) frame of one entity type.

    Columns (or index levels) `entity` and `period` say whose a row is and when: datetimes, `pd.Period`, `2022-09`,
    202209. A frame with columns `indicator` and `value` is long (and may have `unit`, `measure`, `status`); any other
    is wide: numbers are indicators, other columns attributes. `type` is the name of the entity type, or the column
    with it; `kinds` and `units` say by indicator what the catalogue does not know; `frequency="round"` takes each date
    as a reporting date, else it is found from the periods. Raises DropError with every problem.
    """
    problems = Problems()
    if frequency not in (None, *COARSENESS):
        hint = did_you_mean(str(frequency), COARSENESS) or "M, Q, A or round"
        problems.add(Diagnostic("EW204", f"`{shown(str(frequency))}` is no frequency", help=hint))
    columns = _FrameColumns(frame)
    indicators = _declared(kinds or {}, units or {}, problems, columns.names)
    at = {name: _find(columns, name, problems) for name in (entity, period)}
    for name in sorted({name for name in columns.names if columns.names.count(name) > 1} - at.keys()):
        message = f"the frame has {columns.names.count(name)} columns `{shown(name)}`"
        problems.add(Diagnostic("EW203", message, Cell(LABEL), help="drop or rename one of them"))
    problems.check()
    long = all(name in columns.names for name in _LONG)
    by_column = type in columns.names and type not in (entity, period)
    spec = TableSpec(
        LABEL,
        columns,
        "entity" if by_column else plain(type),
        at[entity],
        columns.names.index(type) if by_column else None,
        period=at[period],
        frequency=frequency,
    )
    used = {entity, period, *([type] if by_column else [])}
    spec = _long(spec, columns) if long else _wide(spec, columns, used, Names(indicators), problems)
    try:
        panel = build(DropSpec("frame", (spec,), indicators, frequency=frequency), problems)
    except DropError as error:
        raise DropError(map(_advised, error.diagnostics)) from None
    return replace(panel, notices=tuple(map(_advised, panel.notices)))


def _advised(diagnostic: Diagnostic) -> Diagnostic:
    """The same with advice for a frame where it is for drop.yaml."""
    text = diagnostic.help or ""
    for known, instead in _ADVICE:
        text = known.sub(instead, text)
    return replace(diagnostic, help=text or None)


class _FrameColumns:
    """The columns of a frame as a table of the drop."""

    note: str | None = None

    def __init__(self, frame: Any) -> None:
        self._labels: Any = None
        self._frame: Any = frame
        if hasattr(frame, "index") and hasattr(frame, "reset_index"):
            named = any(name is not None for name in frame.index.names)
            self._labels = frame.index
            self._frame = frame.reset_index() if named else frame
            names = [str(name) for name in self._frame.columns]
        else:
            try:
                self._frame = pa.table(frame)
            except (pa.ArrowException, TypeError, ValueError) as error:
                message, hint = f"a {shown(type(frame).__name__)} is no drop", "give a path, a panel or a data frame"
                raise UsageError([Diagnostic("EW005", message, help=hint)]) from error
            names = self._frame.column_names
        self._columns = self._frame.column_names if isinstance(self._frame, pa.Table) else list(self._frame.columns)
        self.names: tuple[str, ...] = tuple(names)

    def first_row(self) -> tuple[str, ...]:
        """Not asked for: a frame suggests nothing."""
        return ()

    def prepare(self, text: Collection[int], numbers: Collection[int]) -> None:
        """Nothing to do: a frame is in memory."""

    def take(self, column: int) -> pa.ChunkedArray:
        """One column as Arrow has it; objects of several kinds as text."""
        if isinstance(self._frame, pa.Table):
            return self._frame.column(column)
        series = self._frame.iloc[:, column]
        if str(series.dtype).startswith("period"):
            series = series.astype(object).map(str, na_action="ignore")
        try:
            array = pa.array(series, from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError):
            array = strings(None if _missing(item) else str(item) for item in series)
        return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])

    def table(self) -> Table:
        """The table for messages and evidence."""
        return Table(LABEL, labels=self._labels)

    def rows(self) -> Int32s:
        """Row of each item, the column names being row 1."""
        return np.arange(2, 2 + len(self._frame), dtype=np.int32)

    def ragged(self) -> tuple[tuple[int, int], ...]:
        """None: a frame is a rectangle."""
        return ()

    def label(self, column: int) -> object:
        """A column's own label, which need not be text."""
        return self._columns[column]


def _missing(item: object) -> bool:
    return item is None or item != item or str(item) in ("NaT", "<NA>")


def _find(columns: _FrameColumns, name: str, problems: Problems) -> int:
    count = columns.names.count(name)
    if count == 1:
        return columns.names.index(name)
    message = f"the frame has {count or 'no'} column{'s' * (count > 1)} `{shown(name)}`"
    label = f"it has: {', '.join(shown(known, 40) for known in columns.names[:30])}"
    hint = did_you_mean(name, columns.names)
    if hint is None and not count:
        hint = f"`Panel.from_frame(df, {'entity' if name == 'entity' else 'period'}=...)` names it"
    problems.add(Diagnostic("EW203", message, Cell(LABEL), label, hint))
    return 0


def _declared(
    kinds: Mapping[str, str], units: Mapping[str, str], problems: Problems, columns: Collection[str]
) -> dict[str, Indicator]:
    names, found = Names({}), {}
    long = all(name in columns for name in _LONG)
    for word in dict.fromkeys([*kinds, *units]):
        name = names.resolve(word) or plain(word)
        near = None if long or word in columns or name in columns else did_you_mean(word, columns)
        if near is not None:
            problems.add(Diagnostic("EW203", f"`{shown(word)}`, in `kinds` or `units`, is no column", help=near))
        known = catalogue().get(name) or Indicator(name)
        kind = kinds.get(word, known.kind)
        unit = units.get(word, known.unit)
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"one of {', '.join(KINDS)}"
            problems.add(Diagnostic("EW204", f"`{kind}` is no kind (of `{word}`)", help=hint))
        try:
            Unit.parse("ratio" if unit is None else unit)
        except ValueError as error:
            problems.add(Diagnostic("EW204", f"`{unit}` is no unit (of `{word}`): {error}"))
        if kind in ("date", "category"):
            if word in units:
                problems.add(Diagnostic("EW204", f"a {kind} has no unit (`{word}`)", help="leave it out of `units`"))
            unit = None
        found[name] = replace(known, kind=cast("Kind", kind), unit=unit)
    return found


def _long(spec: TableSpec, columns: _FrameColumns) -> TableSpec:
    at = {name: number for number, name in enumerate(columns.names)}
    long = LongSpec(at["indicator"], at["value"], at.get("unit"), at.get("measure"))
    kind = at.get("type") if spec.type_column is None and spec.type == "entity" else spec.type_column
    return replace(spec, type_column=kind, long=long, status=at.get("status"))


def _wide(spec: TableSpec, columns: _FrameColumns, used: set[str], names: Names, problems: Problems) -> TableSpec:
    values, attributes = [], []
    for at, name in enumerate(columns.names):
        if name in used:
            continue
        indicator = names.resolve(name)
        if _is_values(columns.take(at), name, names):
            if indicator is None:
                hint = f"rename it: `df.rename(columns={{{columns.label(at)!r}: {name_hint(name)!r}}})`"
                message = f"column `{shown(name)}` cannot be the name of an indicator"
                problems.add(Diagnostic("EW204", message, Cell(LABEL, column=name), help=hint))
            else:
                values.append(ValueSpec(at, indicator, word=plain(name)))
        elif is_name(plain(name)):
            attributes.append(AttributeSpec(plain(name), at))
    return replace(spec, attributes=tuple(attributes), values=tuple(values))


def _is_values(array: pa.ChunkedArray, name: str, names: Names) -> bool:
    """Whether a column holds an indicator: numbers, text that is mostly numbers, or a declared indicator."""
    kind = array.type
    if names.resolve(name) in names.declared or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return True
    if pa.types.is_decimal(kind):
        return True
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
        return False
    words = [word for word in codes_of(array).texts if Symbols().reason(word) is None]
    if not words or kind_of(name, words) in ("flag", "date"):
        return False
    found = numbers_of(pa.chunked_array([strings(words)]), Symbols())
    return bool(np.isnan(found.values).sum() * 2 < len(words))
