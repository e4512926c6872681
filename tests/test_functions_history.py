"""Functions that remember, compare years or look at vintages, against loops written without arrays."""

from __future__ import annotations

import calendar as days
import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ewarn
from ewarn.calendar import common_calendar
from ewarn.errors import RuleError
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.reading import meeting
from ewarn.expressions.scope import Lacking, Scope
from ewarn.panel import Attribute, EntityType, Indicator, Panel, Parents, Reason, Series, Source, Table
from ewarn.source import Text

Row = Sequence[float | None]
START = 2019 * 12
numbers = st.sampled_from([None, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0, -1.0, 2.5])
positive = st.sampled_from([None, 1.0, 2.0, 3.0, 5.0, 8.0, 2.5])
EPOCH = dt.date(1970, 1, 1)


def column(row: Row) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in row])


def panel(
    rows: dict[str, Sequence[Row]],
    *,
    kind: str = "flow",
    january: str = "separate",
    fiscal: int = 1,
    start: int = START,
    attributes: dict[str, Attribute] | None = None,
    previous: dict[str, Sequence[Row]] | None = None,
    named: dict[str, tuple[tuple[int, int], ...]] | None = None,
) -> Panel:
    """Firms of one county; `rows` by `name` or `name.measure`, one row for each firm, by month."""
    width = max(map(len, rows.values()))
    length = max(len(row) for some in rows.values() for row in some)
    months = common_calendar("M", start, start + length - 1, fiscal_year_start=fiscal)
    ids = tuple(f"f{index}" for index in range(width))
    long_ago = np.full(width, np.iinfo(np.int64).min)
    firm = EntityType(
        "firm", ids, ids, long_ago, attributes or {}, {"county": Parents("county", np.zeros(width, np.int32))}
    )
    county = EntityType("county", ("c",), ("c",), long_ago[:1])
    series, indicators = {}, {}
    for key, some in rows.items():
        name, _, measure = key.partition(".")
        measure = measure or "period"
        values = np.stack([column(row) for row in some], axis=1)
        before = np.stack([column(row) for row in previous[key]], axis=1) if previous and key in previous else None
        series["firm", name, measure] = Series(name, measure, "M", None, values, previous=before)
        indicators[name] = Indicator(name, kind, january=january)
    return Panel("p", "M", {"M": months}, {"firm": firm, "county": county}, indicators, series, fiscal,
                 calendars_named=named or {})  # fmt: skip


def values(data: Panel, expression: str, home: str = "firm", bridge: int = 0) -> list[list[float | bool | None]]:
    """By entity and period; None where unknown."""
    evaluation = Evaluation(data)
    text = Text.plain(expression)
    survey = Build(evaluation, evaluation.graph("M"), Scope(home), surveying=True)
    survey.rooted(text)
    graph = evaluation.graph(*meeting(data, survey.reads))
    node = Build(evaluation, graph, Scope(home, bridge=bridge)).rooted(text)
    array = np.broadcast_to(np.asarray(evaluation.whole(node)), (len(graph.calendar), evaluation.width(home)))
    if node.type.base == "condition":
        return [[{1: True, -1: False, 0: None}[int(one)] for one in row] for row in array.T]
    return [[None if one != one else float(one) for one in row] for row in array.T]


def same(got: Sequence[float | bool | None], want: Sequence[float | bool | None]) -> None:
    assert [one is None for one in got] == [one is None for one in want], (got, want)
    for a, b in zip(got, want, strict=True):
        assert a is None or (b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)), (got, want)


def refusal(data: Panel, expression: str, home: str = "firm") -> str:
    with pytest.raises(RuleError) as caught:
        values(data, expression, home)
    (problem,) = caught.value.diagnostics
    return f"{problem.code}: {problem.message}; {problem.label}"


@given(st.lists(numbers, min_size=1, max_size=12), st.integers(0, 2))
def test_first_and_at_start(row: list[float | None], bridge: int) -> None:
    first: list[float | None] = []
    starts: list[float | None] = []
    for t in range(len(row)):
        known = [value for value in row[: t + 1] if value is not None]
        first.append(known[0] if known else None)
        begun, at = None, t
        while at >= 0 and row[t] is not None and row[t] < 2.5:
            if row[at] is None:
                gap = 0
                while at - gap >= 0 and row[at - gap] is None:
                    gap += 1
                if gap > bridge or at - gap < 0:
                    break
                at -= gap
            elif row[at] < 2.5:
                begun, at = at, at - 1
            else:
                break
        whole = begun is not None and begun > 0 and row[begun - 1] is not None
        starts.append(row[begun] if whole and begun is not None else None)
    data = panel({"x": [row]})
    same(values(data, "first(x)")[0], first)
    same(values(data, "at_start(x < 2.5, x)", bridge=bridge)[0], starts)


