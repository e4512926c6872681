"""A stage that should have been over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ewarn.conditions.condition import Condition, Example
from ewarn.conditions.settings import Durations, Expression


class Overdue(Condition):
    """签约未落地: something began (or was due) so long ago, and what should have followed has not happened.

    A blank in a delivered row is "not yet". A masked date, or no row at all, leaves it unknown.
    """

    name = "overdue"
    title = {"zh": "阶段超期", "en": "Overdue stage"}
    examples = (
        Example(
            "{start: signed, done: begun, after: 2m}",
            [1, 1, 1, 1],
            "..##",
            dates={"signed": "2020-01-20", "begun": None},
        ),
        Example(
            "{start: signed, done: begun, after: 31d}",
            [1, 1, 1, 1],
            ".#..",
            dates={"signed": "2020-01-20", "begun": "2020-03-05"},
        ),
    )

    start: Expression = Field(description="the date of the beginning or of the deadline, like signed_on")
    done: Expression = Field(description="the date of what should follow, like started_on")
    after: Durations = Field(description="how long it may take, {yellow: 6m, red: 1y}; 0d after a deadline")

    def truth(self) -> str:
        return "happened($start + $after) and not happened($done)"

    def sentence(self) -> Mapping[Literal["zh", "en"], str]:
        return {
            "zh": "{entity}自 {$start:date}（$start）起已 {days_since($start):.0f} 天，$done 仍未发生",
            "en": "{entity}: {days_since($start):.0f} days since {$start:date} ($start), and $done has not happened",
        }
