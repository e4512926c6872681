"""Findings about the drop itself: what each kind finds, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from check_drops import accepted, checked, panel, statuses
from ewarn.check.hygiene import Drops, Finding, findings, kinds
from ewarn.panel import Panel, Series

LEVEL = [100.0, 110, 90, 100, 105, 95]


def found(now: Panel, before: Panel | None = None, revised: float = 0.05) -> dict[tuple[str, str], Finding]:
    return {(one.rule, one.entity): one for one in findings(Drops(now, before, revised))}


def test_kinds_are_found_by_looking() -> None:
    assert set(kinds()) == {"vanished-entity", "vanished-indicator", "revised", "falling-total", "unit-jump"}
    for kind in kinds().values():
        assert set(kind.TITLE) == set(kind.ACTION) == {"zh", "en"}


FACTORS = {1: False, 30: False, 300: False, 1e3: True, 1900: True, 1e4: True, 1e5: False, 1e-3: True, 1e-4: True}


@pytest.mark.parametrize(("factor", "jumps"), [*FACTORS.items(), (0, False)])
def test_a_unit_jump_is_a_thousand_or_ten_thousand_times(factor: float, jumps: bool) -> None:
    now = panel({"A": [*LEVEL, 100 * factor], "B": [*LEVEL, 100], "C": [*LEVEL, 101]})
    assert (("unit-jump", "A") in found(now)) is jumps


def test_a_unit_jump_needs_something_usual() -> None:
    assert found(panel({"A": [None, 0, 100, 0, 1e6]})) == {}
    assert found(panel({"A": [100, None, 100, 100, None, 1e6]})).keys() == {("unit-jump", "A")}


def test_a_jump_of_most_entities_is_one_finding_about_the_column() -> None:
    values = {f"E{at:03}": [*LEVEL, 1e6 if at < 60 else 100] for at in range(100)}
    only = found(panel(values))
    assert only.keys() == {("unit-jump", "firm.x")}
    assert (only["unit-jump", "firm.x"].level, len(only["unit-jump", "firm.x"].evidence)) == ("orange", 24)
    assert "60 of 100 entities" in only["unit-jump", "firm.x"].explanation["en"]


def test_a_drop_of_one_month_is_compared_with_the_older_one() -> None:
    before = panel({"A": LEVEL, "B": LEVEL}, start="2022-01")
    now = panel({"A": [1e6], "B": [100]}, start="2022-07")
    assert found(now) == {}
    assert found(now, before).keys() == {("unit-jump", "A")}


def test_a_cumulative_figure_that_falls() -> None:
    total = panel({"A": [10, 20, 15], "B": [10, None, 9], "C": [10, 20, 30]}, indicator="t", kind="flow", measure="ytd")
    assert {key: one.level for key, one in found(total).items()} == {
        ("falling-total", "A"): "yellow",
        ("falling-total", "B"): "yellow",
    }
    assert "t.ytd 2022-02 → 2022-03: 20 → 15" in found(total)["falling-total", "A"].explanation["en"]
    profit = panel({"A": [10, 20, 15]}, indicator="t", kind="ytd")
    assert found(profit)["falling-total", "A"].level == "blue"
    year = panel({"A": [110, 120, 10, 20]}, start="2021-11", indicator="t", kind="flow", measure="ytd")
    assert found(year) == {}  # a new year begins
    assert found(panel({"A": [10, 20, 15]}, kind="flow")) == {}


def test_what_vanished() -> None:
    before = panel({"A": [1, 2], "B": [1, 2]})
    gone = found(panel({"A": [1, 2]}), before)
    assert gone.keys() == {("vanished-entity", "B")}
    assert found(panel({"A": [1, 2], "B": [1, 2]}, indicator="y"), before).keys() == {("vanished-indicator", "firm.x")}
    blank = found(panel({"A": [None, None], "B": [None, None]}), before)
    assert blank["vanished-indicator", "firm.x"].level == "orange"


@pytest.mark.parametrize(("value", "is_one"), [(100, False), (104.9, False), (105.0, False), (105.1, True), (94, True),
                                               (-100, True), (None, False)])  # fmt: skip
def test_a_revision_is_more_than_the_share(value: float | None, is_one: bool) -> None:
    result = found(panel({"A": [value, 3]}), panel({"A": [100, None]}))
    assert (("revised", "A") in result) is is_one


def test_revisions_of_an_entity_are_one_finding_the_greatest_first() -> None:
    one = found(panel({"A": [100, 150, 300]}), panel({"A": [100, 100, 100]}))["revised", "A"]
    assert "2 published values were revised; most x 2022-03: 100 → 300, +200%" in one.explanation["en"]
    assert [cell["inputs"][0]["source"]["row"] for cell in one.evidence] == [4, 3]
    assert found(panel({"A": [5, 5]}), panel({"A": [0, 5]}))["revised", "A"].explanation["en"].endswith("0 → 5")


def test_rows_of_other_entities_and_periods_do_not_matter() -> None:
    before = panel({"B": [2, 3, 4], "A": [1, 1, 1]}, start="2021-12")
    assert found(panel({"A": [1, 1], "B": [3, 4], "C": [9, 9]}, start="2022-01"), before) == {}


def test_findings_are_alerts_on_their_own_channel_with_a_status() -> None:
    now = panel({"A": [20, 20, 20, 20e3], "B": [20, 20, 20, 20]})
    first = checked(now, hygiene=True)
    assert statuses(first) == {("unit-jump", "A"): "new"}
    alert = first.report.alerts[0]
    assert (alert.channel, alert.pack, alert.level) == ("data", "hygiene", "yellow")
    assert statuses(checked(now, accepted(first), hygiene=True)) == {("unit-jump", "A"): "ongoing"}
    mended = panel({"A": [20, 20, 20, 20], "B": [20, 20, 20, 20]})
    assert statuses(checked(mended, accepted(first), hygiene=True)) == {("unit-jump", "A"): "resolved"}


def test_what_was_found_by_comparing_is_unjudged_without_a_comparison() -> None:
    before, now = panel({"A": [20], "B": [20]}), panel({"A": [20]})
    first = checked(now, before=before)
    assert statuses(first) == {("vanished-entity", "B"): "new"}
    assert statuses(checked(now, accepted(first), hygiene=True)) == {("vanished-entity", "B"): "unjudged"}
    assert statuses(checked(now, accepted(first), before=now)) == {("vanished-entity", "B"): "resolved"}


def test_ratios_and_growth_jump_as_they_like() -> None:
    now = panel({"A": [0.001, 0.001, 0.001, 1.0]}, kind="ratio")
    assert found(now) == {}


def test_series_without_sources_have_no_place() -> None:
    now = panel({"A": [*LEVEL, 1e5], "B": [*LEVEL, 100]})
    bare: dict[tuple[str, str, str], Series] = {key: replace(series, sources=()) for key, series in now.series.items()}
    one = found(replace(now, series=bare))["unit-jump", "A"]
    assert one.evidence[0]["inputs"][0]["source"] is None
    assert np.isfinite(one.evidence[0]["value"])
