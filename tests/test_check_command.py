"""`ewarn check` as it is typed: exit codes, files, settings, and a pipeline of three monthly drops."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from check_formats import junit, sarif
from ewarn.cli import main

GOLDEN = Path(__file__).parent / "data" / "pipeline"
YAML = """name: county
frequency: M
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm, name: name}
    period: month
    values: {output: {column: output, unit: 万元}}
    status: {column: status}
indicators:
  output: {unit: 万元, kind: flow, better: higher}
rules: [rules.yaml]
"""
RULES = """pack: county
rules:
  - id: IND-01
    title: {zh: 产值同比下降, en: Output down year on year}
    entity: enterprise
    levels: {yellow: yoy(output) < 0, orange: yoy(output) < -0.1, red: yoy(output) < -0.3}
    action: {zh: 上门核实, en: Visit the firm}
"""
MONTHS = ("2022-07", "2022-08", "2022-09")
FIRMS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "E1": ("Cloud Ridge Cement", (98, 85, 60)),
    "E2": ("Clear Brook Chemicals", (88, 80, "")),
    "E3": ("Pine River Foods", (105, 104, 80)),
    "E4": ("East Gate Textiles", (80, 120, 125)),
}
Run = Callable[..., tuple[int, str, str]]


def write_drop(folder: Path, months: int, firms: dict[str, tuple[str, tuple[Any, ...]]] | None = None) -> Path:
    """The drop of the first so many months; a year before, every firm made 100."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["firm,name,month,output,status"]
    for key, (name, values) in (firms or FIRMS).items():
        rows += [f"{key},{name},{month.replace('2022', '2021')},100," for month in MONTHS]
        for month, value in list(zip(MONTHS, values, strict=True))[:months]:
            number, _, status = str(value).partition(" ")
            rows.append(f"{key},{name},{month},{number},{status}")
    (folder / "firms.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "drop.yaml").write_text(YAML, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("EWARN_", "GITHUB_")) or name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)

    def typed(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        out, err = capsys.readouterr()
        return code, out, err

    return typed


@pytest.fixture
def drops(tmp_path: Path) -> list[str]:
    """Three monthly drops, each with what the one before had."""
    return [write_drop(tmp_path / "drops" / month, at).relative_to(tmp_path).as_posix()
            for at, month in enumerate(MONTHS, start=1)]  # fmt: skip


def test_a_pipeline_of_three_months(run: Run, drops: list[str], tmp_path: Path) -> None:
    assert run("check", drops[0])[0] == 2  # no baseline yet
    assert run("check", drops[0], "--update-baseline")[0] == 0
    codes = [run("check", drops[0])[0]]
    for month, drop in zip(MONTHS[1:], drops[1:], strict=True):
        code, annotations, _ = run("check", drop, "--format", "github", "--output", "log.sarif", "--output", "r.xml")
        codes.append(code)
        log = (tmp_path / "log.sarif").read_text(encoding="utf-8")
        sarif(log)
        junit((tmp_path / "r.xml").read_text(encoding="utf-8"))
        golden(f"{month}.annotations", annotations)
        golden(f"{month}.sarif", json.dumps(json.loads(log), indent=1, ensure_ascii=False) + "\n")
        assert run("check", drop, "--update-baseline")[0] == 0
        assert run("check", drop)[0] == 0
    assert codes == [0, 1, 1]


def golden(name: str, text: str) -> None:
    """Compare with a file that was read by eye; `WRITE_GOLDEN=1` writes it anew."""
    path = GOLDEN / name
    text = re.sub(r'"semanticVersion": "[^"]*"', '"semanticVersion": "…"', text)
    if os.environ.get("WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def statuses(run: Run, *words: str) -> tuple[int, dict[str, str]]:
    code, out, err = run("check", *words, "--format", "json")
    assert out, err
    return code, {alert["entity"]: alert["status"] for alert in json.loads(out)["alerts"]}


@pytest.fixture
def accepted(run: Run, drops: list[str]) -> str:
    """The second drop, its alerts accepted."""
    assert run("check", drops[1], "--update-baseline")[0] == 0
    return drops[1]


def test_one_value_changed_is_exactly_one_finding_at_its_row(run: Run, accepted: str, tmp_path: Path) -> None:
    assert statuses(run, accepted) == (0, {"E1": "ongoing", "E2": "ongoing"})
    table = tmp_path / accepted / "firms.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    at = lines.index("E3,Pine River Foods,2022-08,104,")
    lines[at] = "E3,Pine River Foods,2022-08,60,"
    table.write_text("\n".join(lines), encoding="utf-8")
    assert statuses(run, accepted) == (1, {"E1": "ongoing", "E2": "ongoing", "E3": "new"})
    _, out, _ = run("check", accepted, "--format", "github")
    assert f"::error file={accepted}/firms.csv,line={at + 1}," in out
    assert out.count("::error") == 1


def test_rows_columns_files_and_wording_are_not_news(run: Run, accepted: str, tmp_path: Path) -> None:
    folder = tmp_path / accepted
    table = folder / "firms.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    note, wide = f"note,{head},more", [f"a note,{row},1" for row in reversed(rows)]
    (folder / "other.csv").write_text("\n".join([note, *wide]), encoding="utf-8")
    table.unlink()
    (folder / "drop.yaml").write_text(YAML.replace("firms.csv", "other.csv"), encoding="utf-8")
    (tmp_path / accepted / "rules.yaml").write_text(RULES.replace("Output down", "Output falls"), encoding="utf-8")
    assert statuses(run, accepted) == (0, {"E1": "ongoing", "E2": "ongoing"})
    moved = folder.rename(tmp_path / "drops" / "renamed")
    assert statuses(run, moved.relative_to(tmp_path).as_posix())[0] == 0


def test_what_went_missing_is_unjudged(run: Run, accepted: str, drops: list[str]) -> None:
    assert accepted
    assert statuses(run, drops[2])[1]["E2"] == "unjudged"


def test_what_clears_on_a_forecast_is_provisional(run: Run, accepted: str, tmp_path: Path) -> None:
    firms = {**FIRMS, "E2": ("Clear Brook Chemicals", (88, "140 预计", ""))}
    write_drop(tmp_path / accepted, 2, firms)
    _, out, _ = run("check", accepted, "--format", "json")
    alert = next(one for one in json.loads(out)["alerts"] if one["entity"] == "E2")
    assert (alert["status"], alert["provisional"], alert["level"]) == ("ongoing", True, "orange")


def test_renames_are_hinted_at(run: Run, accepted: str, tmp_path: Path) -> None:
    table = tmp_path / accepted / "firms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("E1,", "E01,"), encoding="utf-8")
    code, out, _ = run("check", accepted)
    assert code == 1
    assert "enterprise:E1 is not in this drop, and enterprise:E01 has the same alerts" in " ".join(out.split())
    assert "RESOLVED" in out
    (tmp_path / accepted / "rules.yaml").write_text(RULES.replace("IND-01", "IND-1"), encoding="utf-8")
    _, out, _ = run("check", accepted)
    assert "rule county/IND-01 is no longer among those run, and county/IND-1 fires for" in " ".join(out.split())


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "--update-baseline"), ("", "is empty"), ("{", "not JSON"), ('{"a": 1}', "not a baseline"),
     ('{"ewarn": 9}', "newer ewarn"), ("\x00", "not JSON")],
)  # fmt: skip
def test_a_baseline_that_cannot_be_used_is_one_message(
    run: Run, drops: list[str], tmp_path: Path, content: str | None, said: str
) -> None:
    (tmp_path / "b.json").write_text(content or "", encoding="utf-8")
    if content is None:
        (tmp_path / "b.json").unlink()
    code, out, err = run("check", drops[0], "--baseline", "b.json")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("error[") == 1
    if content is not None:  # nor is it written over
        assert run("check", drops[0], "--baseline", "b.json", "--update-baseline")[0] == 2
        assert (tmp_path / "b.json").read_text(encoding="utf-8") == content
    (tmp_path / "folder.json").mkdir()
    assert run("check", drops[0], "--baseline", "folder.json")[0] == 2


