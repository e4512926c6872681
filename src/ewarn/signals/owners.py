"""Who is responsible, on a panel: by what it goes, and which of its keys fit nobody."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.groups import ancestor_path
from ewarn.expressions.lookup import strangers
from ewarn.expressions.nodes import Node
from ewarn.panel import Panel
from ewarn.rules import Rule
from ewarn.rules.model import Owner


def owner_of(evaluation: Evaluation, build: Build, rule: Rule, home: str) -> Node | None:
    """The attribute by which the rule's owner is found; None where it goes by the entity or a parent."""
    owner, panel = rule.owner, evaluation.panel
    if owner is None:
        return None
    build.notices += evaluation.keep(("owner keys", id(owner)), lambda: list(_unmatched(panel, owner)))
    if owner.by in (None, "entity", home):
        return None
    by, place = str(owner.by), owner.place.span()
    if by in panel.types and ancestor_path(panel, home, by) is not None:
        return None
    attribute = panel.types[home].attributes.get(by)
    if attribute is None or attribute.kind != "text":
        known = [*panel.types[home].attributes, *panel.types[home].parents]
        what = f"{home} has no attribute or parent `{by}`" if attribute is None else f"`{by}` of {home} is no category"
        near = did_you_mean(by, known) or f"it has: {', '.join(known) or 'none'}"
        build.notices.append(Diagnostic("EW128", f"{what}: alerts name no owner", place, help=near, severity="warning"))
        return None
    return build.attribute(ast.Name(by, ast.Load()), home).node


def _unmatched(panel: Panel, owner: Owner) -> Iterator[Diagnostic]:
    """Keys that fit nothing in the whole drop: a slip, or somebody who is no longer there."""
    if not isinstance(owner.value, Mapping) or owner.by is None:
        return
    there = _values(panel, owner.by)
    if there is None:
        return
    idle = [key for key in owner.value if key not in there]
    if owner.table:
        yield from strangers(owner.table, {key: owner.rows[key] for key in idle}, panel)
        return
    names = {name: one for kind in panel.types.values() for one, name in zip(kind.ids, kind.names, strict=True)}
    for key in idle:
        near = did_you_mean(key, there)
        if key in names and names[key] in there:
            near = f"the keys are ids: write `{names[key]}`"
        what = "entity" if owner.by == "entity" else owner.by
        yield Diagnostic("EW129", f"the drop has no {what} `{key}`", owner.keys.get(key, owner.place.span()),
                         "nobody is found by this key", near, "warning")  # fmt: skip


def _values(panel: Panel, by: str) -> frozenset[str] | None:
    """What keys may be; None where nothing in the drop is called `by`, which is told elsewhere."""
    if by == "entity":
        return frozenset(one for kind in panel.types.values() for one in kind.ids)
    if by in panel.types:
        return frozenset(panel.types[by].ids)
    found = [kind.attributes[by] for kind in panel.types.values() if by in kind.attributes]
    texts = [one.categories for one in found if one.kind == "text"]
    return frozenset(word for words in texts for word in words) if texts else None
