"""`ewarn rules lint`: what is doubtful in rules."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ewarn.cli.output import Output
from ewarn.cli.parser import Parser
from ewarn.cli.printing import add_output, add_page
from ewarn.cli.surroundings import console
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

FORMATS = ("text", "json")


def add(actions: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `rules lint`."""
    about = say("rules_lint_about", language)
    parser = actions.add_parser("lint", help=say("rules_lint", language), description=about)
    parser.add_argument("sources", metavar="PACK_OR_FILE", nargs="*", help=say("pack", language))
    parser.add_argument("--drop", metavar="DROP", help=say("lint_drop", language))
    parser.add_argument("--codes", action="store_true", help=say("lint_codes", language))
    add_output(parser, language, FORMATS, "lint_format", "text")
    add_page(parser, language)
    parser.set_defaults(command=lint, parser=parser)


def lint(options: argparse.Namespace) -> int:
    """Look for doubts; the exit code is 0 none, 1 some, 2 not judged."""
    from ewarn.lint import lint as found_in
    from ewarn.render.linted import code_list, linted_json, linted_screen

    with Output(options.output, options.lang) as output:
        linted = None if options.codes else found_in(*options.sources, drop=options.drop)
        with output.writing() as stream:
            if linted is not None and options.format == "json":
                if hasattr(stream, "reconfigure"):
                    stream.reconfigure(encoding="utf-8", newline="\n")
                stream.write(linted_json(linted))
            else:
                screen = console(stream, os.environ, options.width, plain=options.output is not None)
                shown = code_list(options.lang) if linted is None else linted_screen(linted, options.lang, screen.width)
                for line in shown:
                    screen.print(line, soft_wrap=True)
    return 1 if linted is not None and linted.findings else 0