def test_a_failure_while_the_baseline_is_written_leaves_the_old_one(
    run: Run, accepted: str, drops: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / ".ewarn/baseline.json").read_bytes()
    assert accepted

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ewarn.cli.output.os.fsync", full)
    code, _, err = run("check", drops[2], "--update-baseline")
    assert code == 2
    assert "untouched" in err
    assert (tmp_path / ".ewarn/baseline.json").read_bytes() == before
    assert [path.name for path in (tmp_path / ".ewarn").iterdir()] == ["baseline.json"]


def test_a_check_that_could_not_look_accepts_nothing(run: Run, accepted: str, tmp_path: Path) -> None:
    before = (tmp_path / ".ewarn/baseline.json").read_bytes()
    write_drop(tmp_path / accepted, 2, {key: (name, ("", "", "")) for key, (name, _) in FIRMS.items()})
    code, out, _ = run("check", accepted, "--update-baseline")
    assert code == 2
    assert "no pass" in out
    assert (tmp_path / ".ewarn/baseline.json").read_bytes() == before


def test_several_outputs_in_one_run(run: Run, accepted: str, tmp_path: Path) -> None:
    names = ("a.sarif", "b.json", "c.xml", "d.csv", "e.md", "f.txt", "gl-code-quality-report.json")
    words = [word for name in (*names, "github:g.anything") for word in ("--output", name)]
    code, out, _ = run("check", accepted, *words)
    assert code == 0
    assert out.startswith("county, data to 2022-08, against .ewarn/baseline.json (2022-08)")
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in (*names, "g.anything")}
    assert [texts[name][:9] for name in names] == [
        '{"$schema', '{"ewarn":', "<?xml ver", "\ufeffrule,pac", "# county,", "county, d", '[{"type":',
    ]  # fmt: skip
    assert texts["g.anything"].startswith("::notice")
    assert list(tmp_path.glob(".ewarn-*")) == []
    code, _, err = run("check", accepted, "--output", "report.pdf")
    assert code == 2
    assert "its name says no format" in err


