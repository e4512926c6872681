"""The seeded panel that everything here is measured on: N enterprises x 36 months x 4 indicators, and nine rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

PERIODS = 36
INDICATORS = {
    "output": "{unit: 万元, kind: flow}",
    "investment": "{unit: 万元, kind: stock}",
    "planned_investment": "{unit: 万元, kind: stock}",
    "energy": "{unit: 吨标准煤, kind: flow}",
}
RULES = {
    "decline": "streak(yoy(output) < 0) >= 3",
    "collapse": "yoy(output) <= -0.3",
    "stalled": "streak(diff(investment) == 0) >= 3 and investment < planned_investment",
    "behind": "investment / planned_investment < elapsed() - 0.1",
    "intensity": "yoy(energy / output) > 0.2",
    "reversal": "lag(streak(yoy(output) > 0), 1) >= 3 and yoy(output) < 0",
    "silent": "streak(is_missing(output)) >= 2",
    "new_low": "output < lag(rolling_min(output, 23), 1)",
    "outlier": "(output - lag(rolling_mean(output, 12), 1)) / lag(rolling_std(output, 12), 1) < -2.5",
}


def arrays(enterprises: int, seed: int = 7) -> dict[str, np.ndarray]:
    """The four indicators, each (enterprises, periods); about 2 % of output is missing."""
    rng = np.random.default_rng(seed)
    shape = (enterprises, PERIODS)
    months = np.arange(PERIODS)
    size = rng.lognormal(7.0, 1.2, (enterprises, 1))
    season = 1 + 0.15 * np.sin(2 * np.pi * months / 12 + rng.uniform(0, 1, (enterprises, 1)))
    trend = np.exp(rng.normal(0.0, 0.01, (enterprises, 1)) * months)
    output = size * season * trend * np.exp(rng.normal(0.0, 0.08, shape))
    spent = np.round(rng.gamma(0.3, 50.0, shape), 2) * (rng.random(shape) > 0.3)
    investment = spent.cumsum(axis=1)
    planned = investment[:, -1:] * rng.uniform(0.8, 1.6, (enterprises, 1)) + 1
    energy = output * rng.uniform(0.05, 0.2, (enterprises, 1)) * np.exp(rng.normal(0.0, 0.1, shape))
    output[rng.random(shape) < 0.02] = np.nan
    return {
        "output": output,
        "investment": investment,
        "planned_investment": np.broadcast_to(planned, shape),
        "energy": energy,
    }


def _keys(enterprises: int) -> tuple[pa.Array, pa.Array]:
    ids = pa.array([f"E{number:07d}" for number in range(enterprises)])
    months = np.arange("2021-01", "2024-01", dtype="datetime64[M]").astype("datetime64[ms]")
    owner = np.repeat(np.arange(enterprises, dtype=np.int32), PERIODS)
    return pa.DictionaryArray.from_arrays(pa.array(owner), ids), pa.array(np.tile(months, enterprises))


def write_drop(folder: Path, enterprises: int) -> Path:
    """A drop with one wide Parquet table, and the nine rules beside it; kept when it is already there."""
    if (folder / "drop.yaml").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    entity, period = _keys(enterprises)
    values = {name: pa.array(table.ravel(), from_pandas=True) for name, table in arrays(enterprises).items()}
    pa.parquet.write_table(pa.table({"firm": entity, "month": period, **values}), folder / "firms.parquet")
    rules = [
        f"  - {{id: {name}, title: {{en: {name}, zh: {name}}}, entity: enterprise, levels: {{yellow: '{text}'}}}}\n"
        for name, text in RULES.items()
    ]
    (folder / "rules.yaml").write_text("pack: bench\nrules:\n" + "".join(rules), encoding="utf-8")
    indicators = "".join(f"  {name}: {text}\n" for name, text in INDICATORS.items())
    columns = ", ".join(f"{name}: {name}" for name in INDICATORS)
    (folder / "drop.yaml").write_text(
        "name: bench\nfrequency: M\ntables:\n  - file: firms.parquet\n    entity: {type: enterprise, id: firm}\n"
        f"    period: month\n    values: {{{columns}}}\nindicators:\n{indicators}rules: [rules.yaml]\n",
        encoding="utf-8",
    )
    return folder


def write_csv(file: Path, enterprises: int) -> Path:
    """The same panel as one long CSV: entity, period, indicator, value; 144 rows an enterprise."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        entity, period = _keys(enterprises)
        parts = [
            pa.table(
                {
                    "entity": entity.dictionary_decode(),
                    "period": pa.compute.strftime(period, "%Y-%m"),
                    "indicator": pa.repeat(name, len(entity)),
                    "value": pa.array(np.round(table.ravel(), 4), from_pandas=True),
                }
            )
            for name, table in arrays(enterprises).items()
        ]
        pa.csv.write_csv(pa.concat_tables(parts), file, pa.csv.WriteOptions(quoting_style="needed"))
    return file
