"""What a test says of its entities: series, attributes, parents; shorthand expanded, nothing assembled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ewarn.assembly.indicators import AHEAD, MEASURE_WORDS, MEASURES, RATES, is_name, name_hint, plain
from ewarn.calendar import Calendar, Period
from ewarn.catalogue import catalogue
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.panel import Measure
from ewarn.signals.judging import CLEAR, UNMATCHED
from ewarn.signals.judging import UNKNOWN as UNKNOWN_LEVEL
from ewarn.source import ModelError, Text
from ewarn.testing.cells import Cell, is_unit, read_number, read_word
from ewarn.testing.entities import Raw
from ewarn.testing.levels import ANY, Expected, read_level
from ewarn.testing.model import UNKNOWN, WRONG, Given, period_of
from ewarn.testing.setting import Setting
from ewarn.testing.shorthand import CODE, Line, Value, expand
from ewarn.testing.units import fits

ALONE = "A"
"""The id of the entity of a test that has one."""
MOST_VALUES = 200_000
"""Values in the series of one test."""
_OWN = ("in", "name", "links", "signals")


@dataclass(frozen=True)
class SeriesOf:
    """Values of one indicator and measure of one entity, period by period from `first` on."""

    word: Text
    indicator: str
    measure: Measure
    first: Period
    values: tuple[Value[Cell], ...]
    unit: str | None
    steps: tuple[int, ...]
    """The ordinals of the values."""


@dataclass
class EntityOf:
    """One entity of a test."""

    type: str
    id: str
    place: Text
    name: str | None = None
    series: dict[str, list[SeriesOf]] = field(default_factory=dict)
    """By the word that names them: several where several stretches are given."""
    attributes: dict[str, dict[Period | None, str]] = field(default_factory=dict)
    parents: dict[str, dict[Period | None, str]] = field(default_factory=dict)
    links: dict[str, tuple[Text, dict[Period | None, str]]] = field(default_factory=dict)
    """By name, its place, and ids of what it leads to."""


class Reader:
    """Reads entities; every mistake is collected."""

    def __init__(self, setting: Setting, problems: list[Diagnostic]) -> None:
        self.setting = setting
        self.problems = problems
        self.entities: list[EntityOf] = []
        self.values = 0
        self.signals: list[tuple[EntityOf, Text, Line[Expected]]] = []
        self.open: list[tuple[EntityOf, Text, str, Measure, Line[Cell], str | None]] = []

    def read(self, raw: Raw) -> EntityOf:
        """One entity. Series that run from the first period of the test wait for its end: see `close`."""
        entity = EntityOf(raw.type, raw.id, raw.place)
        self.entities.append(entity)
        for word, value in raw.given.items():
            try:
                if word in _OWN:
                    self.own(entity, word, value)
                elif not self.attribute(entity, word, value, raw.own):
                    self.series(entity, word, value)
            except ModelError as error:
                self.problems.extend(item for item in error.diagnostics if item not in self.problems)
        return entity

    def own(self, entity: EntityOf, word: Text, value: Given) -> None:
        """`in`, `name`, `links`, `signals`."""
        if word == "name":
            if isinstance(value, bool | dict):
                raise _wrong("a name is a text", word)
            entity.name = str(value)
            return
        if not isinstance(value, dict):
            raise _wrong(f"`{word}` is a mapping", word, "in: {park: P1}")
        for key, item in value.items():
            if word == "in":
                entity.parents[plain(key)] = self.dated(key, item)
            elif word == "links":
                if isinstance(item, tuple) and len(item) != 1:
                    raise _wrong(f"the link `{key}` leads to one entity", key, "write one id, or `_` for none")
                entity.links[plain(key)] = key, self.dated(key, item[0] if isinstance(item, tuple) else item)
            elif isinstance(item, Text):
                self.signals.append((entity, key, expand(item, read_level)))
            else:
                raise _wrong("levels are words, like `clear yellow`", key)

    def dated(self, word: Text, value: object) -> dict[Period | None, str]:
        """A word, or a word by period."""
        if not isinstance(value, dict):
            return {None: _cell(word, value)}
        return {self.period(key): _cell(key, item) for key, item in value.items()}

    def period(self, key: Text) -> Period:
        """A key that must be a period."""
        found = self.setting.period(key) or (period_of(key) if self.setting.rounds else None)
        if found is None:
            raise _wrong(f"`{key}` is no period", key, "write 2022-03, 2022-Q1 or 2022")
        if found.freq == "round" and found.ordinal not in self.setting.days:
            raise _wrong(f"`{key}` is not among the reporting dates of this test", key, "add it under `rounds:`")
        return found

    def attribute(self, entity: EntityOf, word: Text, value: Given, own: bool) -> bool:
        """Read it if it is an attribute."""
        names = self.setting.names
        head, dot, tail = plain(word).rpartition(".")
        base = names.resolve(head if dot else word)
        known = base is not None and (base in catalogue() or base in names.declared)
        if dot and tail not in MEASURE_WORDS:
            hint = did_you_mean(tail, MEASURE_WORDS) or f"one of {', '.join(MEASURES)}"
            raise _wrong(f"`{tail}` is no measure", word, hint, UNKNOWN)
        resolved = base if (known or dot) and base is not None else plain(word)
        read = self.setting.read
        if own and read is not None and resolved not in read and resolved not in names.declared:
            near = did_you_mean(resolved, read) or f"they read: {', '.join(sorted(read)[:20])}"
            raise _wrong(f"no rule of this test reads `{word}`", word, near, UNKNOWN)
        if dot or known:
            if isinstance(value, bool):
                raise _wrong(f"`{word}` is an indicator: it has numbers", word)
            return False
        if not is_name(plain(word)):
            raise _wrong(f"`{word}` is not a name", word, f"a name like `{name_hint(word)}`")
        if isinstance(value, Text) and _is_series(value):
            hint = f"`indicators: {{{plain(word)}: {{kind: flow}}}}` at the top of the file makes it one"
            raise _wrong(f"the catalogue has no indicator `{word}`", word, hint)
        entity.attributes[plain(word)] = self.dated(word, value)
        return True

    def series(self, entity: EntityOf, word: Text, value: Given) -> None:
        """One series: from the first period on, or in stretches by their own first periods."""
        head, _, tail = plain(word).rpartition(".")
        names = self.setting.names
        indicator = names.resolve(head or word) or plain(word)
        measure: Measure = MEASURE_WORDS[tail] if head else "period"
        if isinstance(value, dict):
            for key, item in value.items():
                first = self.period(key)
                if not isinstance(item, Text):
                    raise _wrong(f"`{key}` has no series", key, "values like 5x4")
                line, unit = self.line(item, indicator, measure)
                self.put(entity, word, indicator, measure, first, line, unit)
            return
        assert isinstance(value, Text)
        line, unit = self.line(value, indicator, measure)
        unit = unit or self.setting.units.get(indicator) or self.setting.units.get(plain(word))
        self.open.append((entity, word, indicator, measure, line, unit))

    def line(self, text: Text, indicator: str, measure: str) -> tuple[Line[Cell], str | None]:
        """The values of a series and its unit, the test's where it says none."""
        words = self.setting.names.indicator(indicator).kind in ("date", "category")
        line = expand(text, read_word if words else read_number, rest=None if words else is_unit)
        if line.before:
            hint = "a series begins with the first period; `.` is a period without a row"
            raise ModelError(Diagnostic(CODE, "`...` in front of a series", text.span(), help=hint))
        if line.rest is None:
            return line, self.setting.units.get(indicator)
        wanted = self.setting.names.indicator(indicator).unit
        if measure not in RATES and wanted and not fits(line.rest, wanted):
            raise _wrong(f"`{indicator}` is held in {wanted}, not in {line.rest}", line.rest, code=CODE)
        return line, str(line.rest)

    def yearly(self, indicator: str, measure: str) -> bool:
        """Whether a series is one of targets, which hold for their year."""
        return measure in AHEAD or self.setting.names.indicator(indicator).kind == "target"

    def close(self, wanted: int | None = None) -> Period:
        """Lay the series along the periods of the test, and give its last one.

        All that run from the first period to the end must be of one length; `wanted` is the number of periods that
        are expected, where no series says how long the test is.
        """
        ends: dict[int, tuple[Text, int]] = {}
        for _, word, indicator, measure, line, _ in self.open:
            if not line.after and not self.yearly(indicator, measure):
                ordinals = self.ordinals(word, indicator, len(line.values))
                ends.setdefault(ordinals[-1], (word, len(line.values)))
        start = self.setting.first
        if self.setting.rounds:
            ends.setdefault(self.setting.days[-1], (self.setting.rounds[-1], len(self.setting.rounds)))
        if self.setting.last is not None:
            ends.setdefault(*self.until(self.setting.last))
        for _, word, levels in self.signals:
            if not levels.before and not levels.after:
                ends.setdefault(self.steps(word, len(levels.values))[-1], (word, len(levels.values)))
        if len(ends) > 1:
            self.uneven(ends)
        end = Period(start.freq, max(ends) if ends else start.ordinal + (wanted or 1) - 1)
        for entity, word, indicator, measure, line, unit in self.open:
            if self.yearly(indicator, measure):
                self.put_years(entity, word, indicator, measure, line, unit, end)
                continue
            values = line.values
            ordinals = self.ordinals(word, indicator, len(values))
            if line.after:
                more = [at for at in self.span(indicator, start.ordinal, end.ordinal) if at > ordinals[-1]]
                values, ordinals = (*values, *[values[-1]] * len(more)), (*ordinals, *more)
            self.add(entity, SeriesOf(word, indicator, measure, start, values, unit, ordinals))
        for entity, word, levels in self.signals:
            self.add(entity, self.signal(word, levels, end))
        self.quiet(end)
        return end

    def quiet(self, end: Period) -> None:
        """Where the levels of a rule are given, it is clear for all others of the type."""
        clear = expand(Text.plain("clear ..."), read_level)
        for kind, word in {(entity.type, str(word)): word for entity, word, _ in self.signals}.items():
            for entity in self.entities:
                if entity.type == kind[0] and f"{signal_name(word)}.period" not in entity.series:
                    self.add(entity, self.signal(word, clear, end))

    def signal(self, word: Text, line: Line[Expected], end: Period) -> SeriesOf:
        """The levels of another rule as numbers: see `signal_name`. What comes before them is clear."""
        cells = [Value(_level_cell(value.value.code, word), value.place) for value in line.values]
        count = self.setting.count(end)
        missing = max(0, count - len(cells))
        if line.before:
            cells = [Value(_level_cell(CLEAR, word), word)] * missing + cells
        elif line.after:
            cells += [cells[-1]] * missing
        steps = self.steps(word, len(cells))
        return SeriesOf(word, signal_name(word), "period", self.setting.first, tuple(cells), None, steps)

    def steps(self, word: Text, count: int) -> tuple[int, ...]:
        """The ordinals of so many periods of the test."""
        found = self.setting.steps(count)
        if len(found) < count:
            dates = len(self.setting.rounds)
            raise _wrong(f"`{word}` has {count} values, and there are {dates} reporting dates", word, code=CODE)
        return found

    def until(self, last: Text) -> tuple[int, tuple[Text, int]]:
        """`to:` of the test, as the end of a series."""
        if self.setting.rounds:
            raise _wrong("`to:` beside `rounds:`", last, "the last reporting date is the end")
        start, period = self.setting.first, self.period(last)
        if period.freq != start.freq or period < start:
            raise _wrong(f"`to: {last}` is no period after {start}", last, "write a later one of the same kind")
        return period.ordinal, (last, period.ordinal - start.ordinal + 1)

    def uneven(self, ends: Mapping[int, tuple[Text, int]]) -> None:
        """Series of several lengths: the longest stands, the others are told."""
        longest = max(ends)
        other, length = ends[longest]
        last = Period(self.setting.first.freq, longest)
        for end, (word, count) in ends.items():
            if end != longest:
                self.problems.append(
                    Diagnostic(
                        CODE, f"`{word}` has {count} value{'s' * (count != 1)} and ends in {Period(last.freq, end)}",
                        word.span(), f"`{other}` has {length} and ends in {last}",
                        "give each period a value; `...` at the end goes on with the last one", more=(other.span(),),
                    )
                )  # fmt: skip

    def without_january(self, indicator: str) -> bool:
        """Whether an indicator has no January of its own."""
        return self.setting.first.freq == "M" and self.setting.names.indicator(indicator).january == "none"

    def span(self, indicator: str, first: int, last: int) -> list[int]:
        """The ordinals of an indicator's own periods."""
        if self.setting.rounds:
            return [at for at in self.setting.days if first <= at <= last]
        january = self.without_january(indicator)
        return [at for at in range(first, last + 1) if not (january and at % 12 == 0)]

    def ordinals(self, word: Text, indicator: str, count: int) -> tuple[int, ...]:
        """The ordinals of so many own periods from the first one on."""
        if self.setting.rounds:
            return self.steps(word, count)
        first = self.setting.first.ordinal
        return tuple(self.span(indicator, first, first + count + count // 11 + 1)[:count])

    def put(
        self,
        entity: EntityOf,
        word: Text,
        indicator: str,
        measure: Measure,
        first: Period,
        line: Line[Cell],
        unit: str | None,
    ) -> None:
        """A stretch with a first period of its own."""
        if line.after:
            raise _wrong(
                "`...` in a series with a first period of its own", line.values[-1].place, "write how many: 5x4"
            )
        if first.freq == "round":
            days = tuple(day for day in self.setting.days if day >= first.ordinal)[: len(line.values)]
            if len(days) < len(line.values):
                raise _wrong(f"`{word}` has more values than there are reporting dates", word, code=CODE)
            self.add(entity, SeriesOf(word, indicator, measure, first, line.values, unit, days))
            return
        monthly = first.freq == "M" and self.without_january(indicator)
        steps = [
            at
            for at in range(first.ordinal, first.ordinal + 2 * len(line.values) + 1)
            if not (monthly and at % 12 == 0)
        ]
        self.add(entity, SeriesOf(word, indicator, measure, first, line.values, unit, tuple(steps[: len(line.values)])))

    def put_years(
        self,
        entity: EntityOf,
        word: Text,
        indicator: str,
        measure: Measure,
        line: Line[Cell],
        unit: str | None,
        end: Period,
    ) -> None:
        """Targets: one number holds for every year of the test, several are those of year after year."""
        start = self.setting.first
        years = Calendar(start.freq, np.array([start.ordinal, end.ordinal]), self.setting.fiscal_year_start).fiscal_year
        first, last = int(years[0]), int(years[1])
        values = line.values
        if len(values) == 1 or line.after:
            values = (*values, *[values[-1]] * max(0, last - first + 1 - len(values)))
        steps = tuple(range(first, first + len(values)))
        self.add(entity, SeriesOf(word, indicator, measure, Period("A", first), values, unit, steps))

    def add(self, entity: EntityOf, series: SeriesOf) -> None:
        """Keep a series; two stretches of one must not overlap nor differ in frequency."""
        self.values += len(series.values)
        if self.values > MOST_VALUES:
            if self.values - len(series.values) <= MOST_VALUES:
                words = f"a test of more than {MOST_VALUES:,} values"
                self.problems.append(
                    _wrong(words, series.word, "fewer entities or periods show the same").diagnostics[0]
                )
            return
        others = entity.series.setdefault(f"{series.indicator}.{series.measure}", [])
        for other in others:
            if other.first.freq != series.first.freq:
                self.problems.append(_wrong("stretches of two frequencies in one series", series.word).diagnostics[0])
            elif set(other.steps) & set(series.steps):
                self.problems.append(
                    _wrong(f"`{series.word}` is given twice for one period", series.word).diagnostics[0]
                )
        others.append(series)


def signal_name(rule: str) -> str:
    """The indicator that stands for the levels of a rule where a test gives them: their ranks, -1 not applicable."""
    return "signal_" + "".join(char if char.isalnum() else f"_{ord(char)}_" for char in rule)


def _level_cell(code: int, word: Text) -> Cell:
    if code == ANY:
        raise _wrong("`any` is for what is expected", word, "write clear, unknown, or a level")
    return Cell("" if code == UNKNOWN_LEVEL else str(-1 if code == UNMATCHED else code))


def _is_series(text: Text) -> bool:
    """Whether a value reads as several numbers."""
    try:
        return len(expand(text, read_number).values) > 1
    except ModelError:
        return False


def _wrong(message: str, word: Text, advice: str | None = None, code: str = WRONG) -> ModelError:
    return ModelError(Diagnostic(code, message, word.span(), help=advice))


def _cell(word: Text, value: object) -> str:
    """An attribute as the cell of a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Text):
        return "" if value == "_" else str(value)
    raise _wrong(f"`{word}` has no value", word, "a text, a number, true or false, a day like 2021-03-15")
