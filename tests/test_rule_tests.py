"""Tests of rules: what they read, what they find, and that the shipped packs pass theirs with nothing left untested."""

from __future__ import annotations

import pytest

from ewarn import resources
from ewarn.rules import shipped
from ewarn.testing.run import run_tests

TESTED = [name for name in shipped() if (resources.packs() / f"{name}.test.yaml").is_file()]


@pytest.mark.parametrize("pack", TESTED)
def test_a_shipped_pack_passes_its_tests(pack: str) -> None:
    run = run_tests(pack)
    assert [test.case.name for test in run.tests if not test.passed] == []
