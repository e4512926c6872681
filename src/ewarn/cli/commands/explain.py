"""`ewarn explain`: why a rule says what it says of one entity, or why it says nothing."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from ewarn.cli.configured import complete
from ewarn.cli.failures import COULD_NOT_JUDGE, beforehand
from ewarn.cli.judging import add_judging, judging_words, lang_words, loaded, named_rules
from ewarn.cli.output import Output
from ewarn.cli.parser import Parser
from ewarn.cli.printing import add_format, add_page
from ewarn.cli.progress import progress
from ewarn.cli.surroundings import console, shell
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language
    from ewarn.explaining import Explanation

PLACE = 1.2
KEYS = ("rules", "as-of", "known-at", "width", "lang")
"""The settings that hold here."""
FORMATS = ("table", "json")


def add(commands: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `explain`."""
    parser = commands.add_parser("explain", help=say("explain", language), description=say("explain_about", language))
    add_judging(parser, language)
    group = parser.add_argument_group(say("explaining", language))
    group.add_argument("--entity", metavar="[TYPE:]ID", required=True, help=say("entity_option", language))
    group.add_argument("--rule", metavar="ID", action="append", help=say("rule_option", language))
    group = parser.add_argument_group(say("showing", language))
    add_format(group, language, FORMATS, "explain_format", None)
    add_page(group, language)
    parser.set_defaults(command=explain, parser=parser)


def explain(options: argparse.Namespace) -> int:
    """Explain `options.entity`."""
    complete(options, KEYS)
    explanation = _judged(options)
    with Output(None, options.lang).writing() as stream:
        if options.format == "json":
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", newline="\n")
            stream.write(explanation.to_json())
        else:
            from ewarn.render.explained import explained_screen

            command = ["ewarn", "explain", options.drop, *judging_words(options), "--entity", options.entity]
            command += lang_words(options)
            screen = console(stream, os.environ, options.width)
            lines = explained_screen(explanation.document, options.lang, screen.width, shell(command))
            for line in lines:
                screen.print(line, soft_wrap=True)
    sys.stdout.flush()
    return 0 if any(rule.verdict != "not_run" for rule in explanation.rules) else COULD_NOT_JUDGE


def _judged(options: argparse.Namespace) -> Explanation:
    with progress(options.lang) as step:
        step("load")
        from ewarn.explaining import explained, found_entity, found_rules
        from ewarn.run import judge, newest, notices, rules_for

        panel = loaded(options)
        step("rules")
        subject = found_entity(panel, options.entity)
        rules, packs = rules_for(panel, named_rules(options, panel), options.as_of)
        rules = found_rules(panel, rules, subject, options.rule or ())
        step("judge")
        signals = judge(panel, rules, options.as_of, step.part)
    beforehand(packs, notices(signals), options.lang)
    return explained(signals, subject, as_of=newest(panel, options.as_of), asked=options.rule or ())
