"""A table of drop.yaml, and a lone file in the long form, as assembly wants them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from ewarn.assembly.indicators import PLAIN_MEASURES, Names, is_name, name_hint, plain
from ewarn.assembly.periods import noun
from ewarn.assembly.problems import Problems
from ewarn.assembly.spec import AttributeSpec, EventSpec, LinkSpec, LongSpec, ParentSpec, TableSpec, ValueSpec
from ewarn.assembly.symbols import REASON_WORDS, Symbols, status_of
from ewarn.calendar import PER_YEAR, Frequency, Period, parse_period
from ewarn.diagnostics import Cell, Diagnostic
from ewarn.drop.across import stacked
from ewarn.drop.columns import Header
from ewarn.drop.model import (
    AcrossModel,
    AttributeModel,
    ColumnModel,
    EntityModel,
    EventsModel,
    FixedModel,
    TableModel,
    ValueModel,
)
from ewarn.drop.pattern import Pattern
from ewarn.panel import Reason, Status
from ewarn.readers import Columns
from ewarn.source import Text
from ewarn.units import Unit

LONG_COLUMNS = ("entity", "period", "indicator", "value")
_FORMS = ("values", "long", "across", "events")
_OPTIONAL = ("type", "unit", "measure", "status")


def table_spec(
    model: TableModel,
    label: str,
    columns: Columns,
    frequency: Frequency | None,
    names: Names,
    symbols: Symbols,
    problems: Problems,
) -> TableSpec:
    """One table, its columns found; `frequency` and `symbols` are the drop's."""
    header = Header(label, columns, problems)
    entity = model.entity
    freq = model.frequency or frequency
    period = _period(model, freq, header, problems)
    values = _values(model.values, header, names, problems)
    if (values or model.long) and period is None:
        message = "values without a period"
        hint = "name the column with `period:`, or the period of the whole file with `period: {value: 2022-09}`"
        problems.add(Diagnostic("EW204", message, model.file.span(), help=hint), label)
    forms = [name for name in _FORMS if getattr(model, name)]
    if len(forms) > 1:
        hint = "list the file twice, once for each"
        known = ", ".join(map("`{}`".format, _FORMS))
        message = f"a table has one of {known}; this one has {' and '.join(map('`{}`'.format, forms))}"
        problems.add(Diagnostic("EW204", message, model.file.span(), help=hint), label)
    published = model.published.column if isinstance(model.published, ColumnModel) else model.published
    fixed = None if isinstance(entity.type, ColumnModel) else str(plain(entity.type))
    spec = TableSpec(
        label,
        columns,
        fixed or "entity",
        header.find(entity.id),
        header.find(entity.type.column) if isinstance(entity.type, ColumnModel) else None,
        None if entity.name is None else header.find(entity.name),
        _attributes(entity, header, problems),
        _parents(entity, header),
        period,
        freq,
        values,
        _long(model, header),
        _status(model, header),
        None if published is None else header.find(published),
        symbols.and_own(reasons(model.missing)),
        model.file.span(),
        scope=_scope(model, header, problems),
        links=_links(entity, header),
    )
    if model.events is not None:
        return _events(spec, model, model.events, header, names, problems)
    return spec if model.across is None else _across(spec, model, model.across, names, problems)


def lone_spec(label: str, columns: Columns, problems: Problems) -> TableSpec:
    """A single file in the long form: entity, period, indicator, value, and what else it has of that form."""
    header = Header(label, columns, problems)
    known = {plain(name).casefold(): name for name in columns.names}
    lacking = [name for name in LONG_COLUMNS if name not in known]
    if lacking:
        message = f"`{label}` has no column `{'`, `'.join(lacking)}`"
        hint = "a lone file has the columns entity, period, indicator, value (and type, unit, measure, status if it "
        hint += "likes); any other goes into a folder with a drop.yaml"
        problems.add(Diagnostic("EW203", message, Cell(label), header.listing(), hint), label)
        problems.check()
    at = {name: header.find(known[name], Cell(label)) for name in (*LONG_COLUMNS, *_OPTIONAL) if name in known}
    long = LongSpec(at["indicator"], at["value"], at.get("unit"), at.get("measure"))
    return TableSpec(
        label, columns, "entity", at["entity"], at.get("type"), period=at["period"], long=long, status=at.get("status")
    )


