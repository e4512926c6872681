"""What a drop says, and what the panel holds then."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from drop_files import FIRMS, known, panel, parents, words
from ewarn.panel import Reason, Status

COUNTY = """\
name: county
frequency: M
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm, name: firm_name, attributes: [sector, is_backbone],
             parents: {park: park, county: {value: 云岭县}}}
    period: month
    values:
      output: [{column: 产值, unit: 万元}, {column: 累计, measure: ytd}, {column: 同比, measure: growth, unit: '%'}]
      employment: emp
    status: {column: 数据状态}
  - file: long.csv
    entity: {type: project, id: entity}
    period: period
    long: {indicator: indicator, value: value, unit: unit}
indicators:
  employment: {unit: 千人, kind: stock, better: higher, zh: 从业}
  profit: {unit: 亿元, kind: ytd, january: none, due: 27}
rules: [industry, my_rules.yaml]
"""
COUNTY_FILES = {
    "firms_csv": """\
firm,firm_name,sector,is_backbone,park,month,产值,累计,同比,emp,数据状态
E2,清溪,化工,否,P1,2022-08,*,——,,3,预计
E2,清溪,化工,是,P2,2022-09,0,…,－3.2,3,
E1,云岭建材,建材,是,P1,2022-08,"1,820","10,000",-24.5,1.2,最终
E1,云岭建材,建材,是,P1,2022-09,（5）,,5.2%,未报,快报
""",
    "long_csv": """\
