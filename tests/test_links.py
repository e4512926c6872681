"""Links: what an entity leads to under a name of its own, as the head of a path."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

import ewarn
from drop_files import mistakes, panel
from naive.compare import agree
from naive.sheet import Sheet
from naive.worlds import Want, sheets

FEW = settings(max_examples=15)
WORLD = sheets(
    [Want("x"), Want("s"), Want("x", "growth"), Want("r", type="park"), Want("x", type="park")],
    january=("separate", "none"), months=(1, 20), entities=(1, 6), linked=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("follows.x", "enterprise"),
        ("follows.follows.s - s", "enterprise"),
        ("follows.backbone and x > follows.x", "enterprise"),
        ("streak(diff(follows.s) < 0) >= 2", "enterprise"),
        ("yoy(follows.x) < yoy(x)", "enterprise"),
        ("follows.x.ytd", "enterprise"),
        ("full_year(follows.x)", "enterprise"),
        ("follows.park.r > park.r", "enterprise"),
        ("blocks.x > x", "park"),
        ("sum(blocked_by.x)", "enterprise"),
        ("count(blocked_by.x > x)", "enterprise"),
        ("breadth(blocked_by.r > 1 and s > 2)", "enterprise"),
        ("mean(followed_by.s, min_known=1) > lag(s, 1)", "enterprise"),
        ("growth(followed_by.x)", "enterprise"),
        ("max(followed_by.park.r)", "enterprise"),
        ("count(count(enterprise.followed_by.x > 2) >= 1)", "park"),
        ("mean(enterprise.follows.x)", "park"),
        ("count(enterprise.follows.x > 2 and enterprise.s > 1)", "park"),
        ("streak(count(blocked_by.r > 1) >= 1)  >= 2", "enterprise"),
    ],
)
def test_like_the_naive_reading(text: str, own: str) -> None:
    @FEW
    @given(WORLD)
    def check(sheet: Sheet) -> None:
        agree(sheet, text, own)

    check()


DROP = """\
tables:
  - file: firms.csv
    entity: {type: firm, id: id, parents: {park: park}}
    period: month
    values: {output: output}
  - file: projects.csv
    entity: {type: project, id: id, links: {blocks: {type: firm, column: firm, inverse: blocked_by}}}
    period: month
    values: {invested: invested}
