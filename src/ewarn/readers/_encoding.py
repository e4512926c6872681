"""Which characters the bytes of a text file stand for."""

from __future__ import annotations

import codecs
import re

import numpy as np
import pyarrow as pa

from ewarn.diagnostics import Cell, Diagnostic
from ewarn.errors import DropError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = {
    b"PK\x03\x04": "a workbook or another zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "Parquet",
}
_UNLIKELY = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
"""Characters that no table holds: where they come out, the bytes were in another encoding."""


def to_utf8(data: pa.Buffer, encoding: str, label: str) -> tuple[pa.Buffer, str]:
    """The bytes as UTF-8 (copied only if they are not yet), and the encoding they were in.

    `auto` tries UTF-8, UTF-16 with its mark, then GB18030, and refuses what is none of them. DropError otherwise.
    """
    head = data.slice(0, min(4096, data.size)).to_pybytes()
    what = next((what for magic, what in _WORKBOOKS.items() if head.startswith(magic)), None)
    if what:
        raise _problem(label, f"`{label}` is {what}, not text", help="give the file the ending of its format")
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    name = (marked or "auto") if encoding == "auto" else encoding
    if name == "auto":
        if b"\0" in head:
            raise _problem(
                label, f"`{label}` is not text", help="for UTF-16 without a mark write `encoding: utf-16-le`"
            )
        if _is_utf8(data):
            return data, "utf-8"
        return _from_gb18030(data, label), "gb18030"
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise _problem(label, f"there is no encoding `{name}`", help="auto, utf-8, gb18030, utf-16") from error
    if codec.name in ("utf-8", "utf-8-sig") and _is_utf8(data):
        return data, "utf-8"
    return _decoded(data, codec.name, label), codec.name


def _is_utf8(data: pa.Buffer) -> bool:
    ends = pa.py_buffer(np.array([0, data.size], dtype=np.int64))
    whole = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, ends, data])
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _from_gb18030(data: pa.Buffer, label: str) -> pa.Buffer:
    help_ = "name it: `encoding: ...` at the table in drop.yaml, or save the file as UTF-8"
    try:
        text = data.to_pybytes().decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.slice(0, error.start).to_pybytes().count(b"\n") + 1
        raise _problem(label, f"`{label}` is neither UTF-8 nor GB18030", line, help_) from error
    strange = _UNLIKELY.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise _problem(label, f"`{label}` is not UTF-8, and as GB18030 it holds characters of no script", line, help_)
    return pa.py_buffer(text.encode())


def _decoded(data: pa.Buffer, codec: str, label: str) -> pa.Buffer:
    try:
        text = codecs.decode(data.to_pybytes(), codec)
        return pa.py_buffer(text.removeprefix("\ufeff").encode())
    except (UnicodeError, TypeError, AttributeError) as error:  # the last two: codecs from bytes to bytes
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.slice(0, start).to_pybytes().count(b"\n") + 1
        raise _problem(label, f"`{label}` is not {codec}", line, "leave `encoding` out, or name another one") from error


def _problem(label: str, message: str, line: int | None = None, help: str | None = None) -> DropError:  # noqa: A002
    return DropError([Diagnostic("EW208", message, Cell(label, line=line), help=help)])
