"""50 000 signals under five parks, joined by one engine: `composites.py WHAT ENGINE`, timed by `run.py`.

`rules`: two rules that fire for 25 000 projects at 36 months, and two composites upon them, with the alerts listed.
`alone`: the same without the composites, to tell what they add. `unlike`: 50 000 facts of 25 000 subjects given to the
engine as they are, which never happens (alike entities are one case) and shows what it can bear.
"""

from __future__ import annotations

import sys

import numpy as np

from ewarn.calendar import common_calendar
from ewarn.correlation.clauses import Job
from ewarn.correlation.engines import Engine, Name
from ewarn.correlation.formula import Atom, Joint, program
from ewarn.panel import Attribute, EntityType, Indicator, Panel, Parents, Series
from ewarn.report import Report
from ewarn.rules import load_rules
from ewarn.signals import evaluate

PROJECTS, PARKS, PERIODS = 25_000, 5, 36
PLAIN = """\
rules:
- {id: HELD, entity: project, levels: {yellow: spent < 10, red: spent < 5}}
- {id: LAND, entity: project, levels: {yellow: gap > 0}}
"""
COMPOSITES = """\
- id: WAITS
  entity: park
  legs: {project.held: {any: [HELD], level: yellow}, project.landless: [LAND]}
  let: {waits: project.held and project.landless}
  levels: {yellow: count(waits) >= 1, red: 'count(waits and project.key) >= 1 or sum(project.plan, where=waits) >= 1e6'}
- {id: BOTH, entity: project, legs: {held: [HELD], landless: [LAND]}, levels: {yellow: held and landless}, show: false}
- id: DEEP
  entity: park
  legs: {project.both: [BOTH], waits: [WAITS]}
  levels: {red: waits and count(project.both) >= 9}
"""


def panel() -> Panel:
    """Seeded; every project stands still and lacks land, in every month."""
    rng = np.random.default_rng(11)
    ids = tuple(f"p{at:05d}" for at in range(PROJECTS))
    old = np.full(PROJECTS, np.iinfo(np.int64).min)
    key = Attribute("key", "flag", np.where(rng.random(PROJECTS) < 0.05, 1, -1).astype(np.int8))
    park = Parents("park", rng.integers(0, PARKS, PROJECTS).astype(np.int32))
    parks = tuple(f"P{at}" for at in range(PARKS))
    types = {
        "project": EntityType("project", ids, ids, old, {"key": key}, {"park": park}),
        "park": EntityType("park", parks, parks, old[:PARKS]),
    }
    shape = (PERIODS, PROJECTS)
    values = {"spent": rng.uniform(0, 9, shape), "gap": rng.uniform(1, 50, shape), "plan": rng.uniform(1, 500, shape)}
    series = {("project", name, "period"): Series(name, "period", "M", None, one) for name, one in values.items()}
    months = {"M": common_calendar("M", 2022 * 12, 2022 * 12 + PERIODS - 1)}
    return Panel("bench", "M", months, types, {name: Indicator(name) for name in values}, series)


def main() -> None:
    what, name = sys.argv[1:]
    engine: Name = "durable-rules" if name == "durable-rules" else "fixpoint"
    if what == "unlike":
        states = ((f"{atom}:true", str(at)) for at in range(PROJECTS) for atom in (0, 1))
        made = program(Joint(True, (Atom(0, "leg"), Atom(1, "leg"))))
        job = Job(made.clauses, tuple(states), made.wanted)
        one = Engine(engine)
        (found,) = one.conclude([job])
        assert len(found) == PROJECTS * len(made.wanted), len(found)
        assert one.trouble == [], one.trouble
        return
    signals = evaluate(panel(), load_rules(PLAIN if what == "alone" else PLAIN + COMPOSITES), engine=engine)
    assert signals.notices == (), signals.notices
    report = Report.of(signals, top=20)
    assert len(report.to_json()) > 1
    fired = sum(int((one.level[-1] > 0).sum()) for one in signals.verdicts if one.rule.id in ("HELD", "LAND"))
    assert fired == 2 * PROJECTS, fired


if __name__ == "__main__":
    main()
