"""The indicators that ewarn knows without being told: names, kinds, units and January. A drop extends it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from ewarn.panel import AttributeKind, Indicator
from ewarn.source import load_yaml

KNOWN_TYPES = ("parcel", "tenant", "line", "project", "enterprise", "agency", "park", "town", "sector", "county")
"""Entity types of the shipped rules, what belongs to another before it: one that a drop lacks is no typing mistake."""


class KnownAttribute(NamedTuple):
    """A property of entities that shipped rules read: a drop that lacks it leaves them unrun, as for an indicator."""

    name: str
    kind: AttributeKind
    titles: Mapping[str, str]
    values: tuple[str, ...] = ()
    """Words that rules look for; a drop may hold others."""
    restricted: bool = False


@cache
def catalogue() -> Mapping[str, Indicator]:
    """What is known of each indicator, by name; read from `catalogue.yaml` beside this module."""
    return MappingProxyType({name: _indicator(name, entry) for name, entry in _entries() if "kind" in entry})


@cache
def known_attributes() -> Mapping[str, KnownAttribute]:
    """The properties of entities that shipped rules read, by name."""
    return MappingProxyType({name: _attribute(name, entry) for name, entry in _entries() if "attribute" in entry})


@cache
def _entries() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    text = files("ewarn").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    entries = cast("Mapping[str, Mapping[str, Any]]", load_yaml(text, "catalogue.yaml").python)
    return tuple((str(name), entry) for name, entry in entries.items())


def _attribute(name: str, entry: Mapping[str, Any]) -> KnownAttribute:
    titles = {language: str(entry[language]) for language in ("zh", "en")}
    words = tuple(str(word) for word in entry.get("values", ()))
    return KnownAttribute(name, entry["attribute"], titles, words, entry.get("restricted", False))


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
