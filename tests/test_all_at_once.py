"""All mistakes of a run are told together: of drop.yaml, tables, rule files, expressions; and none is made up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import ewarn
from drop_files import FIRMS, GOOD, Bad, write
from ewarn.errors import DropError, EwarnError, RuleError, UsageError
from test_bad_data import CASES as IN_DATA
from test_bad_drops import CASES as IN_YAML

SOUND = """
rules:
  - {id: A, entity: enterprise, let: {falls: yoy(output) < 0}, levels: {yellow: streak(falls) >= 3}, weight: output}
  - {id: B, entity: enterprise, levels: {yellow: output > 3, red: rank(output) == 1 and full_year(output) > 3}}
"""
NO_FUNCTION = "  - {id: C, entity: enterprise, levels: {yellow: streek(output < 0) >= 3}}\n"
NO_END = "  - {id: D, entity: park, levels: {yellow: 'streak(output < 0'}}\n"
NO_KEY = "  - {id: E, entity: enterprise, lvels: {yellow: output >}}\n"


def told(folder: Path, rules: str | None = None) -> Counter[str]:
    """Codes of everything that a run complains of."""
    with pytest.raises(EwarnError) as caught:
        ewarn.run(folder, rules=rules)
    return Counter(problem.code for problem in caught.value.diagnostics)


def broken(bad: Bad, folder: Path) -> Path:
    write(folder, bad.yaml, **{"firms_csv": GOOD + bad.rows, **bad.files})
    return folder if bad.yaml is not None else folder / next(iter(bad.files)).replace("_csv", ".csv")


CASES = [bad for bad in (*IN_YAML, *IN_DATA) if bad.name != "a date with a unit"]  # the rules read a number


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_a_mistake_in_a_drop_makes_no_rule_wrong_and_hides_none(bad: Bad, tmp_path: Path) -> None:
    drop = broken(bad, tmp_path)
    with pytest.raises(DropError) as caught:
        ewarn.load(drop)
    of_drop = Counter(problem.code for problem in caught.value.diagnostics)
    assert told(drop, SOUND) == of_drop
    # Without the type, or without any drop.yaml that can be understood, an expression can only be read.
    judged = bad.yaml is not None and "type: enterprise" in bad.yaml and bad.code != "EW112"
    expected = Counter({"EW101": 1, "EW102": 1} if judged else {"EW101": 1})
    assert told(drop, SOUND + NO_FUNCTION + NO_END) - of_drop == expected


TWO = (
    FIRMS
    + """\
  - file: more.csv
    entity: {type: enterprise, id: firm, attributes: [size]}
    period: month
    values: {sales: {column: sales, unit: 万元}, staff: {column: staff, unit: 人}}
rules: [r.yaml]
"""
)
MORE = "firm,size,month,sales,staff\nA,big,2022-08,1,2\n"
BAD_MORE = "firm,size,month,sales,staff\nA,big,2022-13,1,2\n,big,2022-08,1,2\nB,big,2022-08,1O,2\nC,big,2022-08,1\n"
CELLS = {"EW302": 1, "EW304": 1, "EW301": 1, "EW309": 1}
RULES = """\
rules:
  - {id: A, levels: {yellow: outptu > 1}}
  - {id: B, levels: {yellow: 'staff > "5 亩"'}}
  - {id: C, tilte: {en: x}, levels: {yellow: streek(sales) > 1}}
  - {id: D, levels: {yellow: sales}}
  - {id: E, lvels: {yellow: 1}}
