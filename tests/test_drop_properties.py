"""Assembly against a naive reader: a dict of cells, filled row by row."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drop_files import known, parents, same, words, write
from ewarn.drop import load
from ewarn.errors import DropError
from ewarn.panel import Panel

IDS = st.sampled_from(["E1", "E2", "阿", "a b", "007"])
MONTHS = st.integers(2022 * 12 + 9, 2022 * 12 + 15).map(lambda month: f"{month // 12}-{month % 12 + 1:02}")
VALUES = st.one_of(
    st.integers(-10_000, 10_000).map(float), st.floats(-1e9, 1e9).map(lambda value: round(value, 4)), st.none()
)
CELLS = st.dictionaries(st.tuples(IDS, MONTHS), st.tuples(VALUES, VALUES), min_size=1, max_size=12)
QUICK = settings(max_examples=40)
WIDE = """\
frequency: M
tables:
  - {file: one.csv, entity: {type: firm, id: id}, period: month, values: {output: output, sales: sales}}
"""
LONG = """\
frequency: M
tables:
  - {file: one.csv, entity: {type: firm, id: id}, period: month, long: {indicator: what, value: value}}
"""


def text(header: list[str], rows: list[list[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def read(yaml: str, known_at: str | None = None, **files: str) -> Panel:
    with tempfile.TemporaryDirectory() as folder:
        return load(write(Path(folder), yaml, **files), known_at=known_at)


def wide(cells: dict[tuple[str, str], tuple[float | None, float | None]]) -> str:
    return text(["id", "month", "output", "sales"], [[*key, *values] for key, values in cells.items()])


@QUICK
@given(CELLS)
def test_a_table_is_its_cells(cells: dict[tuple[str, str], tuple[float | None, float | None]]) -> None:
    found = read(WIDE, one_csv=wide(cells))
    assert found.types["firm"].ids == tuple(sorted({firm for firm, _ in cells}))
    for at, indicator in enumerate(("output", "sales")):
        assert known(found, indicator) == {key: values[at] for key, values in cells.items() if values[at] is not None}
    [source] = {id(series.sources[0].rows): series.sources[0] for series in found.series.values()}.values()
    order = list(cells)
    for row, entity in zip(*np.nonzero(source.rows), strict=True):
        firm, month = order[source.rows[row, entity] - 2]
        assert (firm, month) == (found.types["firm"].ids[entity], found.calendars["M"].labels[row])
    assert np.count_nonzero(source.rows) == len(cells)


@QUICK
@given(CELLS, st.randoms(use_true_random=False))
def test_the_order_of_rows_columns_and_tables_changes_nothing(cells, random) -> None:
    rows = [[*key, *values] for key, values in cells.items()]
    random.shuffle(rows)
    cut = random.randrange(len(rows) + 1)
    columns = [0, 1, 2, 3]
    random.shuffle(columns)
    header = ["id", "month", "output", "sales"]
    pieces = [
        text([header[at] for at in columns], [[row[at] for at in columns] for row in piece])
        for piece in (rows[:cut], rows[cut:])
    ]
    table = WIDE[WIDE.index("  - ") :]
    names = ["one.csv", "two.csv"]
    random.shuffle(names)
    yaml = "frequency: M\ntables:\n" + "".join(table.replace("one.csv", name) for name in names)
    same(read(WIDE, one_csv=wide(cells)), read(yaml, one_csv=pieces[0], two_csv=pieces[1]))


@QUICK
@given(CELLS, st.randoms(use_true_random=False))
def test_long_is_wide(cells, random) -> None:
    rows = [
        [*key, what, value]
        for key, values in cells.items()
        for what, value in zip(("output", "sales"), values, strict=True)
    ]
    random.shuffle(rows)
    same(read(WIDE, one_csv=wide(cells)), read(LONG, one_csv=text(["id", "month", "what", "value"], rows)))


@QUICK
@given(CELLS, st.sampled_from([("万元", "元", 10_000), ("亿元", "万元", 10_000), ("%", "‰", 10)]))
def test_units_change_nothing_but_the_numbers(cells, units: tuple[str, str, int]) -> None:
    large, small, factor = units
    yaml = WIDE.replace("output: output", f"output: {{column: output, unit: '{large}'}}")
    yaml += f"indicators: {{output: {{unit: '{small}'}}}}\n"
    found = known(read(yaml, one_csv=wide(cells)), "output")
    scale = factor / 1000 if small == "‰" else factor
    for key, (value, _) in cells.items():
        if value is None:
            assert key not in found
        else:
            assert math.isclose(found[key], value * scale, rel_tol=1e-12)


VINTAGES = """\
frequency: M
tables:
  - {file: one.csv, entity: {type: firm, id: id, attributes: [size], parents: {park: park}}, period: month,
     published: day, values: {output: output}}
