"""Workbooks: sheets, dates, numbers stored as text, errors of formulas, and files that are no workbooks."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import ewarn
from drop_files import FIRMS, known, mistakes, panel, same, words, write
from ewarn.panel import Panel
from ewarn.readers._bounds import letters

OLD = Path(__file__).parent / "data" / "excel" / "产值 9月.xls"
SHEET = FIRMS.replace("firms.csv", "firms.xlsx")
HEAD = ["firm", "month", "output"]
Rows = list[list[Any]]


def workbook(**sheets: Rows) -> bytes:
    """A workbook of these sheets; one whose name begins with `_` is hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name.startswith("_") else "visible"
        for at, row in enumerate(rows, 1):
            for column, item in enumerate(row, 1):
                cell = sheet.cell(at, column, item)
                if isinstance(item, str) and item.startswith("#"):
                    cell.data_type = "e"
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def cells(found: Panel, indicator: str = "output") -> dict[tuple[str, str], str | None]:
    """The cell of each known value."""
    series = found.series["enterprise", indicator, "period"]
    labels = found.calendars[series.freq].labels
    [source] = series.sources
    return {
        (entity, period): source.table.place(
            int(source.rows[labels.index(period), found.types["enterprise"].position[entity]]), source.column
        ).cell
        for entity, period in known(found, indicator)
    }


def test_a_sheet_is_read_as_the_same_text_would_be(tmp_path: Path) -> None:
    rows = [
        HEAD,
        ["A", "2022-08", 1820.5],
        ["A", dt.date(2022, 9, 30), "1,820"],
        ["B", dt.datetime.fromisoformat("2022-08-01T00:00"), " 7 "],
        [],
        ["B", 202209, None],
        [7, "2022年8月", "*"],
        [7.0, 202209, "未报"],
    ]
    found = panel(tmp_path / "book", SHEET, firms_xlsx=workbook(Sheet1=rows))
    text = """\
        firm,month,output
        A,2022-08,1820.5
        A,2022-09,"1,820"
        B,2022-08,7

        B,2022-09,
        7,2022-08,*
        7,2022-09,未报
    """
    same(found, panel(tmp_path / "text", firms_csv=text))
    assert cells(found) == {("A", "2022-08"): "C2", ("A", "2022-09"): "C3", ("B", "2022-08"): "C4"}
    place = found.series["enterprise", "output", "period"].sources[0].table.place(6, "output")
    assert (place.file, place.sheet, place.row, place.line, place.cell) == ("firms.xlsx", "Sheet1", 6, None, "C6")


def test_errors_of_formulas_are_missing(tmp_path: Path) -> None:
    rows = [HEAD, ["A", "2022-08", 1], ["A", "2022-09", "#DIV/0!"], ["B", "2022-08", "#N/A"], ["B", "2022-09", 2]]
    found = panel(tmp_path, SHEET, firms_xlsx=workbook(Sheet1=rows))
    assert known(found, "output") == {("A", "2022-08"): 1, ("B", "2022-09"): 2}
    report = ewarn.run(found, rules="{rules: [{id: R, entity: enterprise, levels: {red: output < 0}}]}")
    assert report.coverage[0].unknown == {"blank": 1}


