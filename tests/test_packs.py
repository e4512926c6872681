"""The shipped packs and the examples' rules: complete in both languages, sourced, and never steering a figure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ewarn
from ewarn import resources
from ewarn.catalogue import catalogue
from ewarn.rules.load import load_rules, shipped
from ewarn.rules.model import Rule
from ewarn.testing.pages import pack_pages

PACKS = [resources.packs() / f"{name}.yaml" for name in shipped()]
EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/rules.yaml"))
BOTH = {"zh", "en"}
HAN = re.compile(r"[\u4e00-\u9fff]")
STEERING = re.compile(r"调整.*(数|报)|修改.*(数|报)|补报|平滑|adjust|correct the|smooth|restate", re.IGNORECASE)


def rules_of(paths: list[Path]) -> list[Rule]:
    return [rule for path in paths for rule in load_rules(str(path)).rules]


@pytest.mark.parametrize("rule", rules_of(PACKS), ids=lambda rule: f"{rule.pack}/{rule.id}")
def test_a_shipped_rule_is_complete(rule: Rule) -> None:
    assert set(rule.title) == set(rule.explain) == set(rule.action) == BOTH
    assert rule.slug
    sources = {"the rule": rule.source, **{name: param.source for name, param in rule.params.items()}}
    for name, source in sources.items():
        assert set(source) == BOTH, f"{name} says where it comes from, in both languages"
        assert HAN.search(source["zh"]), name
        assert not HAN.search(source["en"].replace("万", "").replace("亿", "")), name
    for name, param in rule.params.items():
        assert param.confidence, f"{name} says how sure that is"
    assert set(rule.traps) == BOTH
    assert set(rule.notes) in (BOTH, set())


@pytest.mark.parametrize("rule", rules_of(PACKS), ids=lambda rule: f"{rule.pack}/{rule.id}")
def test_an_action_is_a_service(rule: Rule) -> None:
    explained = (part for told in rule.explain.values() for part in told.parts if isinstance(part, str))
    for sentence in (*rule.action.values(), *rule.notes.values(), *rule.traps.values(), *explained):
        assert not STEERING.search(sentence)


@pytest.mark.parametrize("rule", rules_of(PACKS + EXAMPLES), ids=lambda rule: f"{rule.pack}/{rule.id}")
def test_each_language_is_that_language(rule: Rule) -> None:
    assert set(rule.title) == set(rule.explain) == BOTH
    for sentence in (rule.title["zh"], *(part for part in rule.explain["zh"].parts if isinstance(part, str))):
        assert HAN.search(sentence) or not re.search(r"[a-z]{3}", sentence)
    assert not HAN.search(rule.title["en"] + rule.action.get("en", ""))


def write_county(folder: Path) -> None:
    """A drop in which each rule of `basics` has something to find: 12 firms, 3 projects, invented."""
    months = [*(f"2021-{month:02d}" for month in range(1, 13)), *(f"2022-{month:02d}" for month in range(1, 10))]
    firms, projects = ["firm,month,产值"], ["project,month,完成投资"]
    for number in range(12):
        for month in months:
            falling = number < 8 and month >= "2022-05"
            firms.append(f"E{number},{month},{(100 + 20 * number) * (0.9 if falling else 1)}")
    for number in range(3):
        idle = ["2022-06", "2022-07", "2022-08", "2022-09"] if number == 0 else []
        projects += [f"P{number},{month},{0 if month in idle else 100}" for month in months[12:]]
    files = {
        "firms.csv": firms,
        "projects.csv": projects,
        "plans.csv": ["project,year,plan", "P0,2022,2000", "P1,2022,1200", "P2,2022,900"],
        "drop.yaml": [COUNTY],
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


COUNTY = """
name: 云岭县
frequency: M
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm, parents: {county: {value: 云岭县}}}
    period: month
    values: {output: {column: 产值, unit: 万元}}
  - file: projects.csv
    entity: {type: project, id: project}
    period: month
    values: {investment: {column: 完成投资, unit: 万元}}
  - file: plans.csv
    frequency: A
    entity: {type: project, id: project}
    period: year
    values: {planned_investment: {column: plan, unit: 万元}}
