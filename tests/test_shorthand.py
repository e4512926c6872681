"""The shorthand of rule tests, against a naive reading of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn.diagnostics import Diagnostic, Span
from ewarn.source import ModelError, Text
from ewarn.testing.cells import Cell, is_unit, read_number
from ewarn.testing.levels import read_level
from ewarn.testing.shorthand import LONGEST, expand

Written = tuple[str, list[str]]
"""What is written, and the words that it stands for."""


def decimals(number: int, places: int) -> str:
    """`number` units of the last of `places` decimals."""
    sign, digits = "-" * (number < 0), str(abs(number)).rjust(places + 1, "0")
    return f"{sign}{digits[: len(digits) - places]}{'.' if places else ''}{digits[len(digits) - places :]}"


numbers = st.integers(-(10**6), 10**6)
plain = st.one_of(
    st.builds(decimals, numbers, st.integers(0, 3)),
    st.sampled_from(["_", ".", "*", "未报", "-", "100:forecast", "5.2%", "1,820", "90>95", "…"]),
)


@st.composite
def stepping(draw: st.DrawFn) -> Written:
    """`10+2x5`, in units of the last decimal so that nothing is rounded."""
    places, first, step = draw(st.integers(0, 3)), draw(numbers), draw(numbers.filter(bool))
    count = draw(st.integers(1, 6))
    sign = "+" if step > 0 else "-"
    words = [decimals(first + step * at, places) for at in range(count)]
    return f"{decimals(first, places)}{sign}{decimals(abs(step), places)}x{count}", words


one = plain.map(lambda word: (word, [word]))
repeated = st.builds(lambda word, count: (f"{word}x{count}", [word] * count), plain, st.integers(1, 6))


def grouped(parts: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(parts, min_size=1, max_size=3)

    def group(inside: list[Written], count: int, space: str) -> Written:
        text = f"({space}{' '.join(text for text, _ in inside)}{space})"
        return f"{text}x{count}" if count > 1 else text, [word for _, words in inside for word in words] * count

    return st.builds(group, several, st.integers(1, 3), st.sampled_from(["", " "]))


lines = st.lists(st.recursive(st.one_of(one, repeated, stepping()), grouped, max_leaves=6), min_size=1, max_size=4)


def cell(word: str) -> Cell:
    """A word as it stands in a drop."""
    known = {"_": Cell(""), ".": Cell(None), "100:forecast": Cell("100", "forecast"), "90>95": Cell("95", None, "90")}
    return known.get(word) or Cell(word)


def same(got: Cell, wanted: Cell) -> bool:
    """Whether two cells are alike, numbers by value: a step may write 0.50 for 0.5."""
    if got == wanted or got.text is None or wanted.text is None:
        return got == wanted
    try:
        return float(got.text) == float(wanted.text)
    except ValueError:
        return False


@given(lines, st.booleans(), st.sampled_from(["", "万元", "%"]))
def test_a_line_stands_for_its_words(parts: list[Written], on: bool, unit: str) -> None:
    text = " ".join([*(text for text, _ in parts), *(["..."] if on else []), *([unit] if unit else [])])
    wanted = [cell(word) for _, words in parts for word in words]
    line = expand(Text.plain(text), read_number, rest=is_unit)
    assert len(line.values) == len(wanted)
    assert all(same(got.value, one) for got, one in zip(line.values, wanted, strict=True))
    assert (line.after, line.rest or "") == (on, unit)


@given(st.text(alphabet="10x+-.()_* y:>%", max_size=30))
def test_any_line_is_read_or_refused_at_a_place(text: str) -> None:
    for read in (read_number, read_level):
        problems: tuple[Diagnostic, ...] = ()
        try:
            line = expand(Text.plain(text), read)
        except ModelError as error:
            problems = error.diagnostics
            line = None
        assert (line is None) == bool(problems)
        assert all(isinstance(item.place, Span) and item.help for item in problems)
        assert line is None or 1 <= len(line.values) <= LONGEST


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("1 2 3y", "3y", "`3y` is no value of a series"),
        ("1x0", "1x0", "`x0` stands for no value"),
        ("(1 2", "(", "a bracket that is not closed"),
        ("1 2)", ")", "a bracket that nothing opens"),
        ("()", "(", "an empty group"),
        ("...", "...", "no value"),
        ("1x2401", "1x2401", "more than 2,400 values"),
        ("(1x2000)x2", "(1x2000)x2", "more than 2,400 values"),
        ("((((((((((((((1x9)x9)x9)x9)x9)x9)x9)x9)x9)x9)x9)x9)x9)x9)", "(", "groups within groups beyond number"),
        ("1x" + "9" * 5000, None, "more than 2,400 values"),
        ("100:forcast", "forcast", "`forcast` is no status"),
    ],
)
def test_what_is_no_line_is_told_with_its_place(text: str, at: str | None, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        expand(Text.plain(text), read_number, rest=is_unit)
    problem = caught.value.diagnostics[0]
    assert problem.message == says
    assert isinstance(problem.place, Span)
    if at is not None:
        assert problem.place.text[problem.place.column - 1 : problem.place.end - 1] == at


def test_what_is_no_unit_is_none() -> None:
    assert all(is_unit(Text.plain(word)) for word in ("万元", "%", "亩", "USD", "吨/万元"))
    assert not any(is_unit(Text.plain(word)) for word in ("maskd", "x3", "_", "*", "5", "未报"))
