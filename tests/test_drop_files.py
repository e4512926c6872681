"""Files as people have them: encodings, quotes, empty lines, titles above and notes below."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from drop_files import FIRMS, known, panel, same, write
from ewarn.drop import load
from ewarn.errors import DropError
from ewarn.readers import Options, open_columns
from ewarn.readers._text import TextColumns

ROWS = "firm,month,output\n云岭,2022-08,1\n清溪,2022-09,2\n"
EXPECTED = {("云岭", "2022-08"): 1, ("清溪", "2022-09"): 2}
FIXTURES = Path(__file__).parent / "data" / "nbs_csv"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "auto"), ("utf-8-sig", "auto"), ("gb18030", "auto"), ("gbk", "auto"), ("utf-16", "auto"),
     ("gbk", "gbk"), ("big5", "big5"), ("utf-16-le", "utf-16-le"), ("utf-8-sig", "utf-8")],
)  # fmt: skip
def test_encodings(encoding: str, said: str, tmp_path: Path) -> None:
    yaml = FIRMS.replace("    period", f"    encoding: {said}\n    period")
    text = ROWS if encoding != "big5" else ROWS.replace("云岭", "雲嶺")
    found = known(panel(tmp_path, yaml, firms_csv=text.encode(encoding)), "output")
    assert list(found.values()) == [1, 2]
    assert encoding == "big5" or found == EXPECTED


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_endings(ending: str, last: bool, tmp_path: Path) -> None:
    rows = ROWS if last else ROWS[:-1]
    found = panel(tmp_path, firms_csv=rows.replace("\n", ending).encode())
    assert known(found, "output") == EXPECTED
    assert found.series["enterprise", "output", "period"].sources[0].rows.max() == 3


def test_a_missing_column_says_how_the_file_was_read(tmp_path: Path) -> None:
    with pytest.raises(DropError, match="no column `output` \\(read as gb18030\\)"):
        panel(tmp_path, firms_csv="firm,month,产值\n云岭,2022-08,1\n".encode("gbk"))


@pytest.mark.parametrize("careful", [False, True], ids=["arrow", "python"])
def test_rows_and_lines(careful: bool, tmp_path: Path) -> None:
    """Empty lines count as rows; a cell of two lines makes lines differ from rows. Both readers agree."""
    note = "一行\n两行"
    rows = f'firm,month,output,note\n\nA,2022-08,1,"{note}"\n\r\nB,2022-09,2,"a ""b"""\n,,,\nC,2022-09,oops,\n'
    if careful:
        rows += "D,2022-09\n"
    with pytest.raises(DropError) as caught:
        panel(tmp_path, firms_csv=rows.encode())
    [place] = [problem.place for problem in caught.value.diagnostics if problem.code == "EW301"]
    assert (place.row, place.line) == (7, 8)
    good = panel(tmp_path / "good", firms_csv=rows.replace("oops", "3").replace("D,2022-09\n", "").encode())
    source = good.series["enterprise", "output", "period"].sources[0]
    assert source.rows.tolist() == [[3, 0, 0], [0, 5, 7]]
    assert [source.table.place(row).line for row in (3, 5, 7)] == [3, 6, 8]


def test_a_title_above_units_below_notes_at_the_end(tmp_path: Path) -> None:
    rows = "产值月报\n单位：万元\n\nfirm,month,output\n代码,月,万元\n云岭,2022-08,1\n清溪,2022-09,2\n注：快报,,\n"
    yaml = FIRMS.replace("    period", "    header: 4\n    skip: [5, 8]\n    period")
    found = panel(tmp_path, yaml, firms_csv=rows)
    assert known(found, "output") == EXPECTED
    assert found.series["enterprise", "output", "period"].sources[0].rows.tolist() == [[6, 0], [0, 7]]
    same(found, panel(tmp_path / "b", FIRMS.replace("    period", "    skip: 3\n    period"),
                      firms_csv=rows.replace("代码,月,万元\n", "").replace("注：快报,,\n", "")))  # fmt: skip


def test_columns_of_one_name_are_no_trouble_until_asked_for(tmp_path: Path) -> None:
    found = panel(tmp_path, firms_csv="firm,month,note,output,note\nA,2022-08,x,1,y\n")
    assert known(found, "output") == {("A", "2022-08"): 1}


def test_headers_are_found_in_spite_of_forms(tmp_path: Path) -> None:
    assert known(panel(tmp_path, firms_csv=" ｆｉｒｍ ,month,output\nA,2022-08,1\n"), "output") == {("A", "2022-08"): 1}


