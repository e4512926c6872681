"""Dotted names -> leaves: parameters, indicators and their measures, attributes, along parents and children."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from ewarn.calendar import makes_up
from ewarn.catalogue import KNOWN_TYPES, catalogue, known_attributes
from ewarn.diagnostics import did_you_mean
from ewarn.expressions.dates import From
from ewarn.expressions.groups import ancestor_path
from ewarn.expressions.homes import Role, entities_of, kind_of, linked
from ewarn.expressions.leaves import AttributeLeaf
from ewarn.expressions.legs import Stood
from ewarn.expressions.literals import typed_literal
from ewarn.expressions.lookup import Lookup, looked_up
from ewarn.expressions.measures import MEASURES, measured
from ewarn.expressions.scope import BY_DATE, Lacking, Parameterised
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION, NUMBER, Base, Type
from ewarn.panel import Indicator, Panel
from ewarn.units import Unit, likely

if TYPE_CHECKING:
    from ewarn.expressions.build import Build

_BASES: dict[str, Base] = {"text": "category", "number": "number", "date": "date", "flag": "condition"}


def resolve(build: Build, at: ast.expr, path: tuple[str, ...]) -> Typed:
    """What a dotted name stands for. Raises RuleError naming what there is instead."""
    if len(path) == 1 and path[0] in build.scope.params:
        return parameter(build, at, path[0], build.scope.params[path[0]])
    home, chain, rest = walk(build, at, path)
    got = _reached(build, at, path, home, chain, rest)
    return build.lifted(got, member(home)) if chain and got.node.home == home else got


def _reached(
    build: Build, at: ast.expr, path: tuple[str, ...], home: str, chain: tuple[str, ...], rest: tuple[str, ...]
) -> Typed:
    """What is left of a path, for the home that its types and links lead to."""
    leg = build.scope.legs.get((kind_of(home), rest[0])) if len(rest) == 1 else None
    if leg is not None:
        return Typed(build.graph.node(Stood(), (), CONDITION, home, build.syntax.words(at), (leg,)), chain, at)
    if len(rest) == 1 and rest[0] in build.scope.shared.get(kind_of(home), {}):
        return build.of_type(home, rest[0], chain, at)
    measure = "period"
    if len(rest) > 1:
        _typeless(build, at, home, rest)
    if len(rest) == 2:
        measure = rest[1]
        if measure not in MEASURES:
            build.fail(at, "EW102", f"`{rest[0]}` has no `{measure}`", "no such measure",
                       did_you_mean(measure, MEASURES) or f"measures: {', '.join(MEASURES)}")  # fmt: skip
    elif len(rest) != 1:
        build.fail(at, "EW102", f"`{'.'.join(path)}` names nothing", "a type, an indicator, a measure: no more", None)
    name = build.scope.indicators.get(rest[0], rest[0])
    attribute = entities_of(build.panel, home).attributes.get(name)
    indicator = indicator_named(build.panel, home, name)
    if attribute is not None and indicator is None and len(rest) == 1:
        unit = Unit.parse(attribute.unit) if attribute.unit else None
        kind = Type(_BASES[attribute.kind], unit, categories=attribute.categories)
        node = build.graph.node(AttributeLeaf(), (), kind, home, build.syntax.words(at), (kind_of(home), name))
        return Typed(node, chain, at)
    if indicator is None and len(rest) == 1 and name in build.scope.params:
        return parameter_of(build, at, name, home, chain)
    if indicator is None:
        unknown(build, at, home, name)
    node = measured(build, at, home, indicator, measure)
    build.origins[id(node)] = (home, indicator.name, measure)
    return Typed(node, chain, at)


def attribute_leaf(build: Build, at: ast.Name, home: str) -> Typed:
    """An attribute of `home`. Raises RuleError naming what there is instead."""
    attributes = entities_of(build.panel, home).attributes
    attribute = attributes.get(at.id)
    if attribute is None:
        known = [*attributes, *entities_of(build.panel, home).parents]
        build.fail(at, "EW102", f"unknown attribute `{at.id}`", f"{kind_of(home)} has: {', '.join(known) or 'none'}",
                   did_you_mean(at.id, known))  # fmt: skip
    unit = Unit.parse(attribute.unit) if attribute.unit else None
    kind = Type(_BASES[attribute.kind], unit, categories=attribute.categories)
    return Typed(build.graph.node(AttributeLeaf(), (), kind, home, at.id, (kind_of(home), at.id)), (), at)


def indicator_at(build: Build, at: ast.expr) -> tuple[str, tuple[str, ...], Indicator]:
    """The indicator that a name (no measure, no expression) stands for. Raises RuleError for anything else."""
    parts: list[str] = []
    here = at
    while isinstance(here, ast.Attribute):
        parts.append(here.attr)
        here = here.value
    if not isinstance(here, ast.Name):
        build.fail(at, "EW103", f"`{build.calling}` takes the name of an indicator", "this is an expression", None)
    home, chain, rest = walk(build, at, (here.id, *reversed(parts)))
    if chain and home != member(home):
        build.fail(at, "EW103", f"`{build.calling}` cannot follow a link of each member",
                   f"of each {kind_of(member(home))}", None)  # fmt: skip
    if len(rest) == 2 and rest[1] in MEASURES:
        build.fail(at, "EW103", f"`{build.calling}` takes an indicator without a measure", f"write {rest[0]}", None)
    name = build.scope.indicators.get(rest[0], rest[0])
    indicator = indicator_named(build.panel, home, name)
    if indicator is None:
        if len(rest) > 1:
            _typeless(build, at, home, rest)
        if rest[0] in entities_of(build.panel, home).attributes or len(rest) > 1:
            build.fail(at, "EW103", f"`{build.calling}` takes the name of an indicator", "this is none", None)
        unknown(build, at, home, name)
    return home, chain, indicator


def walk(build: Build, at: ast.expr, path: tuple[str, ...]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Follow the types and links that head a path: the home reached, the homes to fold to, what is left of the path."""
    panel, here = build.panel, build.scope.home
    folds: tuple[str, ...] = ()
    rest = path
    while len(rest) > 1:
        role = linked(panel, here, rest[0])
        if role is None and rest[0] not in panel.types:
            break
        found, many = (role, role.many) if role is not None else _typed_step(build, at, here, rest, bool(folds))
        if many:
            folds = (*folds, here)
        here, rest = found, rest[1:]
    return here, folds, rest


