"""The named conditions as their pages describe them: one entity and one period at a time, from figures one by one."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import dates, words
from .groups import places
from .outcome import Day, Span, Unknown, Value, all_of, any_of, because, compare, equal, join, known, negate
from .reader import Env, Reader
from .sheet import Steps

Settings = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """An entity at a period."""

    reader: Reader
    t: int
    steps: Steps
    env: Env

    def back(self, n: int) -> Spot:
        """The same, `n` own periods before."""
        return Spot(self.reader, self.steps.back(self.t, n), self.steps, self.env)

    @property
    def begun(self) -> bool:
        """Whether the panel has such a period."""
        return self.t >= self.reader.sheet.first[self.steps.freq]

    def read(self, text: str) -> Value:
        """A figure."""
        return self.reader.read(self.reader.parse(text), self.t, self.steps, self.env)


def is_(sign: str, a: Value, b: Value) -> Value:
    """A comparison of two numbers, unknown if one is."""
    return compare(sign, float(a), float(b)) if known(a) and known(b) else join([a, b])  # type: ignore[arg-type]  # known


def lasted(spot: Spot, n: int, holds: Callable[[Spot], Value]) -> Value:
    """For `n` periods running, the judged one included."""
    spots = [spot.back(k) for k in range(n)]
    return all_of([holds(one) if one.begun else because("before_start") for one in spots])


def change(spot: Spot, x: str, against: str, growth: bool) -> Value:
    """The difference to the period before, or a rate; on the year before always a rate."""
    return spot.read(f"yoy({x})" if against == "year" else f"pct_change({x}, 1)" if growth else f"diff({x}, 1)")


def consecutive_decline(spot: Spot, own: Settings) -> Value:
    return lasted(spot, own["periods"], lambda at: is_("<", change(at, own["indicator"], own["against"], False), 0.0))


def sharp_drop(spot: Spot, own: Settings) -> Value:
    fallen = is_("<=", change(spot, own["indicator"], own["against"], True), -own["drop"])
    if "min_base" not in own:
        return fallen
    base = spot.read(f"lag({own['indicator']}, {'1' if own['against'] == 'previous' else repr('1y')})")
    return all_of([fallen, is_(">=", base, own["min_base"])])


def turned_negative(spot: Spot, own: Settings) -> Value:
    figure = f"yoy({own['indicator']})" if own["of"] == "growth" else own["indicator"]
    now = spot.read(figure)
    before = lasted(spot.back(1), own["after"], lambda at: is_(">=", at.read(figure), 0.0))
    return all_of([is_("<", now, 0.0), is_("<=", now, -own["below"]), before])


def new_low(spot: Spot, own: Settings) -> Value:
    earlier = [one.read(own["indicator"]) if (one := spot.back(k)).begun else because("before_start")
               for k in range(1, own["periods"] + 1)]  # fmt: skip
    now = spot.read(own["indicator"])
    if not all(map(known, [now, *earlier])):
        return join([now, *earlier])
    low = own["side"] == "low"
    return is_("<" if low else ">", now, min(earlier) if low else max(earlier))  # type: ignore[type-var]  # numbers


def stalled(spot: Spot, own: Settings) -> Value:
    still = lasted(
        spot, own["periods"], lambda at: is_("<=", at.read(f"increment({own['indicator']})"), own["at_most"])
    )
    if "plan" not in own:
        return still
    reached = is_(">=", spot.read(f"progress({own['indicator']}, {own['plan']})"), 1.0)
    return all_of([still, negate(reached if known(reached) else False)])


def behind_schedule(spot: Spot, own: Settings) -> Value:
    done = spot.read(f"progress({own['indicator']}, {own['target']})")
    gone = spot.read("elapsed()" if own["pace"] == "linear" else f"elapsed({own['indicator']})")
    if "since" in own:
        gone = spot.read(f"elapsed(since={own['since']})")
    return is_("<=", done - gone, -own["by"]) if known(done) and known(gone) else join([done, gone])


def projected_shortfall(spot: Spot, own: Settings) -> Value:
    aim = spot.read(own["target"])
    aim = aim * own["below"] if known(aim) else aim
    return is_("<", spot.read(f"projected({own['indicator']}, pace='{own['pace']}')"), aim)


def unmet_quota(spot: Spot, own: Settings) -> Value:
    def short(at: Spot) -> Value:
        need, got = at.read(own["needed"]), at.read(own["granted"])
        if not known(need) or not known(got):
            return join([need, got])
        return all_of(
            [is_(">", need, got), because("x") if need == 0 else is_(">=", (need - got) / need, own["share"])]
        )

    return lasted(spot, own["periods"], short)


def moved(spot: Spot, text: str, span: str, sign: int) -> Value:
    day, length = spot.read(text), words.literal(spot.reader, span, Day(0), spot.reader.parse("0"))
    assert isinstance(length, Span)
    return dates.moved(day, Span(sign * length.months, sign * length.days)) if isinstance(day, Day) else day


def past(spot: Spot, day: Value) -> Value:
    """A blank in a delivered row is "not yet"."""
    if isinstance(day, Day):
        return day.number <= spot.reader.sheet.last_day(spot.steps.freq, spot.t)
    return False if isinstance(day, Unknown) and words.first_reason(day) == "blank" else day


def overdue(spot: Spot, own: Settings) -> Value:
    return all_of([past(spot, moved(spot, own["start"], own["after"], 1)), negate(past(spot, spot.read(own["done"])))])


def expiring(spot: Spot, own: Settings) -> Value:
    near = past(spot, moved(spot, own["date"], own["within"], -1))
    return near if own["lapsed"] else all_of([near, negate(past(spot, spot.read(own["date"])))])


def missing_reports(spot: Spot, own: Settings) -> Value:
    return lasted(spot, own["periods"], lambda at: not known(at.read(own["indicator"])))


def near_threshold(spot: Spot, own: Settings) -> Value:
    now, line = spot.read(own["indicator"]), own["threshold"]
    below = is_("<", now, line)
    if own["event"] == "lost":
        before = spot.back(1)
        return all_of([below, is_(">=", before.read(own["indicator"]) if before.begun else because("x"), line)])
    close = is_("<=", abs(now / line - 1), own["within"]) if known(now) else now
    return all_of([below if own["event"] == "approaching" else negate(below), close])


def outlier(now: Value, mean: float, deviation: float, own: Settings) -> Value:
    score = (now - mean) / deviation  # type: ignore[operator]  # a number
    far = {"low": is_("<=", score, -own["deviations"]), "high": is_(">=", score, own["deviations"])}
    return any_of(list(far.values())) if own["side"] == "both" else far[own["side"]]


def outlier_in_history(spot: Spot, own: Settings) -> Value:
    before = [spot.back(k) for k in range(1, own["periods"] + 1)]
    figures = [one.read(own["indicator"]) if one.begun else because("before_start") for one in before]
    now = spot.read(own["indicator"])
    if not all(map(known, [now, *figures])) or equal(min(figures), max(figures)):  # type: ignore[type-var]  # numbers
        return join([now, *figures])
    return outlier(now, statistics.fmean(figures), statistics.stdev(figures), own)  # type: ignore[arg-type]  # numbers


def outlier_among_peers(spot: Spot, own: Settings) -> Value:
    text = own["indicator"] if "within" not in own else f"{own['indicator']}, within={own['within']}"
    score = spot.read(f"zscore({text})")
    return outlier(score, 0.0, 1.0, own) if known(score) else score


def members(spot: Spot, text: str) -> list[Value]:
    node = spot.reader.parse(f"count({text} > 0)")
    assert hasattr(node, "args")
    around = places(spot.reader, node, spot.t, spot.steps, spot.env)  # type: ignore[arg-type]  # a call
    assert isinstance(around, list)
    return [spot.reader.read(spot.reader.parse(text), spot.t, spot.steps, one) for one in around]


def breadth_of_decline(spot: Spot, own: Settings) -> Value:
    x = own["members"]
    changes = members(spot, f"yoy({x})" if own["against"] == "year" else f"diff({x}, 1)")
    there = [one for one in changes if not (isinstance(one, Unknown) and one.only_want_of_base)]
    have = [one for one in there if known(one)]
    if not have or len(have) < 0.5 * len(there):
        return because("too_few_members")
    return is_(">=", sum(compare("<", float(one), 0.0) for one in have) / len(have), own["share"])  # type: ignore[arg-type]  # known


def concentration(spot: Spot, own: Settings) -> Value:
    found = members(spot, own["members"])
    have = sorted((float(one) for one in found if known(one)), reverse=True)  # type: ignore[arg-type]  # known
    if not have or len(have) < 0.5 * len(found) or sum(have) == 0:
        return because("too_few_members")
    return is_(">=", sum(have[: own["top"]]) / sum(have), own["share"])


CONDITIONS: dict[str, Callable[[Spot, Settings], Value]] = {
    one.__name__: one
    for one in (
        behind_schedule, breadth_of_decline, concentration, consecutive_decline, expiring, missing_reports,
        near_threshold, new_low, outlier_among_peers, outlier_in_history, overdue, projected_shortfall, sharp_drop,
        stalled, turned_negative, unmet_quota,
    )
}  # fmt: skip
