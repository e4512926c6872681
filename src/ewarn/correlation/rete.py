"""Jobs given to durable-rules: the only module that imports it. It runs in a process of its own (see `worker`)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import durable_rules_engine
from durable.engine import Host, MessageObservedException

from ewarn.correlation.clauses import Clause, Fact, Job
from ewarn.correlation.subset import parts, patterns, refusal, tidied

Put = Callable[[dict[str, object]], object]
_BEGIN = "begin "
"""A name that no clause has: it ends with a blank."""
CONCLUSIONS = 100_000
"""More in one object are taken for a rule set that does not end."""


class _QuietHost(Host):
    """A host without threads: actions run in the caller, so an error reaches it."""

    def _run(self) -> None:
        pass


def conclude(job: Job) -> frozenset[Fact]:
    """The wanted conclusions of a job. Raises ValueError for one outside the safe subset, RuntimeError from within."""
    reason = refusal(job)
    if reason is not None:
        raise ValueError(reason)
    found: set[Fact] = set()
    clauses = tidied(job.clauses)
    if not clauses:  # an empty rule set crashes the engine
        return job.answer(job.facts)
    for part in parts(job, clauses):
        joined = _Joined(clauses)
        try:
            for fact in part:
                joined.add(fact, joined.put)
            found.update(joined.said)
        finally:
            joined.close()
    return job.answer(found)


class _Joined:
    """One rule set and the facts given to it."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.said: set[Fact] = set()
        self._read = {name for clause in clauses for name in clause.body}
        self._ids = itertools.count(1)
        self._errors: list[BaseException] = []
        rules: dict[str, dict[str, object]] = {
            f"r{at}": {"all": patterns(clause), "run": self._action(clause.head)} for at, clause in enumerate(clauses)
        }
        # Deleting a state in which no rule ever fired is a segmentation fault: this one fires in each.
        rules["begin"] = {"all": [{"f0": {"name": _BEGIN}}], "run": lambda _: None}
        self._host = _QuietHost({"c": rules})
        self.put({"name": _BEGIN, "subject": "0", "one": 1, "id": str(next(self._ids))})

    def put(self, fact: dict[str, object]) -> object:
        """Give the engine a fact."""
        return self._host.assert_fact("c", fact)

    def _action(self, head: str) -> Callable[[Any], None]:
        def run(context: Any) -> None:
            # An error kept by the engine would be returned by every later call, so none may leave an action.
            try:
                subject = context._m["f0"]["subject"]
                self.add((head, str(subject)), self._host.get_ruleset("c").assert_fact)
            except BaseException as error:  # noqa: BLE001  (also what asks the program to end: it is raised below)
                self._errors.append(error)

        return run

    def add(self, fact: Fact, put: Put) -> None:
        """Say a fact, once: a repeat ends here, and so does a circle of clauses."""
        # A fact that no clause reads is not given: the engine takes it for an error, and its memory suffers.
        new = fact not in self.said and fact[0] in self._read
        self.said.add(fact)
        if len(self.said) > CONCLUSIONS:
            raise RuntimeError(f"more than {CONCLUSIONS} facts in one object")
        while new:
            new = False
            try:
                put({"name": fact[0], "subject": fact[1], "one": 1, "id": str(next(self._ids))})
            except MessageObservedException:
                new = True  # two ids with one 32-bit hash: take the next
        if self._errors:
            raise RuntimeError(f"durable-rules: {self._errors[0]!r}") from self._errors[0]

    def close(self) -> None:
        """Give the memory back."""
        self._host.delete_state("c")
        durable_rules_engine.delete_ruleset(self._host.get_ruleset("c")._handle)


def conclude_all(jobs: Iterable[Job]) -> list[frozenset[Fact]]:
    """The wanted conclusions of each job."""
    return [conclude(job) for job in jobs]
