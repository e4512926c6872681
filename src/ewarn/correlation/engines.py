"""Which engine joins composites: durable-rules in a child process where it is installed, else the plain fix-point."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal

from ewarn.correlation import fixpoint
from ewarn.correlation.clauses import Fact, Job
from ewarn.correlation.subset import refusal
from ewarn.correlation.worker import answer, request

Name = Literal["fixpoint", "durable-rules"]
WORKER = "ewarn.correlation.worker"
PATIENCE = 120.0
"""Seconds after which a silent child is ended."""


def installed() -> bool:
    """Whether the extra `rete` is there."""
    return find_spec("durable") is not None


@dataclass(eq=False)
class Engine:
    """One run's engine. After the first failure it is the fix-point for good, and `trouble` says why."""

    wanted: Name | None = None
    """None: durable-rules where it is installed."""
    worker: str = field(default_factory=lambda: WORKER)
    patience: float = PATIENCE
    trouble: list[str] = field(default_factory=list)

    @property
    def name(self) -> Name:
        """Which one joins."""
        if self.trouble or self.wanted == "fixpoint" or (self.wanted is None and not installed()):
            return "fixpoint"
        return "durable-rules"

    def conclude(self, jobs: Sequence[Job]) -> list[frozenset[Fact]]:
        """The wanted conclusions of each job; both engines give the same."""
        if self.name == "durable-rules" and any(job.facts for job in jobs):
            found = self._by_durable_rules(jobs)
            if found is not None:
                return found
        return [fixpoint.conclude(job) for job in jobs]

    def _by_durable_rules(self, jobs: Sequence[Job]) -> list[frozenset[Fact]] | None:
        refused = next((reason for job in jobs if (reason := refusal(job)) is not None), None)
        if refused is not None:
            self.trouble.append(f"it is not given what may crash it: {refused}")
            return None
        try:
            found = answer(run_worker(self.worker, request(jobs), self.patience))
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self.trouble.append(_told(error))
            return None
        if len(found) != len(jobs):
            self.trouble.append("its answer has another length than the question")
            return None
        return found


def run_worker(module: str, text: str, patience: float) -> str:
    """What a worker module prints when it is given `text`. Raises OSError, SubprocessError, UnicodeDecodeError."""
    # The child sees the same packages as this process, never modules that lie in the working directory.
    command = [sys.executable, "-P", "-m", module]
    inherits = sys.platform == "win32"  # which cannot start a program without its own variables
    env = None if inherits else {"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONUTF8": "1"}
    done = subprocess.run(  # noqa: S603  (this interpreter and a module of this package)
        command, input=text, capture_output=True, timeout=patience, check=True, env=env, encoding="utf-8"
    )
    return done.stdout


def _told(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        ended = f"signal {-error.returncode}" if error.returncode < 0 else f"exit code {error.returncode}"
        return f"its process ended with {ended}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"its process gave no answer within {error.timeout:g} seconds"
    return f"its process gave no answer that can be read ({error})"
