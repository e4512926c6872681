"""How a report is shown: the options that `run` and `demo` share, and what they do."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ewarn.cli.judging import judging_words, lang_words
from ewarn.cli.output import Output
from ewarn.cli.parser import Parser, choice, whole
from ewarn.cli.printing import add_output, add_page
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
    few = whole("--near", "not_a_count", 0, 1000, language)
    group.add_argument("--near", metavar="N", type=few, default=0, help=say("near_option", language))
    level = choice("--min-level", LEVELS, language)
    group.add_argument("--min-level", metavar="LEVEL", type=level, help=say("min_level", language))
    group.add_argument("--coverage", action="store_true", help=say("coverage", language))
    add_output(group, language, format_names(), "format", None)
    add_page(group, language)


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


def showing_words(options: argparse.Namespace) -> list[str]:
    """The options that choose what is shown, as they may be typed again; how many alerts, and coverage, apart."""
    words = [word for word in ("--min-level", options.min_level) if options.min_level]
    words += lang_words(options)
    return [*words, *(["--width", str(options.width)] if options.width is not None else [])]


def explaining(panel: Panel, report: Report, options: argparse.Namespace) -> list[str]:
    """The command that says of the first alert how it came about; nothing where there is none."""
    from ewarn.render.text import clean

    first = next(iter(report.alerts[:1]), None)
    if first is None:
        return []
    entities = panel.types[first.entity_type]
    name = first.name or first.entity
    same = sum(list(kind.names).count(name) for kind in panel.types.values())
    taken = any(name in kind.position for kind in panel.types.values() if kind is not entities)
    if name != first.entity and (clean(name) != name or same > 1 or taken or name in entities.position):
        name = first.entity
    if name == first.entity and sum(first.entity in kind.position for kind in panel.types.values()) > 1:
        name = f"{first.entity_type}:{first.entity}"
    if clean(name) != name:  # what a screen cannot show cannot be typed either
        return []
    named = f"{first.pack}/{first.rule}"  # where two packs have the id, coverage says so
    rule = named if any(row.rule == named for row in report.coverage) else first.rule
    words = [word for word in judging_words(options) if word != "--history"]
    return ["ewarn", "explain", options.drop, *words, "--entity", name, "--rule", rule, *lang_words(options)]


def show(report: Report, options: argparse.Namespace, output: Output, command: list[str], panel: Panel) -> None:
    """Write `report` where and how the options say; `command` is what the user may type again."""
    from ewarn.render.trends import trends
    from ewarn.render.view import View

    name = chosen_format(options)
    charts = partial(trends, panel)
    explain = shell(explaining(panel, report, options)) if name == "table" else ""
    top = [] if options.top is None else ["--top", str(options.top)]
    again = [*command, *showing_words(options)]
    view = View(
        report, options.lang, shell(again), coverage=options.coverage, charts=charts, explain=explain, top=shell(top)
    )
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
