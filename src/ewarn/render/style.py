"""Colours. A level is always a word as well, so that nothing is lost where there is no colour."""

from __future__ import annotations

STRONG = "bold"
FAINT = "bright_black"
"""Readable on dark and light backgrounds alike, which `dim` is not everywhere."""
GOOD = "green"

LEVEL = {
    "red": "bold bright_white on color(160)",
    "orange": "bold black on color(208)",
    "yellow": "bold black on color(220)",
    "blue": "bold bright_white on color(26)",
}
INK = {"red": "bold color(160)", "orange": "bold color(208)", "yellow": "color(178)", "blue": "color(33)"}