"""


def test_basics_finds_what_is_there(tmp_path: Path) -> None:
    write_county(tmp_path)
    report = ewarn.run(tmp_path, rules=["basics"])
    found = {(alert.rule, alert.entity): alert for alert in report.alerts}
    levels = {key: alert.level for key, alert in found.items()}
    assert levels == {
        **{("BAS-01", f"E{number}"): "red" for number in range(8)},
        ("BAS-02", "P0"): "orange",
        ("BAS-04", "云岭县"): "red",
        ("BAS-05", "P0"): "red",
    }
    said = found["BAS-01", "E3"].explanation
    assert said.zh == "E3 产值已连续 5 期同比下降，本期 −10.0%（160 万元 → 144 万元）"
    assert said.en.startswith("E3: output has been below last year's for 5 periods running, −10.0% now (")


def test_basics_has_something_to_say_of_one_long_file(tmp_path: Path) -> None:
    months = [f"{year}-{month:02d}" for year in (2021, 2022) for month in range(1, 7)]
    lines = [f"a,{month},output,{100 if month < '2022' else 80}" for month in months]
    file = tmp_path / "long.csv"
    file.write_text("entity,period,indicator,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    report = ewarn.run(file)
    assert [(alert.rule, alert.entity, alert.level) for alert in report.alerts] == [("BAS-01", "a", "red")]


def test_a_pack_serves_drops_that_lack_a_type(tmp_path: Path) -> None:
    """Firms under another name: a rule that aggregates `enterprise` is left out, and coverage says why."""
    (tmp_path / "firms.csv").write_text("firm,park,month,output\na,north,2022-01,5\n", encoding="utf-8")
    (tmp_path / "drop.yaml").write_text(
        "frequency: M\ntables:\n  - file: firms.csv\n    entity: {type: firm, id: firm, parents: {park: park}}\n"
        "    period: month\n    values: {output: output}\n",
        encoding="utf-8",
    )
    report = ewarn.run(
        tmp_path, rules=["basics", {"rules": [{"id": "X", "entity": "firm", "levels": {"red": "output < 9"}}]}]
    )
    breadth = next(row for row in report.coverage if row.rule == "BAS-04" and row.entity_type == "park")
    assert breadth.note == "not run: the drop has no `enterprise`"


PAGES = pack_pages()
CATALOGUE = [
    *(f"IND-{at:02d}" for at in range(1, 12)),
    *(f"INV-{at:02d}" for at in range(1, 9)),
    *(f"LND-{at:02d}" for at in range(1, 8)),
    *(f"TGT-{at:02d}" for at in range(1, 4)),
    *(f"DQ-{at:02d}" for at in range(1, 6)),
    "ATT-01",
]


@pytest.mark.parametrize("rule", CATALOGUE)
def test_each_rule_of_the_catalogue_stands_in_the_table_with_its_tests(rule: str) -> None:
    index = PAGES["reference/packs.md"]
    rows = [line for line in index.splitlines() if line.startswith(f"| [{rule}](packs/")]
    count, _, named = rows[0].split("|")[-2].partition(":")
    assert int(count) >= 2
    assert named.strip()
    page = re.findall(r"\((packs/\w+\.md)#", rows[0])[0]
    written = PAGES[f"reference/{page}"].split(f"## {rule}\n")[1].split("\n## ")[0]
    assert "\n> " in written, "an example sentence, from a test"


def test_indicators_that_identify_a_firm_are_tagged() -> None:
    firm = {"industrial_output", "operating_revenue", "energy_consumption", "revenue_t12m"}
    assert all(catalogue()[name].restricted for name in firm)
    assert "`industrial_output` 工业总产值 (no January, restricted)" in PAGES["reference/packs/industry.md"]


def test_a_drop_of_other_make_stops_no_pack(tmp_path: Path) -> None:
    """Types without the parents that a pack joins them by, columns of dates without a date, nothing else."""
    (tmp_path / "p.csv").write_text("id,stage,planned,started\na,在建,2022-01-01,\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("id,month,v\nC,2022-01,5\nC,2022-02,6\n", encoding="utf-8")
    (tmp_path / "drop.yaml").write_text(
        "frequency: M\ntables:\n  - file: p.csv\n    entity: {type: project, id: id, attributes: {project_stage: stage,"
        " planned_start_date: planned, actual_start_date: started}}\n  - file: c.csv\n"
        "    entity: {type: county, id: id}\n"
        "    period: month\n    values: {industrial_investment: {column: v, unit: 万元}}\n",
        encoding="utf-8",
    )
    report = ewarn.run(tmp_path)
    assert {alert.rule for alert in report.alerts} == {"INV-06"}
    notes = {(row.rule, row.entity_type): row.note for row in report.coverage}
    assert notes["INV-01", "county"] == "not run: the drop has no `parents: project -> county`"


def test_a_drop_without_a_type_that_a_pack_reads_leaves_rules_unrun() -> None:
    import pandas as pd

    frame = pd.DataFrame([{"id": "P1", "month": f"2024-{month:02}", "land_ready_stock": 5.0} for month in range(1, 7)])
    panel = ewarn.Panel.from_frame(frame, entity="id", period="month", type="park")
    unrun = {row.rule: row.evaluated for row in ewarn.run(panel, rules="land").coverage}
    assert unrun["LND-06"] == 0  # it reads `parcel`, which is not `park` misspelt