def ytd(row: Row, t: int, fiscal: int, start: int = START) -> float | None:
    begin = t - (start + t - (fiscal - 1)) % 12
    part = row[begin : t + 1] if begin >= 0 else [None]
    return None if None in part else math.fsum(value for value in part if value is not None)


@settings(max_examples=40)
@given(st.lists(positive, min_size=10, max_size=50), st.sampled_from([1, 4]), st.integers(0, 11))
def test_elapsed_by_own_seasons_and_the_recent_pace(row: list[float | None], fiscal: int, shift: int) -> None:
    start = START + shift
    shares: list[float | None] = []
    paced: list[float | None] = []
    for t in range(len(row)):
        gone = (start + t - (fiscal - 1)) % 12 + 1
        found = []
        for ago in (1, 2, 3):
            then, end = t - 12 * ago, t - 12 * ago + 12 - gone
            so_far = ytd(row, then, fiscal, start) if then >= 0 else None
            total = ytd(row, end, fiscal, start) if end >= 0 else None
            found.append(None if so_far is None or total is None else so_far / total)
        known = [share for share in found if share is not None]
        shares.append(sum(known) / 3 if len(known) == 3 else gone / 12)
        done, last = ytd(row, t, fiscal, start), row[max(0, t - 2) : t + 1] if t >= 2 else [None]
        if done is None or (gone < 12 and None in last):
            paced.append(None)
        else:
            paced.append(done + (math.fsum(v for v in last if v) / 3 * (12 - gone) if gone < 12 else 0))
    data = panel({"x": [row]}, fiscal=fiscal, start=start)
    same(values(data, "elapsed(x)")[0], shares)
    same(values(data, 'projected(x, pace="recent")')[0], paced)


def test_the_recent_pace_counts_a_double_february_as_two_months() -> None:
    data = panel({"x": [[3.0, None, 4.0, 3.0]]}, january="none", start=2019 * 12 + 11)
    assert values(data, 'projected(x, pace="recent")') == [[None, None, 7.0 + 10 / 4 * 9]]
    cumulative = panel({"x": [[2.0, 4.0, 6.0, 9.0]]}, kind="ytd")
    same(values(cumulative, 'projected(x, pace="recent")')[0], [None, None, 24.0, 9 + 7 / 3 * 8])


@given(st.lists(numbers, min_size=20, max_size=40), st.lists(numbers, min_size=40, max_size=40))
def test_yoy_over_years(row: list[float | None], published: list[float | None]) -> None:
    rates = [None if one is None else one / 10 for one in published[: len(row)]]

    def level(t: int, years: int) -> float | None:
        now, base = row[t], row[t - 12 * years] if t >= 12 * years else None
        if now is None or base is None or base <= 0 or (years > 1 and now < 0):
            return None
        return (now / base) ** (1 / years) - 1

    def best(t: int) -> float | None:
        return rates[t] if t >= 0 and rates[t] is not None else level(t, 1) if t >= 0 else None

    def chained(now: float | None, before: float | None) -> float | None:
        if now is None or before is None or (1 + now) * (1 + before) < 0:
            return None
        return ((1 + now) * (1 + before)) ** 0.5 - 1

    data = panel({"x": [row], "x.growth": [rates]})
    months = range(len(row))
    same(values(data, "yoy(x)")[0], [best(t) for t in months])
    same(values(data, 'yoy(x, using="published")')[0], rates)
    same(values(data, 'yoy(x, using="levels")')[0], [level(t, 1) for t in months])
    same(values(data, 'yoy(x, years=2, using="levels")')[0], [level(t, 2) for t in months])
    both = [chained(rates[t], rates[t - 12] if t >= 12 else None) for t in months]
    same(values(data, 'yoy(x, years=2, using="published")')[0], both)
    mixed = [chained(best(t), best(t - 12)) for t in months]
    same(values(data, "yoy(x, years=2)")[0], [m if m is not None else level(t, 2) for t, m in enumerate(mixed)])


def test_tv4_two_year_average_growth_of_the_statistics_office() -> None:
    """TV4: +33.8 % after -20.5 % is 3.14 % a year from the rounded rates (3.2 % was published)."""
    rates = [-0.205] + [None] * 11 + [0.338]
    data = panel({"x": [[None] * 13], "x.growth": [rates]})
    assert values(data, "yoy(x, years=2)")[0][-1] == pytest.approx(0.0314, abs=5e-5)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=7), st.integers(1, 4))
