"""Functions that look back: lag, differences, growth, windows, runs, the last known value."""

from __future__ import annotations

import ast
import math
import re
import statistics
from typing import TYPE_CHECKING

from . import dates, remembered, words
from .figures import frequency, holds_for_year, native, steps_at, total
from .outcome import Bounds, Day, Span, Unknown, Value, because, compare, equal, join, known
from .sheet import ORDER, Steps

if TYPE_CHECKING:
    from .reader import Env, Reader


SAID = {"masked", "not_applicable", "below_unit"}
"""What a table says of a rate by a sign; a blank says nothing."""


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((item.value for item in node.keywords if item.arg == name), None)


def _constant(node: ast.expr | None, default: object) -> object:
    if node is None:
        return default
    return ast.literal_eval(node)


def _argument(node: ast.Call, position: int, name: str, default: object) -> object:
    if len(node.args) > position:
        return _constant(node.args[position], default)
    return _constant(_keyword(node, name), default)


def months_of(duration: str) -> int:
    """Months of `1y` or `6m`."""
    match = re.fullmatch(r"(\d+)([ym])", duration)
    assert match is not None, duration
    return int(match.group(1)) * (12 if match.group(2) == "y" else 1)


def earlier(reader: Reader, t: int, steps: Steps, step: object) -> int | None:
    """The period `step` before: a number counts own periods, a duration goes by the calendar (None: no period)."""
    if isinstance(step, int):
        return steps.back(t, step)
    assert isinstance(step, str)
    if steps.freq == "round":
        then = words.literal(reader, step, Day(0), ast.Constant(step))
        assert isinstance(then, Span)
        day = dates.moved(Day(reader.sheet.rounds[t]), Span(-then.months, -then.days)).number
        before = [u for u, one in enumerate(reader.sheet.rounds) if one <= day]
        return before[-1] if before else -1
    per_month = {"M": 1, "Q": 3, "A": 12}[steps.freq]
    whole, rest = divmod(months_of(step), per_month)
    assert rest == 0, f"{step} is no whole number of periods"
    return t - whole if steps.holds(t - whole) else None


def is_cumulated(reader: Reader, node: ast.expr) -> bool:
    """Whether a figure counts from 0 in each year; an earlier one does too."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "lag":
        return is_cumulated(reader, node.args[0])
    leaf = reader.leaf(node)
    if leaf is None or not leaf.measure:
        return False
    return leaf.measure == "ytd" or (leaf.measure == "period" and reader.sheet.indicators[leaf.name].kind == "ytd")


def at_lag(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env, step: object) -> Value:
    """A node `step` earlier; where the year began in between, a cumulated level was 0."""
    then = earlier(reader, t, steps, step)
    if then is None:
        return because("not_applicable")
    cumulated = is_cumulated(reader, node)
    year = reader.sheet.year_of
    this = year(steps.freq, t)
    if steps.freq == "round":
        counted = isinstance(step, int) and then >= 0  # nobody knows when the round before the first was
    else:
        counted = isinstance(step, int) and step < len(reader.sheet.of_year(steps, this))
    if cumulated and counted and year(steps.freq, then) < this:
        return 0.0
    return reader.read(node, then, steps, env)


def lag(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """`lag(x, n)` counts own periods, `lag(x, '1y')` goes by the calendar."""
    return at_lag(reader, node.args[0], t, steps, env, _argument(node, 1, "n", 1))


def _double(reader: Reader, node: ast.expr, t: int, steps: Steps, step: object) -> bool:
    """Whether exactly one of the two periods is a February that stands for January too, of a flow."""
    then = earlier(reader, t, steps, step)
    crossing = then is not None and (t % 12 == 1) != (then % 12 == 1)
    return steps.double and crossing and reader.is_flow(node)


def diff(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """x less x before; of a flow across the double month: unknown."""
    step = _argument(node, 1, "n", 1)
    now, before = reader.read(node.args[0], t, steps, env), at_lag(reader, node.args[0], t, steps, env, step)
    if not known(now) or not known(before):
        return join([now, before])
    return because("not_applicable") if _double(reader, node.args[0], t, steps, step) else now - before


def base_of(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env, step: object) -> Value:
    """The base of a growth rate: known and > 0, else why not."""
    then = earlier(reader, t, steps, step)
    if then is not None and then < reader.sheet.first[steps.freq]:
        return because("before_start")
    base = at_lag(reader, node, t, steps, env, step)
    if isinstance(base, Unknown):
        cut_off = base.causes == {"scope_break"}  # by a series break: what cannot be compared was there all the same
        return base if cut_off else because("no_base")
    return because("nonpositive_base") if base <= 0 else base


def rate(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env, step: object) -> Value:
    """`x / base - 1`."""
    now, base = reader.read(node, t, steps, env), base_of(reader, node, t, steps, env, step)
    return now / base - 1 if known(now) and known(base) else join([now, base])


def pct_change(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Growth on n own periods before; into or out of the double month: unknown."""
    step = _argument(node, 1, "n", 1)
    value = rate(reader, node.args[0], t, steps, env, step)
    if known(value) and _double(reader, node.args[0], t, steps, step):
        return because("not_applicable")
    return value


