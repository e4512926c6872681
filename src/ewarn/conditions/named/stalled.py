"""An investment, or any other effort, that stopped moving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amount, Counts, Expression, Indicator, Value


class Stalled(Condition):
    """Nothing is added for several periods running.

    What a period adds is the figure itself for a flow, the difference to the period before for a cumulative figure or a
    stock. With `plan` it does not hit once the year's figure has reached the plan; a plan that is not known does not
    count as reached.
    """

    name = "stalled"
    title = {"zh": "停滞", "en": "Stalled"}
    examples = (
        Example("{indicator: x, periods: 2}", [5, 0, 0, 0, 1, 0], "..##.."),
        Example("{indicator: x, periods: 2}", [5, 5, 5, 6, 6, None, 6], "..#....", kind="stock"),
        Example("{indicator: x, plan: 8, periods: 1}", [5, 0, 3, 0], ".#.."),
        Example("{indicator: x, periods: 2, at_most: 1}", [5, 1, 0, 2], "..#."),
    )

    indicator: Indicator = Field(description="what should move: a flow, a cumulative figure or a stock")
    periods: Counts = Field(description="periods in a row, {yellow: 3, orange: 6, red: 9}")
    plan: Expression | None = Field(default=None, description="the amount at which it is done, like planned_investment")
    at_most: Amount = Field(default=Value("0"), description="what still counts as nothing, like 10 万元")

    def truth(self) -> str:
        done = " and not optional(progress($indicator, $plan) >= 1)" if self.plan is not None else ""
        return f"streak(increment($indicator) <= $at_most) >= $periods{done}"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        run = "{streak(increment($indicator) <= $at_most)}"
        return {
            "zh": f"{{entity}}的 $indicator 已连续 {run} 期没有进展，最新为 {{last($indicator):unit}}",
            "en": f"{{entity}}: $indicator has not moved for {run} periods; latest: {{last($indicator):unit}}",
        }
