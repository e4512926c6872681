"""Entities that the older drop has and this one has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ewarn.alerts.models import Language
from ewarn.alerts.text import in_sentence
from ewarn.check.hygiene.finding import Drops, Finding

TITLE: Mapping[Language, str] = {"zh": "对象从数据里消失", "en": "An entity left the data"}
ACTION: Mapping[Language, str] = {
    "zh": "核对是注销、换编号还是漏报",
    "en": "Find out whether it closed, changed its id, or was left out",
}
COMPARES = True


def find(drops: Drops) -> Iterator[Finding]:
    """One for each entity."""
    before = drops.before
    assert before is not None
    for name, old in before.types.items():
        new = drops.panel.types.get(name)
        for at, key in enumerate(old.ids):
            if new is not None and key in new.position:
                continue
            said = in_sentence(old.names[at])
            yield Finding(
                "vanished-entity", "yellow", name, key, old.names[at], str(drops.panel.as_of),
                {"zh": f"{said}：上一批数据里有，本批没有", "en": f"{said}: in the older drop, not in this one"},
                TITLE, ACTION,
            )  # fmt: skip
