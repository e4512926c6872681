"""What was hardly meant is warned about: totals among the entities, periods years away from all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from drop_files import FIRMS, known, panel
from test_events import FIRMS as MONTHS
from test_events import VISITS

HEAD = "firm,month,output\nA,2022-08,1\nB,2022-09,2\n"


@pytest.mark.parametrize("word", ["合计", "合 计", "小计：", "总计", "Total", "Grand total"])
def test_a_total_among_the_entities(word: str, tmp_path: Path) -> None:
    found = panel(tmp_path, firms_csv=f"{HEAD}{word},2022-08,1\n{word},2022-09,2\n")
    [notice] = found.notices
    assert (notice.code, notice.severity, notice.place.line, notice.place.column) == ("EW314", "warning", 4, "firm")
    assert notice.message == f"`{word.strip()}` counts as one of the entities; rows of it: 2"
    assert "`skip: [ROW, ...]`" in str(notice.help)
    assert len(known(found, "output")) == 4, "nothing is left out unasked"


def test_names_are_looked_at_too_and_longer_words_are_names(tmp_path: Path) -> None:
    yaml = FIRMS.replace("id: firm", "id: firm, name: called")
    rows = "firm,called,month,output\n1,合计装备,2022-08,1\n2,Total Energies,2022-08,1\n3,合计,2022-08,2\n"
    [notice] = panel(tmp_path, yaml, firms_csv=rows).notices
    assert (notice.place.line, notice.place.column) == (4, "called")


def test_across_the_columns_a_total_is_named_in_its_row(tmp_path: Path) -> None:
    yaml = """\
    tables:
      - file: firms.csv
        entity: {type: enterprise, id: firm}
        across: {period: '{year}年{month}月', indicator: output, unit: 万元}
    """
    [notice] = panel(tmp_path, yaml, firms_csv="firm,2022年8月,2022年9月\nA,1,2\n合计,1,2\n").notices
    assert (notice.place.line, notice.place.column) == (3, "firm")


def test_a_period_years_away(tmp_path: Path) -> None:
    [notice] = panel(tmp_path / "late", firms_csv=HEAD + "A,2032-09,3\n").notices
    assert (notice.code, notice.place.line, notice.place.column) == ("EW315", 4, "month")
    assert notice.message == "the period 2032-09 lies 10 years after every other"
    [notice] = panel(tmp_path / "early", firms_csv=HEAD + "A,1900-01,3\n").notices
    assert notice.message == "the period 1900-01 lies 122 years before every other"
    assert panel(tmp_path / "fine", firms_csv=HEAD + "A,2019-09,3\nA,2025-01,3\n").notices == ()


@pytest.mark.parametrize(("day", "says"), [("2032-08-05", "10 years after"), ("1900-01-01", "122 years before")])
def test_events_out_of_range(day: str, says: str, tmp_path: Path) -> None:
    rows = f"firm,visited_on,agency\nA,2022-02-01,税务\nA,{day},税务\n"
    [notice] = panel(tmp_path, VISITS, firms_csv=MONTHS, visits_csv=rows).notices
    assert says in notice.message
    assert (notice.place.file, notice.place.line, notice.place.column) == ("visits.csv", 3, "visited_on")


def test_plans_and_years_may_lie_far_ahead(tmp_path: Path) -> None:
    yaml = (
        FIRMS
        + """\
  - file: plan.csv
    entity: {type: enterprise, id: firm}
    period: month
    values: {output: {column: plan, measure: plan, unit: 万元}}
"""
    )
    assert panel(tmp_path, yaml, firms_csv=HEAD, plan_csv="firm,month,plan\nA,2035-12,3\n").notices == ()
    years = FIRMS.replace("frequency: M", "frequency: A")
    assert panel(tmp_path / "years", years, firms_csv="firm,month,output\nA,1982,1\nA,2020,2\n").notices == ()


def test_a_date_that_is_none_makes_no_text_of_its_column_silently(tmp_path: Path) -> None:
    yaml = FIRMS.replace("id: firm", "id: firm, attributes: {since: since, size: size}")
    rows = "A,2022-08,1,2015-03-01,大\nB,2022-08,1,2015-13-01,2015-03\nC,2022-08,1,2016/5/1,小\n"
    rows = "firm,month,output,since,size\n" + rows
    [notice] = panel(tmp_path, yaml, firms_csv=rows).notices
    assert (notice.code, notice.place.line, notice.place.column) == ("EW316", 3, "since")
    assert notice.message == "`since` is text, since `2015-13-01` is no date"
    assert panel(tmp_path, yaml.replace("since: since", "since: {column: since, kind: text}")).notices == ()
    symbol = "missing: {'2015-13-01': blank}\n" + yaml
    assert panel(tmp_path, symbol).types["enterprise"].attributes["since"].kind == "date"
