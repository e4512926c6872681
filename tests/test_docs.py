"""The pages of `docs/` are true: generated ones fresh and complete, every executed block gives what it says."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ewarn
from docs_pages import DOCS, UNKNOWN, Result, fences, read_world
from docs_panel import panel_of
from docs_run import run_page
from ewarn import reference
from ewarn.expressions.function import functions
from ewarn.panel import Panel

ROOT = DOCS.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted(DOCS.rglob("*.md"))]
TABLES = [(page, at) for page in PAGES for at, fence in enumerate(fences(page)) if fence.language == "text"]


def where(page: Path, at: int) -> str:
    """Names a block in a test's id."""
    return f"{page.relative_to(ROOT)}:{fences(page)[at].line}"


def rules_above(page: Path, at: int) -> str | None:
    """The YAML block that stands right before a block."""
    above = fences(page)[at - 1] if at else None
    return above.text if above and above.language == "yaml" and not above.file else None


@pytest.mark.parametrize(("page", "at"), TABLES, ids=[where(*one) for one in TABLES])
def test_a_table_is_true(page: Path, at: int, tmp_path: Path) -> None:
    fence = fences(page)[at]
    world = read_world(fence.text)
    assert world.results, "the block has no results: mark it with another language than `text`"
    panel = panel_of(world, tmp_path)
    for result in world.results:
        level = re.fullmatch(r"level(?: of (\S+))?", result.expression)
        if level:
            check_levels(panel, rules_above(page, at), level[1], result)
        else:
            check_expression(panel, result)


def check_levels(panel: Panel, rules: str | None, rule: str | None, result: Result) -> None:
    """Verdicts of the rule above the block, period by period."""
    assert rules is not None, "no rules above"
    text = rules if "rules:" in rules else f"rules:\n{rules}"
    frame = ewarn.evaluate(panel, text).to_frame(every=True)
    found = {(row.entity, row.period): row.level for row in frame.itertuples() if rule in (None, row.rule)}
    gives = {place: {"unknown": UNKNOWN}.get(level, level) for place, level in found.items()}
    assert {place: gives.get(place, "-") for place in result.cells} == result.cells


def check_expression(panel: Panel, result: Result) -> None:
    """What the expression gives, cell by cell."""
    frame = panel.eval(result.expression, entity=result.type)
    by_day = isinstance(frame.index, pd.DatetimeIndex)
    style = "%Y-%m-%d" if by_day else {"M": "%Y-%m", "Q": "%F-Q%q", "Y": "%Y"}[frame.index.freqstr[:1]]
    periods = list(frame.index.strftime(style))
    for (entity, period), cell in result.cells.items():
        if period not in periods:
            assert cell == "-", f"{result.expression}: no period {period}"
            continue
        got = frame[entity].iloc[periods.index(period)]
        said = f"{result.expression} of {entity} in {period}: {got}"
        low, between, high = cell.partition("..")
        assert same(got, low), f"{said}, not {cell}"
        if between and not high:
            most = holds(panel, result.type, f"({result.expression}) <= 9000", entity, periods.index(period))
            assert most is None, f"{result.expression} is bounded"
        if high:
            assert holds(panel, result.type, f"({result.expression}) <= {high}", entity, periods.index(period)) is True
            most = holds(panel, result.type, f"({result.expression}) < {high}", entity, periods.index(period))
            assert most is None, f"{result.expression} cannot be {high}"


def holds(panel: Panel, kind: str, condition: str, entity: str, row: int) -> bool | None:
    """A condition's value."""
    got = panel.eval(condition, entity=kind)[entity].iloc[row]
    return bool(got) if got is True or got is False else None


def same(got: Any, cell: str) -> bool:
    """Whether a value is what the cell says, to the digits that are shown."""
    missing = str(got) in ("None", "nan", "<NA>", "NaT")
    if cell == UNKNOWN or missing:
        return missing and cell == UNKNOWN
    if isinstance(got, bool) or cell in ("true", "false"):
        return str(got).lower() == cell
    if isinstance(got, str):
        return got == cell
    if hasattr(got, "date"):
        return bool(got.date() == dt.date.fromisoformat(cell))
    number = float(cell.rstrip("%").replace("−", "-")) / (100 if cell.endswith("%") else 1)
    return math.isclose(float(got), number, rel_tol=1e-5, abs_tol=1e-9)


RUN = [page for page in PAGES if any(fence.language in ("console", "pycon") for fence in fences(page))]


@pytest.mark.parametrize("page", RUN, ids=[str(page.relative_to(ROOT)) for page in RUN])
def test_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for fence, printed in run_page(page, tmp_path):
        assert printed == fence.text, f"{page.name}:{fence.line}"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
            there = page.parent / path if path else page
            assert there.exists(), f"{page.name} links to {path}"
            if anchor:
                heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
                assert anchor in {slug(head) for head in heads}, f"{page.name} links to {path}#{anchor}"


def slug(head: str) -> str:
    """A heading as the end of an address."""
    return re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-")


def test_the_chain_is_that_of_the_example() -> None:
    drawn = runpy.run_path(str(ROOT / "tools" / "chain.py"))["draw"]()
    assert (DOCS / "images" / "chain.svg").read_text(encoding="utf-8") == drawn, "run `make docs`"


@pytest.mark.parametrize(("page", "picture"), [("README.md", "run.svg"), ("README.zh-CN.md", "run.zh-CN.svg")])
def test_the_picture_shows_what_is_printed(page: str, picture: str) -> None:
    assert f"](docs/images/{picture})" in (ROOT / page).read_text(encoding="utf-8")
    drawn = (DOCS / "images" / picture).read_text(encoding="utf-8")
    title, *words = [html.unescape(text).split() for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawn)]
    printed = next(fence.text for fence in fences(ROOT / page) if fence.language == "console")
    command, _, screen = printed.partition("\n")
    shown = [word for text in words for word in text]
    assert (" ".join(title), "".join(shown)) == (command[2:], "".join(screen.split())), "run `make docs`"


def test_generated_pages_are_fresh() -> None:
    for name, text in reference.pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"docs/{name} is stale: run `make docs`"


def test_every_function_is_described_and_has_an_example() -> None:
    page = (DOCS / "reference" / "functions.md").read_text(encoding="utf-8")
    for name, function in functions().items():
        assert f"### {name}\n" in page
        assert function.__doc__, name
        assert function.examples, f"{name} needs an example"


def test_both_readmes_say_the_same() -> None:
    """Same headings, same files, same commands, same sessions; what they print is run for each in its language."""
    english, chinese = (PAGES[at].read_text(encoding="utf-8") for at in (0, 1))
    for pattern in (r"^#+ ", r"^- ", r"^\*\*", r"^\$ .*(?:\n  .*)?", r"^>>> .*"):
        ours, theirs = (re.findall(pattern, text, re.MULTILINE) for text in (english, chinese))
        if pattern.startswith(r"^\$"):
            ours, theirs = ([one.splitlines()[0] for one in found] for found in (ours, theirs))
        assert ours == theirs
    blocks = [[(one.language, one.file, one.text if one.file else "") for one in fences(PAGES[at])] for at in (0, 1)]
    assert blocks[0] == blocks[1]
    assert "(README.zh-CN.md)" in english
    assert "(README.md)" in chinese
