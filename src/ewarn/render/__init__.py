"""How a report is shown. Reads the report's document, changes nothing, reads no environment."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from rich.console import Console

    from ewarn.render.view import View


class Format(Protocol):
    """What a module of `ewarn.render.formats` gives."""

    NEWLINE: str | None

    def write(self, view: View, console: Console) -> None:
        """Write the whole view."""


@cache
def format_names() -> tuple[str, ...]:
    """The words for `--format`, `table` first. Nothing is imported to find them."""
    folder = Path(__file__).parent / "formats"
    names = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    return ("table", *sorted(names - {"table"}))


def format_named(name: str) -> Format:
    """The format of that name, one of `format_names()`."""
    return cast("Format", import_module(f"ewarn.render.formats.{name}"))