def reasons(missing: Mapping[Text, Text]) -> dict[str, Reason]:
    """Own symbols for missing values, with their reasons."""
    return {str(symbol): REASON_WORDS[reason] for symbol, reason in missing.items()}


def _across(spec: TableSpec, model: TableModel, across: AcrossModel, names: Names, problems: Problems) -> TableSpec:
    """The same table, its periods across the columns."""
    freq = Pattern.of(across.period).freq
    if model.period is not None:
        hint = "leave `period:` out: each heading names its period"
        problems.add(
            Diagnostic("EW204", "a table has `period` or `across`", across.period.span(), help=hint), spec.label
        )
    if model.frequency not in (None, freq):
        message = f"`{across.period}` names {noun(freq)}, and `frequency: {model.frequency}` stands beside it"
        problems.add(Diagnostic("EW204", message, across.period.span(), help="leave `frequency:` out"), spec.label)
    columns = stacked(spec.columns, across, spec.text_columns, spec.label, problems)
    name = _indicator(across.indicator, names, spec.label, problems)
    if name is None:
        return replace(spec, columns=columns, period=columns.period, frequency=freq)
    unit = None if across.unit is None else Unit.parse(across.unit)
    _check_words(name, across, names, spec.label, problems)
    word, place = str(plain(across.indicator)), across.indicator.span()
    value = ValueSpec(columns.value, name, across.measure, unit, word, place)
    return replace(spec, columns=columns, period=columns.period, frequency=freq, values=(value,))


def _events(
    spec: TableSpec, model: TableModel, events: EventsModel, header: Header, names: Names, problems: Problems
) -> TableSpec:
    """The same table, its rows counted."""
    if model.period is not None:
        hint = "leave `period:` out: the day of an event says its period"
        problems.add(Diagnostic("EW204", "a table has `period` or `events`", events.date.span(), help=hint), spec.label)
    freq = spec.frequency or "M"
    if freq == "round" or any(flow.per == "round" for flow in events.flows.values()):
        hint = "`frequency: M` at this table; a rule on rounds reads the newest month with `last(...)`"
        message = "events are counted by month, quarter or year, not by reporting date"
        problems.add(Diagnostic("EW204", message, events.date.span(), help=hint), spec.label)
        return spec
    found = []
    for word, flow in events.flows.items():
        name = _indicator(word, names, spec.label, problems)
        distinct = None if flow.distinct is None else header.find(flow.distinct)
        if name is not None and names.indicator(name).holds != "number":
            message = f"`{name}` is a {names.indicator(name).holds}, and events are counted"
            problems.add(Diagnostic("EW204", message, word.span(), help="give the flow another name"), spec.label)
        if flow.per is not None and PER_YEAR[flow.per] > PER_YEAR[freq]:
            message = f"`per: {flow.per}` is finer than the table, which has {noun(freq)[2:]}s"
            problems.add(
                Diagnostic("EW204", message, word.span(), help="give the table a finer `frequency:`"), spec.label
            )
        if name is not None:
            found.append(EventSpec(name, distinct, flow.per, str(plain(word)), word.span()))
    return replace(spec, period=header.find(events.date), frequency=freq, events=tuple(found))


def _period(model: TableModel, freq: Frequency | None, header: Header, problems: Problems) -> int | Period | None:
    given = model.period
    if given is None:
        return None
    if isinstance(given, FixedModel):
        try:
            return parse_period(plain(given.value), freq)
        except ValueError as error:
            message = f"`{given.value}` is not a period"
            problems.add(Diagnostic("EW302", message, given.value.span(), str(error)), header.label)
            return Period("M", 0)
    return header.find(given.column if isinstance(given, ColumnModel) else given)


