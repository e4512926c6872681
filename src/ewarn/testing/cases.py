"""From tests as they are written to cases that can be run; every mistake of a file at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ewarn.assembly.indicators import Names, plain
from ewarn.assembly.periods import day_of
from ewarn.assembly.problems import Problems
from ewarn.assembly.spec import BreakSpec
from ewarn.calendar import Period, parse_period
from ewarn.diagnostics import Diagnostic, Span, did_you_mean
from ewarn.drop.calendars import Stretches, named_calendars
from ewarn.drop.indicators import declared
from ewarn.drop.read import breaks_of
from ewarn.levels import RANK
from ewarn.panel import AttributeKind, Indicator
from ewarn.rules import Constant, Param, Rule, RuleSet
from ewarn.source import ModelError, Text
from ewarn.testing.data import ALONE, EntityOf, Reader, signal_name
from ewarn.testing.entities import Raw, merged, spread
from ewarn.testing.kinds import kinds_of, words_of
from ewarn.testing.levels import ANY, Expected, read_level, read_reason
from ewarn.testing.mentioned import mentioned
from ewarn.testing.model import (
    NOTHING,
    UNKNOWN,
    WRONG,
    Entities,
    WrittenFinding,
    WrittenLink,
    WrittenTest,
    WrittenTests,
    period_of,
)
from ewarn.testing.setting import Setting
from ewarn.testing.shorthand import Line, expand
from ewarn.testing.units import mistaken_units
from ewarn.testing.world import Frame


@dataclass(frozen=True)
class Expectation:
    """What is expected of one entity: a line that begins at `first`, or that covers the test."""

    entity: str | None
    """None for the only one of its type."""
    first: Period | None
    line: Line[Expected]
    text: Text


@dataclass(frozen=True)
class Finding:
    """What is expected of one entity in one period, beside its level."""

    period: Period
    entity: str | None
    written: WrittenFinding
    place: Text


@dataclass(frozen=True, eq=False)
class Case:
    """One test, its data read."""

    rule: Rule
    id: str
    """The rule's id as the test has it: of an `each` rule that of one indicator."""
    name: str
    place: Text
    home: str | None
    """The entity type that is judged; None for the only one there is."""
    entities: tuple[EntityOf, ...]
    frame: Frame
    expected: tuple[Expectation, ...]
    findings: tuple[Finding, ...]
    signals: Mapping[str, tuple[str, ...]]
    """Rules whose levels are given instead of data, with the types of the entities they are given for."""
    others: tuple[Rule, ...]
    """What a composite may read."""

    @property
    def span(self) -> Span:
        """Where its name stands."""
        return self.place.span()


@dataclass(frozen=True, eq=False)
class Suite:
    """The tests of one pack or file of rules."""

    file: str
    """The file of tests, as messages call it."""
    rules: RuleSet
    """The rules under test."""
    others: RuleSet
    """Rules that are loaded beside them."""
    cases: tuple[Case, ...]
    missing: bool = False
    """There is no such file."""


