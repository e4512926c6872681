"""What the rows of a drop can get wrong: one clear message each, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from drop_files import FIRMS, Bad, complains, edited

PLACES = """\
frequency: M
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm, name: name, parents: {park: park, town: town}}
    period: month
    values: {output: output}
  - file: parks.csv
    entity: {type: park, id: park, name: name, parents: {county: county}}
  - file: towns.csv
    entity: {type: town, id: town, parents: {county: county}}
"""
PARKS = "park,name,county\nP1,一园,云岭\nP2,二园,北山\n"
TOWNS = "town,county\nT1,云岭\nT2,云岭\n"


def cell(name: str, value: str, *says: str, code: str = "EW301") -> Bad:
    return Bad(
        name, code, (f"`{value}`", "firms.csv:5, column output  (C, 2022-09, output)", *says), f"C,2022-09,{value}\n"
    )


CASES = [
    cell("text in a number column", "abc", "list `abc` under `missing:` in drop.yaml"),
    Bad(
        "a letter O",
        "EW301",
        ("`1,82O` is not a number", ":5, column output", "the letter O? write 1820"),
        'C,2022-09,"1,82O"\n',
    ),
    cell("a footnote mark", "3.2*", "a footnote mark, or digits masked?"),
    cell("a unit in the cell", "1.2亿", "the unit at the column"),
    cell("words around a number", "下降7.4", "write it like 1820"),
    cell("infinity", "inf", "no value is infinite"),
    Bad("a number beyond all bounds", "EW301", ("`1e999` is too large a number", "at most 1e308"), "C,2022-09,1e999\n"),
    cell("an infinite number", "-inf", "no value is infinite"),
    cell("a spreadsheet's error", "#DIV/0!", "under `missing:`"),
    cell("spaces between digits", "1 820"),
    Bad("a comma for the decimal point", "EW301", ("`1820,5` is not a number",), 'C,2022-09,"1820,5"\n'),
    cell("two points", "1.820.5"),
    cell("a share among amounts", "5%", "`measure: growth`", code="EW310"),
    Bad(
        "no such month",
        "EW302",
        ("`2022-13` is not a month", "firms.csv:5, column month  (C)", "months run from 01 to 12"),
        "C,2022-13,1\n",
    ),
    Bad("no such day", "EW302", ("`2022-02-30` is not a month", "no such day"), "C,2022-02-30,1\n"),
    Bad("no month at all", "EW302", ("`soon` is not a month", "not a month like 2022-09"), "C,soon,1\n"),
    Bad("a row without a period", "EW302", ("a row without a period", "firms.csv:5, column month"), "C,,1\n"),
    Bad(
        "a year nobody means", "EW302", ("from 2022-08 to 2922-09", "firms.csv:5", "a slip in a year?"), "C,2922-09,1\n"
    ),
    Bad(
        "a year of four digits only",
        "EW302",
        ("`0022-09` is not a month", "years run from 1000 to 2999"),
        "C,0022-09,1\n",
    ),
    Bad(
        "mixed frequencies",
        "EW307",
        ("`2022-Q3` is a quarter in a table of months", "firms.csv:5", "`frequency: Q`"),
        "C,2022-Q3,1\n",
    ),
    Bad("years in a monthly table", "EW307", ("`2022` is a year in a table of months", "two tables"), "C,2022,1\n"),
    Bad(
        "mixed, and no frequency given",
        "EW307",
        ("`2022` is a year in a table of months",),
        "C,2022,1\n",
        yaml=FIRMS.replace("frequency: M\n", ""),
    ),
    Bad(
        "two values for one cell",
        "EW303",
        ("two values for B, 2022-09, output: `3 万元` and `4 万元`", "firms.csv:5", "see also: firms.csv:4"),
        "B,2022-09,4\n",
    ),
    Bad(
        "two names for one entity",
        "EW303",
        ("enterprise `A` is called `乙` here, `甲` elsewhere", "names.csv:3", "names.csv:2"),
        yaml=FIRMS + "  - file: names.csv\n    entity: {type: enterprise, id: firm, name: name}\n",
        files={"names_csv": "firm,name\nA,甲\nA,乙\n"},
    ),
    Bad(
        "two attributes for one entity",
        "EW303",
        ("two values for A, size: `大` and `小`", "sizes.csv:3", "sizes.csv:2"),
        yaml=FIRMS + "  - file: sizes.csv\n    entity: {type: enterprise, id: firm, attributes: [size]}\n",
        files={"sizes_csv": "firm,size\nA,大\nA,小\n"},
    ),
    Bad(
        "two tables disagree",
        "EW303",
        ("two values for B, 2022-09, output: `50,000 万元` and `3 万元`", "firms.csv:4", "see also: again.csv:2"),
        yaml=FIRMS + "  - file: again.csv\n    entity: {type: enterprise, id: firm}\n    period: month\n    "
        "values: {output: {column: output, unit: 亿元}}\n",
        files={"again_csv": "firm,month,output\nB,2022-09,5\n"},
    ),
    Bad(
        "one vintage with two values",
        "EW303",
        ("two values for B, 2022-09, output: `3 万元` and `4 万元`",),
        yaml=edited("period: month", "period: month\n    published: day"),
        files={
            "firms_csv": "firm,month,output,day\nB,2022-09,2,2022-10-01\n"
            "B,2022-09,3,2022-10-10\nB,2022-09,4,2022-10-10\n"
        },
    ),
    Bad(
        "a row without an id",
        "EW304",
        ("a row without an id", "firms.csv:5, column firm  (2022-09)", "`skip: [ROW, ...]`"),
        ",2022-09,4\n",
    ),
    Bad("an id of white space", "EW304", ("a row without an id", "firms.csv:5"), "\u3000 ,2022-09,4\n"),
    Bad("a row with nothing but a number", "EW304", ("a row without an id", "firms.csv:5"), ",,4\n"),
    Bad(
        "a missing parent",
        "EW305",
        ("there is no park `P9`", "firms.csv:2, column park", "parks.csv lists 2"),
        yaml=PLACES,
        files={
            "firms_csv": "firm,name,park,town,month,output\nA,甲,P9,T1,2022-08,1\n",
            "parks_csv": PARKS,
            "towns_csv": TOWNS,
        },
    ),
    Bad(
        "a parent's name for its id",
        "EW305",
        ("there is no park `一园`", "that is a name; the park's id is `P1`"),
        yaml=PLACES,
        files={
            "firms_csv": "firm,name,park,town,month,output\nA,甲,一园,T1,2022-08,1\n",
            "parks_csv": PARKS,
            "towns_csv": TOWNS,
        },
    ),
    Bad(
        "a fixed parent that no table lists",
        "EW305",
        ("there is no county `北山`", "drop.yaml:4"),
        yaml=FIRMS.replace("id: firm}", "id: firm, parents: {county: {value: 北山}}}")
        + "  - file: counties.csv\n    entity: {type: county, id: id}\n",
        files={"counties_csv": "id\n云岭\n"},
    ),
    Bad(
        "two ancestors of one type",
        "EW305",
        (
            "enterprise `甲` has two ancestors of type county in 2022-08",
            "`北山` through park → county",
            "`云岭` through town → county",
            "a direct one goes first",
        ),
        yaml=PLACES,
        files={
            "firms_csv": "firm,name,park,town,month,output\nA,甲,P2,T1,2022-08,1\nA,甲,P1,T1,2022-09,1\n",
            "parks_csv": PARKS,
            "towns_csv": TOWNS,
        },
    ),
    Bad(
        "parents in a circle",
        "EW305",
        ("parents run in a circle: A → P1 → A", "of the types enterprise → park → enterprise"),
        yaml=FIRMS.replace("id: firm}", "id: firm, parents: {park: park}}")
        + "  - file: parks.csv\n    entity: {type: park, id: park, parents: {enterprise: firm}}\n",
        files={"firms_csv": "firm,park,month,output\nA,P1,2022-09,1\n", "parks_csv": "park,firm\nP1,A\n"},
    ),
    Bad(
        "a type that is its own parent",
        "EW305",
        ("parents run in a circle: A → B → A", "enterprise → enterprise"),
        yaml=FIRMS.replace("id: firm}", "id: firm, parents: {enterprise: mother}}"),
        files={"firms_csv": "firm,mother,month,output\nA,B,2022-09,1\nB,A,2022-09,1\n"},
    ),
    Bad(
        "a day of publication that is none",
        "EW306",
        ("`soon` is not a day", "firms.csv:2, column day", "2022-10-15"),
        yaml=edited("period: month", "period: month\n    published: day"),
        files={"firms_csv": "firm,month,output,day\nB,2022-09,2,soon\n"},
    ),
    Bad(
        "no such status",
        "EW308",
        ("`maybe` is no status", "firms.csv:2, column st", "预计 forecast"),
        yaml=edited("period: month", "period: month\n    status: {column: st}"),
        files={"firms_csv": "firm,month,output,st\nB,2022-09,2,maybe\n"},
    ),
    Bad(
        "a row too short",
        "EW309",
        ("a row of 2 cells under a header of 3", "firms.csv:5", "a comma that wants quotes"),
        "C,2022-09\n",
    ),
    Bad("a row too long", "EW309", ("a row of 4 cells under a header of 3", "firms.csv:5"), "C,2022-09,1,820\n"),
    Bad(
        "a remark below the table",
        "EW309",
        ("a row of 1 cell under a header of 3", "`skip: [ROW, ...]`"),
        "以上为快报数\n",
    ),
    Bad(
        "a quote never closed",
        "EW309",
        ("a row of 1 cell under a header of 3", "a quote never closed"),
        '"C,2022-09,1\n',
    ),
    Bad(
        "a unit of something else",
        "EW310",
        ("`output` is held in 亩: 万元 cannot be turned into 亩", "drop.yaml:6:31"),
        yaml=FIRMS + "indicators: {output: {unit: 亩}}\n",
    ),
    Bad(
        "a unit of something else in a row",
        "EW310",
        ("`output` is held in 万元: 亩 cannot be turned into 万元", "long.csv:3, column unit"),
        yaml="""\
