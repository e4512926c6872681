"""The laws of the house for the whole language: random expressions of every function, cut, renamed, revised, hidden."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import ewarn
from ewarn.cli import main
from ewarn.errors import EwarnError
from ewarn.expressions.function import Function, functions
from ewarn.panel import Panel
from naive.calls import Names, Writer, expression, writes
from naive.compare import engine_table, same
from naive.kinds import FIRM, KINDS, PARK, Delivered, World, deliveries
from naive.outcome import Day
from naive.sheet import Sheet
from naive.worlds import panel_of

pytestmark = pytest.mark.laws
FEW = settings(max_examples=2, derandomize=True, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**32)
Table = dict[tuple[str, str], Any]
BY_FILES = ("vintages",)


def tables(
    world: World, seed: int, other: Panel, told: Callable[[str], str] = str
) -> Iterator[tuple[str, Table, Table]]:
    """A random expression of each function: its text, its values on the world's panel and on another one."""
    chance = random.Random(seed)  # noqa: S311 -- which expressions, nothing secret
    for function in functions().values():
        fitting = [names for names in world.names if writes(names, function)]
        names = fitting[chance.randrange(len(fitting))]
        text = expression(chance, names, function)
        if "reason=" in text:  # whether a figure is late depends on what others have reported since
            continue
        text = f"{text} >= 2" if re.match(r"count\(", text) else text
        try:
            yield text, engine_table(world.panel, text, names.home), engine_table(other, told(text), names.home)
        except EwarnError:
            continue


def alike(text: str, one: Table, other: Table) -> None:
    apart = [(key, one[key], other[key]) for key in sorted(one.keys() & other.keys()) if not same(one[key], other[key])]
    assert not apart, (text, apart[:2])


def kinds(*without: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in without])


def cut(sheet: Sheet, freq: str, last: int) -> Sheet:
    """What there was at the end of a period: targets hold for the year ahead."""
    end = sheet.last_day(freq, last)
    kept = {
        key: value
        for key, value in sheet.values.items()
        if key[3] in ("target", "plan") or sheet.last_day(sheet.series[key[0], key[2], key[3]], key[4]) <= end
    }
    ends = {**sheet.last, freq: last}
    if freq == "M":
        ends |= {coarse: sheet.around("M", last, coarse) for coarse in ("Q", "A")}
    rounds = sheet.rounds[: last + 1] if freq == "round" else []
    previous = {key: value for key, value in sheet.previous.items() if key in kept}
    return replace(sheet, values=kept, last=ends, rounds=rounds, previous=previous, newest={})


@kinds(*BY_FILES)
def test_what_comes_later_changes_nothing_before(kind: str) -> None:
    @FEW
    @given(KINDS[kind](), SEEDS)
    def check(world: World, seed: int) -> None:
        freq = "round" if world.sheet.rounds else "M"
        first, last = world.sheet.first[freq], world.sheet.last[freq]
        then = panel_of(cut(world.sheet, freq, first + seed % (last - first + 1)))
        for text, whole, past in tables(world, seed, then):
            alike(text, whole, past)

    check()


@kinds(*BY_FILES)
def test_names_and_order_of_entities_and_indicators_change_nothing(kind: str) -> None:
    """Entities the other way round, and the first indicator called otherwise."""

    @FEW
    @given(KINDS[kind](), SEEDS)
    def check(world: World, seed: int) -> None:
        old, new = ("b", "投资") if world.sheet.rounds else ("x", "产值")

        def named(cells: dict[Any, Any], at: int) -> dict[Any, Any]:
            return {
                (*key[:at], new if key[at] == old else key[at], *key[at + 1 :]): value for key, value in cells.items()
            }

        sheet = world.sheet
        other = replace(
            sheet, entities={type_: ids[::-1] for type_, ids in sheet.entities.items()}, newest={},
            indicators={new if name == old else name: about for name, about in sheet.indicators.items()},
            series=named(sheet.series, 1), values=named(sheet.values, 2), reasons=named(sheet.reasons, 2),
            statuses=named(sheet.statuses, 2), previous=named(sheet.previous, 2),
        )  # fmt: skip

        def told(text: str) -> str:
            return re.sub(rf"(?<!['\w]){old}\b", new, text)

        for text, one, turned in tables(world, seed, panel_of(other), told):
            alike(text, one, turned)

    check()


QUOTED = {"amount": ("'0 元'", "'2 万元'", "'7 万元'", "'125000 元'", "'7e-4 亿元'")}


@kinds("vintages", "rounds")
def test_the_unit_of_the_data_changes_no_truth(kind: str) -> None:
    """Delivered in 元 instead of 万元: what compares with quantities that bear their unit holds as before."""

    @FEW
    @given(KINDS[kind](), SEEDS)
    def check(world: World, seed: int) -> None:
        sheet, chance = world.sheet, random.Random(seed)  # noqa: S311 -- which expressions, nothing secret
        money = {name for name, about in sheet.indicators.items() if about.unit == "万元"}

        def larger(cells: dict[Any, Any]) -> dict[Any, Any]:
            return {
                key: value * 1e4 if key[2] in money and key[3] != "growth" else value for key, value in cells.items()
            }

        about = {name: replace(one, unit="元" if name in money else one.unit) for name, one in sheet.indicators.items()}
        other = panel_of(replace(sheet, indicators=about, values=larger(sheet.values), previous=larger(sheet.previous)))
        writer = Writer(chance, FIRM, literals=QUOTED)
        for _ in range(25):
            text = writer.condition(3)
            try:
                alike(text, engine_table(world.panel, text, "enterprise"), engine_table(other, text, "enterprise"))
            except EwarnError:
                continue

    check()


