"""The indicators that ewarn knows without being told: names, kinds, units and January. A drop extends it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

from ewarn.panel import Indicator
from ewarn.source import load_yaml


@cache
def catalogue() -> Mapping[str, Indicator]:
    """What is known of each indicator, by name; read from `catalogue.yaml` beside this module."""
    text = files("ewarn").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    entries = cast("Mapping[str, Mapping[str, Any]]", load_yaml(text, "catalogue.yaml").python)
    return MappingProxyType({str(name): _indicator(str(name), entry) for name, entry in entries.items()})


def _indicator(name: str, entry: Mapping[str, Any]) -> Indicator:
    return Indicator(
        name,
        kind=entry["kind"],
        unit=entry.get("unit"),
        better=entry.get("better"),
        title={language: str(entry[language]) for language in ("zh", "en")},
        aliases=tuple(str(alias) for alias in entry.get("aliases", ())),
        january=entry.get("january", "separate"),
        due=entry.get("due"),
        restricted=entry.get("restricted", False),
    )
