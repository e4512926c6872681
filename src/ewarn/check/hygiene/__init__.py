"""Findings about the drop itself, on the channel `data`: one module for each kind, found by looking.

A module has `TITLE` and `ACTION` (by language), `COMPARES` (whether it needs an older drop), and `find(drops)`, which
gives `Finding`s; its name is their rule id, with `-` for `_`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from ewarn.alerts.models import Language
from ewarn.check.hygiene.finding import Drops, Finding

__all__ = ["Drops", "Finding", "findings", "kinds"]


class Kind(Protocol):
    """What a module of this package gives."""

    TITLE: Mapping[Language, str]
    ACTION: Mapping[Language, str]
    COMPARES: bool

    def find(self, drops: Drops) -> Iterator[Finding]:
        """All findings of this kind."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Each kind of finding by its rule id."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in ("__init__", "finding"))
    return {name.replace("_", "-"): cast("Kind", import_module(f"{__name__}.{name}")) for name in names}


def findings(drops: Drops) -> list[Finding]:
    """Everything found, by kind, then by entity type and entity."""
    found: list[Finding] = []
    for kind in kinds().values():
        if drops.before is not None or not kind.COMPARES:
            found += sorted(kind.find(drops), key=lambda one: (one.entity_type, one.entity))
    return found
