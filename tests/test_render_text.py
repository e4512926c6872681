"""Text on screens: cells, wrapping, names that would rather be something else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ewarn.render.cells import cells, pad, wrap
from ewarn.render.formats.md import escape
from ewarn.render.parts import sparkline
from ewarn.render.text import clean
from ewarn.render.words import _WORDS, lasting


def test_cells() -> None:
    assert cells("ab云e\u0301") == 5
    assert pad("云", 4) == "云  "
    assert pad("云", 4, right=True) == "  云"


def test_wrap_keeps_numbers_with_units_and_marks_off_line_starts() -> None:
    assert wrap("本月 1,820 万元，下降", 12) == ["本月", "1,820 万元，", "下降"]
    assert wrap("at 1,820 tons", 9) == ["at", "1,820", "tons"] or wrap("at 1,820 tons", 10) == ["at", "1,820 tons"]
    assert wrap("", 10) == [""]


@given(st.text(max_size=80), st.integers(2, 30))
def test_wrap_fits_and_loses_nothing_but_spaces(text: str, width: int) -> None:
    line = clean(text)
    lines = wrap(line, width)
    assert all(cells(part) <= width for part in lines)
    assert "".join(lines).replace(" ", "") == line.replace(" ", "")


@given(st.text(max_size=300))
def test_clean_is_one_visible_line_of_bounded_width(text: str) -> None:
    line = clean(text, 40)
    assert line.isprintable() or all(character.isspace() is False for character in line if not character.isprintable())
    assert "\x1b" not in line
    assert "\n" not in line
    assert "\u202e" not in line
    assert cells(line) <= 40 + len("…(+300)")
    assert clean(line, 60) == line


def test_what_is_left_out_is_counted() -> None:
    assert clean("a" * 10_000, 20) == "a" * 19 + "…(+9,981)"
    assert clean("a" * 20, 20) == "a" * 20
    assert len(clean("e" + "\u0301" * 100_000)) < 20


def test_markdown_shows_what_it_is_given() -> None:
    assert escape("a|b`c`<script>") == r"a\|b\`c\`&lt;script&gt;"
    assert escape("see http://x.y @you www.z") == "see http&#58;//x.y &#64;you www&#46;z"


def test_sparkline() -> None:
    assert sparkline([0, None, 7]) == "▁·█"
    assert sparkline([3, 3]) == "▄▄"
    assert sparkline([None]) == ""


def test_every_word_is_there_in_both_languages_and_takes_the_same_values() -> None:
    for key, (zh, en) in _WORDS.items():
        assert zh, key
        assert en, key
        assert len(re.findall(r"\{\d*\}", zh)) == len(re.findall(r"\{\d*\}", en)), key


def test_lasting() -> None:
    assert lasting(1, "2022-09", "en") == "1 month"
    assert lasting(2, "2022-Q3", "zh") == "2 个季度"
    assert lasting(2, "2022", "en") == "2 years"
    assert lasting(2, "第 3 轮", "en") == "2 periods"
