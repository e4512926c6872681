"""Anything wrong anywhere in a rule file or a drop.yaml: a clear message with its place, in two languages, or none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ewarn
from ewarn.conditions import conditions
from ewarn.diagnostics import Diagnostic
from ewarn.errors import EwarnError
from ewarn.panel import Panel
from test_conditions_kinds import SETTINGS

JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    "nothing_of_the_kind",
    "1 +",
    "（",
    -1,
    0,
    10**30,
    1.5,
    True,
    [],
    [[]],
    ["x", "x"],
    {},
    {"x": {"x": 1}},
    {"blue": 1},
    "9999-99",
    "🙂",
    "a" * 5000,
    "../../etc/passwd",
)
"""Put in the place of every setting, one after the other."""
PACK: dict[str, Any] = {
    "pack": "p",
    "defaults": {"keep_for": 1, "bridge": 1},
    "params": {"base": "5 万元"},
    "let": {"firm": {"down": "yoy(x) < 0"}},
    "adjust": [{"entity": "firm", "when": "is_backbone", "by": 1}],
    "rules": [
        {
            "id": "A",
            "slug": "a",
            "title": {"zh": "甲", "en": "A"},
            "entity": "firm",
            "where": "sector == '钢铁'",
            "params": {
                "k": {"by": "level", "value": {"yellow": 2, "red": 3}, "source": "us"},
                "line": {"by": "sector", "value": {"钢铁": 5, "食品": 6}, "unit": "万元"},
                "late": {"from": {"2021-01": 1, "2022-01": 2}},
            },
            "let": {"worse": "down and x < line"},
            "levels": {"yellow": "streak(worse) >= k", "red": "x < 1"},
            "adjust": [{"when": "during('spring_festival')", "cap": "yellow"}],
            "labels": {"临界": "x < late"},
            "for": {"red": 2},
            "keep_for": 2,
            "until": "x > 9",
            "bridge": 0,
            "weight": "x",
            "frequency": "M",
            "explain": {"zh": "{entity} {x:unit}", "en": "{x:.1f}"},
            "action": {"zh": "查", "en": "look"},
            "channel": "data",
            "source": "us",
            "effective": {"from": "2021-01", "to": "2023-12"},
            "enabled": True,
            "evidence": ["x * 2"],
            "list": {"of": "firm", "where": "x > 1", "by": "x", "top": 3},
        },
        {
            "id": "E",
            "entity": "firm",
            "each": {"y": {"kind": "flow", "has": "growth"}},
            "levels": {"yellow": "yoy(y) < 0"},
        },
        {
            "id": "C",
            "entity": "firm",
            "legs": {"a": {"any": ["A"], "level": "yellow", "window": 3}},
            "levels": {"red": "a"},
        },
    ],
}
DROP: dict[str, Any] = {
    "name": "d",
    "frequency": "M",
    "fiscal_year_start": 1,
    "tables": [
        {
            "file": "firms.csv",
            "encoding": "utf-8",
            "period": "month",
            "published": "told",
            "status": {"column": "status"},
            "entity": {
                "type": "firm",
                "id": "firm",
                "name": "title",
                "attributes": {"sector": "sector", "begun": {"column": "begun"}},
                "parents": {"county": {"value": "c"}},
                "links": {"helps": {"type": "firm", "column": "other"}},
            },
            "values": {"x": [{"column": "x", "unit": "万元"}, {"column": "g", "measure": "growth", "unit": "%"}]},
            "missing": {"*": "masked"},
            "header": 1,
            "skip": [9],
        },
        {
            "file": "visits.csv",
            "entity": {"type": "firm", "id": "firm"},
            "events": {"date": "day", "flows": {"visits": "count", "offices": {"distinct": "office", "per": "Q"}}},
        },
        {
            "file": "across.csv",
            "frequency": "A",
            "entity": {"type": "firm", "id": "firm"},
            "across": {"period": "{year}年", "indicator": "w"},
        },
    ],
    "indicators": {
        "x": {
            "unit": "万元",
            "kind": "flow",
            "better": "higher",
            "january": "separate",
            "due": 9,
            "zh": "产值",
            "en": "output",
            "aliases": ["产出"],
        },
        "w": {"kind": "stock"},
    },
    "breaks": [{"indicator": "x", "from": "2021-03", "entity": "a", "type": "firm", "note": "scope"}],
    "calendars": {
        "flood": ["2021-03-01", {"from": "2021-05-01", "to": "2021-05-09"}],
        "list": {"file": "days.csv", "from": "day"},
    },
    "rules": ["basics"],
}
FILES = {
    "firms.csv": "firm,title,month,x,g,status,told,sector,begun,other\n"
    "a,甲,2021-01,5,3,final,2021-02-03,钢铁,2020-03-04,b\na,甲,2021-02,*,,,2021-03-03,钢铁,2020-03-04,b\n"
    "b,乙,2021-01,7,1,forecast,2021-02-03,食品,,a\n",
    "visits.csv": "firm,day,office\na,2021-01-09,tax\nb,2021-02-01,fire\n",
    "across.csv": "firm,2020年,2021年\na,1,2\n",
    "days.csv": "day\n2021-01-05\n",
}


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every setting: of mappings and lists each item."""
    for key, below in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield (*path, key)
        yield from places(below, (*path, key))


