"""A rule on one entity type, compiled against a panel: its calendar, its data period, its expressions as nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ewarn.calendar import Calendar, Frequency, Period
from ewarn.catalogue import KNOWN_TYPES
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import RuleError
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.groups import ancestor_path
from ewarn.expressions.legs import LegKey
from ewarn.expressions.nodes import Node
from ewarn.expressions.reading import meeting
from ewarn.expressions.scope import BY_DATE, Lacking, Parameterised, Read, Scope
from ewarn.expressions.spots import Spot
from ewarn.expressions.types import Base
from ewarn.levels import RANK
from ewarn.rules import Adjust, Leg, Rule
from ewarn.signals.data_period import data_row
from ewarn.signals.each import expand, wanted
from ewarn.signals.homes import absences, absent, homes
from ewarn.signals.legs import frequency_of, leg_key, planned, with_legs
from ewarn.signals.owners import owner_of
from ewarn.signals.parts import mistakes_in_parts, readable
from ewarn.signals.slots import Called, filler
from ewarn.source import Text


@dataclass(frozen=True, eq=False)
class CompiledAdjust:
    """One step of `adjust:`."""

    when: Node
    by: int | None
    cap: int | None
    written: Adjust


@dataclass(frozen=True, eq=False)
class CompiledListing:
    """`list:`, its expressions on the members' type."""

    of: str
    where: Node | None
    by: Node | None
    top: int
    words: str | None = None
    """How the rule writes `by`."""


@dataclass(frozen=True, eq=False)
class CompiledLeg:
    """One leg of a composite, on the type that the composite is judged for."""

    leg: Leg
    key: LegKey
    of: str
    """The type of the entities whose rules it reads."""
    sources: tuple[Compiled, ...]
    """Its rules on that type, in the order of the rules."""
    below: bool = False
    """Whether those are members of the composite's entities."""
    unloaded: tuple[str, ...] = ()
    """What it names and nobody loaded: not judged."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """What is needed to judge one rule on one entity type."""

    rule: Rule
    home: str
    calendar: Calendar
    row: int
    """Row of the data period: the newest period that can be judged; -1 where nothing can."""
    unrun: str | None = None
    """Why the rule cannot run on this drop at all: what is lacking."""
    instead: tuple[str, ...] = ()
    """Measures that the drop has in place of it."""
    levels: Mapping[int, Node] = field(default_factory=dict)
    """Condition of each level by rank, lowest first."""
    where: Node | None = None
    adjust: tuple[CompiledAdjust, ...] = ()
    until: Node | None = None
    weight: Node | None = None
    slots: Mapping[str, tuple[Node | str | Called, ...]] = field(default_factory=dict)
    """By language, for each slot of the sentence its node; or the name of one of NAMED_SLOTS, or "" where the drop
    lacks what it reads; or what an indicator is called."""
    listing: CompiledListing | None = None
    notices: tuple[Diagnostic, ...] = ()
    labels: Mapping[str, Node] = field(default_factory=dict)
    owner: Node | None = None
    """The attribute that an owner goes by."""
    evidence: tuple[Node, ...] = ()
    """What `evidence:` names, as far as the drop has it."""
    unfed: tuple[str, ...] = ()
    """Indicators under `optional()` that the drop lacks."""
    written: Mapping[int, str] = field(default_factory=dict)
    """How the rule writes its nodes, by their identity."""
    spots: Mapping[int, Spot] = field(default_factory=dict)
    """Where its nodes stand, by their identity."""
    parts: Mapping[int, str] = field(default_factory=dict)
    """What it calls its nodes under `let:`, by their identity."""
    legs: tuple[CompiledLeg, ...] = ()
    """Of a composite."""

    @property
    def roots(self) -> tuple[Node, ...]:
        """Every expression that a verdict depends on."""
        extra = [node for node in (self.where, self.until) if node is not None]
        return (*self.levels.values(), *extra, *(step.when for step in self.adjust))


def compile_rules(evaluation: Evaluation, rules: Iterable[Rule], as_of: Period | None) -> list[Compiled]:
    """Each rule on each of its entity types. Raises RuleError with every mistake of every rule."""
    panel, problems = evaluation.panel, list[Diagnostic]()
    every = [(at, one) for at, rule in enumerate(rules) for one in expand(panel, rule)]
    plan = planned(panel, [rule for _, rule in every])
    found: list[tuple[int, Compiled]] = []
    scopes: list[tuple[Scope, set[tuple[str, str]]]] = []
    for at, rule in sorted(every, key=lambda one: plan.depth(one[1])):
        try:
            for home in homes(panel, rule):
                entered: set[tuple[str, str]] = set()
                if rule.each is None:  # else it found no indicator, and its parts name what stands for one
                    scopes += [(scope_of(rule, home, level), entered) for level in rule.levels]
                legs = plan.legs(rule, home, [compiled for _, compiled in found]) if rule.legs else ()
                compiled = compile_rule(evaluation, rule, home, as_of, entered, legs)
                if others := absences(panel, rule, home):
                    compiled = replace(compiled, notices=(*compiled.notices, *others))
                found.append((at, compiled))
        except RuleError as error:
            problems.extend(error.diagnostics)
    problems.extend(plan.problems)
    problems.extend(mistakes_in_parts(evaluation, scopes))
    if problems:
        raise RuleError(dict.fromkeys(problems))
    return [compiled for _, compiled in sorted(found, key=lambda one: one[0])]


def compile_rule(
    evaluation: Evaluation,
    rule: Rule,
    home: str,
    as_of: Period | None = None,
    entered: set[tuple[str, str]] | None = None,
    legs: tuple[CompiledLeg, ...] = (),
    like: Compiled | None = None,
) -> Compiled:
    """One rule on one entity type; `legs` of a composite, compiled. Raises RuleError. The named parts that it uses are
    added to `entered`. `like`: the rule with other numbers, compiled before; then the calendar is its, and nothing is
    kept for explanations."""
    entered = set() if entered is None else entered
    panel = evaluation.panel
    if home not in panel.types:
        readable(rule)
        note = absent(panel, rule, home)
        calendar = evaluation.graph(panel.frequency).calendar
        return Compiled(rule, home, calendar, -1, unrun=home, notices=(note,) if note.help else ())
    if rule.each is not None:
        readable(rule)
        calendar = evaluation.graph(panel.frequency).calendar
        return Compiled(rule, home, calendar, -1, unrun=wanted(rule.each))
    if rule.frequency == "round" and "round" not in panel.calendars:
        return Compiled(rule, home, evaluation.graph(panel.frequency).calendar, -1, unrun="round")
    try:
        if like is not None:
            known = (like.calendar.freq, like.calendar.double_january)
            return with_legs(_compiled(evaluation, rule, home, known, as_of, entered, wording=False), legs)
        survey = _survey(evaluation, rule, home, entered)
        periods = meeting(panel, survey, rule.frequency)
        if legs and rule.frequency is None and all(read.free for read in survey):
            periods = frequency_of(legs, periods)
        return with_legs(_compiled(evaluation, rule, home, periods, as_of, entered), legs)
    except Lacking as lacking:
        readable(rule)
        return Compiled(rule, home, evaluation.graph(panel.frequency).calendar, -1, unrun=lacking.name,
                        instead=lacking.instead)  # fmt: skip
    except RuleError as error:
        if not rule.shipped or any(one.code != BY_DATE for one in error.diagnostics):
            raise
        return Compiled(rule, home, evaluation.graph(panel.frequency).calendar, -1, unrun="months")


def scope_of(rule: Rule, home: str, level: str | None = None) -> Scope:
    """The surroundings of a rule's expressions on one entity type, for one level or for none."""
    params = {
        name: Parameterised(param.value, param.by, param.unit, param.dated) for name, param in rule.params.items()
    }
    let = {**rule.shared.get(home, {}), **rule.let}
    keys = {(leg.of or home, leg.name): leg_key(rule, home, leg) for leg in rule.legs}
    return Scope(home, params, let, rule.shared, level, rule.bridge, rule.siblings, rule.indicators, keys)


