"""Rules on a panel -> signals: for each entity and period a level, clear, or unknown with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ewarn.calendar import Period, parse_day, parse_period
from ewarn.correlation.engines import Engine
from ewarn.correlation.engines import Name as EngineName
from ewarn.diagnostics import Diagnostic
from ewarn.expressions.evaluation import BLOCK, Evaluation, Frame
from ewarn.levels import LEVELS
from ewarn.panel import Panel
from ewarn.rules import RuleSet, load_rules
from ewarn.signals.compiled import Compiled, compile_rules
from ewarn.signals.composites import join
from ewarn.signals.each import expanded
from ewarn.signals.judging import judge
from ewarn.signals.spells import Episodes, find_episodes
from ewarn.signals.verdicts import Signals, Verdicts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Compiled", "Episodes", "Signals", "Verdicts", "episodes", "evaluate", "find_episodes", "judged"]


def evaluate(
    panel: Panel,
    rules: RuleSet | Any,
    *,
    as_of: str | Period | None = None,
    block: int = BLOCK,
    progress: Callable[[int, int], None] | None = None,
    engine: EngineName | None = None,
) -> Signals:
    """Judge every rule for every entity, in every period up to its data period.

    `as_of`: the newest period to judge (default: the drop's). `block`: entities computed at a time; the result does
    not depend on it. `progress(done, all)` is called as blocks are finished. `engine`: what joins composites, with the
    same answer; by default durable-rules in a process of its own where it is installed, else the plain fix-point.
    Raises RuleError with every mistake.
    """
    ruleset = expanded(panel, rules if isinstance(rules, RuleSet) else load_rules(rules))
    newest = period_of(panel, as_of) if isinstance(as_of, str) else as_of
    evaluation = Evaluation(panel, block)
    compiled = compile_rules(evaluation, ruleset.rules, newest)
    found = judged(evaluation, compiled, progress)
    if not any(rule.legs for rule in compiled):
        return Signals(panel, ruleset, evaluation, tuple(found))
    joining = Engine(engine)
    join(evaluation, found, joining)
    told = tuple(Diagnostic("EW131", f"durable-rules was not used: {why}", None, None,
                            "composites were joined by the plain fix-point; the answer is the same", "warning")
                 for why in joining.trouble)  # fmt: skip
    return Signals(panel, ruleset, evaluation, tuple(found), joining.name, told)


def judged(
    evaluation: Evaluation, compiled: Sequence[Compiled], progress: Callable[[int, int], None] | None = None
) -> list[Verdicts]:
    """The verdicts of compiled rules, each up to its data period; those of composites are still to be joined."""
    found = Verdicts.blank(evaluation, compiled)
    running = [verdicts for verdicts in found if verdicts.row >= 0 and not verdicts.compiled.legs]
    homes = dict.fromkeys(verdicts.compiled.home for verdicts in running)
    evaluation.prepare([node for verdicts in running for node in verdicts.compiled.roots])
    steps = sum(len(evaluation.blocks(home)) for home in homes)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    for home in homes:
        mine = [verdicts for verdicts in running if verdicts.compiled.home == home]
        uses = evaluation.readers([root for verdicts in mine for root in verdicts.compiled.roots])

        def work(entities: slice, mine: list[Verdicts] = mine, home: str = home, uses: dict[int, int] = uses) -> None:
            frames: dict[int, Frame] = {}
            left = dict(uses)
            for verdicts in mine:
                calendar = verdicts.compiled.calendar
                frame = frames.get(id(calendar))
                if frame is None:
                    frame = frames[id(calendar)] = Frame(evaluation, home, calendar, entities, left)
                verdicts.put(entities, judge(verdicts.compiled, frame))

        evaluation.each_block(home, work, step)
    return found


def period_of(panel: Panel, text: str) -> Period:
    """The period that a text names on a panel: where that has reporting dates, a day is one of them.

    Raises ValueError with a reason fit for a diagnostic's label.
    """
    by_date = "round" in panel.calendars and parse_day(text) is not None
    return parse_period(text, "round" if by_date else None)


def episodes(panel: Panel, rules: RuleSet | Any, *, as_of: str | Period | None = None) -> pd.DataFrame:
    """Every episode: columns rule, pack, entity, entity_type, start, end, peak, open; both ends included."""
    import pandas as pd

    columns = ["rule", "pack", "entity", "entity_type", "start", "end", "peak", "open"]
    frames = []
    for verdicts in evaluate(panel, rules, as_of=as_of).verdicts:
        if verdicts.row < 0:
            continue
        found = find_episodes(verdicts.level, verdicts.rule.bridge)
        labels = np.array(verdicts.calendar.labels, dtype=object)
        ids = np.array(panel.types[verdicts.entity_type].ids, dtype=object)
        names = np.array(["", *LEVELS], dtype=object)
        data = {
            "rule": verdicts.rule.id, "pack": verdicts.rule.pack, "entity": ids[found.entity],
            "entity_type": verdicts.entity_type, "start": labels[found.start], "end": labels[found.end],
            "peak": names[found.peak], "open": found.open,
        }  # fmt: skip
        frames.append(pd.DataFrame(data, columns=columns))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
