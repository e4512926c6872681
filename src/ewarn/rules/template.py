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
    """The literal parts and the slots of a sentence; `{{` and `}}` stand for braces, `[[` and `]]` for brackets.

    What stands in square brackets is left out where a slot in it is unknown. Raises ModelError with a diagnostic for
    every slot that is not closed, empty or wrongly formatted, and for brackets that do not fit.
    """
    reading = _Reading(text)
    reading.read()
    if reading.problems:
        raise ModelError(*reading.problems)
    return Template(tuple(reading.parts), tuple(reading.optional))


class _Reading:
    """One sentence, read from left to right."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.parts: list[Text | Slot] = []
        self.optional: list[tuple[int, int]] = []
        self.problems: list[Diagnostic] = []
        self._opened: tuple[int, int] | None = None
        """Of a bracket that is not closed yet: its place in the text, and the parts before it."""

    def read(self) -> None:
        """Fill `parts`, `optional` and `problems`."""
        text, index, begun = self.text, 0, 0
        while index < len(text):
            char = text[index]
            if char not in "{}[]":
                index += 1
                continue
            doubled = text[index + 1 : index + 2] == char
            if index + doubled > begun:
                self.parts.append(text.part(begun, index + doubled))
            if doubled:
                index += 2
            elif char == "{":
                end, colon = _end(text, index + 1)
                if end < 0:
                    self._say("`{` is not closed", index, len(text), "write `{{` for a brace")
                    return
                self.parts += _slot(text, index + 1, colon, end, self.problems)
                index = end + 1
            else:
                self._mark(char, index)
                index += 1
            begun = index
        if begun < len(text):
            self.parts.append(text.part(begun))
        if self._opened is not None:
            self._say("`[` is not closed", self._opened[0], len(text), "write `[[` for a bracket")

    def _mark(self, char: str, index: int) -> None:
        """A brace or a bracket that stands alone."""
        if char == "}":
            self._say("`}` closes nothing", index, index + 1, "write `}}` for a brace")
        elif char == "[" and self._opened is not None:
            self._say("a `[` inside another", index, index + 1, "close the first, or write `[[` for a bracket")
        elif char == "[":
            self._opened = index, len(self.parts)
        elif self._opened is None:
            self._say("`]` closes nothing", index, index + 1, "write `]]` for a bracket")
        else:
            start, first = self._opened
            self._opened = None
            if not any(isinstance(part, Slot) for part in self.parts[first:]):
                advice = "they leave out what cannot be said without an unknown slot; write `[[` for a bracket"
                self._say("brackets without a slot", start, index + 1, advice)
            self.optional.append((first, len(self.parts)))

    def _say(self, message: str, start: int, end: int, advice: str) -> None:
        self.problems.append(Diagnostic(_CODE, message, self.text.span(start, end), None, advice))


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
