"""argparse that speaks two languages, measures Chinese in display cells, and raises instead of exiting."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

from ewarn.cli.words import say
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import UsageError
from ewarn.render.cells import wrap

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

HELP_WIDTH = 80
HELP_AT = 26
_MESSAGES = (
    (re.compile(r"the following arguments are required: (.+)"), "required"),
    (re.compile(r"unrecognized arguments: (.+)"), "unknown_option"),
    (re.compile(r"argument (\S+?): expected (?:one|at least one) argument"), "needs_value"),
    (re.compile(r"argument (\S+?): ignored explicit argument .+"), "takes_no_value"),
    (re.compile(r"argument .+?: invalid choice: '(.+?)'.*"), "unknown_command"),
    (re.compile(r"argument \S+?: (.+)"), None),
)


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are `UsageError`s. `add_help` is ours, for the language's sake."""

    language: Language = "en"

    def __init__(self, prog: str = "ewarn", description: str | None = None, epilog: str | None = None) -> None:
        form = formatter(self.language)
        super().__init__(prog, None, description, epilog, formatter_class=form, add_help=False, allow_abbrev=False)
        self._positionals.title = say("arguments", self.language)
        self._optionals.title = say("options", self.language)
        self.add_argument("-h", "--help", action="help", help=say("help", self.language))

    def add_commands(self) -> argparse._SubParsersAction[Parser]:
        """The commands below this parser."""
        heading, word = say("commands", self.language), say("command", self.language)
        return self.add_subparsers(title=heading, metavar=word, parser_class=type(self))

    def nothing_said(self, _: argparse.Namespace) -> int:
        """What a parser of commands does where none is given: its help, and exit code 2."""
        self.print_help(sys.stderr)
        return 2

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and what would be right."""
        words, about, key = message, None, None
        for pattern, key in _MESSAGES:
            if match := pattern.fullmatch(message):
                about = match.group(1)
                words = about if key is None else say(key, self.language, about)
                break
        advice = None
        if about and key is not None and about.split()[0] not in self._known():
            # A value that does not fit names its option already; only a misspelt word has another one near.
            advice = did_you_mean(about.split()[0], self._known())
        advice = advice or say("options_at", self.language, self.prog)
        raise UsageError([Diagnostic("EW001", words, help=advice)])

    def _known(self) -> list[str]:
        """Everything that may be typed after this parser's command."""
        commands = [name for action in self._actions if isinstance(action.choices, dict) for name in action.choices]
        return [*self._option_string_actions, *commands]


def speaking(language: Language) -> type[Parser]:
    """The parser class for a language."""
    return type("Parser", (Parser,), {"language": language})


def formatter(language: Language) -> type[argparse.HelpFormatter]:
    """A help formatter that wraps by display cells and has its headings in `language`."""

    class Formatter(argparse.HelpFormatter):
        def __init__(self, prog: str, **_: object) -> None:
            super().__init__(prog, max_help_position=HELP_AT, width=HELP_WIDTH)

        def add_usage(
            self,
            usage: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[argparse._MutuallyExclusiveGroup],
            prefix: str | None = None,
        ) -> None:
            super().add_usage(usage, actions, groups, say("usage", language) if prefix is None else prefix)

        def _split_lines(self, text: str, width: int) -> list[str]:
            return wrap(" ".join(text.split()), width)

        def _fill_text(self, text: str, width: int, indent: str) -> str:
            return "\n".join(indent + line for line in wrap(" ".join(text.split()), width - len(indent)))

    return Formatter


def choice(option: str, words: Sequence[str], language: Language) -> Callable[[str], str]:
    """An argument type: one of `words`."""

    def read(text: str) -> str:
        if text in words:
            return text
        raise argparse.ArgumentTypeError(say("not_a_choice", language, option, text, " ".join(words)))

    return read


def whole(option: str, key: str, least: int, most: int | None, language: Language) -> Callable[[str], int]:
    """An argument type: a whole number within limits; `key` names the words for anything else."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and least <= int(text) <= (most or int(text)):
            return int(text)
        raise argparse.ArgumentTypeError(say(key, language, option, text))

    return read


def share(option: str, language: Language) -> Callable[[str], float]:
    """An argument type: a share from 0 to 1, as `0.05` or `5%`."""

    def read(text: str) -> float:
        try:
            value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            value = -1.0
        if 0 <= value <= 1:
            return value
        raise argparse.ArgumentTypeError(say("not_a_share", language, option, text))

    return read


def date(option: str, language: Language) -> Callable[[str], str]:
    """An argument type: a day, `2022-10-20`."""

    def read(text: str) -> str:
        import datetime as dt

        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            raise argparse.ArgumentTypeError(say("not_a_date", language, option, text)) from None

    return read
