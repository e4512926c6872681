"""Tab-separated text."""

from __future__ import annotations

from pathlib import Path

from ewarn.readers import Options
from ewarn.readers._text import TextColumns

SUFFIXES = (".tsv", ".tab")


def open_columns(path: Path, label: str, options: Options) -> TextColumns:
    """Open a TSV file and read its header."""
    return TextColumns(path, label, options, "\t")
