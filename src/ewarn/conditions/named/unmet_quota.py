"""Land, energy or funds that are needed and not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Amounts, Count, Expression, Value


class UnmetQuota(Condition):
    """A share of what is needed has not been granted: land, energy, funds. `periods` asks for it to last."""

    name = "unmet_quota"
    title = {"zh": "要素缺口", "en": "Unmet quota"}
    examples = (
        Example("{needed: x, granted: y, share: 0.3}", {"x": [10, 10, 10, 0], "y": [9, 7, 0, 0]}, ".##."),
        Example("{needed: x, granted: y, share: 30 %, periods: 2}", {"x": [10, 10, 10], "y": [5, 7, 8]}, ".#."),
    )

    needed: Expression = Field(description="what is needed, like land_needed")
    granted: Expression = Field(description="what is there of it, like land_granted")
    share: Amounts = Field(description="the part not met, {yellow: 0.1, red: 50 %}")
    periods: Count = Field(default=Value("1"), description="periods in a row")

    def truth(self) -> str:
        return "streak($needed > $granted and ($needed - $granted) / $needed >= $share) >= $periods"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        return {
            "zh": "{entity}需要 $needed {$needed:unit}，已落实 {$granted:unit}，缺口 {$needed - $granted:unit}",
            "en": "{entity} needs {$needed:unit} ($needed) and has {$granted:unit}: {$needed - $granted:unit} short",
        }
