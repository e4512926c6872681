"""YAML without surprises: what looks like text is text, and every value knows its place.

Of YAML's features only mappings, lists, scalars and comments are taken. Anchors, aliases, tags and duplicate keys
are errors; numbers are decimal; `true` and `false` are the only flags, so `on`, `no`, `1:30` and dates are text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import Any, NoReturn, cast

import yaml

from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import EwarnError
from ewarn.source.mistakes import Before, explain, quoted, quoted_value, unbalanced
from ewarn.source.offsets import Style
from ewarn.source.text import Document, Scalar, Text, number
from ewarn.source.tree import Located, Value

DEEPEST = 64
MOST_VALUES = 300_000
_TOO_MANY = 1000
_ENOUGH = 50
"""Stray characters named one by one; a file with more is of another kind."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LEADING_TAB = re.compile(r"^[ ]*\t[ \t]*(?=\S)", re.MULTILINE)
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass
class _Open:
    """A mapping or list that has begun and not ended."""

    start: int
    mapping: bool
    flow: bool
    keys: list[Text] = field(default_factory=list)
    values: list[Located] = field(default_factory=list)
    seen: dict[Text, Text] = field(default_factory=dict)
    key: Text | None = None


def load_yaml(text: str, file: str, error: type[EwarnError] = EwarnError) -> Located:
    """The content of a YAML text, each part with its place.

    Raises `error` with every problem found; after a mistake of syntax nothing further can be read.
    """
    root, problems = parse_yaml(text, file)
    if problems or root is None:
        raise error(problems)
    return root


def parse_yaml(text: str, file: str) -> tuple[Located | None, list[Diagnostic]]:
    """The same without raising: the tree, None after a mistake of syntax, and every problem found.

    Where a problem leaves a value in doubt the tree holds None, of which `validate` says nothing further.
    """
    document = Document(file, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    problems = _characters(document)
    if problems:
        return None, problems
    reader = _Reader(document)
    root = reader.read()
    return root, sorted(reader.problems, key=lambda problem: _position(problem.place))


def load_data(data: object, file: str = "<dict>", error: type[EwarnError] = EwarnError) -> Located:
    """The same for mappings and lists given from Python: places are lines of their JSON form.

    An entry that is None counts as left out. Raises `error` for what JSON does not know.
    """

    def refuse(value: object) -> NoReturn:
        message = f"{type(value).__name__} {value!r} has no place in `{file}`"
        raise error([Diagnostic("EW119", message, help="use dict, list, str, int, float, bool")])

    def emit(value: object, margin: str) -> str:
        inner = margin + "  "
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str):
            return json.dumps(str(value), ensure_ascii=False)
        if isinstance(value, int):
            return str(int(value))
        if isinstance(value, float):
            return format(Decimal(repr(float(value))), "f") if isfinite(value) else refuse(value)
        if isinstance(value, dict):
            if wrong := [key for key in value if not isinstance(key, str)]:
                refuse(wrong[0])
            parts = [f"{emit(k, '')}: {emit(item, inner)}" for k, item in value.items() if item is not None]
            return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{margin}}}" if parts else "{}"
        if isinstance(value, (list, tuple)):
            parts = [inner + emit(item, inner) for item in value]
            return "[\n" + ",\n".join(parts) + f"\n{margin}]" if parts else "[]"
        return refuse(value)

    try:
        text = emit(data, "")
    except RecursionError:
        raise error([Diagnostic("EW118", f"`{file}` is nested more than {DEEPEST} deep")]) from None
    return load_yaml(_UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text), file, error)


