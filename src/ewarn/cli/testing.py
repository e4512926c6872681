"""`ewarn rules test`: run the tests beside rules, and find what they leave untested."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from ewarn.cli.output import Output
from ewarn.cli.parser import Parser
from ewarn.cli.printing import add_output, add_page
from ewarn.cli.progress import progress
from ewarn.cli.surroundings import console, shell
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language
    from ewarn.testing.outcome import RuleTests

FORMATS = ("table", "json", "junit")


def add(actions: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `rules test`."""
    about = say("rules_test_about", language)
    parser = actions.add_parser("test", help=say("rules_test", language), description=about)
    parser.add_argument("sources", metavar="PACK_OR_FILE", nargs="*", help=say("tests", language))
    parser.add_argument("--rule", metavar="ID", action="append", help=say("one_rule", language))
    parser.add_argument("--coverage", action="store_true", help=say("test_coverage", language))
    add_output(parser, language, FORMATS, "test_format", "table")
    add_page(parser, language)
    parser.set_defaults(command=test, parser=parser)


def test(options: argparse.Namespace) -> int:
    """Run the tests; the exit code is 0 passed, 1 failed or not covered, 2 not judged."""
    from ewarn.diagnostics import Diagnostic
    from ewarn.errors import UsageError
    from ewarn.testing.run import run_tests

    with Output(options.output, options.lang) as output:
        with progress(options.lang) as step:
            step("judge")
            run = run_tests(*options.sources, rules=options.rule, coverage=options.coverage, progress=step.part)
        if not run.tests:
            files = ", ".join(suite.suite.file for suite in run.suites)
            advice = say("no_test_help", options.lang, files)
            raise UsageError([Diagnostic("EW005", say("no_test", options.lang), help=advice)])
        _write(run, options, output)
    return 0 if run.passed and run.complete else 1


def _write(run: RuleTests, options: argparse.Namespace, output: Output) -> None:
    from ewarn.render.tested import tested_screen
    from ewarn.render.tested_formats import tested_json, tested_junit

    with output.writing() as stream:
        if options.format != "table":
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", newline="\n")
            write = tested_json if options.format == "json" else tested_junit
            stream.write(write(run, options.lang))
            return
        named = [word for rule in options.rule or () for word in ("--rule", rule)]
        command = shell(["ewarn", "rules", "test", *options.sources, *named, "--coverage"])
        screen = console(stream, os.environ, options.width, plain=options.output is not None)
        for line in tested_screen(run, options.lang, screen.width, command):
            screen.print(line, soft_wrap=True)
    if stream is sys.stdout:
        stream.flush()
