"""Statuses against a baseline: the promises of `ewarn check`, on panels made by hand."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from check_drops import RULES, accepted, checked, panel, statuses
from ewarn.alerts import schema
from ewarn.alerts.models import ReportDocument
from ewarn.check import Bar, Baseline
from ewarn.panel import Panel

VALUES = {"A": [20, 8, 8], "B": [20, 20, 4], "C": [20, 20, 1], "D": [20, 20, 20], "E": [20, 20, 9]}


def firms(**changes: list[float | None]) -> Panel:
    return panel({**VALUES, **changes})


def test_without_a_baseline_everything_is_new() -> None:
    result = checked(firms())
    assert set(statuses(result).values()) == {"new"}
    assert result.outcome.counts["new"] == 4
    assert result.outcome.code == 1


def test_twice_on_one_drop_nothing_is_new() -> None:
    baseline = accepted(checked(firms()))
    again = checked(firms(), baseline)
    assert set(statuses(again).values()) == {"ongoing"}
    assert again.outcome.code == 0
    assert accepted(again).by_fingerprint.keys() == baseline.by_fingerprint.keys()


def test_one_value_changed_so_that_one_alert_worsens_is_exactly_that_one() -> None:
    baseline = accepted(checked(firms()))
    worse = checked(firms(E=[20, 20, 3]), baseline)
    assert statuses(worse) == {**dict.fromkeys(statuses(checked(firms())), "ongoing"), ("LOW-01", "E"): "worse"}
    assert worse.outcome.code == 1
    failing = worse.outcome.alerts(np.flatnonzero(worse.outcome.failing))
    assert [(one.entity, one.evidence[0].inputs[0].source.row) for one in failing if one.evidence[0].inputs[0].source] \
        == [("E", 16)]  # fmt: skip


def test_better_and_resolved_do_not_fail() -> None:
    baseline = accepted(checked(firms()))
    result = checked(firms(C=[20, 20, 4], B=[20, 20, 20]), baseline)
    assert statuses(result)["LOW-01", "C"] == "better"
    assert statuses(result)["LOW-01", "B"] == "resolved"
    assert result.outcome.code == 0
    assert "B" not in {entry.entity for entry in accepted(result).entries}


def test_the_bar() -> None:
    baseline = accepted(checked(firms()))
    below = checked(firms(D=[20, 20, 9]), baseline)
    assert statuses(below)["LOW-01", "D"] == "new"
    assert below.outcome.code == 0
    assert checked(firms(D=[20, 20, 9]), baseline, bar=Bar("yellow")).outcome.code == 1
    assert checked(firms(), baseline, bar=Bar("red")).outcome.code == 0
    assert checked(firms(), baseline, bar=Bar("red", ongoing=True)).outcome.code == 1


@pytest.mark.parametrize("missing", [[20, 20, None], [None, None, None]])
def test_a_red_alert_whose_data_went_missing_is_unjudged_and_stays(missing: list[float | None]) -> None:
    baseline = accepted(checked(firms()))
    result = checked(firms(C=missing), baseline)
    alert = next(one for one in result.report.alerts if one.entity == "C")
    assert (alert.status, alert.level) == ("unjudged", "red")
    assert "could not be judged" in alert.explanation.en
    assert accepted(result).by_fingerprint[alert.fingerprint].level == "red"
    # and month after month, until somebody can look again
    later = checked(firms(C=missing), accepted(result))
    assert statuses(later)["LOW-01", "C"] == "unjudged"
    assert statuses(checked(firms(), accepted(later)))["LOW-01", "C"] == "ongoing"


def test_a_whole_indicator_or_entity_that_is_gone_is_unjudged() -> None:
    baseline = accepted(checked(firms()))
    other = panel(VALUES, indicator="y")
    gone = checked(other, baseline)
    assert set(statuses(gone).values()) == {"unjudged"}
    assert gone.outcome.code == 2
    without = {key: values for key, values in VALUES.items() if key != "C"}
    assert statuses(checked(panel(without), baseline))["LOW-01", "C"] == "unjudged"


def test_what_clears_only_on_forecast_data_is_provisional() -> None:
    baseline = accepted(checked(firms()))
    clears = {**VALUES, "C": [20, 20, 20]}
    result = checked(panel(clears, forecast=[("C", 2)]), baseline)
    alert = next(one for one in result.report.alerts if one.entity == "C")
    assert (alert.status, alert.provisional, alert.level) == ("ongoing", True, "red")
    assert alert.fingerprint in accepted(result).by_fingerprint
    # a forecast elsewhere does not matter, and once the figure is final the alert is over
    assert statuses(checked(panel(clears, forecast=[("A", 0)]), baseline))["LOW-01", "C"] == "resolved"


def test_a_renamed_entity_is_resolved_and_new_with_a_hint() -> None:
    baseline = accepted(checked(firms()))
    renamed = {("C2" if key == "C" else key): values for key, values in VALUES.items()}
    result = checked(panel(renamed), baseline)
    assert statuses(result)["LOW-01", "C"] == "resolved"
    assert statuses(result)["LOW-01", "C2"] == "new"
    assert [(hint.kind, hint.old, hint.new) for hint in result.outcome.hints] == [("entity", "firm:C", "firm:C2")]


def test_a_vanished_entity_is_not_taken_for_another_that_fell_ill_since() -> None:
    baseline = accepted(checked(firms()))
    later = {key: [*values, values[-1]] for key, values in VALUES.items() if key != "C"}
    later["F"] = [20, 20, 20, 1]
    result = checked(panel(later), baseline)
    assert statuses(result)["LOW-01", "C"] == "unjudged"
    assert statuses(result)["LOW-01", "F"] == "new"


def test_a_vanished_entity_is_not_taken_for_one_that_was_at_another_level() -> None:
    baseline = accepted(checked(firms()))
    others = {key: values for key, values in VALUES.items() if key != "C"}
    for level, status in ((1, "resolved"), (4, "unjudged"), (9, "unjudged")):
        result = checked(panel({**others, "F": [20, 20, level]}), baseline)
        assert statuses(result)["LOW-01", "C"] == status
        assert statuses(result)["LOW-01", "F"] == "new"


def test_a_renamed_rule_is_resolved_and_new_with_a_hint() -> None:
    baseline = accepted(checked(firms()))
    result = checked(firms(), baseline, rules=RULES.replace("LOW-01", "LOW-1"))
    assert result.outcome.counts["resolved"] == result.outcome.counts["new"] == 4
    assert [(hint.kind, hint.old, hint.new) for hint in result.outcome.hints] == [("rule", "test/LOW-01", "test/LOW-1")]


def test_wording_row_order_columns_and_file_names_are_not_news() -> None:
    baseline = accepted(checked(firms()))
    reworded = RULES.replace("Low}", "Lower than it was}").replace("slug: low", "slug: lower")
    assert set(statuses(checked(firms(), baseline, rules=reworded)).values()) == {"ongoing"}
    moved = panel(dict(reversed(VALUES.items())), file="renamed.csv", names={"A": "Another name"})
    assert set(statuses(checked(moved, baseline)).values()) == {"ongoing"}


def test_a_check_that_could_not_look_is_no_pass() -> None:
    blank = panel({"A": [None, None]})
    assert checked(blank, Baseline("2022-01")).outcome.code == 2
    assert checked(panel({"A": [20, 20]}, indicator="y"), Baseline("2022-01")).outcome.code == 2


def test_a_share_that_could_not_be_judged() -> None:
    missing = firms(A=[20, 20, None], D=[20, 20, None])
    baseline = accepted(checked(missing))
    assert checked(missing, baseline, bar=Bar(unknown=0.4)).outcome.code == 0
    assert checked(missing, baseline, bar=Bar(unknown=0.39)).outcome.code == 1


def test_the_document_holds_to_the_schema_and_its_order() -> None:
    baseline = accepted(checked(firms()))
    result = checked(firms(C=[20, 20, None], B=[20, 20, 20], D=[20, 20, 1]), baseline)
    document = json.loads(result.report.to_json())
    jsonschema.validate(document, schema.shipped())
    assert ReportDocument.model_validate(document).alerts[0].status == "new"
    found = [(alert["entity"], alert["level"], alert["status"]) for alert in document["alerts"]]
    assert found == [
        ("D", "red", "new"),
        ("C", "red", "unjudged"),
        ("E", "yellow", "ongoing"),
        ("A", "yellow", "ongoing"),
        ("B", "orange", "resolved"),
    ]
    assert result.report.counts == {"red": 2, "orange": 0, "yellow": 2, "blue": 0}


def test_an_unjudged_alert_points_to_its_last_cell() -> None:
    baseline = accepted(checked(firms()))
    alert = next(one for one in checked(firms(C=[20, 1, None]), baseline).report.alerts if one.entity == "C")
    source = alert.evidence[0].inputs[0].source
    assert source is not None
    assert (source.file, source.row) == ("data.csv", 10)
