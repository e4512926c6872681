"""A run that is interrupted leaves what stood at its target, and says so in one line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bench_panel

pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Large enough for a run of some seconds."""
    return bench_panel.write_drop(tmp_path_factory.mktemp("drop"), 20_000)


def start(drop: Path, *options: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ewarn", "--lang", "en", "run", drop, "--format", "json", "--top", "0", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


@pytest.fixture(scope="module")
def seconds(drop: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a whole run takes here."""
    begin = time.monotonic()
    child = start(drop, "--output", tmp_path_factory.mktemp("whole") / "report.json")
    _, said = child.communicate()
    assert child.returncode == 0, said
    return time.monotonic() - begin


@pytest.mark.parametrize("moment", [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["ctrl-c", "term", "kill"])
def test_the_target_is_old_or_whole(
    drop: Path, seconds: float, tmp_path: Path, how: signal.Signals, moment: float
) -> None:
    target = tmp_path / "report.json"
    target.write_text("what stood here", encoding="utf-8")
    child = start(drop, "--output", target)
    time.sleep(seconds * moment)
    child.send_signal(how)
    _, said = child.communicate(timeout=60)
    text = target.read_text(encoding="utf-8")
    if child.returncode == 0 or text != "what stood here":  # the file may be in place when the signal comes
        assert json.loads(text)["alerts"]
    if how == signal.SIGKILL:
        assert child.returncode in (0, -how)
    elif moment > 0.1:  # before, Python itself may still be starting
        assert child.returncode in (0, 128 + how)
        assert "Traceback" not in said
        assert len(said.strip().splitlines()) <= 2
        assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_command_is_imported_is_one_line(how: signal.Signals) -> None:
    code = f"""
import os, sys
class Slow:
    def find_spec(self, name, *_):
        if name.startswith("ewarn.cli"):
            os.kill(os.getpid(), {int(how)})
sys.meta_path.insert(0, Slow())
from ewarn.__main__ import main
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 128 + how
    assert done.stderr.split() == ["interrupted"]


def test_a_signal_after_the_work_changes_nothing() -> None:
    code = f"""
import atexit, os, sys
from ewarn.__main__ import main
sys.argv = ["ewarn", "rules", "list", "--lang", "zh"]
atexit.register(lambda: os.kill(os.getpid(), {int(signal.SIGINT)}))
sys.exit(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_error(drop: Path) -> None:
    with start(drop) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.read(1000)
        child.stdout.close()
        said = child.stderr.read()
    assert child.returncode == 0
    assert "Traceback" not in said
    assert "Error" not in said