frequency: M
tables:
  - file: long.csv
    entity: {id: entity}
    period: period
    long: {indicator: indicator, value: value, unit: unit}
""",
        files={
            "long_csv": "entity,period,indicator,value,unit\nA,2022-08,output,1,万元\n"
            "A,2022-09,output,1,亩\nA,2022-07,output,1,亿元\n"
        },
    ),
    Bad(
        "shares among numbers without a unit",
        "EW310",
        ("`5%` is a share, among numbers without a unit", "`unit: '%'`"),
        "C,2022-09,5%\n",
        yaml=FIRMS.replace(", unit: 万元", ""),
    ),
    Bad(
        "an indicator that is no name",
        "EW311",
        (
            "`Retail Sales` cannot be the name of an indicator",
            "long.csv:2, column indicator",
            "Retail_Sales: {aliases: ['Retail Sales']}",
        ),
        yaml=None,
        files={"long_csv": "entity,period,indicator,value\nA,2022-08,Retail Sales,1\n"},
    ),
    Bad(
        "a row without an indicator",
        "EW311",
        ("a row without an indicator", "long.csv:2"),
        yaml=None,
        files={"long_csv": "entity,period,indicator,value\nA,2022-08,,1\n"},
    ),
    Bad(
        "no such measure",
        "EW311",
        ("`yoy` is no measure", "long.csv:2, column measure", "period, quarter, ytd"),
        yaml=None,
        files={"long_csv": "entity,period,indicator,value,measure\nA,2022-08,output,1,yoy\n"},
    ),
    Bad(
        "no such unit",
        "EW311",
        ("`12` is no unit", "long.csv:2, column unit"),
        yaml=None,
        files={"long_csv": "entity,period,indicator,value,unit\nA,2022-08,output,1,12\n"},
    ),
    Bad(
        "an attribute that is not of its kind",
        "EW301",
        ("`groß` is not a number", "firms.csv:2, column size"),
        yaml=FIRMS.replace("id: firm}", "id: firm, attributes: {size: {column: size, kind: number}}}"),
        files={"firms_csv": "firm,month,output,size\nB,2022-09,2,groß\n"},
    ),
]


@pytest.mark.parametrize("bad", CASES, ids=[bad.name for bad in CASES])
def test_each_mistake_has_one_message(bad: Bad, tmp_path: Path) -> None:
    complains(bad, tmp_path)
