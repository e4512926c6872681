"""Override files: packs made one's own without copying them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ewarn
from ewarn.diagnostics import Span

PACK = """
pack: p
rules:
  - id: A-1
    entity: firm
    params:
      floor: 100 万元
      share: {value: 5, unit: '%'}
      k: {by: level, value: {blue: 1, yellow: 2, red: 3}, source: judgement}
      word: big
    weight: staff
    levels: {blue: streak(output < floor) >= k, yellow: streak(output < floor) >= k, red: streak(output < floor) >= k}
  - {id: A-2, entity: firm, enabled: false, levels: {yellow: output < "80 万元"}}
  - {id: B-1, entity: firm, where: size == "big", params: {least: 10}, levels: {yellow: staff < least}}
"""


def world() -> ewarn.Panel:
    rows = [
        {"firm": firm, "month": f"2024-{month:02}", "output": output, "sales": output * 2, "staff": staff}
        for firm, outputs, staff in (("F1", (120, 90, 90), 5), ("F2", (120, 120, 60), 20), ("F3", (70, 70, 70), 8))
        for month, output in enumerate(outputs, 1)
    ]
    units = {"output": "万元", "sales": "万元", "staff": "人"}
    return ewarn.Panel.from_frame(pd.DataFrame(rows), entity="firm", period="month", type="firm", units=units)


def levels(*rules: Any, panel: ewarn.Panel | None = None) -> dict[tuple[str, str], str]:
    report = ewarn.run(panel or world(), rules=list(rules))
    return {(alert.rule, alert.entity): alert.level for alert in report.alerts}


def changed(tmp_path: Path, text: str, pack: str = PACK) -> list[Any]:
    (tmp_path / "pack.yaml").write_text(pack, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(f"use: [pack.yaml]\n{text}", encoding="utf-8")
    return [str(tmp_path / "mine.yaml")]


SIMPLE = PACK.replace('where: size == "big", ', "")


def test_a_number_changes_and_the_rest_stays(tmp_path: Path) -> None:
    before = {("A-1", "F1"): "yellow", ("A-1", "F2"): "blue", ("A-1", "F3"): "red", ("B-1", "F1"): "yellow",
              ("B-1", "F3"): "yellow"}  # fmt: skip
    assert levels(SIMPLE) == before
    mine = changed(tmp_path, "overrides: {A-1: {params: {k: {yellow: 3}, floor: 65 万元}}}", SIMPLE)
    assert levels(*mine) == {**{key: level for key, level in before.items() if key[0] == "B-1"}, ("A-1", "F2"): "blue"}


@pytest.mark.parametrize("name", ["A-2", "p/A-2", "A-*", "*2", "p/*"])
def test_rules_are_switched_on_and_off_by_name_and_pattern(tmp_path: Path, name: str) -> None:
    on = levels(*changed(tmp_path, f"overrides: {{'{name}': {{enabled: true}}}}", SIMPLE))
    assert ("A-2", "F3") in on
    off = levels(*changed(tmp_path, f"overrides: {{'{name}': {{enabled: false}}}}", SIMPLE))
    assert ("A-2", "F3") not in off
    assert any(rule == "A-1" for rule, _ in off) == (name not in ("A-*", "p/*"))


def test_where_narrows_what_a_rule_is_for(tmp_path: Path) -> None:
    assert {entity for _, entity in levels(*changed(tmp_path, "overrides: {'*': {where: staff > 6}}", SIMPLE))} == {
        "F2",
        "F3",
    }
    twice = "overrides: {'*': {where: staff > 6 or staff < 0}, A-1: {where: staff < 10 or staff < 1}}"
    assert levels(*changed(tmp_path, twice, SIMPLE)) == {("A-1", "F3"): "red", ("B-1", "F3"): "yellow"}


def test_a_mistake_in_a_narrowed_where_stands_where_it_was_written(tmp_path: Path) -> None:
    with pytest.raises(ewarn.RuleError) as caught:
        levels(*changed(tmp_path, "overrides:\n  A-1:\n    where: stafff > 6", SIMPLE))
    (problem,) = caught.value.diagnostics
    assert (problem.place.file, problem.place.line, problem.place.column) == (str(tmp_path / "mine.yaml"), 4, 12)


def test_names_of_indicators_are_mapped(tmp_path: Path) -> None:
    mapped = changed(tmp_path, "indicators: {output: sales}", SIMPLE)
    doubled = SIMPLE.replace("output", "sales")
    assert levels(*mapped) == levels(doubled) != levels(SIMPLE)


def test_thresholds_are_read_per_entity_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "floors.csv").write_text("企业,门槛\nF1,60\nF2,130\n", encoding="utf-8")
    table = "{value: {table: floors.csv, key: 企业, column: 门槛}, unit: 万元}"
    report = ewarn.run(world(), rules=changed(tmp_path, f"overrides: {{A-1: {{params: {{floor: {table}}}}}}}", SIMPLE))
    assert {alert.entity: alert.level for alert in report.alerts if alert.rule == "A-1"} == {"F2": "red"}
    row = next(row for row in report.coverage if row.rule == "A-1")
    assert row.unknown == {"not_applicable": 1}  # F3 has no row

    rest = table.replace("门槛}", "门槛, otherwise: 200}")
    again = levels(*changed(tmp_path, f"overrides: {{A-1: {{params: {{floor: {rest}}}}}}}", SIMPLE))
    assert again["A-1", "F3"] == "red"


def test_each_level_may_have_its_own_column(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text("id,红\nF1,2\nF2,9\nF3,9\n", encoding="utf-8")
    mine = "overrides: {A-1: {params: {k: {red: {table: k.csv, key: id, column: 红}}}}}"
    found = levels(*changed(tmp_path, mine, SIMPLE))
    assert (found["A-1", "F1"], found["A-1", "F3"]) == ("red", "yellow")


def test_what_a_table_lacks_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ewarn.run import judge, notices

    (tmp_path / "floors.csv").write_text("企业,门槛\nF1,60\nF9,1\nGone,2\n", encoding="utf-8")
    table = "{value: {table: floors.csv, key: 企业, column: 门槛}, unit: 万元}"
    rules = ewarn.load_rules(*changed(tmp_path, f"overrides: {{A-1: {{params: {{floor: {table}}}}}}}", SIMPLE))
    told = [(one.message, one.label) for one in notices(judge(world(), rules))]
    assert told == [
        ("floors.csv: 2 of 3 entities of type firm have no row", "F2, F3"),
        ("floors.csv: 2 rows belong to no entity of the drop", "F9, Gone; rows 3, 4"),
    ]


def test_show_leaves_out_what_a_pack_shares_with_other_rules_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ewarn.cli import main

    (tmp_path / "p.yaml").write_text(
        "params: {used: 1, other: 2, through: 3}\n"
        "let: {firm: {low: output < through, high: output > other}, park: {wide: count(firm.low) > 1}}\n"
        "rules: [{id: A, entity: firm, levels: {red: low and output > used}}]\n",
        encoding="utf-8",
    )
    assert main(["rules", "show", str(tmp_path / "p.yaml"), "A", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("used = 1", "through = 3", "firm.low = output < through"))
    assert not any(word in shown for word in ("other", "high", "wide"))


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        ("县工信局", ["县工信局"] * 3),
        ("{by: entity, value: {F1: 张三, F3: '=HYPERLINK(1)'}}", ["张三", None, "=HYPERLINK(1)"]),
        ("{table: owners.csv, key: id, column: 挂点领导}", [None, "李四", None]),
        ("{by: nosuch, value: {F1: 张三}}", [None, None, None]),
    ],
)
def test_owners(tmp_path: Path, owner: str, names: list[str | None]) -> None:
    (tmp_path / "owners.csv").write_text("id,挂点领导\nF2,李四\nF1,\n", encoding="utf-8")
    report = ewarn.run(world(), rules=changed(tmp_path, f"owner: {owner}", SIMPLE))
    found = {alert.entity: alert.owner for alert in report.alerts if alert.rule == "A-1"}
    assert [found[entity] for entity in ("F1", "F2", "F3")] == names


def test_owners_by_parent_and_attribute(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "firms.csv").write_text("id,month,park,sector,output\nF1,2024-01,P1,C13,1\nF2,2024-01,P2,C14,1\n", "utf-8")
    (drop / "drop.yaml").write_text(
        "tables:\n  - {file: firms.csv, entity: {type: firm, id: id, attributes: [sector], parents: {park: park}},"
        " period: month, values: {output: {column: output, unit: 万元}}}\n", "utf-8"
    )  # fmt: skip
    each = "".join(f"  - {{id: {one}, entity: firm, levels: {{red: output > 0}}}}\n" for one in "RS")
    text = "owner: {by: park, value: {P1: 园区办}}\n"
    text += "overrides: {S: {owner: {by: sector, value: {C13: 食品科, C14: 烟草科}}}}"
    report = ewarn.run(drop, rules=changed(tmp_path, text, f"pack: p\nrules:\n{each}"))
    assert {(alert.rule, alert.entity): alert.owner for alert in report.alerts} == {
        ("R", "F1"): "园区办", ("R", "F2"): None, ("S", "F1"): "食品科", ("S", "F2"): "烟草科",
    }  # fmt: skip


def test_points_of_the_score_are_set(tmp_path: Path) -> None:
    usual = ewarn.run(world(), rules=changed(tmp_path, "owner: x", SIMPLE))
    points = "score: {exposure: 0, persistence: 100, depth: 0, novelty: 0}"
    mine = ewarn.run(world(), rules=changed(tmp_path, points, SIMPLE))
    third = {alert.entity: alert for alert in mine.alerts if alert.rule == "A-1"}["F3"]
    assert third.score_parts.model_dump() == {"exposure": 0, "persistence": 50, "depth": 0, "novelty": 0}
    assert third.score == 50 != next(alert.score for alert in usual.alerts if alert.entity == "F3")
    text = str(ewarn.explain(world(), changed(tmp_path, points, SIMPLE), entity="F3", rule="A-1"))
    assert "persistence 50.0" in text


def test_show_says_where_each_parameter_comes_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ewarn.cli import main

    (tmp_path / "f.csv").write_text("id,v\nF1,1\n", encoding="utf-8")
    text = """overrides:
  A-1:
    params:
      k: {yellow: 3}
      share: {value: {table: f.csv, key: id, column: v}}
    where: staff > 6
    owner: 县工信局