def published_rate(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env) -> Value | None:
    """The published growth of an indicator; None where no rate is published of what this is."""
    leaf = reader.leaf(node)
    if leaf is None or leaf.measure != "period":
        return None
    freq = reader.sheet.series.get((leaf.type, leaf.name, "growth"))
    who = reader.who(leaf, env, t, steps)
    return None if freq != reader.freq or who is None else native(reader.sheet, who, leaf.name, "growth", freq, t)


def yoy(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The published growth where there is one, else from levels; last year by the calendar."""
    years, using = _constant(_keyword(node, "years"), 1), _constant(_keyword(node, "using"), None)
    if years != 1 or using is not None:
        assert isinstance(years, int)
        return remembered.yoy_years(reader, node, t, steps, env, years, using)
    given = published_rate(reader, node.args[0], t, steps, env)
    otherwise = rate(reader, node.args[0], t, steps, env, "1y")
    if given is None or known(otherwise) or not isinstance(given, Unknown) or not SAID & given.causes:
        return given if given is not None and known(given) else otherwise
    return join([given, otherwise])


def window(reader: Reader, t: int, steps: Steps, n: object) -> list[int]:
    """The periods of a window that ends at t and includes it, newest first."""
    if isinstance(n, int):
        return [steps.back(t, k) for k in range(n)]
    assert isinstance(n, str)
    months = months_of(n) // {"M": 1, "Q": 3, "A": 12}[steps.freq]
    return [u for u in range(t, t - months, -1) if steps.holds(u)]


def slope(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Least squares through the last n values, per own period."""
    n = len(window(reader, t, steps, _argument(node, 1, "n", None)))
    ys = [at_lag(reader, node.args[0], t, steps, env, k) for k in range(n - 1, -1, -1)]
    if not all(map(known, ys)):
        return join(ys)
    return statistics.linear_regression(range(n), ys).slope


def rolling(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """A window needs all values, or `min_periods` of them; `where` picks periods, none known: unknown."""
    assert isinstance(node.func, ast.Name)
    where, least = _keyword(node, "where"), _constant(_keyword(node, "min_periods"), None)
    periods = window(reader, t, steps, _argument(node, 1, "n", None))
    if where is not None:
        periods = [u for u in periods if reader.read(where, u, steps, env) is True]
    values = [reader.read(node.args[0], u, steps, env) for u in periods]
    have = [value for value in values if known(value)]
    if least is None:
        least = 1 if where is not None else len(periods)
    if len(have) < max(1, int(least)):
        return join(values)
    return summary(node.func.id.removeprefix("rolling_"), have)


def summary(how: str, have: list[float]) -> Value:
    """One number for a window; equal values deviate by exactly 0."""
    if how == "std":
        if len(have) < 2:
            return because("not_applicable")
        return 0.0 if equal(min(have), max(have)) else statistics.stdev(have)
    if how == "sum":
        return math.fsum(have)
    over = {"mean": statistics.fmean, "median": statistics.median, "min": min, "max": max}
    return float(over[how](have))


def streak(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """How many periods in a row, up to t: known at least, possible at most."""
    bridge = int(str(_argument(node, 1, "bridge", reader.bridge)))
    first = reader.sheet.first[steps.freq]
    truths: list[Value] = []
    u = t
    while u >= first:
        truths.append(reader.read(node.args[0], u, steps, env))
        u = steps.back(u, 1)
    return run(truths, bridge)


def run(truths: list[Value], bridge: int) -> Bounds:
    """A run along truths, newest first; an unknown between two known ones is looked through, `bridge` of them."""
    high = next((k for k, truth in enumerate(truths) if truth is False), math.inf)
    low, k = 0, 0
    while k < len(truths):
        if truths[k] is True:
            low, k = low + 1, k + 1
            continue
        gap = 0
        while k + gap < len(truths) and not known(truths[k + gap]):
            gap += 1
        bridged = k > 0 and 0 < gap <= bridge and k + gap < len(truths)
        if not bridged:
            break
        k += gap
    return Bounds(low, high)


def times(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """How many of the last n periods: known true, and true or unknown."""
    truths = [reader.read(node.args[0], u, steps, env) for u in window(reader, t, steps, _argument(node, 1, "n", None))]
    yes = sum(truth is True for truth in truths)
    return Bounds(yes, yes + sum(not known(truth) for truth in truths))


def since(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Own periods since the condition was last true: 0 where it is true at t."""
    first = reader.sheet.first[steps.freq]
    low: float | None = None
    u, k = t, 0
    while u >= first:
        truth = reader.read(node.args[0], u, steps, env)
        if truth is not False and low is None:
            low = k
        if truth is True:
            return Bounds(k if low is None else low, k)
        u, k = steps.back(u, 1), k + 1
    return Bounds(k if low is None else low, math.inf)


def last(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The latest known value, at most `within` own periods old; how a coarser figure enters a finer rule."""
    arg, within = node.args[0], _constant(_keyword(node, "within"), None)
    leaf = reader.leaf(arg)
    inner, u = reader, t
    steps = reader.steps(arg) or steps
    if not steps.holds(t):
        u = steps.back(t, 1)
    if leaf is not None and leaf.measure and not holds_for_year(reader.sheet, leaf.name, leaf.measure):
        freq = frequency(reader.sheet, leaf.type, leaf.name, leaf.measure)
        if ORDER[freq] > ORDER[steps.freq] or "round" in {freq} - {steps.freq}:
            inner = reader.at_frequency(freq)
            sheet, end = reader.sheet, reader.sheet.last_day(steps.freq, t)
            over = [v for v in range(sheet.first[freq], sheet.last[freq] + 1) if sheet.last_day(freq, v) <= end]
            steps = steps_at(reader.sheet, leaf.name, freq)
            over = [v for v in over if steps.holds(v)]
            u = over[-1] if over else sheet.first[freq] - 1
    tried: list[Value] = []
    age = 0
    while u >= reader.sheet.first[steps.freq] and (within is None or age <= int(within)):
        value = inner.read(arg, u, steps, env)
        if known(value):
            return value
        tried.append(value)
        u, age = steps.back(u, 1), age + 1
    return join(tried[:1]) if tried else because("before_start")


def first(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The earliest known value up to t."""
    u, found = t, []
    while u >= reader.sheet.first[steps.freq]:
        found.append(reader.read(node.args[0], u, steps, env))
        u = steps.back(u, 1)
    return next((value for value in reversed(found) if known(value)), join(found))


def full_year(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The total (stock: the end value) of the fiscal year `ago` years back, or of several."""
    ago, years = int(_argument(node, 1, "ago", 1)), int(_argument(node, 2, "years", 1))
    leaf = reader.leaf(node.args[0])
    assert leaf is not None
    who = reader.who(leaf, env, t, steps)
    if who is None:
        return because("not_reported")
    sheet = reader.sheet
    freq = frequency(sheet, leaf.type, leaf.name, leaf.measure)
    own = steps_at(sheet, leaf.name, freq)
    newest = sheet.year_of(steps.freq, t) - ago
    size = words.size(reader, leaf.name)
    if sheet.indicators[leaf.name].kind == "flow" and leaf.measure == "period":
        wanted = [u for year in range(newest - years + 1, newest + 1) for u in sheet.of_year(own, year)]
        return scaled(total([native(sheet, who, leaf.name, "period", freq, u) for u in wanted]), size)
    ends = [sheet.of_year(own, year)[-1] for year in range(newest - years + 1, newest + 1)]
    values = [native(sheet, who, leaf.name, leaf.measure, freq, u) for u in ends]
    adds_up = sheet.indicators[leaf.name].kind == "ytd" or leaf.measure == "ytd"
    return scaled(total(values) if adds_up else values[-1], size)


def scaled(value: Value, size: float) -> Value:
    """A figure in the reader's unit."""
    return value * size if known(value) else value


def deaccumulate(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The single periods of a cumulative figure: less the one before it, which is 0 before the year's first.

    A flow whose cumulative figure falls was revised: no negative month comes out of it.
    """
    arg = node.args[0]
    now = reader.read(arg, t, steps, env)
    first = t == reader.sheet.of_year(steps, reader.sheet.year_of(steps.freq, t))[0]
    before = 0.0 if first else reader.read(arg, steps.back(t, 1), steps, env)
    if not known(now) or not known(before):
        return join([now, before])
    while isinstance(arg, ast.Call) and isinstance(arg.func, ast.Name) and arg.func.id == "lag":
        arg = arg.args[0]
    leaf = reader.leaf(arg)
    flow = leaf is not None and leaf.measure and reader.sheet.indicators[leaf.name].kind == "flow"
    return because("not_applicable") if flow and compare("<", now, before) else now - before


FUNCTIONS = {
    "lag": lag,
    "diff": diff,
    "pct_change": pct_change,
    "yoy": yoy,
    "slope": slope,
    "streak": streak,
    "times": times,
    "since": since,
    "last": last,
    "first": first,
    "full_year": full_year,
    "deaccumulate": deaccumulate,
    **{f"rolling_{how}": rolling for how in ("sum", "mean", "median", "min", "max", "std")},
}

__all__ = ["FUNCTIONS", "Unknown", "compare", "run"]
