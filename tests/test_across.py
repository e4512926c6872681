"""Periods across the columns, and the notes below such tables."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ewarn
from drop_files import known, mistakes, panel, words, write
from ewarn.drop.pattern import Pattern
from ewarn.panel import Panel

FIXTURES = Path(__file__).parent / "data" / "nbs_csv"
GDP, PEOPLE = "06_分省年度数据_gbk.csv", "07_分省年度数据_人口_gbk.csv"
BUREAU = f"""\
tables:
  - file: {GDP}
    header: 4
    entity: {{type: province, id: 地区}}
    across: {{period: '{{year}}年', indicator: gdp, unit: 亿元}}
  - file: {PEOPLE}
    header: 4
    entity: {{type: province, id: 地区}}
    across: {{period: '{{year}}年', indicator: population, unit: 人}}
indicators:
  gdp: {{kind: flow, unit: 亿元}}
  population: {{kind: stock, unit: 人}}
"""
TABLE = """\
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm}
    across: {period: '{year}年{month}月', indicator: output, unit: 万元}
"""


def cell(panel: Panel, indicator: str, entity: str, period: str) -> tuple[int | None, str | None]:
    """Row and column of the file that evidence names."""
    series = panel.series["province" if "province" in panel.types else "enterprise", indicator, "period"]
    kind = next(kind for kind, name, _ in panel.series if name == indicator)
    row, at = panel.calendars[series.freq].labels.index(period), panel.types[kind].position[entity]
    [source] = series.sources
    place = source.table.place(int(source.rows[row, at]), source.column)
    assert place.line == place.row
    return place.row, place.column


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    return panel(tmp_path_factory.mktemp("bureau"), BUREAU,
                 **{f"{name[:-4]}_csv": (FIXTURES / name).read_bytes() for name in (GDP, PEOPLE)})  # fmt: skip


@pytest.mark.parametrize(("name", "indicator"), [(GDP, "gdp"), (PEOPLE, "population")])
def test_the_files_of_the_statistics_bureau_as_they_are(name: str, indicator: str, bureau: Panel) -> None:
    with (FIXTURES / name).open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    header, provinces = rows[3], rows[4:35]
    wanted = {
        (row[0], year.removesuffix("年")): (float(text), (number, year))
        for number, row in enumerate(provinces, 5)
        for year, text in zip(header[1:], row[1:], strict=True)
        if text
    }
    assert known(bureau, indicator) == {key: value for key, (value, _) in wanted.items()}
    assert {key: cell(bureau, indicator, *key) for key in wanted} == {key: place for key, (_, place) in wanted.items()}


def test_what_was_left_out_is_said(bureau: Panel) -> None:
    first, second = bureau.notices
    assert (first.severity, first.message) == ("warning", "2 lines are notes below the table, not read")
    assert second.message == "3 lines are notes below the table, not read"
    assert (first.place.file, first.place.line, first.place.about[:4]) == (GDP, 36, "注：按照")


def test_evidence_names_the_column_of_the_period(bureau: Panel) -> None:
    rules = "{rules: [{id: R, entity: province, levels: {red: 'yoy(gdp) < 0'}}]}"
    [alert] = ewarn.run(bureau, rules=rules).alerts
    assert (alert.entity, alert.period) == ("山西省", "2024")
    inputs = {(one.period, one.source.column, one.source.row, one.value) for one in alert.evidence[0].inputs}
    assert inputs == {("2024", "2024年", 8, 25353.5), ("2023", "2023年", 8, 26050.8)}
    assert '"row":8,"line":8,"column":"2024年","cell":null' in ewarn.run(bureau, rules=rules).to_json()


@pytest.mark.parametrize(
    ("pattern", "headings", "labels"),
    [
        ("{year}年{month}月", "2022年10月,2022年9月", ["2022-09", "2022-10"]),
        ("{year}年{month}月", "2022 年 10 月,２０２２年9月", ["2022-09", "2022-10"]),
        ("{year}Q{quarter}", "2022Q1,2021Q4", ["2021-Q4", "2022-Q1"]),
        ("{year}年第{quarter}季度", "2022年第一季度,2021年第四季度", ["2021-Q4", "2022-Q1"]),
        ("{month}/{year} (万元)", "9/2022 (万元),10/2022 (万元)", ["2022-09", "2022-10"]),
        ("{year}", "2021,2022", ["2021", "2022"]),
        ("产值.{year}", "产值.2021,产值.2022", ["2021", "2022"]),
        ("{year}{month}", "202209,202210", ["2022-09", "2022-10"]),
    ],
)
def test_patterns(pattern: str, headings: str, labels: list[str], tmp_path: Path) -> None:
    found = panel(tmp_path, TABLE.replace("{year}年{month}月", pattern), firms_csv=f"firm,{headings}\nA,1,2\n")
    assert {period for _, period in known(found, "output")} == set(labels)


def test_a_pattern_is_no_regular_expression(tmp_path: Path) -> None:
    assert Pattern.of("{year}.*").period("2022年") is None
    assert str(Pattern.of("{year}.*").period("2022.*")) == "2022"


def test_cells_are_read_as_everywhere(tmp_path: Path) -> None:
    rows = 'firm,地区,2022年1月,2022年2月,2022年3月\nA,东,"1,820",,*\n,,,,\nB,西,7,未报,-2\n'
    yaml = TABLE.replace("id: firm", "id: firm, attributes: [地区], parents: {county: {value: 云岭县}}")
    found = panel(tmp_path, yaml, firms_csv=rows)
    assert known(found, "output") == {("A", "2022-01"): 1820, ("B", "2022-01"): 7, ("B", "2022-03"): -2}
    assert cell(found, "output", "B", "2022-03") == (4, "2022年3月")
    reasons = found.series["enterprise", "output", "period"].reasons
    assert [ewarn.panel.Reason(code).name for code in (reasons[2, 0], reasons[1, 1])] == ["MASKED", "NOT_REPORTED"]
    assert {entity: word for (entity, _), word in words(found, "enterprise", "地区").items()} == {"A": "东", "B": "西"}


def test_vintages_and_statuses_beside_the_periods(tmp_path: Path) -> None:
    yaml = TABLE + "    published: on\n    status: {column: state}\n"
    rows = "firm,on,state,2022年1月,2022年2月\nA,2022-03-20,初步,1,2\nA,2022-04-20,修订,3,\n"
    files = {"firms_csv": rows}
    assert known(panel(tmp_path, yaml, **files), "output") == {("A", "2022-01"): 3, ("A", "2022-02"): 2}
    earlier = panel(tmp_path, yaml, known_at="2022-04-01", **files)
    assert known(earlier, "output") == {("A", "2022-01"): 1, ("A", "2022-02"): 2}


@pytest.mark.parametrize("kind", [pa.float64(), pa.int32(), pa.string()])
def test_parquet(kind: pa.DataType, tmp_path: Path) -> None:
    write(tmp_path, TABLE.replace("firms.csv", "firms.parquet"))
    values = pa.array([1, None]).cast(kind)
    table = pa.table({"firm": ["A", "B"], "2022年2月": values, "2022年1月": pa.array([3.0, float("nan")])})
    pq.write_table(table, tmp_path / "firms.parquet")
    found = ewarn.load(tmp_path)
    assert known(found, "output") == {("A", "2022-02"): 1, ("A", "2022-01"): 3}
    series = found.series["enterprise", "output", "period"]
    assert series.sources[0].table.place(int(series.sources[0].rows[1, 0]), series.sources[0].column).row == 2


@pytest.mark.parametrize(
    ("across", "rows", "message"),
    [
        ("{period: '{jahr}年', indicator: output}", "firm,2022年\n", "there is no part {jahr}"),
        ("{period: '{yaer}年', indicator: output}", "firm,2022年\n", "did you mean `year`?"),
        ("{period: '{month}月', indicator: output}", "firm,2022年\n", "without {year} nobody knows which period it is"),
        ("{period: '{year}{year}', indicator: output}", "firm,2022年\n", "{year} stands there twice"),
        ("{period: '{year}{month}{quarter}', indicator: output}", "firm,2022年\n", "{month} or {quarter}, not both"),
        ("{period: '{year', indicator: output}", "firm,2022年\n", "a brace without its other half"),
        ("{period: '{year}年'}", "firm,2022年\n", "`indicator` is missing"),
        ("{period: '{year}年', indicator: 1-本月}", "firm,2022年\nA,1\n", "cannot be the name of an indicator"),
        ("{period: '{year}年', indicator: output}", "firm,产值\nA,1\n", "no column like `{year}年`"),
        ("{period: '{year}年', indicator: output}", "firm,2022年,2022 年\nA,1,2\n", "two columns of 2022"),
        ("{period: '{year}年', indicator: output}", "firm,2022年,2023年(预计)\nA,1,2\n",
         "`2023年(预计)` looks like a period and does not fit"),
        ("{period: '{year}年', indicator: output, without: 2024年}", "firm,2022年\nA,1\n", "no column `2024年`"),
        ("{period: '{year}年{month}月', indicator: output}", "firm,2022年13月\nA,1\n", "months run from 01 to 12"),
        ("{period: '{year}年', indicator: output}", "firm,2022年\nA,oops\n",
         "firms.csv:2, column 2022年  (A, 2022, output)"),
        ("{period: '{year}年', indicator: output}", "firm,2022年,2021年\nA,1,2\nA,1,3\n",
         "firms.csv:3, column 2021年\n  = see also: firms.csv:2, column 2021年"),
        ("{period: '{year}年', indicator: output}", "firm,2022年,2021年\nA,1,2\n,5,6\n", "a row without an id"),
        ("{period: '{year}年', indicator: output}\n    period: firm", "firm,2022年\nA,1\n", "`period` or `across`"),
        ("{period: '{year}年', indicator: output}\n    values: {x: firm}", "firm,2022年\nA,1\n",
         "has `values` and `across`"),
        ("{period: '{year}年', indicator: output}\n    frequency: M", "firm,2022年\nA,1\n", "names a year"),
    ],
)  # fmt: skip
def test_mistakes(across: str, rows: str, message: str, tmp_path: Path) -> None:
    yaml = "tables:\n  - file: firms.csv\n    entity: {type: enterprise, id: firm}\n    across: " + across + "\n"
    assert message in mistakes(tmp_path, yaml, firms_csv=rows)


def test_a_column_can_be_left_out_by_name(tmp_path: Path) -> None:
    yaml = TABLE.replace("unit: 万元", "unit: 万元, without: [2022年1-2月]")
    found = panel(tmp_path, yaml, firms_csv="firm,2022年1-2月,2022年3月\nA,9,1\n")
    assert known(found, "output") == {("A", "2022-03"): 1}


def test_a_row_without_an_id_is_named_once(tmp_path: Path) -> None:
    said = mistakes(tmp_path, TABLE, firms_csv="firm,2022年1月,2022年2月\nA,1,2\n,5,6\n")
    assert said.count("a row without an id") == 1
    assert "firms.csv:3, column firm" in said


@pytest.mark.parametrize(
    ("below", "left_out"),
    [
        ("注：快报\n", 1),
        ("注：快报,,\n\n数据来源：统计局,,\n", 2),
        ('"注：快报, 未审定"\r\n　2.另见说明\n', 2),
        ("Note: flash figures\nSource: the bureau", 2),
        ("注1：快报\n", 1),
    ],
)
@pytest.mark.parametrize("rows", ["", '"A, B",2022-08,3\n'])
def test_notes_below_a_table_are_no_rows(below: str, left_out: int, rows: str, tmp_path: Path) -> None:
    found = panel(tmp_path, firms_csv=f"firm,month,output\n云岭,2022-08,1\n{rows}{below}")
    assert known(found, "output") == {("云岭", "2022-08"): 1, **({("A, B", "2022-08"): 3} if rows else {})}
    [notice] = found.notices
    assert notice.place.line == (4 if rows else 3)
    assert notice.message.startswith("a line is a note" if left_out == 1 else f"{left_out} lines are notes")


def test_what_does_not_open_like_a_note_is_not_guessed(tmp_path: Path) -> None:
    assert "a row of 1 cell under a header of 3" in mistakes(
        tmp_path, firms_csv="firm,month,output\nA,2022-08,1\n以上为快报数\n"
    )
    assert "a row of 1 cell under a header of 3" in mistakes(
        tmp_path / "above", firms_csv="firm,month,output\n注：快报\nA,2022-08,1\n"
    )


def test_notes_that_drop_yaml_names_are_not_reported(tmp_path: Path) -> None:
    yaml = TABLE + "    skip: [3]\n"
    assert panel(tmp_path, yaml, firms_csv="firm,2022年1月\nA,1\n注：快报\n").notices == ()


def test_notes_of_a_large_file(tmp_path: Path) -> None:
    rows = "".join(f"F{number},2022-08,{number}\n" for number in range(20_000))
    found = panel(tmp_path, firms_csv=f"firm,month,output\n{rows}注：快报\n")
    assert len(known(found, "output")) == 20_000
    assert found.notices[0].place.line == 20_002
