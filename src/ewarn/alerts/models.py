"""The report as others read it: frozen pydantic models, one field per key of the JSON, in its order.

These models are the contract. The JSON is written from arrays without building them (see `alerts.write`);
`Report.alerts` and whoever reads a report back use them, and the JSON schema is generated from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from ewarn.levels import Level

Language = Literal["zh", "en"]
UnknownReason = Literal[
    "filter_unknown",
    "masked",
    "not_applicable",
    "below_unit",
    "not_reported",
    "blank",
    "not_due",
    "before_start",
    "scope_break",
    "no_base",
    "nonpositive_base",
    "too_few_members",
]
Operator = Literal["<", "<=", ">", ">=", "==", "!="]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Scalar = bool | int | Finite | str | None
"""A number, a date as `2022-09-30`, a category, true or false; null where unknown."""

INPUTS_AT_MOST = 24


class Frozen(BaseModel):
    """What all parts of a report share: unchangeable, and no key beyond the contract's."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Sparse(Frozen):
    """A part with keys that are there only where they have something to say: those with a default."""

    @model_serializer(mode="wrap")
    def _leave_out(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = type(self).model_fields
        return {key: value for key, value in write(self).items() if value is not None or fields[key].is_required()}


class Texts(Frozen):
    """One text in both languages."""

    zh: str
    en: str


class SourcePlace(Frozen):
    """The cell a value was read from."""

    file: str = Field(description="Relative to the drop, with `/`.")
    sheet: str | None = Field(description="Sheet of a workbook.")
    row: int | None = Field(description="Row of the table, counted from 1 with the header.")
    line: int | None = Field(description="Physical line of a text file; differs from the row after quoted newlines.")
    column: str | None = Field(description="Name of the column.")
    cell: str | None = Field(description="Cell of a workbook, like `F7`.")


class Input(Frozen):
    """One value of the drop that a number was computed from."""

    indicator: str = Field(description="Indicator or attribute.")
    measure: str | None = Field(description="Measure of the indicator; null for an attribute.")
    entity: str = Field(description="Id of the entity whose value it is.")
    period: str | None = Field(description="Period of the value; null for an attribute without dates.")
    value: Scalar = Field(description="The value, in the unit of the indicator.")
    unit: str | None = Field(description="Its unit; null where none is known.")
    status: Literal["forecast", "flash", "preliminary", "final", "revised"] | None = Field(
        description="How settled it is; null where the drop does not say."
    )
    source: SourcePlace | None = Field(description="Null where the value does not stand in a file.")


class Members(Frozen):
    """How many members an aggregate saw."""

    n: int = Field(description="Members in all.")
    known: int = Field(description="Members whose value is known.")
    true: int | None = Field(description="Members for which it is true; null where it is not a condition.")


class Evidence(Sparse):
    """One number of the sentence or one leaf of the deciding condition."""

    expr: str = Field(description="The expression, in the rule language.")
    period: str = Field(description="Period at which it was evaluated.")
    value: Scalar = Field(description="Its value; for a count with two bounds the lower one.")
    unit: str | None = Field(description="`ratio` for fractions and growth rates, null for counts and texts.")
    inputs: tuple[Input, ...] = Field(max_length=INPUTS_AT_MOST, description="Cells it was computed from.")
    inputs_total: int = Field(ge=0, description="Number of cells, those left out of `inputs` included.")
    at_most: Scalar = Field(default=None, description="Upper bound of a count, only where it differs from `value`.")
    members: Members | None = Field(default=None, description="Only of aggregates.")


class Adjustment(Frozen):
    """One modifier that moved the level."""

    when: str = Field(description="Condition of the modifier, known true.")
    by: int | None = Field(description="Steps along the rule's levels.")
    cap: Level | None = Field(description="Highest level allowed.")
    before: Level = Field(description="Level before it.")
    after: Level = Field(description="Level after it.")


class ScoreParts(Frozen):
    """What the score is the sum of."""

    exposure: float = Field(ge=0, description="Up to 40: by the share of the rule's `weight` that this entity has.")
    persistence: float = Field(ge=0, description="Up to 25: for how long it has held, full from six periods.")
    depth: float = Field(ge=0, description="Up to 20: how far beyond the threshold.")
    novelty: float = Field(ge=0, description="15 where the episode began this period, else 0.")


class Clearing(Sparse):
    """One cell, and the value of it that alone would change the verdict."""

    indicator: str = Field(description="Indicator of the cell.")
    entity: str = Field(description="Entity of the cell.")
    period: str | None = Field(description="Period of the cell; null for a date that holds for all periods.")
    op: Operator = Field(description="How the cell must compare with `value`.")
    value: Finite | str = Field(description="The threshold for the cell; of a date its day, of a category its word.")
    to: Finite | str | None = Field(
        default=None, description="With `==`: every value from `value` to this one does as well."
    )
    unit: str | None = Field(description="Unit of `value`.")
    now: Finite | str | None = Field(default=None, description="What stands there; absent where that is a blank.")
    then: Level | None = Field(default=None, description="The highest verdict that may remain; absent where it clears.")
    entity_type: str | None = Field(default=None, description="Type of the entity; absent where it is the alert's own.")


class ListItem(Frozen):
    """One line of a `list:`, evidence that is a list of entities."""

    entity: str = Field(description="Id of the entity.")
    entity_type: str = Field(description="Its type.")
    name: str = Field(description="Its name.")
    value: Scalar = Field(description="What the list is sorted by.")
    unit: str | None = Field(description="Unit of `value`.")
    expr: str | None = Field(None, description="The expression of `value`, in the rule language.")


class Alert(Frozen):
    """A verdict worth a person's time: scored, explained, traced to the cells it stands on."""

    rule: str = Field(description="Id of the rule, without its pack.")
    pack: str = Field(description="The pack of the rule.")
    slug: str = Field(description="Readable name of the rule.")
    channel: Literal["economy", "data"] = Field(description="What it is about: the economy, or the quality of data.")
    entity: str = Field(description="Id of the entity.")
    entity_type: str = Field(description="Type of the entity.")
    name: str = Field(description="Its name, exactly as the drop has it.")
    period: str = Field(description="The judged period: the newest that every indicator of the rule reports.")
    level: Level = Field(description="Its level, after `adjust` and holding.")
    possible: Level | None = Field(description="A higher level that could not be ruled out.")
    adjusted: tuple[Adjustment, ...] = Field(description="Modifiers that moved the level, in order.")
    score: float = Field(ge=0, le=100, description="Order within a level: the sum of `score_parts`.")
    score_parts: ScoreParts = Field(description="What the score is made of.")
    title: Texts = Field(description="Title of the rule, in zh and en.")
    explanation: Texts = Field(description="The sentence that says why, in zh and en.")
    action: Texts = Field(description="What to do now, in zh and en.")
    evidence: tuple[Evidence, ...] = Field(description="Every number of the sentence and of the deciding condition.")
    since: str = Field(description="First period of the episode.")
    periods: int = Field(ge=1, description="Periods of the episode in which it was seen to hold.")
    held: bool = Field(description="True where holding, and not this period's verdict, keeps it up.")
    clears_when: tuple[Clearing, ...] | None = Field(description="Single cells that would take its level away.")
    clears_when_reason: str | None = Field(description="Why there is none.")
    list: tuple[ListItem, ...] = Field(description="Evidence that is a list of entities.")
    labels: tuple[str, ...] = Field(description="Labels of the rule whose condition holds.")
    owner: str | None = Field(description="Who is in charge; null for now.")
    status: Literal["new", "ongoing", "worse", "better", "resolved", "unjudged"] | None = Field(
        description="Against a baseline; null without one."
    )
    provisional: bool = Field(description="True where it would clear on forecast or flash figures only.")
    fingerprint: str = Field(pattern="^[0-9a-f]{16}$", description="The same for one rule and entity in every run.")
    members: tuple[str, ...] = Field(description="Fingerprints of the alerts that a composite absorbs.")
    absorbed_by: str | None = Field(description="Fingerprint of the composite that shows this alert.")


class Near(Frozen):
    """A rule that did not fire but nearly did."""

    rule: str = Field(description="Id of the rule.")
    pack: str = Field(description="Its pack.")
    entity: str = Field(description="Id of the entity.")
    entity_type: str = Field(description="Type of the entity.")
    period: str = Field(description="The judged period.")
    level: Level = Field(description="The level that was nearly reached.")
    fires_when: tuple[Clearing, ...] = Field(description="Single cells that would make it fire.")
    name: str = Field(default="", description="Name of the entity.")
    title: Texts = Field(default=Texts(zh="", en=""), description="Title of the rule.")
    explanation: Texts = Field(default=Texts(zh="", en=""), description="The nearest of the cells, in a sentence.")


class CoverageRow(Sparse):
    """What one rule could judge on one entity type: matched = evaluated + unknown, evaluated = fired + clear."""

    rule: str = Field(description="Id of the rule; `pack/id` where two packs hold the id.")
    entity_type: str = Field(description="Type of the entities.")
    matched: int = Field(ge=0, description="Entities the rule applies to: evaluated and unknown ones.")
    evaluated: int = Field(ge=0, description="Those with a verdict: fired and clear ones.")
    fired: int = Field(ge=0, description="At some level.")
    clear: int = Field(ge=0, description="Known to be at none.")
    unknown: dict[UnknownReason, int] = Field(description="Entities by the one reason that prevented a verdict.")
    note: str | None = Field(default=None, description="Why the rule was not run, or that no entity matches it.")


class Episode(Frozen):
    """Consecutive periods over which a rule held for an entity, both ends included."""

    rule: str = Field(description="Id of the rule; `pack/id` where two packs hold the id.")
    entity: str = Field(description="Id of the entity.")
    entity_type: str = Field(description="Type of the entity.")
    start: str = Field(description="First period.")
    end: str = Field(description="Last period.")
    peak: Level = Field(description="Highest level reached.")
    open: bool = Field(description="True where it still holds at the judged period.")


class ReportDocument(Sparse):
    """A whole report."""

    ewarn: Literal[1] = Field(description="Version of this form.")
    as_of: str = Field(description="Newest period judged.")
    known_at: str | None = Field(description="Only what was published by this date counts.")
    engine: Literal["fixpoint", "durable-rules", "none"] = Field(
        description="What joined composites; `none`: no rule is one."
    )
    omitted: int = Field(ge=0, description="Alerts left out by a limit on their number or level.")
    alerts: tuple[Alert, ...] = Field(description="Ranked: by level, then score, rule, entity type, entity.")
    near: tuple[Near, ...] = Field(description="What nearly fired, where it was asked for; the nearest first.")
    coverage: tuple[CoverageRow, ...] = Field(description="What could be judged, a row for each rule and entity type.")
    episodes: tuple[Episode, ...] | None = Field(default=None, description="With history only.")
