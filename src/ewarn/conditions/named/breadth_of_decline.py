"""How many of the members are going down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amount, Amounts, Expression


class BreadthOfDecline(Condition):
    """The share of the members that are falling, by number or by weight. Members without a base are left out."""

    name = "breadth_of_decline"
    title = {"zh": "下降面", "en": "Breadth of decline"}
    examples = (
        Example(
            "{members: member.x, share: 0.5, against: previous}",
            [],
            ".#.##",
            members={"a": [5, 4, 4, 5, 4], "b": [5, 6, 7, 6, 5], "c": [5, 4, 6, None, 5]},
        ),
        Example(
            "{members: member.x, share: 0.5, against: previous, weight: 'lag(member.x, 1)'}",
            [],
            ".##",
            members={"a": [9, 8, 7], "b": [1, 2, 3], "c": [1, 2, 3]},
        ),
    )

    members: Expression = Field(description="a figure of the members, like enterprise.output")
    share: Amounts = Field(description="the share that falls, {yellow: 0.4, red: 60 %}")
    against: Literal["year", "previous"] = Field(default="year", description="the year before, or the period before")
    weight: Expression | None = Field(default=None, description="how much each counts: lag(enterprise.output, '1y')")
    min_known: Amount | None = Field(default=None, description="so many must be known: a share, or a number from 1")

    def _breadth(self) -> str:
        change = "yoy($members)" if self.against == "year" else "diff($members)"
        weight = ", weight=$weight" if self.weight is not None else ""
        known = ", min_known=$min_known" if self.min_known is not None else ""
        return f"breadth({change} < 0{weight}{known})"

    def truth(self) -> str:
        return f"{self._breadth()} >= $share"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        return {
            "zh": f"{{entity}}的 $members 下降面为 {{{self._breadth()}:.1%}}",
            "en": f"{{entity}}: $members falls for {{{self._breadth()}:.1%}} of the members",
        }
