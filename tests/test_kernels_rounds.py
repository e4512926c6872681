"""Reporting rounds, dates and categories, in every function that takes them, against the naive reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from naive.compare import agree
from naive.rounds import round_sheets
from naive.sheet import Sheet

FEW = settings(max_examples=4)


def on(text: str, own: str = "project") -> None:
    @FEW
    @given(round_sheets())
    def check(sheet: Sheet) -> None:
        agree(sheet, text, own)

    check()


@pytest.mark.parametrize(
    "text",
    [
        "lag(b, 1)", "lag(b, 3)", "lag(b, '1y')", "lag(b, '6m')", "lag(v, '1m')", "lag(b, '90d')", "lag(v, '31d')",
        "lag(lag(b, 1), '1y')", "lag(b > v, '6m')", "diff(b)", "diff(b, '1y')", "diff(v, 2)", "pct_change(b)",
        "pct_change(b, '1y')", "pct_change(v, '59d')", "slope(b, 3)", "lag(y, 1)", "diff(y)", "diff(y, 2)",
        "slope(y, 3)", "pct_change(y, '1y')", "b / v", "b - last(m)", "last(m, within=1) > b", "full_year(m)",
        "last(b) - lag(last(b), 1)",
    ],
)  # fmt: skip
def test_amounts_on_rounds(text: str) -> None:
    on(text)


@pytest.mark.parametrize(
    "text",
    [
        "streak(b > 2) >= 2", "streak(diff(b) <= 0) < 2", "streak(b > 2, bridge=1) >= 2",
        "streak(b > 2, bridge=2) >= 3",
        "times(b > v, 3) >= 2", "since(b > v) >= 1", "since(lag(b, '1y') > 2) <= 2", "rolling_mean(b, 3)",
        "rolling_sum(v, 2, min_periods=1)", "rolling_std(b, 3)", "rolling_max(b, 4, where=v > 2)", "is_missing(b)",
        "is_missing(f, reason='blank')", "is_missing(g, reason='masked')", "coalesce(b, v)",
        "b if v > 2 else lag(b, 1)",
        "count(project.b > 2)", "mean(b, within=park)", "rank(b)", "month() + year()",
    ],
)  # fmt: skip
def test_runs_and_windows_on_rounds(text: str) -> None:
    on(text, "park" if "project." in text else "project")


@pytest.mark.parametrize(
    "text",
    [
        "f", "f - lag(f, 1)", "f - lag(last(f), 1)", "f > lag(last(f), 1)", "f - lag(f, '1y')", "f >= f.plan",
        "f.plan", "f > f.plan + '3m'", "f - '90d' <= started", "f == lag(f, 1)", "first(f)", "last(f, within=1)",
        "days_until(f)", "days_since(first(f))", "months_since(f)", "months_since(started)", "happened(f)",
        "happened(f, by=started + '1y')", "happened(lag(f, 1), by=f.plan)", "month(f)", "year(f) == year()",
        "coalesce(f, f.plan, started)", "f if g == '设计' else started", "f if b > 2 else lag(last(f), 1)",
        "streak(not is_missing(f, reason='blank') and f > lag(last(f), 1), bridge=1) >= 2",
        "times(f > lag(f, 1), 3) >= 2",
        "optional(f > started)",
    ],
)  # fmt: skip
def test_dates_on_rounds(text: str) -> None:
    on(text)


@pytest.mark.parametrize(
    "text",
    [
        "g", "g == '设计'", "g != '施工'", "g in ('设计', '招标')", "g == lag(g, 1)", "g == lag(last(g), 1)",
        "first(g)",
        "streak(g == lag(g, 1)) >= 2", "streak(last(g) == lag(last(g), 1)) >= 2", "g == sector", "sector == g",
        "g == park.z",
        "coalesce(g, park.z, sector)", "park.z if b > 2 else g", "g if g == sector else lag(g, 2)", "last(g, within=1)",
        "since(g != lag(g, 1)) >= 2", "count(project.g == '设计', min_known=1)", "breadth(project.g == z)",
    ],
)  # fmt: skip
def test_words_on_rounds(text: str) -> None:
    on(text, "park" if "project." in text else "project")


@pytest.mark.parametrize(
    "text", ["m - last(b)", "days_until(last(f)) > 100 and m > 2", "last(g) == '设计'", "m + 0 * last(b, within=0)"]
)
def test_months_that_read_rounds(text: str) -> None:
    on(f"m > 0 and {text}" if "==" in text else text)
