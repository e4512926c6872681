"""`ewarn run`: judge a drop and show its alerts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ewarn.cli.configured import complete
from ewarn.cli.failures import COULD_NOT_JUDGE, beforehand
from ewarn.cli.judging import add_judging, judging_words, loaded, named_rules
from ewarn.cli.output import Output
from ewarn.cli.parser import Parser
from ewarn.cli.progress import progress
from ewarn.cli.showing import add_showing, chosen_format, chosen_top, show
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

PLACE = 1
KEYS = ("rules", "as-of", "known-at", "history", "top", "min-level", "coverage", "width", "lang")
"""The settings that hold here."""


def add(commands: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `run`."""
    parser = commands.add_parser("run", help=say("run", language), description=say("run_about", language))
    add_judging(parser, language, history=True)
    add_showing(parser, language)
    parser.set_defaults(command=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Judge `options.drop`."""
    complete(options, KEYS)
    chosen_format(options)  # what cannot be written is said before any work is done
    return judge(options, ["ewarn", "run", options.drop, *judging_words(options)])


def judge(options: argparse.Namespace, command: list[str]) -> int:
    """Load, judge and show; `command` is what the user may type again."""
    with Output(options.output, options.lang) as output:
        with progress(options.lang) as step:
            step("load")
            from ewarn.report import Report
            from ewarn.run import judge as judged
            from ewarn.run import newest, notices, rules_for

            panel = loaded(options)
            step("rules")
            rules, packs = rules_for(panel, named_rules(options, panel), options.as_of)
            step("judge")
            signals = judged(panel, rules, options.as_of, step.part)
        report = Report.of(
            signals,
            as_of=newest(panel, options.as_of),
            top=chosen_top(options),
            min_level=options.min_level or "blue",
            history=options.history,
            near=options.near,
            levers=chosen_format(options) == "json",
        )
        beforehand(packs, notices(signals), options.lang)
        show(report, options, output, command, panel)
    return 0 if any(verdicts.row >= 0 for verdicts in signals.verdicts) else COULD_NOT_JUDGE
