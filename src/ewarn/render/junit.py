"""JUnit XML: suites of cases, each passed, failed, in error or skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ewarn.render.escaped import xml


@dataclass
class Suite:
    """Cases under one name."""

    name: str
    cases: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"failures": 0, "errors": 0, "skipped": 0})

    def add(self, name: str, outcome: str | None = None, message: str = "", text: str = "") -> None:
        """A case; `outcome` is `failure`, `error`, `skipped`, or None for one that passed."""
        case = f'<testcase classname="{xml(self.name)}" name="{xml(name)}"'
        if outcome is None:
            inside = f"<system-out>{xml(text)}</system-out>" if text else ""
        else:
            self.counts["skipped" if outcome == "skipped" else f"{outcome}s"] += 1
            inside = f'<{outcome} type="{outcome}" message="{xml(message)}">{xml(text)}</{outcome}>'
        self.cases.append(f"{case}>{inside}</testcase>" if inside else f"{case}/>")

    def lines(self) -> Iterator[str]:
        """The suite as XML."""
        counts = " ".join(f'{key}="{count}"' for key, count in self.counts.items())
        yield f'<testsuite name="{xml(self.name)}" tests="{len(self.cases)}" {counts}>'
        yield from self.cases
        yield "</testsuite>"


def document(name: str, suites: Sequence[Suite]) -> Iterator[str]:
    """The whole document, line by line."""
    totals = {key: sum(suite.counts[key] for suite in suites) for key in ("failures", "errors")}
    counts = " ".join(f'{key}="{count}"' for key, count in totals.items())
    tests = sum(len(suite.cases) for suite in suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="{xml(name)}" tests="{tests}" {counts}>'
    for suite in suites:
        yield from suite.lines()
    yield "</testsuites>"