"""
    (mine,) = changed(tmp_path, text, SIMPLE)
    assert main(["rules", "show", mine, "A-1", "--lang", "en", "--width", "400"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    pack = mine.replace("mine", "pack")
    assert f"k = by level: blue: 1, yellow: 3, red: 3 (yellow {mine}:5, the rest {pack}:9; judgement)" in lines
    assert f"share = f.csv: v % ({mine}:6)" in lines
    assert f"and where staff > 6 ({mine}:7)" in lines
    assert f"owner 县工信局 ({mine}:8)" in lines


MISTAKES = {
    "overrides: {A-9: {enabled: false}}": "there is no rule `A-9`",
    "overrides: {'Z*': {enabled: false}}": "there is no rule `Z*`",
    "overrides: {A-1: {params: {kk: 2}}}": "rule A-1 has no param `kk`",
    "overrides: {'A-*': {params: {kk: 2}}}": "these rules have no param `kk`",
    "overrides: {A-1: {params: {k: {orange: 2}}}}": "`k` of A-1 has no level `orange`",
    "overrides: {A-1: {params: {k: 2}}}": "`k` of A-1 has a value for each level",
    "overrides: {A-1: {params: {floor: {red: 2}}}}": "`floor` of A-1 is one value",
    "overrides: {A-1: {params: {floor: 2}}}": "`floor` of A-1 is a quantity, `100 万元`",
    "overrides: {A-1: {params: {word: 2}}}": "`word` of A-1 is a text",
    "overrides: {A-1: {params: {share: much}}}": "`share` of A-1 is a number",
    "overrides: {A-1: {params: {share: true}}}": "`share` of A-1 is a number",
    "overrides: {A-1: {}}": "an override that changes nothing",
    "overrides: {A-1: {wher: x}}": "unknown key `wher`",
    "overrides: {A-1: {enabled: no}}": "`enabled` must be true or false, not `no`",
    "overrides: {'A-[12]': {enabled: false}}": "`A-[12]` is no rule",
    "score: {exposure: 50, persistence: 25, depth: 20, novelty: 15}": "the parts of the score make 110",
    "overrides: {A-1: {owner: {table: ../t.csv, key: id, column: v}}}": "`../t.csv` lies outside the drop",
    "overrides: {A-1: {owner: {table: no.csv, key: id, column: v}}}": "no.csv",
    "overrides: {A-1: {owner: {table: t.csv, key: idd, column: v}}}": "`t.csv` has no column `idd`",
    "overrides: {A-1: {owner: {table: t.csv, key: id, column: id}}}": "`id` is both the key and the values",
    "overrides: {A-1: {params: {k: {red: {table: t.csv, key: id, column: v, otherwise: x}}}}}": "`otherwise` must be",
    "overrides: {A-1: {params: {share: {table: t.csv, key: id, column: v, otherwise: x}}}}": "`otherwise` must be",
    "overrides: {A-1: {params: {share: {value: {table: t.csv, key: id, column: w}}}}}": "`many` is not a number",
    "overrides: {A-1: {params: {share: {value: {table: 2.csv, key: id, column: v}}}}}": "two rows for `F1`: 2 and 3",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text("id,v,w\nF1,1,many\n", encoding="utf-8")
    (tmp_path / "2.csv").write_text("id,v\nF1,1\nF1,2\n", encoding="utf-8")
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.run(world(), rules=changed(tmp_path, text, SIMPLE))
    (problem,) = caught.value.diagnostics
    assert MISTAKES[text].replace("{}", str(tmp_path)) in problem.message
    assert problem.place is not None


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = "overrides: {A-9: {weight: x}, A-1: {params: {kk: 1, floor: 2}, owner: {table: no.csv, key: a, column: b}}}"
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.load_rules(*changed(tmp_path, text, SIMPLE))
    assert len(caught.value.diagnostics) == 4


def test_an_override_file_alone_changes_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("overrides: {A-1: {enabled: false}}", encoding="utf-8")
    with pytest.raises(ewarn.RuleError, match="an override file without rules to change"):
        ewarn.load_rules(tmp_path / "mine.yaml")


def test_a_pack_or_file_it_uses_must_exist(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("use: [nosuch, no.yaml]\noverrides: {A: {weight: x}}", encoding="utf-8")
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.load_rules(tmp_path / "mine.yaml")
    messages = [problem.message for problem in caught.value.diagnostics]
    assert messages[0] == "there is no pack `nosuch`"
    assert "no.yaml" in messages[1]
    assert len(messages) == 2
    places = [problem.place for problem in caught.value.diagnostics]
    assert [one.text[one.column - 1 : one.end - 1] for one in places if isinstance(one, Span)] == ["nosuch", "no.yaml"]


def test_rules_of_a_drop_are_told_where_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("firm,month,x\nA,2024-01,1\n", encoding="utf-8")
    table = "{file: f.csv, entity: {type: firm, id: firm}, period: month, values: {x: x}}"
    (tmp_path / "drop.yaml").write_text(f"tables: [{table}]\nrules: [industri, gone.yaml]\n", encoding="utf-8")
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.run(tmp_path)
    places = [problem.place for problem in caught.value.diagnostics]
    assert [(one.line, one.column) for one in places if isinstance(one, Span)] == [(2, 9), (2, 19)]


def without_dates(text: str) -> Any:
    """YAML as ewarn reads it: dates stay text."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in found if not tag.endswith("timestamp")]
            for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return yaml.load(text, Loader)  # noqa: S506  (a safe loader with less)


