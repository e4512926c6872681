"""`ewarn config`: what the settings are here, and where each is from."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ewarn.cli.commands.check import DEFAULTS
from ewarn.cli.output import Output
from ewarn.cli.parser import Parser
from ewarn.cli.printing import add_lang
from ewarn.cli.words import say
from ewarn.diagnostics import harmless

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

PLACE = 4


def add(commands: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `config`."""
    parser = commands.add_parser("config", help=say("config", language), description=say("config_about", language))
    add_lang(parser, language, default=language)
    parser.set_defaults(command=config, parser=parser)


def config(options: argparse.Namespace) -> int:
    """Print one line for each setting: key, value, origin."""
    from ewarn.configuration import KEYS, settings
    from ewarn.render.cells import pad

    found = settings(Path.cwd(), os.environ)
    rows = []
    for key in KEYS:
        setting = found.get(key)
        value = DEFAULTS.get(key, "-") if setting is None else setting.value
        shown = (
            ", ".join(value) if isinstance(value, tuple) else str(value).lower() if value in (True, False) else value
        )
        origin = say("by_default", options.lang) if setting is None else setting.origin
        rows.append((key, harmless(str(shown)), harmless(origin)))
    widths = [max(len(row[at]) for row in rows) for at in (0, 1)]
    with Output(None, options.lang).writing() as stream:
        for key, shown, origin in rows:
            stream.write(f"{pad(key, widths[0])}  {pad(shown, min(widths[1], 60))}  {origin}\n")
    sys.stdout.flush()
    return 0