@dataclass(eq=False)
class Loading:
    """The cases of one file."""

    file: str
    written: WrittenTests
    folder: Path
    """Where the file is, and the tables of its calendars."""
    rules: RuleSet
    others: RuleSet
    problems: list[Diagnostic]
    undated: bool = False
    """A test without a first period has been told."""
    names: Names = field(init=False)
    indicators: Mapping[str, Indicator] = field(init=False)
    said: Mapping[str, frozenset[str]] = field(init=False)
    kinds: Mapping[str, AttributeKind] = field(init=False)
    links: Mapping[str, WrittenLink] = field(init=False)
    breaks: tuple[BreakSpec, ...] = field(init=False)
    calendars: Mapping[str, Stretches] = field(init=False)

    def __post_init__(self) -> None:
        self.indicators, said = declared(self.written.indicators)
        self.said = {name: frozenset(keys) for name, keys in said.items()}
        self.names = Names(self.indicators)
        self.kinds = kinds_of(self.written)
        found = Problems()
        self.breaks = breaks_of(self.written.breaks, found)
        self.calendars = named_calendars(self.folder, self.written.calendars, False, found)
        self.problems += found.diagnostics()
        self.links = {plain(name): link for name, link in self.written.links.items()}

    def cases(self) -> Iterator[Case]:
        """Every test of the file."""
        if not self.written.tests and not self.problems:
            self._say(
                "a file of tests without a test", None, "write one under `tests:`, by the id of its rule", NOTHING
            )
        self._united(self.written.units, words_of(self.written))
        for key, tests in self.written.tests.items():
            rule = self._rule(key)
            if not tests:
                self._say(f"`{key}` has no test", key, "write a test, or delete the line", NOTHING)
            seen: dict[str, Text] = {}
            for test in tests:
                first = seen.setdefault(str(test.name), test.name)
                if first is not test.name:
                    self.problems.append(
                        Diagnostic(WRONG, f"two tests `{test.name}` of {key}", test.name.span(),
                                   f"first on line {first.span().line}", "rename one", more=(first.span(),))
                    )  # fmt: skip
                if rule is not None:
                    yield from self._case(rule, str(key), test)

    def _rule(self, key: Text) -> Rule | None:
        """The rule of an id, also of an `each` rule for one indicator."""
        found = self.rules.named(key) or tuple(
            rule for rule in self.rules.named(key.partition(":")[0]) if rule.each is not None
        )
        if len(found) == 1:
            return found[0]
        known = [self.rules.name(rule) for rule in self.rules]
        hint = did_you_mean(key, known) or f"there are: {', '.join(known[:20])}"
        if found:
            self._say(f"several rules have the id `{key}`", key, f"write {found[0].pack}/{key}")
        else:
            self._say(f"there is no rule `{key}`", key, hint, UNKNOWN)
        return None

    def _case(self, rule: Rule, key: str, test: WrittenTest) -> Iterator[Case]:
        """One test; nothing where it has a mistake."""
        before = len(self.problems)
        rounds = self._rounds(test)
        first = rounds[0] if rounds else test.first or self.written.first
        if first is None and not self.undated:
            self.undated = True
            advice = "write `from: 2021-01` in the test, or once for the file"
            self._say("a test without a first period", test.name, advice)
        first = first or Text.plain("2000-01")
        year = test.fiscal_year_start or self.written.fiscal_year_start
        units = {self.names.resolve(name) or plain(name): str(unit) for name, unit in self._units(test)}
        home = plain(test.type) if test.type is not None else rule.entity[0] if rule.entity else None
        read = mentioned((*self.rules, *self.others), self.names) if rule.each is None else None
        start = parse_period(first, "round" if rounds else None)
        setting = Setting(start, test.last, year, self.names, units, read, rounds)
        reader = Reader(setting, self.problems)
        raws = merged(self._raws(test, home))
        self._united(test.units, (word for raw in raws for word in raw.given))
        entities = tuple(reader.read(raw) for raw in raws)
        if not entities:
            self._say("a test without data", test.name, "give series: `given: {output: 10x3 8}`", NOTHING)
        signals: dict[str, dict[str, None]] = {}
        for entity, word, _ in reader.signals:
            signals.setdefault(str(word), {})[entity.type] = None
        expected = tuple(self._expected(test, {entity.id for entity in entities}, setting))
        findings = tuple(self._findings(test, setting))
        self._something(test, expected, findings)
        wanted = max((len(one.line.values) for one in expected if one.first is None), default=None)
        try:
            last = reader.close(wanted)
        except ModelError as error:
            self.problems += error.diagnostics
        if len(self.problems) > before:
            return
        known_at = None if test.known_at is None else day_of(test.known_at)
        indicators = {**self.indicators, **{name: Indicator(name, "stock") for name in map(signal_name, signals)}}
        frame = Frame(self.file, start, last, year, known_at, indicators, self.said, self.kinds, units, self.links,
                      (*self.breaks, *self._broken(test)), self.calendars)  # fmt: skip
        own = self._with_params(rule, test)
        if len(self.problems) == before:
            yield Case(
                own,
                key,
                str(test.name),
                test.name,
                home,
                entities,
                frame,
                expected,
                findings,
                {name: tuple(types) for name, types in signals.items()},
                (*self.rules, *self.others),
            )

    def _united(self, units: Mapping[Text, str], given: Iterable[str]) -> None:
        found = mistaken_units(units, given, self.names, self.kinds)
        self.problems += [one for one in found if one not in self.problems]

    def _broken(self, test: WrittenTest) -> tuple[BreakSpec, ...]:
        found = Problems()
        breaks = breaks_of(test.breaks, found)
        self.problems += found.diagnostics()
        return breaks

    def _units(self, test: WrittenTest) -> Iterable[tuple[str, str]]:
        return {**self.written.units, **test.units}.items()

    def _raws(self, test: WrittenTest, home: str | None) -> Iterator[Raw]:
        """The entities of a test as they are written: its worlds, then its own."""
        for name in test.world or ():
            world = self.written.worlds.get(name)
            if world is None:
                near = (
                    did_you_mean(name, self.written.worlds) or f"there are: {', '.join(self.written.worlds) or 'none'}"
                )
                self._say(f"there is no world `{name}`", name, near, UNKNOWN)
                continue
            yield from self._spread(world, False)
        if test.given:
            yield Raw(home or "entity", ALONE, test.name, test.given, True)
        yield from self._spread(test.entities, True)

    def _spread(self, entities: Entities, own: bool) -> Iterator[Raw]:
        try:
            yield from spread(entities, own)
        except ModelError as error:
            self.problems += error.diagnostics

    def _rounds(self, test: WrittenTest) -> tuple[Text, ...]:
        """The reporting dates of a test, none of one that goes by months."""
        if test.first is not None:
            if test.rounds is not None:
                self._say("`from:` beside `rounds:`", test.first, "write one of them")
            return ()
        rounds = test.rounds or (() if self.written.first is not None else self.written.rounds) or ()
        days = [parse_period(day, "round").ordinal for day in rounds]
        for before, day, text in zip(days, days[1:], rounds[1:], strict=False):
            if day <= before:
                self._say(f"`{text}` does not follow the reporting date before it", text, "write them oldest first")
        return rounds

    def _expected(self, test: WrittenTest, ids: set[str], setting: Setting) -> Iterator[Expectation]:
        """`expect:` as lines by entity and first period."""
        if test.expect is None:
            return
        if isinstance(test.expect, Text):
            yield from self._line(None, None, test.expect)
            return
        for key, value in test.expect.items():
            period = None if key in ids else setting.period(key)
            if isinstance(value, dict):
                self._known(key, ids)
                for start, text in value.items():
                    if (at := setting.period(start)) is None:
                        self._say(f"`{start}` is no period", start, "write 2022-03, 2022-Q1 or 2022")
                    else:
                        yield from self._line(str(key), at, text)
            elif period is not None:
                yield from self._line(None, period, value)
            else:
                self._known(key, ids)
                yield from self._line(str(key), None, value)

    def _known(self, key: Text, ids: set[str]) -> None:
        if key not in ids:
            near = did_you_mean(key, ids) or f"there are: {', '.join(sorted(ids)[:20])}"
            self._say(f"the test has no entity `{key}`", key, near, UNKNOWN)

    def _line(self, entity: str | None, first: Period | None, text: Text) -> Iterator[Expectation]:
        try:
            line = expand(text, read_level)
        except ModelError as error:
            self.problems += error.diagnostics
            return
        if first is not None and (line.before or line.after):
            self._say("`...` beside a period of its own", text, "write levels from that period on")
        yield Expectation(entity, first, line, text)

    def _findings(self, test: WrittenTest, setting: Setting) -> Iterator[Finding]:
        for key, several in test.at.items():
            period = setting.period(key) or period_of(key)
            if period is None:
                self._say(f"`{key}` is a day", key, "tests go by month, quarter or year: 2022-03, 2022-Q1, 2022")
                continue
            for one in several:
                if one.reason is not None:
                    try:
                        read_reason(one.reason)
                    except ModelError as error:
                        self.problems += error.diagnostics
                if all(getattr(one, name) is None for name in type(one).model_fields if name != "entity"):
                    self._say("an entry of `at` that tests nothing", key, "add zh, en, labels, list, possible", NOTHING)
                yield Finding(period, None if one.entity is None else str(one.entity), one, key)

    def _something(self, test: WrittenTest, expected: Sequence[Expectation], findings: Sequence[Finding]) -> None:
        """A test that tests nothing is a mistake."""
        said = any(value.value.code != ANY for one in expected for value in one.line.values)
        if said or findings or test.at:
            return
        if test.expect is None:
            advice = "write what the rule says: `expect: ... clear yellow`"
            self._say("a test that tests nothing", test.name, advice, NOTHING)
        elif expected:
            place = expected[0].text
            self._say("a test that tests nothing: every period is `any`", place, "write a level for one", NOTHING)

    def _with_params(self, rule: Rule, test: WrittenTest) -> Rule:
        """The rule with the test's params."""
        params = dict(rule.params)
        for name, value in test.params.items():
            param = params.get(plain(name))
            if param is None:
                hint = did_you_mean(name, params) or f"it has: {', '.join(params) or 'none'}"
                self._say(f"rule {rule.id} has no param `{name}`", name, hint, UNKNOWN)
                continue
            params[plain(name)] = self._changed(name, param, value)
        return replace(rule, params=params) if test.params else rule

    def _changed(self, name: Text, param: Param, value: Constant | Mapping[Text, Constant]) -> Param:
        """A param with another value; of one by level only the levels that are named."""
        if isinstance(value, Mapping):
            if param.by is None or not isinstance(param.value, Mapping):
                self._say(f"`{name}` has one value", name, f"write `{name}: VALUE`")
                return param
            for key in value:
                if key not in param.value and (param.by == "level" and key not in RANK):
                    self._say(f"`{name}` has no value for `{key}`", key, f"it has: {', '.join(param.value)}")
            return replace(param, value={**param.value, **{str(key): one for key, one in value.items()}})
        if isinstance(param.value, Mapping):
            self._say(f"`{name}` differs by {param.by}", name, f"write `{name}: {{{next(iter(param.value))}: VALUE}}`")
            return param
        unit = None if isinstance(value, Text) and any(char.isspace() for char in value) else param.unit
        return replace(param, value=value, unit=unit, dated=())

    def _say(self, message: str, place: Text | None, advice: str, code: str = WRONG) -> None:
        span = None if place is None else place.span()
        found = Diagnostic(code, message, span, help=advice)
        if found not in self.problems:
            self.problems.append(found)
