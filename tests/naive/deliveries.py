"""The same cells as files: what a bureau would send, whole, cut, shuffled, in several vintages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ewarn.calendar import Period

from .sheet import Sheet

COLUMNS = ("x", "s")
DROP = """
name: drawn
frequency: M
tables:
{tables}
indicators:
  x: {{unit: 万元, kind: flow, january: {january}}}
  s: {{unit: 万元, kind: stock, january: {january}}}
"""
FACTS = """  - file: {file}
    entity: {{type: enterprise, id: firm, attributes: [sector], parents: {{park: park}}}}
    period: month
    values: {{x: x, s: s}}
"""
TARGETS = """  - file: targets.csv
    frequency: A
    entity: {type: enterprise, id: firm}
    period: year
    values: {x: {column: target, measure: target}}
"""


@dataclass(frozen=True)
class Row:
    """One line about one firm and month; `published` is a day of the month after, 1 to 28."""

    firm: str
    month: int
    cells: tuple[float | None, ...]
    sector: str
    park: str
    published: int = 1

    @property
    def day(self) -> str:
        """The day of publication."""
        return f"{Period('M', self.month + 1)}-{self.published:02d}"


def rows_of(sheet: Sheet) -> list[Row]:
    """A line for each firm and month from the firm's first one on, also where all its cells are blank."""
    rows = []
    for firm in sheet.entities["enterprise"]:
        sector = str(sheet.attributes["enterprise"]["sector"].get(firm, ""))
        park = sheet.parents.get(("enterprise", firm, "park"), "")
        born = sheet.since.get(("enterprise", firm), sheet.first["M"])
        for month in range(max(born, sheet.first["M"]), sheet.last["M"] + 1):
            cells = tuple(sheet.values.get(("enterprise", firm, name, "period", month)) for name in COLUMNS)
            rows.append(Row(firm, month, cells, sector, park))
    return rows


def write(
    folder: Path,
    sheet: Sheet,
    parts: Sequence[Iterable[Row]],
    *,
    until: int | None = None,
    vintages: bool = False,
) -> Path:
    """A drop of one table for each part; of targets only those of years that have begun by `until`."""
    folder.mkdir()
    tables = []
    for number, part in enumerate(parts):
        lines = ["firm,month,sector,park,x,s,published"]
        lines += [
            ",".join([row.firm, str(Period("M", row.month)), row.sector, row.park, *map(_text, row.cells), row.day])
            for row in part
        ]
        file = f"facts{number}.csv"
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        tables.append(FACTS.format(file=file) + ("    published: published\n" if vintages else ""))
    targets = ["firm,year,target"]
    for (_, firm, _name, measure, year), value in sheet.values.items():
        if measure == "target" and (until is None or sheet.first_month("A", year) <= until):
            targets.append(f"{firm},{year},{value}")
    if len(targets) > 1:
        (folder / "targets.csv").write_text("\n".join(targets) + "\n", encoding="utf-8")
        tables.append(TARGETS)
    january = sheet.indicators["x"].january
    text = DROP.format(tables="".join(tables), january=january)
    (folder / "drop.yaml").write_text(text, encoding="utf-8")
    return folder


def _text(value: float | None) -> str:
    return "" if value is None else repr(value)
