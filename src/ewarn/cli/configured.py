"""Settings for what nobody said on the command line: flag over environment over file over default."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ewarn.diagnostics import Diagnostic
from ewarn.errors import UsageError


def complete(options: argparse.Namespace, keys: Sequence[str], defaults: Mapping[str, object] | None = None) -> None:
    """Fill in the options of these keys that were not given; `options.given` names those that were.

    Rules go to `configured_rules`, since a drop's own come before them. Raises UsageError with every problem.
    """
    from ewarn.configuration import settings

    options.given = {name for name, value in vars(options).items() if value not in (None, False)}
    found = settings(Path.cwd(), os.environ)
    problems = []
    types = {action.dest: action.type for action in options.parser._actions}
    for key in keys:
        name = key.replace("-", "_")
        setting = found.get(key)
        if name == "rules":
            options.configured_rules = None if setting is None else list(_texts(setting.value))
        elif name == "lang":
            if setting is not None and not options.lang_given:
                options.lang = setting.value
        elif getattr(options, name) in (None, False):
            value: Any = (defaults or {}).get(key) if setting is None else setting.value
            try:
                read = types.get(name)
                if setting is not None and callable(read) and isinstance(value, str):
                    value = read(value)
            except argparse.ArgumentTypeError as problem:
                problems.append(Diagnostic("EW030", f"{setting.origin if setting else key}: {problem}"))
            if value is not None:
                setattr(options, name, list(value) if isinstance(value, tuple) else value)
    if problems:
        raise UsageError(problems)


def _texts(value: str | bool | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
