"""Alerts as CSV for spreadsheets: the fields of the JSON document under the same names, one alert a line.

A field of a field has a dotted name (`title.zh`, `score_parts.depth`); `clears_when`, `list` and `labels` are JSON
in one cell. The evidence, with its source cells, is in the JSON only.
"""

from __future__ import annotations

import csv
import json

from pydantic import BaseModel
from rich.console import Console

from ewarn.alerts.models import Alert
from ewarn.alerts.text import in_cell
from ewarn.render.document import View

NEWLINE = ""  # the csv module ends its lines itself
BOM = "\ufeff"
"""Without it, spreadsheets take UTF-8 for the local code page."""

FIELDS = (
    *("rule", "pack", "slug", "channel", "entity", "entity_type", "name", "period", "level", "possible", "score"),
    *("score_parts.exposure", "score_parts.persistence", "score_parts.depth", "score_parts.novelty"),
    *("title.zh", "title.en", "explanation.zh", "explanation.en", "action.zh", "action.en"),
    *("since", "periods", "held", "clears_when", "clears_when_reason", "list", "labels", "owner", "status"),
    *("provisional", "fingerprint", "absorbed_by"),
)


def write(view: View, console: Console) -> None:
    """Write a heading and one line for each alert."""
    console.file.write(BOM)
    writer = csv.writer(console.file)
    writer.writerow(FIELDS)
    for alert in view.document.alerts:
        writer.writerow([_cell(_field(alert, name)) for name in FIELDS])


def _field(alert: Alert, name: str) -> object:
    value: object = alert
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, tuple):
        parts = [part.model_dump() if isinstance(part, BaseModel) else part for part in value]
        value = json.dumps(parts, ensure_ascii=False) if parts else ""
    return in_cell(str(value))
