"""Tests of rules: how their data are read, what fails, and that the shipped packs pass theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ewarn
from check_formats import junit
from ewarn import resources
from ewarn.cli import main
from ewarn.diagnostics import Span
from ewarn.rules import shipped
from ewarn.testing.levels import level_word
from ewarn.testing.outcome import Outcome
from ewarn.testing.pins import pins_of

RULES = """
pack: p
rules:
  - id: R
    entity: [firm, town]
    params: {k: {by: level, value: {yellow: 10, red: 5}}}
    levels: x < k
    explain: {zh: '{entity} 为 {x:.0f}', en: '{entity} has {x:.0f}'}
"""
INDICATORS = (
    "indicators: {x: {kind: flow}, y: {kind: stock}, e: {kind: flow, january: none}, stage: {kind: category}, "
    "due: {kind: date}}\n"
)


def files(folder: Path, tests: str, rules: str = RULES, *, head: str = "from: 2022-01\n" + INDICATORS) -> str:
    """A pack and its tests; the path of the pack."""
    (folder / "p.yaml").write_text(rules, encoding="utf-8")
    (folder / "p.test.yaml").write_text(f"{head}tests:\n{tests}", encoding="utf-8")
    return str(folder / "p.yaml")


def one(folder: Path, test: str, levels: str = "x < 10", extra: str = "", head: str | None = None) -> Outcome:
    """One test of a rule with one level."""
    rules = f"rules: [{{id: R, entity: firm, levels: {{yellow: {json.dumps(levels)}}}{extra}}}]"
    head = "from: 2022-01\n" + INDICATORS if head is None else head
    (outcome,) = ewarn.run_tests(files(folder, f"  R: [{{name: t, {test}}}]", rules, head=head)).tests
    return outcome


def got(outcome: Outcome) -> str:
    """The levels that came, in a line."""
    (row,) = outcome.rows
    words = [level_word(verdict.code) for verdict in row.got]
    return " ".join(
        f"{word}:{verdict.reason.name.lower()}" if verdict.reason else word
        for word, verdict in zip(words, row.got, strict=True)
    )


TESTED = [name for name in shipped() if (resources.packs() / f"{name}.test.yaml").is_file()]


@pytest.mark.parametrize("pack", TESTED)
def test_a_shipped_pack_passes_its_tests(pack: str) -> None:
    assert [test.case.name for test in ewarn.run_tests(pack).tests if not test.passed] == []


@pytest.mark.packs
@pytest.mark.parametrize("pack", shipped())
def test_nothing_in_a_shipped_pack_is_left_untested(pack: str) -> None:
    run = ewarn.run_tests(pack, coverage=True)
    assert run.passed
    assert run.coverage is not None
    assert [(one.name, one.tests, one.untested, one.loose) for one in run.coverage if not one.complete] == []


DATA = [
    ("given: {x: 5 10 20}, expect: yellow clear clear", "yellow clear clear"),
    ("given: {x: 5 _ *}, expect: yellow unknown:blank unknown:masked", "yellow unknown:blank unknown:masked"),
    ("given: {x: 5 . 未报}, expect: any unknown:not_reported unknown:not_reported", None),
    ("given: {x: . . 5}, expect: '- - yellow'", None),
    ("given: {x: 5 . 5}, expect: yellow unknown:not_reported yellow", None),
    ("given: {x: 5 ...}, expect: yellowx3", None),
    ("given: {x: (20x2 5)x2}, expect: ... yellow", None),
    ("given: {x: 20-5x4}, expect: clear clear clear yellow", None),
    ("given: {x: {2022-01: 20, 2022-03: 5}}, from: 2022-01, expect: {2022-01: clear}", None),
    ("given: {x: 20 5}, expect: {2022-02: yellow}", None),
    ("given: {x: 20 5 ...}, to: 2022-04, expect: ... yellow yellow yellow", None),
    ("given: {x: 20 5}, expect: 正常 黄", None),
    ("given: {x: 20 5}, expect: c y", None),
    ("from: 2022-Q1, given: {x: 20 5}, expect: clear yellow", None),
    ("from: 2022, given: {x: 20 5}, expect: clear yellow", None),
    ("entities: {firm: {A1..A3: {x: 20}, B: {x: 5}}}, expect: {A1: clear, A3: clear, B: yellow}", ""),
]


@pytest.mark.parametrize(("test", "came"), DATA, ids=[test for test, _ in DATA])
def test_data_are_read_as_those_of_a_drop(tmp_path: Path, test: str, came: str | None) -> None:
    outcome = one(tmp_path, test)
    assert outcome.passed
    if came:
        assert got(outcome) == came


LANGUAGE = [
    ("x.target > 8", "given: {x: 1x3, x.target: 9}, expect: yellowx3"),
    ("x.target > 8", "from: 2021-12, given: {x: 1x2, x.target: 7 9}, expect: clear yellow"),
    ("x.target > 8", "from: 2022-06, fiscal_year_start: 7, given: {x: 1x2, x.target: 7 9}, expect: clear yellow"),
    ("x.ytd > 8", "given: {x: 1x3, x.ytd: 1 9 10}, expect: clear yellow yellow"),
    ('x > "8 万元"', "given: {x: 0.1 0.0008 亿元}, expect: yellow clear"),
    ('x > "8 万元"', "given: {x: 0.1 0.0008}, units: {x: 亿元}, expect: yellow clear"),
    ('x > 8 and status(x) == "forecast"', "given: {x: '9:forecast 9'}, expect: yellow clear"),
    ("revision(x) > 0.05", "given: {x: 100 100>110 100>104 5}, expect: clear yellow clear clear"),
    ("x > 8 and size == '大'", "given: {x: 9 9, size: 大}, expect: yellow yellow"),
    ("x > 8 and size == '大'", "given: {x: 9 9, size: {2022-01: 小, 2022-02: 大}}, expect: clear yellow"),
    ("x > 8 and is_main", "given: {x: 9, is_main: true}, expect: yellow"),
    ("x > 8 and happened(started)", "given: {x: 9 9, started: 2022-02-05}, expect: clear yellow"),
    (
        "months_since(started) >= 1 and size == '大'",
        "given: {started: 2022-01-05, size: 大}, to: 2022-03, expect: clear yellow yellow",
    ),
    (
        'streak(stage == "停产") >= 2',
        "given: {stage: 正常 停产x2 _ 停产}, expect: clear clear yellow unknown:blank unknown",
    ),
    ("due > lag(due, 1)", "given: {due: 2022-05-01x2 2022-06-15 ...}, to: 2022-04, expect: '? clear yellow clear'"),
    ("lag(e, 1) > 8", "from: 2021-12, given: {e: 9 1 1}, expect: any yellow clear"),
    ("e > 8 and y > 0", "from: 2021-12, given: {e: 9 ..., y: 1x4}, expect: yellowx3"),
]


@pytest.mark.parametrize(("levels", "test"), LANGUAGE, ids=[f"{levels} {test}" for levels, test in LANGUAGE])
def test_measures_units_statuses_and_attributes(tmp_path: Path, levels: str, test: str) -> None:
    units = "indicators: {x: {kind: flow, unit: 万元}, e: {kind: flow, january: none}}\n"
    head = f"from: 2022-01\n{units if '万元' in levels else INDICATORS}attributes: {{started: date}}\n"
    outcome = one(tmp_path, test, levels, head=head)
    assert outcome.passed, got(outcome)


def test_worlds_lie_beneath_and_paths_lead_through_parents(tmp_path: Path) -> None:
    rules = """
    rules:
      - id: R
        entity: town
        levels: {yellow: 'breadth(firm.x < 10) >= 0.5'}
        list: {of: firm, where: x < 10, by: x, top: 5}
        labels: {all: breadth(firm.x < 10) == 1}
        explain: {en: '{entity}: {breadth(firm.x < 10):.0%}'}
    """
    ours = "{town: {T: {name: Linton}}, firm: {F1..F4: {in: {town: T}, x: 20 ...}}}"
    head = f"from: 2022-01\n{INDICATORS}worlds: {{ours: {ours}}}\n"
    tests = """
      R:
        - {name: none, world: ours, entities: {firm: {F1: {x: 20 20}}}, expect: {T: clear clear}}
        - name: half, then all
          world: ours
          entities: {firm: {F1..F2: {x: 5 5}, F3..F4: {x: 20 4}}}
          expect: {T: yellow yellow}
          at:
            2022-01: {entity: T, en: 'Linton: 50%', list: [F1, F2], labels: []}
            2022-02: [{entity: T, en: 'Linton: 100%', list: [F3, F4, F1, F2], labels: [all]}]
        - name: two unknown of four
          world: ours
          entities: {firm: {F1: {x: '*'}, F2..F3: {x: _}}}
          expect: {T: unknown:too_few_members}
    """
    run = ewarn.run_tests(files(tmp_path, tests, rules, head=head))
    assert [(test.differences, got(test)) for test in run.tests if not test.passed] == []


def test_what_differs_is_told(tmp_path: Path) -> None:
    outcome = one(
        tmp_path,
        "given: {x: 20 5 *}, expect: clear clear unknown:blank, "
        "at: {2022-02: {en: 'A has 6', possible: red}, 2022-03: {reason: blank}}",
        extra=", explain: {en: '{entity} has {x:.0f}'}",
    )
    assert not outcome.passed
    assert [row.differing for row in outcome.rows] == [(1, 2)]
    assert [(item.period, item.what, item.expected, item.got) for item in outcome.differences] == [
        ("2022-02", "en", "A has 6", "A has 5"),
        ("2022-02", "possible", "red", ""),
        ("2022-03", "reason", "blank", "masked"),
    ]


def test_params_of_one_test(tmp_path: Path) -> None:
    tests = """
      R:
        - {name: theirs, given: {x: 7}, expect: yellow}
        - {name: its own, given: {x: 7}, params: {k: {red: 8}}, expect: red}
    """
    run = ewarn.run_tests(files(tmp_path, tests))
    assert run.passed


def test_each_and_named_conditions(tmp_path: Path) -> None:
    rules = """
    rules:
      - {id: R, entity: firm, each: {i: [x, y]}, levels: {yellow: i < 10}}
      - {id: S, entity: firm, stalled: {indicator: x, plan: y, periods: {yellow: 2, red: 3}}}
    """
    tests = """
      R:x: [{name: x, given: {x: 5, y: 20}, expect: yellow}]
      R:y: [{name: y, given: {x: 5, y: 20}, expect: clear}]
      S: [{name: s, given: {x: 5 0x3, y: 100x4}, expect: clear clear yellow red}]
    """
    run = ewarn.run_tests(files(tmp_path, tests, rules), coverage=True)
    assert [got(test) for test in run.tests if not test.passed] == []
    assert run.coverage is not None
    assert {one.name: [loose.pin.what for loose in one.loose] for one in run.coverage} == {
        "R": ["levels.yellow"],
        "S": [],
    }


def test_composites_on_levels_that_are_given(tmp_path: Path) -> None:
    rules = """
    rules:
      - {id: IDLE, entity: town, levels: {yellow: y > 5}}
      - {id: LATE, entity: firm, levels: {yellow: days_since(promised) > 0}}
      - id: C
        entity: town
        legs: {firm.held: {any: [HELD-*, LATE], level: yellow}, idle: {any: [IDLE], window: 1}}
        levels: {yellow: count(firm.held) >= 1 and idle, red: count(firm.held) >= 2 and idle}
    """
    tests = """
      C:
        - name: joins
          entities:
            town: {T: {y: 9 9 9 9 1 9}}
            firm:
              A: {in: {town: T}, signals: {HELD-1: clear yellow clearx4}}
              B: {in: {town: T}, signals: {HELD-2: blue red ...}}
          expect: {T: clear red red red clear yellow}
          at:
            2022-06: {entity: T, members: [HELD-2 firm/B red, IDLE town/T yellow]}
    """
    run = ewarn.run_tests(files(tmp_path, tests, rules))
    assert [got(test) for test in run.tests if not test.passed] == []


PINS = """
pack: p
params: {shared: 3}
defaults: {keep_for: 2}
rules:
  - id: R
    entity: firm
    where: y >= floor
    params: {k: {by: level, value: {yellow: 10, red: 5.50}}, floor: {value: 20, unit: 万元}, spoken: 7}
    let: {low: x < k, far: 'lag(x, 12)'}
    for: {red: 2}
    levels: low and x > 0
    adjust: [{when: 'rolling_mean(x, 3) < shared', cap: yellow}]
    labels: {near: x < "9.0 万元"}
    explain: {en: '{x:.0f} of {spoken}, then {far:.0f}'}
  - {id: S, entity: firm, levels: {yellow: x < shared}}
