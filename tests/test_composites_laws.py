"""Composites against a naive reading, on random rules and panels; both engines, in every order of facts."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ewarn.calendar import common_calendar
from ewarn.correlation import fixpoint
from ewarn.correlation.clauses import Clause, Job
from ewarn.correlation.engines import Engine, Name
from ewarn.correlation.formula import Atom, Formula, Joint, Negated, Sure, program
from ewarn.panel import Attribute, EntityType, Indicator, Panel, Parents, Series
from ewarn.rules import load_rules
from ewarn.signals import evaluate
from naive.composites import Leg, Reader, verdict

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking: each example starts a process."""
PERIODS, PROJECTS, PARKS = 4, ("a", "b", "c"), ("P", "Q")
IN = {"P": ["a", "b"], "Q": ["c"]}
PLAIN = """\
rules:
- {id: M1, entity: project, levels: {yellow: x < 0, red: x < -1}}
- {id: M2, entity: project, levels: {orange: y < 0}}
- {id: K1, entity: park, levels: {yellow: z < 0, red: z < -1}}
- {id: K2, entity: park, levels: {blue: w < 0}}
"""
CELL = st.sampled_from([None, 1.0, -1.0, -2.0])
MEMBER = st.recursive(
    st.sampled_from(["project.m1", "project.m2", "project.late", "project.key"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda one: f"({' '.join(one)})"),
        inner.map(lambda one: f"(not {one})"),
        inner.map(lambda one: f"optional({one})"),
    ),
    max_leaves=4,
)
READS = MEMBER.filter(lambda text: any(leg in text for leg in ("m1", "m2", "late")))
"""Counts of conditions on numbers alone are not the composites' business."""
COUNT = st.tuples(READS, st.sampled_from([">= 1", ">= 2", "< 2"])).map(lambda one: f"count({one[0]}) {one[1]}")
OWN = st.recursive(
    st.one_of(st.sampled_from(["k1", "k2", "both", "big"]), COUNT),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda one: f"({' '.join(one)})"),
        inner.map(lambda one: f"(not {one})"),
        st.tuples(inner, inner, st.sampled_from(["k1", "k2"])).map(lambda one: f"count({', '.join(one)}) >= 2"),
    ),
    max_leaves=5,
)
LEG = st.fixed_dictionaries({"level": st.sampled_from(["blue", "yellow", "red"]), "window": st.integers(1, 3)})


def flow(rows: list[list[float | None]], name: str) -> Series:
    values = np.array([[np.nan if one is None else one for one in row] for row in rows]).T
    return Series(name, "period", "M", None, np.ascontiguousarray(values))


def county(data: st.DataObject) -> Panel:
    def rows(count: int) -> list[list[float | None]]:
        return data.draw(st.lists(st.lists(CELL, min_size=PERIODS, max_size=PERIODS), min_size=count, max_size=count))

    def flags(count: int) -> Attribute:
        drawn = data.draw(st.lists(st.sampled_from([1, -1, 0]), min_size=count, max_size=count))
        return Attribute("flag", "flag", np.array(drawn, dtype=np.int8))

    old = np.full(3, np.iinfo(np.int64).min)
    types = {
        "project": EntityType("project", PROJECTS, PROJECTS, old, {"key": flags(3)},
                              {"park": Parents("park", np.array([0, 0, 1], dtype=np.int32))}),
        "park": EntityType("park", PARKS, PARKS, old[:2], {"big": flags(2)}),
    }  # fmt: skip
    series = {(home, name, "period"): flow(rows(len(types[home])), name)
              for home, name in (("project", "x"), ("project", "y"), ("park", "z"), ("park", "w"))}  # fmt: skip
    # One cell is known at the end, so that every rule is judged up to it.
    for one in series.values():
        one.values[-1, 0] = 1.0 if np.isnan(one.values[-1, 0]) else one.values[-1, 0]
    months = common_calendar("M", 2024 * 12, 2024 * 12 + PERIODS - 1)
    return Panel("p", "M", {"M": months}, types, {name: Indicator(name) for name in "xyzw"}, series)


def words(signals: Any, rule: str) -> dict[str, list[str]]:
    names = {-2: "clear", -1: "unknown", 0: "clear", 1: "blue", 2: "yellow", 3: "orange", 4: "red"}
    one = next(verdicts for verdicts in signals.verdicts if verdicts.rule.id == rule)
    ids = signals.panel.types[one.entity_type].ids
    return {key: [names[int(level)] for level in one.level[:, at]] for at, key in enumerate(ids)}