def _steps(rule: Rule, home: str) -> list[Adjust]:
    return [step for step in rule.adjust if not step.entity or home in step.entity]


def _survey(evaluation: Evaluation, rule: Rule, home: str, entered: set[tuple[str, str]]) -> list[Read]:
    """What a rule's verdict reads, before its calendar is known."""
    graph = evaluation.graph(rule.frequency or evaluation.finest)
    reads: list[Read] = []
    problems: list[Diagnostic] = []
    lacking: Lacking | None = None
    texts: list[tuple[Text, str | None]] = [(text, level) for level, text in rule.levels.items()]
    texts += [
        (text, None)
        for text in (rule.filter, rule.until, *(step.when for step in _steps(rule, home) if not step.shared))
        if text is not None
    ]
    builds: dict[str | None, Build] = {}
    for text, level in texts:
        scope = scope_of(rule, home, level)
        surveying = Build(evaluation, graph, scope, surveying=True, wording=False, entered=entered)
        build = builds.setdefault(level, surveying)
        try:
            build.rooted(text, "condition")
        except RuleError as error:
            problems.extend(error.diagnostics)
        except Lacking as found:
            lacking = found
    for build in builds.values():
        reads.extend(build.reads)
    if problems:
        raise RuleError(problems)
    if lacking is not None:
        raise lacking
    return reads


