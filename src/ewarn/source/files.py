"""Reading a text file that a user named, or saying in one message why that cannot be done."""

from __future__ import annotations

import os
from pathlib import Path

from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import EwarnError

LARGEST_FILE = 4_000_000


def read_text(
    path: str | os.PathLike[str], *, name: str | None = None, error: type[EwarnError] = EwarnError, code: str = "EW110"
) -> str:
    """The text of a UTF-8 file, line breaks as `\\n`, without a byte order mark.

    Raises `error` with one diagnostic: no such file, a directory, no permission, too large, binary, not UTF-8, empty.
    `name` is how messages call it, by default the path as given.
    """
    target, shown = Path(path), name or os.fspath(path)

    def fail(
        message: str, advice: str | None = None, place: Span | None = None, label: str | None = None
    ) -> EwarnError:
        return error([Diagnostic(code, message, place, label, advice)])

    try:
        if target.is_dir():
            raise fail(f"`{shown}` is a folder, not a file", _yaml_files(target))
        with target.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise fail(f"there is no file `{shown}`", _yaml_files(target.parent)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise fail(f"`{shown}` cannot be read: {reason}") from None
    if len(data) > LARGEST_FILE:
        raise fail(f"`{shown}` is larger than {LARGEST_FILE:,} bytes", "this is read by people: divide it")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise fail(f"`{shown}` is not UTF-8 but UTF-16", "save it as UTF-8")
    if b"\0" in data:
        raise fail(f"`{shown}` is not a text file: byte {data.index(0) + 1} is 0")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig")) + 1
        source = data.split(b"\n")[line - 1].decode("utf-8", "replace").rstrip("\r")
        place = Span(shown, line, column, column + 1, source)
        label = f"byte {problem.start + 1} is 0x{data[problem.start]:02x}"
        raise fail(f"`{shown}` is not UTF-8", _encoding(data), place, label) from None
    if not text.strip():
        raise fail(f"`{shown}` is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "save it as UTF-8"
    return "it may be GB18030 (GBK): save it as UTF-8"


def _yaml_files(folder: Path) -> str | None:
    try:
        found = sorted(item.name for item in folder.iterdir() if item.suffix in (".yaml", ".yml"))
    except OSError:
        return None
    if not found:
        return None
    rest = f" and {len(found) - 6} more" if len(found) > 6 else ""
    return f"`{folder}` holds {', '.join(found[:6])}{rest}"
