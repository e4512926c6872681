"""What a check is. Each is one module of `checks/`, found by looking."""

from __future__ import annotations

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import ClassVar

from ewarn.diagnostics import Diagnostic, Span
from ewarn.lint.subject import Subject


@dataclass(frozen=True)
class Example:
    """A whole rule file, executed by the tests. `drop`: a drop in the long form, where the check needs one; `tests`:
    the tests beside it."""

    rules: str
    drop: str = ""
    tests: str = ""


class Check(ABC):
    """One doubt. The docstring of a subclass is its page, after `title`."""

    code: ClassVar[str]
    """Stable: it stands in people's files."""
    title: ClassVar[str]
    bad: ClassVar[Example]
    good: ClassVar[Example]
    needs_drop: ClassVar[bool] = False

    @abstractmethod
    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """What is doubtful about a rule."""

    def doubt(self, message: str, place: Span, label: str | None = None, advice: str | None = None) -> Diagnostic:
        """A warning of this check."""
        return Diagnostic(self.code, message, place, label, advice, "warning")


@cache
def every_check() -> tuple[Check, ...]:
    """Every check, by code."""
    package = import_module("ewarn.lint.checks")
    modules = [import_module(one.name) for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    found: list[Check] = [
        value()
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Check) and value.__module__ == module.__name__
    ]
    return tuple(sorted(found, key=lambda check: check.code))
