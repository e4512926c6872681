"""A small county by hand: four firms in two parks, two years of months, every value with the cell it stands in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ewarn.calendar import common_calendar
from ewarn.panel import Attribute, EntityType, Indicator, Panel, Parents, Series, Source, Status, Table
from ewarn.rules import load_rules
from ewarn.signals import Signals, evaluate

MONTHS = 24
NAN = math.nan
ALWAYS = np.iinfo(np.int64).min
FIRMS = Table("firms.csv", text=True)
PARKS = Table("parks.xlsx", sheet="园区")


def series(
    name: str, unit: str | None, rows: Sequence[Sequence[float]], table: Table, column: str, **more: Any
) -> Series:
    """One row of `rows` per entity; file rows count through the periods of each entity in turn."""
    values = np.ascontiguousarray(np.array(rows, dtype=np.float64).T)
    periods, entities = values.shape
    where = (np.arange(periods)[:, None] + np.arange(entities)[None, :] * periods + 2).astype(np.int32)
    return Series(name, "period", "M", unit, values, (Source(table, column, where),), **more)


def falling(start: float, months: int, step: float) -> list[float]:
    """Flat at `start`, and in the last `months` less by `step` each month."""
    return [start] * (MONTHS - months) + [start - step * (at + 1) for at in range(months)]


def county(names: Sequence[str] = ("云岭建材", "清溪化工", "轻质新材", "松河食品"), output: Any = None) -> Panel:
    """E1 falls for 5 months, E2 for 2, E3 does not, E4 is unknown at the end; P2 lacks land."""
    rows = output or [
        falling(2410, 5, 100),
        falling(960, 2, 400),
        falling(500, 0, 0),
        [*falling(80, 4, 5)[:-1], NAN],
    ]
    statuses = np.zeros((MONTHS, len(rows)), dtype=np.int8)
    statuses[-1, 0] = Status.FORECAST
    ids = tuple(f"E{at + 1}" for at in range(len(rows)))
    since = np.full(len(rows), ALWAYS)
    place = np.arange(len(rows))
    attributes = {
        "is_backbone": Attribute("is_backbone", "flag", np.where(place == 1, 1, -1).astype(np.int8)),
        "size": Attribute("size", "text", np.zeros(len(rows), dtype=np.int32), ("规上",)),
        "signed": Attribute("signed", "date", np.full(len(rows), 19000.0)),
    }
    sizes = Source(FIRMS, "规模", np.arange(2, len(rows) + 2, dtype=np.int32)[None])
    attributes["size"] = Attribute("size", "text", np.zeros(len(rows), np.int32), ("规上",), sources=(sizes,))
    park, whole = (place // 2 % 2).astype(np.int32), np.zeros(len(rows), dtype=np.int32)
    return Panel(
        name="云岭县",
        frequency="M",
        calendars={"M": common_calendar("M", 2020 * 12 + 9, 2022 * 12 + 8)},
        types={
            "enterprise": EntityType(
                "enterprise",
                ids,
                tuple(names),
                since,
                attributes,
                {"park": Parents("park", park), "county": Parents("county", whole)},
            ),
            "park": EntityType(
                "park",
                ("P1", "P2"),
                ("东园", "西园"),
                np.full(2, ALWAYS),
                parents={"county": Parents("county", np.zeros(2, dtype=np.int32))},
            ),
            "county": EntityType("county", ("C",), ("云岭县",), np.full(1, ALWAYS)),
        },
        indicators={
            "output": Indicator("output", "flow", "万元", "higher"),
            "energy": Indicator("energy", "flow", "吨标准煤"),
            "land_gap": Indicator("land_gap", "stock", "亩", "lower"),
        },
        series={
            ("enterprise", "output", "period"): series("output", "万元", rows, FIRMS, "产值", statuses=statuses),
            ("park", "land_gap", "period"): series("land_gap", "亩", [[0] * MONTHS, [146] * MONTHS], PARKS, "缺口"),
        },
    )


DECLINE = """
pack: industry
rules:
  - id: IND-01
    slug: output-consecutive-decline
    title: {zh: 产值连续同比下降, en: Output down year on year}
    entity: enterprise
    where: size == "规上"
    params: {k: 3}
    levels:
      yellow: streak(yoy(output) < 0) >= k
      orange: streak(yoy(output) < 0) >= k + 2
      red: streak(yoy(output) < 0) >= 2 * k and yoy(output) < -0.3
    adjust: [{when: is_backbone, by: 1}]
    weight: output
    explain:
      zh: >-
        {entity} 产值已连续 {streak(yoy(output) < 0)} 个月下降，{period} {yoy(output):+.1%}（{lag(output, "1y"):unit}
        → {output:unit}），{level}
      en: '{entity}: output down {streak(yoy(output) < 0)} months running, {yoy(output):+.1%} in {period}; {level}'
    action: {zh: 上门核实, en: Visit}
"""


def judged(rules: Any, panel: Panel | None = None) -> Signals:
    """The verdicts of some rules."""
    return evaluate(panel or county(), load_rules(rules))
