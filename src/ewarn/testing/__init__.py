"""Tests of rules, written in YAML beside them: data in a shorthand, and what the rules must say of it."""

from ewarn.testing.outcome import RuleTests
from ewarn.testing.run import run_tests

__all__ = ["RuleTests", "run_tests"]
