"""JSON written by columns equals JSON written the plain way."""

from __future__ import annotations

import json
import math
from hashlib import sha256

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ewarn.alerts.assembly import Assembly, json_numbers, json_optional, json_text, json_texts, json_values
from ewarn.alerts.columns import Column
from ewarn.alerts.fingerprint import fingerprints


@given(st.lists(st.floats()))
def test_numbers_have_twelve_significant_digits_and_are_finite(values: list[float]) -> None:
    texts = json_numbers(np.array(values, dtype=np.float64))
    for value, text in zip(values, texts, strict=True):
        read = json.loads(text)
        if math.isfinite(value):
            assert read == float(f"{value:.12g}")
            assert not text.startswith(b"-0") or read != 0
        else:
            assert read is None


@given(st.text(st.characters()))
def test_texts_read_back(text: str) -> None:
    written = json_text(text)
    assert json.loads(written.decode("utf-8")) == "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)
    assert b"\n" not in written
    assert json_optional(None) == b"null"


@given(st.lists(st.text(st.one_of(st.characters(), st.sampled_from('",\\[]'))), max_size=6))
def test_many_texts_are_as_one_by_one(texts: list[str]) -> None:
    assert json_texts(texts) == [json_text(text) for text in texts]
    assert json_texts(tuple(texts)) == json_texts(texts)


def test_values_of_every_kind() -> None:
    low = np.array([1.0, np.nan, 0.0])
    words = ("规上", 'a "b"')
    read = {
        kind: [json.loads(text) for text in json_values(Column(kind, None, low, None, words))]
        for kind in ("number", "fraction", "count", "date", "flag", "text")
    }
    assert read == {
        "number": [1, None, 0],
        "fraction": [1, None, 0],
        "count": [1, None, 0],
        "date": ["1970-01-02", None, "1970-01-01"],
        "flag": [True, None, False],
        "text": ['a "b"', None, "规上"],
    }


@given(st.lists(st.one_of(st.binary(max_size=3), st.lists(st.binary(max_size=3), min_size=3, max_size=3)), max_size=8))
def test_assembly_joins_row_by_row(pieces: list[bytes | list[bytes]]) -> None:
    assembly = Assembly(3)
    for piece in pieces:
        if isinstance(piece, bytes):
            assembly.fixed(piece)
        else:
            assembly.varying(piece)
    expected = [b"".join(piece if isinstance(piece, bytes) else piece[row] for piece in pieces) for row in range(3)]
    assert assembly.rows() == expected


def test_fingerprint_is_the_contracts() -> None:
    text = "industry\0IND-01\0enterprise\0E17"
    assert fingerprints("industry", "IND-01", "enterprise", ["E17"]) == [sha256(text.encode()).hexdigest()[:16]]


def test_fingerprint_does_not_see_how_an_accent_is_written() -> None:
    composed, apart = fingerprints("p", "r", "t", ["caf\u00e9", "cafe\u0301"])
    assert composed == apart