def test_share_of_top(pairs: list[tuple[float | None, float | None]], n: int) -> None:
    x, by = [[pair[0]] for pair in pairs], [[pair[1]] for pair in pairs]
    data = panel({"x": x, "y": by})
    for ranked, expression in ((False, f"share_of_top(firm.x, {n})"), (True, f"share_of_top(firm.x, {n}, by=firm.y)")):
        known = [(b if ranked else a, a) for a, b in pairs if a is not None and (b is not None or not ranked)]
        first = sorted(known, key=lambda pair: (-(pair[0] or 0), -pair[1]))[:n]
        total = math.fsum(a for _, a in known)
        enough = len(known) >= 0.5 * len(pairs) and known and total != 0
        same(values(data, expression, "county")[0], [math.fsum(a for _, a in first) / total if enough else None])
    assert values(data, f"share_of_top(x, {n}, within=county)") == values(
        data, f"share_of_top(firm.x, {n})", "county"
    ) * len(pairs)


dates = st.one_of(st.none(), st.dates(dt.date(2018, 11, 1), dt.date(2020, 3, 1)))


@given(st.lists(st.tuples(dates, st.sampled_from(["row", "none", "masked"]), dates), min_size=1, max_size=5))
def test_happened(drawn: list[tuple[dt.date | None, str, dt.date | None]]) -> None:
    count = len(drawn)

    def dated(name: str, given: Sequence[dt.date | None], listed: list[bool], masked: list[bool]) -> Attribute:
        numbers = column([None if day is None else (day - EPOCH).days for day in given])
        source = Source(Table("f.csv"), name, np.array([listed], dtype=np.int32) * 7)
        return Attribute(
            name, "date", numbers, sources=(source,), reasons=np.array(masked, np.int8) * np.int8(Reason.MASKED)
        )

    started = dated(
        "started",
        [a for a, _, _ in drawn],
        [how != "none" for _, how, _ in drawn],
        [how == "masked" for _, how, _ in drawn],
    )
    planned = dated("planned", [b for _, _, b in drawn], [True] * count, [False] * count)
    data = panel({"x": [[1.0] * 14] * count}, attributes={"started": started, "planned": planned})
    plain, timely = values(data, "happened(started)"), values(data, 'happened(started, by=planned + "1m")')
    for index, (day, how, plan) in enumerate(drawn):
        for t in range(14):
            end = dt.date(2019 + t // 12, t % 12 + 1, days.monthrange(2019 + t // 12, t % 12 + 1)[1])
            want = day <= end if day is not None else False if how == "row" else None
            assert plain[index][t] is want
            if want is True and day is not None:
                want = day <= month_later(plan) if plan is not None else None
            elif want is None and plan is None:
                want = None
            assert timely[index][t] is want


def month_later(day: dt.date) -> dt.date:
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return dt.date(year, month, min(day.day, days.monthrange(year, month)[1]))


def test_happened_by_an_attribute_of_a_parent_and_without_source_cells() -> None:
    data = panel({"x": [[1.0, 1.0]]}, attributes={"opened": Attribute("opened", "date", column([None]))})
    assert values(data, "happened(opened)") == [[False, False]], "a panel made by hand holds what was delivered"


@given(st.integers(0, 24), st.integers(0, 60))
def test_elapsed_since_a_start(shift: int, ahead: int) -> None:
    begun = dt.date(2018 + (8 + ahead) // 12, (8 + ahead) % 12 + 1, 15)
    attribute = Attribute("begun", "date", column([(begun - EPOCH).days]))
    for fiscal in (1, 4):
        data = panel({"x": [[1.0] * 30]}, fiscal=fiscal, attributes={"begun": attribute})
        got = values(data, "elapsed(since=begun)")[0][shift]
        month = START + shift
        first = month - (month - (fiscal - 1)) % 12
        from_ = max(first, begun.year * 12 + begun.month - 1)
        left = first + 12 - from_
        same([got], [max(0, month + 1 - from_) / left if left > 0 else 0.0])


def test_during() -> None:
    long = panel({"x": [[1.0] * 24]}, start=1999 * 12)
    got = values(long, 'during("spring_festival")')[0]
    assert got[:12] == [None] * 12, "before the table"
    assert got[12:16] == [True, True, False, False]
    assert values(long, 'during("春节")')[0] == got
    named = {"flood": ((10957 + 40, 10957 + 45),)}
    flooded = panel({"x": [[1.0] * 3]}, start=2000 * 12, named=named)
    assert values(flooded, 'during("flood")') == [[False, True, False]]
    assert refusal(flooded, 'during("flod")') == "EW102: unknown calendar `flod`; there is: flood, spring_festival"


def test_march_is_touched_by_a_late_festival_only() -> None:
    """DOMAIN 2.3: where 20 days after the festival fall in March, March is affected."""
    for year, march in ((2022, False), (2024, True), (2026, True), (2025, False)):
        data = panel({"x": [[1.0] * 3]}, start=year * 12)
        assert values(data, 'during("spring_festival")')[0] == [year != 2024 and year != 2026, True, march], year


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6))
def test_revision(pairs: list[tuple[float | None, float | None]]) -> None:
    now, before = [a for a, _ in pairs], [b for _, b in pairs]
    data = panel({"x": [now]}, previous={"x": [before]})
    want = [None if a is None or b == 0 else 0.0 if b is None else a / b - 1 for a, b in pairs]
    same(values(data, "revision(x)")[0], want)


