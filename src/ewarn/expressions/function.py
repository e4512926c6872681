"""What a function of the rule language is. Each lives in one file under `functions/` and is found by looking."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ewarn.expressions.build import Build
    from ewarn.expressions.typed import Typed

ParameterKind = Literal[
    "number", "condition", "date", "category", "any", "indicator", "count", "steps", "share", "choice", "groups", "text"
]
REQUIRED: Any = object()


@dataclass(frozen=True)
class Parameter:
    """One argument. `count` is a whole number >= 0, `steps` that or a duration like "1y", `share` a number > 0,
    all known when the rule is read; `groups` are parent types or attributes; the others are expressions."""

    name: str
    kind: ParameterKind
    default: Any = REQUIRED
    doc: str = ""
    keyword: bool = False
    variadic: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """An executed example: `series` by indicator name (None: unknown), and what the expression gives, period by period.

    Monthly from 2020-01 unless `start` says otherwise. True, False and None for conditions; "2..5" for bounds.
    """

    expression: str
    series: Mapping[str, list[float | None]]
    gives: list[object]
    start: str = "2020-01"
    kind: str = "flow"
    """What the series are."""


@dataclass(frozen=True)
class Tables:
    """An executed example across entities, as drawn in `docs/`: the heading of a column (of a row, in a table by
    period) is the name of what it holds, or an expression, and then what that gives. How they are read:
    `docs/README.md`."""

    text: str


class Function(ABC):
    """A function of the rule language. Its docstring is its page in the reference."""

    name: str
    subject: str = ""
    """The module under whose heading the reference has it, where that is not its own."""
    parameters: tuple[Parameter, ...] = ()
    gives: str
    """Words for the reference: "a number", "a condition", ..."""
    examples: tuple[Example | Tables, ...] = ()
    lenient = False
    """What only this reads never holds a rule's data period back."""
    own_calendar = False
    """What this reads keeps its own frequency (`last`, `full_year`)."""

    @abstractmethod
    def build(self, build: Build, **arguments: Any) -> Typed:
        """Arguments, checked against `parameters`, -> a node."""

    @property
    def signature(self) -> str:
        """As written in the reference: `lag(x, n)`."""
        words = []
        for parameter in self.parameters:
            word = f"{parameter.name}, ..." if parameter.variadic else parameter.name
            words.append(word if parameter.default is REQUIRED or parameter.variadic else f"{parameter.name}=")
        return f"{self.name}({', '.join(words)})"


@cache
def functions() -> Mapping[str, Function]:
    """Every function by name, from the modules in `functions/`."""
    import ewarn.expressions.functions as package

    found: dict[str, Function] = {}
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for value in vars(module).values():
            ours = isinstance(value, type) and issubclass(value, Function) and value.__module__ == module.__name__
            if ours and "name" in vars(value):
                found[value.name] = value()
    return found