WRONG = {
    "rules": (
        "rules: [{id: A, levels: {ornage: x}}]",
        "rules: [{levels: {red: x}}]",
        "rules: [{id: A, levels: {red: x}, legs: {a: {any: [B], window: 0}}}]",
        "rules: [{id: A, levels: {red: x}, params: {k: {value: 3, confidence: sure}}}]",
        "rules: [{id: A, levels: {red: x}, source: {de: x}}]",
        "rules: [{id: A, stalled: {indicator: x, perids: 3}}]",
        "rules: [{id: A, levels: {red: x}, effective: {form: 2024}}]",
    ),
    "overrides": (
        "overrides: {A: {}}", "overrides: {A: {enable: false}}", "owner: {by: park}", "score: {exposure: 1}",
        "use: firms.yaml", "overrides: {A: {owner: {table: x.csv, key: a}}}",
    ),
    "tests": (
        "tests: {A: [{given: {x: 1}, expect: red}]}", "tests: {A: [{name: a, given: {x: 1}, exect: red}]}",
        "tests: {A: [{name: a, at: {2022-01: {possible: organge}}}]}", "{tests: {}, links: {a: {inverse: b}}}",
        "{tests: {}, rounds: []}",
    ),
    "drop": (
        "tables: []", "tables: [{file: a.csv, entity: {type: x}}]",
        "{tables: [{file: a.csv, entity: {id: x}, period: m, values: {x: y}}], frequency: W}",
    ),
}  # fmt: skip


