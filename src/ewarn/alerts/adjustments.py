"""Which modifiers moved a level, and from where to where."""

from __future__ import annotations

import numpy as np

from ewarn.alerts.assembly import json_text
from ewarn.alerts.groups import Group
from ewarn.levels import LEVELS


def adjustments(group: Group) -> list[bytes]:
    """The inside of each alert's `adjusted` array: the steps of `adjust:` that changed the level, in order."""
    texts = [b""] * len(group)
    compiled = group.verdicts.compiled
    ranks = list(compiled.levels)
    place = np.full(len(group), ranks.index(group.rank))
    for step in compiled.adjust:
        written = step.written
        if step.by is not None:
            moved = np.clip(place + step.by, 0, len(ranks) - 1)
        else:
            cap = max((at for at, rank in enumerate(ranks) if rank <= (step.cap or 0)), default=0)
            moved = np.minimum(place, cap)
        moved = np.where(group.reading.true(step.when), moved, place)
        when = json_text(" ".join(written.when.split()))
        by = b"null" if step.by is None else b"%d" % step.by
        cap_word = b"null" if written.cap is None else json_text(written.cap)
        for at in np.flatnonzero(moved != place).tolist():
            before, after = (LEVELS[ranks[where] - 1].encode() for where in (place[at], moved[at]))
            texts[at] += (b"," if texts[at] else b"") + (
                b'{"when":%b,"by":%b,"cap":%b,"before":"%b","after":"%b"}' % (when, by, cap_word, before, after)
            )
        place = moved
    return texts
