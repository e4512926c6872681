"""Names, ids and categories are data: whatever they hold, sentences and cells stay one harmless line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn.alerts.text import NAME_AT_MOST, encodable, harmless, in_cell, in_sentence

ANY_TEXT = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("云岭建材", "云岭建材"),
        ("[red]Acme[/red]", "[red]Acme[/red]"),  # markup is the renderer's business, here it is plain data
        ("\x1b[31mAcme\x1b[0m", "\ufffd[31mAcme\ufffd[0m"),
        ("two\r\nlines", "two lines"),
        ("tab\there", "tab here"),
        ("line\u2028separator", "line separator"),
        ("\u202eemca\u202c", "emca"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell\x07 null\x00", "bell\ufffd null\ufffd"),
        ("\x9b31mAcme", "\ufffd31mAcme"),
        ("half\ud800", "half\ufffd"),
        ("{entity} {0} %s %n", "{entity} {0} %s %n"),
        ("<b>&amp;</b> |cell| `code`", "<b>&amp;</b> |cell| `code`"),
        ("", ""),
    ],
)
def test_injections_in_a_sentence(name: str, shown: str) -> None:
    assert in_sentence(name) == shown


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("  =1", "'  =1"),
        ("＝1+1", "'＝1+1"),
        ("\tplain", "' plain"),
        ("−24.5%", "−24.5%"),
        ("a=b", "a=b"),
        ("E-17", "E-17"),
        ("", ""),
    ],
)
def test_formulas_in_a_cell(value: str, cell: str) -> None:
    assert in_cell(value) == cell


@given(ANY_TEXT)
def test_no_sentence_holds_a_control_or_direction_character(text: str) -> None:
    shown = in_sentence(text)
    assert len(shown) <= NAME_AT_MOST
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)
    assert not any(
        unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI") for char in shown
    )
    assert harmless(harmless(text)) == harmless(text)


@given(ANY_TEXT)
def test_no_cell_starts_a_formula(text: str) -> None:
    assert not in_cell(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_a_long_name_is_shortened_visibly() -> None:
    shown = in_sentence("名" * 10_000)
    assert shown == "名" * (NAME_AT_MOST - 1) + "…"
    assert in_sentence("名" * NAME_AT_MOST) == "名" * NAME_AT_MOST


@given(ANY_TEXT)
def test_encodable_text_can_be_written(text: str) -> None:
    assert encodable(text).encode("utf-8").decode("utf-8") == encodable(text)
