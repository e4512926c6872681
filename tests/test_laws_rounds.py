"""The laws of the house on reporting rounds, dates and categories: cut, hidden, shuffled, in vintages."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ewarn
from ewarn.panel import Panel
from naive.outcome import Day
from naive.rounds import round_sheets
from naive.sheet import Sheet
from naive.worlds import panel_of
from test_laws import Verdicts, agree, no_higher, read_back
from test_laws import levels as laws_levels

pytestmark = pytest.mark.laws

SLIPS = "not is_missing(f, reason='blank') and f > lag(last(f), 1)"
RULES: dict[str, Any] = {
    "pack": "rounds",
    "defaults": {"entity": "project"},
    "rules": [
        {"id": "R1", "levels": {"yellow": f"streak({SLIPS}, bridge=1) >= 2", "red": "f - first(f) > 300"}},
        {"id": "R2", "levels": {"blue": "streak(g == lag(last(g), 1)) >= 2"}, "bridge": 1, "keep_for": 1},
        {"id": "R3", "levels": {"yellow": "diff(b, '1y') < 0", "red": "lag(b, '90d') > 2 * b"}, "weight": "b"},
        {"id": "R4", "levels": {"orange": "happened(f) and g != '施工'"}, "until": "g == '施工'"},
        {"id": "R5", "levels": {"yellow": "is_missing(f)", "red": "streak(is_missing(g)) >= 2"}, "for": {"yellow": 2}},
        {"id": "R6", "levels": {"red": "days_until(f) < 100"}, "where": "g in ('设计', '招标')",
         "adjust": [{"when": "b > 7", "by": -1}], "explain": {"en": "{f:date} {g} {b:unit} {streak(b > 2)}"}},
        {"id": "R7", "levels": {"blue": "b > 1.5 * median(b, within=park)", "red": "rank(b) == 1"}},
        {"id": "R8", "entity": "park", "levels": {"yellow": "breadth(project.g == '设计', min_known=1) >= 0.5"}},
        {"id": "R9", "entity": "park", "levels": {"yellow": "diff(sum(project.b, min_known=1)) < 0"}},
    ],
}  # fmt: skip
DROP = """
frequency: round
tables:
{tables}
indicators:
  b: {{kind: stock, unit: 万元}}
  f: {{kind: date}}
  g: {{kind: category}}
"""
TABLE = """  - file: {file}
    entity: {{type: project, id: id, parents: {{park: park}}}}
    period: reported
    published: known
    values: {{b: b, f: f, g: g}}
