"""What ewarn says, in another language than English: each text is found by its English sentence.

A catalogue is a folder of text files, `zh/*.txt`. An entry is two lines, the English sentence and the same in the other
language; an empty line follows. `{name}` stands for what differs each time, `{{` and `}}` for braces, `\\n` for the end
of a line. A field written `{name*}` in the second line is itself a text of the catalogue, and one called `names` is a
list, whose commas become 、. `#` begins a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

Language = Literal["zh", "en"]
_LATIN = re.compile(r"[`\w-]", re.ASCII)
_PIECE = re.compile(r"\{\{|\}\}|\{(\w+\*?)\}")


@dataclass(frozen=True)
class Sentence:
    """A sentence with fields: `words` stand around them, one more than there are `fields`."""

    words: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> Sentence:
        """From a line of a catalogue."""
        words, fields, done = [""], [], 0
        for match in _PIECE.finditer(line):
            words[-1] += line[done : match.start()]
            if match.group(1):
                fields.append(match.group(1))
                words.append("")
            else:
                words[-1] += match.group()[0]
            done = match.end()
        words[-1] += line[done:]
        return cls(tuple(word.replace("\\n", "\n") for word in words), tuple(fields))

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the fields where `text` is this sentence; each field is as short as the words allow."""
        first, *middle, last = self.words if self.fields else (self.words[0], "")
        if not self.fields:
            return {} if text == first else None
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end < len(first):
            return None
        found, at = [], len(first)
        for word in middle:
            place = text.find(word, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(word)
        found.append(text[at:end])
        return dict(zip(self.fields, found, strict=True))


@dataclass(frozen=True)
class Entry:
    """One sentence in English and in the other language."""

    english: Sentence
    other: Sentence
    file: str
    line: int


def told(text: str, language: Language, depth: int = 3) -> str:
    """`text` in `language`; as it stands where the catalogue lacks it, or beyond `depth` texts in one another."""
    if language == "en" or not text or not depth:
        return text
    whole, patterns = _known(language)
    found = whole.get(text)
    if found is not None:
        return found.other.words[0]
    for entry in patterns:
        fields = entry.english.match(text)
        if fields is not None:
            return _filled(entry.other, fields, language, depth - 1)
    return text


def _filled(sentence: Sentence, fields: Mapping[str, str], language: Language, depth: int) -> str:
    text = sentence.words[0]
    for name, after in zip(sentence.fields, sentence.words[1:], strict=True):
        if not name.endswith("*"):
            own = fields[name]  # somebody's own words
            text += (own.replace(", ", "、") if name == "names" else own) + after
            continue
        part = told(fields[name[:-1]], language, depth)
        # Between Chinese and a Latin word, a number or a quotation stands a space.
        before = " " if _LATIN.match(part) and text and not text[-1].isascii() and text[-1].isalpha() else ""
        text += before + part + after
    return text


@cache
def _known(language: Language) -> tuple[dict[str, Entry], list[Entry]]:
    """Entries without fields by their text, and the others, those that say most first."""
    every = list(entries(language))
    whole = {entry.english.words[0]: entry for entry in every if not entry.english.fields}
    patterns = [entry for entry in every if entry.english.fields]
    return whole, sorted(patterns, key=lambda entry: -sum(map(len, entry.english.words)))


def entries(language: Language) -> Iterator[Entry]:
    """Every entry of a language's catalogue."""
    from importlib.resources import files

    folder = files("ewarn").joinpath("languages", language)
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        lines = [
            (number, line.rstrip("\r\n"))
            for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1)
            if line.strip() and not line.startswith("#")
        ]
        for (number, english), (_, other) in zip(lines[::2], lines[1::2], strict=True):
            yield Entry(Sentence.read(english), Sentence.read(other), file.name, number)