def spoilt(whole: Any, path: tuple[Any, ...], junk: tuple[Any, ...] = JUNK) -> Iterator[tuple[str, Any]]:
    """The document with something wrong at one place."""

    def at(document: Any) -> Any:
        for key in path[:-1]:
            document = document[key]
        return document

    for value in junk:
        changed = copy.deepcopy(whole)
        at(changed)[path[-1]] = value
        yield f"{'.'.join(map(str, path))}: {str(value)[:20]!r}", changed
    changed = copy.deepcopy(whole)
    gone = at(changed).pop(path[-1])
    yield f"{'.'.join(map(str, path))} left out", copy.deepcopy(changed)
    if isinstance(at(changed), dict):
        at(changed)[f"{path[-1]}z"] = gone
        yield f"{'.'.join(map(str, path))} misspelt", changed


def complaints(error: EwarnError, what: str) -> list[str]:
    """What is wrong with the messages themselves."""
    found = []
    for one in error.diagnostics:
        assert isinstance(one, Diagnostic)
        if one.place is None:
            found.append(f"{what}: no place: {one.message}")
        if one.told("zh").message == one.message and not one.message.startswith("`"):
            found.append(f"{what}: no Chinese: {one.message}")
        if max(map(len, str(one).splitlines())) > 600:
            found.append(f"{what}: a line of more than 600 characters")
    return found


def drop(folder: Path, document: Any) -> Panel:
    """Loaded from files."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "drop.yaml").write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return ewarn.load(folder)


def wrong(document: Any, use: Callable[[Any], object], every: bool, below: int = 0) -> None:
    """Each place spoilt in every way, or each in another one."""
    found: list[str] = []
    for number, path in enumerate(one for one in places(document) if len(one) > below):
        for what, changed in spoilt(document, path, JUNK if every else JUNK[number % len(JUNK) :][:1]):
            try:
                use(changed)
            except EwarnError as error:
                found += complaints(error, what)
            except Exception as error:  # noqa: BLE001 -- what else is raised is what this looks for
                found.append(f"{what}: {type(error).__name__}: {error}")
    assert not found, "\n".join(found[:40])


def judged(tmp_path: Path) -> Callable[[Any], object]:
    """A run of a rule file that says this."""
    panel, file = drop(tmp_path, DROP), tmp_path / "rules.yaml"

    def run(document: Any) -> object:
        file.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        return ewarn.run(panel, rules=file).to_json()

    return run


EVERY = [False, pytest.param(True, marks=pytest.mark.big)]


@pytest.mark.parametrize("every", EVERY)
def test_anything_wrong_in_a_drop(every: bool, tmp_path: Path) -> None:
    assert drop(tmp_path, DROP).series
    wrong(DROP, lambda document: drop(tmp_path, document), every)


@pytest.mark.parametrize("every", EVERY)
def test_anything_wrong_in_rules(every: bool, tmp_path: Path) -> None:
    run = judged(tmp_path)
    run(PACK)
    wrong(PACK, run, every)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("name", conditions())
def test_anything_wrong_in_a_condition(name: str, every: bool, tmp_path: Path) -> None:
    own = {key.rstrip("?"): choices[0] for key, choices in SETTINGS[name].items()} | {"level": "red"}
    wrong({"rules": [{"id": "T", "entity": "firm", name: own}]}, judged(tmp_path), every, below=2)
