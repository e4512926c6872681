"""Panels of every kind that a rule may meet, each in both readings, and what expressions may name on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

import ewarn
from ewarn.calendar import Period
from ewarn.panel import Panel

from .calls import AMOUNT, DAYS, FRACTION, PLAIN, Names
from .outcome import Day
from .rounds import PHASES, round_sheets
from .sheet import Sheet, month_start
from .worlds import REASONS, SECTORS, SIZES, Want, panel_of, sheets, word

JANUARIES = ("separate", "none", "merged")
WANTS = [
    Want("x"), Want("s"), Want("c"), Want("k"), Want("x", "growth"), Want("x", "target", "A"), Want("w", freq="A"),
    Want("r", type="park"),
]  # fmt: skip
CALENDARS = {"flood": ((dt.date(2020, 3, 30), dt.date(2020, 5, 1)), (dt.date(2021, 2, 10), dt.date(2021, 2, 10)))}


@dataclass(frozen=True)
class World:
    """One panel in both readings."""

    def __repr__(self) -> str:
        return f"World({self.sheet!r})"

    sheet: Sheet
    panel: Panel
    names: tuple[Names, ...]
    """Of each type whose rules are tried."""


FIRM = Names(
    "enterprise",
    {
        AMOUNT: ("x", "s", "x", "s", "c", "k", "x.ytd", "x.target", "x.qtd"),
        FRACTION: ("park.r", "x.growth", "yoy(x)"),
        PLAIN: ("line", "month()", "rank(s)"),
        DAYS: ("days_since(started)", "months_since(started)"),
    },
    dates=("started",),
    words={"sector": SECTORS, "size": SIZES, "status(x)": ("forecast", "final"), "status()": ("forecast", "final")},
    flags=("backbone",),
    groups=("park", "sector", "size"),
    indicators=("x", "x", "s", "c", "k"),
    coarser=("w",),
    codes=("code",),
    calendars=("spring_festival", "春节", "flood"),
)
MEMBER = Names(
    "enterprise",
    {
        AMOUNT: ("enterprise.x", "enterprise.s", "enterprise.x.ytd", "enterprise.c"),
        FRACTION: ("enterprise.x.growth", "yoy(enterprise.x)"),
        PLAIN: ("enterprise.line",),
    },
    dates=("enterprise.started",),
    words={"enterprise.sector": SECTORS, "enterprise.size": SIZES},
    flags=("enterprise.backbone",),
    indicators=("enterprise.x", "enterprise.s", "enterprise.c"),
    codes=("enterprise.code",),
)
PARK = Names(
    "park",
    {FRACTION: ("r",), AMOUNT: ("sum(enterprise.x, min_known=1)", "mean(enterprise.s)"), PLAIN: ("month()",)},
    dates=(),
    words={},
    members=MEMBER,
    calendars=("spring_festival", "flood"),
)
PROJECT = Names(
    "project",
    {AMOUNT: ("b", "v", "y"), FRACTION: ("b / v",), PLAIN: ("month()", "rank(b)"), DAYS: ("days_until(f)",)},
    dates=("f", "started", "f.plan", "last(f)"),
    words={"g": PHASES, "sector": SECTORS, "park.z": PHASES},
    groups=("park", "sector"),
    indicators=("b", "v", "y", "f", "g"),
    coarser=("m",),
    codes=("sector", "g"),
    steps=("0", "1", "2", "3", "'1y'", "'6m'", "'90d'", "'31d'"),
    calendars=("spring_festival", "flood"),
)
ROUND_PARK = Names(
    "park",
    {AMOUNT: ("sum(project.b, min_known=1)", "mean(project.v)"), PLAIN: ("month()",)},
    dates=(),
    words={"z": PHASES},
    members=Names(
        "project",
        {AMOUNT: ("project.b", "project.v"), FRACTION: ("project.b / project.v",)},
        dates=("project.f", "project.started"),
        words={"project.g": PHASES, "project.sector": SECTORS},
        indicators=("project.b", "project.v"),
        codes=("project.sector",),
        steps=("0", "1", "2", "'1y'", "'90d'"),
    ),
    calendars=("spring_festival",),
    steps=("0", "1", "2", "'1y'", "'90d'"),
)


def _named(sheet: Sheet) -> None:
    epoch = dt.date(1970, 1, 1)
    for name, spans in CALENDARS.items():
        sheet.calendars[name] = [((first - epoch).days, (last - epoch).days) for first, last in spans]


def _revised(draw: st.DrawFn, sheet: Sheet, *names: str) -> None:
    """Some figures of a few indicators were published before, and another then."""
    cells = [key for key in sheet.values if key[2] in names and key[3] == "period"]
    for key, byte in zip(cells, word(draw, len(cells)), strict=True):
        if byte % 3 == 1:
            sheet.previous[key] = float(byte // 3 % 5)


@st.composite
def monthly(
    draw: st.DrawFn, january: str, year_starts: tuple[int, ...] = (1,), *, moving: bool = False, broken: bool = False
) -> World:
    """Firms in parks, long enough for last year, now and then for four years."""
    months = draw(st.sampled_from([(2, 8), (14, 18), (26, 28), (38, 42)]))
    sheet = draw(
        sheets(WANTS, january=(january,), year_starts=year_starts, entities=(2, 3), months=months, moving=moving,
               broken=broken)
    )  # fmt: skip
    _named(sheet)
    _revised(draw, sheet, "x", "s")
    return World(sheet, panel_of(sheet), (FIRM, PARK))


@st.composite
def by_round(draw: st.DrawFn) -> World:
    """Projects in parks, reported now and then."""
    sheet = draw(round_sheets(entities=(2, 4), count=(3, 12)))
    _named(sheet)
    _revised(draw, sheet, "b")
    return World(sheet, panel_of(sheet), (PROJECT, ROUND_PARK))


COLUMNS = {("x", "period"): "x", ("s", "period"): "s", ("c", "period"): "c", ("k", "period"): "k",
           ("x", "growth"): "g"}  # fmt: skip
DROP = """
frequency: M
tables:
  - file: firms.csv
    entity: {{type: enterprise, id: firm, parents: {{park: park}},
              attributes: [sector, size, backbone, line, started, code]}}
  - file: facts.csv
    entity: {{type: enterprise, id: firm}}
    period: month
    published: published
    status: {{column: status}}
    values: {{x: [{{column: x, unit: 万元}}, {{column: g, unit: '%', measure: growth}}], s: s, c: c, k: k}}
  - file: parks.csv
    entity: {{type: park, id: park, parents: {{county: county}}}}
    period: month
    published: published
    values: {{r: r}}
  - {{file: targets.csv, frequency: A, entity: {{type: enterprise, id: firm}}, period: year,
     values: {{x: {{column: target, measure: target}}}}}}
  - {{file: years.csv, frequency: A, entity: {{type: enterprise, id: firm}}, period: year, published: published,
     values: {{w: w}}}}
