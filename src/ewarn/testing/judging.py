"""Running a case: its panel is assembled once, and any version of its rule can be judged on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ewarn.alerts.models import Alert
from ewarn.calendar import Calendar, Period
from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import DropError, RuleError
from ewarn.expressions.evaluation import Evaluation, Frame
from ewarn.expressions.spans import spanning
from ewarn.panel import Int8s, Panel, Reason
from ewarn.report import Report
from ewarn.rules import Rule, RuleSet
from ewarn.signals import Signals, Verdicts, judged
from ewarn.signals.compiled import Compiled, compile_rule
from ewarn.signals.each import expand
from ewarn.signals.homes import homes
from ewarn.signals.judging import UNKNOWN, UNMATCHED, judge
from ewarn.testing.cases import Case, Expectation
from ewarn.testing.composites import Joining
from ewarn.testing.levels import ANY, level_word, read_reason
from ewarn.testing.model import WRONG
from ewarn.testing.outcome import Difference, Outcome, Row, Verdict
from ewarn.testing.world import panel_of


@dataclass(eq=False)
class Trial:
    """A case, ready to be judged as often as is wanted."""

    case: Case
    _compiled: list[Compiled] = field(default_factory=list)
    """All that were judged: the evaluation knows them by their identity."""
    _joining: Joining | None = None
    _frames: dict[int, Frame] = field(default_factory=dict)

    @cached_property
    def panel(self) -> Panel:
        """The panel of the test. Raises RuleError with what does not fit together."""
        try:
            return panel_of(self.case.entities, self.case.frame)
        except DropError as error:
            raise RuleError([self._placed(item) for item in error.diagnostics]) from None

    def _placed(self, item: Diagnostic) -> Diagnostic:
        """A mistake of assembly: what stands in no file stands in this test."""
        if isinstance(item.place, Span):
            return item
        about = getattr(item.place, "about", None)
        words = f"test `{self.case.name}`: {item.message}" + (f" ({about})" if about else "")
        return Diagnostic(item.code, words, self.case.span, item.label, item.help)

    @cached_property
    def evaluation(self) -> Evaluation:
        """What is shared by everything that is judged on the panel."""
        return Evaluation(self.panel, threads=1)

    def joining(self, rule: Rule, home: str) -> Joining:
        """What joins a composite on this panel, the same for all its versions."""
        if self._joining is None:
            self._joining = Joining(self.case, self.panel, rule, home)
        return self._joining

    @cached_property
    def own(self) -> Compiled:
        """The rule of the case. Raises RuleError."""
        return self.compiled(self.case.rule)

    def compiled(self, rule: Rule, like: Compiled | None = None) -> Compiled:
        """The rule on this panel, judged in every period of the test. `like`: the same with other numbers, compiled
        before; what comes of it is good for levels alone. Raises RuleError."""
        found = [one for one in expand(self.panel, rule) if self.case.id in (rule.id, one.id, f"{rule.pack}/{rule.id}")]
        if len(found) != 1:
            names = ", ".join(one.id for one in expand(self.panel, rule))
            raise self.mistake(f"rule {rule.id} stands for {names}", "name one of them instead of the whole")
        home = self.case.home or homes(self.panel, found[0])[0]
        try:
            if found[0].legs:
                compiled = self.joining(found[0], home).own if like is None else replace(like, rule=found[0])
            else:
                compiled = compile_rule(self.evaluation, found[0], home, like=like)
        except RuleError as error:
            raise RuleError([replace(item, more=(*item.more, self.case.span)) for item in error.diagnostics]) from None
        if compiled.unrun is not None:
            advice = f"give it to an entity: `{compiled.unrun}: ...`"
            raise self.mistake(f"the rule needs `{compiled.unrun}`, which this test has not", advice)
        compiled = replace(compiled, row=self.last_row(compiled.calendar))
        self._compiled.append(compiled)
        return compiled

    def mistake(self, message: str, advice: str | None = None) -> RuleError:
        """A mistake of the whole test."""
        return RuleError([Diagnostic(WRONG, f"test `{self.case.name}`: {message}", self.case.span, help=advice)])

    def last_row(self, calendar: Calendar) -> int:
        """The last period of the test on a calendar; those after it are of targets alone."""
        frame = self.case.frame
        day = Calendar(frame.last.freq, np.array([frame.last.ordinal]), frame.fiscal_year_start).last_day[0]
        return int(np.searchsorted(calendar.last_day, day, side="right")) - 1

    def periods(self, calendar: Calendar) -> tuple[Period, ...]:
        """The periods of the test, as the rule counts them."""
        frame = self.case.frame
        if calendar.freq == "round":
            return tuple(one for one in calendar.periods if frame.first.ordinal <= one.ordinal <= frame.last.ordinal)
        ends = Calendar(frame.first.freq, np.array([frame.first.ordinal, frame.last.ordinal]), frame.fiscal_year_start)
        spanned = spanning(calendar.freq, int(ends.first_day[0]), int(ends.last_day[1]), frame.fiscal_year_start)
        return tuple(one for one in spanned.periods if not (calendar.double_january and one.ordinal % 12 == 0))

    def signals(self, compiled: Compiled, row: int) -> Signals:
        """What is said up to a period: by the rule, first among the verdicts, and by those that it reads."""
        if compiled.legs:
            return self.joining(compiled.rule, compiled.home).signals(compiled.rule, row)
        if row != compiled.row:
            compiled = replace(compiled, row=row)
            self._compiled.append(compiled)
        rules = RuleSet((replace(compiled.rule, show=True),))
        return Signals(self.panel, rules, self.evaluation, (judged(self.evaluation, [compiled])[0],))

    def levels(self, compiled: Compiled) -> Int8s:
        """The levels alone, (periods, entities); what other versions of the rule have computed is used again."""
        if compiled.legs:
            return self.joining(compiled.rule, compiled.home).levels(compiled.rule)
        frame = self._frames.get(id(compiled.calendar))
        if frame is None:
            frame = self._frames[id(compiled.calendar)] = self.evaluation.frame(compiled.home, compiled.calendar)
        self.evaluation.prepare(compiled.roots)
        return judge(compiled, frame).level

    @cached_property
    def lines(self) -> tuple[tuple[str, tuple[Period, ...], tuple[Verdict, ...]], ...]:
        """By entity, the periods of the test and what is expected of them. Raises RuleError."""
        compiled = self.own
        periods = self.periods(compiled.calendar)
        by_entity: dict[str, list[Verdict]] = {}
        problems: list[Diagnostic] = []
        for one in self.case.expected:
            entity = one.entity or self.only(compiled.home)
            if entity not in self.panel.types[compiled.home].position:
                message = f"`{entity}` is no {compiled.home}, which this rule is about"
                problems.append(Diagnostic(WRONG, message, one.text.span()))
                continue
            line = by_entity.setdefault(entity, [Verdict(ANY)] * len(periods))
            problems += _lay(one, periods, line)
        if problems:
            raise RuleError(problems)
        return tuple((entity, periods, tuple(line)) for entity, line in by_entity.items())

    def only(self, home: str) -> str:
        """The one entity of the rule's type."""
        ids = self.panel.types[home].ids
        if len(ids) == 1:
            return ids[0]
        raise self.mistake(
            f"there are {len(ids)} of the type {home}",
            f"say whose it is: `expect: {{{ids[0]}: ...}}`, `entity: {ids[0]}`",
        )

    def run(self) -> Outcome:
        """Judge the case as it is. Raises RuleError with mistakes of the rule or the test."""
        compiled = self.own
        return Outcome(self.case, self.rows(compiled), self.differences(compiled))

    def rows(self, compiled: Compiled) -> tuple[Row, ...]:
        """Levels by entity, expected and got."""
        if not self.lines:
            return ()
        levels = self.levels(compiled)
        rows = []
        for entity, periods, expected in self.lines:
            at = self.panel.types[compiled.home].position[entity]
            got = []
            for period, wanted in zip(periods, expected, strict=True):
                row = compiled.calendar.row(period)
                code = int(levels[row, at]) if 0 <= row < len(levels) else UNMATCHED
                why = self.reason(compiled, row, at) if wanted.reason is not None and code == UNKNOWN else None
                got.append(Verdict(code, why))
            rows.append(Row(entity, tuple(map(str, periods)), expected, tuple(got)))
        return tuple(rows)

    def agree(self, compiled: Compiled) -> bool:
        """Whether every level is as expected: `rows` in short."""
        return not any(row.differing for row in self.rows(compiled))

    def reason(self, compiled: Compiled, row: int, entity: int) -> Reason | None:
        """Why an entity could not be judged in a period."""
        found = int(self.signals(compiled, row).verdicts[0].reason[entity]) if row >= 0 else 0
        return Reason(found) if found else None

    def differences(self, compiled: Compiled) -> tuple[Difference, ...]:
        """What `at:` expects and is not so. Raises RuleError."""
        found: list[Difference] = []
        for one in self.case.findings:
            row = compiled.calendar.row(one.period)
            if one.period.freq != compiled.calendar.freq or not 0 <= row <= compiled.row:
                words = f"`{one.place}` is no period of this test"
                periods = self.periods(compiled.calendar)
                advice = f"its periods are {periods[0]} to {periods[-1]}" if periods else None
                raise RuleError([Diagnostic(WRONG, words, one.place.span(), help=advice)])
            entity = one.entity or self.only(compiled.home)
            if entity not in self.panel.types[compiled.home].position:
                message = f"the test has no {compiled.home} `{entity}`"
                raise RuleError([Diagnostic(WRONG, message, one.place.span())])
            signals = self.signals(compiled, row)
            verdicts = signals.verdicts[0]
            at = self.panel.types[compiled.home].position[entity]
            alerts = _alerts(signals)
            alert = next((one for one in alerts if _is(one, verdicts, entity)), None)
            pairs: list[tuple[str, str | None, str | None]] = []
            written = one.written
            if written.reason is not None:
                why = int(verdicts.reason[at])
                wanted = read_reason(written.reason)
                pairs.append(("reason", wanted.name.lower(), Reason(why).name.lower() if why else None))
            code = int(verdicts.level[row, at])
            pairs += _pairs(written.zh, written.en, alert, level_word(code))
            if written.possible is not None:
                rank = int(verdicts.possible[at])
                may_be = alert.possible if alert is not None else level_word(rank) if rank else None
                pairs.append(("possible", written.possible, may_be))
            for what, several, has in (
                ("labels", written.labels, alert.labels if alert else ()),
                ("list", written.listing, tuple(item.entity for item in alert.list) if alert else ()),
                ("members", written.members and sorted(written.members), sorted(_members(alert, alerts))),
            ):
                if several is not None:
                    pairs.append((what, ", ".join(several), ", ".join(has)))
            found += [
                Difference(
                    entity, str(one.period), what, str(wanted or ""), got or "", None if alert is not None else code
                )
                for what, wanted, got in pairs
                if str(wanted or "") != (got or "")
            ]
        return tuple(found)