"""


def test_every_number_that_decides_is_moved(tmp_path: Path) -> None:
    head = "from: 2022-01\nunits: {x: 万元, y: 万元}\nindicators: {x: {kind: flow}, y: {kind: stock}}\n"
    tests = """
      R: [{name: r, given: {x: 20, y: 50}, expect: clear}]
      S: [{name: s, given: {x: 3 2}, expect: clear yellow}]
    """
    run = ewarn.run_tests(files(tmp_path, tests, PINS, head=head), coverage=True)
    assert run.coverage is not None
    first, second = run.coverage
    assert [(loose.pin.what, loose.pin.written, loose.steps) for loose in first.loose] == [
        ("keep_for", "2", ("1", "3")),
        ("for.red", "2", ("1", "3")),
        ("params.k.yellow", "10", ("9", "11")),
        ("params.k.red", "5.50", ("5.49", "5.51")),
        ("params.floor", "20", ("19", "21")),
        ("levels", "0", ("-1", "1")),
        ("adjust.0", "3", ("2", "4")),
        ("labels.near", '"9.0 万元"', ('"8.9 万元"', '"9.1 万元"')),
    ]
    # What both rules read is pinned by the tests of one of them.
    assert (second.untested, [loose.pin.what for loose in second.loose]) == ((), [])
    assert (first.untested, first.numbers) == (("yellow", "red"), 9)


def test_a_number_is_loose_where_editing_the_file_goes_unnoticed(tmp_path: Path) -> None:
    """The same by hand: the number is written otherwise into the file of rules, and the tests run again."""
    head = "from: 2022-01\nunits: {x: 万元, y: 万元}\nindicators: {x: {kind: flow}, y: {kind: stock}}\n"
    tests = """
      R:
        - {name: r, given: {x: 9 ..., y: 50x3}, expect: yellow ...}
        - {name: where, given: {x: 9 9, y: 20 19}, expect: yellow -, at: {2022-01: {labels: []}}}
        - {name: label, given: {x: 8.9, y: 20}, expect: yellow, at: {2022-01: {labels: [near]}}}
      S: [{name: s, given: {x: 3 2}, expect: clear yellow}]
    """
    path = Path(files(tmp_path, tests, PINS, head=head))
    run = ewarn.run_tests(path, coverage=True)
    assert run.passed
    assert run.coverage is not None
    loose = {(one.pin.key, step) for rule in run.coverage for one in rule.loose for step in one.steps}
    written = path.read_text(encoding="utf-8").splitlines()
    pins = {pin.key: pin for rule in ewarn.load_rules(path) for pin in pins_of(rule) if isinstance(pin.key[1], int)}
    assert len(pins) == 7
    noticed = set()
    for pin in pins.values():
        for step in pin.steps:
            line = written[pin.place.line - 1]
            moved = f"{line[: pin.place.column - 1]}{step}{line[pin.place.end - 1 :]}"
            lines = [moved if at == pin.place.line - 1 else other for at, other in enumerate(written)]
            path.write_text("\n".join(lines), encoding="utf-8")
            if not ewarn.run_tests(path).passed:
                noticed.add((pin.key, step))
    everything = {(pin.key, step) for pin in pins.values() for step in pin.steps}
    assert everything - noticed == {one for one in loose if one[0] in pins}
    assert noticed
    assert everything - noticed


def test_a_test_file_is_no_pack(tmp_path: Path) -> None:
    path = files(tmp_path, "  R: [{name: a, given: {x: 1}, expect: red}]")
    assert [rule.id for rule in ewarn.load_rules(path)] == ["R"]
    with pytest.raises(ewarn.RuleError, match="holds tests of rules, not rules"):
        ewarn.load_rules(path.replace(".yaml", ".test.yaml"))
    assert not any(name.endswith(".test") for name in shipped())


ALL_OF_THE_LANGUAGE = """
rounds: [2022-03-01, 2022-03-15, 2022-06-30]
links: {blocks: {type: firm, inverse: blocked_by}}
calendars: {fair: [2022-02-10, {from: 2022-05-01, to: 2022-05-07}]}
indicators: {x: {kind: stock}, y: {kind: stock}}
tests:
  ROUNDS:
    - name: a value for each date
      given: {x: 2 5 ...}
      expect: clear yellow red
      at: {2022-03-15: {en: A 5}}
    - {name: from a date on, given: {x: {2022-03-15: 5 6}}, expect: {2022-03-15: yellow red}}
    - {name: levels from a date on, given: {x: 2 5 2}, expect: {2022-03-15: yellow, 2022-06-30: clear}}
    - {name: dates of its own, rounds: [2021-12-31, 2022-01-01], given: {x: 2 5}, expect: clear yellow}
  LINKS:
    - name: forth and back, and changing over time
      from: 2022-01
      entities:
        firm: {E: {is_main: true}, F: {is_main: false}}
        project:
          P: {y: 5 6 7, links: {blocks: E}}
          Q: {y: 6 ..., links: {blocks: [F]}}
          R: {y: 6 ..., links: {blocks: {2022-01: F, 2022-03: E}}}
          S: {y: 6 ..., links: {blocks: _}}
      expect: {P: clear red red, Q: clear clear clear, R: clear clear red, S: '?x3'}
  BACK:
    - name: what blocks it
      from: 2022-01
      entities: {firm: {E: {}, F: {}}, project: {P: {y: 5 6, links: {blocks: E}}, Q: {y: 4 5, links: {blocks: E}}}}
      expect: {E: clear red}
  MOVES:
    - name: a parent that changes
      from: 2022-01
      entities:
        park: {A: {}, B: {}}
        firm: {E: {in: {park: A}, x: 6x3}, F: {in: {park: {2022-01: B, 2022-03: A}}, x: 6x3}}
      expect: {A: clear clear red, B: clearx3}
  BREAK:
    - {name: none, from: 2022-01, given: {x: 9 8 7 6}, expect: ... red red}
    - {name: one, from: 2022-01, breaks: {from: 2022-04, indicator: x}, given: {x: 9 8 7 6}, expect: ... red unknown}
  FAIR:
    - {name: days of a name, from: 2022-01, given: {x: 4x5}, expect: red clear red red clear}
