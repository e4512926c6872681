"""The whole way, from a drop and rules to a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ewarn.alerts.models import Language
from ewarn.assembly.doubt import Doubt
from ewarn.calendar import Calendar, Period, parse_day, parse_period
from ewarn.diagnostics import Diagnostic
from ewarn.drop import load
from ewarn.errors import RuleError, UsageError
from ewarn.expressions.evaluation import Evaluation
from ewarn.levels import Level
from ewarn.mistakes import Rules, loaded, mistakes_of, telling_all
from ewarn.panel import Panel
from ewarn.report import Report
from ewarn.rules import RuleSet, load_rules, shipped
from ewarn.signals import Signals, evaluate, period_of
from ewarn.signals.compiled import compile_rules
from ewarn.signals.legs import OF_ANOTHER_TYPE

if TYPE_CHECKING:
    import pandas as pd

    from ewarn.explaining import Explanation


def run(
    drop: str | os.PathLike[str] | Panel | pd.DataFrame,
    *,
    rules: Rules | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
    history: bool = False,
    near: int = 0,
    top: int | None = None,
    min_level: Level = "blue",
    language: Language = "en",
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge a drop: load it, evaluate the rules, rank and explain what fires.

    `drop`: a folder with drop.yaml, a file in the long form, a panel or a frame. `rules`: packs, files, YAML texts or
    dicts; by default those of drop.yaml, else every shipped pack that has its indicators. `as_of`: the newest period
    judged. `known_at`: a date, only what was published by it counts (of a drop that is loaded here). `history`: with
    episodes. `near`: so many near misses, entities that one cell at most 10 % off would make fire. `top`, `min_level`:
    which alerts are listed; the others are counted. `language`: of `print(report)`.
    `progress(done, all)` is called as the evaluation goes on. Raises EwarnError with every mistake found.
    """
    # The command brings its own screens.
    from ewarn.render.presentation import Screens
    from ewarn.render.trends import trends

    panel = _panel(drop, rules, known_at)
    signals = judge(panel, rules_for(panel, rules, as_of)[0], as_of, progress)
    shown = Screens(language, partial(trends, panel))
    return Report.of(
        signals,
        as_of=newest(panel, as_of),
        top=top,
        min_level=min_level,
        history=history,
        near=near,
        presentation=shown,
    )


def _panel(drop: str | os.PathLike[str] | Panel | pd.DataFrame, rules: Rules | None, known_at: str | None) -> Panel:
    if isinstance(drop, str | os.PathLike):
        with telling_all(rules):
            return load(drop, known_at=known_at)
    if known_at is not None:
        words, advice = "`known_at` is for a drop that is loaded here", "give it to `ewarn.load`"
        raise UsageError([Diagnostic("EW005", words, help=advice)])
    return drop if isinstance(drop, Panel) else Panel.from_frame(drop)


def explain(
    drop: str | os.PathLike[str] | Panel | pd.DataFrame,
    rules: Rules | None = None,
    *,
    entity: str,
    rule: str | Iterable[str] | None = None,
    as_of: str | None = None,
    known_at: str | None = None,
    language: Language = "en",
) -> Explanation:
    """Why rules say what they say of one entity: conditions with their last values, down to the cells of the drop.

    `entity`: an id or a name, with `TYPE:` before it where several have it. `rule`: only these, by id (default: every
    rule for the entity's type). The rest as in `run`; `language` is that of `print`. Raises UsageError for an entity or
    a rule that does not exist, with what may have been meant.
    """
    from ewarn.explaining import explained, found_entity, found_rules
    from ewarn.render.explained import Page

    panel = _panel(drop, rules, known_at)
    subject = found_entity(panel, entity)
    names = [] if rule is None else [rule] if isinstance(rule, str) else list(rule)
    chosen = found_rules(panel, rules_for(panel, rules, as_of)[0], subject, names)
    signals = judge(panel, chosen, as_of)
    return explained(signals, subject, as_of=newest(panel, as_of), presentation=Page(language), asked=names)


def judge(
    panel: Panel, rules: RuleSet, as_of: str | None = None, progress: Callable[[int, int], None] | None = None
) -> Signals:
    """The verdicts of `rules`. Raises UsageError for an `as_of` that the drop does not hold, RuleError."""
    if refused := _refused(panel, as_of):
        wrong = mistakes_of(rules, panel, Doubt())
        raise RuleError([*wrong, *refused]) if wrong else UsageError(refused)
    return evaluate(panel, rules, as_of=newest(panel, as_of), progress=progress)


