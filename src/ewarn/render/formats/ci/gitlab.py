"""A Code Quality report for GitLab: all alerts that stand, at the rows of the files.

The service compares reports by `fingerprint`; the level is part of it, so that a worse alert counts as new.
"""

from __future__ import annotations

from typing import Any

import orjson
from rich.console import Console

from ewarn.alerts.models import Alert
from ewarn.check.outcome import Outcome
from ewarn.check.places import primary
from ewarn.render.findings import headline, line_of, path_of, rule_key, sentence
from ewarn.render.text import clean
from ewarn.render.view import View
from ewarn.render.words import say

NEWLINE = "\n"
MOST = 5_000
"""The service names no limit; its widget and the size of artifacts do not like more."""
SEVERITY = {"red": "critical", "orange": "major", "yellow": "minor", "blue": "info"}


def write(view: View, console: Console) -> None:
    """Write the report."""
    outcome = view.outcome
    assert outcome is not None
    standing = outcome.positions("new", "worse", "unjudged", "ongoing", "better")
    issues = [_issue(alert, view, outcome) for alert in outcome.alerts(standing[:MOST])]
    if len(standing) > MOST:
        words = say("left_out", view.language, f"{len(standing) - MOST:,}")
        issues.append(_entry(words, "ewarn", "0" * 16 + "-more", "info", outcome.drop or "drop.yaml", 1))
    console.file.write("[" + ",\n".join(orjson.dumps(issue).decode() for issue in issues) + "]\n")


def _issue(alert: Alert, view: View, outcome: Outcome) -> dict[str, Any]:
    source = primary(alert)
    path = path_of(source, outcome) if source is not None else outcome.drop or "drop.yaml"
    line = (line_of(source) if source is not None else None) or 1
    status = say(f"status_{alert.status}", view.language)
    words = clean(f"{status} {headline(alert, view)} {sentence(alert, view)}")
    return _entry(words, rule_key(alert), f"{alert.fingerprint}-{alert.level}", SEVERITY[alert.level], path, line)


def _entry(words: str, rule: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    location = {"path": path, "lines": {"begin": line}}
    return {
        "type": "issue", "description": words, "check_name": rule, "fingerprint": fingerprint, "severity": severity,
        "categories": ["Bug Risk"], "location": location,
    }  # fmt: skip
