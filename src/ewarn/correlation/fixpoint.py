"""What clauses mean: whatever follows is added, until nothing new does.

Slow and obvious; the other engine must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ewarn.correlation.clauses import Clause, Fact, Job


def conclude(job: Job) -> frozenset[Fact]:
    """The wanted conclusions of a job. The order of clauses and facts makes no difference."""
    said: dict[str, set[str]] = {}
    for name, subject in job.facts:
        said.setdefault(subject, set()).add(name)
    return job.answer((name, subject) for subject, names in said.items() for name in closure(job.clauses, names))


def closure(clauses: Sequence[Clause], names: Iterable[str]) -> set[str]:
    """All that holds of a subject of which `names` hold."""
    known = set(names)
    while new := {clause.head for clause in clauses if known.issuperset(clause.body)} - known:
        known |= new
    return known
