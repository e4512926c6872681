"""drop.yaml and the headers of its files, as assembly wants them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ewarn.assembly.indicators import Names, plain
from ewarn.assembly.periods import stretch_of
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.spec import BreakSpec, DropSpec, TableSpec
from ewarn.assembly.symbols import Symbols
from ewarn.assembly.unread import Unread, unread
from ewarn.diagnostics import Diagnostic, Span
from ewarn.drop.calendars import named_calendars
from ewarn.drop.folder import FILE, check_yaml, inside, label_of
from ewarn.drop.indicators import declared
from ewarn.drop.model import BreakModel, DropModel, TableModel
from ewarn.drop.tables import reasons, table_spec
from ewarn.drop.understood import rules_in, understood
from ewarn.drop.units import doubtful_units
from ewarn.errors import DropError
from ewarn.readers import Columns, Options, open_columns
from ewarn.source import Instead, Text, parse_yaml, read_text, woven


def read_drop(root: Path, known_at: int | None, allow_outside: bool, problems: Problems) -> DropSpec:
    """What drop.yaml in `root` says, its files opened; of tables with mistakes only that."""
    check_yaml(root, allow_outside)
    name = os.fspath(root / FILE)
    text = read_text(root / FILE, name=name, error=DropError, code="EW201")
    tree, slips = parse_yaml(text, name)
    problems.extend(slips)
    if tree is None:
        raise DropError(problems.diagnostics())
    try:
        said = understood(tree, slips, problems)
    except DropError as error:
        error.rules = tuple(_rule(root, rule, allow_outside, Problems()) for rule in rules_in(tree))
        raise
    model = said.model
    indicators, keys = declared(model.indicators)
    symbols = Symbols().and_own(reasons(model.missing))
    names = Names(indicators)
    tables = []
    for number, table in enumerate(model.tables):
        spec = _table(root, table, model, names, symbols, allow_outside, problems)
        tables.append(spec if number not in said.doubtful else unread(spec))
    rules = [_rule(root, rule, allow_outside, problems) for rule in model.rules]
    return DropSpec(
        str(model.name) if model.name is not None else root.absolute().name,
        tuple(tables),
        indicators,
        keys,
        model.frequency,
        model.fiscal_year_start,
        known_at,
        tuple(rules),
        os.fspath(root),
        tuple(doubtful_units(model)),
        _type_places(model),
        breaks_of(model.breaks, problems),
        named_calendars(root, model.calendars, allow_outside, problems),
        said.doubt,
    )


def _table(
    root: Path,
    model: TableModel,
    drop: DropModel,
    names: Names,
    symbols: Symbols,
    allow_outside: bool,
    problems: Problems,
) -> TableSpec:
    label = label_of(model.file)
    before = len(problems)
    columns: Columns = Unread(label)
    if (path := _path(root, model, label, allow_outside, problems)) is not None:
        sheet = None if model.sheet is None else str(model.sheet)
        options = Options(model.encoding, model.header, model.skip, sheet)
        try:
            columns = open_columns(path, label, options, model.file.span())
        except DropError as error:
            problems.extend(error.diagnostics)
    # Of a file that is not open nothing is lacking.
    told = Problems() if isinstance(columns, Unread) else problems
    spec = table_spec(model, label, columns, drop.frequency, names, symbols, told)
    return spec if len(problems) == before else unread(spec)


def _path(root: Path, model: TableModel, label: str, allow_outside: bool, problems: Problems) -> Path | None:
    path = inside(root, model.file, allow_outside, problems)
    if model.header is not None and isinstance(model.skip, int) and model.skip >= model.header:
        message = f"`header: {model.header}` is one of the {model.skip} rows that `skip` leaves out"
        problems.add(Diagnostic("EW204", message, model.file.span()), label)
        return None
    return path


def _rule(root: Path, rule: Text, allow_outside: bool, problems: Problems) -> Text:
    """The name of a pack as it is, a path as it is seen from the working directory; its place stays."""
    if not (rule.endswith((".yaml", ".yml")) or "/" in rule or "\\" in rule):
        return rule
    path = inside(root, rule, allow_outside, problems)
    return woven(rule, [Instead("" if path is None else os.fspath(path), rule)])


def breaks_of(written: Iterable[BreakModel], problems: Problems) -> tuple[BreakSpec, ...]:
    """Series breaks, their days read."""
    found = []
    for one in written:
        days = stretch_of(one.first)
        if days is None:
            message = f"`{shown(one.first)}` is not a day"
            problems.add(Diagnostic("EW204", message, one.first.span(), help="a day like 2022-05-01, or a month"))
            continue
        note = None if one.note is None else str(one.note)
        found.append(BreakSpec(days[0], one.first, one.indicator, one.type, one.entity, note))
    return tuple(found)


def _type_places(model: DropModel) -> dict[str, Span]:
    places: dict[str, Span] = {}
    for table in model.tables:
        kind = table.entity.type
        if isinstance(kind, Text):
            place = kind.span() if kind.file != "<text>" else table.file.span()
            places.setdefault(plain(kind), place)
        for parent in table.entity.parents:
            places.setdefault(plain(parent), parent.span())
    return places
