"""Small panels, made twice from one draw: as naive cells and as an `ewarn.Panel`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from ewarn.calendar import DAY_ZERO, common_calendar, rounds
from ewarn.panel import Attribute, Break, EntityType, Holds, Indicator, Link, Panel, Parents, Series, Status

from .outcome import Day
from .sheet import About, Sheet, month_start

# Zeros, negatives, equal neighbours, dust that the tie rule must swallow, and unknowns.
POOL: tuple[float | None, ...] = (
    None, None, None, 0.0, 0.0, -3.0, -0.3, 0.7, 1.0 - 0.3, 0.1 + 0.2, 0.3, 1.0, 1.0, 1.0 + 1e-13, 2.0, 2.0,
    3.0, 5.0, 7.0, 7.0, 10.0, 10.0, 12.5, 40.0, 70.0, 70.0 + 1e-9, 99.9, 100.0, 100.0, 1234.5, None, 20.0,
)  # fmt: skip
ABOUT = {
    "x": About("flow", unit="万元"),
    "y": About("flow", unit="万元"),
    "w": About("flow", unit="万元"),
    "z": About("flow", unit="亿元"),
    "s": About("stock", unit="万元"),
    "c": About("ytd", unit="万元"),
    "r": About("ratio"),
    "k": About("unknown"),
}
CODES = ("91350100M000100Y43", "91999900MA9EW05370", "91350100M000100Y44", "913501OOM000100Y43")
REASONS = ("masked", "masked", "masked", "blank", "not_applicable", "below_unit")
SECTORS, SIZES = ("钢铁", "食品", "化工"), ("规上", "规下")


@dataclass(frozen=True)
class Want:
    """A series to fill: indicator, measure, frequency, and the type that has it."""

    name: str
    measure: str = "period"
    freq: str = "M"
    type: str = "enterprise"
    january: str | None = None
    """Instead of the one drawn for the whole sheet."""


def word(draw: st.DrawFn, size: int) -> bytes:
    """`size` bytes in one draw: fast, and it shrinks to zeros."""
    return draw(st.binary(min_size=size, max_size=size)) if size else b""


@st.composite
def sheets(
    draw: st.DrawFn,
    wants: Sequence[Want],
    *,
    entities: tuple[int, int] = (1, 5),
    months: tuple[int, int] = (1, 40),
    january: Sequence[str] = ("separate",),
    year_starts: Sequence[int] = (1,),
    moving: bool = False,
    broken: bool = False,
    linked: bool = False,
) -> Sheet:
    """Cells for the series wanted, over enterprises in parks in counties."""
    start = 2019 * 12 + draw(st.integers(0, 11))
    length = draw(st.integers(*months))
    year_start = draw(st.sampled_from(year_starts))
    sheet = Sheet(first={"M": start}, last={"M": start + length - 1}, year_start=year_start)
    for freq in ("Q", "A"):
        sheet.first[freq] = sheet.around("M", start, freq)
        sheet.last[freq] = sheet.around("M", start + length - 1, freq)
    kind_of_january = draw(st.sampled_from(january))
    for want in wants:
        about = ABOUT[want.name]
        sheet.indicators[want.name] = About(about.kind, want.january or kind_of_january, about.unit)
    count = draw(st.integers(*entities))
    sheet.entities = {
        "county": ["c0", "c1"],
        "enterprise": [f"e{i}" for i in range(count)],
        "park": ["p0", "p1", "p2"],
    }
    sheet.above = {"enterprise": ["park"], "park": ["county"]}
    _people(draw, sheet, moving)
    for want in wants:
        _fill(draw, sheet, want)
    if broken:
        _break(draw, sheet)
    if linked:
        _link(draw, sheet)
    return sheet


def _link(draw: st.DrawFn, sheet: Sheet) -> None:
    """A park blocks a firm at most, now and then another from some month on; a firm follows a firm."""
    firms = sheet.entities["enterprise"]
    for type_, name, inverse in (("park", "blocks", "blocked_by"), ("enterprise", "follows", "followed_by")):
        sheet.links[type_, name] = "enterprise", inverse
        for entity, byte in zip(sheet.entities[type_], word(draw, len(sheet.entities[type_])), strict=True):
            if byte % 5:
                sheet.parents[type_, entity, name] = firms[byte % len(firms)]
            if byte % 7 == 1 and type_ == "park":
                later = sheet.first["M"] + byte // 16
                sheet.parents[type_, entity, name] = {sheet.first["M"]: firms[0], later: firms[byte % len(firms)]}


def _break(draw: st.DrawFn, sheet: Sheet) -> None:
    """Series breaks: of one firm, of all of them, now and then two."""
    first, length = sheet.first["M"], sheet.last["M"] - sheet.first["M"] + 1
    for type_, name in sorted({(key[0], key[1]) for key in sheet.series}):
        shared = draw(st.lists(st.integers(0, length), max_size=2))
        for entity, byte in zip(sheet.entities[type_], word(draw, len(sheet.entities[type_])), strict=True):
            own = [first + month for month in shared] + ([first + byte // 4 % length] if byte % 4 == 1 else [])
            sheet.breaks[type_, entity, name] = own


def _people(draw: st.DrawFn, sheet: Sheet, moving: bool) -> None:
    for park in sheet.entities["park"]:
        sheet.parents["park", park, "county"] = "c1" if park == "p2" else "c0"
    firms = sheet.entities["enterprise"]
    own: dict[str, dict[str, object]] = {name: {} for name in ("sector", "size", "backbone", "line", "started", "code")}
    for firm, (park, sector, size, line, started, born) in zip(firms, _sixes(draw, len(firms)), strict=True):
        if park % 5:
            sheet.parents["enterprise", firm, "park"] = f"p{park % 3}"
        if moving and line % 3 == 0:
            begins, moves = sheet.first["M"] + born % 3, sheet.first["M"] + 3 + size % 8
            sheet.parents["enterprise", firm, "park"] = {begins: f"p{park % 3}", moves: f"p{sector % 3}"}
        if sector % 6:
            own["sector"][firm] = SECTORS[sector % 3]
        if size % 6:
            own["size"][firm] = SIZES[size % 2]
            own["backbone"][firm] = size % 4 < 2
        if sector % 4:
            own["code"][firm] = CODES[size % len(CODES)]
        if line % 5:
            own["line"][firm] = float(line % 7)
        if started % 5:
            own["started"][firm] = Day(month_start(2019 * 12) + started * 9 - 300)
        if born % 4 == 3:
            sheet.since["enterprise", firm] = sheet.first["M"] + born // 16
    sheet.attributes["enterprise"] = own


def _sixes(draw: st.DrawFn, count: int) -> list[bytes]:
    drawn = word(draw, 6 * count)
    return [drawn[6 * i : 6 * i + 6] for i in range(count)]


def _fill(draw: st.DrawFn, sheet: Sheet, want: Want) -> None:
    sheet.series[want.type, want.name, want.measure] = want.freq
    periods = range(sheet.first[want.freq], sheet.last[want.freq] + 1)
    drawn = iter(word(draw, len(periods) * len(sheet.entities[want.type])))
    # Where January is no period, a single period's figure stands in February; `merged` delivers the two.
    no_january = want.freq == "M" and sheet.indicators[want.name].january == "none"
    for entity in sheet.entities[want.type]:
        for t in periods:
            byte = next(drawn)
            value = POOL[byte % len(POOL)]
            born = sheet.since.get((want.type, entity), 0)
            if (no_january and t % 12 == 0) or sheet.last_month(want.freq, t) < born:
                continue
            key = (want.type, entity, want.name, want.measure, t)
            if value is None:
                if byte >= 96:
                    sheet.reasons[key] = REASONS[byte % len(REASONS)]
                continue
            sheet.values[key] = value
            if byte % 5 == 0:
                sheet.statuses[key] = ("forecast", "flash", "final")[byte % 3]


def panel_of(sheet: Sheet) -> Panel:
    """The same cells as the library's arrays."""
    calendars = {
        freq: common_calendar(freq, sheet.first[freq], sheet.last[freq], fiscal_year_start=sheet.year_start)
        for freq in ("M", "Q", "A")
    }
    if sheet.rounds:
        calendars["round"] = rounds(np.array(sheet.rounds) + DAY_ZERO, fiscal_year_start=sheet.year_start)
    return Panel(
        name="drawn",
        frequency="round" if sheet.rounds else "M",
        calendars=calendars,
        types={name: _type(sheet, name) for name in sheet.entities},
        indicators={
            name: Indicator(name, kind=about.kind, unit=about.unit, january=about.january)
            for name, about in sheet.indicators.items()
        },
        series={key: _series(sheet, *key) for key in sheet.series},
        fiscal_year_start=sheet.year_start,
        calendars_named={name: tuple(spans) for name, spans in sheet.calendars.items()},
    )


