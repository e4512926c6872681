"""Test groups: which run, and that none of them is silently empty."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import Counter

import pytest
from hypothesis import settings

from ewarn.correlation.engines import installed

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_ran: Counter[str] = Counter()
NO_RETE = "durable-rules is not installed (the extra `rete`)"
"""Tests of the group `rete` are left out then; the group may be empty only where the extra cannot be built."""


def groups(config: pytest.Config) -> dict[str, bool]:
    """Declared test groups, and whether each is slow: markers described as `quick group` or `slow group`."""
    found = re.findall(r"^(\w+): (quick|slow) group\b", "\n".join(config.getini("markers")), re.MULTILINE)
    return {name: speed == "slow" for name, speed in found}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow groups, and only them")
    parser.addoption("--every-group", action="store_true", help="fail when a group of this run ran no test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slow = {name for name, is_slow in groups(config).items() if is_slow}
    wanted = config.getoption("--slow")
    if not installed():
        for item in items:
            if item.get_closest_marker("rete"):
                item.add_marker(pytest.mark.skip(NO_RETE))
    dropped = [item for item in items if wanted != any(mark.name in slow for mark in item.iter_markers())]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and not report.skipped:
        _ran.update(report.keywords)


def _buildable() -> bool:
    """Whether durable-rules could be installed here: it is built from source, for Python before 3.13."""
    return sys.version_info < (3, 13) and any(map(shutil.which, ("cc", "gcc", "clang")))


def _empty_groups(config: pytest.Config) -> list[str]:
    if not config.getoption("--every-group"):
        return []
    wanted = config.getoption("--slow")
    if not (os.environ.get("CI") and _buildable()):
        _ran["rete"] += 1
    return [name for name, is_slow in groups(config).items() if is_slow == wanted and not _ran[name]]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and _empty_groups(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name in _empty_groups(config):
        terminalreporter.write_line(f"FAILED: group `{name}` ran no test", red=True)
