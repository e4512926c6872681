"""`ewarn rules lint`: each code finds its bad example and not its good one; comments; screens; other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ewarn
from ewarn.cli import main
from ewarn.lint import Check, every_check, lint
from ewarn.lint.check import Example

CODES = [check.code for check in every_check()]


def found(folder: Path, example: Example) -> list[str]:
    (folder / "pack.yaml").write_text(example.rules, encoding="utf-8")
    if example.tests:
        (folder / "pack.test.yaml").write_text(example.tests, encoding="utf-8")
    drop = None
    if example.drop:
        drop = folder / "drop.csv"
        drop.write_text(example.drop, encoding="utf-8")
    return [finding.code for finding in lint(folder / "pack.yaml", drop=drop).findings]


@pytest.mark.parametrize("check", every_check(), ids=CODES)
def test_the_examples_of_a_code_are_true(check: Check, tmp_path: Path) -> None:
    assert check.code in found(tmp_path, check.bad)
    assert check.code not in found(tmp_path, check.good)


def codes(tmp_path: Path, rule: str, only: str) -> list[str]:
    text = f"rules:\n  - id: A\n    entity: enterprise\n    {rule}\n"
    (tmp_path / "pack.yaml").write_text(text, encoding="utf-8")
    return [one.diagnostic.message for one in lint(tmp_path / "pack.yaml").findings if one.code == only]


SAME, WRONG = "EW502", "EW503"


@pytest.mark.parametrize(
    ("levels", "code", "said"),
    [
        ("{yellow: output < 3, red: output < 5}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: output < 5, red: output < 3}", WRONG, []),
        ("{yellow: output < 5, red: output <= 5}", SAME, ["yellow is never reached"]),
        ("{yellow: output <= 5, red: output < 5}", WRONG, []),
        ("{yellow: output > '5 万元', red: output > '1 亿元'}", WRONG, []),
        ("{yellow: output > '1 亿元', red: output > '5 万元'}", WRONG, ["red asks for less than yellow"]),
        ("{blue: output < 9, yellow: output < 5, red: output < 7}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: output >= 2 * sales, red: output >= 1 * sales}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: output >= sales - 2, red: output >= sales - 3}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: not output > 3, red: not output > 5}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: streak(output < 3) >= 2, red: streak(output < 5) >= 2}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: streak(output < 3) >= 2, red: streak(output < 1) >= 2}", WRONG, []),
        ("{yellow: output < 3 and sales < 3, red: output < 2 and sales < 4}", WRONG, []),
        ("{yellow: output < 3 and sales < 3, red: output < 3 and sales < 4}", WRONG, ["red asks for less than yellow"]),
        ("{yellow: output < 3, red: sales < 5}", WRONG, []),
        ("{yellow: output < 3, red: output < 3}", SAME, ["yellow is never reached"]),
        ("{yellow: output < 3 and sales < 1, red: output < 3}", SAME, ["yellow is never reached"]),
        ("{yellow: output < 3, red: output < 3 and sales < 1}", SAME, []),
        ("{yellow: output < 3, red: output < 3 or sales < 1}", SAME, ["yellow is never reached"]),
        ("{yellow: output > 5 and output < 3}", SAME, ["this can never be true"]),
        ("{yellow: output >= 5 and output <= 5}", SAME, []),
        ("{yellow: output > 5 and output <= 5}", SAME, ["this can never be true"]),
    ],
)
def test_levels_are_held_against_each_other(tmp_path: Path, levels: str, code: str, said: list[str]) -> None:
    assert codes(tmp_path, f"levels: {levels}", code) == said


def test_levels_with_one_condition_may_differ_in_how_long_they_hold(tmp_path: Path) -> None:
    levels = "levels: {yellow: output < 3, red: output < 3}"
    assert codes(tmp_path, f"for: {{yellow: 1, red: 3}}\n    {levels}", SAME) == []
    assert codes(tmp_path, f"for: {{yellow: 3, red: 1}}\n    {levels}", SAME) == []
    assert codes(tmp_path, f"for: {{yellow: 3, red: 1}}\n    {levels}", WRONG) == ["red asks for less than yellow"]


@pytest.mark.parametrize(
    ("condition", "many"),
    [
        ("output < 0 or profit < 0 and sales < 0", 1),
        ("output < 0 and profit < 0 or sales < 0 and tax < 0", 2),
        ("output < 0 or (profit < 0 and sales < 0)", 0),
        ("(output < 0) or ( profit < 0 and sales < 0 )", 0),
        ("streak(output < 0 and sales < 0) >= 2 or profit < 0", 0),
        ("(output < 0 and sales < 0) or (profit < 0 and tax < 0)", 0),
    ],
)
def test_brackets(tmp_path: Path, condition: str, many: int) -> None:
    assert len(codes(tmp_path, f"levels: {{yellow: '{condition}'}}", "EW504")) == many


def test_a_comment_puts_a_doubt_to_rest(tmp_path: Path) -> None:
    pack = """
# ewarn: disable=EW510 tests are elsewhere
# ewarn: disable=EW507 for ourselves
rules:
  # ewarn: disable=EW504 as the circular has it
  - id: A
    entity: enterprise
    levels: {yellow: output < 0 or profit < 0 and sales < 0}   # ewarn: disable=EW511 judgement
  - id: B
    entity: enterprise
    source: judgement
    levels: {yellow: output < 0}
