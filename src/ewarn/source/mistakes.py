"""What a YAML parser's complaint most likely means, in the words of somebody who writes rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ewarn.diagnostics import Diagnostic, Span
from ewarn.source.text import Document

_CODE = "EW119"
_QUOTE = "or put the value in quotes"
_FLOW = "inside, separate entries with commas, and quote values that hold , : { } [ ]"
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Before:
    """What the parser had read when it gave up."""

    start: int | None
    """Where the last whole scalar, { } or [ ] began."""
    flow: int | None
    """The innermost { or [ that is open."""


def unbalanced(text: str) -> bool:
    """Whether a bracket opens in `text`, outside quotes, and does not close."""
    return _balance(text, "")[1] > 0


def _balance(text: str, stops: str) -> tuple[int, int]:
    """How far to the first character of `stops` outside brackets and quotes, and the brackets open at the end."""
    depth, quote = 0, ""
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and not text[index - 1 : index].isalnum():
            quote = char
        elif char in _PAIRS:
            depth += 1
        elif depth == 0 and char in stops:
            return index, 0
        elif char in ")]}":
            depth -= 1
    return len(text), depth


def quoted_value(place: Span, *, inside_flow: bool) -> str:
    """The value that begins at `place`, as the author meant it, in quotes."""
    rest = place.text[place.column - 1 :]
    value = rest[: _balance(rest, ",}]")[0]] if inside_flow else re.split(r"\s#", rest)[0]
    return quoted(value.strip())


def quoted(value: str) -> str:
    """`value` as a YAML scalar in quotes."""
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def explain(error: Any, document: Document, before: Before) -> Diagnostic:
    """The diagnostic for a `yaml.MarkedYAMLError`."""
    mark = error.problem_mark or error.context_mark
    problem, context = str(error.problem or error), str(error.context)
    index = mark.index if mark else 0
    here = document.span(index, index + 1)
    rest = here.text[here.column - 1 :]
    if "directive" in problem + context:
        return Diagnostic(_CODE, "a line cannot begin with `%`", here)
    if rest.startswith("\t"):
        return Diagnostic("EW112", "a tab where YAML takes spaces only", here)
    if "mapping values are not allowed" in problem:
        return _second_colon(document, here)
    if "found unexpected ':'" in problem:
        return Diagnostic(_CODE, "a space belongs after the colon", here, help=_QUOTE)
    if "sequence entries are not allowed" in problem:
        return Diagnostic(_CODE, "a list begins on a line of its own", here, help="or write it as [a, b]")
    if "unexpected end of stream" in problem and "quoted scalar" in context:
        opened = error.context_mark.index
        return Diagnostic(_CODE, "this quote is never closed", document.span(opened, opened + 1))
    if (found := _text_after(document, before, here, index)) is not None:
        return found
    if before.flow is not None:
        return _unclosed(document, before.flow, here, index)
    if rest[:1] and ("cannot start any token" in problem or rest[0] in ",]}?%"):
        whole = quoted_value(here, inside_flow=False)
        return Diagnostic(_CODE, f"a value cannot begin with `{rest[0]}`", here, help=f"put it in quotes: {whole}")
    if "expected" in problem or "block" in problem or "simple key" in context:
        return Diagnostic(
            _CODE,
            "this line does not fit the lines above it",
            here,
            help="write `key: value`, with a space after the colon, indented like the other keys of its block",
        )
    return Diagnostic(_CODE, f"not valid YAML: {problem}", here)


def _text_after(document: Document, before: Before, here: Span, index: int) -> Diagnostic | None:
    """Text behind a quoted or bracketed value, or a bracket behind a plain one: quotes around the whole were meant."""
    if before.start is None or "\n" in document.text[before.start : index] or not here.text[here.column - 1 :].strip():
        return None
    begun = document.span(before.start, index)
    flow = before.flow is not None
    rest = document.span(index, len(document.text))
    first = begun.text[begun.column - 1]
    if first not in "\"'{[":
        if rest.text[rest.column - 1] not in "{[":
            return None
        message, label = f"`{rest.text[rest.column - 1]}` within a value", "in { } and [ ] a bracket ends the value"
        rest = document.span(index, index + 1)
    elif rest.text[rest.column - 1] in ",]}":
        return None
    else:
        what = "quote" if first in "\"'" else "bracket"
        message, label = f"text after the closing {what} of a value", "this no longer belongs to the value"
        if flow:
            size = _balance(rest.text[rest.column - 1 :], ",}]")[0]
            rest = document.span(index, index + size)
    whole = quoted_value(begun, inside_flow=flow)
    return Diagnostic(_CODE, message, rest, label, f"put quotes around the whole: {whole}")


def _unclosed(document: Document, opened: int, here: Span, index: int) -> Diagnostic:
    bracket = document.text[opened]
    place = document.span(opened, opened + 1)
    if not document.text[index:].strip():
        return Diagnostic(_CODE, f"`{bracket}` is never closed", place, help=_FLOW)
    stop = here.text[here.column - 1 : here.column]
    found = f"`{stop}`" if stop.strip() else "what"
    label = f"{found} on line {here.line}, column {here.column} does not fit"
    return Diagnostic(_CODE, f"`{bracket}` is not closed where it should be", place, label, _FLOW)


def _second_colon(document: Document, here: Span) -> Diagnostic:
    first = re.match(r"\s*(?:- )*[^:]*: +", here.text)
    if first is None or first.end() >= here.column:
        above = document.text.split("\n")[here.line - 2] if here.line > 1 else ""
        tight = re.match(r"\s*(?:- )*[^\s:]+:(?=\S)", above)
        if tight is not None:
            place = Span(here.file, here.line - 1, tight.end(), tight.end() + 1, above)
            return Diagnostic(_CODE, "a space belongs after the colon", place)
        return Diagnostic(_CODE, "a mapping cannot begin here", here, help="check the indentation of this line")
    start = here.column - 1 - first.end()
    value = re.split(r"\s#", here.text[first.end() :])[0].strip()
    place = Span(here.file, here.line, here.column, here.column + 1, here.text)
    return Diagnostic(
        "EW119",
        "a second `: ` in one value",
        place,
        "begins another mapping" if start else None,
        f"put the value in quotes: {quoted(value)}",
    )
