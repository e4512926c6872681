"""Alerts as CSV for spreadsheets: the fields of the JSON under the same names, one alert a line.

Texts are in one language; lists, and the evidence with its source cells, are in the JSON only.
"""

from __future__ import annotations

import csv

from rich.console import Console

from ewarn.render.view import View
from ewarn.report import FLAT_COLUMNS

NEWLINE = ""  # the csv module ends its lines itself
BOM = "\ufeff"
"""Without it, spreadsheets take UTF-8 for the local code page."""


def write(view: View, console: Console) -> None:
    """Write a heading and one line for each alert."""
    console.file.write(BOM)
    writer = csv.DictWriter(console.file, FLAT_COLUMNS)
    writer.writeheader()
    writer.writerows(view.report.cells(view.language))
