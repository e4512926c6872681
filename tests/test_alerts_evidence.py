"""Every number of an alert can be computed again: from its expression, and from the cells it names alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from alert_world import MONTHS, NAN, county, judged
from ewarn.panel import Panel
from ewarn.report import Report

EXPRESSIONS = {
    "yoy(output) < 0": "enterprise",
    "streak(yoy(output) < 0) >= 1": "enterprise",
    "times(output < 100, 6) >= 1": "enterprise",
    "since(output > 300) >= 2": "enterprise",
    "lag(streak(output < 150), 1) >= 1": "enterprise",
    "diff(output) < 1000": "enterprise",
    "pct_change(output, 3) < 0": "enterprise",
    "output < 1000 + lag(rolling_min(output, 6, min_periods=1), 1)": "enterprise",
    "rolling_mean(output, 3) > 10": "enterprise",
    "rolling_sum(output, 4, min_periods=2) > 10": "enterprise",
    "output.ytd > 10": "enterprise",
    "coalesce(lag(output, 1), output) > 0": "enterprise",
    "(output if is_backbone else lag(output, 2)) > 0": "enterprise",
    "last(output) > 0": "enterprise",
    "is_missing(output)": "enterprise",
    "park.land_gap >= 0": "enterprise",
    "output / park.land_gap > 0.0001": "enterprise",
    "rank(output) <= 3": "enterprise",
    "output > median(output, within=park)": "enterprise",
    "months_since(signed) > 0": "enterprise",
    'size == "规上" and elapsed() > 0.1': "enterprise",
    "breadth(yoy(enterprise.output) < 0, min_known=2) >= 0.1": "park",
    "sum(enterprise.output, min_known=1) > 0": "county",
    "mean(enterprise.output, weight=lag(enterprise.output, 1), min_known=1) > 0": "park",
    "count(enterprise.output < 100, where=enterprise.is_backbone) >= 0": "county",
    "land_gap > 0 or lag(land_gap, 1) > 0": "park",
}


def world(firms: int = 6) -> Panel:
    rng = np.random.default_rng(12)
    values = np.round(rng.lognormal(4.5, 1, (firms, MONTHS)), 2)
    values[rng.random((firms, MONTHS)) < 0.08] = NAN
    values[0, -1] = NAN
    return county([f"firm {at}" for at in range(firms)], values.tolist())


def only(panel: Panel, inputs: list[dict[str, Any]]) -> Panel:
    """The panel without any other observation."""
    kept = {key: np.full_like(series.values, NAN) for key, series in panel.series.items()}
    for cell in inputs:
        for key, values in kept.items():
            if key[1:] == (cell["indicator"], cell["measure"]):
                row = panel.calendars["M"].labels.index(cell["period"])
                values[row, panel.types[key[0]].position[cell["entity"]]] = (
                    NAN if cell["value"] is None else cell["value"]
                )
    return replace(panel, series={key: replace(panel.series[key], values=kept[key]) for key in kept})


def same(table: Any, item: dict[str, Any], entity: str) -> bool:
    found = table.loc[item["period"], entity]
    if item["value"] is None:
        return bool(found != found)
    if isinstance(item["value"], bool | str):
        return bool(found == item["value"]) or str(found).startswith(str(item["value"]))
    return float(found) == pytest.approx(item["value"], rel=1e-10)


@pytest.mark.parametrize(("condition", "entity"), EXPRESSIONS.items())
def test_expression_and_cells_give_the_number(condition: str, entity: str) -> None:
    panel = world()
    rules = {"pack": "p", "rules": [{"id": "R", "title": {"en": "t"}, "entity": entity, "levels": {"red": condition}}]}
    alerts = json.loads(Report.of(judged(rules, panel)).to_json())["alerts"]
    assert alerts, "the example shows something only where it fires"
    seen = 0
    for alert in alerts:
        for item in alert["evidence"]:
            assert same(panel.eval(item["expr"], entity=entity), item, alert["entity"]), item
            assert item["inputs_total"] >= len(item["inputs"])
            if item["inputs_total"] == len(item["inputs"]):
                again = only(panel, item["inputs"]).eval(item["expr"], entity=entity)
                assert same(again, item, alert["entity"]), item
                seen += 1
    assert seen


def test_a_large_group_is_counted_but_not_listed() -> None:
    panel = world(40)
    rules = {
        "rules": [
            {
                "id": "R",
                "title": {"en": "t"},
                "entity": "county",
                "levels": {"red": "sum(enterprise.output, min_known=1) > 0"},
            }
        ]
    }
    (alert,) = json.loads(Report.of(judged(rules, panel)).to_json())["alerts"]
    (item,) = alert["evidence"]
    known = int((~np.isnan(panel.series["enterprise", "output", "period"].values[-1])).sum())
    assert item["members"] == {"n": 40, "known": known, "true": None}
    assert item["inputs_total"] == known
    assert len(item["inputs"]) == 24
