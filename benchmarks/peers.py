"""The nine rules by hand in Polars and in pandas, over all periods, as one would write them.

As a script, `peers.py polars|pandas FILE` reads the Parquet file, counts the hits of each rule, prints them as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


def polars_counts(frame: pl.DataFrame | pl.LazyFrame) -> dict[str, int]:
    """Hits by rule; a missing value is null, and `frame` is sorted by firm and month."""
    import polars as pl

    def own(value: pl.Expr) -> pl.Expr:
        return value.over("firm")

    def run(condition: pl.Expr, periods: int) -> pl.Expr:
        return own(condition.fill_null(value=False).cast(pl.Int8).rolling_sum(periods, min_samples=periods)) >= periods

    output, investment, planned = pl.col("output"), pl.col("investment"), pl.col("planned_investment")
    yoy, intensity = pl.col("yoy"), pl.col("intensity")
    rules = {
        "decline": run(yoy < 0, 3),
        "collapse": yoy <= -0.3,
        "stalled": run(own(investment.diff()) == 0, 3) & (investment < planned),
        "behind": investment / planned < pl.col("month").dt.month() / 12 - 0.1,
        "intensity": intensity / own(intensity.shift(12)) - 1 > 0.2,
        "reversal": own(run(yoy > 0, 3).shift(1)) & (yoy < 0),
        "silent": run(output.is_null(), 2),
        "new_low": output < own(output.rolling_min(23).shift(1)),
        "outlier": (output - own(output.rolling_mean(12).shift(1))) / own(output.rolling_std(12).shift(1)) < -2.5,
    }
    derived = frame.lazy().with_columns(yoy=output / own(output.shift(12)) - 1, intensity=pl.col("energy") / output)
    counted = derived.with_columns(**rules).select(pl.col(*rules).sum()).collect()
    return {name: int(count) for name, count in counted.row(0, named=True).items()}


def pandas_counts(frame: pd.DataFrame) -> dict[str, int]:
    """Hits by rule with groupby; `frame` is sorted by firm and month."""
    firm = frame["firm"]

    def by_firm(values: pd.Series) -> pd.core.groupby.SeriesGroupBy:
        return values.groupby(firm, observed=True, sort=False)

    def rolling(values: pd.Series, periods: int, how: str) -> pd.Series:
        return getattr(by_firm(values).rolling(periods), how)().reset_index(level=0, drop=True)

    def run(condition: pd.Series, periods: int) -> pd.Series:
        return rolling(condition.astype("int8"), periods, "sum") >= periods

    output, investment, planned = frame["output"], frame["investment"], frame["planned_investment"]
    yoy = output / by_firm(output).shift(12) - 1
    intensity = frame["energy"] / output
    mean, deviation = by_firm(rolling(output, 12, "mean")).shift(1), by_firm(rolling(output, 12, "std")).shift(1)
    rules = {
        "decline": run(yoy < 0, 3),
        "collapse": yoy <= -0.3,
        "stalled": run(by_firm(investment).diff() == 0, 3) & (investment < planned),
        "behind": investment / planned < frame["month"].dt.month / 12 - 0.1,
        "intensity": intensity / by_firm(intensity).shift(12) - 1 > 0.2,
        "reversal": by_firm(run(yoy > 0, 3)).shift(1, fill_value=False) & (yoy < 0),
        "silent": run(output.isna(), 2),
        "new_low": output < by_firm(rolling(output, 23, "min")).shift(1),
        "outlier": (output - mean) / deviation < -2.5,
    }
    return {name: int(hits.sum()) for name, hits in rules.items()}


def polars_script(file: Path) -> dict[str, int]:
    """From the file to the counts, as one lazy query."""
    import polars as pl

    return polars_counts(pl.scan_parquet(file).sort("firm", "month"))


def pandas_script(file: Path) -> dict[str, int]:
    """From the file to the counts."""
    import pandas as pd

    return pandas_counts(pd.read_parquet(file).sort_values(["firm", "month"]))


if __name__ == "__main__":
    script = {"polars": polars_script, "pandas": pandas_script}[sys.argv[1]]
    print(json.dumps(script(Path(sys.argv[2]))))