def _values(
    values: Mapping[Text, tuple[Text | ValueModel, ...]], header: Header, names: Names, problems: Problems
) -> tuple[ValueSpec, ...]:
    found = []
    for word, columns in values.items():
        name = _indicator(word, names, header.label, problems)
        if name is None:
            continue
        for column in columns:
            model = column if isinstance(column, ValueModel) else ValueModel(column=column, unit=None, measure="period")
            unit = None if model.unit is None else Unit.parse(model.unit)
            at = header.find(model.column)
            _check_words(name, model, names, header.label, problems)
            found.append(ValueSpec(at, name, model.measure, unit, str(plain(word)), model.column.span()))
    return tuple(found)


def _check_words(name: str, model: ValueModel | AcrossModel, names: Names, label: str, problems: Problems) -> None:
    """Dates and categories have neither units nor measures that add up or grow."""
    holds = names.indicator(name).holds
    if holds == "number":
        return
    place = model.column.span() if isinstance(model, ValueModel) else model.indicator.span()
    if model.unit is not None:
        problems.add(Diagnostic("EW204", f"a {holds} has no unit", model.unit.span(), help="leave `unit` out"), label)
    if model.measure not in PLAIN_MEASURES:
        message = f"`{name}` is a {holds}: it has no measure `{model.measure}`"
        problems.add(Diagnostic("EW204", message, place, help="leave `measure` out, or make it plan or target"), label)


def _indicator(word: Text, names: Names, label: str, problems: Problems) -> str | None:
    name = names.resolve(word)
    if name is None:
        message = f"`{word}` cannot be the name of an indicator"
        hint = f"a name like `{name_hint(word)}`; `{word}` can be one of its `aliases`"
        problems.add(Diagnostic("EW204", message, word.span(), help=hint), label)
    return name


def _attributes(entity: EntityModel, header: Header, problems: Problems) -> tuple[AttributeSpec, ...]:
    given = entity.attributes
    named = given if isinstance(given, dict) else {column: column for column in given}
    found = []
    for name, value in named.items():
        model = value if isinstance(value, AttributeModel) else AttributeModel(column=value, kind=None, unit=None)
        if not is_name(plain(name)):
            hint = f"give it a name: `attributes: {{{name_hint(name)}: {name}}}`"
            problems.add(Diagnostic("EW204", f"`{name}` is not a name", name.span(), help=hint), header.label)
        unit = None if model.unit is None else str(model.unit)
        found.append(AttributeSpec(plain(name), header.find(model.column), model.kind, unit, name.span()))
    return tuple(found)


def _parents(entity: EntityModel, header: Header) -> tuple[ParentSpec, ...]:
    found = []
    for name, value in entity.parents.items():
        if isinstance(value, FixedModel):
            found.append(ParentSpec(plain(name), None, _plain_id(value.value), name.span()))
        else:
            column = value.column if isinstance(value, ColumnModel) else value
            found.append(ParentSpec(plain(name), header.find(column), None, name.span()))
    return tuple(found)


def _links(entity: EntityModel, header: Header) -> tuple[LinkSpec, ...]:
    return tuple(
        LinkSpec(plain(link.type), header.find(link.column), None, link.type.span(), plain(name),
                 None if link.inverse is None else plain(link.inverse),
                 None if link.inverse is None else link.inverse.span())
        for name, link in entity.links.items()
    )  # fmt: skip


def _plain_id(text: str) -> str:
    """An id as columns of ids are read."""
    return unicodedata.normalize("NFC", text).strip()


def _long(model: TableModel, header: Header) -> LongSpec | None:
    long = model.long
    if long is None:
        return None
    unit = None if long.unit is None else header.find(long.unit)
    measure = None if long.measure is None else header.find(long.measure)
    return LongSpec(header.find(long.indicator), header.find(long.value), unit, measure)


def _scope(model: TableModel, header: Header, problems: Problems) -> int | None:
    given = model.scope
    if given is None:
        return None
    word = given.column if isinstance(given, ColumnModel) else given
    if model.across is not None or model.events is not None or model.period is None:
        message = "`scope` goes with a table that has a period in each row"
        hint = "say when the scope changed under `breaks:`"
        problems.add(Diagnostic("EW204", message, word.span(), help=hint), header.label)
    return header.find(word)


def _status(model: TableModel, header: Header) -> int | Status | None:
    if model.status is None:
        return None
    return header.find(model.status.column) if isinstance(model.status, ColumnModel) else status_of(model.status)
