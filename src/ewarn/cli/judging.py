"""Which drop is judged by which rules: what `run`, `check` and `explain` share."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ewarn.cli.parser import Parser, date
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language
    from ewarn.panel import Panel


def add_judging(parser: Parser, language: Language, *, history: bool = False) -> None:
    """Add the drop and the options; `history` too where it is meant."""
    parser.add_argument("drop", metavar="DROP", help=say("drop", language))
    group = parser.add_argument_group(say("judging", language))
    group.add_argument("--rules", metavar="RULES", action="append", help=say("rules_option", language))
    group.add_argument("--as-of", metavar="PERIOD", help=say("as_of", language))
    day = date("--known-at", language)
    group.add_argument("--known-at", metavar="DATE", type=day, help=say("known_at", language))
    if history:
        group.add_argument("--history", action="store_true", help=say("history", language))
    group.add_argument("--allow-outside", action="store_true", help=say("allow_outside", language))
    parser.set_defaults(configured_rules=None)


def named_rules(options: argparse.Namespace, panel: Panel) -> Sequence[str] | None:
    """`--rules`; else None where drop.yaml names some, which then hold; else those of the configuration."""
    configured: Sequence[str] | None = getattr(options, "configured_rules", None)
    return configured if options.rules is None and not panel.rules else options.rules


def loaded(options: argparse.Namespace) -> Panel:
    """The drop; what is wrong with it and with the rules is told at once."""
    from ewarn.drop import load
    from ewarn.mistakes import telling_all

    with telling_all(options.rules, getattr(options, "configured_rules", None)):
        return load(options.drop, known_at=options.known_at, allow_outside=options.allow_outside)


def lang_words(options: argparse.Namespace) -> list[str]:
    """The language, where it was chosen on the command line."""
    return ["--lang", options.lang] if getattr(options, "lang_given", False) else []


def judging_words(options: argparse.Namespace) -> list[str]:
    """The options that choose what is judged, as they may be typed again."""
    words = [word for rules in options.rules or () for word in ("--rules", rules)]
    for name in ("as_of", "known_at"):
        if value := getattr(options, name):
            words += [f"--{name.replace('_', '-')}", value]
    return words + [
        f"--{name.replace('_', '-')}" for name in ("history", "allow_outside") if getattr(options, name, False)
    ]
