"""The command `ewarn`. Nothing heavy is imported before a command runs: help and usage errors come at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import ewarn
from ewarn import interruption
from ewarn.cli import failures
from ewarn.cli.parser import Parser, speaking
from ewarn.cli.printing import add_lang
from ewarn.cli.surroundings import forgiving, language
from ewarn.cli.words import say
from ewarn.errors import EwarnError

if TYPE_CHECKING:
    from ewarn.alerts.models import Language


class Command(Protocol):
    """What a module of `ewarn.cli.commands` gives; its name is the command's."""

    PLACE: int
    """Commands stand in this order in the help."""

    def add(self, commands: argparse._SubParsersAction[Parser], language: Language) -> None:
        """Add the command's parser, with `command` (options to exit code) and `parser` among its defaults."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`, by default those of the process, and return its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    # A process may be started with its streams closed; the null device stays open as long as it lives.
    sys.stdout, sys.stderr = (stream or Path(os.devnull).open("w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115  # see above
    for stream in (sys.stdout, sys.stderr):
        forgiving(stream)
    spoken = language(words, os.environ, terminal=sys.stdout.isatty())
    interruption.words = say("interrupted", spoken)
    try:
        options, unknown = _parser(spoken).parse_known_args(words)
        if unknown:
            options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        options.lang_given = any(word == "--lang" or word.startswith("--lang=") for word in words)
        code: int = options.command(options)
        sys.stdout.flush()
    except EwarnError as error:
        return failures.mistake(error, spoken, judging=words[:1] != ["rules"])
    except KeyboardInterrupt:
        return failures.interrupted(spoken)
    except BrokenPipeError:
        return failures.closed_pipe()
    except Exception as error:  # noqa: BLE001  # a user meets no traceback
        return failures.bug(error, spoken)
    return code


def _parser(spoken: Language) -> Parser:
    root = speaking(spoken)(description=say("ewarn", spoken), epilog=say("more_help", spoken))
    root.add_argument("--version", action="version", version=f"ewarn {ewarn.__version__}", help=say("version", spoken))
    add_lang(root, spoken, default=None)
    root.set_defaults(command=root.nothing_said, parser=root)
    commands = root.add_commands()
    for command in sorted(_commands(), key=lambda found: found.PLACE):
        command.add(commands, spoken)
    return root


def _commands() -> list[Command]:
    names = sorted(path.stem for path in (Path(__file__).parent / "commands").glob("[!_]*.py"))
    return [cast("Command", import_module(f"ewarn.cli.commands.{name}")) for name in names]
