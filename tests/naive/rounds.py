"""Small panels of reporting rounds: amounts, dates and words, with months and years beside them."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from .outcome import Day
from .sheet import About, Sheet
from .worlds import POOL, SECTORS, word

DAY_ONE = (dt.date(2018, 11, 3) - dt.date(1970, 1, 1)).days
GAPS = (1, 17, 28, 31, 59, 90, 91, 120, 184, 365, 366, 400)
"""Days between two rounds: the ends of months, and years to the day, among them."""
PHASES = ("设计", "招标", "施工")
ABOUT = {
    "b": About("stock", unit="万元"),
    "v": About("unknown", unit="万元"),
    "y": About("ytd", unit="万元"),
    "f": About("date"),
    "g": About("category"),
    "m": About("stock", unit="万元"),
    "z": About("category"),
}
ENDS = (0, 1, 27, 28, 30, 58, 59, 180, 365, 730)


@st.composite
def round_sheets(draw: st.DrawFn, entities: tuple[int, int] = (1, 4), count: tuple[int, int] = (1, 12)) -> Sheet:
    """Projects in parks; `b v y f g` by round, `m` by month, `f.plan` by year, `z` of the parks by round."""
    drawn = word(draw, draw(st.integers(*count)))
    days = [DAY_ONE]
    for byte in drawn[1:]:
        days.append(days[-1] + GAPS[byte % len(GAPS)])
    sheet = Sheet(first={"round": 0}, last={"round": len(days) - 1}, rounds=days)
    sheet.year_start = draw(st.sampled_from((1, 1, 4, 7)))
    first, last = sheet.last_month("round", 0), sheet.last_month("round", len(days) - 1)
    sheet.first["M"], sheet.last["M"] = first - drawn[0] % 3, last + drawn[0] % 2
    for freq in ("Q", "A"):
        sheet.first[freq] = sheet.around("M", sheet.first["M"], freq)
        sheet.last[freq] = sheet.around("M", sheet.last["M"], freq)
    sheet.indicators = {name: About(about.kind, about.january, about.unit) for name, about in ABOUT.items()}
    projects = [f"p{number}" for number in range(draw(st.integers(*entities)))]
    sheet.entities = {"park": ["k0", "k1"], "project": projects}
    sheet.above = {"project": ["park"]}
    bytes_ = word(draw, 4 * len(projects))
    own: dict[str, dict[str, object]] = {"sector": {}, "started": {}}
    for at, project in enumerate(projects):
        park, sector, started, _ = bytes_[4 * at : 4 * at + 4]
        if park % 5:
            sheet.parents["project", project, "park"] = f"k{park % 2}"
        if sector % 4:
            own["sector"][project] = (*SECTORS, PHASES[0])[sector % 4]
        if started % 4:
            own["started"][project] = Day(days[started % len(days)] - ENDS[started % len(ENDS)])
    sheet.attributes["project"] = own
    for name in "bvyfg":
        _fill(draw, sheet, "project", name, "period", "round")
    _fill(draw, sheet, "project", "m", "period", "M")
    _fill(draw, sheet, "project", "f", "plan", "A")
    _fill(draw, sheet, "park", "z", "period", "round")
    return sheet


def _fill(draw: st.DrawFn, sheet: Sheet, type_: str, name: str, measure: str, freq: str) -> None:
    sheet.series[type_, name, measure] = freq
    periods = range(sheet.first[freq], sheet.last[freq] + 1)
    drawn = iter(word(draw, len(periods) * len(sheet.entities[type_])))
    for entity in sheet.entities[type_]:
        for t in periods:
            byte = next(drawn)
            key = (type_, entity, name, measure, t)
            if byte % 5 == 4:
                reason = ("", "blank", "masked")[byte % 3]
                if reason:
                    sheet.reasons[key] = reason
            elif sheet.indicators[name].kind == "date":
                sheet.values[key] = Day(sheet.rounds[byte % len(sheet.rounds)] + ENDS[byte % len(ENDS)])
            elif sheet.indicators[name].kind == "category":
                sheet.values[key] = (*PHASES, SECTORS[0])[byte % 4] if type_ == "park" else PHASES[byte % 3]
            else:
                value = POOL[byte % len(POOL)]
                sheet.values[key] = 1.0 if value is None else value
