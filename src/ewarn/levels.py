"""The ladder of levels, lowest first. Colour is rendering; an array holds ranks."""

from __future__ import annotations

from typing import Literal

Level = Literal["blue", "yellow", "orange", "red"]
LEVELS: tuple[Level, ...] = ("blue", "yellow", "orange", "red")
RANK: dict[str, int] = {level: rank for rank, level in enumerate(LEVELS, start=1)}
"""1 to 4; 0 stands for clear."""
