"""`indicators:` of drop.yaml, laid over the catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from ewarn.assembly.indicators import plain
from ewarn.catalogue import catalogue
from ewarn.drop.model import IndicatorModel
from ewarn.panel import Indicator
from ewarn.source import Text


def declared(entries: Mapping[Text, IndicatorModel]) -> tuple[dict[str, Indicator], dict[str, Set[str]]]:
    """Each indicator that is declared, and which keys it gives."""
    found: dict[str, Indicator] = {}
    said: dict[str, Set[str]] = {}
    for word, entry in entries.items():
        name = plain(word)
        known = catalogue().get(name) or Indicator(name)
        given = _given(entry, known)
        found[name] = replace(
            known, **given, aliases=tuple(dict.fromkeys((*known.aliases, *map(plain, entry.aliases))))
        )
        said[name] = frozenset(given)
    return found, said


def _given(entry: IndicatorModel, known: Indicator) -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    for key in ("kind", "better", "january", "due", "restricted"):
        value = getattr(entry, key)
        if value is not None:
            given[key] = value
    if entry.values is not None:
        given["values"] = tuple(dict.fromkeys(unicodedata.normalize("NFC", word).strip() for word in entry.values))
    if entry.kind in ("date", "category"):
        given["unit"] = None
    if entry.unit is not None:
        given["unit"] = str(entry.unit)
    titles = {"zh": entry.zh, "en": entry.en}
    if any(titles.values()):
        given["title"] = {**known.title, **{language: str(title) for language, title in titles.items() if title}}
    return given