"""
DAYS = st.sampled_from(["2022-11-10", "2022-12-10", "2023-01-10", "2023-02-10"])
EDITION = st.tuples(
    IDS, MONTHS, DAYS, st.sampled_from(["1", "2", "*", ""]), st.sampled_from(["大", "小", "", "—"]),
    st.sampled_from(["P1", "P2", ""]),
)  # fmt: skip
Edition = tuple[str, str, str, str, str, str]


def holding(rows: list[Edition], at: int) -> dict[tuple[str, str], str]:
    """The word of one column in each cell: of the newest day with one, a value before a symbol."""
    found: dict[tuple[str, str], tuple[str, bool, str]] = {}
    for row in rows:
        if row[at]:
            key, mine = (row[0], row[1]), (row[2], row[at] not in ("*", "—"), row[at])
            found[key] = max(found.get(key, mine), mine)
    return {key: word for key, (_, _, word) in found.items()}


def contradicts(rows: list[Edition], at: int) -> bool:
    """Whether a cell has two values of its newest day."""
    newest = dict.fromkeys(((row[0], row[1]) for row in rows), "")
    for row in rows:
        if row[at]:
            newest[row[0], row[1]] = max(newest[row[0], row[1]], row[2])
    values: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row[at] not in ("", "*", "—") and row[2] == newest[row[0], row[1]]:
            values.setdefault((row[0], row[1]), set()).add(row[at])
    return any(len(words) > 1 for words in values.values())


def editions(rows: list[Edition]) -> str:
    return text(["id", "month", "day", "output", "size", "park"], [list(row) for row in rows])


def carried(rows: list[Edition], at: int, months: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """The word that holds in each month: the last one said, unless it is a symbol."""
    said = holding(rows, at)
    found = {}
    for firm in {row[0] for row in rows}:
        word = ""
        for month in months:
            word = said.get((firm, month), word)
            if word not in ("", "—"):
                found[firm, month] = word
    return found


def spread(dated: dict, months: tuple[str, ...], rows: list[Edition]) -> dict[tuple[str, str], object]:
    """Words by entity and month, also of an attribute without periods, from each entity's first month."""
    first = {firm: min(row[1] for row in rows if row[0] == firm) for firm, *_ in rows}
    return {
        (firm, month): word
        for (firm, period), word in dated.items()
        for month in (months if period is None else (period,))
        if month >= first[firm]
    }


@settings(max_examples=80)
@given(st.lists(EDITION, min_size=1, max_size=14), st.one_of(st.none(), DAYS))
def test_vintages_attributes_and_parents(rows: list[Edition], day: str | None) -> None:
    visible = [row for row in rows if day is None or row[2] <= day]
    try:
        found = read(VINTAGES, day, one_csv=editions(rows))
    except DropError as error:
        codes = {diagnostic.code for diagnostic in error.diagnostics}
        assert codes == {"EW209"} if not visible else any(contradicts(visible, at) for at in (3, 4, 5))
        return
    assert visible
    assert not any(contradicts(visible, at) for at in (3, 4, 5))
    assert known(found, "output") == {
        key: float(word) for key, word in holding(visible, 3).items() if word not in ("", "*")
    }
    months = found.calendars["M"].labels
    assert spread(words(found, "firm", "size"), months, visible) == carried(visible, 4, months)
    if "park" in found.types and len(found.types["park"]):
        assert spread(parents(found, "firm", "park"), months, visible) == carried(visible, 5, months)
    same(found, read(VINTAGES, one_csv=editions(visible)))  # the drop as it stood on that day


@settings(max_examples=50)
@given(st.lists(EDITION, min_size=1, max_size=14), st.integers(0, 14))
def test_one_table_or_two(rows: list[Edition], cut: int) -> None:
    def attempt(yaml: str, **files: str) -> Panel | set[str]:
        try:
            return read(yaml, **files)
        except DropError as error:
            return {diagnostic.code for diagnostic in error.diagnostics}

    two = VINTAGES + VINTAGES[VINTAGES.index("  - ") :].replace("one.csv", "two.csv")
    one_table = attempt(VINTAGES, one_csv=editions(rows))
    two_tables = attempt(two, one_csv=editions(rows[cut:]), two_csv=editions(rows[:cut]))
    if isinstance(one_table, Panel) and isinstance(two_tables, Panel):
        same(one_table, two_tables)
    else:
        assert one_table == two_tables == {"EW303"}


@settings(max_examples=50)
@given(st.lists(EDITION, min_size=1, max_size=12), st.integers(0, 6))
def test_later_periods_change_no_earlier_word(rows: list[Edition], cut: int) -> None:
    try:
        whole = read(VINTAGES, one_csv=editions(rows))
        month = whole.calendars["M"].labels[min(cut, len(whole.calendars["M"]) - 1)]
        early = [row for row in rows if row[1] <= month]
        cut_off = read(VINTAGES, one_csv=editions(early))
    except DropError:
        return
    months = cut_off.calendars["M"].labels
    before = {
        key: word
        for key, word in spread(words(whole, "firm", "size"), whole.calendars["M"].labels, rows).items()
        if key[1] <= months[-1]
    }
    assert before == spread(words(cut_off, "firm", "size"), months, early)
