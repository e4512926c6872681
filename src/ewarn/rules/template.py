"""Sentences with slots: `{entity} fell for {streak(yoy(output) < 0)} months, {yoy(output):+.1%} this month`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.rules.model import Slot, Template
from ewarn.source import ModelError, Text

NAMES = ("entity", "period", "level")
"""Slots that are no expressions."""
SPEC = re.compile(r"\+?,?(\.[0-6])?(f|%|unit|date)|name")
"""`name`: what the indicator is called, and not its value."""
_SPEC_HELP = "write [+][,][.0-6] and one of f, %, unit, date, like +.1% or ,.0f"
_CODE = "EW124"


def parse_template(text: Text) -> Template:
    """The literal parts and the slots of a sentence; `{{` and `}}` stand for braces.

    Raises ModelError with a diagnostic for every slot that is not closed, empty or wrongly formatted.
    """
    problems: list[Diagnostic] = []
    parts = tuple(_parts(text, problems))
    if problems:
        raise ModelError(*problems)
    return Template(parts)


def _parts(text: Text, problems: list[Diagnostic]) -> Iterator[Text | Slot]:
    index = begun = 0
    while index < len(text):
        char = text[index]
        if char not in "{}":
            index += 1
            continue
        doubled = text[index + 1 : index + 2] == char
        if index + doubled > begun:
            yield text.part(begun, index + doubled)
        if doubled:
            index += 2
        elif char == "}":
            place = text.span(index, index + 1)
            problems.append(Diagnostic(_CODE, "`}` closes nothing", place, None, "write `}}` for a brace"))
            index += 1
        else:
            end, colon = _end(text, index + 1)
            if end < 0:
                place = text.span(index, len(text))
                problems.append(Diagnostic(_CODE, "`{` is not closed", place, None, "write `{{` for a brace"))
                return
            yield from _slot(text, index + 1, colon, end, problems)
            index = end + 1
        begun = index
    if begun < len(text):
        yield text.part(begun)


def _end(text: str, start: int) -> tuple[int, int]:
    """Index of the `}` that closes a slot, -1 where none does, and of the `:` before its format, else of the `}`."""
    depth, quote, colon = 0, "", -1
    for index in range(start, len(text)):
        char = text[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == ":" and depth <= 0 and colon < 0:
            colon = index
        elif char == "}":
            return index, index if colon < 0 else colon
    return -1, -1


def _slot(text: Text, start: int, colon: int, end: int, problems: list[Diagnostic]) -> Iterator[Slot]:
    expression = text.part(start, colon).stripped()
    spec = str(text.part(colon + 1, end)) if colon < end else ""
    if not expression:
        place = text.span(start - 1, end + 1)
        problems.append(
            Diagnostic(_CODE, "an empty slot", place, None, "name an expression, or write `{{}}` for braces")
        )
        return
    if colon < end:
        place = text.span(colon + 1, end) if spec else text.span(colon, end)
        if expression in NAMES:
            problems.append(
                Diagnostic(_CODE, f"`{{{expression}}}` takes no format", place, None, f"write {{{expression}}}")
            )
        elif SPEC.fullmatch(spec) is None:
            message = f"`{spec}` is not a format" if spec else "no format after the colon"
            problems.append(Diagnostic(_CODE, message, place, None, _SPEC_HELP))
    elif (wide := re.search("：\\s*[+,.fud%]", expression)) is not None:
        place = expression.span(wide.start(), wide.start() + 1)
        problems.append(Diagnostic(_CODE, "`：` is a full-width colon", place, None, "write `:` before a format"))
    yield Slot(expression, spec)
