"""Reports that did not come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Counts, Expression


class MissingReports(Condition):
    """A figure that is missing for several periods running, while others report it. Its channel is `data`."""

    name = "missing_reports"
    title = {"zh": "连续未报", "en": "Missing reports"}
    channel = "data"
    examples = (Example("{indicator: x, periods: 2}", [1, None, None, None, 1, None], "..##.."),)

    indicator: Expression = Field(description="the figure: an indicator or an expression")
    periods: Counts = Field(description="periods in a row, {yellow: 2, red: 3}")

    def truth(self) -> str:
        return "streak(is_missing($indicator)) >= $periods"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        run = "{streak(is_missing($indicator))}"
        return {
            "zh": f"{{entity}}已连续 {run} 期没有 $indicator 数据",
            "en": f"{{entity}} has not reported $indicator for {run} periods",
        }
