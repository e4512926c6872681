"""A fall by much at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amount, Amounts, Expression


class SharpDrop(Condition):
    """A figure that has lost a given share of what it was, against the year before or the period before.

    `min_base` leaves out small bases, of which any change is a large share. An exact fall of the given share counts.
    """

    name = "sharp_drop"
    title = {"zh": "大幅下降", "en": "Sharp drop"}
    examples = (
        Example("{indicator: x, drop: 0.3, against: previous}", [10, 7, 6, 4, None, 1], ".#.#.."),
        Example("{indicator: x, drop: 20 %}", [*[10] * 12, 8, 8.5], "." * 12 + "#."),
        Example("{indicator: x, drop: 0.5, against: previous, min_base: 5}", [10, 4, 1], ".#."),
    )

    indicator: Expression = Field(description="what falls: an indicator or an expression")
    drop: Amounts = Field(description="the share lost, {yellow: 0.2, red: 50 %}")
    against: Literal["year", "previous"] = Field(default="year", description="the year before, or the period before")
    min_base: Amount | None = Field(default=None, description="the least earlier figure that counts, like 50 万元")

    def _change(self) -> str:
        return "yoy($indicator)" if self.against == "year" else "pct_change($indicator)"

    def _base(self) -> str:
        return 'lag($indicator, "1y")' if self.against == "year" else "lag($indicator, 1)"

    def truth(self) -> str:
        small = f" and {self._base()} >= $min_base" if self.min_base is not None else ""
        return f"{self._change()} <= -$drop{small}"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        numbers = f"{{{self._change()}:+.1%}}", f"{{{self._base()}:unit}} → {{$indicator:unit}}"
        than = ("环比", "against the period before") if self.against == "previous" else ("同比", "on the year before")
        return {
            "zh": f"{{entity}}的 $indicator {than[0]} {numbers[0]}（{numbers[1]}）",
            "en": f"{{entity}}: $indicator {numbers[0]} {than[1]} ({numbers[1]})",
        }
