"""Indicators that the older drop has values of and this one has not, or has none of for the newest period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ewarn.alerts.models import Language
from ewarn.check.hygiene.finding import Drops, Finding, label, newest

TITLE: Mapping[Language, str] = {"zh": "指标从数据里消失", "en": "An indicator left the data"}
ACTION: Mapping[Language, str] = {
    "zh": "核对列名是否改动、表是否漏交；读它的规则现在都无法判断",
    "en": "See whether its column was renamed or a table left out; no rule that reads it can judge",
}
COMPARES = True


def find(drops: Drops) -> Iterator[Finding]:
    """One for each indicator and measure of an entity type."""
    before = drops.before
    assert before is not None
    for key, old in before.series.items():
        new = drops.panel.series.get(key)
        if np.isnan(old.values).all() or (new is not None and not np.isnan(new.values).all()):
            continue
        name = f"{key[0]}.{label(old)}"
        last = before.calendars[old.freq].labels[newest(before, old)]
        yield Finding(
            "vanished-indicator", "orange", "indicator", name, name, str(drops.panel.as_of),
            {"zh": f"{name}：上一批数据报到 {last}，本批没有", "en": f"{name}: reported to {last}, not in this drop"},
            TITLE, ACTION,
        )  # fmt: skip
