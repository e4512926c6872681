"""Close to a line that changes what a firm is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amount, Amounts, Expression, Value


class NearThreshold(Condition):
    """上规, 退规: a figure comes close to a threshold from below, is about to fall under it, or has just done so."""

    name = "near_threshold"
    title = {"zh": "临近门槛", "en": "Near a threshold"}
    examples = (
        Example("{indicator: x, threshold: 20, event: approaching}", [10, 18, 19, 20, 21], ".##.."),
        Example("{indicator: x, threshold: 20, event: losing, within: 5 %}", [23, 21, 20, 19], ".##."),
        Example("{indicator: x, threshold: 20, event: lost}", [23, 20, 19, 18, None, 15], "..#..."),
    )

    indicator: Expression = Field(description="the figure, like revenue_t12m")
    threshold: Amount = Field(description="the line: a number, a quantity like 2000 万元, or an expression")
    event: Literal["approaching", "losing", "lost"] = Field(
        description="close below it, close above it, or fallen under it since the period before"
    )
    within: Amounts = Field(default=Value("0.1"), description="how close, as a share of the threshold")

    def truth(self) -> str:
        if self.event == "lost":
            return "$indicator < $threshold and lag($indicator, 1) >= $threshold"
        if self.event == "losing":
            return "$indicator >= $threshold and $indicator / $threshold - 1 <= $within"
        return "$indicator < $threshold and 1 - $indicator / $threshold <= $within"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        zh, en = {
            "approaching": ("接近", "comes close to"),
            "losing": ("即将跌破", "is about to fall under"),
            "lost": ("跌破", "has fallen under"),
        }[self.event]
        share = "{$indicator / $threshold:.1%}"
        return {
            "zh": f"{{entity}}的 $indicator 为 {{$indicator:unit}}，{zh}门槛（为门槛的 {share}）",
            "en": f"{{entity}}: $indicator is {{$indicator:unit}} and {en} the threshold ({share} of it)",
        }
