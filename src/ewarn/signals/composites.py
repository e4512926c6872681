"""Composites judged: verdicts become facts, an engine says what follows from them, and members are counted between.

Entities and periods whose legs stand alike are one case, and the engine is asked about cases only: what is false for
everybody costs no fact, and a hundred thousand alike cost as much as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ewarn.correlation.clauses import Fact, Job
from ewarn.correlation.engines import Engine
from ewarn.correlation.formula import SUPPORT, Program, program
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.homes import kind_of
from ewarn.panel import Int8s
from ewarn.signals.conditions import STATES, Condition, Held, Tally, condition_of
from ewarn.signals.judging import judge_composite
from ewarn.signals.standing import give_legs
from ewarn.signals.verdicts import Verdicts

Codes = npt.NDArray[np.int64]
_MANY = 1 << 20
"""Codes up to here are looked up in a table; beyond, they are sorted."""


def join(evaluation: Evaluation, judged: Sequence[Verdicts], engine: Engine) -> None:
    """Judge the composites among `judged`, those upon others after them; the plain rules have been judged."""
    for stratum in _strata(judged):
        for verdicts in stratum:
            give_legs(evaluation, verdicts.compiled, judged)
            evaluation.prepare(verdicts.compiled.roots)
        wanted = {
            (id(verdicts), rank): condition_of(evaluation, node)
            for verdicts in stratum
            for rank, node in verdicts.compiled.levels.items()
        }
        held = _joined(evaluation, list(wanted.values()), engine)
        for verdicts in stratum:
            levels = {rank: held[wanted[id(verdicts), rank]] for rank in verdicts.compiled.levels}
            verdicts.put(slice(None), judge_composite(verdicts.compiled, evaluation, levels))
            _note_members(evaluation, verdicts, [wanted[id(verdicts), rank] for rank in levels], held)


def _note_members(
    evaluation: Evaluation, verdicts: Verdicts, levels: Sequence[Condition], held: dict[Condition, Held]
) -> None:
    """Which members counted, or may have, where a count reads a leg: they are what an alert shows beneath it."""
    goals: dict[Condition, None] = {}
    pending = list(levels)
    while pending:
        for atom in pending.pop().atoms:
            if isinstance(atom, Tally):
                pending.extend(part for part in atom.parts if part not in goals)
                goals.update(dict.fromkeys(atom.parts))
    for leg in verdicts.compiled.legs:
        reading = [
            held[goal].true | held[goal].possible
            for goal in goals
            if kind_of(str(goal.node.home)) == leg.of != verdicts.entity_type and goal.reads(leg.key)
        ]
        shape = (len(verdicts.calendar), evaluation.width(leg.of))
        counted = np.logical_or.reduce(reading) if reading else np.ones(shape, dtype=np.bool_)
        evaluation.keep(("counted", leg.key), partial(np.asarray, counted))


def _strata(judged: Sequence[Verdicts]) -> Iterator[list[Verdicts]]:
    """The composites that run, those first that read no other."""
    left = [verdicts for verdicts in judged if verdicts.compiled.legs and verdicts.row >= 0]
    while left:
        waiting = {id(verdicts.compiled) for verdicts in left}
        ready = [
            verdicts
            for verdicts in left
            if not any(id(one) in waiting for leg in verdicts.compiled.legs for one in leg.sources)
        ]
        yield ready
        left = [verdicts for verdicts in left if not any(verdicts is one for one in ready)]


def _joined(evaluation: Evaluation, wanted: Sequence[Condition], engine: Engine) -> dict[Condition, Held]:
    """How each condition stands; those on which its counts rest come before it."""
    found: dict[Condition, Held] = {}
    pending = _rounds(wanted)
    for stage in pending:
        cases = [_cases(evaluation, condition, found) for condition in stage]
        answers = engine.conclude([one.job for one in cases])
        for condition, one, answer in zip(stage, cases, answers, strict=True):
            found[condition] = one.held(answer)
    return found


def _rounds(wanted: Sequence[Condition]) -> list[list[Condition]]:
    depths: dict[Condition, int] = {}
    stack = [(condition, False) for condition in wanted]
    while stack:
        condition, ready = stack.pop()
        if condition in depths:
            continue
        below = [part for atom in condition.atoms if isinstance(atom, Tally) for part in atom.parts]
        if ready:
            depths[condition] = 1 + max((depths[part] for part in below), default=-1)
        else:
            stack.append((condition, True))
            stack.extend((part, False) for part in below)
    rounds: list[list[Condition]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for condition, depth in depths.items():
        rounds[depth].append(condition)
    return rounds


@dataclass(frozen=True, eq=False)
class _Cases:
    """One condition's entities and periods, alike ones together. `code` (periods or 1, entities or 1): the case of
    each; `shape`: of the whole."""

    job: Job
    program: Program
    code: Codes
    count: int
    shape: tuple[int, int]

    def held(self, answer: frozenset[Fact]) -> Held:
        """The answer about cases, given to all that they stand for."""
        tables = {name: np.zeros(self.count, dtype=np.bool_) for name in self.job.wanted}
        for name, subject in answer:
            tables[name][int(subject)] = True
        whole = {name: np.broadcast_to(table[self.code], self.shape) for name, table in tables.items()}
        names = self.program.names
        return Held(whole[names["is"]], whole[names["may"]], whole[names["would"]], whole[SUPPORT])


def _cases(evaluation: Evaluation, condition: Condition, found: dict[Condition, Held]) -> _Cases:
    shape = (len(condition.node.calendar), evaluation.width(condition.node.home))
    states = [atom.states(evaluation, found) for atom in condition.atoms]
    code: Codes = np.zeros((1, 1), dtype=np.int64)
    rows = np.zeros((1, 0), dtype=np.int8)
    for state in states:
        code, rows = _refined(code, rows, state)
    made = program(condition.formula)
    read = made.read
    facts = [
        (name, str(case))
        for at in range(len(states))
        for case, state in enumerate(rows[:, at].tolist())
        if (name := f"{at}:{STATES[state]}") in read
    ]
    return _Cases(Job(made.clauses, tuple(facts), made.wanted), made, code, len(rows), shape)


def _refined(code: Codes, rows: Int8s, state: Int8s) -> tuple[Codes, Int8s]:
    """Cases told apart by one more state; `rows` (cases, states) says what each case is."""
    raw = code * len(STATES) + state
    count = len(rows) * len(STATES)
    if count <= _MANY:
        seen = np.zeros(count, dtype=np.bool_)
        seen[raw.ravel()] = True
        present = np.flatnonzero(seen)
        place = np.cumsum(seen) - 1
        code = place[raw]
    else:
        present, flat = np.unique(raw, return_inverse=True)
        code = flat.reshape(raw.shape)
    return code, np.column_stack([rows[present // len(STATES)], (present % len(STATES)).astype(np.int8)])
