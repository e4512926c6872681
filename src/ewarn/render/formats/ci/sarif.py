"""SARIF 2.1.0: a result for each alert that stands, at the row of the file.

Alerts that are over are counted, not listed: code scanning closes what is no longer there, and takes a listed one for
open. Fingerprints hold no number that changes from drop to drop, so that an alert stays the same alert.
"""

from __future__ import annotations

from typing import Any

import orjson
from rich.console import Console

import ewarn
from ewarn.alerts.models import Alert, SourcePlace
from ewarn.check.outcome import Outcome
from ewarn.check.places import primary
from ewarn.levels import RANK
from ewarn.render import parts
from ewarn.render.escaped import sarif_text
from ewarn.render.findings import headline, hints, line_of, path_of, rule_key, sentence, summary, uri, verdict
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import say

NEWLINE = "\n"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 5_000
"""Results that code scanning shows of a run; beyond 25 000 it refuses the file."""
RELATED = 10
"""Further cells of an alert."""
LEVEL = {"red": "error", "orange": "error", "yellow": "warning", "blue": "note"}
STATE = {"new": "new", "worse": "updated", "better": "updated", "ongoing": "unchanged", "unjudged": "unchanged"}
_HELP_CELLS = 1000


def write(view: View, console: Console) -> None:
    """Write the log, results one a line."""
    outcome = view.outcome
    assert outcome is not None
    standing = outcome.positions("new", "worse", "unjudged", "ongoing", "better")
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for alert in outcome.alerts(standing[:MOST]):
        key = rule_key(alert)
        rule = rules.setdefault(key, _rule(key, len(rules), alert, view))
        results.append(orjson.dumps(_result(alert, rule["index"], view, outcome)))
    descriptors = [{key: value for key, value in rule.items() if key != "index"} for rule in rules.values()]
    driver = {"name": "ewarn", "semanticVersion": ewarn.__version__, "rules": descriptors}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "ewarn/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(view, outcome, len(standing) - MOST)],
        "properties": {"asOf": view.report.as_of, "counts": dict(outcome.counts), "failOn": outcome.bar.level},
    }
    head = orjson.dumps(run)[:-1]
    console.file.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{head.decode()},"results":[\n')
    console.file.write(",\n".join(result.decode() for result in results))
    console.file.write("]}]}\n")


def _rule(key: str, index: int, alert: Alert, view: View) -> dict[str, Any]:
    title = sarif_text(parts.title(alert, view)) or key
    advice = sarif_text(clean(view.text(alert.action), _HELP_CELLS))
    command = f"ewarn rules show {clean(alert.rule, ID_CELLS)}" if alert.pack != "hygiene" else "ewarn check --help"
    text = "\n\n".join(part for part in (title, advice, say("next_rule", view.language) + command) if part)
    return {
        "index": index,
        "id": key,
        "name": clean(alert.slug, NAME_CELLS) or key,
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}. {advice}".strip()},
        "help": {"text": text},
        "properties": {"tags": [alert.channel]},
    }


def _result(alert: Alert, index: int, view: View, outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": rule_key(alert),
        "ruleIndex": index,
        "level": LEVEL[alert.level],
        "rank": round(25 * (RANK[alert.level] - 1) + alert.score / 4, 2),
        "message": {"text": sarif_text(f"{headline(alert, view)} {sentence(alert, view)}")},
        "locations": [_location(primary(alert), outcome)],
        # The service would else make one of the text of the line, which holds the figures of this drop.
        "partialFingerprints": {"ewarn/v1": alert.fingerprint, "primaryLocationLineHash": f"{alert.fingerprint}:1"},
        "baselineState": STATE[str(alert.status)],
        "properties": {
            "status": alert.status, "ewarnLevel": alert.level, "period": alert.period, "score": alert.score,
            "provisional": alert.provisional, "fails": outcome.bar.fails(str(alert.status), RANK[alert.level]),
        },
    }  # fmt: skip
    related = _related(alert, outcome)
    if related:
        found["relatedLocations"] = related
    return found


def _location(source: SourcePlace | None, outcome: Outcome) -> dict[str, Any]:
    if source is None:
        return {"physicalLocation": {"artifactLocation": {"uri": uri(outcome.drop or "drop.yaml")}}}
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(path_of(source, outcome))}}
    if line := line_of(source):
        physical["region"] = {"startLine": line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if source.sheet is not None or source.cell is not None:
        sheet = clean(source.sheet or "", NAME_CELLS)
        full = f"{sheet}!{source.cell}" if source.cell else sheet
        location["logicalLocations"] = [{"fullyQualifiedName": full, "kind": "member"}]
    elif source.column is not None:
        location["logicalLocations"] = [{"name": clean(source.column, NAME_CELLS), "kind": "member"}]
    return location


def _related(alert: Alert, outcome: Outcome) -> list[dict[str, Any]]:
    first = primary(alert)
    seen: list[SourcePlace] = [] if first is None else [first]
    found: list[dict[str, Any]] = []
    for one in (cell for evidence in alert.evidence for cell in evidence.inputs):
        if one.source is None or one.source in seen or len(found) == RELATED:
            continue
        seen.append(one.source)
        words = clean(f"{one.indicator} {one.entity} {one.period or ''}", NAME_CELLS)
        found.append({"id": len(found) + 1, "message": {"text": sarif_text(words)}, **_location(one.source, outcome)})
    return found


def _invocation(view: View, outcome: Outcome, beyond: int) -> dict[str, Any]:
    said = [*summary(view, outcome), *verdict(view, outcome), *hints(view, outcome)]
    notes = [{"level": "note", "message": {"text": sarif_text(words)}} for words in said]
    if beyond > 0:
        words = say("left_out", view.language, f"{beyond:,}")
        notes.insert(0, {"level": "warning", "message": {"text": sarif_text(words)}})
    return {
        "executionSuccessful": outcome.judged,
        "exitCode": outcome.code,
        "toolExecutionNotifications": notes,
    }
