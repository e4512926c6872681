"""What a named figure is at one own period: published, derived, summed to a coarser frequency."""

from __future__ import annotations

from .outcome import Day, Unknown, because, compare, join, known
from .sheet import ORDER, Sheet, Steps

Figure = float | Day | str | Unknown
HOLD_FOR_THEIR_YEAR = ("target", "target_growth", "plan")


def frequency(sheet: Sheet, type_: str, name: str, measure: str) -> str:
    """The frequency at which a measure is delivered, or its parts are where it is derived."""
    for candidate in (measure, "period", "ytd", "growth"):
        freq = sheet.series.get((type_, name, candidate))
        if freq is not None:
            return freq
    raise KeyError((type_, name, measure))


def holds_for_year(sheet: Sheet, name: str, measure: str) -> bool:
    """Targets hold for their year: they set no frequency and never hold a rule back."""
    return measure in HOLD_FOR_THEIR_YEAR or sheet.indicators[name].kind == "target"


def steps_at(sheet: Sheet, name: str, freq: str) -> Steps:
    """An indicator's own periods at a frequency: without January where it has none."""
    return Steps(freq, double=freq == "M" and sheet.indicators[name].january != "separate")


def cell(sheet: Sheet, who: tuple[str, str], name: str, measure: str, t: int) -> Figure:
    """One cell as delivered."""
    type_, entity = who
    freq = sheet.series.get((type_, name, measure))
    if freq is None:
        return because("not_reported")
    if t < sheet.first[freq]:
        return because("before_start")
    key = (type_, entity, name, measure, t)
    if key in sheet.values:
        return sheet.values[key]
    return because(sheet.reasons.get(key, "not_due" if t > sheet.reported(type_, name, measure) else "not_reported"))


def published(sheet: Sheet, who: tuple[str, str], name: str, measure: str, freq: str, t: int) -> Figure:
    """The delivered figure of an own period; `merged` adds January to February (amounts of a period only)."""
    about = sheet.indicators[name]
    if freq == "M" and about.january == "merged" and t % 12 == 1 and about.kind == "flow" and measure == "period":
        return total([cell(sheet, who, name, measure, t - 1), cell(sheet, who, name, measure, t)])
    return cell(sheet, who, name, measure, t)


def total(parts: list[Figure]) -> Figure:
    """A sum, unknown if one part is."""
    if all(known(part) for part in parts):
        return sum(part for part in parts if not isinstance(part, Unknown))
    return join(parts)


def deaccumulated(sheet: Sheet, who: tuple[str, str], name: str, measure: str, t: int) -> Figure:
    """The single period out of a cumulative figure: less the one before it, which is 0 before the year's first.

    A cumulative figure of a flow that falls was revised: no negative month comes out of it.
    """
    freq = frequency(sheet, who[0], name, measure)
    steps = steps_at(sheet, name, freq)
    now = cell(sheet, who, name, measure, t)
    first = t == sheet.of_year(steps, sheet.year_of(freq, t))[0]
    before = 0.0 if first else cell(sheet, who, name, measure, steps.back(t, 1))
    if isinstance(now, Unknown) or isinstance(before, Unknown):
        return join([now, before])
    if sheet.indicators[name].kind == "flow" and compare("<", now, before):
        return because("not_applicable")
    return now - before


def native(sheet: Sheet, who: tuple[str, str], name: str, measure: str, freq: str, t: int) -> Figure:
    """A measure at one own period of the frequency at which it is delivered."""
    value = published(sheet, who, name, measure, freq, t)
    about = sheet.indicators[name]
    if known(value) or about.kind != "flow":
        return value
    steps = steps_at(sheet, name, freq)
    if measure == "period" and sheet.series.get((who[0], name, "ytd")) == freq:
        return deaccumulated(sheet, who, name, "ytd", t)
    if measure in ("ytd", "qtd", "quarter"):
        if measure == "ytd":
            own = sheet.of_year(steps, sheet.year_of(freq, t))
        else:
            own = sheet.within("Q", sheet.around(freq, t, "Q"), steps)
        return total([native(sheet, who, name, "period", freq, u) for u in own if u <= t])
    return value


def figure(sheet: Sheet, who: tuple[str, str], name: str, measure: str, steps: Steps, t: int) -> Figure:
    """A measure at a period of the expression's calendar.

    Finer figures are brought to it: single periods of a flow sum (also January and February, where February stands
    for both), all else takes the last. Targets hold for their year. A coarser actual has no value here (it enters
    through `last` and `full_year`).
    """
    type_, freq = who[0], steps.freq
    own = frequency(sheet, type_, name, measure)
    adds_up = sheet.indicators[name].kind == "flow" and measure in ("period", "quarter")
    if own == freq:
        alone = native(sheet, who, name, measure, own, t)
        if not steps.double or steps_at(sheet, name, own).double or t % 12 != 1 or not adds_up:
            return alone
        return total([native(sheet, who, name, measure, own, t - 1), alone])
    if ORDER[own] > ORDER[freq]:
        if not holds_for_year(sheet, name, measure):
            raise TypeError(f"{name} is coarser than {freq}")
        return cell(sheet, who, name, measure, sheet.around(freq, t, own))
    parts = sheet.within(freq, t, steps_at(sheet, name, own))
    if adds_up:
        return total([native(sheet, who, name, "period", own, u) for u in parts])
    return native(sheet, who, name, measure, own, parts[-1])
