"""Rules as they are run: defaults filled in, levels in order, every expression a `Text` that knows its place.

Nothing here is evaluated or type-checked: that takes a panel, and is the business of `ewarn.signals`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Literal
from unicodedata import normalize

from ewarn.calendar import Frequency
from ewarn.diagnostics import Span
from ewarn.expressions.lookup import Lookup
from ewarn.levels import Level
from ewarn.panel import Kind, Measure
from ewarn.source import Text, woven

Language = Literal["zh", "en"]
Channel = Literal["economy", "data"]
Confidence = Literal["law", "official", "secondary", "memory", "judgement"]
"""How sure the source of a parameter is; `judgement`: no official number exists, a local one should replace it."""
Constant = float | bool | Text | Lookup
"""A number, a flag, a text (a category, or a quantity like `50 万元`), or a number for each entity."""


@dataclass(frozen=True, eq=False)
class Param:
    """A constant of a rule, that may differ by level or by an attribute of the entity."""

    value: Constant | Mapping[str, Constant] | None
    """None where it is given from a date on only: unknown before."""
    by: str | None = None
    """None for one value; `level`, or the name of an attribute whose values are the keys of `value`."""
    unit: str | None = None
    source: Mapping[Language, str] = field(default_factory=dict)
    dated: tuple[tuple[int, Constant | Mapping[str, Constant]], ...] = ()
    """Later values, each with the day (since 1970-01-01) from which it holds, oldest first."""
    confidence: Confidence | None = None
    span: Span | None = None
    """Where it is given."""
    changed: Mapping[str, Span] = field(default_factory=dict)
    """Where an override gives it: by level or category, or under ""."""


@dataclass(frozen=True, eq=False)
class Owner:
    """Who is responsible: one name, or one for each value of an attribute, a parent type, or each `entity`."""

    value: str | Mapping[str, str]
    by: str | None
    place: Text
    """Where that is written."""
    keys: Mapping[str, Span] = field(default_factory=dict)
    """Where each key of a written `value` stands."""
    table: str = ""
    """The table that `value` is from."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """The file row of each key of a table."""


@dataclass(frozen=True, eq=False)
class Slot:
    """A place in a sentence that a value fills; `spec` is how it is printed, "" where the author did not say."""

    expression: Text
    spec: str = ""


@dataclass(frozen=True, eq=False)
class Template:
    """A sentence with slots. The slots `entity`, `period` and `level` are names, all others expressions."""

    parts: tuple[Text | Slot, ...]
    optional: tuple[tuple[int, int], ...] = ()
    """Stretches of parts (first, end) that are left out where one of their slots is unknown."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots in the order of the sentence."""
        return tuple(part for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True, eq=False)
class Adjust:
    """Moves a verdict: `by` so many levels, or down to `cap`; exactly one of the two is set."""

    when: Text
    by: int | None = None
    cap: Level | None = None
    entity: tuple[str, ...] = ()
    """Entity types it is for; none: all."""
    shared: bool = False
    """From the pack: what only it reads never holds a rule back."""


@dataclass(frozen=True, eq=False)
class Each:
    """One rule stands for several: one for each indicator in place of the name `name`."""

    name: str
    indicators: tuple[str, ...] = ()
    """Given by name; else all that fit the rest."""
    has: tuple[Measure, ...] = ()
    kind: tuple[Kind, ...] = ()
    better: Literal["higher", "lower"] | None = None


@dataclass(frozen=True, eq=False)
class Listing:
    """Evidence that is a list: the entities of type `of` where `where` holds, ascending by `by`, the first `top`."""

    of: str
    where: Text | None = None
    by: Text | None = None
    top: int = 10


