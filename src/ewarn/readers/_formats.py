"""What the cells of a workbook look like, which its reader does not tell: those shown as percentages, and formulas that
nobody has worked out yet. Workbooks of the zipped kind only; in old ones (.xls) neither is known."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK = 4 << 20
_LONGEST = 64 << 10
"""A cell's XML is at most so long: formulas have at most 8,192 characters."""
_SMALL = 64 << 20
_PERCENT_ID = (b"9", b"10")
"""The built-in formats `0%` and `0.00%`."""
_CELL = re.compile(rb"<(?:\w+:)?c( [^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Za-z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?: [^<>]*)?>[^<]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_XF = re.compile(rb'<(?:\w+:)?xf [^>]*?\bnumFmtId="(\d+)"')
_QUOTED = re.compile(r'"[^"]*"|\\.')


@dataclass
class Looks:
    """Places in one sheet, as (row, column), the row from 1 and the column from 0."""

    percent: set[tuple[int, int]] = field(default_factory=set)
    unworked: set[tuple[int, int]] = field(default_factory=set)
    """Formulas without a stored result."""


def looks(path: Path, sheet: str) -> Looks:
    """The looks of a sheet; empty where the file is no zipped workbook, or says nothing that can be understood."""
    found = Looks()
    try:
        with zipfile.ZipFile(path) as archive:
            percent = _percent_styles(archive)
            marks = re.compile(b"|".join([rb"<(?:\w+:)?f[ />]", *(b's="%s"' % style for style in percent)]))
            for row, column, attributes, content in _cells(archive, _part(archive, sheet), marks):
                kind = _TYPE.search(attributes)
                style = _STYLE.search(attributes)
                if style and style[1] in percent and (kind is None or kind[1] == b"n"):
                    found.percent.add((row, column))
                # `t="str"` is a formula whose result is text, an empty one too.
                if kind is None and _FORMULA.search(content) and not _VALUE.search(content):
                    found.unworked.add((row, column))
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, KeyError, ValueError):
        return found  # the reader has read it all the same
    return found


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """Numbers of the styles that show a percentage."""
    text = _small(archive, "xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b""
    ids = set(_PERCENT_ID)
    for entry in re.findall(rb"<(?:\w+:)?numFmt [^>]*>", text):
        number, code = re.search(rb'\bnumFmtId="(\d+)"', entry), re.search(rb'\bformatCode="([^"]*)"', entry)
        if number and code and "%" in _QUOTED.sub("", html.unescape(code[1].decode("utf-8", "replace"))):
            ids.add(number[1])
    block = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", text, re.DOTALL)
    formats = _XF.findall(block[0]) if block else []
    return frozenset(str(at).encode() for at, number in enumerate(formats) if number in ids)


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet."""
    wanted = None
    for entry in re.findall(rb"<(?:\w+:)?sheet [^>]*>", _small(archive, "xl/workbook.xml")):
        name, link = re.search(rb'\bname="([^"]*)"', entry), re.search(rb'\b\w+:id="([^"]*)"', entry)
        if name and link and html.unescape(name[1].decode("utf-8")) == sheet:
            wanted = link[1]
    for entry in re.findall(rb"<(?:\w+:)?Relationship [^>]*>", _small(archive, "xl/_rels/workbook.xml.rels")):
        link, target = re.search(rb'\bId="([^"]*)"', entry), re.search(rb'\bTarget="([^"]*)"', entry)
        if link and target and link[1] == wanted:
            path = html.unescape(target[1].decode("utf-8"))
            return posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join("xl", path))
    raise KeyError(sheet)


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part that is small in every honest workbook."""
    if archive.getinfo(name).file_size > _SMALL:
        raise ValueError(name)
    return archive.read(name)


def _cells(archive: zipfile.ZipFile, name: str, marks: re.Pattern[bytes]) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Row, column, attributes and content of each cell, where a stretch of the sheet has one of the marks."""
    rest = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            text, done = rest + chunk, 0
            for cell in _CELL.finditer(text) if marks.search(text) else ():
                done = cell.end()
                place = _PLACE.search(cell[1])
                if place:
                    yield int(place[2]), _position(place[1]), cell[1], cell[2] or b""
            rest = text[max(done, len(text) - _LONGEST) :]


def _position(name: bytes) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - 64
    return number - 1