def _typed_step(build: Build, at: ast.expr, here: str, rest: tuple[str, ...], inside: bool) -> tuple[str, bool]:
    """The home that a type at the head of a path leads to, and whether it has several entities for each."""
    panel, step, kind = build.panel, rest[0], kind_of(here)
    if indicator_named(panel, here, step) is not None and rest[1] in MEASURES:
        build.fail(at, "EW102", f"`{step}` is both a type and an indicator", "which of the two?",
                   "give one of them another name in drop.yaml")  # fmt: skip
    upward, downward = (ancestor_path(panel, *pair) is not None for pair in ((kind, step), (step, kind)))
    if not upward and not downward:
        if step != here:
            raise Lacking(f"parents: {step} -> {kind}")
        return here, False
    if isinstance(here, Role):
        return Role(here, step, step, None, many=not upward), not upward
    if upward and inside:
        build.fail(at, "EW103", f"`{step}` lies above the members", "members have been reached already", None)
    return step, not upward


def member(home: str) -> str:
    """The members at the end of a path that goes on from them to one entity each, by a link."""
    while isinstance(home, Role) and not home.many:
        home = home.base
    return home


def indicator_named(panel: Panel, home: str, name: str) -> Indicator | None:
    """An indicator that entities of type `home` have, by its name or an alias."""
    key = name if name in panel.indicators else panel.aliases.get(name)
    if key is None or not any((kind_of(home), key, measure) in panel.series for measure in MEASURES):
        return None
    return panel.indicators[key]


def unknown(build: Build, at: ast.expr, home: str, name: str) -> NoReturn:
    """Refuse a name; one that is an indicator, only not here, leaves the rule unrun instead."""
    panel = build.panel
    if name in panel.indicators or name in panel.aliases or name in catalogue() or name in known_attributes():
        raise Lacking(name)
    home = kind_of(home)
    have = sorted({key for kind, key, _ in panel.series if kind == home} | set(panel.types[home].attributes))
    if build.scope.legs:
        _unknown_leg(build, at, name, have)
    near = did_you_mean(name, [*have, *build.scope.params, *build.scope.let, *panel.types])
    shown = ", ".join(have[:12]) + (", ..." if len(have) > 12 else "")
    build.fail(at, "EW102", f"unknown indicator `{name}`", f"{home} has: {shown or 'nothing'}", near)


def _unknown_leg(build: Build, at: ast.expr, name: str, have: list[str]) -> NoReturn:
    """Refuse a name in a composite, where it may be a leg as well."""
    legs = {leg if kind == build.scope.home else f"{kind}.{leg}": leg for kind, leg in build.scope.legs}
    near = did_you_mean(name, [*legs.values(), *have, *build.scope.params, *build.scope.let, *build.panel.types])
    same = next((path for path, leg in legs.items() if leg == name), None)
    build.fail(at, "EW102", f"unknown leg or indicator `{name}`", f"the legs are: {', '.join(legs)}",
               f"write `{same}`" if same else near)  # fmt: skip


