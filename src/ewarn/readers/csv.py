"""Comma-separated text, as spreadsheets and statistics offices export it."""

from __future__ import annotations

from pathlib import Path

from ewarn.readers import Options
from ewarn.readers._text import TextColumns

SUFFIXES = (".csv",)


def open_columns(path: Path, label: str, options: Options) -> TextColumns:
    """Open a CSV file and read its header."""
    return TextColumns(path, label, options, ",")
