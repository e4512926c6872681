"""Lower than for a long time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Counts, Expression


class NewLow(Condition):
    """A figure below all of its last periods: a new low of so many. `side: high` looks for a new high instead.

    All of these periods must be known. A figure that only equals its lowest does not hit.
    """

    name = "new_low"
    title = {"zh": "创新低", "en": "New low"}
    examples = (
        Example("{indicator: x, periods: 3}", [5, 4, 6, 3, 3, 2, 9], "...#.#."),
        Example("{indicator: x, periods: 3, side: high}", [5, 4, 6, 7, 7, None, 9], "...#..."),
    )

    indicator: Expression = Field(description="the figure: an indicator or an expression")
    periods: Counts = Field(description="how many earlier periods it undercuts, {yellow: 12, red: 36}")
    side: Literal["low", "high"] = Field(default="low", description="low, or high where lower is better")

    def truth(self) -> str:
        sign, pick = ("<", "min") if self.side == "low" else (">", "max")
        return f"$indicator {sign} lag(rolling_{pick}($indicator, $periods), 1)"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        words = ("低", "low") if self.side == "low" else ("高", "high")
        return {
            "zh": f"{{entity}}的 $indicator 为 {{$indicator:unit}}，创新{words[0]}（上期 {{lag($indicator, 1):unit}}）",
            "en": f"{{entity}}: $indicator is {{$indicator:unit}}, a new {words[1]} (was {{lag($indicator, 1):unit}})",
        }
