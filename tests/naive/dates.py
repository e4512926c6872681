"""The calendar inside an expression: dates, shares of the year, progress towards a target."""

from __future__ import annotations

import ast
import calendar
import datetime as dt
from typing import TYPE_CHECKING

from . import remembered, words
from .outcome import Day, Span, Unknown, Value, all_of, because, join, known
from .sheet import Steps, day_month, month_start

if TYPE_CHECKING:
    from .reader import Env, Reader

EPOCH = dt.date(1970, 1, 1)


def moved(day: Day, span: Span) -> Day:
    """A date plus a duration; a month that is too short gives its last day."""
    date = EPOCH + dt.timedelta(days=day.number)
    month = date.year * 12 + date.month - 1 + span.months
    year, number = divmod(month, 12)
    last = calendar.monthrange(year, number + 1)[1]
    shifted = dt.date(year, number + 1, min(date.day, last)) + dt.timedelta(days=span.days)
    return Day((shifted - EPOCH).days)


def last_day(reader: Reader, t: int, steps: Steps) -> int:
    """Last day of a period."""
    return reader.sheet.last_day(steps.freq, t)


def _date(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    return reader.read(node.args[0], t, steps, env)


def days_since(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Days from the date to the last day of the data period."""
    day = _date(reader, node, t, steps, env)
    return last_day(reader, t, steps) - day.number if isinstance(day, Day) else day


def days_until(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Days from the last day of the data period to the date."""
    day = _date(reader, node, t, steps, env)
    return day.number - last_day(reader, t, steps) if isinstance(day, Day) else day


def months_since(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Whole months from the date to the last day of the data period: the most that, added, do not lead beyond it."""
    day = _date(reader, node, t, steps, env)
    if not isinstance(day, Day):
        return day
    end = last_day(reader, t, steps)
    whole = day_month(end) - day_month(day.number)
    return whole - (moved(day, Span(whole, 0)).number > end)


def happened(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Known and not ahead; a blank in a delivered row is not yet."""
    day = _date(reader, node, t, steps, env)
    past: Value = day
    if isinstance(day, Day):
        past = day.number <= last_day(reader, t, steps)
    elif isinstance(day, Unknown) and words.first_reason(day) == "blank":
        past = False
    if len(node.keywords) == 0:
        return past
    limit = reader.read(node.keywords[0].value, t, steps, env)
    both = isinstance(day, Day) and isinstance(limit, Day)
    in_time: Value = day.number <= limit.number if both else join([day, limit])
    return all_of([past, in_time])


def month(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Month of a date, or the one in which this period ends."""
    if not node.args:
        return reader.sheet.last_month(steps.freq, t) % 12 + 1
    day = _date(reader, node, t, steps, env)
    return day_month(day.number) % 12 + 1 if isinstance(day, Day) else day


def year(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Year of a date, or the one in which this period ends."""
    if not node.args:
        return reader.sheet.last_month(steps.freq, t) // 12
    day = _date(reader, node, t, steps, env)
    return day_month(day.number) // 12 if isinstance(day, Day) else day


def days_of(reader: Reader, t: int, steps: Steps) -> int:
    """Days of a period; a February that stands for January too has both, a round is one."""
    if steps.freq == "round":
        return 1
    first = reader.sheet.first_month(steps.freq, t) - (steps.double and t % 12 == 1)
    return month_start(reader.sheet.last_month(steps.freq, t) + 1) - month_start(first)


def days_in_period(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Days of this period."""
    return days_of(reader, t, steps)


def elapsed(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Share of the fiscal year (or quarter) gone by the end of the period, by months; `since` a start in it."""
    options = {item.arg: item.value for item in node.keywords}
    if node.args:
        return remembered.elapsed_of(reader, node.args[0], t, steps, env)
    per = options.get("per")
    if isinstance(per, ast.Constant) and per.value == "Q":
        return (reader.sheet.last_month(steps.freq, t) % 3 + 1) / 3
    gone = reader.sheet.months_gone(steps.freq, t)
    if "since" not in options:
        return gone / 12
    day = reader.read(options["since"], t, steps, env)
    if not isinstance(day, Day):
        return day
    start = reader.sheet.first_month("A", reader.sheet.year_of(steps.freq, t))
    before = max(0, day_month(day.number) - start)
    return max(0, gone - before) / (12 - before) if before < 12 else 0.0


def progress(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The year's amount so far over the year's target."""
    amount = so_far(reader, node.args[0], t, steps, env)
    target_node = node.args[1] if len(node.args) > 1 else ast.Attribute(node.args[0], "target", ast.Load())
    target = reader.read(target_node, t, steps, env)
    if not known(amount) or not known(target):
        return join([amount, target])
    return because("not_applicable") if target == 0 else amount / target


def so_far(reader: Reader, node: ast.expr, t: int, steps: Steps, env: Env) -> Value:
    """A flow's cumulative figure of the year; anything else as it stands."""
    leaf = reader.leaf(node)
    assert leaf is not None
    if leaf.measure == "period" and reader.sheet.indicators[leaf.name].kind == "flow":
        return reader.read(ast.Attribute(node, "ytd", ast.Load()), t, steps, env)
    return reader.read(node, t, steps, env)


def projected(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """The year's total if the year goes on as it has gone."""
    if any(ast.literal_eval(item.value) == "recent" for item in node.keywords):
        return remembered.recent(reader, node.args[0], t, steps, env)
    amount = so_far(reader, node.args[0], t, steps, env)
    return amount * 12 / reader.sheet.months_gone(steps.freq, t) if known(amount) else amount


def periods_left(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Own periods of the fiscal year still to come."""
    return sum(u > t for u in reader.sheet.of_year(steps, reader.sheet.year_of(steps.freq, t)))


FUNCTIONS = {
    "days_since": days_since,
    "days_until": days_until,
    "months_since": months_since,
    "happened": happened,
    "month": month,
    "year": year,
    "days_in_period": days_in_period,
    "elapsed": elapsed,
    "progress": progress,
    "projected": projected,
    "periods_left": periods_left,
}
