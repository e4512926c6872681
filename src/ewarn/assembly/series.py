"""Series of the panel: every column of numbers laid out, and the tables that give one series laid over each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ewarn.assembly.cells import convert, report_bad, report_shares
from ewarn.assembly.codes import Rows
from ewarn.assembly.context import Context
from ewarn.assembly.entities import Part, Scalar
from ewarn.assembly.grid import Clashes, Column, Layout, Observed, merge, observe
from ewarn.assembly.indicators import AHEAD
from ewarn.assembly.long import LongRows
from ewarn.assembly.numbers import Numbers
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import LongSpec, ValueSpec
from ewarn.assembly.words import Kind, Vocabulary, read_words, written
from ewarn.calendar import Frequency, published_days
from ewarn.diagnostics import Cell, Diagnostic, Span
from ewarn.panel import Floats, Measure, Reason, Series, SeriesKey
from ewarn.units import Unit

_GIVEN = {"M": "by month", "Q": "by quarter", "A": "by year", "round": "by reporting date"}


@dataclass(eq=False)
class _Growing:
    """A series while tables add to it."""

    freq: Frequency
    measure: Measure
    observed: Observed
    unit: Unit | None
    label: str


@dataclass(frozen=True, eq=False)
class _Group:
    """Values of one indicator and measure in a long table."""

    numbers: Numbers
    unit: Unit | None
    rows: list[Rows]


class SeriesMaker:
    """Collects the series of all tables."""

    def __init__(self, context: Context, vocabulary: Vocabulary) -> None:
        self._context, self._vocabulary = context, vocabulary
        self._growing: dict[SeriesKey, _Growing] = {}

    def add_wide(self, sheet: Sheet) -> None:
        """Add the value columns of a table."""
        blocks = [
            np.empty((len(sheet.spec.values), *self._context.shape(part))) for part in self._context.parts(sheet)
        ]  # one piece of memory rather than many, between which holes would stay
        for number, spec in enumerate(sheet.spec.values):
            self._add_column(sheet, spec, [block[number] for block in blocks])

    def add_long(self, sheet: Sheet, long: LongSpec, rows: LongRows) -> None:
        """Add the values of a table in the long form."""
        numbers = sheet.values(long.value, self._context.problems)
        called = [_name(kind.indicator, kind.measure) for kind in rows.kinds]
        kinds = [self._kind(kind.indicator, kind.measure) for kind in rows.kinds]
        if any(kinds):  # words are read below, each as what it is
            amounts = np.array([kind is None for kind in kinds])[rows.index]
            numbers.bad = numbers.bad[amounts[numbers.bad]]
        report_bad(sheet, long.value, numbers, lambda row: called[rows.index[row]], self._context.problems)
        order = np.argsort(rows.index.astype(np.int16) if len(rows.kinds) < 1 << 15 else rows.index, kind="stable")
        bounds = np.searchsorted(rows.index[order], np.arange(len(rows.kinds) + 1))
        groups: dict[tuple[str, Measure], _Group] = {}
        for number, kind in enumerate(rows.kinds):
            mine = order[bounds[number] : bounds[number + 1]]
            if not len(mine):
                continue
            key = (kind.indicator, kind.measure)
            wordy = kinds[number]
            if wordy is not None:
                read = read_words(sheet, long.value, wordy, mine, self._context.problems)
                groups[key] = _joined(groups.get(key), _Group(read, None, [mine]))
                continue
            held = self._held(*key)
            given = None if kind.measure == "rank" else kind.unit or self._context.units.given(*key)
            try:
                unit, unfit = convert(numbers, mine, given, held)
            except ValueError as error:
                self._misfits(sheet, long, mine, f"`{called[number]}` is held in {held}: {error}", called[number])
                continue
            report_shares(sheet, long.value, numbers, unfit, called[number], held, self._context.problems)
            group = groups.get(key)
            groups[key] = _Group(numbers, unit, [*(group.rows if group else ()), mine])
        for part in self._context.parts(sheet):
            self._add_groups(part, long.value, groups)

    def series(self) -> dict[SeriesKey, Series]:
        """All series, sorted by key."""
        found = {}
        for key in sorted(self._growing):
            growing = self._growing[key]
            observed, unit = growing.observed, growing.unit
            reasons = observed.reasons if observed.reasons is not None and observed.reasons.any() else None
            statuses = observed.statuses if observed.statuses is not None and observed.statuses.any() else None
            text = None if unit is None else unit.text
            wordy = self._kind(key[1], growing.measure)
            found[key] = Series(
                key[1], growing.measure, growing.freq, text, observed.values, observed.sources, reasons, statuses,
                self._previous(observed),
            )  # fmt: skip
            if wordy is not None:
                found[key] = replace(found[key], holds=wordy.holds, categories=wordy.words)
        return found

    def _previous(self, observed: Observed) -> Floats | None:
        """The vintage before the newest; None where no table of the drop says when anything was published."""
        if observed.previous is not None:
            return observed.previous.values
        if not self._context.vintages:
            return None
        return np.broadcast_to(np.float64(np.nan), observed.values.shape)

    def _kind(self, indicator: str, measure: str) -> Kind | None:
        """What its words stand for; None where it holds numbers."""
        known = self._context.names.indicator(indicator)
        if known.holds == "number":
            return None
        return Kind(indicator, _name(indicator, measure), known.holds, self._vocabulary.words.get(indicator, ()))

    def _add_column(self, sheet: Sheet, spec: ValueSpec, into: list[Floats]) -> None:
        wordy = self._kind(spec.indicator, spec.measure) if spec.words else None
        if wordy is not None:
            numbers = read_words(sheet, spec.column, wordy, None, self._context.problems)
            self._add_parts(sheet, spec, numbers, None, into)
            return
        numbers = sheet.values(spec.column, self._context.problems)
        what = _name(spec.indicator, spec.measure)
        held = self._held(spec.indicator, spec.measure)
        given = spec.unit or self._context.units.given(spec.indicator, spec.measure)
        report_bad(sheet, spec.column, numbers, lambda _: what, self._context.problems)
        try:
            held, unfit = convert(numbers, None, None if spec.measure == "rank" else given, held)
        except ValueError as error:
            self._misfit(sheet, spec, f"`{what}` is held in {held}: {error}")
            return
        report_shares(sheet, spec.column, numbers, unfit, what, held, self._context.problems)
        self._add_parts(sheet, spec, numbers, held, into)

    def _add_parts(
        self, sheet: Sheet, spec: ValueSpec, numbers: Numbers, held: Unit | None, into: list[Floats]
    ) -> None:
        for part, laid in zip(self._context.parts(sheet), into, strict=True):
            layout = self._context.layout(part)
            self._add(part, None, layout, spec.indicator, spec.measure, spec.column, numbers, held, laid)

    def _held(self, indicator: str, measure: Measure) -> Unit | None:
        return self._context.units.held(indicator, measure)

    def _add_groups(self, part: Part, column: int, groups: dict[tuple[str, Measure], _Group]) -> None:
        cells = self._context.cells(part)
        shape, file_rows = self._context.shape(part), part.numbers
        place = None
        if part.rows is not None:
            place = np.full(len(part.sheet), -1, dtype=np.int64)
            place[part.rows] = np.arange(len(part.rows))
        for (indicator, measure), group in groups.items():
            pieces = group.rows
            rows = pieces[0] if len(pieces) == 1 else np.sort(np.concatenate(pieces))
            mine = rows if place is None else place[rows]
            mine = mine[mine >= 0]
            if len(mine):
                layout = Layout.of(shape, cells[mine], file_rows[mine])
                self._add(part, mine, layout, indicator, measure, column, group.numbers, group.unit)

    def _add(
        self,
        part: Part,
        rows: Rows | None,
        layout: Layout,
        indicator: str,
        measure: Measure,
        column: int,
        numbers: Numbers,
        unit: Unit | None,
        into: Floats | None = None,
    ) -> None:
        """Lay out one series of one part; `rows` are those of the part's rows that give it, None for all."""
        context, sheet = self._context, part.sheet
        assert sheet.freq is not None
        due = context.names.indicator(indicator).due

        def pick(items: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
            mine = part.pick(items)
            return mine if rows is None else mine[rows]

        days = context.days(sheet, due)
        items = Column(
            pick(numbers.values),
            None if numbers.reasons is None else pick(numbers.reasons),
            None if sheet.status is None else pick(sheet.status),
            None if days is None else pick(days),
        )
        observed, clashes = observe(layout, sheet.table, sheet.column(column), items, into)
        self._clashed((part.type, indicator, measure), sheet.freq, clashes, unit)
        if observed.statuses is not None:
            observed.statuses[np.isnan(observed.values)] = 0
        if sheet.published is None and measure not in AHEAD and context.names.indicator(indicator).kind != "target":
            self._not_due(sheet.freq, due, observed)
        if (
            part.rows is None or observed.says.any()
        ):  # a column that is another type's business is no series of this one
            self._lay((part.type, indicator, measure), measure, sheet, observed, unit)

    def _not_due(self, freq: Frequency, due: int | None, observed: Observed) -> None:
        """Take back what counts as published only after `known_at`."""
        if self._context.known_at is None:
            return
        late = published_days(self._context.calendars[freq], due) > self._context.known_at
        if late.any():
            observed.values[late] = np.nan
            if observed.statuses is not None:
                observed.statuses[late] = 0
            if observed.reasons is None:
                observed.reasons = np.zeros(observed.values.shape, dtype=np.int8)
            observed.reasons[late] = np.where(observed.sources[0].rows[late] > 0, np.int8(Reason.NOT_DUE), np.int8(0))

    def _lay(self, key: SeriesKey, measure: Measure, sheet: Sheet, observed: Observed, unit: Unit | None) -> None:
        assert sheet.freq is not None
        before = self._growing.get(key)
        if before is None:
            self._growing[key] = _Growing(sheet.freq, measure, observed, unit, sheet.spec.label)
        elif before.freq != sheet.freq:
            message = f"`{_name(key[1], measure)}` is given {_GIVEN[sheet.freq]} here, and {_GIVEN[before.freq]} in"
            hint = "give one of them another name or measure, as `measure: quarter`"
            place = Cell(sheet.spec.label)
            self._context.problems.add(
                Diagnostic("EW207", f"{message} `{before.label}`", place, help=hint), sheet.spec.label
            )
        else:
            before.observed, clashes = merge(before.observed, observed)
            self._clashed(key, sheet.freq, clashes, unit)

    def _clashed(self, key: SeriesKey, freq: Frequency, clashes: Clashes | None, unit: Unit | None) -> None:
        kind, indicator, measure = key
        suffix = "" if unit is None or unit.is_ratio else f" {unit.text}"
        wordy = self._kind(indicator, measure)
        word = (lambda value: f"{value:,.12g}{suffix}") if wordy is None else written(wordy)
        self._context.report("EW303", kind, freq, _name(indicator, measure), clashes, word)

    def _misfit(self, sheet: Sheet, spec: ValueSpec, reason: str) -> None:
        place: Span | Cell = spec.place or Cell(sheet.spec.label, column=sheet.column(spec.column))
        self._context.problems.add(Diagnostic("EW310", reason, place), sheet.spec.label)

    def _misfits(self, sheet: Sheet, long: LongSpec, rows: Rows, reason: str, what: str) -> None:
        def word(position: int) -> Diagnostic:
            row = int(rows[position])
            return Diagnostic("EW310", reason, sheet.place(row, long.unit, what))

        self._context.problems.add_all("EW310", sheet.spec.label, len(rows), word)


def _joined(before: _Group | None, group: _Group) -> _Group:
    """Two groups of words, which share no row: under two spellings of one indicator."""
    if before is None:
        return group
    one, other = before.numbers, group.numbers
    reasons = one.reasons if other.reasons is None else other.reasons
    if one.reasons is not None and other.reasons is not None:
        reasons = np.maximum(one.reasons, other.reasons)
    values = np.where(np.isnan(one.values), other.values, one.values)
    return _Group(Numbers(values, reasons, None, one.bad, None), None, [*before.rows, *group.rows])


def _name(indicator: str, measure: str) -> str:
    return indicator if measure == "period" else f"{indicator}.{measure}"
