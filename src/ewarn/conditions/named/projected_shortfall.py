"""The year will not reach its target at this pace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Expression, Indicator, Value


class ProjectedShortfall(Condition):
    """What the year will come to, at the pace so far or at that of the last three periods, lies below its target."""

    name = "projected_shortfall"
    title = {"zh": "预计完不成目标", "en": "Projected shortfall"}
    examples = (
        Example("{indicator: x, target: 120}", [10, 9, 11, 12, 5], ".#..#"),
        Example("{indicator: x, target: 120, below: 0.9, pace: recent}", [20, 5, 5, 5], "...#"),
    )

    indicator: Indicator = Field(description="a flow or a cumulative figure")
    target: Expression | None = Field(default=None, description="the year's target; usually the indicator's own")
    below: Amounts = Field(default=Value("1"), description="the share of the target, {yellow: 1, red: 90 %}")
    pace: Literal["linear", "recent"] = Field(default="linear", description="the whole year's, or the recent one")

    def _projected(self) -> str:
        return f'projected($indicator, pace="{self.pace}")'

    def _aim(self) -> str:
        return "$indicator.target" if self.target is None else "$target"

    def truth(self) -> str:
        return f"{self._projected()} < $below * {self._aim()}"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        comes_to = (
            f"{{{self._projected()}:unit}}",
            f"{{{self._aim()}:unit}}",
            f"{{{self._projected()} / {self._aim()}:.1%}}",
        )
        return {
            "zh": f"{{entity}}的 $indicator 按当前进度全年预计 {comes_to[0]}，为目标 {comes_to[1]} 的 {comes_to[2]}",
            "en": f"{{entity}}: at this pace $indicator will come to {comes_to[0]}, {comes_to[2]} of {comes_to[1]}",
        }
