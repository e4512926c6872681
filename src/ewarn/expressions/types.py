"""What an expression can be: numbers with units, conditions, bounds, dates, categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ewarn.panel import Kind, Measure
from ewarn.units import Unit

Base = Literal["number", "condition", "bounds", "date", "category"]
WORDS: dict[Base, str] = {
    "number": "a number",
    "condition": "a condition (true or false)",
    "bounds": "a count of periods",
    "date": "a date",
    "category": "a category",
}


@dataclass(frozen=True)
class Type:
    """The type of an expression.

    How values are held, as arrays (periods, entities): number and date float64, NaN unknown (dates as days since
    1970-01-01); condition int8, 1 true, -1 false, 0 unknown; category int32 codes into `categories`, -1 unknown;
    bounds a pair (known at least, possible at most).
    """

    base: Base
    unit: Unit | None = None
    """None: any unit will do (a plain literal, or an indicator of which no unit is known)."""
    kind: Kind | None = None
    """Set where the expression is an indicator; decides how it meets another frequency and what lag means."""
    measure: Measure | None = None
    categories: tuple[str, ...] = ()

    @property
    def cumulated(self) -> bool:
        """Starts from 0 in each fiscal year."""
        return self.measure == "ytd" or (self.kind == "ytd" and self.measure == "period")

    @property
    def summed(self) -> bool:
        """A flow: an amount of one period, added when periods are joined."""
        return self.kind == "flow" and self.measure == "period"


NUMBER = Type("number")
CONDITION = Type("condition")
BOUNDS = Type("bounds")
DATE = Type("date")
