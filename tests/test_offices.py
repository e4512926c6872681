"""What Chinese offices have: a cp936 console, folders with spaces and Chinese names, a file that is open in Excel."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ewarn.cli import main

DROP = """\
tables:
  - file: 产值 表.csv
    entity: {type: firm, id: 企业}
    period: 月份
    published: 发布
    values: {output: {column: 产值, unit: 万元}}
rules: [规则 一.yaml]
"""
FIGURES = "企业,月份,产值,发布\r\n云岭é,2022-08,5,2022-09-10\r\n云岭é,2022-09,3,2022-10-10\r\n"
RULES = "rules:\n  - {id: A, title: {zh: 产值低}, entity: firm, levels: {yellow: output < 4}}\n"
TESTS = "from: 2022-08\ntests:\n  A:\n    - {name: 低 😀, given: {output: 5 3}, expect: clear red}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "九月 数据"
    made.mkdir()
    (made / "drop.yaml").write_text(DROP, encoding="utf-8")
    (made / "产值 表.csv").write_bytes(FIGURES.encode("gb18030"))
    (made / "规则 一.yaml").write_text(RULES, encoding="utf-8-sig")
    (made / "~$产值 表.xlsx").write_bytes(b"\x05Owner")
    return made


@pytest.mark.parametrize(("form", "encoding"), [("table", "gbk"), ("csv", "utf-8-sig"), ("json", "utf-8")])
def test_redirected_output_of_a_cp936_console(folder: Path, form: str, encoding: str) -> None:
    settings = {**os.environ, "PYTHONIOENCODING": "gbk", "EWARN_LANG": "zh"}
    command = [sys.executable, "-m", "ewarn", "run", os.fspath(folder), "--format", form]
    done = subprocess.run(command, env=settings, capture_output=True, check=True)
    said = done.stdout.decode(encoding)
    assert "产值低" in said
    assert "云岭é" in said
    assert done.stdout.startswith(b"\xef\xbb\xbf") == (form == "csv"), "Excel takes a file without it for cp936"


COMMANDS = [
    *(f"run DROP --format {form}" for form in ("table", "json", "csv", "md")),
    "run DROP --coverage --history --near 2",
    "run DROP --as-of 九",
    "run 没有😀",
    "explain DROP --entity 云岭é😀",
    "explain DROP --entity 云岭é😀 --rule A --format json",
    "explain DROP --entity 无😀",
    *(f"rules {what} RULES" for what in ("list", "test", "test --coverage", "test --format junit", "lint --drop DROP")),
    "rules show RULES A",
    "rules schema rules",
    "rules lint --codes",
    "check DROP --baseline BASE --update-baseline",
    *(
        f"check DROP --baseline BASE --format {form}"
        for form in ("table", "json", "csv", "md", "github", "sarif", "junit", "gitlab")
    ),
    "config",
    "demo",
    "run --help",
]


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_command_raises_on_a_narrow_console(
    folder: Path, encoding: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, titles and messages hold what the console's code page lacks."""
    (folder / "产值 表.csv").write_bytes(FIGURES.replace("é", "é😀").encode("gb18030"))
    (folder / "规则 一.yaml").write_text(RULES.replace("产值低", "产值低 😀✓"), encoding="utf-8")
    (folder / "规则 一.test.yaml").write_text(TESTS, encoding="utf-8")
    monkeypatch.setenv("EWARN_LANG", language)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(folder)
    words = {"DROP": os.fspath(folder), "RULES": os.fspath(folder / "规则 一.yaml"), "BASE": "基线.json"}
    for command in COMMANDS:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        try:
            code = main([words.get(word, word) for word in shlex.split(command)])
        except SystemExit as done:  # --help
            code = int(done.code or 0)
        for stream in streams:
            stream.flush()
        out, err = (stream.buffer.getvalue() for stream in streams)  # type: ignore[attr-defined]  # a BytesIO
        wrong = "没有" in command or "无" in command or "九" in command
        assert code == (2 if wrong else int("rules test" in command or "lint --drop" in command)), command
        assert bool(err if wrong else out), command
        assert b"Traceback" not in err


def test_as_it_stood(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", os.fspath(folder), "--known-at", "2022-09-30", "--format", "json"]) == 0
    said = capsys.readouterr().out
    assert '"known_at":"2022-09-30"' in said.replace(" ", "")
    assert '"alerts":[]' in said.replace(" ", "")
    assert main(["run", os.fspath(folder), "--known-at", "2000-01-01"]) == 2
    assert "nothing in the drop had been published by 2000-01-01" in capsys.readouterr().err


def test_a_target_that_excel_holds_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = folder / "预警 清单.csv"
    target.write_text("what was there", encoding="utf-8")

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "replace", locked)
    assert main(["run", os.fspath(folder), "--format", "csv", "--output", os.fspath(target), "--lang", "zh"]) == 2
    assert "Excel" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "what was there"
    assert sorted(path.name for path in folder.iterdir() if path.name.endswith(".csv")) == ["产值 表.csv", target.name]