def test_schemas_take_what_ewarn_takes_and_refuse_unknown_keys(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    import jsonschema

    from ewarn.cli import main
    from ewarn.schemas import schemas

    root = Path(__file__).parents[1]
    page = (root / "docs" / "overrides.md").read_text("utf-8").partition("`county.yaml`\n```yaml\n")[2]
    written = {
        "drop": [path.read_text("utf-8") for path in root.glob("examples/*/drop.yaml")],
        "overrides": [page.partition("```")[0], (root / "examples" / "county" / "local.yaml").read_text("utf-8")],
        "tests": [path.read_text("utf-8") for path in root.glob("rules/*.test.yaml")],
        "rules": [path.read_text("utf-8") for path in root.glob("rules/*.yaml") if ".test" not in path.name],
    }
    for kind, texts in written.items():
        assert main(["rules", "schema", kind]) == 0
        schema = json.loads(capsys.readouterr().out)
        jsonschema.Draft202012Validator.check_schema(schema)
        checker = jsonschema.Draft202012Validator(schema)
        assert texts
        for text in texts:
            tree = without_dates(text)
            assert [error.message for error in checker.iter_errors(tree)] == []
            assert list(checker.iter_errors({**tree, "no_such_key": 1}))
    for kind, wrong in WRONG.items():
        checker = jsonschema.Draft202012Validator(schemas()[kind]())
        for text in wrong:
            assert list(checker.iter_errors(without_dates(text))), text
    assert main(["rules", "schema", "drops"]) == 2
    assert "did you mean `drop`?" in capsys.readouterr().err
