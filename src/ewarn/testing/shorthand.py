"""Series and levels in a line of words: `10x3 8 7 _ 6`, `... clear blue yellow`.

`VxN` is N times V, `A+BxN` are N numbers that begin with A and grow by B, `(A B)xN` is a group. What a word stands for
is the business of whoever reads it; here words are divided, repeated and counted, and each keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from ewarn.diagnostics import Diagnostic
from ewarn.source import ModelError, Text

CODE = "EW403"
LONGEST = 2400
"""Values in one series: two hundred years of months."""
DEEPEST = 8
"""Groups within groups."""
ON = "..."
"""At the end of a series: the last value goes on. In front of levels: what comes before is not tested."""

T = TypeVar("T")
_WORDS = re.compile(r"[()]|[^\s()]+")
_TIMES = re.compile(r"(.*?)x(\d+)", re.DOTALL)
_STEPS = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)([+-]\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Value(Generic[T]):
    """One period's value, and the word that it was written with."""

    value: T
    place: Text


@dataclass(frozen=True)
class Line(Generic[T]):
    """What a line of words stands for."""

    values: tuple[Value[T], ...]
    before: bool = False
    """It began with `...`."""
    after: bool = False
    """It ended with `...`."""
    rest: Text | None = None
    """A last word that is no value, where the reader of values allows for one: a unit."""


def expand(text: Text, read: Callable[[Text], T], *, rest: Callable[[Text], bool] | None = None) -> Line[T]:
    """The values of a line, each read by `read`, which raises ModelError for a word that it does not know.

    `rest` says whether the last word may be something else than a value. Raises ModelError with every mistake found.
    """
    words = [text.part(match.start(), match.end()) for match in _WORDS.finditer(text)]
    before = bool(words) and words[0] == ON
    words = words[1:] if before else words
    after = bool(words) and words[-1] == ON
    words = words[:-1] if after else words
    last = None
    if rest is not None and len(words) > 1 and rest(words[-1]):
        last = words.pop()
        if words[-1] == ON:
            after, words = True, words[:-1]
    reader = _Reader(text, read)
    values = reader.read(words)
    if not values and not reader.problems:
        raise ModelError(Diagnostic(CODE, "no value", text.span(), help="write one for each period, like 10x3 8 7 _ 6"))
    if reader.problems:
        raise ModelError(*reader.problems)
    return Line(tuple(values), before, after, last)


class _Reader(Generic[T]):
    def __init__(self, text: Text, read: Callable[[Text], T]) -> None:
        self.text = text
        self.value = read
        self.problems: list[Diagnostic] = []

    def read(self, words: list[Text]) -> list[Value[T]]:
        """The values of all words; brackets are closed by words that begin with `)`."""
        open_groups: list[tuple[Text, list[Value[T]]]] = []
        values: list[Value[T]] = []
        position = 0
        while position < len(words):
            word = words[position]
            position += 1
            if word == "(":
                if len(open_groups) == DEEPEST:
                    self.say("groups within groups beyond number", word, "write them out")
                    return []
                open_groups.append((word, values))
                values = []
            elif word == ")":
                times = 1
                following = words[position] if position < len(words) else None
                match = _TIMES.fullmatch(following) if following is not None else None
                if match and not match[1] and following is not None and _adjoin(word, following):
                    times, position = self.times(following, match[2]), position + 1
                if not open_groups:
                    self.say("a bracket that nothing opens", word, "delete it")
                    continue
                opened, outer = open_groups.pop()
                if not values and not self.problems:
                    self.say("an empty group", opened, "write values between the brackets")
                values = self.limited(outer, values, times)
            else:
                values = self.limited(values, self.repeated(word))
        if open_groups:
            self.say("a bracket that is not closed", open_groups[-1][0], "close it: (10x11 20)x2")
        return values

    def repeated(self, word: Text) -> list[Value[T]]:
        """The values of one word."""
        match = _TIMES.fullmatch(word)
        if match is None or not match[1]:
            return list(self.one(word, word))
        count = self.times(word, match[2])
        steps = _STEPS.fullmatch(match[1])
        if steps is not None:
            numbers = stepped(steps[1], steps[2], count)
            return [item for text in numbers for item in self.one(_like(text, word), word)]
        return list(self.one(word.part(0, len(match[1])), word)) * count

    def one(self, word: Text, place: Text) -> Iterator[Value[T]]:
        try:
            yield Value(self.value(word), place)
        except ModelError as error:
            self.problems.extend(item for item in error.diagnostics if item not in self.problems)

    def times(self, word: Text, digits: str) -> int:
        count = int(digits) if len(digits) < 9 else LONGEST + 1
        if count == 0:
            self.say("`x0` stands for no value", word, "count from x1, or delete it")
        if count > LONGEST:
            self.say(f"more than {LONGEST:,} values", word, "a slip in the number?")
        return min(count, LONGEST)

    def limited(self, before: list[Value[T]], more: list[Value[T]], times: int = 1) -> list[Value[T]]:
        if len(before) + len(more) * times > LONGEST:
            if not self.problems:
                self.say(f"more than {LONGEST:,} values", self.text, "a slip in a number?")
            return before
        return before + more * times

    def say(self, message: str, word: Text, advice: str) -> None:
        self.problems.append(Diagnostic(CODE, message, word.span(), help=advice))


def stepped(start: str, step: str, count: int) -> Iterator[str]:
    """`count` numbers from `start` on, `step` apart, in plain decimal digits: no binary dust."""
    first, width = Decimal(start.replace(",", "")), Decimal(step)
    for position in range(count):
        yield format(first + position * width, "f")


def _like(text: str, place: Text) -> Text:
    """A word that was made, at the place of the word that it was made from."""
    from ewarn.source import Instead, woven

    return woven(place, [Instead(text, place)])


def _adjoin(first: Text, second: Text) -> bool:
    """Whether one word follows the other without a blank."""
    one, other = first.span(), second.span()
    return one.line == other.line and one.end == other.column
