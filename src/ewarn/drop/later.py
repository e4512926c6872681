"""Keys that the drop format has and this version does not: said as such, not as a typing mistake."""

from __future__ import annotations

from ewarn.assembly.problems import Problems
from ewarn.diagnostics import Diagnostic
from ewarn.source import Located

_ENTITY = {"links": "leave it out: no rule of this version reads links"}
_CODE = "EW211"


def without_later(node: Located, problems: Problems) -> Located:
    """The tree of drop.yaml without such keys, each of which is a problem."""
    tables = node.get("tables")
    if tables is None or not tables.entries:
        return node
    entries = tuple(_table(table, problems) for table in tables.entries)
    return _with(node, "tables", Located(entries, tables.document, tables.start, tables.end))


def _table(table: Located, problems: Problems) -> Located:
    entity = table.get("entity")
    return table if entity is None else _with(table, "entity", _without(entity, _ENTITY, problems))


def _without(node: Located, later: dict[str, str], problems: Problems) -> Located:
    found = [key for key, _ in node.items() if key in later]
    for key in found:
        label, advice = "comes with a later version", later[key]
        problems.extend([Diagnostic(_CODE, f"this version has no `{key}`", key.span(), label, advice)])
    if not found:
        return node
    kept = {key: value for key, value in node.items() if key not in found}
    return Located(kept, node.document, node.start, node.end)


def _with(node: Located, name: str, value: Located) -> Located:
    items = {key: value if key == name else item for key, item in node.items()}
    return Located(items, node.document, node.start, node.end)
