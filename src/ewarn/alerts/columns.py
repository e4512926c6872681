"""Values of one expression for a group of entities, apart from how the evaluator represents them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Kind = Literal["number", "fraction", "count", "date", "flag", "text"]


@dataclass(frozen=True, eq=False)
class Column:
    """`low` (entities,): NaN unknown; numbers in `unit`, fractions as such, dates in days since 1970-01-01,
    flags 1 or 0, texts as positions in `words`. `high` only of counts with two bounds; infinite where open."""

    kind: Kind
    unit: str | None
    low: Floats
    high: Floats | None = None
    words: tuple[str, ...] = ()
    larger: str | None = None
    """The unit that is a thousand of `unit`, where amounts of that size are said in it."""

    def __len__(self) -> int:
        return len(self.low)

    def part(self, chosen: npt.NDArray[np.intp] | slice) -> Column:
        """The values of some of the entities."""
        high = None if self.high is None else self.high[chosen]
        return Column(self.kind, self.unit, self.low[chosen], high, self.words, self.larger)


def day_texts(days: Floats) -> list[str]:
    """ISO dates of days since 1970-01-01; an unknown day is `NaT`."""
    stamps = np.where(np.isnan(days), np.iinfo(np.int64).min, np.nan_to_num(days)).astype(np.int64)
    return [str(text) for text in stamps.astype("datetime64[D]").astype(str)]
