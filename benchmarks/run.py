"""`make bench`: what ewarn is measured by, as ratios to hand-written Polars and pandas on the same machine and data.

Wall time, median of interleaved rounds on a warm cache, all cores for everybody. Nothing here is a test: only a
difference in hits makes it exit with 1. This process stays small, because the peak memory that the system reports
for a child includes what its parent held when it was started.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

HERE = Path(__file__).parent
DATA = HERE.parent / "build" / "bench"
PERIODS, INDICATORS = 36, 4
MEGABYTE = 1e6
PARTS = ("evaluate", "pack", "commands", "scaling", "csv", "light", "check", "explain", "composites")


class Run(NamedTuple):
    wall: float
    cpu: float
    peak: float
    """Megabytes of resident memory at most."""


def timed(command: list[str], output: Path | None = None, expect: int = 0) -> Run:
    """Run `command`; its standard output goes to `output` or nowhere."""
    with (output or Path(os.devnull)).open("wb") as sink:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.PIPE)
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != expect:
        sys.exit(f"{' '.join(command)}\nended with {child.returncode}:\n{said.decode(errors='replace')}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / MEGABYTE)


def medians(commands: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, Run]:
    """Median of each figure over interleaved rounds, after one warm-up."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, run in commands.items():
            measured = run()
            if number:
                runs[name].append(measured)
    return {name: Run(*(median(figure) for figure in zip(*many, strict=True))) for name, many in runs.items()}


