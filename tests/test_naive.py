"""The naive reading itself, on rows short enough to check by eye: values above, what the text says below."""

from __future__ import annotations

import pytest

from naive.outcome import INFINITY, Bounds, Day, Unknown
from naive.reader import Reader
from naive.sheet import About, Sheet, month_start
from naive.verdicts import Adjust, Ladder, episodes, held, verdict

_ = None


def sheet_of(start: int, rows: dict[str, list[float | None]], **about: About) -> Sheet:
    length = max(map(len, rows.values()))
    sheet = Sheet(first={"M": start}, last={"M": start + length - 1}, entities={"firm": ["a"]})
    for freq in ("Q", "A"):
        sheet.first[freq] = sheet.around("M", start, freq)
        sheet.last[freq] = sheet.around("M", start + length - 1, freq)
    for path, row in rows.items():
        name, _dot, measure = path.partition(".")
        measure = measure or "period"
        sheet.indicators[name] = about.get(name, About("flow"))
        freq = "A" if measure.startswith("target") else "M"
        sheet.series["firm", name, measure] = freq
        for place, value in enumerate(row):
            if value is not None:
                sheet.values["firm", "a", name, measure, sheet.first[freq] + place] = value
    return sheet


def read(sheet: Sheet, text: str, **options: object) -> list[object]:
    reader = Reader(sheet, "firm", "M", **options)
    steps = reader.steps(reader.parse(text))
    periods = range(sheet.first["M"], sheet.last["M"] + 1)
    values = [reader.at(text, "a", t) for t in periods if steps is None or steps.holds(t)]
    return [None if isinstance(value, Unknown) else value for value in values]


JAN, DEC = 2020 * 12, 2019 * 12 + 11


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("streak(x > 0) >= 3", [_, _, _, True, False, False, False, False, _]),
        ("streak(x > 0)", [Bounds(0, INFINITY), Bounds(1, INFINITY)]),
        ("times(x > 0, 2) >= 1", [_, True, True, True, True, False, True, True, True]),
        ("x > 0 or x <= 0", [_, True, True, True, True, True, True, _, True]),
        ("optional(x > 0)", [False, True, True, True, False, False, True, False, True]),
        ("since(x > 0) <= 1", [_, True, True, True, True, False, True, True, True]),
    ],
)
def test_conditions(text: str, expected: list[object]) -> None:
    sheet = sheet_of(JAN, {"x": [_, 1, 2, 3, -1, 0, 4, _, 2]})
    assert read(sheet, text)[: len(expected)] == expected


def test_a_bridge_skips_one_unknown_below_and_counts_it_above() -> None:
    sheet = sheet_of(JAN, {"x": [-1, 1, _, 1, _, _, 1, _]})
    got = read(sheet, "streak(x > 0, bridge=1)")
    assert got[1:] == [Bounds(1, 1), Bounds(0, 2), Bounds(2, 3), Bounds(0, 4), Bounds(0, 5), Bounds(1, 6), Bounds(0, 7)]


def test_an_exact_fall_is_not_decided_by_dust() -> None:
    sheet = sheet_of(JAN, {"x": [*[10.0] * 12, 7.0, 6.999]})
    assert read(sheet, "yoy(x) < -0.3")[12:] == [False, True]
    assert read(sheet, "yoy(x) <= -0.3")[12:] == [True, True]


def test_growth_needs_a_positive_base_and_prefers_what_is_published() -> None:
    sheet = sheet_of(JAN, {"x": [0, -5, 4, 4, *[1] * 8, 3, 3, 3, _], "x.growth": [*[_] * 14, 0.5]})
    assert read(sheet, "yoy(x)")[12:] == [_, _, 0.5, _]


@pytest.mark.parametrize(
    ("january", "row", "expected"),
    [
        ("separate", [5, 1, 2, 4], [5, 1, 2, 4]),
        ("none", [5, _, 2, 4], [5, 2, 4]),
        ("merged", [5, 1, 2, 4], [5, 3, 4]),
    ],
)
def test_january_in_three_ways(january: str, row: list[float | None], expected: list[float]) -> None:
    sheet = sheet_of(DEC, {"x": row}, x=About("flow", january))
    assert read(sheet, "x") == expected
    assert read(sheet, "lag(x, 1)") == [_, *expected[:-1]]
    if january != "separate":
        assert read(sheet, "diff(x)") == [_, _, _]
        assert read(sheet, "pct_change(x, 1)") == [_, _, _]
        assert read(sheet, "days_in_period() + 0 * x") == [31, 60, 31]