"""
FEW = settings(max_examples=5)


@dataclass(frozen=True)
class Row:
    """One project in one report, and the day on which the row was published."""

    project: str
    day: int
    cells: tuple[object, ...]
    park: str
    known: int


def rows_of(sheet: Sheet) -> list[Row]:
    """A row where anything is known or blank of a project; a report that has nothing of it leaves it out."""
    rows = []
    for project in sheet.entities["project"]:
        park = str(sheet.parents.get(("project", project, "park"), ""))
        for t, day in enumerate(sheet.rounds):
            cells = tuple(sheet.values.get(("project", project, name, "period", t)) for name in "bfg")
            said = any(("project", project, name, "period", t) in sheet.reasons for name in "bfg")
            if said or any(cell is not None for cell in cells):
                rows.append(Row(project, day, cells, park, day + 1))
    return rows


def text(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


def cell(value: object) -> str:
    return "" if value is None else text(value.number) if isinstance(value, Day) else str(value)


def loaded(*parts: Sequence[Row], known_at: int | None = None) -> Panel | None:
    if not any(parts):
        return None
    with TemporaryDirectory() as name:
        folder, tables = Path(name), []
        for number, part in enumerate(parts):
            lines = ["id,reported,park,known,b,f,g"]
            lines += [
                ",".join([row.project, text(row.day), row.park, text(row.known), *map(cell, row.cells)]) for row in part
            ]
            (folder / f"{number}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
            tables.append(TABLE.format(file=f"{number}.csv"))
        (folder / "drop.yaml").write_text(DROP.format(tables="".join(tables)), encoding="utf-8")
        return ewarn.load(folder, known_at=None if known_at is None else text(known_at))


def levels(panel: Panel, rules: Any = None, **options: Any) -> Verdicts:
    return laws_levels(panel, [rules or RULES], **options)


@FEW
@given(round_sheets(), st.integers(0, 8))
def test_cutting_later_rounds_changes_no_verdict(sheet: Sheet, back: int) -> None:
    rows = rows_of(sheet)
    cut = sheet.rounds[max(0, len(sheet.rounds) - 1 - back)]
    whole, past = loaded(rows), loaded([row for row in rows if row.day <= cut])
    if past is None or whole is None:
        return
    then = levels(past)
    agree(levels(whole), then)
    agree(levels(whole, as_of=str(past.as_of)), then)


@FEW
@given(round_sheets(), st.data())
def test_a_day_of_knowledge_is_the_drop_as_it_stood(sheet: Sheet, data: st.DataObject) -> None:
    rows = []
    for number, row in enumerate(rows_of(sheet)):
        rows.append(Row(row.project, row.day, row.cells, row.park, row.day + 1 + number * 7 % 40))
        if number % 3 == 0:
            b, f, g = row.cells
            later = (g and 3.0, Day(row.day + 500) if b else f, "设计" if f else g)
            rows.append(Row(row.project, row.day, later, row.park, row.day + 60))
    if not rows:
        return
    day = data.draw(st.sampled_from(sorted({row.known for row in rows})))
    stood, whole = loaded([row for row in rows if row.known <= day], known_at=day), loaded(rows, known_at=day)
    assert stood is not None
    assert whole is not None
    assert levels(whole) == levels(stood)


MONOTONE = [
    "f > lag(last(f), 1)", f"streak({SLIPS}) >= 2", "f - lag(f, 1) > 10", "g == '设计'", "not g in ('招标', '施工')",
    "streak(g == lag(g, 1)) >= 2", "diff(b, '1y') <= 0 or b > 7", "days_until(f) < 100", "lag(b, '90d') > b",
    "f > f.plan", "g == sector or b > 10", "times(b > 2, 3) >= 2",
]  # fmt: skip


@settings(max_examples=25)
@given(round_sheets(), st.lists(st.sampled_from(MONOTONE), min_size=1, max_size=4, unique=True), st.binary(min_size=64))
def test_hiding_a_value_never_makes_a_level_fire(sheet: Sheet, conditions: list[str], mask: bytes) -> None:
    # `last(f)` is not monotone: it falls back on an older date. So whole cells are hidden only where none reads it.
    written = dict(zip(("blue", "yellow", "orange", "red"), conditions, strict=False))
    looks_back = any("last(" in one for one in conditions)
    rules = {"pack": "m", "rules": [{"id": "M", "entity": "project", "levels": written}]}
    full = levels(panel_of(sheet), rules)
    for number, key in enumerate(list(sheet.values)):
        if mask[number % len(mask)] % 3 == 0 and key[3] == "period" and not (looks_back and key[2] == "f"):
            del sheet.values[key]
    no_higher(full, levels(panel_of(sheet), rules))


@FEW
@given(round_sheets(), st.integers(0, 2**32 - 1))
def test_order_and_blocks_change_nothing(sheet: Sheet, seed: int) -> None:
    rows = rows_of(sheet)
    one = loaded(rows)
    if one is None:
        return
    shuffle = random.Random(seed)  # noqa: S311 -- a shuffle, nothing secret
    mixed = shuffle.sample(rows, len(rows))
    place = shuffle.randrange(len(rows) + 1)
    other = loaded(*(part for part in (mixed[:place], mixed[place:]) if part))
    assert other is not None
    expected = levels(one)
    assert levels(other, {**RULES, "rules": shuffle.sample(RULES["rules"], len(RULES["rules"]))}) == expected
    assert levels(one, block=1) == expected


@FEW
@given(round_sheets(), st.booleans())
def test_json_reads_back_equal_and_validates(sheet: Sheet, history: bool) -> None:
    panel = loaded(rows_of(sheet))
    if panel is None:
        return
    read = read_back(ewarn.run(panel, rules=ewarn.load_rules(RULES), history=history).to_json())
    days = {text(day) for day in sheet.rounds}
    for alert in read["alerts"]:
        assert {alert["period"], alert["since"]} <= days
        cells = [one for evidence in alert["evidence"] for one in evidence["inputs"]]
        assert {one["period"] for one in cells} <= days
        assert all(
            isinstance(one["value"], str) == (one["indicator"] in "fg") for one in cells if one["value"] is not None
        )
