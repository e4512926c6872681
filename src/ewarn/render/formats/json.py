"""The report's own JSON, as the contract has it."""

from __future__ import annotations

from rich.console import Console

from ewarn.render.view import View

NEWLINE = "\n"


def write(view: View, console: Console) -> None:
    """Write the document as it is made, never all of it in memory."""
    binary = getattr(console.file, "buffer", None)
    if binary is None:
        console.file.writelines(chunk.decode("utf-8") for chunk in view.report.chunks())
    else:
        console.file.flush()
        view.report.write_json(binary)
