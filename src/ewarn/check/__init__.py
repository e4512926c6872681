"""A report against a baseline: what is new, what is worse, what can no longer be seen, and whether that fails."""

from __future__ import annotations

from ewarn.check.baseline import Baseline, Entry, read_baseline, write_baseline
from ewarn.check.checking import Checked, check
from ewarn.check.outcome import Bar, Outcome

__all__ = ["Bar", "Baseline", "Checked", "Entry", "Outcome", "check", "read_baseline", "write_baseline"]