SURE = ("abs", "days_since", "days_until", "deaccumulate", "diff", "increment", "lag", "months_since", "pct_change",
        "projected", "progress", "rolling_max", "rolling_mean", "rolling_median", "rolling_min", "rolling_std",
        "rolling_sum", "since", "slope", "streak", "times")  # fmt: skip
"""What looks at known figures only, as it is written without `where=` and `min_periods=`."""


@kinds(*BY_FILES, "rounds")
def test_hiding_a_figure_turns_no_truth_round(kind: str) -> None:
    """Where less is known a condition is what it was, or unknown. A higher bar is reached by fewer."""

    @settings(FEW, max_examples=5)
    @given(KINDS[kind](), SEEDS)
    def check(world: World, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 -- what is hidden, nothing secret
        sheet = world.sheet
        fewer = {key: value for key, value in sheet.values.items() if key[3] != "period" or chance.randrange(4)}
        hidden = panel_of(replace(sheet, values=fewer, newest={}))
        names = replace(FIRM, numbers={**FIRM.numbers, "fraction": ("x / s",), "plain": ("line", "month()")},
                        words={"sector": FIRM.words["sector"]})  # fmt: skip
        for function in (functions()[name] for name in SURE):
            text = sure(chance, names, function)
            try:
                whole, less = (engine_table(panel, text, "enterprise") for panel in (world.panel, hidden))
                higher = engine_table(world.panel, text.replace(" >= ", " >= 1 + "), "enterprise")
            except EwarnError:
                continue
            turned = [key for key, value in less.items() if value is not None and value != whole[key]]
            assert not turned, (text, turned[0])
            assert not [key for key, value in higher.items() if value is True and whole[key] is not True], text

    check()


def sure(chance: random.Random, names: Names, function: Function) -> str:
    """A function of known figures against a bar."""
    writer = Writer(chance, names, only=frozenset(SURE), plainly=True)
    return f"{writer.call(function, 2)} >= {chance.randrange(4)}"


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """What a command says as JSON, without the rows of the files, which are others where rows are missing."""
    capsys.readouterr()
    code = main([str(one) for one in arguments])
    said = capsys.readouterr()
    assert code < 2, said.err
    return code, json.loads(said.out, object_hook=lambda found: {key: found[key] for key in found if key != "source"})


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(FEW, max_examples=3, phases=[Phase.generate])
@given(deliveries(), SEEDS)
def test_known_at_is_the_drop_as_it_stood(
    capsys: pytest.CaptureFixture[str], given_drop: tuple[Delivered, int], seed: int
) -> None:
    """Evaluated, run with its history, explained and checked: as if what was published later had not been."""
    made, day = given_drop
    chance = random.Random(seed)  # noqa: S311 -- which rules, nothing secret
    with TemporaryDirectory() as name:
        whole, stood = Path(name) / "whole", Path(name) / "stood"
        for folder, until in ((whole, None), (stood, day)):
            folder.mkdir()
            made.write(folder, until)
        at = str(Day(day).iso)
        panels = [ewarn.load(folder, known_at=at) for folder in (whole, stood)]
        for text, one, other in tables(World(made.known(day), panels[0], (FIRM, PARK)), seed, panels[1]):
            alike(text, one, other)
        written = []
        while len(written) < 12:
            rule = {"id": f"R{len(written)}", "entity": "enterprise", "keep_for": chance.randrange(3),
                    "levels": {"yellow": Writer(chance, FIRM).condition(3)}}  # fmt: skip
            try:
                levels = [ewarn.evaluate(one, {"pack": "p", "rules": [rule]}).to_frame(every=True) for one in panels]
            except EwarnError:
                continue
            assert levels[0].equals(levels[1]), rule
            written.append(rule)
        rules = Path(name) / "rules.yaml"
        rules.write_text(json.dumps({"pack": "p", "rules": written}), encoding="utf-8")
        both = []
        for folder in (whole, stood):
            judged, known = (folder, "--rules", rules, "--format", "json"), ("--known-at", at)
            baseline = Path(name) / f"{folder.name}.json"
            run = answer(capsys, "run", *judged, *known, "--history")
            told = answer(capsys, "explain", *judged, *known, "--entity", "enterprise:e0")
            accept = ["check", *map(str, judged), "--baseline", str(baseline), "--update-baseline", "--known-at"]
            assert main([*accept, Day(day - 62).iso]) == 0 or main([*accept, at]) == 0
            later = answer(capsys, "check", *judged, *known, "--baseline", baseline, "--fail-on", "yellow")
            both.append((run, told, later, baseline.read_bytes()))
        for one, other in zip(*both, strict=True):
            assert one == other


@pytest.mark.parametrize(("more", "warned"), [("", True), (", published: day", False)])
def test_known_at_without_any_day_of_publication_warns(tmp_path: Path, more: str, warned: bool) -> None:
    table = f"{{file: a.csv, entity: {{type: firm, id: firm}}, period: m, values: {{x: x}}{more}}}"
    (tmp_path / "drop.yaml").write_text(f"frequency: M\ntables: [{table}]\nindicators: {{x: {{kind: flow}}}}\n")
    (tmp_path / "a.csv").write_text("firm,m,x,day\na,2022-01,5,2022-02-05\n")
    found = [one for one in ewarn.load(tmp_path, known_at="2022-02-10").notices if one.code == "EW316"]
    assert len(found) == warned
    assert not ewarn.load(tmp_path).notices
