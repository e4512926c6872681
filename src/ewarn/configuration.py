"""Settings from `ewarn.toml` or `[tool.ewarn]` in pyproject.toml, and from the environment.

A key is a flag without its dashes: `fail-on`, `baseline`. The nearest file upwards that has settings holds; what is
left out there stays at its default. Paths in a file are relative to it. Two flags are no settings: `allow-outside`,
since whoever delivers the data may also have written the file, and `update-baseline`, with which no check ever fails.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ewarn.diagnostics import Diagnostic, Span, did_you_mean
from ewarn.errors import UsageError
from ewarn.source import read_text

FILES = ("ewarn.toml", "pyproject.toml")
PATHS = ("baseline", "compare", "output", "rules")
LISTS = ("rules", "output")
FLAGS = ("fail-on-ongoing", "history", "coverage")
"""Settings that are true or false."""
KEYS = (
    "rules", "as-of", "known-at", "history", "baseline", "fail-on", "fail-on-ongoing", "fail-on-unknown", "compare",
    "revised", "format", "output", "top", "min-level", "coverage", "width", "lang",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """A value and where it is from: `ewarn.toml: fail-on`, `EWARN_FAIL_ON`."""

    value: str | bool | tuple[str, ...]
    origin: str


def settings(folder: Path, environment: Mapping[str, str]) -> dict[str, Setting]:
    """What holds in `folder`, by key: the environment over the file.

    Raises UsageError with every problem of both.
    """
    problems: list[Diagnostic] = []
    found = _from_file(folder, problems)
    for key in KEYS:
        variable = f"EWARN_{key.replace('-', '_').upper()}"
        if text := environment.get(variable, ""):
            value = _of_text(key, text)
            if value is None:
                problems.append(Diagnostic("EW031", f"{variable}: `{text}` is neither true nor false"))
            else:
                found[key] = Setting(value, variable)
    if problems:
        raise UsageError(problems)
    return found


def _of_text(key: str, text: str) -> str | bool | tuple[str, ...] | None:
    if key in FLAGS:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(text.lower())
    return tuple(part for part in text.split(os.pathsep) if part) if key in LISTS else text


def _from_file(folder: Path, problems: list[Diagnostic]) -> dict[str, Setting]:
    for place in (folder, *folder.parents):
        for name in FILES:
            path = place / name
            if path.is_file():
                table = _table(path, problems)
                if table is not None:
                    return _checked(path, folder, table, problems)
    return {}


def _table(path: Path, problems: list[Diagnostic]) -> dict[str, Any] | None:
    """The settings in a file, None where it has none."""
    text = read_text(path, error=UsageError, code="EW030")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        problems.append(Diagnostic("EW030", f"`{path.name}` is not TOML: {problem}", _span(path, text, str(problem))))
        return {}
    if path.name == FILES[0]:
        return document
    tools = document.get("tool")
    table = tools.get("ewarn") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None


def _span(path: Path, text: str, message: str) -> Span | None:
    words = message.rpartition("(at line ")[2].rstrip(")").split(", column ")
    if len(words) != 2 or not all(word.isdigit() for word in words):
        return None
    line, column = map(int, words)
    return Span(path.name, line, column, column + 1, text.splitlines()[line - 1])


def _checked(path: Path, folder: Path, table: Mapping[str, Any], problems: list[Diagnostic]) -> dict[str, Setting]:
    shown = path.name if path.parent == folder else os.path.relpath(path, folder).replace(os.sep, "/")
    found = {}
    for key, given in table.items():
        if key not in KEYS:
            advice = did_you_mean(key, KEYS) or f"settings are: {', '.join(KEYS)}"
            problems.append(Diagnostic("EW030", f"`{shown}`: there is no setting `{key}`", help=advice))
            continue
        value = _value(key, given)
        if value is None:
            wanted = "true or false" if key in FLAGS else "a text or a list of texts" if key in LISTS else "a text"
            problems.append(Diagnostic("EW030", f"`{shown}`: `{key}` is not {wanted}", help=f"{key} = ..."))
            continue
        if key == "output" and not _inside(path.parent, value):
            words = f"`{shown}`: `output` names a file outside its folder"
            problems.append(Diagnostic("EW030", words, help="name it with --output or EWARN_OUTPUT"))
            continue
        if key in PATHS:
            value = _relative(key, value, path.parent, folder)
        found[key] = Setting(value, f"{shown}: {key}")
    return found


def _value(key: str, given: Any) -> str | bool | tuple[str, ...] | None:
    if key in FLAGS:
        return given if isinstance(given, bool) else None
    if key in LISTS:
        texts = [given] if isinstance(given, str) else given
        valid = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        return tuple(texts) if valid else None
    number = isinstance(given, int | float) and not isinstance(given, bool)
    return str(given) if number or isinstance(given, str) else None


def _inside(home: Path, targets: str | bool | tuple[str, ...]) -> bool:
    """Whether targets stay in a folder: whoever changes the file may not be who runs the check."""
    paths = [(home / _parted(target)[1]).resolve() for target in targets] if isinstance(targets, tuple) else []
    return all(path.is_relative_to(home.resolve()) for path in paths)


def _parted(target: str) -> tuple[str, str]:
    """`sarif:` and the path of `sarif:FILE`; of a bare path nothing and itself."""
    form, colon, rest = target.partition(":")
    return (form + colon, rest) if colon and form.isalpha() and len(form) > 1 else ("", target)


def _relative(key: str, value: str | bool | tuple[str, ...], home: Path, folder: Path) -> str | bool | tuple[str, ...]:
    """Paths as they are written from where the command runs."""
    if isinstance(value, tuple):
        return tuple(str(_relative(key, one, home, folder)) for one in value)
    text = str(value)
    # The name of a pack is no path; `sarif:FILE` is a format and a path.
    if home == folder or (key == "rules" and not (text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text)):
        return text
    form, rest = _parted(text) if key == "output" else ("", text)
    return form + os.path.relpath(home / rest, folder)
