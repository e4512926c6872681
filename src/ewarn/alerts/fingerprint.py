"""The identity of an alert over runs."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from unicodedata import normalize


def fingerprints(pack: str, rule: str, entity_type: str, entities: Iterable[str]) -> list[str]:
    """First 16 hex digits of the sha256 of pack, rule id, entity type and entity id (NFC, NUL between them)."""
    start = sha256(normalize("NFC", f"{pack}\0{rule}\0{entity_type}\0").encode("utf-8", "surrogatepass"))
    result = []
    for entity in entities:
        digest = start.copy()
        digest.update(normalize("NFC", entity).encode("utf-8", "surrogatepass"))
        result.append(digest.hexdigest()[:16])
    return result
