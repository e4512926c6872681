"""One kind of problem report, for rules and for data, and its plain-text form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal
from unicodedata import category

from ewarn.languages import Language, told

Severity = Literal["error", "warning"]
Style = Literal["error", "warning", "message", "place", "gutter", "source", "caret", "label", "note", "help"]
Line = list[tuple[Style, str]]
"""One line of a layout: stretches of text, each with its style."""
_LONGEST = 500
_FIXED: dict[Language, dict[str, str]] = {
    "en": {word: word for word in ("error", "warning", "see also", "note", "help")} | {"colon": ": "},
    "zh": {"error": "错误", "warning": "警告", "see also": "另见", "note": "说明", "help": "提示", "colon": "："},
}
"""Words of the form itself."""


@dataclass(frozen=True)
class Span:
    """A stretch of one line of a text file; line and columns count characters from 1, `end` is exclusive."""

    file: str
    line: int
    column: int
    end: int
    text: str
    """The whole source line, for the caret drawing."""


@dataclass(frozen=True)
class Cell:
    """A place in data. `row` counts from 1 with the header; `line` is physical, for text files."""

    file: str
    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    cell: str | None = None
    about: str | None = None
    """Whose value it is, in words: `云岭建材, 2022-09, output`."""


@dataclass(frozen=True)
class Diagnostic:
    """What is wrong, where, and what to do, in English; `told("zh")` is the same in Chinese.

    Codes: EW0xx usage and output, EW1xx rules, EW2xx drop.yaml, EW3xx data, EW4xx tests of rules.
    """

    code: str
    message: str
    place: Span | Cell | None = None
    label: str | None = None
    help: str | None = None
    severity: Severity = "error"
    more: tuple[Span | Cell, ...] = ()
    """Other places of the same problem, as the first of two conflicting rows."""
    example: str = ""
    """Lines to copy, shown below the help."""

    def told(self, language: Language) -> Diagnostic:
        """The same with its message, label and help in another language; names, values and examples stay."""
        if language == "en":
            return self
        label, advice = (None if text is None else told(text, language) for text in (self.label, self.help))
        return replace(self, message=told(self.message, language), label=label, help=advice)

    def __str__(self) -> str:
        return render(self)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Of what is known the word that was probably meant, or None where nothing is near."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """`did you mean `output`?`, or None where nothing is near."""
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near is not None else None


def harmless(text: str) -> str:
    """`text` with control, formatting and bidirectional characters written as escapes: nothing moves a cursor."""
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def layout(diagnostic: Diagnostic, width: int = 100, language: Language = "en") -> list[Line]:
    """The rustc form as lines of (style, text): for plain text join them, for colour style them.

    Source lines are cut around the caret to `width` cells; a caret stands under its character, wide ones included.
    """
    diagnostic, kind, fixed = diagnostic.told(language), diagnostic.severity, _FIXED[language]
    lines: list[Line] = [
        [(kind, f"{fixed[kind]}[{diagnostic.code}]"), ("message", fixed["colon"] + _short(diagnostic.message))]
    ]
    place = diagnostic.place
    margin = len(str(place.line)) if isinstance(place, Span) else 1
    if place is not None:
        lines.append([("gutter", f"{' ' * margin}--> "), ("place", where(place, language))])
    bar: Line = [("gutter", f"{' ' * margin} |")]
    notes = [("see also", where(other, language)) for other in diagnostic.more]
    if isinstance(place, Span):
        source, blank, carets = _excerpt(place, width)
        lines += [bar, [("gutter", f"{place.line} | "), ("source", source)]]
        label = f" {_short(diagnostic.label)}" if diagnostic.label else ""
        lines.append([("gutter", f"{' ' * margin} | "), ("source", blank), ("caret", carets), ("label", label)])
    elif diagnostic.label:
        notes.insert(0, ("note", _short(diagnostic.label)))
    if diagnostic.help:
        notes.append(("help", _short(diagnostic.help)))
    if notes and isinstance(place, Span):
        lines.append(bar)
    lines += [
        [("gutter", f"{' ' * margin} = "), ("note", fixed[word] + fixed["colon"]), ("help", text)]
        for word, text in notes
    ]
    lines += [[("gutter", f"{' ' * margin}   "), ("help", _short(text))] for text in diagnostic.example.splitlines()]
    return lines


def layout_all(
    diagnostics: Iterable[Diagnostic], then: str = "nothing was evaluated", *, width: int = 100, limit: int = 200
) -> list[Line]:
    """All of them, an empty line after each, and how many there are; `then` says what follows from errors.

    Each is said once; what goes beyond `limit` is counted only.
    """
    found = list(dict.fromkeys(diagnostics))
    lines: list[Line] = []
    for diagnostic in found[:limit]:
        lines += [*layout(diagnostic, width), []]
    if len(found) > limit:
        lines += [[("note", f"and {len(found) - limit:,} more")], []]
    errors = sum(item.severity == "error" for item in found)
    counts = [
        f"{count:,} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (len(found) - errors, "warning"))
        if count
    ]
    if counts:
        lines.append([("message", ", ".join(counts) + (f"; {then}" if errors and then else "") + ".")])
    return lines


def where(place: Span | Cell, language: Language = "en") -> str:
    """`pack.yaml:7:26`; `returns.xls › Sheet1 › E7  (Acme, 2022-09, output)`; `firms.csv:8, column output`."""
    if isinstance(place, Span):
        return f"{harmless(place.file)}:{place.line}:{place.column}"
    parts = [place.file, place.sheet, place.cell]
    if place.cell is not None:
        text = " › ".join(part for part in parts if part is not None)
    else:
        text = place.file if place.sheet is None else f"{place.file} › {place.sheet}"
        if place.line is not None:
            text += f":{place.line}"
        elif place.row is not None:
            text += f"，第 {place.row} 行" if language == "zh" else f", row {place.row}"
        if place.column is not None:
            text += f"，“{place.column}”列" if language == "zh" else f", column {place.column}"
    about = _short(place.about or "")
    if language == "zh" and about:
        return harmless(text) + f"  （{about.replace(', ', '，')}）"
    return harmless(text) + (f"  ({about})" if about else "")


def render(diagnostic: Diagnostic) -> str:
    """The rustc form, without colour; control characters of the source never reach the terminal."""
    return plain(layout(diagnostic))


def render_all(diagnostics: Iterable[Diagnostic], then: str = "nothing was evaluated") -> str:
    """All of them and their count, without colour."""
    return plain(layout_all(diagnostics, then))


def plain(lines: Iterable[Line]) -> str:
    """A layout without its styles."""
    return "\n".join("".join(text for _, text in line).rstrip() for line in lines)


def _excerpt(place: Span, width: int) -> tuple[str, str, str]:
    """The source line cut to `width` cells, the blank before the carets, and the carets."""
    from wcwidth import wcwidth

    # Of an endless line only the neighbourhood of the caret is measured.
    skipped = max(min(place.column - 1, len(place.text)) - 4 * width, 0)
    text = place.text[skipped : skipped + 8 * width]
    shown = [_visible(char) for char in text]
    cells = [sum(max(wcwidth(char), 0) for char in part) for part in shown]
    start = min(place.column - 1 - skipped, len(shown))
    end = max(min(place.end - 1 - skipped, len(shown)), start + 1)
    first, last = 0, len(shown)
    if sum(cells) > width or len(text) < len(place.text):
        first, room = start, width // 3
        while first > 0 and cells[first - 1] <= room:
            first -= 1
            room -= cells[first]
        last, room = first, width - 2
        while last < len(shown) and cells[last] <= room:
            room -= cells[last]
            last += 1
    before = "…" if skipped + first else ""
    after = "…" if skipped + last < len(place.text) else ""
    blank = len(before) + sum(cells[first:start])
    carets = max(sum(cells[start : min(end, last)]), 1)
    return before + "".join(shown[first:last]) + after, " " * blank, "^" * carets


def _visible(char: str) -> str:
    if category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return char
    if char in "\t\n\r":
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _short(text: str) -> str:
    """Harmless, and of a text that somebody's data has made endless both ends only."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 100]} … ({len(text) - _LONGEST:,} characters) … {text[-100:]}"
    return harmless(text)