indicators: {output: {kind: flow, unit: 万元}, invested: {kind: flow, unit: 万元}}
"""
FIRMS = "id,month,output,park\n" + "".join(
    f"{firm},2022-{month:02d},{high - month},K\n" for firm, high in (("E1", 10), ("E2", 30)) for month in range(1, 7)
)
PROJECTS = "id,month,invested,firm\n" + "".join(
    f"{project},2022-{month:02d},{month},{firm if month < 4 else later}\n"
    for project, firm, later in (("P1", "E1", "E1"), ("P2", "E1", "E2"), ("P3", "", ""))
    for month in range(1, 7)
)
RULES = [
    {
        "rules": [
            {"id": "UP", "entity": "project", "levels": {"red": "blocks.output < 5 and invested > 2"}},
            {"id": "DOWN", "entity": "firm", "levels": {"red": "sum(blocked_by.invested) > output"}},
            {"id": "NONE", "entity": "project", "levels": {"red": "holds.output < 5"}},
        ]
    }
]


def test_a_report(tmp_path: Path) -> None:
    drop = panel(tmp_path, DROP, firms_csv=FIRMS, projects_csv=PROJECTS)
    assert drop.eval("lag(blocks.output, 3)", entity="project")["P2"].tolist()[3:] == [29, 28, 27], "one firm's past"
    report = ewarn.run(drop, rules=RULES)
    assert [(alert.rule, alert.entity) for alert in report.alerts] == [("DOWN", "E1"), ("UP", "P1")]
    down, up = report.alerts
    assert [(one.indicator, one.entity, one.period) for one in up.evidence[0].inputs] == [("output", "E1", "2022-06")]
    assert up.evidence[0].inputs[0].source is not None
    assert (up.evidence[0].inputs[0].source.file, up.evidence[0].inputs[0].source.row) == ("firms.csv", 7)
    assert [(one.indicator, one.entity) for one in down.evidence[0].inputs][:1] == [("invested", "P1")]
    assert [one.entity for one in up.clears_when or ()] == ["E1", "P1"]
    coverage = {row.rule: row for row in report.coverage}
    assert coverage["UP"].unknown == {"blank": 1}, "linked to none"
    assert coverage["NONE"].matched == 0, "a rule on a link that the drop lacks is left unrun"
    (explained,) = ewarn.explain(drop, RULES, entity="P1", rule="UP").rules
    (level,) = explained.levels
    assert level.tree.parts[0].parts[0].inputs[0].entity == "E1"


@pytest.mark.parametrize(
    ("change", "files", "says"),
    [
        (("type: firm, column", "type: frim, column"), {}, ("a type that the drop lacks, `frim`", "mean `firm`?")),
        (("column: firm", "column: frim"), {}, ("`projects.csv` has no column `frim`", "did you mean `firm`?")),
        (("blocks:", "invested:"), {}, ("`invested` is a link of project and one of its indicators",)),
        (("blocks:", "park:"), {}, ("`park` is a link of project and an entity type",)),
        (("blocked_by}", "park}"), {}, ("`park` is a link of firm and an entity type", "inverse: park")),
        (("blocked_by}", "blocks}"), {}, ("the link `blocks` and its inverse have one name", "rename one of them")),
        (("type: firm, column: firm, inverse: blocked_by}", "type: project, column: firm, inverse: blocks}"), {},
         ("the link `blocks` and its inverse have one name",)),
        (("blocked_by}", "output}"), {}, ("`output` is a link of firm and one of its indicators",)),
        (("blocks: {", "2x: {"), {}, ("`2x` is not a name",)),
        (("blocks: {", "blocks: {many: true, "), {}, ("unknown key `many`",)),
        (("", ""), {"projects_csv": PROJECTS.replace("06,6,E2", "06,6,E9")},
         ("there is no firm `E9`", "projects.csv:13, column firm", "firms.csv lists 2")),
        (("    period: month\n    values: {invested: invested}\n", ""), {},
         ("two values for P2, blocks: `E1` and `E2`", "projects.csv:")),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, change: tuple[str, str], files: dict[str, str], says: tuple[str, ...]) -> None:
    yaml = DROP.replace(change[0], change[1]) if change[0] else DROP
    text = mistakes(tmp_path, yaml, **{"firms_csv": FIRMS, "projects_csv": PROJECTS, **files})
    for part in says:
        assert part in text


@pytest.mark.parametrize(
    ("expression", "own", "says"),
    [
        ("blocked_by.invested > 1", "firm", "one value per member"),
        ("block.output > 1", "project", "did you mean `blocks`?"),
        ("blocks.outptu > 1", "project", "firm has: output"),
        ("max(full_year(firm.blocked_by.blocks.output)) > 1", "park", "cannot follow a link of each member"),
    ],
)
def test_mistakes_in_rules(tmp_path: Path, expression: str, own: str, says: str) -> None:
    drop = panel(tmp_path, DROP, firms_csv=FIRMS, projects_csv=PROJECTS)
    with pytest.raises(ewarn.EwarnError, match=says.replace("?", r"\?")):
        drop.eval(expression, entity=own)


def test_a_composite_over_a_link(tmp_path: Path) -> None:
    drop = panel(tmp_path, DROP, firms_csv=FIRMS, projects_csv=PROJECTS)
    rules = [
        {"id": "WEAK", "entity": "firm", "levels": {"yellow": "diff(output) < 0"}},
        {"id": "SLOW", "entity": "project", "where": "blocks.output < 20", "levels": {"yellow": "invested > 3"}},
        {
            "id": "C-08",
            "entity": "firm",
            "legs": {
                "weak": {"any": ["WEAK"], "level": "yellow"},
                "project.slow": {"any": ["SLOW"], "level": "yellow"},
            },
            "levels": {"yellow": "weak and count(blocked_by.slow) >= 1"},
        },
    ]
    report = ewarn.run(drop, rules=[{"rules": rules}])
    assert [alert.entity for alert in report.alerts if alert.rule == "C-08"] == ["E1"]