def looking(rows: Rows, **formats: str) -> bytes:
    """A workbook whose cells have number formats."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, form in formats.items():
        book.active[place].number_format = form
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


@pytest.mark.parametrize("unit", ["", ", unit: '%'", ", unit: ratio", ", unit: ‰"])
def test_what_a_cell_shows_as_a_percentage_is_one(unit: str, tmp_path: Path) -> None:
    yaml = SHEET.replace("{column: output, unit: 万元}", f"{{column: output, measure: growth{unit}}}")
    rows: Rows = [HEAD, ["A", "2022-07", 0.12], ["A", "2022-08", -0.0715], ["A", "2022-09", "7%"], ["A", 202210, None]]
    content = looking(rows, C2="0%", C3='0.0%;[Red]"跌"-0.0%', C4="@", C5="0.00%")
    found = known(panel(tmp_path, yaml, firms_xlsx=content), "output", "growth")
    assert found == pytest.approx({("A", "2022-07"): 0.12, ("A", "2022-08"): -0.0715, ("A", "2022-09"): 0.07})


def test_a_percentage_among_amounts_is_an_error(tmp_path: Path) -> None:
    rows: Rows = [HEAD, ["A", "2022-08", 5], ["A", "2022-09", 0.12]]
    said = mistakes(tmp_path, SHEET, firms_xlsx=looking(rows, C2='0"%"', C3="0.00%"))
    assert said.count("error[") == 1
    assert "12%" in said
    assert "firms.xlsx › Sheet › C3" in said


def test_formulas_that_nobody_has_worked_out(tmp_path: Path) -> None:
    rows: Rows = [[*HEAD, "sum"], ["A", "2022-08", "=1+1", "=C2"], ["A", "2022-09", "=C2", None], ["B", "2022-09", 3]]
    said = mistakes(tmp_path, SHEET, firms_xlsx=looking(rows))
    assert "formulas without a result: 2 in the columns that are read\n --> firms.xlsx › Sheet › C2\n" in said
    yaml = SHEET.replace("    period", "    skip: [2, 3]\n    period")
    assert known(panel(tmp_path, yaml), "output") == {("B", "2022-09"): 3}


def test_headings_of_two_lines_are_one_mistake(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([*HEAD, None], [None, None, "本月", "累计"], ["A", "2022-08", 1, 9], ["A", "2022-09", 2, 11]):
        book.active.append(row)
    book.active.merge_cells("C1:D1")
    book.save(write(tmp_path, SHEET) / "firms.xlsx")
    with pytest.raises(ewarn.DropError) as caught:
        ewarn.load(tmp_path)
    [problem] = caught.value.diagnostics
    assert problem.message == "cells to the right of the 3 headings, from row 2 on; such rows: 3"
    assert "`header: ROW`" in str(problem.help)


def test_months_that_excel_keeps_as_dates_across_the_columns(tmp_path: Path) -> None:
    yaml = """\
    tables:
      - file: firms.xlsx
        entity: {type: enterprise, id: firm}
        across: {period: '{year}-{month}', indicator: output, unit: 万元}
    """
    rows: Rows = [["firm", dt.date(2022, 8, 1), dt.date(2022, 9, 1)], ["A", 1, 2]]
    content = looking(rows)
    assert "`period: '{year}-{month}-01'` reads it" in mistakes(tmp_path / "wrong", yaml, firms_xlsx=content)
    found = panel(tmp_path / "right", yaml.replace("{month}", "{month}-01"), firms_xlsx=content)
    assert known(found, "output") == {("A", "2022-08"): 1, ("A", "2022-09"): 2}


def test_an_old_workbook(tmp_path: Path) -> None:
    shutil.copy(OLD, tmp_path)
    yaml = """\
    tables:
      - file: 产值 9月.xls
        header: 3
        entity: {type: enterprise, id: 代码}
        period: 月份
        values: {output: {column: 产值, unit: 万元}}
    """
    found = panel(tmp_path, yaml)
    assert known(found, "output") == {("E01", "2022-08"): 1905, ("E01", "2022-09"): 1820, ("E03", "2022-09"): 960.5}
    assert cells(found) == {("E01", "2022-08"): "C4", ("E01", "2022-09"): "C5", ("E03", "2022-09"): "C7"}
    [notice] = found.notices
    assert (notice.place.sheet, notice.place.cell, notice.place.about) == ("产值", "A8", "注：快报数")


def test_titles_headings_of_two_lines_and_rows_left_out(tmp_path: Path) -> None:
    rows = [
        ["月报"],
        ["firm", "month", " output\n万元 ", None],
        ["代码", "月", "万元"],
        ["A", "2022-08", 1],
        ["合计", None, 1],
    ]
    yaml = SHEET.replace("column: output", "column: output 万元").replace(
        "    period", "    header: 2\n    skip: [3, 5]\n    period"
    )
    assert known(panel(tmp_path, yaml, firms_xlsx=workbook(Sheet1=rows)), "output") == {("A", "2022-08"): 1}


def test_which_sheet(tmp_path: Path) -> None:
    data: Rows = [HEAD, ["A", "2022-08", 1]]
    wanted = {("A", "2022-08"): 1}
    assert (
        known(panel(tmp_path / "one", SHEET, firms_xlsx=workbook(Sheet1=[], 数据=data, _old=data)), "output") == wanted
    )
    two = workbook(说明=[["x"]], 数据=data, _old=data)
    assert (
        "`firms.xlsx` has 2 sheets with something in them\n --> firms.xlsx\n  = help: say which one with `sheet:` at "
        "the table: 说明, 数据" in mistakes(tmp_path / "two", SHEET, firms_xlsx=two)
    )
    for name in ("数据", "_old"):
        yaml = SHEET.replace("    period", f"    sheet: {name}\n    period")
        assert known(panel(tmp_path / name, yaml, firms_xlsx=two), "output") == wanted
    yaml = SHEET.replace("    period", "    sheet: 资料\n    period")
    assert "has no sheet `资料`\n --> firms.xlsx\n  = help: it has: 说明, 数据, _old" in mistakes(
        tmp_path / "none", yaml, firms_xlsx=two
    )


def test_attributes_flags_and_dates(tmp_path: Path) -> None:
    rows = [["firm", "month", "output", "key", "since", "size"], ["A", 202208, 1, True, dt.date(2015, 3, 1), 12]]
    yaml = SHEET.replace("id: firm", "id: firm, attributes: [key, since, size]")
    found = panel(tmp_path, yaml, firms_xlsx=workbook(Sheet1=rows))
    values = {name: next(iter(words(found, "enterprise", name).values())) for name in ("key", "since", "size")}
    assert values == {"key": True, "since": "2015-03-01", "size": 12}


def test_periods_across_the_columns_of_a_sheet(tmp_path: Path) -> None:
    yaml = """\
    tables:
      - file: firms.xlsx
        header: 2
        entity: {type: enterprise, id: firm}
        across: {period: '{year}', indicator: output, unit: 万元}
    """
    rows = [["产值"], ["firm", 2022, "2021"], ["A", 2, "1,000"], [], ["B", None, 3], ["注：年报"], ["　2.见说明"]]
    found = panel(tmp_path, yaml, firms_xlsx=workbook(Sheet1=rows))
    assert known(found, "output") == {("A", "2022"): 2, ("A", "2021"): 1000, ("B", "2021"): 3}
    assert cells(found) == {("A", "2022"): "B3", ("A", "2021"): "C3", ("B", "2021"): "C5"}
    assert found.notices[0].message == "2 lines are notes below the table, not read"


def test_evidence_names_sheet_and_cell(tmp_path: Path) -> None:
    rows = [HEAD, ["A", "2021-09", 5], ["A", "2022-09", 4]]
    report = ewarn.run(
        panel(tmp_path, SHEET, firms_xlsx=workbook(产值=rows)),
        rules="{rules: [{id: R, entity: enterprise, levels: {red: yoy(output) < 0}}]}",
    )
    [alert] = report.alerts
    sources = {(one.source.sheet, one.source.row, one.source.line, one.source.cell) for one in alert.evidence[0].inputs}
    assert sources == {("产值", 2, None, "C2"), ("产值", 3, None, "C3")}
    assert '"sheet":"产值","row":3,"line":null,"column":"output","cell":"C3"' in report.to_json()


def test_a_lone_workbook_in_the_long_form(tmp_path: Path) -> None:
    rows = [["entity", "period", "indicator", "value", "unit"], ["A", 202209, "output", 5, "万元"]]
    (tmp_path / "长表 9月.xlsx").write_bytes(workbook(Sheet1=rows))
    assert known(ewarn.load(tmp_path / "长表 9月.xlsx"), "output") == {("A", "2022-09"): 5}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [HEAD, ["A", "2022-08", "1.2.3"]],
            "`1.2.3` is not a number\n --> firms.xlsx › Sheet1 › C2  (A, 2022-08, output)",
        ),
        ([HEAD, ["A", 44805, 1]], "a day as Excel numbers them? Format the column as dates"),
        ([HEAD, ["A", "2022-08", True]], "`true` is not a number"),
        ([HEAD, ["A", "2022-08", dt.date(2022, 8, 1)]], "`2022-08-01` is not a number"),
        ([HEAD, ["A", "2022-08", 1], [None, None, 5]], "a row without an id\n --> firms.xlsx › Sheet1 › A3"),
        (
            [HEAD, ["A", "2022-08", 1, "x"]],
            "the 3 headings, from row 2 on; such rows: 1\n --> firms.xlsx › Sheet1, row 2",
        ),
        ([HEAD, ["A", "2022-08", 1], ["以上为快报数"]], "a row without a period"),
        (
            [HEAD, ["A", "2022-08", 1], ["A", "2022-08", 2]],
            "firms.xlsx › Sheet1 › C3\n  = see also: firms.xlsx › Sheet1 › C2",
        ),
        ([["firm", "month", "产值"], ["A", "2022-08", 1]], "no column `output`"),
        ([], "no visible sheet with anything in it"),
    ],
)
def test_mistakes_in_a_sheet(rows: Rows, message: str, tmp_path: Path) -> None:
    assert message in mistakes(tmp_path, SHEET, firms_xlsx=workbook(Sheet1=rows))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"firm,month,output\nA,2022-08,1\n", "`firms.xlsx` is no workbook"),
        (b"<html><table><tr><td>firm", "is a web page with the ending of a workbook"),
        (workbook(Sheet1=[HEAD])[:900], "is no whole workbook"),
        (b"PK\x03\x04junk", "is no whole workbook"),
        (b"", "is empty"),
    ],
)
def test_files_that_are_no_workbooks(content: bytes, message: str, tmp_path: Path) -> None:
    assert message in mistakes(tmp_path, SHEET, firms_xlsx=content)


def test_a_stray_cell_far_away_is_named_before_memory_ends(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active["XFD1048576"] = "x"
    write(tmp_path, SHEET)
    book.save(tmp_path / "firms.xlsx")
    with pytest.raises(ewarn.DropError, match="a sheet reaches to XFD1048576: delete the stray cell"):
        ewarn.load(tmp_path)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("header: 9", "`Sheet1` of `firms.xlsx` has 1 rows; its header should be row 9"),
        ("encoding: gbk", "`encoding` has no meaning there"),
    ],
)
def test_options_that_do_not_fit(more: str, message: str, tmp_path: Path) -> None:
    yaml = SHEET.replace("    period", f"    {more}\n    period")
    assert message in mistakes(tmp_path, yaml, firms_xlsx=workbook(Sheet1=[HEAD]))


def test_what_excel_leaves_beside_an_open_workbook_is_no_table(tmp_path: Path) -> None:
    content = workbook(Sheet1=[HEAD, ["A", "2022-08", 1]])
    said = mistakes(tmp_path, None, **{"firms_xlsx": content, "~$firms_xlsx": b"\x05user"})
    assert "- file: firms.xlsx" in said
    assert "~$" not in said
    yaml = SHEET.replace("firms.xlsx", "'~$firms.xlsx'")
    assert "is what Excel leaves while a workbook is open" in mistakes(tmp_path, yaml)
    (tmp_path / "firms.xlsx").unlink()
    assert "did you mean `~$" not in mistakes(tmp_path, SHEET)


def test_letters() -> None:
    assert [letters(at) for at in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "XFD",
    ]