def _compiled(
    evaluation: Evaluation,
    rule: Rule,
    home: str,
    calendar: tuple[Frequency, bool],
    as_of: Period | None,
    entered: set[tuple[str, str]],
    *,
    wording: bool = True,
) -> Compiled:
    graph = evaluation.graph(*calendar)
    plain = Build(evaluation, graph, scope_of(rule, home), wording=wording, entered=entered)
    builds = {
        level: Build(evaluation, graph, scope_of(rule, home, level), wording=wording, entered=entered)
        for level in rule.levels
    }
    problems: list[Diagnostic] = []

    def node(build: Build, text: Text | None, base: Base | None) -> Node | None:
        if text is None:
            return None
        try:
            return build.rooted(text, base)
        except RuleError as error:
            problems.extend(error.diagnostics)
            return None

    def lenient(text: Text | None, base: Base | None) -> Node | None:
        try:
            return node(plain, text, base)
        except Lacking:
            return None

    levels = {RANK[level]: node(builds[level], text, "condition") for level, text in rule.levels.items()}
    where, until = node(plain, rule.filter, "condition"), node(plain, rule.until, "condition")
    plain.judged = tuple(one for one in levels.values() if one is not None)
    steps = [(step, node(plain, step.when, "condition")) for step in _steps(rule, home) if not step.shared]
    reads = [*plain.reads, *(read for build in builds.values() for read in build.reads)]
    # What only the pack's modifiers read neither holds the rule back nor leaves it unrun.
    shared = [(step, lenient(step.when, "condition")) for step in _steps(rule, home) if step.shared]
    weight = lenient(rule.weight, "number")
    labels = {name: lenient(text, "condition") for name, text in rule.labels.items()}

    slots: dict[str, tuple[Node | str | Called, ...]] = {
        language: tuple(filler(plain, rule, slot, language, problems) for slot in template.slots)
        for language, template in rule.explain.items()
    }
    evidence = [lenient(text, None) for text in rule.evidence]
    owner = owner_of(evaluation, plain, rule, home)
    listing = None
    if rule.listing is not None:
        listing = _listing(evaluation, rule, home, calendar, problems)
    if problems:
        raise RuleError(problems)
    notices = {notice: None for build in (plain, *builds.values()) for notice in build.notices}
    unfed = {name: None for build in (plain, *builds.values()) for name in build.unfed}
    every = (plain, *reversed(builds.values()))
    written = {key: words for build in every for key, words in build.written.items()}
    spots = {key: spot for build in every for key, spot in build.spots.items()}
    parts = {key: name for build in every for key, name in build.parts.items()}
    return Compiled(
        rule, home, graph.calendar, data_row(evaluation.panel, graph.calendar, reads, as_of),
        levels={rank: one for rank, one in levels.items() if one is not None},
        where=where,
        adjust=tuple(
            CompiledAdjust(one, step.by, RANK[step.cap] if step.cap else None, step)
            for step, one in (*shared, *steps)
            if one
        ),
        owner=owner,
        labels={name: one for name, one in labels.items() if one is not None},
        evidence=tuple(one for one in evidence if one is not None),
        until=until, weight=weight, slots=slots, listing=listing,
        notices=tuple(notices), unfed=tuple(unfed), written=written, spots=spots, parts=parts,
    )  # fmt: skip


def _listing(
    evaluation: Evaluation, rule: Rule, home: str, calendar: tuple[Frequency, bool], problems: list[Diagnostic]
) -> CompiledListing | None:
    assert rule.listing is not None
    of, panel = rule.listing.of, evaluation.panel
    near = None if of in panel.types or of in KNOWN_TYPES else did_you_mean(of, panel.types)
    if near is not None:
        problems.append(Diagnostic("EW102", f"rule {rule.id} lists `{of}`", rule.span, "no such entity type", near))
    if of not in panel.types:  # the list is left out, as a rule is that reads such a type
        return None
    if of != home and ancestor_path(panel, of, home) is None:
        if ancestor_path(panel, home, of) is None:  # nothing links the two
            return None
        problems.append(Diagnostic("EW103", f"rule {rule.id} lists `{of}`", rule.span, f"a {home} has no {of}",
                                   "list a type whose parents lead to the rule's own"))  # fmt: skip
        return None
    scope = replace(scope_of(rule, of), let=rule.shared.get(of, {}), legs=scope_of(rule, home).legs)
    build = Build(evaluation, evaluation.graph(*calendar), scope)
    nodes: list[Node | None] = []
    for text, base in ((rule.listing.where, "condition"), (rule.listing.by, "number")):
        try:
            nodes.append(None if text is None else build.rooted(text, base))  # type: ignore[arg-type]  # two of Base
        except RuleError as error:
            problems.extend(error.diagnostics)
            nodes.append(None)
        except Lacking:
            return None
    by = nodes[1]
    words = None if by is None else build.written.get(id(by), by.words)
    return CompiledListing(of, nodes[0], by, rule.listing.top, words)
