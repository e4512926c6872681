"""Writes the generated pages of `docs/`: `python tools/docs.py`; `--check` only names the stale ones, with exit 1."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from ewarn.expressions.function import REQUIRED, Example, Function, functions

ROOT = Path(__file__).resolve().parents[1]

HEAD = """\
# Functions

Generated from the code by `make docs`; every example here is executed by the tests, on a monthly flow x from 2020-01 (a
cumulative figure for `deaccumulate`). `·` is unknown; `2..5` is a count known to be at least 2 and at most 5.

"""
WORDS = {
    "any": "anything",
    "choice": "one of its words",
    "count": "a whole number",
    "groups": "parent types or attributes",
    "share": "a share or a number",
    "steps": 'a whole number of periods, or a duration like "1y"',
    "text": "a text",
}


def shown(value: object) -> str:
    """A value as in the tables of the page."""
    if value is None:
        return "·"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def described(function: Function) -> list[str]:
    """The arguments that need a word beyond their name."""
    lines = []
    for parameter in function.parameters:
        words = [parameter.doc] if parameter.doc else []
        words += [f"one of {', '.join(f'`{choice}`' for choice in parameter.choices)}"] if parameter.choices else []
        if words or parameter.kind in WORDS:
            required = parameter.default is REQUIRED or parameter.default is None
            default = "" if required else f" Default: `{parameter.default}`."
            lines.append(f"- `{parameter.name}`: {'; '.join(words) or WORDS[parameter.kind]}.{default}")
    return lines


def drawn(example: Example) -> list[str]:
    """An example as a block of aligned rows."""
    expression = example.expression
    rows = {**{name: list(values) for name, values in example.series.items()}, expression: list(example.gives)}
    cells = {name: [shown(value) for value in values] for name, values in rows.items()}
    label = max(map(len, cells))
    columns = max(map(len, cells.values()))
    widths = [max(len(row[at]) if at < len(row) else 0 for row in cells.values()) for at in range(columns)]
    since = [f"from {example.start}"] if example.start != "2020-01" else []
    body = [
        f"{name:<{label}}  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))
        for name, row in cells.items()
    ]
    return ["```text", *since, *body, "```", ""]


def functions_page() -> str:
    """The reference of all functions, in alphabetical order."""
    known = functions()
    parts = [HEAD, " · ".join(f"[`{name}`](#{name})" for name in sorted(known)), "\n"]
    for name in sorted(known):
        function = known[name]
        lines = ["", f"## {name}", "", f"`{function.signature}` gives {function.gives}.", ""]
        lines += [inspect.cleandoc(function.__doc__ or ""), ""]
        arguments = described(function)
        lines += [*arguments, ""] if arguments else []
        for example in function.examples:
            lines += drawn(example)
        parts.append("\n".join(lines))
    return "".join(parts).rstrip() + "\n"


PAGES = {"docs/functions.md": functions_page}


def stale() -> list[str]:
    """Pages that differ from what the code says."""
    paths = {name: ROOT / name for name in PAGES}
    return [
        name
        for name, page in PAGES.items()
        if not paths[name].exists() or paths[name].read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    changed = stale()
    if "--check" in sys.argv:
        print("\n".join(f"{name} is stale: run `make docs`" for name in changed) or "up to date")
        return bool(changed)
    for name in changed:
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
        print("wrote", name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
