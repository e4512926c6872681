"""`list:`, evidence that is a list of entities."""

from __future__ import annotations

import numpy as np

from ewarn.alerts.assembly import Assembly, json_optional, json_text, json_texts, json_values
from ewarn.alerts.columns import Column
from ewarn.alerts.evidence import unit_word
from ewarn.alerts.groups import Group, Ints
from ewarn.alerts.leaves import Reading
from ewarn.expressions.groups import parent_rows


def listed(group: Group) -> list[bytes]:
    """The inside of each alert's `list` array: members for which `where` is known true, ascending by `by`."""
    listing = group.verdicts.compiled.listing
    if listing is None:
        return [b""] * len(group)
    calendar, row = group.verdicts.calendar, group.row
    evaluation = group.verdicts.evaluation.then(calendar, row)
    home = group.verdicts.compiled.home
    if listing.of == home:
        parents = np.arange(evaluation.width(home))
    else:
        above = parent_rows(evaluation, listing.of, home, calendar)
        parents = above[row if len(above) > 1 else 0]
    members = np.flatnonzero(np.isin(parents, group.entities))
    reading = Reading(evaluation.frame(listing.of, calendar, members), row, len(members))
    value = Column("number", None, np.full(len(members), np.nan)) if listing.by is None else reading.column(listing.by)
    wanted = np.ones(len(members), dtype=np.bool_) if listing.where is None else reading.true(listing.where)
    if listing.by is not None:
        wanted = wanted & ~np.isnan(value.low)
    order = np.lexsort((members, value.low))
    order = order[wanted[order]]
    texts = []
    for entity in group.entities.tolist():
        mine = order[parents[members[order]] == entity][: listing.top]
        texts.append(b",".join(_items(group, listing.of, members[mine], value.part(mine), listing.words)))
    return texts


def _items(group: Group, of: str, members: Ints, value: Column, by: str | None) -> list[bytes]:
    known = group.verdicts.evaluation.panel.types[of]
    out = Assembly(len(members)).fixed(b'{"entity":').varying(json_texts([known.ids[at] for at in members.tolist()]))
    out.fixed(b',"entity_type":%b,"name":' % json_text(of))
    out.varying(json_texts([known.names[at] for at in members.tolist()])).fixed(b',"value":')
    return (
        out.varying(json_values(value))
        .fixed(b',"unit":%b,"expr":%b}' % (json_optional(unit_word(value)), json_optional(by)))
        .rows()
    )
