"""The executed blocks of `docs/`: how they are read. What they may hold is said in docs/README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
UNKNOWN = "·"
_FENCE = re.compile(r"(?:^`([^`\n]+)`:?\n+)?^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PERIOD = re.compile(r"\d{4}(?:-Q?\d{1,2}(?:-\d{2})?)?")
_ORDER = ("round", "M", "Q", "A")
_GIVEN = re.compile(r"([^\W\d]\w*)(?:\.(\w+))?(?: (\d{4}(?:-Q?\d{1,2}(?:-\d{2})?)?))?")


@dataclass(frozen=True)
class Fence:
    """A block of code of a page: its language, the rest of that line, the name of the file above it, its text."""

    page: str
    line: int
    language: str
    options: str
    file: str
    text: str


def fences(page: Path) -> list[Fence]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Fence(page.name, text.count("\n", 0, found.start(4)) + 1, *(found.group(at) for at in (2, 3)),
              found.group(1) or "", found.group(4))
        for found in _FENCE.finditer(text)
    ]  # fmt: skip


Cells = dict[tuple[str, str], str]
"""Cells by (entity, period)."""


@dataclass
class Result:
    """What an expression must give: cells by (entity, period)."""

    type: str
    expression: str
    cells: Cells = field(default_factory=dict)


@dataclass
class World:
    """What the tables of one block say."""

    settings: list[str] = field(default_factory=list)
    frequency: str = "M"
    values: dict[str, dict[tuple[str, str], Cells]] = field(default_factory=dict)
    """type -> (indicator, measure) -> (entity, period) -> cell."""
    attributes: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """type -> attribute, parent type or "" -> entity -> cell."""
    results: list[Result] = field(default_factory=list)

    @property
    def periods(self) -> list[str]:
        """Every period named, in order."""
        found = {period for series in self.values.values() for cells in series.values() for _, period in cells}
        return sorted(found | {period for result in self.results for _, period in result.cells})

    def by_frequency(self, kind: str) -> dict[str, dict[tuple[str, str], Cells]]:
        """The values of a type, parted by the frequency of their periods."""
        found: dict[str, dict[tuple[str, str], Cells]] = {}
        for key, cells in self.values.get(kind, {}).items():
            found.setdefault(frequency_of(next(iter(cells))[1]), {})[key] = cells
        return found


def frequency_of(period: str) -> str:
    """M, Q, A or, of a day, round."""
    if period.count("-") == 2:
        return "round"
    return "A" if "-" not in period else "Q" if "Q" in period else "M"


def read_world(text: str) -> World:
    """The tables of a block."""
    world = World()
    now = "2020-12"
    tables: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("# "):
            world.settings.append(line[2:])
        elif re.fullmatch(r"in [\d-]+Q?\d*", line):
            now = line[3:]
        elif not line.strip():
            tables.append([])
        else:
            tables[-1].append(line)
    tables = [table for table in tables if table]
    if _PERIOD.fullmatch(tables[0][0].split()[0]):
        _over_time(world, tables)
        return world
    world.frequency = frequency_of(now)
    types = {table[0].split()[0] for table in tables}
    for table in tables:
        _across(world, table, now, types)
    return world


def _over_time(world: World, tables: list[list[str]]) -> None:
    """Rows of one entity under their periods; in a table that names no periods every row is a result."""
    periods: list[str] = []
    firsts = [table[0].split()[0] for table in tables]
    world.frequency = min((frequency_of(first) for first in firsts if _PERIOD.fullmatch(first)), key=_ORDER.index)
    world.attributes["thing"] = {"": {"it": "it"}}
    series = world.values.setdefault("thing", {})
    for table in tables:
        headed = bool(_PERIOD.fullmatch(table[0].split()[0]))
        if headed:
            periods = []
            for word in table[0].split():
                periods.append(word if _PERIOD.fullmatch(word) else f"{periods[-1][:4]}-{word}")
        for line in table[headed:]:
            label, *cells = line.rsplit(None, len(periods))
            label = label.strip()
            assert len(cells) == len(periods), f"{label}: {len(cells)} cells under {len(periods)} periods"
            placed = {("it", period): cell for period, cell in zip(periods, cells, strict=True)}
            given = _GIVEN.fullmatch(label)
            if given and headed and not label.startswith("level"):
                series[given[1], given[2] or "period"] = placed
            else:
                world.results.append(Result("thing", label, placed))


def _across(world: World, table: list[str], now: str, types: set[str]) -> None:
    """A row for each entity."""
    kind, *heads = re.split(r"\s{2,}", table[0].strip())
    rows = [line.split() for line in table[1:]]
    assert all(len(row) == len(heads) + 1 for row in rows), f"{kind}: a row has more or fewer cells than the heading"
    attributes = world.attributes.setdefault(kind, {})
    attributes.setdefault("", {}).update({row[0]: row[0] for row in rows})
    status = dict.fromkeys(attributes[""], "")
    for column, head in enumerate(heads, start=1):
        cells = {row[0]: row[column] for row in rows}
        given = _GIVEN.fullmatch(head)
        name = given[1] if given else ""
        if not given or (name in types and given[2]):
            world.results.append(Result(kind, head, {(key, now): cell for key, cell in cells.items()}))
        elif head == "status":
            status = cells
        elif name in types or not any(_numeric(cell) for cell in cells.values()):
            attributes[head] = {key: "" if cell == UNKNOWN else cell for key, cell in cells.items()}
            for key, cell in cells.items() if name in types else ():
                world.attributes.setdefault(name, {}).setdefault("", {})[cell] = key
        else:
            period = given[3] or now
            series = world.values.setdefault(kind, {}).setdefault((name, given[2] or "period"), {})
            series.update({(key, period): cell for key, cell in cells.items()})
    if any(status.values()):
        world.values[kind]["status", ""] = {(key, now): word for key, word in status.items()}


def _numeric(cell: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(\.\d+)?%?", cell) is not None
