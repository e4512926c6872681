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

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    value: Scalar
    unit: str | None
    status: Literal["forecast", "flash", "preliminary", "final", "revised"] | None
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
    before: Level
    after: Level


class ScoreParts(Frozen):
    """What the score is the sum of."""

    exposure: float = Field(ge=0)
    persistence: float = Field(ge=0)
    depth: float = Field(ge=0)
    novelty: float = Field(ge=0)


class Clearing(Frozen):
    """One cell, and the value of it that alone would change the verdict."""

    indicator: str
    entity: str
    period: str
    op: Operator
    value: Finite
    unit: str | None


class ListItem(Frozen):
    """One line of a `list:`, evidence that is a list of entities."""

    entity: str
    entity_type: str
    name: str
    value: Scalar = Field(description="What the list is sorted by.")
    unit: str | None


class Alert(Frozen):
    """A verdict worth a person's time: scored, explained, traced to the cells it stands on."""

    rule: str = Field(description="Id of the rule, without its pack.")
    pack: str
    slug: str
    channel: Literal["economy", "data"]
    entity: str = Field(description="Id of the entity.")
    entity_type: str
    name: str = Field(description="Its name, exactly as the drop has it.")
    period: str = Field(description="The judged period: the newest that every indicator of the rule reports.")
    level: Level
    possible: Level | None = Field(description="A higher level that could not be ruled out.")
    adjusted: tuple[Adjustment, ...]
    score: float = Field(ge=0, le=100)
    score_parts: ScoreParts
    title: Texts
    explanation: Texts
    action: Texts
    evidence: tuple[Evidence, ...]
    since: str = Field(description="First period of the episode.")
    periods: int = Field(ge=1, description="Periods of the episode in which it was seen to hold.")
    held: bool = Field(description="True where holding, and not this period's verdict, keeps it up.")
    clears_when: tuple[Clearing, ...] | None
    clears_when_reason: str | None
    list: tuple[ListItem, ...]
    labels: tuple[str, ...]
    owner: str | None
    status: Literal["new", "ongoing", "worse", "better", "resolved", "unjudged"] | None
    provisional: bool
    fingerprint: str = Field(pattern="^[0-9a-f]{16}$", description="The same for one rule and entity in every run.")
    members: tuple[str, ...] = Field(description="Fingerprints of the alerts that a composite absorbs.")
    absorbed_by: str | None = Field(description="Fingerprint of the composite that shows this alert.")


class Near(Frozen):
    """A rule that did not fire but nearly did."""

    rule: str
    pack: str
    entity: str
    entity_type: str
    period: str
    level: Level
    fires_when: tuple[Clearing, ...]


class CoverageRow(Sparse):
    """What one rule could judge on one entity type: matched = evaluated + unknown, evaluated = fired + clear."""

    rule: str = Field(description="Id of the rule; `pack/id` where two packs hold the id.")
    entity_type: str
    matched: int = Field(ge=0)
    evaluated: int = Field(ge=0)
    fired: int = Field(ge=0)
    clear: int = Field(ge=0)
    unknown: dict[UnknownReason, int] = Field(description="Entities by the one reason that prevented a verdict.")
    note: str | None = Field(default=None, description="Why the rule was not run, or that no entity matches it.")


class Episode(Frozen):
    """Consecutive periods over which a rule held for an entity, both ends included."""

    rule: str = Field(description="Id of the rule; `pack/id` where two packs hold the id.")
    entity: str
    entity_type: str
    start: str
    end: str
    peak: Level
    open: bool = Field(description="True where it still holds at the judged period.")


class ReportDocument(Sparse):
    """A whole report."""

    ewarn: Literal[1] = Field(description="Version of this form.")
    as_of: str = Field(description="Newest period judged.")
    known_at: str | None = Field(description="Only what was published by this date counts.")
    engine: Literal["fixpoint", "durable-rules", "none"]
    omitted: int = Field(ge=0, description="Alerts left out by a limit on their number or level.")
    alerts: tuple[Alert, ...]
    near: tuple[Near, ...]
    coverage: tuple[CoverageRow, ...]
    episodes: tuple[Episode, ...] | None = Field(default=None, description="With history only.")
