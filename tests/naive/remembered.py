"""Functions that need more than one look: runs and their beginnings, seasons, paces, vintages, codes, calendars."""

from __future__ import annotations

import ast
import datetime as dt
import math
from typing import TYPE_CHECKING

from . import dates, over_time
from .outcome import Unknown, Value, because, join, known
from .sheet import Steps, month_start

if TYPE_CHECKING:
    from .reader import Env, Reader

FESTIVALS = {
    2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10),
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
}  # fmt: skip
"""First days of the Chinese year, of the years that panels here have (DOMAIN 2.3)."""


def at_start(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """x where the run of c that lasts until now began; unknown if c does not hold, or what came before is unknown."""
    condition, x = node.args
    u, begun, gap = t, None, 0
    while u >= reader.sheet.first[steps.freq]:
        truth = reader.read(condition, u, steps, env)
        if truth is True:
            begun, gap = u, 0
        elif truth is False:
            break
        else:
            gap += 1
            if begun is None or gap > reader.bridge:
                return because("not_applicable")
        u = steps.back(u, 1)
    if begun is None or gap or u < reader.sheet.first[steps.freq]:
        return because("not_applicable")
    return reader.read(x, begun, steps, env)


def during(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Whether the period has a day from 5 before to 20 after a Spring Festival, or of a calendar of the drop."""
    (name,) = node.args
    assert isinstance(name, ast.Constant)
    sheet, end = reader.sheet, reader.sheet.last_day(steps.freq, t)
    begin = end - dates.days_of(reader, t, steps) + 1
    spans = sheet.calendars.get(name.value)
    if spans is None:
        days = [(dt.date(year, *day) - dates.EPOCH).days for year, day in FESTIVALS.items()]
        spans = [(day - 5, day + 20) for day in days]
    return any(first <= day <= last for first, last in spans for day in range(begin, end + 1))


def revision(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The newest vintage over the one before, less 1; 0 where there is only one."""
    leaf = reader.leaf(node.args[0])
    assert leaf is not None
    who = reader.who(leaf, env, t, steps)
    now = reader.read(node.args[0], t, steps, env)
    if who is None or not known(now):
        return now
    about, months = reader.sheet.indicators[leaf.name], [t]
    if about.january == "merged" and about.kind == "flow" and leaf.measure == "period" and t % 12 == 1:
        months = [t - 1, t]
    cells = [(*who, leaf.name, leaf.measure, month) for month in months]
    if not any(cell in reader.sheet.previous for cell in cells):
        return 0.0
    before = sum(float(str(reader.sheet.previous.get(cell, reader.sheet.values.get(cell)))) for cell in cells)
    return because("nonpositive_base") if before == 0 else now / before - 1


def increment(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """A flow itself, the single periods of a cumulative figure, the difference of anything else."""
    leaf = reader.leaf(node.args[0])
    assert leaf is not None
    kind = reader.sheet.indicators[leaf.name].kind
    if kind == "flow":
        return reader.read(node.args[0], t, steps, env)
    return (over_time.deaccumulate if kind == "ytd" else over_time.diff)(reader, node, t, steps, env)


def valid_uscc(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The check character of GB 32100: the weighted sum of all 18 is a multiple of 31."""
    code = reader.read(node.args[0], t, steps, env)
    if not isinstance(code, str):
        return code
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(code) != 18 or not set(code) <= set(letters) or not code[2:8].isdigit():
        return False
    weights = [3**place % 31 for place in range(17)] + [1]
    return sum(weight * letters.index(letter) for weight, letter in zip(weights, code, strict=True)) % 31 == 0


def elapsed_of(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env) -> Value:
    """The mean share of its year that x had reached by now in the last three, where all are known; else linear."""
    linear = reader.sheet.months_gone(steps.freq, t) / 12
    shares: list[float] = []
    for ago in (1, 2, 3):
        then = over_time.earlier(reader, t, steps, f"{ago}y")
        done: Value = because("before_start")
        if then is not None and then >= reader.sheet.first[steps.freq]:
            done = dates.so_far(reader, node, then, steps, env)
        call = ast.Call(ast.Name("full_year"), [node, ast.Constant(ago)], [])
        whole = over_time.full_year(reader, call, t, steps, env)
        if known(done) and known(whole) and whole != 0:
            shares.append(done / whole)
    return math.fsum(shares) / 3 if len(shares) == 3 else linear


def recent(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env) -> Value:
    """So far, and for the months left the pace of the last three periods; the double month is two."""
    done = dates.so_far(reader, node, t, steps, env)
    left = 12 - reader.sheet.months_gone(steps.freq, t)
    if not known(done) or left == 0:
        return done
    leaf = reader.leaf(node)
    assert leaf is not None
    total, months = 0.0, 0
    for back in range(3):
        u = steps.back(t, back)
        single = node
        if u < reader.sheet.first[steps.freq]:
            return because("before_start")
        if reader.sheet.indicators[leaf.name].kind == "flow" and leaf.measure == "period":
            value = reader.read(single, u, steps, env)
        else:
            value = over_time.deaccumulate(reader, ast.Call(ast.Name("d"), [single], []), u, steps, env)
        if not known(value):
            return value
        total += value
        months += {"M": 1, "Q": 3, "A": 12}[steps.freq] + (steps.double and u % 12 == 1)
    return done + total / months * left


def yoy_years(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env, years: int, using: str | None) -> Value:
    """Growth of one year by `using`, or the geometric mean of several: of yearly rates, else from levels."""
    arg = node.args[0]

    def yearly(u: int) -> Value:
        if u < reader.sheet.first[steps.freq]:
            return because("before_start")
        levels = over_time.rate(reader, arg, u, steps, env, "1y")
        given = over_time.published_rate(reader, arg, u, steps, env)
        if using == "levels":
            return levels
        if using == "published":
            return because("not_reported") if given is None else given
        return levels if given is None or not known(given) else given

    if years == 1:
        return yearly(t)
    chain: list[Value] = []
    for ago in range(years):
        u = over_time.earlier(reader, t, steps, f"{ago}y") if ago else t
        chain.append(because("not_applicable") if u is None else yearly(u))
    found: Value = join(chain)
    if using != "levels" and all(map(known, chain)):
        product = math.prod(1 + rate for rate in chain)
        found = product ** (1 / years) - 1 if product >= 0 else because("nonpositive_base")
    if using == "published" or (using is None and known(found)):
        return found
    whole = over_time.rate(reader, arg, t, steps, env, f"{years}y")
    if not known(whole):
        return whole
    return (1 + whole) ** (1 / years) - 1 if 1 + whole >= 0 else because("nonpositive_base")


FUNCTIONS = {
    "at_start": at_start,
    "during": during,
    "revision": revision,
    "increment": increment,
    "valid_uscc": valid_uscc,
}

__all__ = ["FUNCTIONS", "Unknown", "elapsed_of", "month_start", "recent", "yoy_years"]
