"""What is ready to use: the action's steps as a script, the hook, and the snippets of docs/ci.md."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import ewarn
from docs_pages import DOCS, fences
from docs_run import run_page
from ewarn.check import write_baseline
from test_check_command import FIRMS, YAML, write_drop

ROOT = DOCS.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step.get("id", step.get("name")): step for step in ACTION["runs"]["steps"]}
TOKEN = re.compile(r"::stop-commands::([0-9a-f]{32})\n(.*)\n::\1::\n(.*)", re.DOTALL)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with a drop, its alerts accepted, and `ewarn` on the path."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ewarn"
    source = Path(ewarn.__file__).parents[1]
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(source))} exec {shlex.quote(sys.executable)} -P -m ewarn "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    write_drop(tmp_path / "work" / "drops" / "now", 1)
    return tmp_path


def shell(place: Path, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EWARN_", "GITHUB_"))}
    runner = {"RUNNER_TEMP": str(place), "GITHUB_OUTPUT": str(place / "out"), "GITHUB_STEP_SUMMARY": str(place / "sum")}
    environment = {**kept, **runner, "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}", **more}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script], cwd=place / "work", env=environment,
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def action(place: Path, *, variables: dict[str, str] | None = None, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step `check` as the runner would run it: inputs or their defaults in its environment."""
    given = {name: str(about.get("default", "")) for name, about in ACTION["inputs"].items()} | {
        name.replace("_", "-"): value for name, value in inputs.items()
    }
    environment = {
        name: given[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)[1]]  # type: ignore[index]  # it matches
        for name, value in STEPS["check"]["env"].items()
    }
    return shell(place, STEPS["check"]["run"], **environment, **(variables or {}))


def test_the_action_passes_what_is_accepted_and_fails_what_is_new(place: Path) -> None:
    assert shell(place, "ewarn check drops/now --update-baseline").returncode == 0
    passed = action(place, drop="drops/now")
    assert passed.returncode == 0, passed.stderr
    write_drop(place / "work/drops/now", 3)
    failed = action(place, drop="drops/now", sarif="true")
    assert failed.returncode == 1
    found = TOKEN.fullmatch(failed.stdout)
    assert found
    assert "NEW" in found[2]
    kinds = [line.split(" ")[0] for line in found[3].splitlines()]
    assert kinds == ["::error", "::error", "::warning", "::notice"]
    assert (place / "out").read_text(encoding="utf-8").splitlines() == ["exit-code=0", "exit-code=1"]
    assert (place / "ewarn.sarif").is_file()
    assert "# county, data to 2022-09" in (place / "sum").read_text(encoding="utf-8")


def test_the_action_could_not_judge(place: Path) -> None:
    done = action(place, drop="drops/now")  # no baseline
    assert done.returncode == 2
    assert "no baseline" in done.stderr
    assert action(place, drop="--help").returncode == 2
    assert action(place, drop="drops/now", baseline="--update-baseline").returncode == 2


def test_nothing_in_a_drop_is_a_command_to_the_runner(place: Path) -> None:
    evil = {"E1": ("::error::owned ##[error]owned", (10, 10, 10)), "E9\n::set-output name=x::y": ("x", (1, 1, 1))}
    folder = write_drop(place / "work/drops/now", 1, {"E1": evil["E1"]})
    (folder / "drop.yaml").write_text(YAML.replace("name: county", 'name: "::warning::owned"'), encoding="utf-8")
    assert action(place, drop="drops/now").returncode == 2
    shell(place, "ewarn check drops/now --update-baseline")
    write_drop(folder, 1, {**FIRMS, "E1": ("x", (100, 1, 1)), "E2": evil["E1"]})
    found = TOKEN.fullmatch(action(place, drop="drops/now").stdout)
    assert found
    for line in found[2].splitlines():
        assert not line.lstrip().startswith("::")
    for line in found[3].splitlines():
        assert re.match(r"::(error|warning|notice) [^:]*::", line)


@pytest.mark.parametrize("how", ["path", "absolute", "link", "rules"])
def test_a_drop_never_reaches_outside_its_folder(place: Path, how: str) -> None:
    work = place / "work"
    (work / ".ewarn").mkdir()
    (work / ".ewarn/baseline.json").write_bytes(write_baseline("2022-07", []))
    (work / "secret.csv").write_text("firm,name,month,output,status\nE7,hush,2022-07,1,\n", encoding="utf-8")
    (work / "secret.yaml").write_text("token: hush\n", encoding="utf-8")
    text = YAML
    if how == "rules":
        text = text.replace("[rules.yaml]", "[../../secret.yaml]")
    elif how == "link":
        (work / "drops/now/firms.csv").unlink()
        (work / "drops/now/firms.csv").symlink_to(work / "secret.csv")
    else:
        text = text.replace("firms.csv", "../../secret.csv" if how == "path" else str(work / "secret.csv"))
    (work / "drops/now/drop.yaml").write_text(text, encoding="utf-8")
    (work / "ewarn.toml").write_text("fail-on-unknown = 0.9\n", encoding="utf-8")
    done = action(place, drop="drops/now", variables={"EWARN_ALLOW_OUTSIDE": "1"})
    assert done.returncode == 2
    assert "hush" not in done.stdout + done.stderr


def test_scripts_of_the_action_hold_no_input() -> None:
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)
    assert all("allow-outside" not in script for script in scripts)
    assert "-I" in STEPS["Install"]["run"]


def test_the_hook_runs(place: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert shell(place, f"{hook['entry']} drops/now --update-baseline").returncode == 0
    assert shell(place, f"{hook['entry']} drops/now").returncode == 0


def test_the_snippets_of_the_page(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = place / "work"
    monkeypatch.chdir(work)
    for _ in run_page(DOCS / "ci.md", work):
        pass
    assert shell(place, "ewarn check drops/2022-08 --update-baseline").returncode == 0
    blocks = [fence for fence in fences(DOCS / "ci.md") if not fence.file]
    workflow, gitlab, hooks = (yaml.safe_load(block.text) for block in blocks if block.language == "yaml")
    step = workflow["jobs"]["data"]["steps"][-1]
    assert set(step["with"]) <= set(ACTION["inputs"])
    done = action(place, **step["with"])
    assert done.returncode == 0, done.stderr
    install, command = gitlab["data"]["script"]
    assert install == "pip install ewarn"
    assert shell(place, command).returncode == 0
    for report in gitlab["data"]["artifacts"]["reports"].values():
        assert (work / report).is_file()
    (hook,) = hooks["repos"][0]["hooks"]
    assert shell(place, shlex.join(["ewarn", "check", *hook["args"]])).returncode == 0
    (script,) = [block.text for block in blocks if block.language == "sh"]
    assert shell(place, script).stdout == "nothing new\n"
    assert (work / "findings.json").is_file()
