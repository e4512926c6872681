"""Series breaks: what lies before one is unknown to whatever looks back, and to nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import ewarn
from drop_files import mistakes, panel
from ewarn.panel import Panel
from naive.compare import agree
from naive.sheet import Sheet
from naive.worlds import Want, panel_of, sheets

FEW = settings(max_examples=8)
JANUARIES = ("separate", "none", "merged")
FIRMS = sheets(
    [Want("x"), Want("x", "growth"), Want("c"), Want("s"), Want("y", "ytd"), Want("r", type="park")],
    january=JANUARIES, months=(1, 30), entities=(1, 5), moving=True, broken=True,
)  # fmt: skip
OWN = [
    "diff(s)",
    "yoy(x)",
    "streak(yoy(x) < 0) >= 2",
    "streak(x > 2 or s > 1, bridge=1) >= 3",
    "times(x > 2, 3) >= 2",
    "since(diff(x) > 0) >= 1",
    "rolling_mean(x, 3)",
    "rolling_sum(s, 3, min_periods=1)",
    "rolling_max(x, 4, where=s > 1)",
    "last(s)",
    "full_year(x)",
    "x.ytd",
    "y",
    "lag(is_missing(yoy(x)), 1)",
    "streak(lag(s, 1) > 1) >= 2",
    "x > 2 if lag(x, 1) > 1 else streak(s > 1) >= 2",
    "rank(lag(s, 1))",
    "coalesce(lag(x, 1), s)",
]
OVER = [
    "sum(enterprise.x, min_known=0.2)",
    "lag(sum(enterprise.s, min_known=1), 1)",
    "breadth(diff(enterprise.s) < 0)",
    "breadth(yoy(enterprise.x) < 0)",
    "streak(breadth(enterprise.s > 2) > 0.5) >= 2",
    "rolling_mean(mean(enterprise.s), 2)",
]


@pytest.mark.parametrize("text", OWN)
def test_like_the_naive_reading(text: str) -> None:
    @FEW
    @given(FIRMS)
    def check(sheet: Sheet) -> None:
        agree(sheet, text)

    check()


def test_a_parent_like_the_naive_reading() -> None:
    @FEW
    @given(sheets([Want("x"), Want("r", type="park")], months=(1, 20), broken=True))
    def check(sheet: Sheet) -> None:
        agree(sheet, "x > 2 and streak(park.r > 1) >= 2")

    check()


def test_a_member_whose_base_a_break_cuts_off_stays_in_the_count(tmp_path: Path) -> None:
    table = "firm,month,x\n" + "".join(
        f"{firm},{year}-05,{x}\n" for firm in "abc" for year, x in ((2021, 5), (2022, 4))
    )
    yaml = """\
tables:
  - {file: firms.csv, entity: {type: firm, id: firm, parents: {county: {value: c}}}, period: month, values: {x: x}}
indicators: {x: {kind: flow}}
"""
    for entities, breadth in (("[a]", 1.0), ("[a, b]", None)):
        drop = panel(tmp_path, f"{yaml}breaks: [{{from: 2022-01, type: firm, entity: {entities}}}]\n", firms_csv=table)
        found = drop.eval("breadth(yoy(firm.x) < 0, min_known=0.6)", entity="county")["c"].iloc[-1]
        assert (None if pd.isna(found) else found) == breadth


@pytest.mark.parametrize("text", OVER)
def test_members_like_the_naive_reading(text: str) -> None:
    @FEW
    @given(FIRMS)
    def check(sheet: Sheet) -> None:
        agree(sheet, text, "park")

    check()


DROP = """\
tables:
  - file: firms.csv
    entity: {type: firm, id: firm, parents: {county: {value: c}}}
    period: month
    values: {x: x, s: {column: s, unit: 万元}, x_rate: g}
