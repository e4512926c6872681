"""Unlike its peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Expression, Groups


class OutlierAmongPeers(Condition):
    """A figure far from the mean of its peers in the same period, in standard deviations of them, itself included.

    Unknown where fewer than half of them are known, and where all are equal.
    """

    name = "outlier_among_peers"
    title = {"zh": "偏离同类", "en": "Outlier among peers"}
    examples = (
        Example(
            "{indicator: x, deviations: 1.5}",
            [1, 5, 9],
            "#..",
            members={"b": [5, 5, 5], "c": [5, 6, 5], "d": [6, 4, 6], "e": [5, 5, 6]},
        ),
        Example(
            "{indicator: x, deviations: 1.5, side: both, within: group}",
            [1, 5, 9],
            "#.#",
            members={"b": [5, 5, 5], "c": [5, 6, 5], "d": [6, 4, 6], "e": [5, 5, 6]},
        ),
    )

    indicator: Expression = Field(description="the figure: an indicator or an expression")
    deviations: Amounts = Field(description="how many standard deviations, {yellow: 2, red: 3}")
    within: Groups | None = Field(default=None, description="what peers share, like [sector, size]")
    side: Literal["low", "high", "both"] = Field(default="low", description="too low, too high, or either")

    def _score(self) -> str:
        return "zscore($indicator)" if self.within is None else "zscore($indicator, within=$within)"

    def truth(self) -> str:
        if self.side == "both":
            return f"abs({self._score()}) >= $deviations"
        return f"{self._score()} <= -$deviations" if self.side == "low" else f"{self._score()} >= $deviations"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        score = f"{{{self._score()}:+.1f}}"
        return {
            "zh": f"{{entity}}的 $indicator 为 {{$indicator:unit}}，偏离同类均值 {score} 个标准差",
            "en": f"{{entity}}: $indicator is {{$indicator:unit}}, {score} deviations from the mean of its peers",
        }
