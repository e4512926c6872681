"""`ewarn demo`: the shipped example, run as a user would run it."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ewarn import resources
from ewarn.cli.commands.run import judge
from ewarn.cli.failures import tell
from ewarn.cli.parser import Parser
from ewarn.cli.showing import add_showing
from ewarn.cli.surroundings import shell
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

PLACE = 3
AS_OF = "2009-06"
"""The end of a recession: a month with something to show."""


def add(commands: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `demo`."""
    parser = commands.add_parser("demo", help=say("demo", language), description=say("demo_about", language))
    add_showing(parser, language)
    judged = {"rules": None, "as_of": AS_OF, "known_at": None, "history": False, "allow_outside": False}
    parser.set_defaults(command=demo, parser=parser, **judged)


def demo(options: argparse.Namespace) -> int:
    """Say what is run, and run it."""
    folder = os.path.relpath(resources.demo())
    if folder.startswith(os.pardir):
        folder = str(resources.demo())
    command = shell(["ewarn", "run", folder, "--as-of", AS_OF])
    tell(say("demo_intro", options.lang, command=command) + "\n")
    options.drop = folder
    return judge(options, ["ewarn", "demo"])
