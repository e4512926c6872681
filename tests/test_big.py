"""Large drops: the same hits as by hand, memory within its bound, long files to the last row."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bench_panel
import ewarn
import peers

pytestmark = pytest.mark.big

MEGABYTE = 1e6


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bench_panel.write_drop(tmp_path_factory.mktemp("drop"), 50_000)


def test_the_nine_rules_hit_as_by_hand_in_pandas(drop: Path) -> None:
    counts = ewarn.evaluate(ewarn.load(drop), ewarn.load_rules(drop / "rules.yaml")).counts()
    assert counts == peers.pandas_script(drop / "firms.parquet")


def test_a_long_csv_is_read_to_the_last_row(tmp_path: Path) -> None:
    enterprises = 10_000
    panel = ewarn.load(bench_panel.write_csv(tmp_path / "long.csv", enterprises))
    wanted = bench_panel.arrays(enterprises)
    for name, values in wanted.items():
        found = panel.series["entity", name, "period"].values
        np.testing.assert_array_equal(found, np.round(values, 4).T)


def test_the_peak_of_memory_is_bound(drop: Path) -> None:
    # A fresh interpreter that does nothing else, since the system counts what a parent held as its child's.
    probe = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-m", "ewarn", "run", drop, "--top", "100", "--format", "json"]
    done = subprocess.run([sys.executable, "-c", probe, *command], capture_output=True, text=True, check=True)
    peak = int(done.stdout) * (1 if sys.platform == "darwin" else 1024) / MEGABYTE
    dense = 50_000 * bench_panel.PERIODS * len(bench_panel.INDICATORS) * 8 / MEGABYTE
    assert peak <= 3 * dense + 250


def test_every_alert_is_written(tmp_path: Path) -> None:
    drop = bench_panel.write_drop(tmp_path, 10_000)
    command = [sys.executable, "-m", "ewarn", "run", drop, "--top", "0", "--format", "json"]
    report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert report["omitted"] == 0
    assert len(report["alerts"]) == sum(row["fired"] for row in report["coverage"])
    assert len({alert["fingerprint"] for alert in report["alerts"]}) == len(report["alerts"])
