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


def write_industry(folder: Path, enterprises: int) -> Path:
    """A drop that feeds every rule of the pack `industry`: monthly figures, a quota, states, dates, two parents."""
    if (folder / "drop.yaml").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(11)
    entity, period = _keys(enterprises)
    made = arrays(enterprises)
    output, energy = made["output"], made["energy"]
    stopped = rng.random(output.shape) < 0.01
    values = {
        "industrial_output": np.where(stopped, 0.0, output),
        "electricity_consumption": np.where(stopped, 0.1, 1.0) * energy,
        "energy_consumption": energy,
        "stop_days": np.where(stopped, 20.0, 0.0),
    }
    columns = {name: pa.array(table.ravel(), from_pandas=True) for name, table in values.items()}
    pa.parquet.write_table(pa.table({"firm": entity, "month": period, **columns}), folder / "firms.parquet")
    ids = [f"E{number:07d}" for number in range(enterprises)]
    paused = rng.random(enterprises) < 0.05
    roster = {
        "firm": ids,
        "county": [f"C{number % 50}" for number in range(enterprises)],
        "sector": [f"S{number % 40}" for number in range(enterprises)],
        "is_backbone": np.where(rng.random(enterprises) < 0.02, "yes", "no"),
        "production_status": np.where(paused, "停产", "正常"),
        "stop_cause": np.where(paused, "能耗指标", "订单"),
        "resume_planned_date": np.where(paused, "2023-09-30", ""),
        "resume_actual_date": np.where(paused & (rng.random(enterprises) < 0.5), "2023-10-20", ""),
    }
    pa.parquet.write_table(pa.table(roster), folder / "roster.parquet")
    quota = {"firm": ids * 3, "year": np.repeat(["2021", "2022", "2023"], enterprises)}
    quota["energy_quota"] = np.concatenate([energy[:, year * 12 : year * 12 + 12].sum(axis=1) for year in range(3)])
    pa.parquet.write_table(pa.table(quota), folder / "quota.parquet")
    names = ", ".join(f"{name}: {name}" for name in values)
    (folder / "drop.yaml").write_text(
        "name: industry\nfrequency: M\ntables:\n  - file: roster.parquet\n    entity:\n      type: enterprise\n"
        "      id: firm\n      attributes: [is_backbone, production_status, stop_cause, resume_planned_date,"
        " resume_actual_date]\n      parents: {county: county, sector: sector}\n"
        "  - file: firms.parquet\n    entity: {type: enterprise, id: firm}\n    period: month\n"
        f"    values: {{{names}}}\n  - file: quota.parquet\n    frequency: A\n"
        "    entity: {type: enterprise, id: firm}\n    period: year\n    values: {energy_quota: energy_quota}\n"
        "rules: [industry]\n",
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