def check(data: st.DataObject, engine: Name) -> None:
    panel = county(data)
    legs = {name: data.draw(LEG) for name in ("m1", "m2", "late", "k1", "k2")}
    reads = {"m1": ["M1"], "m2": ["M2"], "late": ["M1", "M9"], "k1": ["K1"], "k2": ["K2"]}
    written = ", ".join(
        f"{'project.' if name[0] in 'ml' else ''}{name}: {{any: [{', '.join(reads[name])}], optional: true, "
        f"level: {one['level']}, window: {one['window']}}}"
        for name, one in legs.items()
    )
    inner = data.draw(OWN.filter(lambda text: "both" not in text))
    levels = {"yellow": data.draw(OWN), "red": data.draw(OWN)}
    rules = (
        f"{PLAIN}- {{id: BOTH, entity: park, legs: {{{written}}}, levels: {{orange: '{inner}'}}}}\n"
        f"- {{id: C, entity: park, legs: {{{written}, both: {{any: BOTH, window: 1}}}}, "
        f"levels: {{yellow: '{levels['yellow']}', red: '{levels['red']}'}}}}\n"
    )
    signals = evaluate(panel, load_rules(rules), engine=engine)
    assert (signals.engine, signals.notices) == (engine, ())
    plain = {rule: words(signals, rule) for rule in ("M1", "M2", "K1", "K2")}
    given = {name: Leg([plain.get(rule) for rule in reads[name]], one["level"], one["window"])
             for name, one in legs.items()}  # fmt: skip

    def flag(name: str, who: str, t: int) -> bool | None:
        home, key = ("project", "key") if name == "key" else ("park", "big")
        kind = panel.types[home]
        return {1: True, -1: False, 0: None}[int(kind.attributes[key].values[kind.position[who]])]

    reader = Reader(given, IN, flag)
    both = {who: [verdict(reader, {"orange": inner}, who, t) for t in range(PERIODS)] for who in PARKS}
    assert words(signals, "BOTH") == both
    reader = Reader({**given, "both": Leg([both], "blue", 1)}, IN, flag)
    assert words(signals, "C") == {
        who: [verdict(reader, levels, who, t) for t in range(PERIODS)] for who in PARKS
    }, rules  # fmt: skip


@pytest.mark.laws
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_the_fix_point_agrees_with_a_naive_reading(data: st.DataObject) -> None:
    check(data, "fixpoint")


@pytest.mark.rete
@settings(max_examples=8, phases=QUICK, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_durable_rules_agrees_with_a_naive_reading(data: st.DataObject) -> None:
    check(data, "durable-rules")


STATES = ("true", "open", "likely", "unknown", "false")
FORMULA = st.recursive(
    st.builds(Atom, st.integers(0, 5), st.sampled_from(["leg", "count", "number"])),
    lambda inner: st.one_of(
        st.builds(Joint, st.booleans(), st.lists(inner, min_size=2, max_size=7).map(tuple)),
        st.builds(Negated, inner),
        st.builds(Sure, inner),
    ),
    max_leaves=12,
)
STATE = st.lists(st.sampled_from(STATES), min_size=6, max_size=6)


def job_of(formula: Formula, states: list[list[str]]) -> Job:
    made = program(formula)
    facts = tuple((f"{at}:{state}", str(subject)) for subject, row in enumerate(states) for at, state in enumerate(row))
    return Job(made.clauses, facts, made.wanted)


JOB = st.builds(job_of, FORMULA, st.lists(STATE, max_size=6))
LETTER = st.sampled_from("abcdefgh")
CIRCLES = st.builds(
    lambda clauses, facts: Job(tuple(clauses), tuple(facts), tuple("abcdefgh")),
    st.lists(st.builds(Clause, LETTER, st.lists(LETTER, min_size=1, max_size=5).map(tuple)), max_size=12),
    st.lists(st.tuples(LETTER, st.sampled_from("12345")), max_size=20),
)
"""Jobs that no composite makes: clauses that conclude each other in circles, names that are given and concluded."""


def shuffled(job: Job, by: random.Random) -> Job:
    clauses, facts = list(job.clauses), list(job.facts)
    by.shuffle(clauses)
    by.shuffle(facts)
    return Job(tuple(clauses), tuple(facts), job.wanted)


@pytest.mark.laws
@given(st.one_of(JOB, CIRCLES), st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing_in_the_fix_point(job: Job, by: random.Random) -> None:
    assert fixpoint.conclude(shuffled(job, by)) == fixpoint.conclude(job)


@pytest.mark.rete
@settings(max_examples=10, phases=QUICK, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.one_of(JOB, CIRCLES), min_size=20, max_size=25), st.randoms(use_true_random=False))
def test_both_engines_have_one_answer_in_every_order_of_facts(jobs: list[Job], by: random.Random) -> None:
    engine = Engine("durable-rules")
    expected = [fixpoint.conclude(job) for job in jobs]
    found = engine.conclude([shuffled(job, by) for job in (*jobs, *jobs)])
    assert engine.trouble == []
    assert found == expected * 2
