"""Panels for the executed blocks of `docs/`: each block is written as a drop and loaded like any other."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

import ewarn
from docs_pages import UNKNOWN, Cells, World, frequency_of
from ewarn.panel import Panel


def panel_of(world: World, folder: Path) -> Panel:
    """The world as files in `folder`, loaded."""
    write_drop(world, folder)
    return ewarn.load(folder)


def write_drop(world: World, folder: Path) -> None:
    """For each type a file of entities and one of values, and drop.yaml with the block's settings."""
    settings: dict[str, Any] = yaml.safe_load("\n".join(world.settings)) or {}
    tables: list[dict[str, Any]] = []
    if not world.values:
        world.values[next(iter(world.attributes))] = {
            ("nothing", "period"): {("", period): "" for period in world.periods}
        }
    for kind, attributes in world.attributes.items():
        named = [name for name in attributes if name]
        parents = {name: name for name in named if name in world.attributes}
        rest = [name for name in named if name not in parents]
        rows = [{"id": key, **{name: attributes[name].get(key, "") for name in named}} for key in attributes[""]]
        write_csv(folder / f"{kind}.csv", rows)
        entity = {"type": kind, "id": "id", "attributes": rest, "parents": parents}
        tables.append({"file": f"{kind}.csv", "entity": entity})
        for frequency, series in world.by_frequency(kind).items():
            tables.append(values_table(world, kind, folder, frequency, series))
    for name in {name for series in world.values.values() for name, _ in series} - {"status"}:
        settings.setdefault("indicators", {}).setdefault(name, {}).setdefault("kind", "flow")
    drop = {"frequency": world.frequency, "tables": tables, **settings}
    text = yaml.safe_dump(drop, allow_unicode=True, sort_keys=False)
    (folder / "drop.yaml").write_text(text, encoding="utf-8")


def values_table(
    world: World, kind: str, folder: Path, frequency: str, series: Mapping[tuple[str, str], Cells]
) -> dict[str, Any]:
    """A row for each entity and period of that frequency, a column for each indicator and measure."""
    periods = [period for period in world.periods if frequency_of(period) == frequency]
    places = [(key, period) for key in world.attributes[kind][""] for period in periods]
    columns = {".".join(filter(None, key)): cells for key, cells in series.items()}
    rows = [
        {
            "id": place[0],
            "period": place[1],
            **{name: cells.get(place, UNKNOWN).replace(UNKNOWN, "") for name, cells in columns.items()},
        }
        for place in places
    ]
    write_csv(folder / f"{kind}_{frequency}.csv", rows)
    values: dict[str, list[dict[str, str]]] = {}
    for name, measure in series:
        if name != "status":
            unit = {"unit": "%"} if any("%" in cell for cell in series[name, measure].values()) else {}
            values.setdefault(name, []).append({"column": f"{name}.{measure}", "measure": measure, **unit})
    table: dict[str, Any] = {
        "file": f"{kind}_{frequency}.csv",
        "frequency": frequency,
        "entity": {"type": kind, "id": "id"},
        "period": "period",
        "values": values,
    }
    return table | ({"status": {"column": "status"}} if ("status", "") in series else {})


def write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    """A plain CSV file; the column of a measure `period` is `NAME.period`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
