"""How and in which language a command prints: options that are the same wherever they are."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ewarn.cli.parser import choice, whole
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

Group = argparse._ActionsContainer


def add_lang(group: Group, language: Language, *, default: Language | None) -> None:
    """`--lang`."""
    spoken = choice("--lang", ("zh", "en"), language)
    group.add_argument("--lang", metavar="zh|en", type=spoken, default=default, help=say("lang", language))


def add_page(group: Group, language: Language) -> None:
    """`--width` and `--lang`, of a command that prints a screen."""
    columns = whole("--width", "not_a_width", 20, 1000, language)
    group.add_argument("--width", metavar="N", type=columns, help=say("width", language))
    add_lang(group, language, default=language)


def add_format(group: Group, language: Language, formats: Sequence[str], about: str, default: str | None) -> None:
    """`--format`, one of `formats`; `about`: the key of its help."""
    form = choice("--format", formats, language)
    group.add_argument("--format", metavar="|".join(formats), type=form, default=default, help=say(about, language))


def add_output(group: Group, language: Language, formats: Sequence[str], about: str, default: str | None) -> None:
    """`--format` and `--output`."""
    add_format(group, language, formats, about, default)
    group.add_argument("--output", metavar="FILE", help=say("output", language))
