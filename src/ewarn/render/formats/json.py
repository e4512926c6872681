"""The report's own JSON, as the contract has it."""

from __future__ import annotations

from rich.console import Console

from ewarn.render.document import View

NEWLINE = "\n"


def write(view: View, console: Console) -> None:
    """Write the document, and a newline at its end."""
    text = view.document.model_dump_json() if view.json is None else view.json
    console.file.write(text)
    if not text.endswith("\n"):
        console.file.write("\n")
