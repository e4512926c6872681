"""The drop that a file of rules stands in: rules written for a drop are held against it without being told to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ewarn.drop import load
from ewarn.errors import DropError
from ewarn.panel import Panel
from ewarn.rules import shipped


def drop_beside(sources: Sequence[str | os.PathLike[str]]) -> Panel | None:
    """The drop whose drop.yaml stands beside the files of rules and names them under `rules:`, if it can be read."""
    files = [Path(source) for source in sources if os.fspath(source) not in shipped()]
    folders = {file.parent for file in files}
    if len(folders) != 1:
        return None
    drop = folders.pop() / "drop.yaml"
    try:
        text = drop.read_text(encoding="utf-8-sig") if drop.is_file() else ""
        if not all(file.name in text for file in files):
            return None
        panel = load(drop.parent)
    except (DropError, OSError, ValueError):
        return None  # `ewarn run` says what is wrong with it
    named = {Path(rule).resolve() for rule in panel.rules}
    return panel if all(file.resolve() in named for file in files) else None