def _type(sheet: Sheet, name: str) -> EntityType:
    ids = sheet.entities[name]
    never = np.iinfo(np.int64).min
    since = [month_start(sheet.since[name, i]) if (name, i) in sheet.since else never for i in ids]
    parents = {above: Parents(above, *_ends(sheet, name, above, above)) for above in sheet.above.get(name, [])}
    links = {
        link: Link(target, *_ends(sheet, name, link, target), inverse=inverse)
        for (type_, link), (target, inverse) in sheet.links.items()
        if type_ == name
    }
    attributes = {key: _attribute(key, given, ids) for key, given in sheet.attributes.get(name, {}).items()}
    return EntityType(name, tuple(ids), tuple(ids), np.array(since, dtype=np.int64), attributes, parents, links)


def _ends(sheet: Sheet, name: str, step: str, target: str) -> tuple[np.ndarray, str | None]:
    """Positions of parents, or of what a link leads to, and their frequency where they change."""
    ids = sheet.entities[name]
    dated = any(isinstance(sheet.parents.get((name, entity, step)), dict) for entity in ids)
    months = range(sheet.first["M"], sheet.last["M"] + 1) if dated else [sheet.first["M"]]
    index = [[_place(sheet, target, sheet.parent(name, entity, step, month)) for entity in ids] for month in months]
    rows = np.array(index, dtype=np.int32)
    return (rows, "M") if dated else (rows[0], None)


