"""Measured inside one process, on data already loaded; prints JSON for run.py.

inmemory.py make FOLDER N | make-csv FILE N | evaluate FOLDER ROUNDS | make-industry FOLDER N
| evaluate-pack FOLDER ROUNDS | csv FILE ROUNDS | alerts FILE 0
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import bench_panel
import peers


def interleaved(
    contenders: Mapping[str, Callable[[], Any]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> tuple[dict[str, float], dict[str, Any]]:
    """Median seconds of each contender and its answer; one warm-up, then all of them in turn, `rounds` times."""
    answers = {name: call() for name, call in contenders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, call in contenders.items():
            start = clock()
            call()
            seconds[name].append(clock() - start)
    return {name: median(times) for name, times in seconds.items()}, answers


def hits(counts: Mapping[str, Any]) -> dict[str, int]:
    """Hits by rule id, whatever the level."""
    return {rule: int(sum(count.values()) if isinstance(count, Mapping) else count) for rule, count in counts.items()}


def evaluate(folder: Path, rounds: int) -> dict[str, Any]:
    """The nine rules on loaded data: ewarn, Polars, pandas."""
    import pandas as pd
    import polars as pl

    import ewarn

    table = folder / "firms.parquet"
    loaded, rules = ewarn.load(folder), ewarn.load_rules(folder / "rules.yaml")
    in_polars = pl.read_parquet(table).sort("firm", "month")
    in_pandas = pd.read_parquet(table).sort_values(["firm", "month"])
    seconds, counts = interleaved(
        {
            "ewarn": lambda: hits(ewarn.evaluate(loaded, rules).counts()),
            "polars": lambda: peers.polars_counts(in_polars),
            "pandas": lambda: peers.pandas_counts(in_pandas),
        },
        rounds,
    )
    return {"seconds": seconds, "counts": counts}


def evaluate_pack(folder: Path, rounds: int) -> dict[str, Any]:
    """CPU seconds of the pack `industry` and of the nine rules, each over all firms and months, with the number of
    rules that ran (one for each entity type that a rule is judged for) and of the conditions that they hold.

    One of the nine is a single condition of firms. A rule of the pack is a ladder of levels, a filter and modifiers,
    each a condition of its own, of firms or of counties and sectors with all their firms: per condition is what
    compares like with like, per rule says how much larger the pack's rules are.
    """
    import ewarn

    own, nine = ewarn.load(folder / "industry"), ewarn.load(folder)
    pack, rules = ewarn.load_rules("industry"), ewarn.load_rules(folder / "rules.yaml")
    seconds, ran = interleaved(
        {"pack": lambda: ewarn.evaluate(own, pack), "nine": lambda: ewarn.evaluate(nine, rules)},
        rounds,
        time.process_time,
    )
    found: dict[str, Any] = {}
    for name, signals in ran.items():
        compiled = [one.compiled for one in signals.verdicts if one.unrun is None]
        conditions = sum(len(one.roots) for one in compiled)
        found[name] = {"seconds": seconds[name], "rules": len(compiled), "conditions": conditions}
    return found


def read_csv(file: Path, rounds: int) -> dict[str, Any]:
    """A long CSV to a panel, against pandas' readers, which stop at a frame of text and numbers."""
    import pandas as pd

    import ewarn

    seconds, _ = interleaved(
        {
            "ewarn": lambda: ewarn.load(file),
            "pandas c": lambda: pd.read_csv(file, engine="c"),
            "pandas pyarrow": lambda: pd.read_csv(file, engine="pyarrow"),
        },
        rounds,
    )
    return {"seconds": seconds}


def count_alerts(file: Path, _: int) -> int:
    """Alerts of a report."""
    return len(json.loads(file.read_bytes())["alerts"])


if __name__ == "__main__":
    what, target, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    actions = {
        "make": bench_panel.write_drop,
        "make-csv": bench_panel.write_csv,
        "make-industry": bench_panel.write_industry,
        "evaluate": evaluate,
        "evaluate-pack": evaluate_pack,
        "csv": read_csv,
        "alerts": count_alerts,
    }
    done = actions[what](target, number)
    print(json.dumps(done, default=str))