indicators:
  x: {{unit: 万元, kind: flow, january: {january}}}
  s: {{unit: 万元, kind: stock, january: {january}}}
  c: {{unit: 万元, kind: ytd, january: {january}}}
  k: {{unit: 万元, kind: unknown, january: {january}}}
  w: {{unit: 万元, kind: flow}}
  r: {{unit: ratio, kind: ratio, january: {january}}}
calendars:
  flood: [{{from: 2020-03-30, to: 2020-05-01}}, 2021-02-10]
"""
SIGNS = {"masked": "*", "not_applicable": "—", "below_unit": "…", "blank": ""}


def _text(value: object) -> str:
    if isinstance(value, Day):
        return value.iso
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Delivered:
    """What a drop of several vintages holds: rows by table, each with its day of publication; and the cells."""

    sheet: Sheet
    january: str
    rows: list[tuple[str, int, str]]
    """File, day, line."""
    told: list[tuple[int, tuple[str, str, str, str, int], float, str]]
    """Day, cell, value, status: each publication of a number."""
    empty: dict[tuple[str, str, str, str, int], int]
    """Cells that hold no number, and the day from which that is known."""

    def __repr__(self) -> str:
        return f"Delivered({len(self.rows)} rows)"

    def write(self, folder: Path, until: int | None = None) -> None:
        """The drop, or what of it was published by a day."""
        heads = {
            "facts.csv": "firm,month,x,g,s,c,k,status,published", "parks.csv": "park,county,month,r,published",
            "firms.csv": "firm,park,sector,size,backbone,line,started,code", "targets.csv": "firm,year,target",
            "years.csv": "firm,year,w,published",
        }  # fmt: skip
        for file, head in heads.items():
            lines = [line for name, day, line in self.rows if name == file and (until is None or day <= until)]
            (folder / file).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        (folder / "drop.yaml").write_text(DROP.format(january=self.january), encoding="utf-8")

    def known(self, day: int) -> Sheet:
        """The cells as they stood on a day."""
        sheet = replace(
            self.sheet, values=dict(self.sheet.values), reasons=dict(self.sheet.reasons), previous={}, newest={}
        )
        months = [key[4] for when, key, *_ in self.told if when <= day and self.sheet.series[key[:1] + key[2:4]] == "M"]
        sheet.last = {"M": max(months, default=sheet.first["M"])}
        for freq in ("Q", "A"):
            sheet.last[freq] = sheet.around("M", sheet.last["M"], freq)
        sheet.statuses = {}
        for key, when in self.empty.items():
            if when > day:
                sheet.reasons.pop(key, None)
        for key in {key for _, key, *_ in self.told}:
            versions = [
                (value, status) for when, cell, value, status in sorted(self.told) if cell == key and when <= day
            ]
            sheet.values.pop(key, None)
            if versions:
                sheet.values[key], status = versions[-1]
                sheet.statuses |= {key: status} if status else {}
            if len(versions) > 1:
                sheet.previous[key] = versions[-2][0]
        return sheet


def delivered(draw: st.DrawFn, sheet: Sheet) -> Delivered:
    """Each figure is published in the month after, some again two months and again eight months later."""
    rows: list[tuple[str, int, str]] = []
    told: list[tuple[int, tuple[str, str, str, str, int], float, str]] = []
    empty: dict[tuple[str, str, str, str, int], int] = {}
    firms, first, last = sheet.entities["enterprise"], sheet.first["M"], sheet.last["M"]
    chance = iter(word(draw, (last - first + 1) * len(firms)) + bytes(100))
    own = sheet.attributes["enterprise"]
    for firm in firms:
        cells = [_text(own[name].get(firm)) for name in ("sector", "size", "backbone", "line", "started", "code")]
        rows.append(
            ("firms.csv", 0, ",".join([firm, str(sheet.parents.get(("enterprise", firm, "park"), "")), *cells]))
        )
        for month in range(first, last + 1):
            byte = next(chance)
            keys = [("enterprise", firm, name, measure, month) for name, measure in COLUMNS]
            day = month_start(month + 1) + 3 + byte % 20
            for again, later in enumerate((0, 62, 250)):
                if again and byte % 3 != again:
                    continue
                line, status = [], sheet.statuses.get(keys[0], "") if not again else ""
                for at, key in enumerate(keys):
                    value = sheet.values.get(key)
                    if value is None or (again and (byte + at) % 4 == 0):
                        line.append("" if again else SIGNS.get(sheet.reasons.get(key, "blank"), ""))
                        if not again:
                            sheet.reasons.setdefault(key, "blank")
                            empty[key] = day
                        continue
                    assert isinstance(value, float)
                    # The newest figure is the sheet's; before it there was another.
                    newest = again or byte % 3 == 0
                    value = value if newest else value + (byte + at) % 3
                    held = value / 100 if key[3] == "growth" else value
                    told.append((day + later, key, held, status))
                    line.append(repr(value))
                line = [line[0], line[4], *line[1:4]]
                text = ",".join([firm, str(Period("M", month)), *line, status, _text(Day(day + later))])
                rows.append(("facts.csv", day + later, text))
        for year in range(sheet.first["A"], sheet.last["A"] + 1):
            key = ("enterprise", firm, "x", "target", year)
            rows.append(("targets.csv", 0, f"{firm},{year},{_text(sheet.values.get(key))}"))
            key = ("enterprise", firm, "w", "period", year)
            day = month_start(year * 12 + 14)
            rows.append(("years.csv", day, f"{firm},{year},{_text(sheet.values.get(key))},{_text(Day(day))}"))
            if key in sheet.values:
                told.append((day, key, float(str(sheet.values[key])), ""))
            else:
                sheet.reasons[key], empty[key] = "blank", day
    for park in sheet.entities["park"]:
        for month in range(first, last + 1):
            key = ("park", park, "r", "period", month)
            day = month_start(month + 1)
            line = [park, str(sheet.parents["park", park, "county"]), str(Period("M", month))]
            rows.append(("parks.csv", day, ",".join([*line, _text(sheet.values.get(key)), _text(Day(day))])))
            if key in sheet.values:
                told.append((day, key, float(str(sheet.values[key])), ""))
            else:
                sheet.reasons[key], empty[key] = "blank", day
    for key, value in list(sheet.values.items()):
        if key[3] == "growth":
            sheet.values[key] = float(str(value)) / 100
    return Delivered(sheet, sheet.indicators["x"].january, rows, told, empty)


@st.composite
def deliveries(draw: st.DrawFn, months: tuple[tuple[int, int], ...] = ((14, 16), (26, 28))) -> tuple[Delivered, int]:
    """A drop of several vintages, and a day."""
    sheet = draw(sheets(WANTS, january=JANUARIES, entities=(2, 3), months=draw(st.sampled_from(months))))
    _named(sheet)
    sheet.since.clear()
    made = delivered(draw, sheet)
    day = month_start(sheet.last["M"] - draw(st.integers(-1, 9))) + draw(st.integers(0, 30))
    return made, day


@st.composite
def vintages(draw: st.DrawFn) -> World:
    """A drop that was published and revised, as it was known on a day."""
    made, day = draw(deliveries())
    with TemporaryDirectory() as name:
        folder = Path(name)
        made.write(folder)
        panel = ewarn.load(folder, known_at=Day(day).iso)
    return World(made.known(day), panel, (FIRM, PARK))


KINDS: dict[str, Callable[[], st.SearchStrategy[World]]] = {
    "january separate": lambda: monthly("separate"),
    "january none": lambda: monthly("none"),
    "january merged": lambda: monthly("merged"),
    "fiscal years": lambda: monthly("separate", (4, 7, 10)),
    "vintages": vintages,
    "rounds": by_round,
}

__all__ = ["KINDS", "REASONS", "Delivered", "World", "deliveries"]
