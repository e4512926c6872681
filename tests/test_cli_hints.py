"""What the command says to type next, and small things that a user meets: paths, languages, names that hide."""

from __future__ import annotations

import json
import shlex
import unicodedata
from pathlib import Path

import pytest

import ewarn
from drop_files import write
from ewarn.cli import main
from ewarn.errors import EwarnError

YAML = """\
frequency: M
tables:
  - file: f.csv
    entity: {type: firm, id: id, name: name, parents: {park: park}}
    period: month
    values: {output: output}
"""
ROWS = "id,name,park,month,output\nA,甲,P,2022-09,5\nB,乙,P,2022-09,3\nC,C,P,2022-09,1\n"
RULES = "rules:\n  - {id: R, entity: firm, levels: {yellow: output > 0, red: output > 4}}\n"


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "d", YAML, f_csv=ROWS)
    (tmp_path / "r.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(screen: str) -> list[list[str]]:
    """The commands that a screen ends with, as a shell reads them."""
    lines = screen.replace("\\\n", "").splitlines()
    return [shlex.split(line[line.index("ewarn ") :])[1:] for line in lines if ": ewarn " in line or "：ewarn " in line]


def test_what_a_run_says_to_type_can_be_typed(drop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--min-level", "yellow", "--lang", "zh", "--rules", "r.yaml"]
    assert main(["run", "d", "--top", "1", *chosen]) == 0
    every, explain = commands(capsys.readouterr().out)
    assert explain[:2] == ["explain", "d"]
    assert explain[explain.index("--entity") + 1] == "甲"
    for option, value in zip(chosen[::2], chosen[1::2], strict=True):
        assert every[every.index(option) + 1] == value
    assert main(every) == 0
    assert capsys.readouterr().out.count("R · ") == 3
    assert main(explain) == 0
    assert "甲" in capsys.readouterr().out


def test_an_entity_is_named_so_that_it_is_found(drop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for rows, wanted in (
        ("A,甲,A,2022-09,5\n", "甲"),
        ("A,甲,P,2022-09,5\nB,甲,P,2022-09,1\n", "A"),
        ("A,A,A,2022-09,5\n", "firm:A"),
        ("A,P,P,2022-09,5\n", "A"),
        ("A,a\u202eb,P,2022-09,5\n", "A"),
    ):
        write(drop / "d", None, f_csv="id,name,park,month,output\n" + rows)
        assert main(["run", "d", "--rules", "r.yaml"]) == 0
        explain = commands(capsys.readouterr().out)[-1]
        assert explain[explain.index("--entity") + 1] == wanted
        assert main(explain) == 0
        capsys.readouterr()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["a\0b", "no/such/file.md", "", "x" * 300 + ".md", "d", "r.yaml/x.md"])
def test_a_path_that_cannot_be_written(
    drop: Path, capsys: pytest.CaptureFixture[str], name: str, language: str
) -> None:
    assert main(["run", "d", "--rules", "r.yaml", "--lang", language, "--format", "md", "--output", name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert ("[EW010]：写不了" if language == "zh" else "error[EW010]: cannot write") in err
    assert err.count("EW0") == 1


def test_a_rule_of_a_file_is_looked_for_in_the_file(drop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "ZZZ-99"]) == 2
    assert "`ewarn rules show FILE.yaml ZZZ-99`" in capsys.readouterr().err
    assert main(["rules", "list", "r.yaml", "--lang", "zh"]) == 0
    assert commands(capsys.readouterr().out) == [["rules", "show", "r.yaml", "R", "--lang", "zh"]]


def test_no_rules_at_all_are_an_error(drop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(drop / "d", YAML + "rules: []\n")
    assert main(["run", "d"]) == 2
    said = capsys.readouterr().err
    assert "`rules` must not be empty" in said
    assert "every shipped pack that fits" in said


def test_types_that_the_drop_lacks_are_said(drop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (drop / "r.yaml").write_text(RULES.replace("firm", "[firm, nosuch, prak]"), encoding="utf-8")
    assert main(["run", "d", "--rules", "r.yaml"]) == 0
    said = capsys.readouterr().err
    assert "rule R: the drop has no `nosuch`" in said
    assert "did you mean `park`?" in said
    assert main(["run", "d", "--rules", "basics"]) == 2  # a shipped pack names types that few drops have
    assert "EW108" not in capsys.readouterr().err


def test_a_plan_in_place_of_a_target_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    yaml = YAML.replace("output: output", "output: [{column: output}, {column: plan, measure: plan}]")
    write(tmp_path, yaml, f_csv="id,name,park,month,output,plan\nA,A,P,2022-09,5,9\n")
    rules = "rules: [{id: R, entity: firm, behind_schedule: {indicator: output, by: 0.1}}]"
    assert ewarn.run(tmp_path, rules=rules).coverage[0].note == (
        "not run: the drop has no `output.target` (it has `output`, `output.plan`)"
    )
    (tmp_path / "r.yaml").write_text(rules, encoding="utf-8")
    assert main(["run", str(tmp_path), "--rules", str(tmp_path / "r.yaml"), "--lang", "zh", "--width", "200"]) == 2
    assert "数据里没有产值目标，只有产值、产值计划" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("slot", "message"),
    [
        ("{output:date}", "`date` is no format for a number"),
        ("{id_day:.1f}", "`.1f` is no format for a date"),
        ("{output > 1:unit}", "`unit` is no format for a condition (true or false)"),
        ("{streak(output > 1):date}", "`date` is no format for a count of periods"),
    ],
)
def test_a_format_that_does_not_fit(tmp_path: Path, slot: str, message: str) -> None:
    yaml = YAML.replace("id: id,", "id: id, attributes: {id_day: {column: day, kind: date}},")
    write(tmp_path, yaml, f_csv="id,name,park,day,month,output\nA,A,P,2020-01-02,2022-09,5\n")
    rule = {"id": "R", "entity": "firm", "levels": {"red": "output > 0"}, "explain": {"en": f"x {slot} y"}}
    with pytest.raises(EwarnError) as caught:
        ewarn.run(tmp_path, rules=rule)
    assert [(one.code, one.message) for one in caught.value.diagnostics] == [("EW124", message)]


@pytest.mark.parametrize(("least", "fits"), [(0.5, True), (1, True), (3, True), (2.5, False)])
def test_min_known_is_a_share_or_a_number(drop: Path, least: float, fits: bool) -> None:
    rule = {"id": "R", "entity": "park", "levels": {"red": f"sum(firm.output, min_known={least}) > 0"}}
    if fits:
        ewarn.run("d", rules=rule)
    else:
        with pytest.raises(EwarnError, match="a share below 1, or a whole number from 1"):
            ewarn.run("d", rules=rule)


@pytest.mark.parametrize("month", ["20229", "20223", "2022-13", "202213", "2022091", "44805"])
def test_what_looks_like_a_month_and_is_none(tmp_path: Path, month: str) -> None:
    write(tmp_path, YAML, f_csv=f"id,name,park,month,output\nA,A,P,{month},5\nA,A,P,2022-08,5\n")
    with pytest.raises(EwarnError) as caught:
        ewarn.load(tmp_path)
    assert [one.code for one in caught.value.diagnostics] == ["EW302"]


@pytest.mark.parametrize("month", ["2022-9", "2022.9", "2022/09", "2022年9月", "202209", "2022-09-30"])
def test_what_is_a_month(tmp_path: Path, month: str) -> None:
    write(tmp_path, YAML, f_csv=f"id,name,park,month,output\nA,A,P,{month},5\n")
    assert ewarn.load(tmp_path).calendars["M"].labels == ("2022-09",)


HIDING = "a\x9b31m\u202eb\u2066c\u200bd\x85e\u2028f\ufeffg\x1b[31m\U000e0041h"


@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_names_that_hide_are_harmless_in_every_format(
    tmp_path: Path, form: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(tmp_path, YAML, f_csv=f'id,name,park,month,output\n"{HIDING}","{HIDING}",P,2022-09,5\n')
    (tmp_path / "r.yaml").write_text(RULES, encoding="utf-8")
    assert main(["run", str(tmp_path), "--rules", str(tmp_path / "r.yaml"), "--format", form]) == 0
    text = capsysbinary.readouterr().out.decode("utf-8-sig")
    assert {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")} <= {"\n", "\r"}
    if form == "json":
        assert json.loads(text)["alerts"][0]["entity"] == HIDING
    if form == "md":
        assert text.count("(firm:") == 0