def _typeless(build: Build, at: ast.expr, home: str, rest: tuple[str, ...]) -> None:
    """A path whose head is no type of this panel and no indicator: the drop lacks the type, and the rule is unrun."""
    head, panel = rest[0], build.panel
    known = head in panel.indicators or head in panel.aliases or head in catalogue() or head in known_attributes()
    if known or head in entities_of(panel, home).attributes or (len(rest) == 2 and rest[1] in MEASURES):
        return
    steps = [*panel.types, *entities_of(panel, home).links, *panel.inverses.get(kind_of(home), {})]
    near = None if head in KNOWN_TYPES else did_you_mean(head, steps)
    if near is None:
        raise Lacking(head)
    build.fail(at, "EW102", f"unknown entity type `{head}`", f"the drop has: {', '.join(sorted(panel.types))}", near)


def parameter(build: Build, at: ast.expr, name: str, given: Parameterised) -> Typed:
    """A parameter's value: one, or the one of the level being judged, or one for each value of an attribute."""
    result = None if given.value is None else _undated(build, at, name, given)
    for day, value in given.dated:
        later = _undated(build, at, name, replace(given, value=value, dated=()))
        if later.quantity is not None:
            later = typed_literal(build, later, NUMBER)
        before = build.constant(None, later.type, at) if result is None else result
        if before.quantity is not None:
            before = typed_literal(build, before, NUMBER)
        if before.type.base == "number":
            (later, before), _ = build.one_unit((later, before), (at, at))
        begun = build.node(From(), [], CONDITION, at, (day,))
        result = build.chosen(begun, later, before, at)
    assert result is not None
    return result


def parameter_of(build: Build, at: ast.expr, name: str, home: str, chain: tuple[str, ...]) -> Typed:
    """A parameter named with an entity type before it: its value for those entities."""
    around = build.scope
    build.scope = replace(around, home=home)
    try:
        got = parameter(build, at, name, around.params[name])
    finally:
        build.scope = around
    return got if got.node.home is None else Typed(got.node, (*chain, *got.chain), at, got.quantity)


def _undated(build: Build, at: ast.expr, name: str, given: Parameterised) -> Typed:
    value = given.value
    assert value is not None
    if isinstance(value, Mapping):
        if given.by == "level":
            if build.scope.level is None:
                build.fail(at, "EW102", f"`{name}` differs by level", "no level is being judged here", None)
            if build.scope.level not in value:
                build.fail(at, "EW102", f"`{name}` has no value for {build.scope.level}", "used by this level",
                           f"add it under params.{name}.value")  # fmt: skip
            return literal(build, at, value[build.scope.level], given.unit)
        return _by_attribute(build, at, name, given)
    return literal(build, at, value, given.unit)


def literal(build: Build, at: ast.expr, value: float | bool | str | Lookup, unit: str | None) -> Typed:
    """A parameter's number, quantity, word or truth value; or the number that a table gives each entity."""
    if isinstance(value, Lookup):
        return looked_up(build, at, value, unit)
    if isinstance(value, bool):
        return build.constant(value, CONDITION, at)
    if isinstance(value, str):
        node = build.constant(str(value), Type("category", categories=(str(value),)), at).node
        return Typed(node, (), at, str(value))
    if unit is None:
        return build.constant(float(value), NUMBER, at)
    parsed = Unit.parse(unit)
    if near := likely(unit):
        build.notice(at, f"`{unit}` is no unit that is known", f"did you mean {near}?")
    if parsed.is_ratio:
        return build.constant(float(value * parsed.factor), Type("number", Unit.parse("ratio")), at)
    return build.constant(float(value), Type("number", parsed), at)


def _by_attribute(build: Build, at: ast.expr, name: str, given: Parameterised) -> Typed:
    assert given.by is not None
    assert isinstance(given.value, Mapping)
    attribute = build.visit(ast.copy_location(ast.Name(given.by, ast.Load()), at))
    if attribute.type.base != "category":
        build.expected(at, attribute, f"`{name}` goes by {given.by}, which must be a category;")
    result = build.constant(None, NUMBER)
    for key, value in given.value.items():
        word = typed_literal(build, Typed(build.constant(key, attribute.type).node, (), at, str(key)), attribute.type)
        one = literal(build, at, value, given.unit)
        if one.quantity is not None:
            one = typed_literal(build, one, NUMBER)
        if one.type.base == "number":
            (one, result), _ = build.one_unit((one, result), (at, at))
        result = build.chosen(build.compared("==", attribute, word, at, at, at), one, result, at)
    return result


def coarser(build: Build, at: ast.expr, home: str, name: str, measure: str) -> None:
    """Refuse an actual of a coarser frequency than the rule's, outside `last()` and `full_year()`."""
    if build.surveying or build.free:
        return
    series, freq = build.panel.series[kind_of(home), name, measure], build.graph.calendar.freq
    if makes_up(series.freq, freq):
        return
    message = f"`{name}` comes at frequency {series.freq}, the rule at {freq}"
    if "round" in (series.freq, freq):
        hint = f"write last({name}), the newest by then"
        build.fail(at, BY_DATE, message, "reporting dates and other periods do not meet", hint)
    build.fail(at, "EW103", message, "unknown in most periods", f"write last({name}) or full_year({name})")
