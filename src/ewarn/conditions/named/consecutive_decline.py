"""Down several periods in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Counts, Expression


class ConsecutiveDecline(Condition):
    """A figure that has fallen for several periods running, against the period before or against the year before.

    One bad month is noise; the third in a row is a trend. The judged period is never bridged, and an unknown one in
    between ends the run unless the rule has `bridge:`.
    """

    name = "consecutive_decline"
    title = {"zh": "连续下降", "en": "Down several periods in a row"}
    examples = (
        Example("{indicator: x, periods: 2}", [5, 4, 3, 3, 2, 1], "..#..#"),
        Example("{indicator: x, periods: 2}", [5, 4, None, 3, 2, 1], ".....#"),
        Example("{indicator: x, periods: 2, against: year}", [*[5] * 12, 4, 6, 4, 4], "." * 15 + "#"),
    )

    indicator: Expression = Field(description="what falls: an indicator or an expression")
    periods: Counts = Field(description="periods in a row, {yellow: 3, orange: 5}")
    against: Literal["previous", "year"] = Field(default="previous", description="the period or the year before")

    def _change(self) -> str:
        return "diff($indicator)" if self.against == "previous" else "yoy($indicator)"

    def truth(self) -> str:
        return f"streak({self._change()} < 0) >= $periods"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        than = ("环比", "against the period before") if self.against == "previous" else ("同比", "on the year before")
        run = f"{{streak({self._change()} < 0)}}"
        return {
            "zh": f"{{entity}}的 $indicator {than[0]}已连续 {run} 期下降，本期为 {{$indicator:unit}}",
            "en": f"{{entity}}: $indicator has fallen for {run} periods {than[1]} and is now {{$indicator:unit}}",
        }
