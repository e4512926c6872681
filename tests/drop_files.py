"""Drops for tests: written in a line or two, read back in plain Python."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ewarn.drop import load
from ewarn.errors import DropError
from ewarn.panel import Attribute, Panel, Parents, Series

FIRMS = """\
frequency: M
tables:
  - file: firms.csv
    entity: {type: enterprise, id: firm}
    period: month
    values: {output: {column: output, unit: 万元}}
"""


def write(folder: Path, yaml: str | None, **files: str | bytes) -> Path:
    """A drop in `folder`; a file `x_csv` becomes `x.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    if yaml is not None:
        (folder / "drop.yaml").write_text(textwrap.dedent(yaml), encoding="utf-8")
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        data = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
        (folder / f"{stem}.{suffix}").write_bytes(data)
    return folder


def panel(folder: Path, yaml: str | None = FIRMS, known_at: str | None = None, **files: str | bytes) -> Panel:
    return load(write(folder, yaml, **files), known_at=known_at)


def mistakes(folder: Path, yaml: str | None = FIRMS, **files: str | bytes) -> str:
    """What loading the drop complains of."""
    with pytest.raises(DropError) as caught:
        panel(folder, yaml, **files)
    return str(caught.value)


def table(panel: Panel, series: Series) -> dict[tuple[str, str], float]:
    """Known values by entity and period."""
    kind = next(key[0] for key, value in panel.series.items() if value is series)
    ids, labels = panel.types[kind].ids, panel.calendars[series.freq].labels
    return {
        (ids[entity], labels[row]): float(series.values[row, entity])
        for row, entity in zip(*np.nonzero(~np.isnan(series.values)), strict=True)
    }


def known(panel: Panel, indicator: str, measure: str = "period") -> dict[tuple[str, str], float]:
    """Known values of the only entity type that has the indicator."""
    series = next(one for (_, name, which), one in panel.series.items() if (name, which) == (indicator, measure))
    return table(panel, series)


def words(panel: Panel, kind: str, name: str) -> dict[tuple[str, str | None], object]:
    """An attribute's known values by entity and, where it is dated, period."""
    attribute = panel.types[kind].attributes[name]
    return _by_place(panel, kind, attribute, lambda value: _word(attribute, value))


def parents(panel: Panel, kind: str, parent: str) -> dict[tuple[str, str | None], object]:
    """The ids of parents by entity and, where they are dated, period."""
    found = panel.types[kind].parents[parent]
    return _by_place(panel, kind, found, lambda value: panel.types[parent].ids[int(value)] if value >= 0 else None)


def _by_place(panel, kind, found: Attribute | Parents, read) -> dict[tuple[str, str | None], object]:
    array = found.values if isinstance(found, Attribute) else found.index
    labels = panel.calendars[found.freq].labels if found.freq else (None,)
    rows = array if found.freq else array[None, :]
    every = {
        (entity, label): read(rows[row, at])
        for row, label in enumerate(labels)
        for at, entity in enumerate(panel.types[kind].ids)
    }
    return {key: value for key, value in every.items() if value is not None}


def _word(attribute: Attribute, value) -> object:
    if attribute.kind == "text":
        return attribute.categories[int(value)] if value >= 0 else None
    if attribute.kind == "flag":
        return {1: True, -1: False, 0: None}[int(value)]
    if np.isnan(value):
        return None
    return str(np.datetime64(int(value), "D")) if attribute.kind == "date" else float(value)


def same(one: Panel, other: Panel) -> None:
    """Two panels say the same; where it stands may differ."""
    assert {key: value.labels for key, value in one.calendars.items()} == {
        key: value.labels for key, value in other.calendars.items()
    }
    assert one.types.keys() == other.types.keys()
    for name, kind in one.types.items():
        assert (kind.ids, kind.names) == (other.types[name].ids, other.types[name].names)
        assert np.array_equal(kind.since, other.types[name].since)
        for word in kind.attributes:
            assert words(one, name, word) == words(other, name, word)
        for parent in kind.parents:
            assert parents(one, name, parent) == parents(other, name, parent)
    assert one.series.keys() == other.series.keys()
    for key, series in one.series.items():
        against = other.series[key]
        assert (series.unit, series.freq) == (against.unit, against.freq)
        assert np.allclose(series.values, against.values, rtol=1e-12, atol=0, equal_nan=True), key
        for mine, theirs in ((series.reasons, against.reasons), (series.statuses, against.statuses)):
            zeros = np.zeros(series.values.shape, np.int8)
            assert np.array_equal(zeros if mine is None else mine, zeros if theirs is None else theirs), key
    assert {k: (v.kind, v.unit) for k, v in one.indicators.items()} == {
        k: (v.kind, v.unit) for k, v in other.indicators.items()
    }


GOOD = "firm,month,output\nA,2022-08,1\nA,2022-09,2\nB,2022-09,3\n"


@dataclass(frozen=True)
class Bad:
    name: str
    code: str
    says: tuple[str, ...]
    """Parts of the message, in this order."""
    rows: str = ""
    """Added to a good table."""
    yaml: str | None = FIRMS
    files: dict[str, str | bytes] = field(default_factory=dict)


def edited(old: str, new: str, more: str = "") -> str:
    assert old in FIRMS
    return FIRMS.replace(old, new) + more


def complains(bad: Bad, folder: Path) -> None:
    """Loading the drop fails with the message, which says its parts in order and moves no cursor."""
    write(folder, bad.yaml, **{"firms_csv": GOOD + bad.rows, **bad.files})
    target = folder if bad.yaml is not None else folder / next(iter(bad.files)).replace("_csv", ".csv")
    with pytest.raises(DropError) as caught:
        load(target)
    text, place = str(caught.value), 0
    for part in bad.says:
        assert part in text[place:], text
        place = text.index(part, place) + len(part)
    assert bad.code in {diagnostic.code for diagnostic in caught.value.diagnostics}
    assert all(ord(char) >= 32 or char == "\n" for char in text)
