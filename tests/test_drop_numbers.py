"""Cells as people write numbers: read where they can mean one thing only."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ewarn.arrow import strings
from ewarn.assembly.numbers import meant, numbers_of
from ewarn.assembly.symbols import Symbols, status_of
from ewarn.panel import Reason, Status


def read(*cells: str | None) -> list[object]:
    """Per cell: the number, ("%", number), the reason, None for blank, or "bad"."""
    found = numbers_of(pa.chunked_array([strings(cells)]), Symbols())
    bad = set(found.bad.tolist())
    out: list[object] = []
    for row, value in enumerate(found.values.tolist()):
        reason = 0 if found.reasons is None else int(found.reasons[row])
        if row in bad:
            out.append("bad")
        elif reason:
            out.append(Reason(reason))
        elif math.isnan(value):
            out.append(None)
        else:
            out.append(("%", value) if found.percent is not None and found.percent[row] else value)
    return out


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1820", 1820), ("1,820.5", 1820.5), ("1,234,567", 1234567), ("１，８２０", 1820), (" 7\t", 7), ("\u30007", 7),
        ("-3.2", -3.2), ("－3.2", -3.2), ("−3.2", -3.2), ("–3.2", -3.2), ("+5", 5), (".5", 0.5),
        ("5.", 5), ("1e3", 1000), ("(3.2)", -3.2), ("（3.2）", -3.2), ("(1,200)", -1200), ("'12", 12), ("-0", 0),
        ("5.2%", ("%", 5.2)), ("-5.2 %", ("%", -5.2)), ("５％", ("%", 5)),
        ("(5.2%)", ("%", -5.2)), ("(5.2)%", ("%", -5.2)),
    ],
)  # fmt: skip
def test_what_is_read(cell: str, value: object) -> None:
    assert read(cell, "1") == [value, 1]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("*", Reason.MASKED), ("**.*", Reason.MASKED), ("＊", Reason.MASKED), ("××", Reason.MASKED),
        ("—", Reason.NOT_APPLICABLE), ("——", Reason.NOT_APPLICABLE), ("－", Reason.NOT_APPLICABLE),
        ("-", Reason.NOT_APPLICABLE), ("/", Reason.NOT_APPLICABLE), ("不适用", Reason.NOT_APPLICABLE),
        ("…", Reason.BELOW_UNIT), ("……", Reason.BELOW_UNIT), ("...", Reason.BELOW_UNIT),
        ("未报", Reason.NOT_REPORTED), ("Not_Reported", Reason.NOT_REPORTED), ("未到期", Reason.NOT_DUE),
        ("", None), ("  ", None), ("NaN", None), ("null", None), ("N/A", None), (None, None),
    ],
)  # fmt: skip
def test_what_is_missing(cell: str | None, reason: Reason | None) -> None:
    assert read(cell, "1") == [reason, 1]


@pytest.mark.parametrize(
    "cell",
    ["1.820,5", "12,34", "1,2345", "1 820", "3.2*", "1*2", "1.2亿", "下降7.4", "持平", "≥100", "约5", "inf",
     "-Infinity",
     "1e999", "0x1F", "1_000", "--5", "()", "%", "5%%", "1/2", "٣", "×", "无", "#DIV/0!", "1e", "2022-09", "true"],
)  # fmt: skip
def test_what_could_mean_two_things_is_not_read(cell: str) -> None:
    assert read(cell, "1") == ["bad", 1]


FORMS = st.sampled_from([
    lambda value: f"{value:,.3f}", lambda value: f"{value:.3f}", lambda value: f" {value:.3f} ",
    lambda value: f"{value:.3f}".replace("-", "−"), lambda value: f"({-value:,.3f})" if value < 0 else f"{value:.3f}",
    lambda value: f"{value:.3f}".translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")),
])  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.tuples(st.floats(-1e9, 1e9), FORMS), min_size=1, max_size=8))
def test_every_form_is_the_number(cells) -> None:
    assert read(*(form(value) for value, form in cells)) == [float(f"{value:.3f}") for value, _ in cells]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8))
def test_nothing_else_becomes_a_number(texts: list[str]) -> None:
    for text, found in zip(texts, read(*texts), strict=True):
        if isinstance(found, float):
            assert any(char.isdigit() for char in text)
            assert math.isfinite(found)


@pytest.mark.parametrize(("slip", "number"), [("1,82O", "1820"), ("l0", "10"), ("1S", "15"), ("abc", None), ("O", "0")])
def test_what_was_probably_meant(slip: str, number: str | None) -> None:
    assert meant(slip) == number


@pytest.mark.parametrize(
    ("word", "status"),
    [("预计", Status.FORECAST), ("快报", Status.FLASH), ("初步", Status.PRELIMINARY), ("终", Status.FINAL),
     ("Final", Status.FINAL), ("修订", Status.REVISED), ("x", None)],
)  # fmt: skip
def test_words_for_a_status(word: str, status: Status | None) -> None:
    assert status_of(word) == status