def _refused(panel: Panel, as_of: str | None) -> tuple[Diagnostic, ...]:
    try:
        newest(panel, as_of)
    except UsageError as error:
        return error.diagnostics
    return ()


def notices(signals: Signals) -> tuple[Diagnostic, ...]:
    """What was left out of the drop, and what looks like a mistake in a rule, but stops nothing."""
    said = (notice for verdicts in signals.verdicts for notice in verdicts.compiled.notices)
    return tuple(dict.fromkeys((*signals.panel.notices, *said, *signals.notices)))


def newest(panel: Panel, as_of: str | None) -> str | None:
    """`as_of` in its proper form, None for None. Raises UsageError where it is no period of the drop."""
    if as_of is None:
        return None
    calendar = panel.calendars[panel.frequency]
    span = f"the drop has {calendar.labels[0]} to {calendar.labels[-1]}"
    try:
        if "round" in panel.calendars and (panel.frequency == "round" or parse_day(as_of) is not None):
            calendar = panel.calendars["round"]
            row = newest_round(calendar, period_of(panel, as_of))
        else:
            row = calendar.row(parse_period(as_of, panel.frequency))
    except ValueError as problem:
        raise UsageError([Diagnostic("EW004", f"as of `{as_of}`: {problem}", help=span)]) from None
    if row < 0:
        raise UsageError([Diagnostic("EW004", f"as of `{as_of}`: there are no data of that period", help=span)])
    return calendar.labels[row]


def newest_round(calendar: Calendar, period: Period) -> int:
    """Row of the last reporting date in a period (a day, month, quarter or year); -1 where there is none."""
    asked = Calendar(period.freq, np.array([period.ordinal]), calendar.fiscal_year_start)
    row = int(np.searchsorted(calendar.last_day, asked.last_day[0], side="right")) - 1
    return row if row >= 0 and calendar.last_day[row] >= asked.first_day[0] else -1


def rules_for(panel: Panel, rules: Rules | None, as_of: str | None = None) -> tuple[RuleSet, tuple[str, ...]]:
    """The rules to run on `panel`, and the shipped packs among which they were found where nobody named any.

    Raises RuleError with every mistake, one in `as_of` too; UsageError where no shipped pack fits.
    """
    named = panel.rules if rules is None else rules
    if named or rules is not None:
        try:
            return loaded(named, panel), ()
        except RuleError as error:
            raise RuleError([*error.diagnostics, *_refused(panel, as_of)]) from error
    packs = {name: load_rules(name) for name in shipped()}
    evaluation = Evaluation(panel)
    plain = [name for name, pack in packs.items() if _fits(evaluation, pack)]
    joined = [name for name, pack in packs.items() if _joins(evaluation, pack, [packs[one] for one in plain])]
    fitting = tuple(name for name in packs if name in plain or name in joined)
    if not fitting:
        known = ", ".join(sorted(panel.indicators)) or "none"
        advice = "name rules with `--rules`, or under `rules:` in drop.yaml"
        raise UsageError(
            [Diagnostic("EW003", f"no shipped pack has a rule for these indicators: {known}", help=advice)]
        )
    return load_rules(*(packs[name] for name in fitting)), fitting


def _fits(evaluation: Evaluation, pack: RuleSet) -> bool:
    plain = [rule for rule in pack if not rule.legs]
    return any(compiled.unrun is None for compiled in compile_rules(evaluation, plain, None))


def _joins(evaluation: Evaluation, pack: RuleSet, others: Iterable[RuleSet]) -> bool:
    """Whether a composite of `pack` can be judged upon the rules that fit: each of its legs."""
    if not any(rule.legs for rule in pack):
        return False
    rules = [*pack, *(rule for other in others for rule in other if other is not pack)]
    try:
        found = compile_rules(evaluation, rules, None)
    except RuleError as error:
        if {one.code for one in error.diagnostics} != {OF_ANOTHER_TYPE}:
            raise
        return False  # the drop does not say which of its entities belong together
    return any(
        all(any(source.row >= 0 for source in leg.sources) for leg in compiled.legs)
        for compiled in found
        if compiled.legs and compiled.row >= 0
    )