def test_the_step_summary_is_added_to(run: Run, accepted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "summary.md").write_text("# before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    run("check", accepted, "--format", "github")
    text = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("# before\n# county, data to 2022-08")


def test_unknown_share(run: Run, accepted: str, drops: list[str]) -> None:
    assert accepted
    assert run("check", drops[2], "--fail-on", "red", "--fail-on-unknown", "25%")[0] == 1  # E1 is red
    run("check", drops[2], "--update-baseline")
    assert run("check", drops[2], "--fail-on-unknown", "25%")[0] == 0
    code, out, _ = run("check", drops[2], "--fail-on-unknown", "0.2")
    assert code == 1
    assert "25% could not be judged, more than the 20%" in out
    assert run("check", drops[2], "--fail-on-unknown", "2")[0] == 2


def test_the_older_drop_is_compared_with(run: Run, accepted: str, drops: list[str], tmp_path: Path) -> None:
    firms = {**FIRMS, "E3": ("Pine River Foods", (105, 204, 80))}
    del firms["E4"]
    write_drop(tmp_path / drops[2], 3, firms)
    code, out, _ = run("check", drops[2], "--compare", accepted, "--fail-on", "yellow", "--format", "json")
    assert code == 1
    data = {
        (alert["rule"], alert["entity"]): alert for alert in json.loads(out)["alerts"] if alert["channel"] == "data"
    }
    assert set(data) == {("vanished-entity", "E4"), ("revised", "E3")}
    assert "output 2022-08: 104 → 204 万元, +96%" in data["revised", "E3"]["explanation"]["en"]
    source = data["revised", "E3"]["evidence"][0]["inputs"][0]["source"]
    assert (source["file"], source["column"]) == ("firms.csv", "output")
    assert run("check", drops[2], "--compare", accepted, "--revised", "1", "--format", "json")[1].count("revised") == 0


# settings


def test_flag_over_environment_over_file_over_default(
    run: Run, accepted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_drop(tmp_path / accepted, 2, {**FIRMS, "E3": ("Pine River Foods", (105, 95, 80))})
    assert run("check", accepted)[0] == 0  # a new yellow, below the default
    (tmp_path / "pyproject.toml").write_text('[tool.ewarn]\nfail-on = "yellow"\n', encoding="utf-8")
    assert run("check", accepted)[0] == 1
    monkeypatch.setenv("EWARN_FAIL_ON", "red")
    assert run("check", accepted)[0] == 0
    assert run("check", accepted, "--fail-on", "yellow")[0] == 1
    monkeypatch.setenv("EWARN_FAIL_ON", "")
    (tmp_path / "ewarn.toml").write_text('fail-on = "red"\n', encoding="utf-8")
    assert run("check", accepted)[0] == 0  # the more particular of two beside each other


def test_config_says_what_holds_and_where_from(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[tool.ewarn]\nbaseline = "b.json"\nrules = ["industry", "mine.yaml"]\nfail-on-ongoing = true\ntop = 5\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "sub" / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "sub" / "deep")
    monkeypatch.setenv("EWARN_FAIL_ON", "blue")
    code, out, _ = run("config")
    said = {line.split("  ")[0]: re.split("  +", line)[1:] for line in out.splitlines()}
    assert code == 0
    there = "../../pyproject.toml"
    assert said["baseline"] == ["../../b.json", f"{there}: baseline"]
    assert said["rules"] == ["industry, ../../mine.yaml", f"{there}: rules"]
    assert said["fail-on-ongoing"] == ["true", f"{there}: fail-on-ongoing"]
    assert said["fail-on"] == ["blue", "EWARN_FAIL_ON"]
    assert said["top"] == ["5", f"{there}: top"]
    assert said["format"] == ["table", "default"]


WRONG = {
    'fail_on = "red"': "did you mean `fail-on`?",
    "allow-outside = true": "there is no setting `allow-outside`",
    "update-baseline = true": "there is no setting `update-baseline`",
    'fail-on = "pink"': "ewarn.toml: fail-on: --fail-on: there is no `pink`",
    'fail-on-ongoing = "yes"': "`fail-on-ongoing` is not true or false",
    "fail-on = [1]": "`fail-on` is not a text",
    "fail-on = ": "is not TOML",
    'output = ["../../etc/x.json"]': "names a file outside its folder",
    'output = "sarif:/tmp/x"': "names a file outside its folder",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_a_wrong_setting_is_said_and_stops(run: Run, accepted: str, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "ewarn.toml").write_text(text, encoding="utf-8")
    code, out, err = run("check", accepted)
    assert (code, out) == (2, "")
    assert said in err


def test_a_variable_that_reaches_outside_is_none(run: Run, drops: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EWARN_ALLOW_OUTSIDE", "1")
    monkeypatch.setenv("EWARN_UPDATE_BASELINE", "1")
    assert run("check", drops[0])[0] == 2
    assert not Path(".ewarn").exists()


def test_settings_of_run(run: Run, accepted: str, tmp_path: Path) -> None:
    (tmp_path / "ewarn.toml").write_text('min-level = "red"\nlang = "zh"\nformat = "sarif"\n', encoding="utf-8")
    code, out, _ = run("run", accepted)
    assert code == 0
    assert "数据截至 2022-08" in out
    assert "其余 2 条未列出" in out
    assert "data to 2022-08" in run("run", accepted, "--lang", "en")[1]


def test_rules_of_the_settings_serve_drops_that_name_none(run: Run, drops: list[str], tmp_path: Path) -> None:
    folder = tmp_path / drops[0]
    (folder / "drop.yaml").write_text(YAML.replace("rules: [rules.yaml]\n", ""), encoding="utf-8")
    (tmp_path / "ewarn.toml").write_text(f'rules = ["{drops[0]}/rules.yaml"]\n', encoding="utf-8")
    assert statuses(run, drops[0], "--update-baseline")[1] == {"E1": "new", "E2": "new", "E4": "new"}
    assert run("check", drops[0])[0] == 0