indicators: {x: {kind: flow}, s: {kind: stock}, x_rate: {kind: growth}}
"""
FIRM = "firm,month,x,s,g,scope\n" + "".join(
    f"{firm},2022-{month:02d},{10 - month},{month},-0.1,{scope if month >= 5 else 'old'}\n"
    for firm, scope in (("a", "old"), ("b", "new"))
    for month in range(1, 9)
)


def row(drop: Panel, text: str, firm: str) -> list[float | bool | None]:
    frame = drop.eval(text, entity="firm")[firm]
    return frame.astype(object).where(frame.notna(), None).tolist()


@pytest.mark.parametrize(
    ("declared", "table"),
    [
        ("breaks: [{from: 2022-05, indicator: [x, s], entity: b, type: firm, note: merged}]", ""),
        ("breaks: {from: 2022-05-17, entity: b}", ""),
        ("", "    scope: scope\n"),
    ],
    ids=["declared", "by a day within it", "in a column"],
)
def test_where_a_drop_says_so(tmp_path: Path, declared: str, table: str) -> None:
    yaml = DROP.replace("    values:", f"{table}    values:") + declared
    drop = panel(tmp_path, yaml, firms_csv=FIRM)
    assert row(drop, "lag(x)", "a") == [None, 9, 8, 7, 6, 5, 4, 3]
    assert row(drop, "lag(x)", "b") == [None, 9, 8, 7, None, 5, 4, 3]
    assert row(drop, "streak(s > 0) >= 3", "b") == [None, None, True, True, None, None, True, True]
    assert row(drop, "streak(x_rate < 0) >= 3", "b") == [None, None, *[True] * 6], "a published rate is comparable"
    rule = {"id": "R", "entity": "firm", "levels": {"yellow": "lag(x, 4) < 0"}}
    report = ewarn.run(drop, rules=[{"rules": [rule]}])
    assert report.coverage[0].unknown == {"scope_break": 1}
    note = "merged" if "note" in declared else "scope: old → new" if table else None
    (missing,) = ewarn.explain(drop, entity="b", rules=[{"rules": [rule]}]).rules[0].missing
    assert (missing.period, missing.reason, missing.note) == ("2022-04", "scope_break", note)
    fired = ewarn.run(drop, rules=[{"rules": [{**rule, "levels": {"yellow": "streak(x < 9) >= 2"}}]}])
    inputs = {alert.entity: [item.period for item in alert.evidence[0].inputs] for alert in fired.alerts}
    assert inputs["b"] == ["2022-08", "2022-07", "2022-06", "2022-05"], "evidence ends at the break"
    assert len(inputs["a"]) == 7


def test_in_a_long_table(tmp_path: Path) -> None:
    long = "firm,month,what,value,kind\n" + "".join(
        f"a,2022-{month:02d},{what},{month},{'new' if what == 'x' and month > 2 else ''}\n"
        for what in ("x", "y")
        for month in range(1, 5)
    )
    yaml = """\
tables:
  - file: firms.csv
    entity: {type: firm, id: firm}
    period: month
    scope: kind
    long: {indicator: what, value: value}
"""
    drop = panel(tmp_path, yaml, firms_csv=long.replace("x,2,", "x,2,old"))
    assert row(drop, "lag(x)", "a") == [None, 1, None, 3]
    assert row(drop, "lag(y)", "a") == [None, 1, 2, 3]


def test_a_rule_on_several_blocks(tmp_path: Path) -> None:
    @settings(max_examples=5)
    @given(sheets([Want("x")], entities=(3, 5), months=(3, 20), broken=True))
    def check(sheet: Sheet) -> None:
        rules = [{"rules": [{"id": "R", "entity": "enterprise", "for": 2, "levels": {"red": "streak(x > 1) >= 2"}}]}]
        one, other = (ewarn.evaluate(panel_of(sheet), rules[0], block=size) for size in (1, 4096))
        assert all(
            np.array_equal(mine.level, its.level) for mine, its in zip(one.verdicts, other.verdicts, strict=True)
        )

    check()


def test_breaks_that_cut_nothing_off_are_warned_about(tmp_path: Path) -> None:
    yaml = DROP + "breaks: [{from: 2022-01}, {from: 2031, indicator: x}, {from: 2022-05, indicator: employment}]\n"
    warnings = [notice.message for notice in panel(tmp_path, yaml, firms_csv=FIRM).notices]
    assert [message.partition(": ")[2] for message in warnings] == [
        "`2022-01` is no day within the drop, which has 2022-01-01 to 2022-08-31",
        "`2031` is no day within the drop, which has 2022-01-01 to 2022-08-31",
        "there are no figures of `employment` to break",
    ]


def test_mistakes_are_told_together(tmp_path: Path) -> None:
    breaks = """\
breaks:
  - {from: soon}
  - {from: 2022-05, indicator: xx_rate}
  - {from: 2022-05, type: frim}
  - {from: 2022-05, entity: [b, B]}
"""
    says = mistakes(tmp_path, DROP + breaks, firms_csv=FIRM)
    assert "`soon` is not a day\n --> " in says
    says = mistakes(tmp_path, DROP + breaks.replace("soon", "2022-05"), firms_csv=FIRM)
    for part in (
        "there is no indicator `xx_rate`",
        "did you mean `x_rate`?",
        "there is no type `frim`",
        "did you mean `firm`?",
        "there is no firm `B`",
    ):
        assert part in says
    visits = """\
tables:
  - file: firms.csv
    entity: {type: firm, id: firm}
    scope: scope
    events: {date: month, flows: {visits: count}}
"""
    says = mistakes(tmp_path, visits, firms_csv=FIRM)
    assert "`scope` goes with a table that has a period in each row" in says
    twice = FIRM + "a,2022-08,2,8,-0.1,new\n"
    assert "two values for a, 2022-08, scope: `old` and `new`" in mistakes(
        tmp_path, DROP.replace("    values:", "    scope: scope\n    values:"), firms_csv=twice
    )
