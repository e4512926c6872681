"""Less of the target reached than of the year gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Expression, Indicator


class BehindSchedule(Condition):
    """序时进度: the share of the year's target reached lies behind the share of the year gone.

    The year goes by the calendar; with `pace: own` by the indicator's own seasons of the last three years; with `since`
    from the month of a start within the year.
    """

    name = "behind_schedule"
    title = {"zh": "落后序时进度", "en": "Behind schedule"}
    examples = (
        Example("{indicator: x, target: 120, by: 0.05}", [10, 3, 10, 10, 20], ".###."),
        Example("{indicator: x, by: 10 个百分点}", {"x": [5, 5, 5], "x.target": [120, 120, 120]}, "..#"),
        Example(
            "{indicator: x, target: 120, by: 0.1, since: began}", [0, 0, 12, 0], "...#", dates={"began": "2020-03-01"}
        ),
    )

    indicator: Indicator = Field(description="a flow or a cumulative figure")
    by: Amounts = Field(description="how far behind, in shares of the year: {yellow: 0.05, red: 15 个百分点}")
    target: Expression | None = Field(default=None, description="the year's target; usually the indicator's own")
    pace: Literal["linear", "own"] = Field(default="linear", description="the calendar's, or the indicator's seasons")
    since: Expression | None = Field(default=None, description="the date of a start within the year")

    def _done(self) -> str:
        return "progress($indicator)" if self.target is None else "progress($indicator, $target)"

    def _gone(self) -> str:
        if self.since is not None:
            return "elapsed(since=$since)"
        return "elapsed()" if self.pace == "linear" else "elapsed($indicator)"

    def truth(self) -> str:
        return f"{self._done()} - {self._gone()} <= -$by"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        done, gone = f"{{{self._done()}:.1%}}", f"{{{self._gone()}:.1%}}"
        return {
            "zh": f"{{entity}}的 $indicator 已达目标的 {done}，时间进度 {gone}",
            "en": f"{{entity}}: $indicator has reached {done} of its target with {gone} of the time gone",
        }