"""
IN_RULES = {"EW102": 2, "EW104": 1, "EW120": 2, "EW103": 1}


@pytest.mark.parametrize(
    ("yaml", "firms", "more", "expected"),
    [
        (TWO, GOOD, MORE, IN_RULES),
        (TWO, GOOD, BAD_MORE, {**IN_RULES, **CELLS}),
        (TWO.replace("period: month\n    values: {sales", "perod: month\n    values: {sales"), GOOD, BAD_MORE,
         {**IN_RULES, **CELLS, "EW202": 1}),
        (TWO + "note: x\n", GOOD, BAD_MORE, {**IN_RULES, **CELLS, "EW202": 1}),
        (TWO + "indicators: {staff: {kind: stokc}}\n", GOOD, BAD_MORE, {**IN_RULES, **CELLS, "EW204": 1}),
        (TWO.replace("more.csv", "mroe.csv"), GOOD, BAD_MORE, {**IN_RULES, "EW201": 1}),
        (TWO, GOOD.replace("output", "otput"), BAD_MORE, {**IN_RULES, **CELLS, "EW203": 1}),
        # What a broken key has to say of a unit is not known: the rule that reads it is not found wrong.
        (TWO.replace("unit: 人", "unit: ''"), GOOD, BAD_MORE,
         {"EW102": 2, "EW103": 1, "EW120": 2, "EW204": 1}),
        # A parent twice: the tree can be read, the table is not trusted.
        (TWO.replace("    period: month\n    values: {sales", "    period: x\n    period: month\n    values: {sales"),
         GOOD, BAD_MORE, {"EW102": 2, "EW120": 2, "EW104": 0, "EW103": 0, "EW113": 1}),
        # What holds for all tables twice: no table is trusted, and what follows from the wrong one is not told.
        (TWO + "frequency: Q\n", GOOD, BAD_MORE, {"EW102": 1, "EW120": 2, "EW113": 1}),
    ],
    ids=["rules", "cells", "misspelt key", "unknown key", "misspelt kind", "no file", "no column", "unit", "twice",
         "all twice"],
)  # fmt: skip
def test_everything_at_once(yaml: str, firms: str, more: str, expected: dict[str, int], tmp_path: Path) -> None:
    write(tmp_path, yaml, firms_csv=firms, more_csv=more, r_yaml=RULES)
    assert told(tmp_path / "drop.yaml") == Counter(expected)


def test_names_in_rows_that_cannot_be_read_are_not_called_unknown(tmp_path: Path) -> None:
    yaml = "frequency: M\ntables:\n  - file: l.csv\n    entity: {type: {column: kind}, id: id}\n    period: month\n"
    yaml += "    long: {indicator: what, value: value}\n"
    rows = "kind,id,month,what,value\nfirm,A,2022-08,sales,1\npark,P,2022-13,land,2\nfirm,A,2022-14,staff,3\n"
    write(tmp_path, yaml, l_csv=rows)
    rules = "rules:\n  - {id: A, entity: park, levels: {yellow: land > 1}}\n"
    rules += "  - {id: B, entity: firm, levels: {yellow: salse > 1 and staff > 1}}\n"
    assert told(tmp_path, rules) == Counter({"EW302": 2, "EW102": 1})


def test_a_parent_in_a_row_that_cannot_be_read_is_not_missing(tmp_path: Path) -> None:
    yaml = "frequency: M\ntables:\n  - {file: p.csv, entity: {type: park, id: park}, period: month, values: {x: x}}\n"
    yaml += "  - file: f.csv\n    entity: {type: firm, id: id, parents: {park: park}}\n    period: month\n"
    yaml += "    values: {y: y}\n"
    write(tmp_path, yaml, p_csv="park,month,x\nP,2022-13,1\nQ,2022-09,1\n", f_csv="id,park,month,y\nA,P,2022-09,1\n")
    assert told(tmp_path) == Counter({"EW302": 1})


def test_a_year_by_a_slip_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, FIRMS, firms_csv=GOOD + "C,2922-09,1\nD,2022-08,x\nD,2022-09,1\nD,2022-09,2\n")
    found = told(tmp_path, "rules: [{id: A, levels: {yellow: outptu > 1}}]")
    assert found == Counter({"EW302": 2, "EW301": 1, "EW303": 1, "EW102": 1})


def test_a_table_without_rows_has_the_frequency_of_the_others(tmp_path: Path) -> None:
    yaml = FIRMS.replace("frequency: M\n", "") + (
        "  - {file: m.csv, entity: {type: enterprise, id: firm}, period: month, values: {sales: sales}}\n"
        "  - {file: y.csv, entity: {type: enterprise, id: firm}, frequency: A, period: year, values: {tax: tax}}\n"
    )
    write(tmp_path, yaml, firms_csv=GOOD, m_csv="firm,month,sales\n", y_csv="firm,year,tax\n")
    report = ewarn.run(tmp_path, rules="rules: [{id: A, levels: {yellow: output > 0 and sales > 0 and last(tax) > 1}}]")
    assert [row.evaluated for row in report.coverage] == [0]


def test_one_column_for_two_things(tmp_path: Path) -> None:
    write(tmp_path, FIRMS.replace("id: firm", "id: month"), firms_csv=GOOD)
    assert told(tmp_path) == Counter({"EW303": 1})


def test_sound_rules_of_a_file_with_mistakes_are_looked_through(tmp_path: Path) -> None:
    write(tmp_path, FIRMS, firms_csv=GOOD)
    for rules, expected in (
        (SOUND + NO_FUNCTION + NO_END + NO_KEY, {"EW101": 1, "EW102": 1, "EW120": 1}),
        ("pack: p\ndefualts: {bridge: 1}" + SOUND + NO_FUNCTION, {"EW120": 1, "EW102": 1}),
        # A named part that could not be read is no unknown name.
        ("let: {enterprise: {x: }}" + SOUND + "  - {id: C, levels: {yellow: x > 1}}\n", {"EW117": 1}),
    ):
        with pytest.raises(RuleError) as caught:
            ewarn.run(tmp_path, rules=rules)
        assert Counter(problem.code for problem in caught.value.diagnostics) == Counter(expected)


@pytest.mark.parametrize("rules", ["rules: [{id: A, levels: {yellow: outptu > 1}}]", "rules: [{id: A, lvels: {}}]"])
def test_a_period_that_the_drop_lacks_hides_no_mistake_in_rules(tmp_path: Path, rules: str) -> None:
    write(tmp_path, FIRMS, firms_csv=GOOD)
    with pytest.raises(RuleError) as caught:
        ewarn.run(tmp_path, rules=rules, as_of="2035-01")
    assert [problem.code for problem in caught.value.diagnostics] in (["EW102", "EW004"], ["EW120", "EW004"])
    with pytest.raises(UsageError):
        ewarn.run(tmp_path, rules=rules.replace("outptu", "output").replace("lvels: {}", "levels: {red: output > 1}"),
                  as_of="2035-01")  # fmt: skip
