"""A permit that is about to end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Durations, Expression


class Expiring(Condition):
    """A permit, certificate or contract ends within a given time, or has ended. No date, no alert."""

    name = "expiring"
    title = {"zh": "即将到期", "en": "Expiring"}
    examples = (
        Example("{date: ends, within: 2m}", [1, 1, 1, 1, 1], "..###", dates={"ends": "2020-05-15"}),
        Example("{date: ends, within: 2m, lapsed: false}", [1, 1, 1, 1, 1], "..##.", dates={"ends": "2020-05-15"}),
    )

    date: Expression = Field(description="the day on which it ends, like permit_expiry")
    within: Durations = Field(description="how long before, {yellow: 6m, red: 30d}")
    lapsed: bool = Field(default=True, description="whether what has ended already hits too")

    def truth(self) -> str:
        return "happened($date - $within)" + ("" if self.lapsed else " and not happened($date)")

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        return {
            "zh": "{entity}的 $date 为 {$date:date}，距今 {days_until($date):.0f} 天",
            "en": "{entity}: $date is {$date:date}, in {days_until($date):.0f} days",
        }
