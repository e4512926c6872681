"""The reference page of named conditions: what each means, its settings, what it becomes, and a picture."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from ewarn.conditions.condition import Condition, Example, conditions, lowered
from ewarn.conditions.settings import Value
from ewarn.source import Text, load_yaml

HEAD = """\
# Named conditions

Generated from the code by `make docs`. A rule that has one of these keys needs no `levels:`, and no `title:`,
`explain:` or `channel:` unless it wants its own. A setting that differs by level, `{yellow: 3, red: 6}`, makes these
levels; without one the level is yellow, or what `level:` says. An amount may be a quantity (`50 万元`, `20 %`) or the
name of a parameter.

In the pictures `#` marks the months in which the condition hits, `·` is a missing figure; the tests run every one.
"""


def conditions_page() -> str:
    """Every named condition, by name: Markdown."""
    known = conditions()
    parts = [HEAD, " · ".join(f"[`{name}`](#{name})" for name in known), ""]
    for name, kind in known.items():
        parts += [f"## {name}", "", f"{kind.title['en']} · {kind.title['zh']}", ""]
        parts += [inspect.cleandoc(kind.__doc__ or ""), "", *_settings(kind), ""]
        parts += [f"`{name}: {kind.examples[0].settings}` becomes `{_becomes(kind)}`.", ""]
        for example in kind.examples:
            parts += ["```picture", *_picture(example), "```", ""]
    return "\n".join(parts).rstrip() + "\n"


def _settings(kind: type[Condition]) -> Iterator[str]:
    fields = {name: field for name, field in kind.model_fields.items() if name != "level"}
    for name, field in fields.items():
        default = field.default
        shown = default.text if isinstance(default, Value) else str(default).lower()
        usual = "" if field.is_required() or default is None else f" (usually `{shown}`)"
        yield f"- `{name}`: {field.description}{usual}"


def _becomes(kind: type[Condition]) -> str:
    settings = load_yaml(kind.examples[0].settings, "<example>").python
    (expression,) = lowered(kind.model_validate(settings), Text.plain(kind.name)).levels.values()
    return str(expression)


def _picture(example: Example) -> list[str]:
    rows: dict[str, list[float | None]] = {}
    if isinstance(example.values, Mapping):
        rows |= example.values
    elif example.values:
        rows["x"] = list(example.values)
    rows |= {f"x of {name}" if rows else name: row for name, row in (example.members or {}).items()}
    dated = [f"{name}: {day or '·'}" for name, day in (example.dates or {}).items()]
    cells = {name: ["·" if one is None else f"{one:g}" for one in row] for name, row in rows.items()}
    widths = [max(len(row[at]) for row in cells.values()) for at in range(len(example.hits))]
    margin = max(map(len, cells))
    lines = [
        f"{name:<{margin}}  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for name, row in cells.items()
    ]
    hits = "  ".join((one if one == "#" else " ").rjust(width) for one, width in zip(example.hits, widths, strict=True))
    kind = [f"x is a {example.kind}"] if example.kind != "flow" else []
    return [example.settings, *kind, *dated, *lines, f"{'':<{margin}}  {hits}".rstrip()]
