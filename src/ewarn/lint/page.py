"""The reference of lint: a page for each code, with an example of what it finds and one of what it does not."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from ewarn.languages import told
from ewarn.lint.check import Check, Example, every_check
from ewarn.lint.disabled import CODE

_HEAD = """\
# What lint finds

Generated from the code by `make docs`. `ewarn rules lint` reads packs and files of rules (without arguments the shipped
ones) and says what is doubtful; the exit code is 1 if anything is. Codes are stable. With `--drop DROP` the rules are
held against the indicators and the history of a drop, without it against those of the drop that they stand in (a
`drop.yaml` beside them that names them), else against the catalogue of indicators. `--format json` is for other
programs.

A doubt that somebody has looked at is put to rest by a comment in the rule, right above it, or (for all rules of the
file) before the first one; the reason is part of it:

```yaml
# ewarn: disable=EW511 the thresholds are those of our own circular, which is not public
```

| code | is |
|---|---|
"""


def lint_pages() -> Mapping[str, str]:
    """The index and the page of each code: path below `docs/` -> Markdown."""
    rows = "".join(f"| [{one.code}](lint/{one.code}.md) | {one.title} |\n" for one in every_check())
    own = f"| {CODE} | a comment that disables a code without a reason, or that has nothing to hide |\n"
    return {
        "reference/lint.md": _HEAD + rows + own,
        **{f"reference/lint/{check.code}.md": "\n".join(_page(check)).rstrip() + "\n" for check in every_check()},
    }


def _page(check: Check) -> Iterator[str]:
    yield from (f"# {check.code}: {check.title}", "", f"{told(check.title, 'zh')}", "")
    yield from (inspect.cleandoc(check.__doc__ or ""), "")
    if check.needs_drop:
        yield from ("Only with `--drop`.", "")
    yield from ("This is found:", "", *_example(check.bad))
    yield from ("This is not:", "", *_example(check.good))
    yield from ("[All codes](../lint.md)", "")


def _example(example: Example) -> Iterator[str]:
    yield from ("```yaml", example.rules.strip("\n"), "```", "")
    if example.tests:
        yield from ("With a file of tests beside it:", "", "```yaml", example.tests.strip("\n"), "```", "")
    if example.drop:
        yield from ("on the drop", "", "```csv", example.drop.strip("\n"), "```", "")
