"""Files that a check writes besides what it prints, each in the format that its name says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ewarn.cli.words import say
from ewarn.diagnostics import Diagnostic
from ewarn.errors import UsageError
from ewarn.render import ci_format_names, format_names

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

_NAMES = (
    (re.compile(r".*\.sarif(\.json)?"), "sarif"),
    (re.compile(r".*code-?_?(quality|climate).*\.json"), "gitlab"),
    (re.compile(r".*\.xml"), "junit"),
    (re.compile(r".*\.(txt|log)"), "table"),
)


@dataclass(frozen=True)
class Target:
    """A file and its format."""

    path: str
    form: str


def target(text: str, language: Language) -> Target:
    """`a.sarif`, or with the format before a colon `gitlab:report.json`. Raises UsageError where no format is meant."""
    names = (*format_names(), *ci_format_names())
    form, colon, path = text.partition(":")
    if colon and form in names and path:
        return Target(path, form)
    name = Path(text).name.lower()
    for pattern, form in _NAMES:
        if pattern.fullmatch(name):
            return Target(text, form)
    ending = Path(name).suffix[1:]
    if ending in names:
        return Target(text, ending)
    words = say("no_format_for", language, text)
    raise UsageError([Diagnostic("EW001", words, help=say("name_the_format", language, text, " ".join(names)))])
