"""Unlike what it has been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Count, Expression, Value


class OutlierInHistory(Condition):
    """A figure far from the mean of its own last periods, in standard deviations of them; the judged one not counted.

    Unknown where one of them is, and where all are equal. Seasonal figures: use a rate, like yoy(output).
    """

    name = "outlier_in_history"
    title = {"zh": "偏离自身历史", "en": "Outlier against its own history"}
    examples = (
        Example("{indicator: x, deviations: 3, periods: 4}", [10, 11, 10, 11, 5, 11, 10], "....#.."),
        Example("{indicator: x, deviations: 3, periods: 4, side: high}", [10, 11, 10, 11, 5], "....."),
    )

    indicator: Expression = Field(description="the figure: an indicator or an expression")
    deviations: Amounts = Field(description="how many standard deviations, {yellow: 2, red: 3}")
    periods: Count = Field(default=Value("24"), description="how many earlier periods")
    side: Literal["low", "high", "both"] = Field(default="low", description="too low, too high, or either")

    def _score(self) -> str:
        mean, deviation = (f"lag(rolling_{which}($indicator, $periods), 1)" for which in ("mean", "std"))
        return f"($indicator - {mean}) / {deviation}"

    def truth(self) -> str:
        if self.side == "both":
            return f"abs({self._score()}) >= $deviations"
        return f"{self._score()} <= -$deviations" if self.side == "low" else f"{self._score()} >= $deviations"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        mean = "{lag(rolling_mean($indicator, $periods), 1):unit}"
        score = f"{{{self._score()}:+.1f}}"
        return {
            "zh": f"{{entity}}的 $indicator 为 {{$indicator:unit}}，偏离前 $periods 期均值 {mean} {score} 个标准差",
            "en": f"{{entity}}: $indicator is {{$indicator:unit}}, {score} deviations from {mean} ($periods periods)",
        }
