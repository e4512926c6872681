"""What drop.yaml and its files can get wrong: one clear message each, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from drop_files import FIRMS, GOOD, Bad, complains, edited, known, write
from ewarn.drop import load
from ewarn.errors import DropError, UsageError

CASES = [
    Bad(
        "no such file",
        "EW201",
        ("there is no file `firm.csv`", "drop.yaml:3:11", "did you mean `firms.csv`?"),
        yaml=edited("firms.csv", "firm.csv"),
    ),
    Bad("a folder for a file", "EW201", ("`.` is a folder, not a file",), yaml=edited("firms.csv", "'.'")),
    Bad(
        "an empty file",
        "EW201",
        ("`empty.csv` is empty", "drop.yaml:3:11"),
        yaml=edited("firms.csv", "empty.csv"),
        files={"empty_csv": ""},
    ),
    Bad(
        "a header and nothing else",
        "EW209",
        ("the drop has no row with a period",),
        files={"firms_csv": "firm,month,output\n"},
    ),
    Bad(
        "a format that nobody reads",
        "EW201",
        ("`firms.doc` is in no format", ".csv, .parquet"),
        yaml=edited("firms.csv", "firms.doc"),
        files={"firms_doc": "x"},
    ),
    Bad(
        "a workbook called .csv",
        "EW208",
        ("`firms.csv` is a workbook or another zip file, not text",),
        files={"firms_csv": b"PK\x03\x04..."},
    ),
    Bad("binary data", "EW208", ("`firms.csv` is not text",), files={"firms_csv": b"a\0\0\0b"}),
    Bad(
        "another encoding",
        "EW208",
        ("neither UTF-8 nor GB18030", "firms.csv:2", "`encoding: ...`"),
        files={"firms_csv": "firm,month,output\ncafé,2022-08,1\n".encode("latin-1")},
    ),
    Bad(
        "not the encoding it says",
        "EW208",
        ("`firms.csv` is not utf-8", "firms.csv:2"),
        yaml=edited("period", "encoding: utf-8\n    period"),
        files={"firms_csv": "firm,month,output\n云岭,2022-08,1\n".encode("gbk")},
    ),
    Bad(
        "no such encoding",
        "EW208",
        ("there is no encoding `utf-88`",),
        yaml=edited("period", "encoding: utf-88\n    period"),
    ),
    Bad(
        "half a Parquet file",
        "EW208",
        ("`firms.parquet` is not a whole Parquet file",),
        yaml=edited("firms.csv", "firms.parquet"),
        files={"firms_parquet": b"PAR1...."},
    ),
    Bad(
        "a header beyond the end",
        "EW208",
        ("has 4 rows; its header should be row 9",),
        yaml=edited("period", "header: 9\n    period"),
    ),
    Bad(
        "a header among the rows left out",
        "EW204",
        ("`header: 2` is one of the 3 rows that `skip` leaves out",),
        yaml=edited("period", "header: 2\n    skip: 3\n    period"),
    ),
    Bad(
        "a column that the file lacks",
        "EW203",
        ("`firms.csv` has no column `mnth`", "drop.yaml:5:13", "it has: firm, month, output", "did you mean `month`?"),
        yaml=edited("period: month", "period: mnth"),
    ),
    Bad(
        "a column twice",
        "EW203",
        ("`firms.csv` has 2 columns `output`",),
        files={"firms_csv": "firm,month,output,output\nA,2022-08,1,2\n"},
    ),
    Bad(
        "semicolons",
        "EW203",
        ("`firms.csv` has no column `month`", "separated by `;`"),
        files={"firms_csv": GOOD.replace(",", ";")},
    ),
    Bad(
        "a lone file that is not long",
        "EW203",
        (
            "`wide.csv` has no column `entity`, `period`, `indicator`, `value`",
            "it has: firm, month, output",
            "a folder with a drop.yaml",
        ),
        yaml=None,
        files={"wide_csv": GOOD},
    ),
    Bad(
        "values without a period",
        "EW204",
        ("values without a period", "drop.yaml:3:11", "`period: {value: 2022-09}`"),
        yaml=edited("    period: month\n", ""),
    ),
    Bad(
        "a fixed period that is none",
        "EW302",
        ("`2022-13` is not a period", "months run from 01 to 12"),
        yaml=edited("period: month", "period: {value: 2022-13}"),
    ),
    Bad(
        "no period anywhere",
        "EW209",
        ("no table of the drop has a period", "`period:`"),
        yaml=edited("    period: month\n    values: {output: {column: output, unit: 万元}}\n", ""),
    ),
    Bad(
        "values and long",
        "EW204",
        ("a table has one of `values`, `long`, `across`, `events`; this one has `values` and `long`",),
        yaml=edited("period: month", "period: month\n    long: {indicator: firm, value: output}"),
    ),
    Bad(
        "an unknown key",
        "EW202",
        ("unknown key `perod`", "drop.yaml:5:5", "did you mean `period`?"),
        yaml=edited("period:", "perod:"),
    ),
    Bad(
        "an unknown key at the top",
        "EW202",
        ("unknown key `indicator`", "did you mean `indicators`?"),
        yaml=FIRMS + "indicator: {}\n",
    ),
    Bad(
        "an unknown measure",
        "EW204",
        ("`measure` must be one of period, quarter, ytd",),
        yaml=edited("unit: 万元", "measure: yoy"),
    ),
    Bad(
        "an unknown kind",
        "EW204",
        ("`kind` must be one of flow", "did you mean `flow`?"),
        yaml=FIRMS + "indicators: {output: {kind: flw}}\n",
    ),
    Bad(
        "an unknown frequency",
        "EW204",
        ("`frequency` must be one of M, Q, A",),
        yaml=edited("frequency: M", "frequency: W"),
    ),
    Bad("an empty unit", "EW204", ("is no unit: an empty unit", "drop.yaml:6"), yaml=edited("万元", "''")),
    Bad(
        "an unknown reason",
        "EW204",
        ("`lost` is no reason", "masked, not_applicable"),
        yaml=FIRMS + "missing: {x: lost}\n",
    ),
    Bad(
        "an unknown word for a status",
        "EW204",
        ("`st` is no status", "`status: {column: st}`"),
        yaml=edited("period: month", "period: month\n    status: st"),
    ),
    Bad("a keyword for a type", "EW204", ("`class` is not a name",), yaml=edited("enterprise", "class")),
    Bad(
        "an indicator with a space",
        "EW204",
        ("`out put` cannot be the name of an indicator", "a name like `out_put`"),
        yaml=edited("{output:", "{'out put':"),
    ),
    Bad(
        "an attribute with a bracket",
        "EW204",
        ("`size(m)` is not a name", "`attributes: {size_m: size(m)}`"),
        yaml=edited("id: firm}", "id: firm, attributes: [size(m)]}"),
        files={"firms_csv": "firm,month,output,size(m)\n"},
    ),
    Bad(
        "a due day that no month has",
        "EW204",
        ("`due` must be at most 31",),
        yaml=FIRMS + "indicators: {output: {due: 32}}\n",
    ),
    Bad("no tables", "EW204", ("`tables` is missing",), yaml="name: x\n"),
    Bad("an empty list of tables", "EW204", ("`tables` must not be empty",), yaml="tables: []\n"),
    Bad("a list for the whole file", "EW204", ("must be a mapping",), yaml="- a\n"),
    Bad("an empty drop.yaml", "EW201", ("drop.yaml` is empty",), yaml="\n"),
    Bad("a tab in the yaml", "EW112", ("a tab", "drop.yaml:2:1"), yaml="tables:\n\t- file: x\n"),
    Bad(
        "a path out of the drop",
        "EW210",
        ("`../firms.csv` lies outside the drop", "drop.yaml:3:11", "--allow-outside"),
        yaml=edited("firms.csv", "../firms.csv"),
    ),
    Bad(
        "an absolute path",
        "EW210",
        ("`/etc/hostname` lies outside the drop",),
        yaml=edited("firms.csv", "/etc/hostname"),
    ),
    Bad("a path with backslashes", "EW210", ("lies outside the drop",), yaml=edited("firms.csv", "'..\\firms.csv'")),
    Bad(
        "rules out of the drop",
        "EW210",
        ("`../mine.yaml` lies outside the drop",),
        yaml=FIRMS + "rules: [../mine.yaml]\n",
    ),
    Bad(
        "an option of text files for Parquet",
        "EW202",
        ("`encoding`, `header`, `skip` and `sheet` have no meaning there",),
        yaml=edited("firms.csv", "x.parquet\n    header: 2"),
        files={"x_parquet": b"PAR1...."},
    ),
    Bad(
        "two columns that only the catalogue takes for one",
        "EW205",
        (
            "`industrial_output` and `工业总产值` would both be the indicator `industrial_output`",
            "aliases: [工业总产值]",
        ),
        yaml=edited("{output: {column: output, unit: 万元}}", "{工业总产值: output, industrial_output: output}"),
    ),
    Bad(
        "a type and an indicator of one name",
        "EW205",
        ("`output` is an entity type and an indicator", "drop.yaml:4:20"),
        yaml=edited("enterprise", "output"),
    ),
    Bad(
        "an attribute and an indicator of one name",
        "EW205",
        ("`output` is an indicator and an attribute of enterprise",),
        yaml=edited("id: firm}", "id: firm, attributes: {output: firm}}"),
    ),
    Bad(
        "units in some columns only",
        "EW206",
        ("`output` is given in 万元, 亿元 and here without a unit", "drop.yaml:6"),
        yaml=edited(
            "{column: output, unit: 万元}",
            "[output, {column: output, unit: 万元, measure: ytd}, {column: output, unit: 亿元, measure: plan}]",
        ),
    ),
    Bad(
        "one series by month and by year",
        "EW207",
        ("`output` is given by year here, and by month in `firms.csv`", "`measure: quarter`"),
        yaml=FIRMS
        + "  - file: years.csv\n    frequency: A\n    entity: {type: enterprise, id: firm}\n    period: year\n"
        "    values: {output: {column: output, unit: 万元}}\n",
        files={"years_csv": "firm,year,output\nA,2021,3\n"},
    ),
    Bad(
        "events by reporting date",
        "EW204",
        ("events are counted by month, quarter or year, not by reporting date", "`frequency: M` at this table"),
        yaml="frequency: round\ntables:\n  - file: firms.csv\n    entity: {type: enterprise, id: firm}\n"
        "    events: {date: month, flows: {visits: count}}\n",
    ),
    Bad(
        "a pattern with a day and no month",
        "EW204",
        ("`{year}年{day}日` is no pattern of a period: {day} of which {month}?",),
        yaml="tables:\n  - file: firms.csv\n    entity: {type: enterprise, id: firm}\n"
        "    across: {period: '{year}年{day}日', indicator: output}\n",
    ),
    Bad(
        "a date with a unit",
        "EW204",
        ("a date has no unit", "drop.yaml:6", "leave `unit` out"),
        yaml=FIRMS + "indicators: {output: {kind: date}}\n",
    ),
    Bad(
        "a category with a unit",
        "EW204",
        ("a category has no unit", "drop.yaml:7", "leave `unit` out"),
        yaml=edited(", unit: 万元", "", "indicators: {output: {kind: category, unit: 万元}}\n"),
    ),
    Bad(
        "a date that adds up",
        "EW204",
        ("`output` is a date: it has no measure `ytd`", "make it plan or target"),
        yaml=edited("unit: 万元", "measure: ytd", "indicators: {output: {kind: date}}\n"),
    ),
    Bad(
        "words of an amount",
        "EW204",
        ("`values` are the words of a category", "drop.yaml:7", "`kind: category` beside it"),
        yaml=FIRMS + "indicators: {output: {values: [a, b]}}\n",
    ),
    Bad(
        "a category without words",
        "EW204",
        ("`values`",),
        yaml=edited(", unit: 万元", "", "indicators: {output: {kind: category, values: []}}\n"),
    ),
]


@pytest.mark.parametrize("bad", CASES, ids=[bad.name for bad in CASES])
def test_each_mistake_has_one_message(bad: Bad, tmp_path: Path) -> None:
    complains(bad, tmp_path)


def test_a_run_says_all_its_problems_at_once(tmp_path: Path) -> None:
    yaml = FIRMS.replace("month\n", "mnth\n") + (
        "  - file: more.csv\n    entity: {type: enterprise, id: firm}\n    period: month\n    values: {sales: sales}\n"
    )
    rows = "firm,month,sales\nA,2022-13,1\nA,2022-09,x\n,2022-09,2\nB,2022-08,1\nB,2022-08,2\n"
    write(tmp_path, yaml + "rules: [../x.yaml]\n", firms_csv=GOOD, more_csv=rows)
    with pytest.raises(DropError) as caught:
        load(tmp_path)
    codes = [diagnostic.code for diagnostic in caught.value.diagnostics]
    assert sorted(codes) == ["EW203", "EW210", "EW301", "EW302", "EW303", "EW304"]


def test_what_goes_on_and_on_is_counted(tmp_path: Path) -> None:
    rows = "".join(f"F{number},2022-09,x{number}\n" for number in range(1234))
    write(tmp_path, FIRMS, firms_csv=GOOD + rows)
    with pytest.raises(DropError) as caught:
        load(tmp_path)
    assert len(caught.value.diagnostics) == 11
    assert "and 1,224 more like these in `firms.csv`" in str(caught.value)


def test_a_folder_without_yaml_is_told_what_to_write(tmp_path: Path) -> None:
    folder = write(tmp_path / "county", None, firms_csv="企业,月份,产值\n甲,2022-09,1\n", x_txt="?")
    long = "entity,period,indicator,value\nA,2022-09,sales,1\n"
    write(folder, None, long_csv=long)
    with pytest.raises(DropError) as caught:
        load(folder)
    [diagnostic] = caught.value.diagnostics
    assert "has no drop.yaml" in diagnostic.message
    write(folder, diagnostic.example)
    panel = load(folder)
    assert known(panel, "output") == {("甲", "2022-09"): 1.0}
    assert panel.types["entity"].ids == ("A", "甲")


def test_an_empty_folder_is_told_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(DropError, match=r"FILE\.csv"):
        load(tmp_path)


def test_no_such_path(tmp_path: Path) -> None:
    with pytest.raises(DropError, match="there is no file `drop`"):
        load(tmp_path / "drop")


def test_a_day_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`2022-13-01` is not a day"):
        load(write(tmp_path, FIRMS, firms_csv=GOOD), known_at="2022-13-01")


def test_a_link_out_of_the_drop(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(GOOD, encoding="utf-8")
    folder = write(tmp_path / "drop", FIRMS)
    try:
        (folder / "firms.csv").symlink_to(outside)
    except OSError:
        pytest.skip("this system has no links")
    with pytest.raises(DropError, match="links resolved"):
        load(folder)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "firms.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "linked" / "drop.yaml").symlink_to(folder / "drop.yaml")
    with pytest.raises(DropError, match=r"`drop\.yaml` lies outside the drop"):
        load(tmp_path / "linked")
    assert load(tmp_path / "linked", allow_outside=True).types["enterprise"].ids == ("A", "B")
    assert known(load(folder, allow_outside=True), "output")["A", "2022-09"] == 2.0


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "[red]x", "x" * 10_000, "=cmd()", "' \"", "\u202egnp"])
def test_any_name_survives(name: str, tmp_path: Path) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    folder = write(tmp_path, FIRMS, firms_csv=f"firm,month,output\n{quoted},2022-09,1\n")
    assert load(folder).types["enterprise"].ids == (name,)