def _characters(document: Document) -> list[Diagnostic]:
    """Characters that YAML or its readers stumble over, found before it is parsed."""
    if not document.text.strip():
        return [Diagnostic("EW110", f"`{document.file}` is empty")]
    problems = [
        Diagnostic(
            "EW111",
            f"U+{ord(match.group()):04X} is no character for a text file",
            document.span(match.start(), match.end()),
            help='delete it, or write it as an escape in double quotes, like "\\u2028"',
        )
        for match in islice(_UNPRINTABLE.finditer(document.text), _ENOUGH)
    ]
    problems += [
        Diagnostic(
            "EW112", "a tab in the indentation", document.span(match.start(), match.end()), "YAML takes spaces only"
        )
        for match in islice(_LEADING_TAB.finditer(document.text), _ENOUGH)
    ]
    return problems


def _position(place: object) -> tuple[int, int]:
    return (place.line, place.column) if isinstance(place, Span) else (0, 0)


class _Reader:
    """Builds the tree from the parser's events, without recursion, and collects what is wrong."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Diagnostic] = []
        self.open: list[_Open] = []
        self.root: Located | None = None
        self.last: int | None = None

    def read(self) -> Located | None:
        try:
            values = 0
            for event in yaml.parse(self.document.text, Loader=_LOADER):
                if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                    self.say("EW119", "a second document in one file", event, "divide the file here")
                    return self.root
                self.take(event)
                values += isinstance(event, yaml.ScalarEvent)
                if values > MOST_VALUES:
                    self.say("EW118", f"more than {MOST_VALUES:,} keys and values", event, "divide the file")
                    return None
                if len(self.problems) > _TOO_MANY:
                    return None
                if len(self.open) > DEEPEST:
                    self.say("EW118", f"nested more than {DEEPEST} deep", event)
                    return None
        except yaml.MarkedYAMLError as error:
            flow: list[Text | Located] = []
            for frame in self.open:
                if frame.flow:
                    flow += [*frame.keys, *frame.values]
                else:
                    self.check(frame)
            mistake = self.split(flow) or explain(error, self.document, Before(self.last, self.innermost()))
            line = _position(mistake.place)[0]
            # What a half-read line seemed to say is no second mistake.
            self.problems = [item for item in self.problems if _position(item.place)[0] != line] + [mistake]
        if self.root is None and not self.problems:
            self.problems.append(Diagnostic("EW110", f"`{self.document.file}` is empty: it holds comments only"))
        return self.root

    def innermost(self) -> int | None:
        """Where the { or [ began that is open, if one is."""
        return next((frame.start for frame in reversed(self.open) if frame.flow), None)

    def say(self, code: str, message: str, event: Any, advice: str | None = None, label: str | None = None) -> None:
        place = self.document.span(event.start_mark.index, event.end_mark.index)
        self.problems.append(Diagnostic(code, message, place, label, advice))

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.NodeEvent):
            self.refuse(event)
        start, end = (mark.index if mark else 0 for mark in (event.start_mark, event.end_mark))
        if isinstance(event, yaml.ScalarEvent):
            self.last = start
            self.add(self.scalar(event), start, end)
        elif isinstance(event, yaml.AliasEvent):
            self.add(Text(event.anchor or ""), start, end)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.open.append(_Open(start, isinstance(event, yaml.MappingStartEvent), bool(event.flow_style)))
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self.open.pop()
            self.last = frame.start if frame.flow else None
            value: Value = dict(zip(frame.keys, frame.values, strict=False)) if frame.mapping else tuple(frame.values)
            self.add(value, frame.start, end, doubtful=not self.check(frame))

    def refuse(self, event: Any) -> None:
        """Anchors, aliases, tags."""
        text = self.document.text[event.start_mark.index : event.end_mark.index].split(maxsplit=1)
        word = text[0] if text else "!"
        advice = f"if `{word}` is meant as text, put the value in quotes"
        if isinstance(event, yaml.AliasEvent):
            self.say(
                "EW114", f"`*{event.anchor}` is an alias", event, f"write the value out; {advice}", "not used here"
            )
        elif event.anchor is not None:
            self.say(
                "EW114", f"`&{event.anchor}` is an anchor", event, f"write the value out; {advice}", "not used here"
            )
        if getattr(event, "tag", None) is not None:
            self.say("EW115", f"`{word}` is a tag", event, f"delete it; {advice}", "not used here")

    def scalar(self, event: Any) -> Value:
        style = cast("Style", event.style or "plain")
        where = Scalar(self.document, event.start_mark.index, event.end_mark.index, style, event.value)
        text = Text(event.value, where)
        frame = self.open[-1] if self.open else None
        tagged = event.anchor is not None or event.tag is not None
        if style != "plain" or tagged or (frame is not None and frame.mapping and frame.key is None):
            return text
        if text in _NOTHING:
            return None
        if text in ("true", "false"):
            return text == "true"
        found = number(text)
        return text if found is None else found

    def add(self, value: Value, start: int, end: int, *, doubtful: bool = False) -> None:
        located = Located(None if doubtful else value, self.document, start, end, doubtful)
        if not self.open:
            self.root = located
            return
        frame = self.open[-1]
        if not frame.mapping:
            frame.values.append(located)
        elif frame.key is None:
            self.key(frame, located)
        else:
            frame.keys.append(frame.key)
            frame.values.append(located)
            frame.key = None

    def key(self, frame: _Open, located: Located) -> None:
        if located.doubtful:
            frame.key = Text("")
            return
        if not isinstance(located.value, Text):
            self.problems.append(
                Diagnostic("EW119", "a key must be one word", located.span, help="put a value like `{...}` in quotes")
            )
            frame.key = Text("")
            return
        frame.key = located.value
        if located.value == "<<":
            self.problems.append(
                Diagnostic(
                    "EW114", "`<<` merges mappings by alias", located.span, "not used here", "write the keys out"
                )
            )
        first = frame.seen.setdefault(located.value, located.value)
        if first is not located.value:
            self.problems.append(
                Diagnostic(
                    "EW113",
                    f"`{first}` stands twice in one mapping",
                    located.span,
                    f"first on line {first.span().line}",
                    "keep one of them",
                    more=(first.span(),),
                )
            )

    def check(self, frame: _Open) -> bool:
        """What can be said only of a whole mapping or list: keys without a value; False if a comma has split one."""
        if frame.flow and (split := self.split([*frame.keys, *frame.values])) is not None:
            self.problems.append(split)
            return False
        for position, value in enumerate(frame.values):
            if value.value is not None or value.doubtful:
                continue
            if not frame.mapping:
                self.problems.append(Diagnostic("EW117", "an empty entry in a list", value.span, help="delete it"))
                continue
            key = frame.keys[position]
            before = frame.values[position - 1].value if position else None
            if frame.flow and isinstance(before, Text) and not before.quoted and not key.quoted and ":" not in key:
                place = before.span()
                rest = self.document.text[frame.values[position - 1].start : value.end]
                self.problems.append(_split(place, quoted(rest)))
                return False
            self.problems.append(
                Diagnostic("EW117", f"`{key}` has no value", key.span(), help=self.valueless(key, frame.flow))
            )

        return True

    @staticmethod
    def valueless(key: Text, flow: bool) -> str:
        if "：" in key:
            return "`：` is a full-width colon: write `: `"
        if ":" in key:
            return f"a space belongs after the colon: `{key.replace(':', ': ', 1)}`"
        if flow:
            return "in { } every entry is `key: value`; quote a value that holds a comma"
        return "write one, or delete the line"

    def split(self, parts: list[Text | Located]) -> Diagnostic | None:
        """A plain value in { } or [ ] that a comma has cut in two: its brackets do not close."""
        for part in parts:
            text = part if isinstance(part, Text) else part.value
            if not isinstance(text, Text) or text.quoted or not unbalanced(text):
                continue
            return _split(text.span(), quoted_value(text.span(), inside_flow=True))
        return None


def _split(place: Span, whole: str) -> Diagnostic:
    label = "in { } and [ ] a comma ends the value"
    return Diagnostic("EW116", "a comma has split this value", place, label, f"put it in quotes: {whole}")
