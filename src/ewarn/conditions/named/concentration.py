"""Too much with too few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Count, Expression, Value


class Concentration(Condition):
    """The largest few members make up a given share of the whole."""

    name = "concentration"
    title = {"zh": "集中度过高", "en": "Concentration"}
    examples = (
        Example(
            "{members: member.x, top: 1, share: 60 %}",
            [],
            ".#.",
            members={"a": [4, 6, 5], "b": [3, 2, 3], "c": [3, 2, 3]},
        ),
    )

    members: Expression = Field(description="a figure of the members, like enterprise.output")
    share: Amounts = Field(description="their share in the whole, {yellow: 0.5, red: 70 %}")
    top: Count = Field(default=Value("3"), description="how many members are the largest few")

    def truth(self) -> str:
        return "share_of_top($members, $top) >= $share"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        return {
            "zh": "{entity}的 $members 前 $top 名合计占 {share_of_top($members, $top):.1%}",
            "en": "{entity}: the largest $top make up {share_of_top($members, $top):.1%} of $members",
        }
