"""What lint found, on the screen and for other programs."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from rich.text import Text

from ewarn.alerts.models import Language
from ewarn.alerts.text import encodable
from ewarn.diagnostics import Span, layout
from ewarn.languages import told
from ewarn.lint import Finding, Linted, every_check
from ewarn.lint.disabled import CODE
from ewarn.render.diagnostics import coloured
from ewarn.render.style import FAINT, GOOD, STRONG
from ewarn.render.words import say

_GUTTER = 8


def linted_screen(linted: Linted, language: Language, width: int) -> Iterator[Text]:
    """Each finding with its place, and how many there are."""
    for finding in linted.findings:
        yield from coloured(layout(finding.diagnostic, max(width - _GUTTER, 40), language))
        yield Text()
    if linted.findings:
        rules = len({(one.pack, one.rule) for one in linted.findings})
        words = say("doubt" if len(linted.findings) == 1 else "doubts", language, f"{len(linted.findings):,}")
        yield Text(say("doubts_in", language, words, f"{rules:,}", f"{linted.rules:,}"), STRONG)
    else:
        one = linted.rules == 1
        yield Text(
            say("no_doubts_one" if one else "no_doubts", language, *([] if one else [f"{linted.rules:,}"])), GOOD
        )


def code_list(language: Language) -> Iterator[Text]:
    """Every code and what it is about."""
    for check in every_check():
        drop = f"  {say('needs_drop', language)}" if check.needs_drop else ""
        yield Text(f"{check.code}  ", STRONG).append(told(check.title, language), "not bold").append(drop, FAINT)
    yield Text(f"{CODE}  ", STRONG).append(say("about_disabling", language), "not bold")


def linted_json(linted: Linted) -> str:
    """The findings as JSON."""
    document = {"ewarn": 1, "rules": linted.rules, "findings": [_plain(one) for one in linted.findings]}
    return encodable(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()) + "\n"


def _plain(finding: Finding) -> dict[str, object]:
    place = finding.diagnostic.place
    at = place if isinstance(place, Span) else None
    both = {language: finding.diagnostic.told(language) for language in ("zh", "en")}
    return {
        "code": finding.code,
        "pack": finding.pack,
        "rule": finding.rule,
        "file": None if at is None else at.file,
        "line": None if at is None else at.line,
        "column": None if at is None else at.column,
        "message": {language: one.message for language, one in both.items()},
        "label": {language: one.label for language, one in both.items()},
        "help": {language: one.help for language, one in both.items()},
    }
