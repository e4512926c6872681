"""How a report is shown. Reads the report's document, changes nothing, reads no environment."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from rich.console import Console

    from ewarn.render.view import View

_FORMATS = Path(__file__).parent / "formats"


class Format(Protocol):
    """What a module of `ewarn.render.formats` gives."""

    NEWLINE: str | None

    def write(self, view: View, console: Console) -> None:
        """Write the whole view."""


@cache
def format_names() -> tuple[str, ...]:
    """The words for `--format`, `table` first. Nothing is imported to find them."""
    names = {path.stem for path in _FORMATS.glob("*.py") if not path.stem.startswith("_")}
    return ("table", *sorted(names - {"table"}))


@cache
def ci_format_names() -> tuple[str, ...]:
    """More words for the `--format` of a check: what services read."""
    return tuple(sorted(path.stem for path in (_FORMATS / "ci").glob("[!_]*.py")))


def format_named(name: str) -> Format:
    """The format of that name, one of `format_names()` or `ci_format_names()`."""
    folder = "ci." if name in ci_format_names() else ""
    return cast("Format", import_module(f"ewarn.render.formats.{folder}{name}"))
