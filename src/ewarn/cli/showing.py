"""How a report is shown: the options that `run` and `demo` share, and what they do."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ewarn.cli.output import Output
from ewarn.cli.parser import Parser, choice, whole
from ewarn.cli.surroundings import console, shell
from ewarn.cli.words import say
from ewarn.diagnostics import Diagnostic
from ewarn.errors import UsageError
from ewarn.levels import LEVELS
from ewarn.render import format_named, format_names

if TYPE_CHECKING:
    from ewarn.alerts.models import Language
    from ewarn.panel import Panel
    from ewarn.render.view import View
    from ewarn.report import Report

FOREIGN = frozenset({"xlsx", "xls", "ods", "html", "htm", "pdf", "docx", "parquet", "yaml"})
"""Endings that promise a format which is not written: a table of characters under such a name opens nowhere."""
TOP = {"table": 20, "md": 20}
"""How many alerts a format for reading lists when nobody says; the others list all."""


def add_showing(parser: Parser, language: Language) -> None:
    """Add the options."""
    group = parser.add_argument_group(say("showing", language))
    count = whole("--top", "not_a_count", 0, None, language)
    group.add_argument("--top", metavar="N", type=count, help=say("top", language))
    level = choice("--min-level", LEVELS, language)
    group.add_argument("--min-level", metavar="LEVEL", type=level, help=say("min_level", language))
    group.add_argument("--coverage", action="store_true", help=say("coverage", language))
    spoken = choice("--lang", ("zh", "en"), language)
    group.add_argument("--lang", metavar="zh|en", type=spoken, default=language, help=say("lang", language))
    form = choice("--format", format_names(), language)
    group.add_argument("--format", metavar="|".join(format_names()), type=form, help=say("format", language))
    group.add_argument("--output", metavar="FILE", help=say("output", language))
    columns = whole("--width", "not_a_width", 20, 1000, language)
    group.add_argument("--width", metavar="N", type=columns, help=say("width", language))


def chosen_format(options: argparse.Namespace) -> str:
    """`--format`, else what the ending of `--output` says, else the table. UsageError for a workbook and the like."""
    if options.format:
        return str(options.format)
    ending = Path(options.output).suffix[1:].lower() if options.output else ""
    if ending in FOREIGN:
        words = say("not_written", options.lang, options.output, f".{ending}")
        raise UsageError([Diagnostic("EW001", words, help=say("write_instead", options.lang))])
    return ending if ending in format_names() else "table"


def chosen_top(options: argparse.Namespace) -> int | None:
    """How many alerts are listed; None for all."""
    top = TOP.get(chosen_format(options)) if options.top is None else options.top
    return top or None


def show(report: Report, options: argparse.Namespace, output: Output, command: list[str], panel: Panel) -> None:
    """Write `report` where and how the options say; `command` is what the user may type again."""
    from ewarn.render.trends import trends
    from ewarn.render.view import View

    name = chosen_format(options)
    charts = partial(trends, panel)
    view = View(report, options.lang, shell(command), coverage=options.coverage, charts=charts)
    write(name, view, output, options.width, to_file=options.output is not None)


def write(name: str, view: View, output: Output, width: int | None, *, to_file: bool) -> None:
    """Write `view` in the format of this name."""
    form = format_named(name)
    with output.writing() as stream:
        if name != "table" and stream is sys.stdout and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # data is UTF-8 wherever it goes
        if form.NEWLINE is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(newline=form.NEWLINE)
        form.write(view, console(stream, os.environ, width, plain=to_file))