@dataclass(frozen=True, eq=False)
class Leg:
    """What a composite reads instead of numbers: whether one of some rules stood at a level, or higher, of late."""

    written: Text
    """Its key in the file, `project.held`."""
    of: str | None
    """The entity type before its name, `project`; None: the composite's own."""
    name: str
    """As conditions name it: `held`."""
    any: tuple[Text, ...]
    """Ids of rules, `pack/id`, or patterns of them with `*` and `?`."""
    level: Level = "blue"
    window: int = 3
    """The newest so many periods of the composite."""
    optional: bool = False
    """May name rules that are not loaded: they then count as not judged."""
    title: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class Rule:
    """One rule of a pack, ready to be compiled against a panel."""

    pack: str
    id: str
    shipped: bool = False
    """From a pack that comes with ewarn: whoever runs it cannot edit it."""
    slug: str = ""
    title: Mapping[Language, str] = field(default_factory=dict)
    """At least one language."""
    entity: tuple[str, ...] = ()
    """Entity types; none where the drop's only type is meant."""
    where: Text | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
    let: Mapping[str, Text] = field(default_factory=dict)
    siblings: frozenset[str] = frozenset()
    """Params that any rule of the pack has: its `let` may read them though this rule lacks them."""
    shared: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    """The pack's `let`, by entity type; the rule's own goes before it."""
    levels: Mapping[Level, Text]
    """The condition of each level, lowest first."""
    adjust: tuple[Adjust, ...] = ()
    hold: Mapping[Level, int] = field(default_factory=dict)
    """`for:` of every level: own periods in a row that it must hold, from 1."""
    keep_for: int = 0
    until: Text | None = None
    narrowed: tuple[Text, ...] = ()
    """Conditions of override files that must hold beside `where`."""
    indicators: Mapping[str, str] = field(default_factory=dict)
    """Names in the rule: names in the drop."""
    owner: Owner | None = None
    weight: Text | None = None
    explain: Mapping[Language, Template] = field(default_factory=dict)
    evidence: tuple[Text, ...] = ()
    """Numbers that an alert gives beside those of its sentence and its condition."""
    action: Mapping[Language, str] = field(default_factory=dict)
    traps: Mapping[Language, str] = field(default_factory=dict)
    """What makes the rule fire or stay silent wrongly."""
    notes: Mapping[Language, str] = field(default_factory=dict)
    """Where the rule differs from its source, and why."""
    channel: Channel = "economy"
    source: Mapping[Language, str] = field(default_factory=dict)
    listing: Listing | None = None
    frequency: Frequency | None = None
    bridge: int = 0
    show: bool = True
    labels: Mapping[str, Text] = field(default_factory=dict)
    """Words that an alert carries where their condition is true."""
    each: Each | None = None
    legs: tuple[Leg, ...] = ()
    """Other rules that its conditions read: it is a composite then."""
    effective: tuple[int | None, int | None] = (None, None)
    """First and last day (since 1970-01-01) on which it holds."""
    span: Span
    """Where its id stands."""

    @property
    def filter(self) -> Text | None:
        """Which entities it is for: `where` and all that narrows it."""
        parts = [text for text in (self.where, *self.narrowed) if text is not None]
        if len(parts) < 2:
            return parts[0] if parts else None
        joined = [piece for text in parts for piece in (" and (", text, ")")]
        return woven(parts[-1], ["(", *joined[1:]])

    @property
    def parts(self) -> Mapping[str, tuple[Text, ...]]:
        """By name the expressions of its named parts: its own, and those of the pack for each entity type."""
        found: dict[str, tuple[Text, ...]] = {}
        for named in (self.let, *self.shared.values()):
            for name, text in named.items():
                found[name] = (*found.get(name, ()), text)
        return found

    @property
    def texts(self) -> Iterator[Text]:
        """Every expression of the rule, named parts and those of the pack for its types among them."""
        single = (self.where, *self.narrowed, self.until, self.weight)
        yield from (text for text in single if text is not None)
        yield from (*self.let.values(), *self.levels.values(), *self.labels.values())
        yield from (text for kind in self.shared.values() for text in kind.values())
        yield from (*self.evidence, *(step.when for step in self.adjust))
        yield from (slot.expression for template in self.explain.values() for slot in template.slots)
        if self.listing is not None:
            yield from (text for text in (self.listing.where, self.listing.by) if text is not None)

    def fingerprint(self, entity_type: str, entity: str) -> str:
        """What identifies an alert of this rule over time: 16 hex digits."""
        parts = (self.pack, self.id, entity_type, entity)
        return sha256("\0".join(normalize("NFC", part) for part in parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The rules of one run, in the order in which they were given. Ids are unique within a pack."""

    rules: tuple[Rule, ...]
    score: Mapping[str, float] = field(default_factory=dict)
    """Most points of the score's parts, where an override file says."""

    def __len__(self) -> int:
        return len(self.rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    @cached_property
    def packs(self) -> tuple[str, ...]:
        """The packs that the rules are from."""
        return tuple(dict.fromkeys(rule.pack for rule in self.rules))

    @cached_property
    def _ids(self) -> Counter[str]:
        return Counter(normalize("NFC", rule.id) for rule in self.rules)

    def name(self, rule: Rule) -> str:
        """The id to show for a rule: `pack/id` where two packs hold that id."""
        return f"{rule.pack}/{rule.id}" if self._ids[normalize("NFC", rule.id)] > 1 else rule.id

    def named(self, name: str) -> tuple[Rule, ...]:
        """The rules with this id, or the one with this `pack/id`."""
        return tuple(rule for rule in self.rules if name in (rule.id, f"{rule.pack}/{rule.id}"))