"""
ALL_RULES = """
rules:
  - id: ROUNDS
    entity: firm
    frequency: round
    levels: {yellow: x > 3, red: streak(x > 3) >= 2}
    explain: {en: '{entity} {x}'}
  - {id: LINKS, entity: project, levels: {red: y > 5 and blocks.is_main}}
  - {id: BACK, entity: firm, levels: {red: max(blocked_by.y) > 5}}
  - {id: MOVES, entity: park, levels: {red: count(firm.x > 5) >= 2}}
  - {id: BREAK, entity: firm, levels: {red: 'streak(x < lag(x, 1)) >= 2'}}
  - {id: FAIR, entity: firm, levels: {red: x < 5 and not during("fair")}}
"""


def test_whatever_a_drop_holds_a_test_can_give(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(ALL_RULES, encoding="utf-8")
    (tmp_path / "r.test.yaml").write_text(ALL_OF_THE_LANGUAGE, encoding="utf-8")
    run = ewarn.run_tests(tmp_path / "r.yaml")
    assert run.passed, [(outcome.case.name, outcome.rows) for outcome in run.tests if not outcome.passed]


MISTAKES = [
    (
        "{name: a, rounds: [2022-03-01, 2022-02-01], given: {x: 1 2}, expect: red red}",
        "2022-02-01",
        "not follow",
        "old",
    ),
    ("{name: a, rounds: [2022-03-01], given: {x: 1 2}, expect: red red}", "x", "2 values, and there are 1", None),
    ("{name: a, rounds: [2022-03-01], to: 2022-05, given: {x: 1}, expect: red}", "2022-05", "beside `rounds:`", None),
    ("{name: a, rounds: [2022-03-01], from: 2022-05, given: {x: 1}, expect: red}", "2022-05", "beside `rounds:`", None),
    ("{name: a, rounds: [2022-03-01], given: {x: {2022-03-02: 1}}, expect: red}", "2022-03-02", "not among", None),
    ("{name: a, given: {x: 1}, at: {2022-03-02: {en: A}}}", "2022-03-02", "`2022-03-02` is a day", "by month"),
    ("{name: a, given: {x: 1, links: {l: B}}, expect: red}", "l", "has the id B", "says to which type it leads"),
    ("{name: a, given: {x: 1, links: {l: [B, C]}}, expect: red}", "l", "leads to one entity", None),
    ("{name: a, given: {outptu: 1}, expect: red}", "outptu", "no rule of this test reads `outptu`", None),
    ("{name: a, given: {x: 1O}, expect: red}", "1O", "`1O` is no value of a series", "a number"),
    ("{name: a, given: {x: 1 2 亩}, units: {x: 亩}, expect: rod}", "rod", "`rod` is no level", "did you mean `red`?"),
    ("{name: a, given: {x: 1x3, x.ytd: 1 3}, expect: red}", "x.ytd", "`x.ytd` has 2 values and ends in 2022-02", None),
    ("{name: a, given: {x: 1}}", "a", "a test that tests nothing", "write what the rule says"),
    ("{name: a, given: {x: 1}, expect: any}", "any", "a test that tests nothing: every period is `any`", None),
    ("{name: a, expect: red}", "a", "a test without data", "give series"),
    ("{name: a, given: {x: 1}, at: {2022-01: {entity: A}}}", "2022-01", "an entry of `at` that tests nothing", None),
    ("{name: a, given: {x: 1}, expect: {B: red}}", "B", "the test has no entity `B`", "there are: A"),
    ("{name: a, given: {x: 1}, expect: red red}", "red red", "2 levels for 1 period, 2022-01 to 2022-01", None),
    ("{name: a, given: {x: 1}, expect: {2022-05: red}}", "red", "`2022-05` is no period of this test", None),
    ("{name: a, given: {x: 1}, expect: clear:masked}", "clear:masked", "`clear` has no reason", None),
    ("{name: a, given: {x: 1}, expect: unknown:mask}", "mask", "`mask` is no reason", "did you mean `masked`?"),
    ("{name: a, given: {x: 1}, params: {q: 1}, expect: red}", "q", "rule R has no param `q`", None),
    ("{name: a, given: {x: 1}, params: {k: 1}, expect: red}", "k", "`k` differs by level", None),
    ("{name: a, given: {x: 1}, world: moon, expect: red}", "moon", "there is no world `moon`", None),
    ("{name: a, given: {x: 1}, from: 2022-13, expect: red}", "2022-13", "`2022-13` is no period: months run", None),
    ("{name: a, given: {x: 1}, from: 2022-03-15, expect: red}", "2022-03-15", "`2022-03-15` is a day", "by month"),
    ("{name: a, given: {x: {2022-03-15: 1}}, expect: red}", "2022-03-15", "`2022-03-15` is no period", None),
    ("{name: a, give: {x: 1}, expect: red}", "give", "unknown key `give`", "did you mean `given`?"),
    ("{name: a, given: {x.yt: 1}, expect: red}", "x.yt", "`yt` is no measure", "did you mean `ytd`?"),
    ("{name: a, given: {x: true}, expect: red}", "x", "`x` is an indicator: it has numbers", None),
    ("{name: a, entities: {firm: {A3..A1: {x: 1}}}, expect: {A1: red}}", "A3..A1", "`A3..A1` is no range", None),
    ("{name: a, entities: {firm: {A1..A9999: {x: 1}}}, expect: red}", "A1..A9999", "`A1..A9999` is more than", None),
    ("{name: a, entities: {firm: {A1..A999: {x: 1x999}}}, expect: red}", "x", "a test of more than 200,000", None),
    ("{name: a, given: {in: {town: T}, x: 1, name: 2, signals: 3}, expect: red}", "signals", "`signals` is", None),
    ("{name: a, given: {x: {2022-01: 1x3, 2022-02: 5}}, expect: red}", "x", "`x` is given twice for one period", None),
    (
        "{name: a, entities: {firm: {A: {x: 1}, B: {x: 1}}}, expect: red}",
        "a",
        "test `a`: there are 2 of the type",
        None,
    ),
    ("{name: a, given: {size: 1}, expect: red}", "size", "no rule of this test reads `size`", None),
    ("{name: a, given: {x: 1 2}, to: 2022-03, expect: red}", "x", "`x` has 2 values and ends in 2022-02", None),
    ("{name: a, given: {x: 1}, to: 2021-03, expect: red}", "2021-03", "`to: 2021-03` is no period after", None),
    ("{name: a, given: {x.target: 1}, expect: red}", "a", "test `a`: the rule needs `x`, which this test has", None),
    ("{name: a, given: {x: 1}, at: {2023-01: {en: A}}}", "2023-01", "`2023-01` is no period of this test", None),
    ("{name: a, given: {x: ... 1}, expect: red}", "... 1", "`...` in front of a series", None),
]


@pytest.mark.parametrize(("test", "at", "says", "advice"), MISTAKES, ids=[test for test, *_ in MISTAKES])
def test_a_mistake_has_a_place_and_advice(tmp_path: Path, test: str, at: str, says: str, advice: str | None) -> None:
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.run_tests(files(tmp_path, f"  R: [{test}]"))
    found = [item for item in caught.value.diagnostics if says in item.message]
    assert found, [item.message for item in caught.value.diagnostics]
    place = found[0].place
    assert isinstance(place, Span)
    assert place.text[place.column - 1 : place.end - 1] == at
    assert found[0].code.startswith("EW40")
    if advice is not None:
        assert advice in (found[0].help or "")


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    tests = """
      R:
        - {name: a, given: {x: 1O}, expect: rod}
        - {name: a, give: {x: 1}, expect: red}
        - {name: c, given: {x: 1}}
      Q: [{name: a, given: {x: 1}, expect: red}]
      R2: []
    """
    rules = RULES + "  - {id: R2, entity: firm, levels: {yellow: x < 1}}\n"
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.run_tests(files(tmp_path, tests, rules, head="fro: 2022-01\n" + INDICATORS))
    said = [item.message for item in caught.value.diagnostics]
    for part in ("`1O` is no value", "`rod` is no level", "unknown key `give`", "tests nothing", "no rule `Q`"):
        assert any(part in message for message in said), part
    assert "unknown key `fro`" in said
    assert "`R2` has no test" in said


def test_a_mistake_of_a_rule_is_told_once(tmp_path: Path) -> None:
    tests = "".join(f"    - {{name: t{number}, given: {{x: 1}}, expect: red}}\n" for number in range(5))
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.run_tests(files(tmp_path, f"  R:\n{tests}", RULES.replace("x < k", "x < k and q > 1")))
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.message) == ("EW102", "unknown indicator `q`")
    assert len(problem.more) == 1


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, *capsys.readouterr()


def test_exit_codes_and_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tests = "  R:\n  - {name: a, given: {x: 7}, expect: yellow}\n  - {name: <b>, given: {x: 7}, expect: red}\n"
    path = files(tmp_path, tests)
    code, out, _ = run(["rules", "test", path, "--format", "junit", "--coverage"], capsys)
    suites = junit(out)
    assert (code, suites.attrib["tests"], suites.attrib["failures"]) == (1, "3", "2")
    assert [case.attrib["name"] for case in suites.iter("testcase")] == ["a", "<b>", "R"]
    code, out, _ = run(["rules", "test", path, "--format", "json", "--coverage"], capsys)
    document: dict[str, Any] = json.loads(out)
    assert (code, document["passed"], document["failed"]) == (1, 1, 1)
    assert document["tests"][1]["levels"] == [
        {"entity": "A", "periods": ["2022-01"], "expected": ["red"], "got": ["yellow"]}
    ]
    assert document["coverage"][0]["levels_untested"] == ["red"]
    assert {one["what"] for one in document["coverage"][0]["unpinned"]} == {"params.k.yellow", "params.k.red"}
    assert run(["rules", "test", path, "--rule", "Q"], capsys)[0] == 2
    code, out, err = run(["rules", "test", str(tmp_path / "p.test.yaml"), "--rule", "R"], capsys)
    assert (code, err) == (1, "")
    files(tmp_path, "  R: [{name: a, given: {x: 7}, expect: yellow}]")
    assert run(["rules", "test", path], capsys)[0] == 0
    assert run(["rules", "test", path, "--coverage"], capsys)[0] == 1
    (tmp_path / "p.test.yaml").unlink()
    code, out, err = run(["rules", "test", path], capsys)
    assert (code, out) == (2, "")
    assert "p.test.yaml" in err
    target = tmp_path / "out.xml"
    files(tmp_path, "  R: [{name: a, given: {x: 7}, expect: yellow}]")
    code, out, err = run(["rules", "test", path, "--format", "junit", "--output", str(target)], capsys)
    assert (code, out, err) == (0, "", "")
    assert junit(target.read_text(encoding="utf-8")).attrib["failures"] == "0"
