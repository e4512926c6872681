"""From growth to decline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Count, Expression, Value


class TurnedNegative(Condition):
    """正转负: a rate of growth, or a figure such as a profit, that was not negative and now is.

    It hits in the period of the turn only; `keep_for` of the rule keeps the alert. `after` asks for so many periods
    not below zero before it, so that a figure which swings around zero does not hit at each swing.
    """

    name = "turned_negative"
    title = {"zh": "由正转负", "en": "Turned negative"}
    examples = (
        Example("{indicator: x, of: value}", [2, 1, -1, -2, 3, -1], "..#..#"),
        Example("{indicator: x, of: value, after: 2}", [2, 1, -1, 1, -2, 0, 1, -3], "..#....#"),
        Example("{indicator: x}", [*[5] * 12, 6, 4, 4], "." * 13 + "#."),
    )

    indicator: Expression = Field(description="the figure: an indicator or an expression")
    of: Literal["growth", "value"] = Field(default="growth", description="its growth on the year before, or itself")
    after: Count = Field(default=Value("1"), description="periods not below zero right before")
    below: Amounts = Field(default=Value("0"), description="how far below zero, {yellow: 0, red: 10 %}")

    def _figure(self) -> str:
        return "yoy($indicator)" if self.of == "growth" else "$indicator"

    def truth(self) -> str:
        figure = self._figure()
        return f"{figure} < 0 and {figure} <= -$below and lag(streak({figure} >= 0), 1) >= $after"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        spec = ":+.1%" if self.of == "growth" else ""
        now, before = f"{{{self._figure()}{spec}}}", f"{{lag({self._figure()}, 1){spec}}}"
        what = ("同比增速", "growth of ") if self.of == "growth" else ("", "")
        return {
            "zh": f"{{entity}}的 $indicator {what[0]}由正转负：{before} → {now}",
            "en": f"{{entity}}: {what[1]}$indicator turned negative, {before} → {now}",
        }
