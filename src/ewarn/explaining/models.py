"""The JSON of `ewarn explain`: frozen models, one field per key, in its order."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ewarn.alerts.models import (
    Alert,
    Clearing,
    Frozen,
    Input,
    Members,
    Operator,
    Scalar,
    Sparse,
    Texts,
    UnknownReason,
)  # fmt: skip
from ewarn.levels import Level

Verdict = Literal["fired", "clear", "unknown", "not_matched", "not_run"]
Origin = Literal["published", "computed", "derived"]
Keeper = Literal["adjust", "keep_for", "until"]
BENEATH = 12
PERIODS = 13
"""A year, and the same month of the year before."""


class Comparison(Frozen):
    """What a comparison of numbers compares in the judged period."""

    op: Operator = Field(description="As the rule has it.")
    number: Scalar = Field(description="The left side; of a count the bound that decides.")
    threshold: Scalar = Field(description="The right side.")
    unit: str | None = Field(description="Unit of both; `ratio` for fractions.")


class Term(Sparse):
    """A name that the rule, or its pack, gives."""

    name: str = Field(description="As it stands in `written`.")
    written: str | None = Field(default=None, description="Of a part named under `let`: what it stands for.")
    rules: tuple[str, ...] = Field(default=(), description="Of a leg: the rules one of which suffices.")
    level: Level | None = Field(default=None, description="Of a leg: the lowest level that counts.")
    window: int | None = Field(default=None, description="Of a leg: within so many of the newest periods.")


class Branch(Sparse):
    """One expression and what it is made of."""

    expr: str = Field(description="The expression, in the rule language; what the rule names is written out.")
    name: str | None = Field(default=None, description="What the rule calls it, under `let`.")
    written: str | None = Field(default=None, description="As the rule writes it, with its names; absent where it is "
                                "`expr`.")  # fmt: skip
    terms: tuple[Term, ...] = Field(default=(), description="The names in `written` that none of its parts is.")
    values: tuple[Scalar, ...] = Field(
        description="One for each of the rule's `periods`; of a count the lower bound, null where it may be any."
    )
    unit: str | None = Field(description="`ratio` for fractions and growth rates, null for counts, texts, conditions.")
    condition: bool = Field(description="Whether it is true or false.")
    joins: Literal["and", "or"] | None = Field(default=None, description="Whether all or one of its parts must hold.")
    at_most: Scalar = Field(default=None, description="Upper bound of a count now, where it differs and is known.")
    comparison: Comparison | None = Field(default=None, description="Only of comparisons of numbers.")
    reason: UnknownReason | None = Field(default=None, description="Why it is unknown in the judged period.")
    origin: Origin | None = Field(
        default=None, description="Of a growth rate: published, or computed from levels; of an amount: derived."
    )
    members: Members | None = Field(default=None, description="Only of aggregates.")
    inputs: tuple[Input, ...] = Field(default=(), description="The cells it was read from; leaves only.")
    inputs_total: int = Field(default=0, description="Number of cells, those left out of `inputs` included.")
    parts: tuple[Branch, ...] = Field(default=(), description="What it is computed from.")


class Ladder(Frozen):
    """One level of the rule."""

    level: Level = Field(description="The level.")
    holds: bool | None = Field(description="Whether its condition holds in the judged period; null where unknown.")
    tree: Branch = Field(description="Its condition.")


class Missing(Frozen):
    """A cell that would have to be known."""

    indicator: str = Field(description="Indicator or attribute.")
    measure: str | None = Field(description="Measure of the indicator; null for an attribute.")
    entity: str = Field(description="Id of the entity.")
    entity_type: str = Field(description="Its type.")
    period: str | None = Field(description="Period; null for an attribute without dates.")
    reason: UnknownReason = Field(description="Why it is unknown.")
    source: str | None = Field(description="Where it stands blank, as a place in a file; null where there is no row.")
    note: str | None = Field(None, description="What the drop says of the series break that hides it.")


class Worse(Frozen):
    """What the next higher level asks for that does not hold now."""

    level: Level = Field(description="The level.")
    joins: Literal["and", "or"] | None = Field(description="Whether all of `lacking` must come to hold, or one.")
    lacking: tuple[Branch, ...] = Field(description="The parts of its condition that do not hold, without their own.")
    when: tuple[Clearing, ...] = Field(description="Single cells that would bring it about.")
    reason: str | None = Field(description="Why no cell is named.")


class Beneath(Frozen):
    """An alert on which a composite stands."""

    rule: str = Field(description="Id of its rule.")
    pack: str = Field(description="The pack of its rule.")
    entity: str = Field(description="Id of its entity.")
    entity_type: str = Field(description="Type of its entity.")
    name: str = Field(description="Name of its entity.")
    level: Level = Field(description="Its level.")
    title: Texts = Field(description="Title of its rule.")
    explanation: Texts = Field(description="Its sentence.")


class Explained(Sparse):
    """What one rule says of the entity, and on what grounds."""

    rule: str = Field(description="Id of the rule, without its pack.")
    pack: str = Field(description="The pack of the rule.")
    slug: str = Field(description="Readable name of the rule.")
    title: Texts = Field(description="Title of the rule.")
    source: Texts | None = Field(description="Where the rule comes from, in zh and en.")
    verdict: Verdict = Field(description="What it comes to, after `adjust` and holding.")
    level: Level | None = Field(description="Of what fired.")
    period: str | None = Field(description="The judged period; of a held alert the last that fired.")
    periods: tuple[str, ...] = Field(description=f"The last {PERIODS} periods at most, `period` at the end.")
    held: bool = Field(description="True where holding, and not this period's verdict, keeps it up.")
    kept_by: tuple[Keeper, ...] = Field(description="Keys of the rule that may keep a level though its verdict clears.")
    reason: UnknownReason | None = Field(default=None, description="Why it could not be judged.")
    note: str | None = Field(default=None, description="Why the rule was not run.")
    where: Branch | None = Field(default=None, description="Its filter.")
    levels: tuple[Ladder, ...] = Field(description="Its levels, lowest first.")
    missing: tuple[Missing, ...] = Field(description="Cells without which it could not be judged, or not wholly.")
    worse: Worse | None = Field(default=None, description="Towards the next level.")
    alert: Alert | None = Field(default=None, description="Of what fired: as in a report.")
    beneath: tuple[Beneath, ...] = Field(
        default=(), description=f"Of a composite that fired: the first {BENEATH} of the alerts that it absorbs."
    )


class Above(Frozen):
    """An ancestor of the entity."""

    entity_type: str = Field(description="Its type.")
    entity: str = Field(description="Its id.")
    name: str = Field(description="Its name.")


class Document(Frozen):
    """Everything that rules say of one entity."""

    ewarn: Literal[1] = Field(description="Version of this form.")
    as_of: str = Field(description="Newest period judged.")
    known_at: str | None = Field(description="Only what was published by this date counts.")
    entity_type: str = Field(description="Type of the entity.")
    entity: str = Field(description="Its id.")
    name: str = Field(description="Its name.")
    parents: tuple[Above, ...] = Field(description="Whom it belongs to now.")
    points: dict[str, float] = Field(description="Most points of each part of the score.")
    full_share: float = Field(0.1, description="Share of the whole weight from which exposure is full.")
    asked: tuple[str, ...] = Field(default=(), description="Ids of the rules that were asked for; none: all.")
    rules: tuple[Explained, ...] = Field(
        description="What was asked for first, in that order; then what fired, what could not be judged, the rest."
    )
    titles: dict[str, Texts] = Field(description="What the indicators of single cells named above are called.")
    names: dict[str, str] = Field(description="What their entities are called, by `type:id`.")


__all__ = ["Above", "Beneath", "Branch", "Comparison", "Document", "Explained", "Ladder", "Missing", "Term", "Worse"]