def test_what_revision_needs() -> None:
    with pytest.raises(Lacking, match="vintages of x"):
        values(panel({"x": [[1.0]]}), "revision(x)")
    data = panel({"x": [[1.0]]}, previous={"x": [[1.0]]})
    assert refusal(data, "revision(x + 1)") == "EW103: `revision` takes a published indicator; this is computed"


@pytest.mark.parametrize(
    ("expression", "home", "expected"),
    [
        ("yoy(x, years=0)", "firm", "EW103: `years` begins at 1; this is 0"),
        ('yoy(x, using="level")', "firm", "EW103: `level` does not fit; one of: published, levels"),
        ('yoy(x + 1, using="published")', "firm", 'EW103: `using="published"` takes an indicator; no rate is published of this'),  # noqa: E501
        ('elapsed(x, per="Q")', "firm", "EW103: `elapsed` takes one of x, `per=` and `since=`; more than one is given"),
        ("elapsed(x + 1)", "firm", "EW103: `elapsed` takes the name of an indicator; this is an expression"),
        ("elapsed(since=x)", "firm", "EW103: a date was expected; this is a number"),
        ("happened(x)", "firm", "EW103: a date was expected; this is a number"),
        ("first(streak(x > 1))", "firm", "EW103: a number was expected; this is a count of periods"),
        ("at_start(x, x)", "firm", "EW103: a condition was expected; this is a number"),
        ("during(x)", "firm", "EW103: `name` is a word in quotes; not a text"),
        ("share_of_top(firm.x, 0)", "county", "EW103: `n` is 1 or more; this is 0"),
        ("share_of_top(x, 3)", "county", "EW102: unknown indicator `x`; county has: nothing"),
        ('projected(x, pace="fast")', "firm", "EW103: `fast` does not fit; one of: linear, recent"),
    ],
)  # fmt: skip
def test_mistakes(expression: str, home: str, expected: str) -> None:
    data = panel({"x": [[1.0] * 3]})
    if expected.startswith("EW102: unknown indicator"):
        with pytest.raises(Lacking):
            values(data, expression, home)
        return
    assert refusal(data, expression, home) == expected


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 5), st.sampled_from(["", "1", "2", "4"])),
        min_size=1,
        max_size=10,
        unique_by=lambda row: (row[1], row[2]),
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_loader_keeps_the_vintage_before_the_newest(tmp_path: Path, rows: list[tuple[int, int, int, str]]) -> None:
    """Two tables (0, 1), months 0 to 2, published on day 0 to 5: the newest value holds, the one before is kept."""
    for table in (0, 1):
        lines = [f"a,2022-0{month + 1},{value},2022-06-0{day + 1}" for at, month, day, value in rows if at == table]
        text = "\n".join(["firm,month,x,published", *(lines or ["a,2022-01,,2022-01-01"])])
        (tmp_path / f"t{table}.csv").write_text(text, encoding="utf-8")
    entry = "{file: t%d.csv, entity: {type: firm, id: firm}, period: month, values: {x: x}, published: published}"
    tables = ", ".join(entry % at for at in (0, 1))
    (tmp_path / "drop.yaml").write_text(
        f"{{frequency: M, tables: [{tables}], indicators: {{x: {{kind: flow}}}}}}", encoding="utf-8"
    )
    if not any(value for *_, value in rows):
        return
    data = ewarn.load(tmp_path)
    series = data.series["firm", "x", "period"]
    assert series.previous is not None
    got = values(data, "revision(x)")[0]
    for month in range(len(got)):
        label = data.calendars["M"].labels[month]
        told = sorted((day, float(value)) for _, at, day, value in rows if value and f"2022-0{at + 1}" == label)
        want = None if not told else 0.0 if len(told) == 1 else told[-1][1] / told[-2][1] - 1
        same([got[month]], [want])
