"""Early warning from monthly data: declarative rules in, ranked and explained alerts out.

Importing this package imports nothing else; each name below loads its module when it is first asked for.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ewarn.alerts import Alert
    from ewarn.drop import load
    from ewarn.errors import DropError, EwarnError, OutputError, RuleError, UsageError
    from ewarn.explaining import Explanation
    from ewarn.panel import Panel
    from ewarn.report import Report
    from ewarn.rules import RuleSet, load_rules
    from ewarn.run import explain, run
    from ewarn.signals import Signals, episodes, evaluate
    from ewarn.testing import RuleTests, run_tests

__version__ = "0.1.0"

__all__ = [
    "Alert",
    "DropError",
    "EwarnError",
    "Explanation",
    "OutputError",
    "Panel",
    "Report",
    "RuleError",
    "RuleSet",
    "RuleTests",
    "Signals",
    "UsageError",
    "episodes",
    "evaluate",
    "explain",
    "load",
    "load_rules",
    "run",
    "run_tests",
]

_HOMES = {
    "ewarn.alerts": ("Alert",),
    "ewarn.drop": ("load",),
    "ewarn.errors": ("DropError", "EwarnError", "OutputError", "RuleError", "UsageError"),
    "ewarn.explaining": ("Explanation",),
    "ewarn.panel": ("Panel",),
    "ewarn.report": ("Report",),
    "ewarn.rules": ("RuleSet", "load_rules"),
    "ewarn.run": ("explain", "run"),
    "ewarn.signals": ("Signals", "episodes", "evaluate"),
    "ewarn.testing": ("RuleTests", "run_tests"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'ewarn' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Importing the module `ewarn.run` would bind it as `ewarn.run`, over the function of that name."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
