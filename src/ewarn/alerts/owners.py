"""Who is responsible for an alert, where an override file says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ewarn.alerts.groups import Group
from ewarn.expressions.groups import ancestor_path, parent_rows


def owners(group: Group) -> list[str | None]:
    """For each alert of the group a name, None where nobody is named."""
    owner = group.verdicts.rule.owner
    if owner is None or not isinstance(owner.value, Mapping):
        return [owner.value if owner is not None and isinstance(owner.value, str) else None] * len(group)
    return [owner.value.get(key) for key in _keys(group)]


def _keys(group: Group) -> list[str]:
    """By what the owner of each alert is found: its id, its parent's, or the value of an attribute."""
    verdicts, node = group.verdicts, group.verdicts.compiled.owner
    evaluation, home = verdicts.evaluation, verdicts.entity_type
    assert verdicts.rule.owner is not None
    by = verdicts.rule.owner.by
    if node is not None:
        codes = np.asarray(evaluation.at(node, group.row, group.entities)).tolist()
        return [node.type.categories[code] if code >= 0 else "" for code in codes]
    if by in (None, "entity", home):
        own = evaluation.panel.types[home].ids
        return [own[at] for at in group.entities.tolist()]
    if by not in evaluation.panel.types or ancestor_path(evaluation.panel, home, by) is None:
        return [""] * len(group)
    index = parent_rows(evaluation, home, by, verdicts.calendar)
    above = index[group.row if index.shape[0] > 1 else 0, group.entities]
    ids = evaluation.panel.types[by].ids
    return [ids[at] if at >= 0 else "" for at in above.tolist()]
