"""JUnit XML: a suite for each rule, a case for each alert. What fails is a `failure`, what can no longer be judged an
`error`; a rule that could not be run is `skipped`, one without alerts has one passing case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console

from ewarn.alerts.models import Alert, CoverageRow
from ewarn.check.outcome import Outcome
from ewarn.levels import RANK
from ewarn.render import parts
from ewarn.render.findings import headline, level_words, place_words, rule_key, sentence, verdict
from ewarn.render.junit import Suite, document
from ewarn.render.text import ID_CELLS, NAME_CELLS, clean
from ewarn.render.view import View
from ewarn.render.words import say

NEWLINE = "\n"
MOST = 20_000
"""Cases; readers of this format hold all of them in memory, and one service takes 30 MB a file."""


def write(view: View, console: Console) -> None:
    """Write the document."""
    outcome = view.outcome
    assert outcome is not None
    listed = outcome.positions("new", "worse", "unjudged", "ongoing", "better")
    suites = _suites(view, outcome, outcome.alerts(listed[:MOST]))
    general = _general(view, outcome, len(listed) - MOST)
    suites = [*([general] if general.cases else []), *suites]
    for line in document("ewarn check", suites):
        console.file.write(line + "\n")


def _suites(view: View, outcome: Outcome, alerts: Sequence[Alert]) -> list[Suite]:
    by_rule: dict[str, Suite] = {}
    with_alerts: dict[str, set[str]] = defaultdict(set)
    for alert in alerts:
        key = rule_key(alert)
        with_alerts[alert.rule].add(alert.entity_type)
        with_alerts[f"{alert.pack}/{alert.rule}"].add(alert.entity_type)
        _case(by_rule.setdefault(key, Suite(key)), alert, view, outcome)
    for row in view.report.coverage:
        if row.entity_type not in with_alerts[row.rule]:
            _quiet(by_rule, row, view)
    return list(by_rule.values())


def _case(suite: Suite, alert: Alert, view: View, outcome: Outcome) -> None:
    who = f"{clean(alert.entity_type, NAME_CELLS)}:{clean(alert.entity, ID_CELLS)} {parts.name(alert)}"
    words = sentence(alert, view)
    place = place_words(alert, view, outcome)
    text = "\n".join(part for part in (headline(alert, view), words, place) if part)
    message = f"{say(f'status_{alert.status}', view.language)} {level_words(alert, view, outcome)}: {words}"
    if alert.status == "unjudged":
        suite.add(who, "error", message, text)
    elif outcome.bar.fails(str(alert.status), RANK[alert.level]):
        suite.add(who, "failure", message, text)
    else:
        suite.add(who, None, text=f"{message}\n{place}".rstrip())


def _quiet(by_rule: dict[str, Suite], row: CoverageRow, view: View) -> None:
    name = clean(row.rule, ID_CELLS)
    suite = by_rule.setdefault(name, Suite(name))
    who = clean(row.entity_type, NAME_CELLS) or say("rule", view.language)
    if row.note and not row.evaluated:
        suite.add(who, "skipped", clean(row.note))
    else:
        suite.add(who, None, text=f"{say('evaluated', view.language)} {row.evaluated:,} / {row.matched:,}")


def _general(view: View, outcome: Outcome, beyond: int) -> Suite:
    suite = Suite("ewarn check")
    if outcome.code and not outcome.failing.any():
        said = " ".join(verdict(view, outcome))
        suite.add("judged", "failure" if outcome.judged else "error", said, said)
    if beyond > 0:
        suite.add("left out", "skipped", say("left_out", view.language, f"{beyond:,}"))
    return suite
