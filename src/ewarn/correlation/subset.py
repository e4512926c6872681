"""The part of durable-rules that is safe, and what is refused before the engine sees it.

Each limit lies well below the size at which version 2.0.28 was seen to crash, hang or lose facts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ewarn.correlation.clauses import Clause, Job

RULES_MOST = 200
"""Rules in one rule set; 511 tests at one level hang it."""
JOINS = 40
"""Rules whose bodies name one fact: 64 tests matched by one fact at once are an error, 255 joins a crash."""
BODY = 5
"""Facts in one join; 16 are an error."""
FACTS = 3000
"""Facts in one object, given and concluded: some 30 MB. More are cut into several by subject, since a join never
leaves its subject."""
_NAME = re.compile(r"[\w:.~-]{1,80}", re.ASCII)


def refusal(job: Job) -> str | None:
    """Why durable-rules may not be given this job; None where it may."""
    if len(job.clauses) > RULES_MOST:
        return f"{len(job.clauses)} rules, {RULES_MOST} at most"
    longest = max((len(clause.body) for clause in job.clauses), default=1)
    if longest > BODY:
        return f"{longest} facts in one join, {BODY} at most"
    if any(not clause.body for clause in job.clauses):
        return "a rule without conditions"
    joins = Counter(name for clause in job.clauses for name in set(clause.body))
    if joins and max(joins.values()) > JOINS:
        name, count = joins.most_common(1)[0]
        return f"{count} rules read `{name}`, {JOINS} at most"
    names = {name for clause in job.clauses for name in (clause.head, *clause.body)}
    words = names.union(name for name, _ in job.facts).union(subject for _, subject in job.facts)
    odd = next((word for word in words if not _NAME.fullmatch(word)), None)
    return None if odd is None else f"`{odd}` is no plain name"


def tidied(clauses: Sequence[Clause]) -> list[Clause]:
    """Clauses that say something, each once, no name twice in a body: a repeated pattern crashes the engine."""
    tidy = (Clause(clause.head, tuple(dict.fromkeys(clause.body))) for clause in clauses)
    return list(dict.fromkeys(clause for clause in tidy if clause.head not in clause.body))


def patterns(clause: Clause) -> list[dict[str, Any]]:
    """A clause as the antecedent of a durable-rules rule.

    Every pattern but the first meets the first fact by an equality, and ends with a test that never fails: where the
    last test of a join fails, the engine reads past its table.
    """
    first, *others = clause.body
    found: list[dict[str, Any]] = [{"f0": {"name": first}}]
    for at, name in enumerate(others, start=1):
        tests = [{"name": name}, {"subject": {"f0": "subject"}}, {"one": {"f0": "one"}}]
        found.append({f"f{at}": {"$and": tests}})
    return found


def parts(job: Job, clauses: Sequence[Clause]) -> list[tuple[tuple[str, str], ...]]:
    """The facts of a job in parts that fit one object, each with whole subjects, sorted."""
    heads = len({clause.head for clause in clauses})
    found: list[list[tuple[str, str]]] = [[]]
    size, subject = 0, ""
    for fact in sorted(set(job.facts), key=lambda one: (one[1], one[0])):
        if fact[1] != subject:
            subject = fact[1]
            if size + heads > FACTS:
                found.append([])
                size = 0
            size += heads
        found[-1].append(fact)
        size += 1
    return [tuple(part) for part in found if part]
