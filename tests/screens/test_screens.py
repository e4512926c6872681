"""What users see: see README.md beside this file."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from ewarn import resources
from ewarn.alerts.models import Alert, CoverageRow
from ewarn.cli import main
from ewarn.render import format_named
from ewarn.render.cells import cells
from ewarn.render.view import View
from ewarn.report import Alerts, Report
from screens.case import Case

HERE = Path(__file__).parent
SURROUNDINGS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "EWARN_LANG", "EWARN_TRACEBACK", "TERM", "COLORTERM")
CASES = sorted(HERE.glob("*/*.txt"))


class Lines:
    """Alerts that are stored as JSON."""

    def __init__(self, alerts: list[object]) -> None:
        self._lines = [json.dumps(alert).encode() for alert in alerts]

    def __len__(self) -> int:
        return len(self._lines)

    def lines(self, start: int, stop: int) -> list[bytes]:
        return self._lines[start:stop]


def stored(path: Path) -> Report:
    """The report of a stored document."""
    document = json.loads(path.read_text(encoding="utf-8"))
    omitted = document["omitted"]
    counts = {"red": 5, "orange": 4, "yellow": 11, "blue": 9} if omitted else {}
    coverage = [CoverageRow.model_validate(row) for row in document["coverage"]]
    return Report(document["as_of"], Alerts(Lines(document["alerts"])), coverage, counts, "云岭县", omitted=omitted)


def show(arguments: list[str]) -> str:
    """Render a stored document; the `show` of a case."""
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("--lang", default="en")
    parser.add_argument("--width", type=int, default=80)
    parser.add_argument("--format", default="table")
    parser.add_argument("--colour", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--trends", action="store_true")
    options = parser.parse_args(arguments)
    report = stored(HERE / options.document)
    falling = [8, 8, 7, 7, 6, 6, 5, 3, 2, 1, None, 1, 1]
    trends = {report.alerts[0].fingerprint: falling} if options.trends else {}

    def charts(_: Sequence[Alert]) -> Mapping[str, Sequence[float | None]]:
        return trends

    view = View(report, options.lang, "ewarn run examples/county", coverage=options.coverage, charts=charts)
    out = io.StringIO(newline="")
    system = "256" if options.colour else None
    console = Console(file=out, width=options.width, color_system=system, force_terminal=options.colour)
    format_named(options.format).write(view, console)
    return out.getvalue().replace("\r\n", "\n").replace("\x1b", r"\e")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_screen(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Case.read(path)
    if case.words[0] == "show":
        stdout, stderr, code = show(case.words[1:]), "", 0
    else:
        for name in SURROUNDINGS:
            monkeypatch.delenv(name, raising=False)
        for name, value in case.environment.items():
            monkeypatch.setenv(name, value)
        for name, body in case.files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(body, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        if case.words[1:2] == ["demo"]:  # its path must not decide where lines break
            (tmp_path / "DEMO").symlink_to(resources.demo())
            monkeypatch.setattr(resources, "demo", lambda: tmp_path / "DEMO")
        try:
            code = main(case.words[1:])
        except SystemExit as ended:
            code = int(ended.code or 0)
        stdout, stderr = (text.replace("\r\n", "\n").replace("\x1b", r"\e") for text in capsys.readouterr())
    if os.environ.get("EWARN_SCREENS") == "write":
        case.write(stdout, stderr, code)
        return
    assert (stdout, stderr, code) == (case.stdout, case.stderr, case.code)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_line_is_wider_than_the_screen(path: Path) -> None:
    case = Case.read(path)
    if "--format" in case.words or "--help" in case.words or "schema" in case.words:
        return
    width = int(case.environment.get("COLUMNS", "80"))
    if "--width" in case.words:
        width = int(case.words[case.words.index("--width") + 1])
    for line in re.sub(r"\\e\[[0-9;]*m", "", case.stdout).splitlines():
        assert cells(line) <= width
        assert line == line.rstrip()
