"""How large a workbook unfolds to, before it is unfolded: one stray cell far away costs more memory than there is."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

_CHUNK = 4 << 20
_UNPACKED = 4 << 30
_CELLS = 200_000_000
_REFERENCE = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Za-z]{1,3})(\d{1,7})"')


def too_large(path: Path) -> str | None:
    """What is too large about a workbook of the zipped kind, in words; None where it is not, or is no zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED:
                return f"it unpacks to more than {_UNPACKED >> 30} GB"
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    width, height, farthest = _bounds(archive, entry)
                    if width * height > _CELLS:
                        return f"a sheet reaches to {farthest}: delete the stray cell there, or the rows and columns"
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError):
        return None  # the reader says what is wrong with it
    return None


def letters(column: int) -> str:
    """A column's letters, from 0: A, B, ..., Z, AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def _bounds(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[int, int, str]:
    columns: set[bytes] = set()
    height, rest = 0, b""
    with archive.open(entry) as sheet:
        while chunk := sheet.read(_CHUNK):
            found = _REFERENCE.findall(rest + chunk)
            columns.update(column for column, _ in found)
            height = max(height, max((int(row) for _, row in found), default=0))
            rest = chunk[-200:]
    width = max((_number(column) for column in columns), default=0)
    return width, height, f"{letters(width - 1)}{height}"


def _number(column: bytes) -> int:
    number = 0
    for letter in column.upper():
        number = number * 26 + letter - 64
    return number
