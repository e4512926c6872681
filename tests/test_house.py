"""The lock files and the test groups do what the Makefile relies on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=[lock.name for lock in LOCKS])
def test_a_lock_file_pins_hashes_and_names_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    packages = [block for block in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:] if block.strip()]
    assert len(packages) > 20 or lock.name == "requirements-rete.lock"
    assert [block for block in packages if not re.match(r"[a-z0-9-]+==\S+ .*\\\n    --hash=sha256:", block)] == []
    assert re.findall(r"://|^-|--(?!hash=)[a-z-]+", text, flags=re.MULTILINE) == []


def run_groups(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(Path(__file__).parent / "conftest.py", folder)
    (folder / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    laws: quick group, laws\n    kill: slow group, kills\n", encoding="utf-8"
    )
    (folder / "test_groups.py").write_text("import pytest\n" + tests, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


BOTH = "@pytest.mark.laws\ndef test_law(): pass\n@pytest.mark.kill\ndef test_kill(): {}\n"


def test_slow_groups_run_only_when_asked_for(tmp_path: Path) -> None:
    quick = run_groups(tmp_path, BOTH.format("assert False"), "--every-group")
    assert (quick.returncode, "1 passed, 1 deselected" in quick.stdout) == (0, True)
    slow = run_groups(tmp_path, BOTH.format("pass"), "--every-group", "--slow")
    assert (slow.returncode, "1 passed, 1 deselected" in slow.stdout) == (0, True)


def test_a_group_that_ran_no_test_fails_the_run(tmp_path: Path) -> None:
    skipped = run_groups(tmp_path, BOTH.format("pytest.skip()"), "--every-group", "--slow")
    assert (skipped.returncode, "group `kill` ran no test" in skipped.stdout) == (1, True)
    missing = run_groups(tmp_path, "def test_other(): pass", "--every-group")
    assert (missing.returncode, "group `laws` ran no test" in missing.stdout) == (1, True)
