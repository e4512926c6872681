"""A kill at any moment of `--update-baseline` leaves the old or the new baseline whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ewarn
from ewarn.check import read_baseline
from test_check_command import FIRMS, write_drop

pytestmark = pytest.mark.kill

AGAIN = """
import sys
from ewarn.cli import main
while True:
    for drop in ("a", "b"):
        assert main(["check", drop, "--update-baseline", "--format", "csv"]) == 0
        sys.stderr.write("ready\\n")
"""


@pytest.mark.parametrize("delay", [at / 50 for at in range(20)])
def test_a_kill_leaves_a_whole_baseline(tmp_path: Path, delay: float) -> None:
    write_drop(tmp_path / "a", 3, {f"{key}{at}": firm for at in range(200) for key, firm in FIRMS.items()})
    write_drop(tmp_path / "b", 3, {key: FIRMS[key] for key in ("E1",)})
    command = [sys.executable, "-c", AGAIN]
    environment = {**os.environ, "PYTHONPATH": str(Path(ewarn.__file__).parents[1])}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    ) as child:
        assert child.stderr is not None
        while "ready" not in child.stderr.readline():
            assert child.poll() is None
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
    content = (tmp_path / ".ewarn" / "baseline.json").read_bytes()
    fires = [entry.entity for entry in read_baseline(content, "baseline.json").entries if entry.status != "unjudged"]
    assert len(fires) in (1, 400)