def test_a_trailing_comma_is_no_cell(tmp_path: Path) -> None:
    assert len(known(panel(tmp_path, firms_csv="firm,month,output\nA,2022-08,1,\nB,2022-08,2,,\n"), "output")) == 2


def test_numbers_are_read_carefully_where_they_must(tmp_path: Path) -> None:
    cells = ['"1,820.5"', "１２３", "－3.2", "(4)", " 7 ", "1e3"]
    rows = "firm,month,output\n" + "".join(
        f"{firm},2022-01,{cell}\n" for firm, cell in zip("ABCDEF", cells, strict=True)
    )
    found = known(panel(tmp_path, firms_csv=rows), "output")
    assert list(found.values()) == [1820.5, 123, -3.2, -4, 7, 1000]


def parquet(folder: Path, table: pa.Table, **options: object) -> Path:
    folder.mkdir(exist_ok=True)
    pq.write_table(table, folder / "firms.parquet", **options)
    return write(folder, FIRMS.replace("firms.csv", "firms.parquet"))


@pytest.mark.parametrize(
    "firm",
    [["A", "A", "B"], pa.array(["A", "A", "B"]).dictionary_encode(), pa.array(["A", "A", "B"], pa.large_string())],
)
@pytest.mark.parametrize(
    "month",
    [
        ["2022-08", "2022-09", "2022-09"],
        pa.array([202208, 202209, 202209]),
        pa.array(np.array(["2022-08-01", "2022-09-01", "2022-09-30"], dtype="datetime64[s]")),
        pa.array([19205, 19236, 19265], pa.int32()).cast(pa.date32()),
    ],
)
def test_parquet(firm: object, month: object, tmp_path: Path) -> None:
    found = load(parquet(tmp_path, pa.table({"firm": firm, "month": month, "output": [1.0, None, 3.0]})))
    assert known(found, "output") == {("A", "2022-08"): 1, ("B", "2022-09"): 3}
    source = found.series["enterprise", "output", "period"].sources[0]
    assert source.rows.tolist() == [[2, 0], [3, 4]]
    assert source.table.place(2).line is None


@pytest.mark.parametrize("kind", [pa.int8(), pa.int64(), pa.float32(), pa.decimal128(20, 1), pa.string()])
def test_parquet_numbers_of_any_kind(kind: pa.DataType, tmp_path: Path) -> None:
    values = pa.array([1, None, 3]).cast(kind)
    found = load(parquet(tmp_path, pa.table({"firm": [1, 2, 3], "month": ["2022-08"] * 3, "output": values})))
    assert known(found, "output") == {("1", "2022-08"): 1, ("3", "2022-08"): 3}


def test_parquet_infinity_and_lists(tmp_path: Path) -> None:
    table = pa.table({"firm": ["A"], "month": ["2022-08"], "output": [float("inf")]})
    with pytest.raises(DropError, match=r"`inf` is not a number\n --> firms.parquet, row 2, column output"):
        load(parquet(tmp_path, table))
    with pytest.raises(DropError, match=r"a column that holds list<"):
        load(parquet(tmp_path, table.set_column(0, "firm", pa.array([["A"]]))))


def test_parquet_in_many_row_groups(tmp_path: Path) -> None:
    count = 1000
    table = pa.table({
        "firm": [f"F{number:03}" for number in range(count)], "month": ["2022-08"] * count,
        "output": [None if number % 7 == 0 else float(number) for number in range(count)],
    })  # fmt: skip
    found = load(parquet(tmp_path, table, row_group_size=33))
    expected = {(f"F{number:03}", "2022-08"): float(number) for number in range(count) if number % 7}
    assert known(found, "output") == expected


@pytest.mark.parametrize("name", ["06_分省年度数据_gbk.csv", "07_分省年度数据_人口_gbk.csv"])
def test_files_of_the_statistics_bureau(name: str) -> None:
    columns = open_columns(FIXTURES / name, name, Options(header=4))
    assert isinstance(columns, TextColumns)
    assert columns.note == "read as gb18030"
    assert columns.names[0] == "地区"
    assert columns.names[1].endswith("年")
    columns.prepare([0], [2])
    provinces = columns.take(0).to_pylist()
    assert (provinces[0], provinces[30]) == ("北京市", "新疆维吾尔自治区")
    assert columns.ragged() == ()
    assert columns.rows().tolist() == list(range(5, 36))
    assert [note.line for note in columns.table().notes] == list(range(36, 38 if name.startswith("06") else 39))


def test_a_drop_loads_without_pandas(tmp_path: Path) -> None:
    write(tmp_path, FIRMS, firms_csv=ROWS + 'A,2022-09,"1,820"\nB,2022-09,*\n')
    code = f"import sys, ewarn; ewarn.load({str(tmp_path)!r}); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
