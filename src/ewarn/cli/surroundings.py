"""What the command takes from around it: language, colour, width, and what a stream can hold."""

from __future__ import annotations

import codecs
import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from ewarn.alerts.models import Language

WIDTH = 80
_LOOKALIKES = dict(zip("−×→·…–▁▂▃▄▅▆▇█├└│", ("-", "x", "->", ".", "...", "-", *"_.,-=+*#", "|", "`", "|"), strict=True))


def language(arguments: Sequence[str], environment: Mapping[str, str], *, terminal: bool) -> Language:
    """`--lang`, else EWARN_LANG, else the locale on a terminal, else en. What is neither language is passed over."""
    named = [word.partition("=")[2] for word in arguments if word.startswith("--lang=")]
    named += [after for word, after in pairwise(arguments) if word == "--lang"]
    wanted = [*named, environment.get("EWARN_LANG", "")]
    if terminal:
        wanted.append(_locale(environment))
    for word in wanted:
        short = word[:2].lower()
        if short == "zh":
            return "zh"
        if short == "en":
            return "en"
    return "en"


def _locale(environment: Mapping[str, str]) -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return environment[variable]
    if sys.platform == "win32":
        import locale

        name = locale.getlocale()[0] or ""
        return "zh" if name.startswith("Chinese") else name
    return ""


def coloured(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """NO_COLOR beats FORCE_COLOR beats "not a terminal"."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0").lower() not in ("", "0", "false"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def width(stream: TextIO, environment: Mapping[str, str], wanted: int | None) -> int:
    """`--width`, else the terminal's, else COLUMNS, else 80."""
    if wanted is not None:
        return wanted
    if stream.isatty():
        try:
            return os.get_terminal_size(stream.fileno()).columns or WIDTH
        except (OSError, ValueError):  # no real terminal behind it
            pass
    columns = environment.get("COLUMNS", "")
    return max(int(columns), 20) if columns.isascii() and columns.isdigit() and int(columns) else WIDTH


def console(
    stream: TextIO, environment: Mapping[str, str], wanted: int | None = None, *, plain: bool = False
) -> Console:
    """A console on `stream` that takes every character as it is; `plain` never has colour."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    colour = coloured(stream, environment) and not plain
    dumb = environment.get("TERM") in ("dumb", "unknown")
    return Plain(
        file=stream,
        width=width(stream, environment, wanted),
        force_terminal=colour,
        color_system=("standard" if dumb else "auto") if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
    )


def shell(words: Sequence[str]) -> str:
    """A command line to type again; letters of any script stand without quotes."""
    return " ".join(word if re.fullmatch(r"[\w@%+=:,./-]+", word) else shlex.quote(word) for word in words)


def forgiving(stream: TextIO) -> None:
    """Make `stream` show something like what its encoding cannot hold, instead of raising."""
    codecs.register_error("ewarn.lookalike", _lookalike)
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="ewarn.lookalike")


def _lookalike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_LOOKALIKES.get(one, "?") for one in error.object[error.start : error.end]), error.end
