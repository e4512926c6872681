"""Indicators known to the library."""

from __future__ import annotations

from collections.abc import Mapping

from ewarn.panel import Indicator


def catalogue() -> Mapping[str, Indicator]:
    """Indicators by name."""
    return {}