def child(*arguments: object) -> Any:
    """What inmemory.py prints."""
    command = [sys.executable, str(HERE / "inmemory.py"), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    return json.loads(done.stdout)


def ewarn(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "ewarn", *map(str, arguments)]


def polars(folder: Path) -> list[str]:
    return [sys.executable, str(HERE / "peers.py"), "polars", str(folder / "firms.parquet")]


def line(what: str, measured: str, aim: str, reached: bool) -> None:
    print(f"{what:<46} {measured:<44} {aim:<18} {'reached' if reached else 'SHORT'}", flush=True)


def slower(what: str, own: float, other: float, limit: float) -> None:
    """A line for `own` seconds, which may be at most `limit` times `other`."""
    ratio = own / other
    line(what, f"{ratio:.2f}x  ({own:.2f} s / {other:.2f} s)", f"<= {limit:g}x", ratio <= limit)


def drop(enterprises: int) -> Path:
    folder = DATA / f"{enterprises}"
    child("make", folder, enterprises)
    return folder


def bench_evaluate(folder: Path, rounds: int) -> bool:
    result = child("evaluate", folder, rounds)
    seconds, counts = result["seconds"], result["counts"]
    own = seconds["ewarn"]
    for peer, aim in (("polars", 10), ("pandas", 80)):
        ratio = seconds[peer] / own
        measured = f"{ratio:.1f}x  ({seconds[peer]:.3f} s / {own:.3f} s)"
        line(f"evaluate: {peer} in memory / ewarn", measured, f">= {aim}x", ratio >= aim)
    equal = bool(counts["ewarn"] == counts["polars"] == counts["pandas"])
    line("hits of the nine rules", f"{sum(counts['ewarn'].values()):,}", "equal", equal)
    if not equal:
        for rule in counts["polars"]:
            print("  ", rule, *(f"{name}={found.get(rule)}" for name, found in counts.items()))
    return equal


def bench_pack(folder: Path, enterprises: int, rounds: int) -> None:
    """CPU for one condition of the pack `industry` and one of the nine; for one rule too, which says how large the
    pack's rules are (see `inmemory.evaluate_pack`)."""
    child("make-industry", folder / "industry", enterprises)
    found = child("evaluate-pack", folder, rounds)
    pack, nine = found["pack"], found["nine"]
    for of, limit in (("conditions", 3.0), ("rules", None)):
        own, other = pack["seconds"] / pack[of], nine["seconds"] / nine[of]
        what = f"industry pack, one of {pack[of]} {of} / of {nine[of]}"
        measured = f"{own / other:.2f}x  ({own:.4f} s CPU / {other:.4f} s CPU)"
        if limit is None:
            print(f"{what:<46} {measured}", flush=True)
        else:
            line(what, measured, f"<= {limit:g}x", own / other <= limit)


def bench_commands(folder: Path, rounds: int) -> None:
    report = DATA / "report.json"
    top = ewarn("run", folder, "--top", 100, "--format", "json")
    every = ewarn("run", folder, "--top", 0, "--format", "json")
    commands = {
        "polars": lambda: timed(polars(folder)),
        "top": lambda: timed(top),
        "all": lambda: timed(every, report),
        "history": lambda: timed([*every, "--history"], DATA / "history.json"),
    }
    wall = {name: run.wall for name, run in medians(commands, rounds).items()}
    slower("run --top 100 --format json / polars script", wall["top"], wall["polars"], 1)
    alerts = child("alerts", report, 0)
    rate = alerts / max(wall["all"] - wall["top"], 1e-9)
    measured = f"{rate:,.0f}/s  ({alerts:,} in {wall['all']:.2f} s in all)"
    line("alerts beyond the first 100", measured, ">= 20,000/s", rate >= 20_000)
    slower("run --history / polars script", wall["history"], wall["polars"], 3)


def bench_explain(folder: Path, rounds: int) -> None:
    """All rules for one entity: at most the CPU of a run, and a fifth of a second."""
    commands = {
        "run": lambda: timed(ewarn("run", folder)),
        "explain": lambda: timed(ewarn("explain", folder, "--entity", "E0000007")),
    }
    cpu = {name: run.cpu for name, run in medians(commands, rounds).items()}
    more = cpu["explain"] - cpu["run"]
    measured = f"{more:+.2f} s CPU  ({cpu['explain']:.2f} s / {cpu['run']:.2f} s)"
    line("explain, one entity of all / run", measured, "<= +0.20 s", more <= 0.2)


def bench_scaling(sizes: list[int], rounds: int) -> None:
    before: tuple[int, float] | None = None
    for size in sizes:
        command = ewarn("run", drop(size), "--top", 100, "--format", "json")
        run = medians({"run": lambda command=command: timed(command)}, rounds)["run"]
        dense = size * PERIODS * INDICATORS * 8 / MEGABYTE
        bound = 3 * dense + 250
        measured = f"{run.peak:,.0f} MB  (dense panel {dense:,.0f} MB)"
        line(f"{size:,} enterprises: peak memory", measured, f"<= {bound:,.0f} MB", run.peak <= bound)
        linear = before is None or run.wall / before[1] <= 1.15 * size / before[0]
        line(f"{size:,} enterprises: time", f"{run.wall:.2f} s", "linear", linear)
        before = size, run.wall


def bench_csv(enterprises: int, rounds: int) -> None:
    file = DATA / f"{enterprises}.csv"
    child("make-csv", file, enterprises)
    seconds = child("csv", file, rounds)["seconds"]
    reader = min((name for name in seconds if name != "ewarn"), key=seconds.__getitem__)
    rows = enterprises * PERIODS * INDICATORS
    slower(f"load a CSV of {rows:,} rows / {reader}", seconds["ewarn"], seconds[reader], 3)


def bench_light(rounds: int) -> None:
    for name, command, code in (("--help", ewarn("--help"), 0), ("a usage error", ewarn("run", "--no-such-option"), 2)):
        cpu = medians({name: lambda command=command, code=code: timed(command, expect=code)}, rounds)[name].cpu
        line(f"ewarn {name}: CPU", f"{cpu:.2f} s", "< 0.3 s", cpu < 0.3)


def bench_check(enterprises: int, rounds: int) -> None:
    folder = drop(enterprises)
    baseline = DATA / "baseline.json"
    command = ewarn("check", folder, "--baseline", baseline, "--fail-on", "red")
    timed([*command, "--update-baseline"])
    commands = {"run": ewarn("run", folder, "--top", 20), "check": command}
    runs = medians({name: lambda one=one: timed(one) for name, one in commands.items()}, rounds)
    lines = sum(1 for _ in baseline.open(encoding="utf-8"))
    beyond = runs["check"].cpu - runs["run"].cpu
    line(f"check with {lines:,} lines of baseline: CPU beyond run", f"{beyond:.2f} s", "< 0.5 s", beyond < 0.5)


def bench_composites(rounds: int) -> None:
    engines = ("fixpoint", *(["durable-rules"] if find_spec("durable") else []))
    for what, words in (("rules", "50,000 signals under five parks"), ("unlike", "50,000 facts, none alike")):
        for engine in engines:
            command = [sys.executable, str(HERE / "composites.py"), what, engine]
            run = medians({engine: lambda command=command: timed(command)}, rounds)[engine]
            measured = f"{run.cpu:.1f} s CPU, {run.peak:,.0f} MB"
            line(f"{words}: {engine}", measured, "< 5 s, < 500 MB", run.cpu < 5 and run.peak < 500)
    if len(engines) == 1:
        print("durable-rules is not installed: measured without it")


def main() -> int:
    # Users' Pythons keep compiled modules; compiling the sources at every start is no part of anybody's work.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=100_000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 30_000, 100_000, 300_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=PARTS)
    arguments = parser.parse_args()
    wanted = arguments.only or PARTS
    folder = drop(arguments.enterprises) if set(wanted) - {"composites"} else DATA
    print(
        f"{arguments.enterprises:,} enterprises x {PERIODS} months x {INDICATORS} indicators, {os.cpu_count()} cores, "
        f"median of {arguments.rounds}\n"
    )
    equal = "evaluate" not in wanted or bench_evaluate(folder, arguments.rounds)
    if "pack" in wanted:
        bench_pack(folder, arguments.enterprises, arguments.rounds)
    if "commands" in wanted:
        bench_commands(folder, arguments.rounds)
    if "scaling" in wanted:
        bench_scaling(arguments.sizes, min(arguments.rounds, 3))
    if "csv" in wanted:
        bench_csv(arguments.enterprises // 10, arguments.rounds)
    if "light" in wanted:
        bench_light(arguments.rounds)
    if "check" in wanted:
        bench_check(arguments.enterprises // 5, arguments.rounds)
    if "explain" in wanted:
        bench_explain(folder, arguments.rounds)
    if "composites" in wanted:
        bench_composites(min(arguments.rounds, 3))
    return 0 if equal else 1


if __name__ == "__main__":
    raise SystemExit(main())
