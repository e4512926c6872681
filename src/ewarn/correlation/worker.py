"""The process in which durable-rules runs: `python -m ewarn.correlation.worker`, JSON in, JSON out.

A fault of the engine is a segmentation fault and no exception, so it never runs in the user's process. Nothing heavy
is imported here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from ewarn.correlation.clauses import Clause, Fact, Job


def request(jobs: Sequence[Job]) -> str:
    """Jobs as they are sent to the worker."""
    return json.dumps([{"clauses": job.clauses, "facts": job.facts, "wanted": job.wanted} for job in jobs])


def answer(text: str) -> list[frozenset[Fact]]:
    """What the worker sent back. Raises ValueError where it is not that, with the worker's own words if it has any."""
    found = json.loads(text)
    if isinstance(found, dict):
        raise ValueError(str(found.get("error")))
    return [frozenset((str(name), str(subject)) for name, subject in one) for one in found]


def _job(written: dict[str, Any]) -> Job:
    clauses = tuple(Clause(head, tuple(body)) for head, body in written["clauses"])
    return Job(clauses, tuple((name, subject) for name, subject in written["facts"]), tuple(written["wanted"]))


def main() -> None:
    """Answer one request. What goes wrong is an answer too: `{"error": ...}`."""
    try:
        from ewarn.correlation.rete import conclude_all

        reply: Any = [sorted(found) for found in conclude_all(_job(one) for one in json.load(sys.stdin))]
    except Exception as error:  # noqa: BLE001  (whatever it is, the caller falls back and says so)
        reply = {"error": f"{type(error).__name__}: {error}"}
    json.dump(reply, sys.stdout)


if __name__ == "__main__":
    main()
