"""What a YAML parser's complaint most likely means, in the words of somebody who writes rules."""

from __future__ import annotations

import re
from typing import Any

from ewarn.diagnostics import Diagnostic, Span
from ewarn.source.text import Document

_PAIRS = {"(": ")", "[": "]", "{": "}"}


def unbalanced(text: str) -> bool:
    """Whether a bracket opens in `text`, outside quotes, and does not close."""
    return _balance(text, "")[1] > 0


def _balance(text: str, stops: str) -> tuple[int, int]:
    """How far to the first character of `stops` outside brackets and quotes, and the brackets open at the end."""
    depth, quote = 0, ""
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
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


def explain(error: Any, document: Document, last: Any) -> Diagnostic:
    """The diagnostic for a `yaml.MarkedYAMLError`; `last` is the last event before it."""
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error)
    index = mark.index if mark else 0
    here = document.span(index, index + 1)
    rest = here.text[here.column - 1 :]
    if rest.startswith("\t"):
        return Diagnostic("EW112", "a tab where YAML takes spaces only", here)
    if "mapping values are not allowed" in problem:
        return _second_colon(document, here)
    if "cannot start any token" in problem:
        return Diagnostic(
            "EW119",
            f"a value cannot begin with `{rest[:1]}`",
            here,
            help=f"put it in quotes: {quoted_value(here, inside_flow=False)}",
        )
    if "unexpected end of stream" in problem and "quoted scalar" in str(error.context):
        opened = error.context_mark.index
        return Diagnostic("EW119", "this quote is never closed", document.span(opened, opened + 1))
    begun = _value_before(last, here)
    if begun is not None and rest.strip():
        place = document.span(index, index + len(rest.rstrip()))
        what = "the closing quote" if begun.text[begun.column - 1] in "\"'" else "the closing bracket"
        return Diagnostic(
            "EW119",
            f"text after {what} of a value",
            place,
            "this no longer belongs to the value",
            f"put quotes around the whole: {quoted_value(begun, inside_flow=False)}",
        )
    if error.context_mark is not None and "flow" in str(error.context):
        opened = error.context_mark.index
        bracket = document.text[opened : opened + 1]
        return Diagnostic(
            "EW119",
            f"`{bracket}` is not closed where it should be",
            document.span(opened, opened + 1),
            f"line {here.line}, column {here.column} does not fit",
            "close it; inside, separate entries with commas and quote values that hold , : { } [ ]",
        )
    if "could not find expected ':'" in problem or "did not find expected" in problem or "block" in problem:
        return Diagnostic(
            "EW119",
            "this line does not fit the lines above it",
            here,
            help="write `key: value`, with a space after the colon, indented like the other keys of its block",
        )
    return Diagnostic("EW119", f"not valid YAML: {problem}", here)


def _second_colon(document: Document, here: Span) -> Diagnostic:
    first = re.match(r"\s*(?:- )*[^:]*: +", here.text)
    if first is None or first.end() >= here.column:
        above = document.text.split("\n")[here.line - 2] if here.line > 1 else ""
        tight = re.match(r"\s*(?:- )*[^\s:]+:(?=\S)", above)
        if tight is not None:
            place = Span(here.file, here.line - 1, tight.end(), tight.end() + 1, above)
            return Diagnostic("EW119", "a space belongs after the colon", place)
        return Diagnostic("EW119", "a mapping cannot begin here", here, help="check the indentation of this line")
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


def _value_before(last: Any, here: Span) -> Span | None:
    """The quoted or bracketed value that ended on this line just before the parser gave up."""
    before = here.text[: here.column - 1].rstrip()
    if not before or before[-1] not in "\"'}]" or last is None:
        return None
    line = re.match(r"\s*(?:- )*(?:[^:\"'{\[]*: +)?(?=[\"'{\[])", here.text)
    if line is None or line.end() >= here.column:
        return None
    return Span(here.file, here.line, line.end() + 1, here.column, here.text)