def _alerts(signals: Signals) -> Sequence[Alert]:
    """The alerts of the judged period."""
    verdicts = signals.verdicts[0]
    return Report.of(signals, as_of=str(verdicts.calendar.periods[verdicts.row]), levers=False).alerts


def _is(alert: Alert, verdicts: Verdicts, entity: str) -> bool:
    rule = verdicts.rule
    return (alert.pack, alert.rule, alert.entity_type, alert.entity) == (
        rule.pack,
        rule.id,
        verdicts.entity_type,
        entity,
    )


def _members(alert: Alert | None, alerts: Sequence[Alert]) -> tuple[str, ...]:
    """What stands beneath a composite, as a test writes it: `ATT-01 project/A yellow`."""
    by_fingerprint = {one.fingerprint: one for one in alerts}
    found = [by_fingerprint[key] for key in (alert.members if alert else ()) if key in by_fingerprint]
    return tuple(f"{one.rule} {one.entity_type}/{one.entity} {one.level}" for one in found)


def _pairs(
    zh: str | None, en: str | None, alert: Alert | None, level: str
) -> Iterable[tuple[str, str | None, str | None]]:
    for language, wanted in (("zh", zh), ("en", en)):
        if wanted is not None:
            got = getattr(alert.explanation, language) if alert is not None else f"({level})"
            yield language, str(wanted), got


def _lay(one: Expectation, periods: Sequence[Period], line: list[Verdict]) -> Iterable[Diagnostic]:
    """Put the levels of an expectation at their periods."""
    values = [Verdict(value.value.code, value.value.reason) for value in one.line.values]
    count, size = len(values), len(periods)
    span = f"{periods[0]} to {periods[-1]}" if periods else "none"
    start = 0
    if one.first is not None:
        start = next((at for at, period in enumerate(periods) if period == one.first), -1)
        if start < 0:
            words = f"`{one.first}` is no period of this test"
            yield Diagnostic(WRONG, words, one.text.span(), help=f"the rule's periods are {span}")
            return
    elif one.line.before:
        start = size - count
    if one.line.after and start >= 0:
        values += [values[-1]] * max(0, size - start - count)
    short = one.first is None and not one.line.before and len(values) != size
    if short or start < 0 or start + len(values) > size:
        words = f"{count} level{'s' * (count != 1)} for {size} period{'s' * (size != 1)}, {span}"
        advice = "`...` in front leaves the earlier periods untested" if count < size else None
        yield Diagnostic(WRONG, words, one.text.span(), help=advice)
        return
    line[start : start + len(values)] = values
