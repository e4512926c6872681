"""What a named condition is, and how a rule that uses one is lowered to expressions."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ewarn.conditions.settings import LevelName, Value
from ewarn.diagnostics import Diagnostic
from ewarn.errors import RuleError
from ewarn.expressions.syntax import parse
from ewarn.levels import RANK
from ewarn.source import Text, woven

_SETTING = re.compile(r"\$(\w+)")
_SLOT = re.compile(r"(\{[^{}]*\})")
LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")


@dataclass(frozen=True)
class Example:
    """An executed example: settings as in a rule file, values month by month from 2020-01, and `#` where it hits.

    `values`: one row, of the indicator x; or rows by name (`x`, `x.target`); or, where the members of one `group` are
    looked at, `members` by id. `dates`: dates of the entity by attribute name. `.` is no hit: clear, or unknown.
    """

    settings: str
    values: list[float | None] | Mapping[str, list[float | None]]
    hits: str
    kind: str = "flow"
    members: Mapping[str, list[float | None]] | None = None
    dates: Mapping[str, str | None] | None = None


class Condition(BaseModel, ABC):
    """A shorthand of rule files. Subclasses, one in each module of `named/`, are its settings; their docstring is its
    page in the reference, and `Field(description=)` the only place where a setting is explained."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    name: ClassVar[str]
    """The key in a rule file; also the name of its module."""
    title: ClassVar[Mapping[Literal["zh", "en"], str]]
    """Of a rule that has none."""
    channel: ClassVar[str] = "economy"
    examples: ClassVar[tuple[Example, ...]]

    level: LevelName | None = Field(default=None, description="the level, where no setting differs by level (yellow)")

    @abstractmethod
    def truth(self) -> str:
        """The condition as an expression in which `$name` stands for a setting."""

    @abstractmethod
    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        """What an alert says, in the same way."""


@dataclass(frozen=True)
class Lowered:
    """What a named condition stands for in a rule."""

    levels: Mapping[Text, Text]
    explain: Mapping[Literal["zh", "en"], Text]
    title: Mapping[Literal["zh", "en"], Text]
    channel: Text


def lowered(condition: Condition, key: Text) -> Lowered:
    """Expressions and sentences of a condition written under `key`, each part of which knows its place.

    Raises RuleError where settings differ by level and a level is missing in one of them.
    """
    settings = {name: getattr(condition, name) for name in type(condition).model_fields if name != "level"}
    several = {name: value for name, value in settings.items() if isinstance(value, dict)}
    named = {level: None for value in several.values() for level in value}
    if not named:
        levels = [condition.level if condition.level is not None else woven(key, ["yellow"])]
    else:
        levels = sorted(named, key=lambda level: RANK[level])
    problems = [
        Diagnostic("EW125", f"`{name}` has no value for {level}", key.span(), help=f"add one under `{name}:`")
        for name, value in several.items()
        for level in levels
        if level not in value
    ]
    if named and condition.level is not None:
        where = condition.level.span()
        problems.append(Diagnostic("EW125", "`level`, and a setting that differs by level", where, help="delete one"))
    if problems:
        raise RuleError(problems)
    conditions = {
        level: woven(
            key, _pieces(condition.truth(), {**settings, **{name: value[level] for name, value in several.items()}})
        )
        for level in levels
    }
    plain = {name: value for name, value in settings.items() if name not in several}
    sentences = condition.sentence()
    return Lowered(
        conditions,
        {language: woven(key, _said(sentences[language], plain)) for language in LANGUAGES},
        {language: woven(key, [condition.title[language]]) for language in LANGUAGES},
        woven(key, [condition.channel]),
    )


def _said(template: str, settings: Mapping[str, object]) -> Iterator[str]:
    """A sentence: where a setting that is a name stands outside the slots, by what people call it."""
    for position, part in enumerate(_SLOT.split(template)):
        if position % 2 == 0:
            for name, value in settings.items():
                if isinstance(value, Value) and _is_name(value):
                    part = re.sub(rf"\${name}\b", f"{{${name}:name}}", part)
        yield from _pieces(part, settings)


def _is_name(value: Value) -> bool:
    return not value.before and isinstance(parse(value.text).body, ast.Name | ast.Attribute)


def _pieces(template: str, settings: Mapping[str, object]) -> Iterator[str]:
    done = 0
    for match in _SETTING.finditer(template):
        yield template[done : match.start()]
        value = settings[match.group(1)]
        if isinstance(value, Value):
            yield from (value.before, value.text, value.after)
        else:
            yield str(value)
        done = match.end()
    yield template[done:]


@cache
def conditions() -> Mapping[str, type[Condition]]:
    """Every named condition by its name, from the modules in `named/`."""
    import ewarn.conditions.named as package

    found: dict[str, type[Condition]] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        content = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
        for value in content.values():
            if isinstance(value, type) and issubclass(value, Condition) and value is not Condition:
                found[value.name] = value
    return found