"""
    (tmp_path / "pack.yaml").write_text(pack, encoding="utf-8")
    assert lint(tmp_path / "pack.yaml").findings == ()


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("disable=EW510", "EW510 is disabled without a reason"),
        ("disable=EW509 no date here", "EW509 is disabled, and nothing is there to hide"),
        ("disable=EW999 what", "there is no code `EW999`"),
    ],
)
def test_comments_are_looked_at_too(tmp_path: Path, comment: str, said: str) -> None:
    pack = f"rules:\n  - id: A  # ewarn: {comment}\n    entity: enterprise\n    levels: {{yellow: output < 0}}\n"
    (tmp_path / "pack.yaml").write_text(pack, encoding="utf-8")
    assert said in [one.diagnostic.message for one in lint(tmp_path / "pack.yaml").findings if one.code == "EW520"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check = next(one for one in every_check() if one.code == "EW504")
    Path("pack.yaml").write_text(check.bad.rules, encoding="utf-8")
    assert main(["rules", "lint", "pack.yaml", "--lang", "zh"]) == 1
    screen = capsys.readouterr().out
    assert "警告[EW504]：`and` 与 `or` 并列而没有括号" in screen
    assert "pack.yaml:5:36" in screen
    assert main(["rules", "lint", "pack.yaml", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    one = next(one for one in document["findings"] if one["code"] == "EW504")
    assert (one["rule"], one["file"], one["line"]) == ("A", "pack.yaml", 5)
    assert one["message"]["en"] == "`and` beside `or` without brackets"
    assert main(["rules", "lint", "--codes", "--lang", "en"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [*CODES, "EW520"]
    assert main(["rules", "lint", "nosuch.yaml"]) == 2
    assert main(["rules", "lint", "pack.yaml", "--drop", "nosuch"]) == 2


def test_what_lint_cannot_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("rules:\n  - id: A\n    levels: {yellow: 'output <'}\n", encoding="utf-8")
    assert codes(tmp_path, "levels: {yellow: 'output <'}", "EW501")
    (tmp_path / "pack.yaml").write_text("rules:\n  - id: A\n    level: {yellow: output}\n", encoding="utf-8")
    with pytest.raises(ewarn.RuleError):
        lint(tmp_path / "pack.yaml")


def test_shipped_packs_are_clean() -> None:
    assert [(one.rule, one.code, one.diagnostic.message) for one in lint().findings] == []


RULES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("rules", sorted(RULES.glob("*/rules.yaml")), ids=lambda path: path.parent.name)
def test_the_rules_of_the_examples_are_free_of_doubts(rules: Path) -> None:
    """Held against the drop that they stand in, without being told."""
    assert lint(rules).findings == ()


def test_which_drop_a_file_of_rules_stands_in(tmp_path: Path) -> None:
    rules, drop = tmp_path / "rules.yaml", tmp_path / "drop.yaml"
    rules.write_text("rules:\n  - {id: A, entity: firm, levels: {yellow: weight_of_it < 4}}\n", encoding="utf-8")
    (tmp_path / "firms.csv").write_text("firm,month,w\nA,2022-08,1\n", encoding="utf-8")
    table = "{file: firms.csv, entity: {type: firm, id: firm}, period: month, values: {weight_of_it: w}}"

    def unknown() -> int:
        return [finding.code for finding in lint(rules).findings].count("EW501")

    assert unknown() == 1
    for text, wanted in (
        (f"tables: [{table}]\nrules: [rules.yaml]\n", 0),
        (f"tables: [{table}]\nrules: [others.yaml]\n", 1),
        (f"tables: [{table}]\nrules: [industry]  # not rules.yaml\n", 1),
        ("tables: [rules.yaml\n", 1),
    ):
        drop.write_text(text, encoding="utf-8")
        assert unknown() == wanted, text


def test_the_rule_of_the_readme_is_free_of_doubts() -> None:
    assert lint(RULES / "decline.yaml", drop=RULES / "us_employment").findings == ()
    assert ewarn.run_tests(RULES / "decline.yaml").passed


def test_a_mistake_in_one_rule_hides_no_doubt_of_another(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "rules:\n"
        "  - {id: A, entity: enterprise, levels: {red: industrial_outptu < 3}}\n"
        "  - {id: B, entity: enterprise, legs: {a: A}, levels: {red: a}}\n"
        "  - {id: C, entity: enterprise, levels: {red: yoy(industrial_output) < -30}}\n",
        encoding="utf-8",
    )
    found = [(one.rule, one.code) for one in lint(rules).findings if one.code in ("EW501", "EW506")]
    assert found == [("A", "EW501"), ("C", "EW506")]


def test_what_the_history_is_too_short_for(tmp_path: Path) -> None:
    rules, drop = tmp_path / "rules.yaml", tmp_path / "drop.csv"
    lines = "".join(f"A,2023-{month:02},x,{month}\n" for month in range(1, 13))
    drop.write_text(f"entity,period,indicator,value\n{lines}", encoding="utf-8")
    rules.write_text(
        "rules:\n"
        "  - {id: A, levels: {red: 'x < lag(x, \"2y\")'}}\n"
        "  - {id: B, levels: {red: 'x < lag(x, \"6m\")'}}\n"
        "  - {id: C, levels: {red: 'times(x > 3, 13) > 2'}}\n",
        encoding="utf-8",
    )
    found = [(one.rule, one.code) for one in lint(rules, drop=drop).findings if one.code in ("EW505", "EW512")]
    assert found == [("A", "EW512"), ("A", "EW505"), ("C", "EW505")]


def test_tests_of_rules_that_an_override_file_names_are_found() -> None:
    county = RULES / "county" / "local.yaml"
    assert "EW510" not in [finding.code for finding in lint(county).findings]