def _place(sheet: Sheet, type_: str, entity: str | None) -> int:
    return -1 if entity is None else sheet.entities[type_].index(entity)


def _attribute(name: str, given: dict[str, object], ids: list[str]) -> Attribute:
    values = [given.get(entity) for entity in ids]
    if name in ("sector", "size", "code"):
        words = {"sector": SECTORS, "size": SIZES, "code": ()}[name]
        words = tuple(dict.fromkeys((*words, *(str(value) for value in values if value is not None))))
        codes = [-1 if value is None else words.index(str(value)) for value in values]
        return Attribute(name, "text", np.array(codes, dtype=np.int32), words)
    if name == "backbone":
        return Attribute(name, "flag", np.array([0 if v is None else 1 if v else -1 for v in values], dtype=np.int8))
    if name == "started":
        days = [v.number if isinstance(v, Day) else np.nan for v in values]
        return Attribute(name, "date", np.array(days, dtype=np.float64))
    return Attribute(name, "number", np.array([np.nan if v is None else v for v in values], dtype=np.float64))


def _series(sheet: Sheet, type_: str, name: str, measure: str) -> Series:
    freq = sheet.series[type_, name, measure]
    ids, first = sheet.entities[type_], sheet.first[freq]
    shape = (sheet.last[freq] - first + 1, len(ids))
    values = np.full(shape, np.nan)
    reasons, statuses = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int8)
    for column, entity in enumerate(ids):
        for row in range(shape[0]):
            key = (type_, entity, name, measure, first + row)
            values[row, column] = held(sheet, name, sheet.values.get(key))
            if key in sheet.reasons:
                reasons[row, column] = _REASONS[sheet.reasons[key]]
            if key in sheet.statuses:
                statuses[row, column] = Status[sheet.statuses[key].upper()]
    unit = "%" if measure in ("growth", "target_growth") else sheet.indicators[name].unit
    breaks: dict[int, list[int]] = {}
    for place, entity in enumerate(ids):
        for month in sheet.breaks.get((type_, entity, name), ()) if measure not in ("growth", "target") else ():
            breaks.setdefault(month_start(month), []).append(place)
    known = tuple(Break(day, np.array(places, dtype=np.int32)) for day, places in sorted(breaks.items()))
    about = sheet.indicators[name].kind
    holds: Holds = "date" if about == "date" else "category" if about == "category" else "number"
    words = vocabulary(sheet, name) if holds == "category" else ()
    before = None
    if any(key[0] == type_ and key[2:4] == (name, measure) for key in sheet.previous):
        before = np.full(shape, np.nan)
        for (kind, entity, key, which, t), value in sheet.previous.items():
            if (kind, key, which) == (type_, name, measure):
                before[t - first, ids.index(entity)] = value
    return Series(
        name, measure, freq, unit, values, (), reasons, statuses, before, breaks=known, holds=holds, categories=words
    )  # fmt: skip


def vocabulary(sheet: Sheet, name: str) -> tuple[str, ...]:
    """The words of a category, wherever they stand."""
    return tuple(sorted({str(value) for key, value in sheet.values.items() if key[2] == name}))


def held(sheet: Sheet, name: str, value: float | Day | str | None) -> float:
    """A value as the library holds it."""
    if value is None:
        return np.nan
    if isinstance(value, Day):
        return float(value.number)
    return float(vocabulary(sheet, name).index(value)) if isinstance(value, str) else value


_REASONS = {"masked": 2, "not_applicable": 3, "below_unit": 4, "not_reported": 5, "blank": 6}