def test_a_finer_flow_adds_january_to_february_beside_one_without_it() -> None:
    sheet = sheet_of(DEC, {"x": [5, _, 2, 4], "e": [1, 1, 3, 2]}, x=About("flow", "none"))
    assert read(sheet, "e / x") == [0.2, 2.0, 0.5]
    sheet.indicators["e"] = About("stock")
    assert read(sheet, "e / x") == [0.2, 1.5, 0.5]


def test_measures_are_derived_where_they_are_not_published() -> None:
    sheet = sheet_of(DEC, {"x": [7, 1, 2, _, 3], "c.ytd": [9, 1, 3, 7, 6]})
    assert read(sheet, "x.ytd") == [_, 1, 3, _, _]
    assert read(sheet, "c") == [_, 1, 2, 4, _]
    assert read(sheet, "diff(c.ytd)") == [_, 1, 2, 4, -1]


def test_quarters_and_fiscal_years() -> None:
    sheet = sheet_of(JAN, {"x": [1, 2, 3, 4, 5, 6]})
    quarterly = Reader(sheet, "firm", "Q")
    assert [quarterly.at("x", "a", t) for t in (2020 * 4, 2020 * 4 + 1)] == [6, 15]
    sheet.year_start = 4
    assert read(sheet, "x.ytd")[3:] == [4, 9, 15]
    assert read(sheet, "elapsed()")[2:4] == [1.0, 1 / 12]


def test_dates_count_from_the_last_day() -> None:
    sheet = sheet_of(JAN, {"x": [1, 1]})
    sheet.attributes = {"firm": {"signed": {"a": Day(month_start(2019 * 12 + 11) + 30)}}}
    assert read(sheet, "days_since(signed)") == [31, 60]
    assert read(sheet, "months_since(signed)") == [1, 2]
    assert read(sheet, "days_until(signed + '2m')") == [29, 0]


def test_windows() -> None:
    sheet = sheet_of(JAN, {"x": [1, 1, _, 1, 4, 7]})
    assert read(sheet, "rolling_sum(x, 2)") == [_, 2, _, _, 5, 11]
    assert read(sheet, "rolling_mean(x, 3, min_periods=2)") == [_, 1, 1, 1, 2.5, 4]
    assert read(sheet, "rolling_std(x, 2)") == [_, 0.0, _, _, pytest.approx(4.5**0.5), pytest.approx(4.5**0.5)]
    assert read(sheet, "rolling_max(x, 6, where=x < 2)") == [1, 1, 1, 1, 1, 1]
    assert read(sheet, "slope(x, 3)") == [_, _, _, _, _, pytest.approx(3)]


def test_levels_adjust_and_hold() -> None:
    sheet = sheet_of(JAN, {"x": [1, 5, _, 0, 1, 0, 0, 9], "s": [0, 0, 0, 0, 1, 0, 0, 1]}, s=About("stock"))
    ladder = {"blue": "x >= 1", "red": "x >= 5"}
    reader = Reader(sheet, "firm", "M")
    assert [verdict(reader, Ladder(ladder), "a", JAN + t) for t in range(3)] == [(1, 0), (4, 0), (-1, 4)]
    capped = Ladder(ladder, adjust=(Adjust("s > 0", by=1), Adjust("s > 0 and x > 8", cap="orange")))
    assert held(reader, capped, "a", JAN + 7) == [1, 4, -1, 0, 4, 0, 0, 1]
    assert held(reader, Ladder(ladder, keep_for=2), "a", JAN + 7) == [1, 4, 4, 4, 1, 1, 0, 4]
    assert held(reader, Ladder(ladder, until="s > 0"), "a", JAN + 7) == [1, 4, 4, 4, 1, 1, 1, 4]
    assert held(reader, Ladder(ladder, hold={"blue": 2}), "a", JAN + 7) == [0, 4, -1, 0, 0, 0, 0, 4]


def test_an_episode_spans_level_changes_and_ends_at_an_unbridged_unknown() -> None:
    levels, when = [1, 4, -1, 2, -1, -1, 1], list(range(7))
    assert [(e.start, e.end, e.peak, e.open) for e in episodes(levels, when, 1)] == [
        (0, 3, "red", False),
        (6, 6, "blue", True),
    ]
    assert len(episodes(levels, when, 0)) == 3