entity,period,indicator,value,unit
X,2022-09,完成投资,1.2,亿元
X,2022-08,investment.ytd,9000,万元
Y,2022-09,profit,3,亿元
""",
}


def test_the_contract(tmp_path: Path) -> None:
    found = panel(tmp_path, COUNTY, **COUNTY_FILES)
    assert (found.name, found.frequency, str(found.as_of)) == ("county", "M", "2022-09")
    assert found.rules == ("industry", str(tmp_path / "my_rules.yaml"))
    firms = found.types["enterprise"]
    assert (firms.ids, firms.names) == (("E1", "E2"), ("云岭建材", "清溪"))
    assert known(found, "output") == {("E1", "2022-08"): 1820, ("E1", "2022-09"): -5, ("E2", "2022-09"): 0}
    assert known(found, "output", "growth") == pytest.approx(
        {("E1", "2022-08"): -0.245, ("E1", "2022-09"): 0.052, ("E2", "2022-09"): -0.032}
    )
    assert known(found, "investment") == {("X", "2022-09"): 12_000}
    units = {key[1:]: series.unit for key, series in found.series.items()}
    assert units["output", "period"] == units["output", "ytd"] == units["investment", "period"] == "万元"
    assert (units["output", "growth"], units["profit", "period"]) == ("ratio", "亿元")
    profit, employment = found.indicators["profit"], found.indicators["employment"]
    assert (profit.kind, profit.january, profit.due, profit.better) == ("ytd", "none", 27, "higher")
    assert (employment.title["zh"], employment.title["en"]) == ("从业", "employment")


def test_missing_symbols_have_reasons(tmp_path: Path) -> None:
    found = panel(tmp_path, COUNTY, **COUNTY_FILES)
    e1, e2 = 0, 1
    output, ytd = found.series["enterprise", "output", "period"], found.series["enterprise", "output", "ytd"]
    assert output.reasons is not None
    assert ytd.reasons is not None
    assert output.reasons[0, e2] == Reason.MASKED
    assert (ytd.reasons[0, e2], ytd.reasons[1, e2]) == (Reason.NOT_APPLICABLE, Reason.BELOW_UNIT)
    employment = found.series["enterprise", "employment", "period"].reasons
    assert employment is not None
    assert employment[1, e1] == Reason.NOT_REPORTED
    assert ytd.reasons[1, e1] == 0  # blank: the row is there, and says nothing
    assert ytd.sources[0].rows[1, e1] > 0


def test_statuses(tmp_path: Path) -> None:
    statuses = panel(tmp_path, COUNTY, **COUNTY_FILES).series["enterprise", "output", "period"].statuses
    assert statuses is not None
    assert statuses.tolist() == [[Status.FINAL, 0], [Status.FLASH, 0]]  # none where there is no value


def test_source_cells(tmp_path: Path) -> None:
    series = panel(tmp_path, COUNTY, **COUNTY_FILES).series["enterprise", "output", "period"]
    [source] = series.sources
    assert source.rows.tolist() == [[4, 2], [5, 3]]
    cell = source.table.place(4, source.column)
    assert (cell.file, cell.row, cell.line, cell.column) == ("firms.csv", 4, 4, "产值")


def test_columns_of_a_table_share_their_rows(tmp_path: Path) -> None:
    found = panel(tmp_path, COUNTY, **COUNTY_FILES)
    rows = [series.sources[0].rows for key, series in found.series.items() if key[0] == "enterprise"]
    assert all(one is rows[0] for one in rows)


def test_parents_and_attributes_follow_the_periods(tmp_path: Path) -> None:
    found = panel(tmp_path, COUNTY, **COUNTY_FILES)
    assert words(found, "enterprise", "sector") == {("E1", None): "建材", ("E2", None): "化工"}
    assert words(found, "enterprise", "is_backbone") == {
        ("E1", "2022-08"): True, ("E1", "2022-09"): True, ("E2", "2022-08"): False, ("E2", "2022-09"): True,
    }  # fmt: skip
    assert parents(found, "enterprise", "park")["E2", "2022-09"] == "P2"
    assert parents(found, "enterprise", "county") == {("E1", None): "云岭县", ("E2", None): "云岭县"}
    assert found.types["park"].ids == ("P1", "P2")


def test_arrays_are_dense_and_contiguous(tmp_path: Path) -> None:
    for series in panel(tmp_path, COUNTY, **COUNTY_FILES).series.values():
        assert series.values.dtype == np.float64
        assert series.values.flags.c_contiguous
        assert not np.isinf(series.values).any()


def test_a_word_is_carried_forward_and_never_back(tmp_path: Path) -> None:
    rows = "firm,month,output,size\nA,2022-01,1,\nA,2022-02,1,小\nA,2022-04,1,\nA,2022-06,1,—\nB,2022-06,1,大\n"
    found = panel(tmp_path, FIRMS.replace("id: firm}", "id: firm, attributes: [size]}"), firms_csv=rows)
    size = {key: value for key, value in words(found, "enterprise", "size").items() if key[0] == "A"}
    assert size == {("A", f"2022-0{month}"): "小" for month in (2, 3, 4, 5)}
    attribute = found.types["enterprise"].attributes["size"]
    assert attribute.reasons is not None
    assert attribute.reasons[5, 0] == Reason.NOT_APPLICABLE
    assert attribute.source is not None
    assert attribute.source.rows[:, 0].tolist() == [2, 3, 3, 3, 3, 5]


def test_a_register_holds_from_the_start(tmp_path: Path) -> None:
    yaml = FIRMS + "  - file: firms.tsv\n    entity: {type: enterprise, id: id, name: name, attributes: [size]}\n"
    found = panel(
        tmp_path, yaml, firms_csv="firm,month,output\nA,2022-02,1\n", firms_tsv="id\tname\tsize\nB\t乙\t3\nA\t甲\t4\n"
    )
    assert words(found, "enterprise", "size") == {("A", None): 4.0, ("B", None): 3.0}
    assert found.types["enterprise"].names == ("甲", "乙")
    assert found.types["enterprise"].since.tolist() == [np.iinfo(np.int64).min] * 2


def test_since_is_the_first_row(tmp_path: Path) -> None:
    found = panel(tmp_path, firms_csv="firm,month,output\nA,2022-03,1\nB,2022-02,\nA,2022-02,\n")
    first = np.datetime64("2022-02-01").astype(int)
    assert found.types["enterprise"].since.tolist() == [first, first]


@pytest.mark.parametrize(
    ("words_given", "kind", "values"),
    [
        (["是", "否", ""], "flag", [1, -1, 0]),
        (["√", "√", ""], "flag", [1, 1, 0]),
        (["√", "×", "√"], "flag", [1, -1, 1]),
        (["true", "FALSE", "True"], "flag", [1, -1, 1]),
        (["1", "0", "1"], "number", [1, 0, 1]),
        (["1,200", "5%", "—"], "number", [1200, 0.05, np.nan]),
        (["007", "008", "009"], "text", [0, 1, 2]),
        (["2022-03-06", "2022年3月", ""], "date", [19057, 19082, np.nan]),
        (["2022-03-06", "soon", ""], "text", [0, 1, -1]),
        (["", "", ""], "text", [-1, -1, -1]),
        (["大", "*", "小"], "text", [0, -1, 1]),
    ],
)
def test_kinds_of_attributes_are_found(words_given: list[str], kind: str, values: list[float], tmp_path: Path) -> None:
    cells = [f'"{word}"' for word in words_given]
    rows = "".join(f"{firm},2022-09,1,{word}\n" for firm, word in zip("ABC", cells, strict=True))
    yaml = FIRMS.replace("id: firm}", "id: firm, attributes: [what]}")
    attribute = (
        panel(tmp_path, yaml, firms_csv="firm,month,output,what\n" + rows).types["enterprise"].attributes["what"]
    )
    assert attribute.kind == kind
    np.testing.assert_array_equal(attribute.values.astype(float), np.array(values, dtype=float))


def test_one_and_zero_are_flags_under_such_a_name(tmp_path: Path) -> None:
    yaml = FIRMS.replace("id: firm}", "id: firm, attributes: {is_key: what, 是否停产: what, level: what}}")
    found = panel(tmp_path, yaml, firms_csv="firm,month,output,what\nA,2022-09,1,1\nB,2022-09,1,0\n")
    kinds = {name: attribute.kind for name, attribute in found.types["enterprise"].attributes.items()}
    assert kinds == {"is_key": "flag", "level": "number", "是否停产": "flag"}


def test_a_declared_kind_holds(tmp_path: Path) -> None:
    yaml = FIRMS.replace(
        "id: firm}", "id: firm, attributes: {code: {column: what, kind: text}, share: {column: what, unit: '%'}}}"
    )
    found = panel(tmp_path, yaml, firms_csv="firm,month,output,what\nA,2022-09,1,30\nB,2022-09,1,8\n")
    assert words(found, "enterprise", "code") == {("A", None): "30", ("B", None): "8"}
    assert words(found, "enterprise", "share") == pytest.approx({("A", None): 0.3, ("B", None): 0.08})
    assert found.types["enterprise"].attributes["share"].unit == "ratio"


def test_own_symbols_for_missing_values(tmp_path: Path) -> None:
    yaml = (
        FIRMS.replace("    period", "    missing: {'-999': masked, '..': not_reported}\n    period")
        + "missing: [待核]\n"
    )
    rows = "firm,month,output\nA,2022-08,-999\nB,2022-08,..\nC,2022-08,待核\nD,2022-08,5\n"
    series = panel(tmp_path, yaml, firms_csv=rows).series["enterprise", "output", "period"]
    assert series.reasons is not None
    assert series.reasons.tolist() == [[Reason.MASKED, Reason.NOT_REPORTED, 0, 0]]
    assert np.isnan(series.values).tolist() == [[True, True, True, False]]
    numbers = panel(tmp_path / "n", yaml, firms_csv="firm,month,output\nA,2022-08,-999\nB,2022-08,5\n")
    assert known(numbers, "output") == {("B", "2022-08"): 5}


def test_one_type_or_many_in_one_file(tmp_path: Path) -> None:
    yaml = FIRMS.replace("type: enterprise", "type: {column: kind}")
    found = panel(
        tmp_path, yaml, firms_csv="kind,firm,month,output\nfirm,A,2022-08,1\npark,A,2022-09,2\nfirm,B,2022-09,3\n"
    )
    assert {name: kind.ids for name, kind in found.types.items()} == {"firm": ("A", "B"), "park": ("A",)}
    assert found.series["firm", "output", "period"].sources[0].rows.tolist() == [[2, 0], [0, 4]]
    assert found.series["park", "output", "period"].values.tolist()[1] == [2.0]


def test_a_column_that_one_type_never_fills_is_no_series_of_it(tmp_path: Path) -> None:
    yaml = FIRMS.replace("type: enterprise", "type: {column: kind}").replace("values: {", "values: {sales: sales, ")
    rows = "kind,firm,month,output,sales\nfirm,A,2022-08,1,2\npark,P,2022-09,3,\n"
    keys = panel(tmp_path, yaml, firms_csv=rows).series.keys()
    assert {key[:2] for key in keys} == {("firm", "output"), ("firm", "sales"), ("park", "output")}


def test_a_lone_file(tmp_path: Path) -> None:
    rows = (
        "Entity,period,indicator,value,type,measure,status\nA,2022-08,产值,1,firm,,预计\nA,2022-09,output,3,firm,ytd,\n"
    )
    (tmp_path / "long.csv").write_text(rows, encoding="utf-8")
    from ewarn.drop import load

    found = load(tmp_path / "long.csv")
    assert (found.name, found.frequency, found.types["firm"].ids) == ("long", "M", ("A",))
    assert known(found, "output") == {("A", "2022-08"): 1}
    assert known(found, "output", "ytd") == {("A", "2022-09"): 3}


def test_a_period_for_the_whole_file(tmp_path: Path) -> None:
    yaml = FIRMS.replace("period: month", "period: {value: 2022年9月}")
    assert known(panel(tmp_path, yaml, firms_csv="firm,output\nA,1\n"), "output") == {("A", "2022-09"): 1}


def test_a_unit_that_is_nearly_another_is_warned_about(tmp_path: Path) -> None:
    yaml = """
        frequency: M
        tables:
          - file: firms.csv
            entity: {type: enterprise, id: firm, attributes: {size: {column: size, unit: 平方公理}}}
            period: month
            values: {output: {column: output, unit: 万园}, boxes: {column: boxes, unit: 箱}}
        indicators: {boxes: {kind: flow, unit: 箱}, power: {unit: MWhh}}
    """
    found = panel(tmp_path, yaml, firms_csv="firm,month,output,boxes,size\nA,2022-01,1,2,3\n")
    said = [(one.code, one.message, one.help, one.place.line) for one in found.notices]  # type: ignore[union-attr]  # all have a place
    assert sorted(said) == [
        ("EW212", "`MWhh` is no unit that is known", "did you mean MWh?", 8),
        ("EW212", "`万园` is no unit that is known", "did you mean 万元?", 7),
        ("EW212", "`平方公理` is no unit that is known", "did you mean 平方公里?", 5),
    ]
