"""Runs the files, commands and sessions of a page of `docs/`, from top to bottom in one folder.

`python tests/docs_run.py docs/PAGE.md` writes what they print now into the page.
"""

from __future__ import annotations

import code
import contextlib
import io
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from docs_pages import ROOT, Fence, fences
from ewarn.cli import main as main_of_ewarn

WIDTH = "100"


def run_page(page: Path, folder: Path) -> Iterator[tuple[Fence, str]]:
    """Each block that prints something, and what it prints now. The current directory must be `folder`."""
    names: dict[str, object] = {}
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(ROOT / "examples")
    for fence in fences(page):
        if fence.file:
            path = folder / fence.file
            if fence.file.startswith("examples/"):
                assert path.read_text(encoding="utf-8") == fence.text, f"{fence.file} is not what the page shows"
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.text, encoding="utf-8")
        elif fence.language == "console":
            yield (
                fence,
                "".join(
                    console(line, folder, spoken(page)) for line in fence.text.splitlines() if line.startswith("$ ")
                ),
            )
        elif fence.language == "pycon":
            yield fence, session(fence.text, names)


def spoken(page: Path) -> str:
    """The language of a page."""
    return "zh" if page.name.endswith(".zh-CN.md") else "en"


def console(line: str, folder: Path, language: str = "en") -> str:
    """A command and what it prints: `ewarn` is this project's; `| head -n` cuts, `> /dev/null` leaves the messages."""
    command, _, cut = line[2:].partition(" | head -")
    command, quiet, _ = command.partition(" > /dev/null")
    _, *arguments = shlex.split(command)
    environment = {"COLUMNS": WIDTH, "NO_COLOR": "1", "EWARN_LANG": language}
    messages = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) if quiet else messages
    with (
        mock.patch.dict(os.environ, environment),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(messages),
    ):
        main_of_ewarn(arguments)
    messages.flush()
    text = messages.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]  # a BytesIO
    printed = [one.rstrip() for one in (text.lstrip("\n") if quiet else text).splitlines()]
    return "\n".join([line, *(printed[: int(cut)] if cut else printed), ""])


def session(text: str, names: dict[str, object]) -> str:
    """A Python session, its inputs as they are and its outputs anew."""
    console = code.InteractiveConsole(names)
    shown: list[str] = []
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if not line.startswith((">>> ", "...")):
            continue
        shown.append(line)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            more = console.push(line[4:])
            if more and not (at + 1 < len(lines) and lines[at + 1].startswith("...")):
                console.push("")
        shown += [one.rstrip() for one in printed.getvalue().splitlines()]
    return "\n".join(shown) + "\n"


def main() -> None:
    """Rewrite the pages named."""
    for name in sys.argv[1:]:
        page = Path(name).resolve()
        text = page.read_text(encoding="utf-8")
        before = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            for fence, printed in run_page(page, Path(folder)):
                text = text.replace(f"```{fence.language}\n{fence.text}```", f"```{fence.language}\n{printed}```", 1)
            os.chdir(before)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
