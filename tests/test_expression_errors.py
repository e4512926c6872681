"""Mistakes in expressions: one message, the very characters, what to write instead."""

from __future__ import annotations

import pandas as pd
import pytest

import ewarn
from ewarn.diagnostics import Span

FRAME = pd.DataFrame({
    "entity": ["a"] * 4, "period": ["2022-01", "2022-02", "2022-03", "2022-04"],
    "output": [1.0, 2.0, None, 4.0], "energy": [1.0, 2.0, 3.0, 4.0],
})  # fmt: skip

MISTAKES = [
    ("outptu", "EW102", "outptu", "unknown indicator `outptu`", "did you mean `output`?"),
    ("yoi(output)", "EW102", "yoi", "unknown function `yoi`", "did you mean `yoy`?"),
    ("output + ", "EW101", " ", "cannot be read here", None),
    ("output = 3", "EW101", "=", "`=` does not compare", "write `==`"),
    ("output ** 2", "EW101", "output ** 2", "not part of the rule language", "no powers"),
    ("9**9**9", "EW101", "9**9**9", "not part of the rule language", "no powers"),
    ("output > 1 && energy > 1", "EW101", "&&", "`&&` has no meaning", "write `and`"),
    ("output > 1 || energy > 1", "EW101", "||", "`||` has no meaning", "write `or`"),
    ("output < 5000 万元", "EW101", "5000 万元", "a quantity without quotes", 'write `"5000 万元"`'),
    ("yoy(output) < -5%", "EW101", "5%", "a quantity without quotes", 'write `"5%"`'),
    ("output < 5 energy", "EW101", "5 energy", "a quantity without quotes", None),
    ("output == '5 %' output", "EW101", None, "cannot be read here", None),
    ("output => 1", "EW101", "=>", "`=>` has no meaning", "write `>=`"),
    ("output =< 1", "EW101", "=<", "`=<` has no meaning", "write `<=`"),
    ("!(output > 1)", "EW101", "!", "`!` has no meaning", "write `not`"),
    ("output & energy", "EW101", "output & energy", "not part of the rule language", "write `and`"),
    ("streak(output) >= 3", "EW103", "output", "a condition was expected", "compare it"),
    ("（output > 1）", "EW101", "（", "full-width `（`", "write `(`"),
    ("output ＞ 1", "EW101", "＞", "full-width `＞`", "write `>`"),
    ("output == “a”", "EW101", "“", "full-width `“`", 'write `"`'),
    ("lag(output, -1)", "EW103", "-1", "whole number of periods, from 0 to 10,000", "looking ahead is not possible"),
    ("lag(output, energy)", "EW103", "energy", "must be known when the rule is read", None),
    ("lag(output, '3 亩')", "EW103", "'3 亩'", "is not a duration", '"6m"'),
    ("a" * 5000, "EW105", "a" * 20, "5,000 characters", "`let:`"),
    ("(" * 100 + "1" + ")" * 100, "EW105", "(", "too deeply nested", "`let:`"),
    ("(" * 10_000, "EW105", None, "10,000 characters", "`let:`"),
    ("not " * 100 + "output > 1", "EW105", None, "too deeply nested", "`let:`"),
    ("-" * 3000 + "1", "EW105", None, "too deeply nested", "`let:`"),
    ("output" + " + output" * 400, "EW105", None, "too deeply nested", "`let:`"),
    ("output < 0 or (energy", "EW101", "(", "`(` is never closed", None),
    ("output < 0)", "EW101", ")", "`)` closes nothing", None),
    ("output == 'a", "EW101", "'a", "without its closing quote", "add `'`"),
    ("output > 1 # note", "EW101", "#", "`#` has no meaning", None),
    ("output \x1b[31m> 1", "EW101", "\x1b", "`U+001B` has no meaning", None),
    ("output.foo", "EW102", "output.foo", "`output` has no `foo`", "measures: period"),
    ("output.__class__", "EW102", "output.__class__", "has no `__class__`", None),
    ("__import__('os')", "EW102", "__import__", "unknown function `__import__`", None),
    ("(lambda: 1)()", "EW101", ":", "`:` has no meaning", None),
    ("[x for x in output]", "EW101", None, "not part of the rule language", None),
    ("f'{output}'", "EW101", "f'{output}'", "not part of the rule language", None),
    ("output[0]", "EW101", "output[0]", "not part of the rule language", "lag(x, n)"),
    ("rolling_mean(output, 0)", "EW103", None, "the window is too short", None),
    ("rolling_mean(output, 99999)", "EW103", "99999", "whole number of periods", None),
    ("'a' + 1", "EW103", "'a'", "`a` does not fit here", None),
    ("output == 'a'", "EW103", "'a'", "a number was expected", None),
    ("lag()", "EW103", "lag()", "`lag` needs `x`", "lag(x, n=)"),
    ("lag(output, 1, 2)", "EW103", "2", "at most 2 arguments", "lag(x, n=)"),
    ("lag(output, k=2)", "EW103", "k=2", "has no `k=`", "lag(x, n=)"),
    ("lag(output, 1, n=1)", "EW103", "n=1", "given twice", None),
    ("1e999 > output", "EW105", "1e999", "too large", None),
    ("[1, 2]", "EW103", "[1, 2]", "a list stands only after `in`", None),
    ("output in 3", "EW103", "3", "`in` takes a list", None),
    ("streak(output > 1) + output", "EW103", "streak(output > 1)", "a number was expected", "can be compared"),
    ("(output > 1) > (energy > 1)", "EW103", None, "has no order", None),
    ("mean(output, within=prak)", "EW102", "prak", "unknown attribute `prak`", None),
    ("park.output", "EW102", "park.output", "the drop has no `park`", None),
    ("elapsed(per='W')", "EW103", "'W'", "`W` does not fit", None),
    ("", "EW101", None, "the expression is empty", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "code", "marked", "message", "hint"), MISTAKES, ids=lambda value: str(value)[:30]
)
def test_a_mistake_is_named_with_its_place(
    expression: str, code: str, marked: str | None, message: str, hint: str | None
) -> None:
    panel = ewarn.Panel.from_frame(FRAME)
    with pytest.raises(ewarn.RuleError) as caught:
        panel.eval(expression)
    (diagnostic,) = caught.value.diagnostics
    place = diagnostic.place
    assert isinstance(place, Span)
    assert diagnostic.code == code
    words = f"{diagnostic.message} | {diagnostic.label}"
    assert message in words
    assert "\x1b" not in str(diagnostic)
    if marked is not None:
        assert place.text[place.column - 1 : place.end - 1] == marked
    if hint is not None:
        assert hint in (diagnostic.help or "")


@pytest.mark.parametrize(
    "expression",
    [
        "output\n> 2",
        "output > 0x10",
        "rolling_mean(output, 1000)",
        "output in [1, 2]",
        "count(output > 1, energy > 1) >= 1",
    ],
)
def test_unusual_but_right(expression: str) -> None:
    assert ewarn.Panel.from_frame(FRAME).eval(expression).shape == (4, 1)


def test_the_frame_is_not_asked_for_every_mistake_twice() -> None:
    """All mistakes of all rules are reported at once, each once."""
    panel = ewarn.Panel.from_frame(FRAME)
    rules = {
        "pack": "p",
        "rules": [
            {"id": "A", "title": {"en": "a"}, "levels": {"yellow": "outptu > 1", "red": "outptu > 2"}},
            {"id": "B", "title": {"en": "b"}, "where": "energy", "levels": {"yellow": "yoi(output) > 1"}},
        ],
    }
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.evaluate(panel, rules)
    assert sorted(d.message for d in caught.value.diagnostics) == [
        "a condition (true or false) was expected",
        "unknown function `yoi`",
        "unknown indicator `outptu`",
        "unknown indicator `outptu`",
    ]


def test_units_that_measure_different_things_do_not_meet() -> None:
    panel = ewarn.Panel.from_frame(FRAME, units={"output": "万元", "energy": "吨标准煤"})
    assert panel.eval("output > '0.0001 亿元'").iloc[:, 0].tolist()[:2] == [False, True]
    for expression in ("output + energy", "output > energy", "output > '5 亩'", "max(output, energy)"):
        with pytest.raises(ewarn.RuleError) as caught:
            panel.eval(expression)
        assert caught.value.diagnostics[0].code == "EW104"


BARE = [
    ("energy > '5 万元'", "energy"),
    ("'5 万元' < energy", "energy"),
    ("energy > output", "energy"),
    ("output > energy", "energy"),
    ("output + energy", "energy"),
    ("energy - output", "energy"),
    ("sum(output, energy)", "energy"),
    ("max(energy, 0, output)", "energy"),
    ("coalesce(energy, '1 万元')", "energy"),
    ("output if output > 1 else energy", "energy"),
    ("energy if output > 1 else output", "energy"),
    ("lag(energy, 1) * 2 + 1 > output", "lag(energy, 1) * 2 + 1"),
    ("energy > '5 %'", "energy"),
    ("yoy(output) > energy", "energy"),
    ("energy / 100 > '5 万元'", "energy / 100"),
    ("energy * output > '5 万元'", "energy * output"),
    ("progress(output, energy) > 1", "energy"),
    ("floor > output", "floor"),
]


@pytest.mark.parametrize(("expression", "marked"), BARE)
def test_data_of_unknown_unit_do_not_take_the_other_sides(expression: str, marked: str) -> None:
    frame = FRAME.assign(floor=2.0)
    panel = ewarn.Panel.from_frame(frame, units={"output": "万元"}, kinds={"output": "flow"})
    with pytest.raises(ewarn.RuleError) as caught:
        panel.eval(expression)
    (diagnostic,) = caught.value.diagnostics
    place = diagnostic.place
    assert isinstance(place, Span)
    assert diagnostic.code == "EW104"
    assert place.text[place.column - 1 : place.end - 1] == marked
    assert "unit: '" in (diagnostic.help or "")


@pytest.mark.parametrize(
    "expression",
    [
        "output > 5000",
        "max(output, 0) + 1 > 2",
        "output > (3 if energy > 2 else 4) * 2",
        "energy > 3",
        "energy + other > 3",
        "energy / other > '5 %'",
        "energy / 100 - 1 > '5 %'",
        "rank(energy) * output > '5 万元'",
        "output * periods_left() > '5 万元'",
        "progress(output, 120) < elapsed() - 0.1",
        "yoy(energy) > '5 %'",
    ],
)
def test_plain_numbers_take_any_unit(expression: str) -> None:
    panel = ewarn.Panel.from_frame(FRAME.assign(other=1.0), units={"output": "万元"}, kinds={"output": "flow"})
    assert panel.eval(expression).shape == (4, 1)


def problems(rule: dict[str, object], **pack: object) -> list[tuple[str, str]]:
    """Code and the very characters of each mistake."""
    whole = {"pack": "p", **pack, "rules": [{"id": "A", "title": {"en": "a"}, **rule}]}
    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.evaluate(ewarn.Panel.from_frame(FRAME), whole)
    return [(d.code, d.place.text[d.place.column - 1 : d.place.end - 1]) for d in caught.value.diagnostics]  # type: ignore[union-attr, operator]  # all have a place


def test_a_named_part_that_nothing_uses_is_read_too() -> None:
    levels = {"yellow": "output > 1"}
    assert problems({"levels": levels, "let": {"a": "output >", "b": "yoi(output)", "c": "outptu"}}) == [
        ("EW101", ">"),
        ("EW102", "yoi"),
        ("EW102", "outptu"),
    ]
    assert problems({"levels": levels}, let={"entity": {"a": "outptu > 1"}}) == [("EW102", "outptu")]
    assert problems({"levels": levels}, let={"firm": {"a": "outptu > "}}) == [("EW101", ">")]
    assert problems({"levels": {"yellow": "outptu > 1"}, "let": {"b": "yoi(output)"}}) == [
        ("EW102", "outptu"),
        ("EW102", "yoi"),
    ]
    params = {"k": {"by": "level", "value": {"yellow": 2, "red": 3}}}
    rule = {"levels": {"yellow": "output > 1"}, "params": params, "let": {"fine": "energy > k", "of": "sum(output)"}}
    ewarn.evaluate(ewarn.Panel.from_frame(FRAME), {"pack": "p", "rules": [{"id": "A", "title": {"en": "a"}, **rule}]})


@pytest.mark.parametrize(
    ("expression", "message", "label"),
    [
        ("yoy(output) < -30", "`yoy(output)` is a fraction: -30 means -3,000%", 'did you mean "-30 %"?'),
        ("-30 > yoy(output)", "`yoy(output)` is a fraction: -30 means -3,000%", 'did you mean "-30 %"?'),
        ("yoy(output) < -deep", "`yoy(output)` is a fraction: -20 means -2,000%", 'did you mean "-20 %"?'),
        ("output / energy > 80", "`output / energy` is a fraction: 80 means 8,000%", 'did you mean "80 %"?'),
        ("energy > '5 MWhh'", "`MWhh` is no unit that is known", "did you mean MWh?"),
        ("yoy(output) < -1.5", None, None),
        ("output / energy > 3", None, None),
        ("output > 5000", None, None),
        ("energy > '5 MWh'", None, None),
    ],
)
def test_what_was_probably_meant_otherwise_is_warned_about(
    expression: str, message: str | None, label: str | None
) -> None:
    units = {"output": "kWh", "energy": "MWhh" if message and "MWhh" in message else "kWh"}
    panel = ewarn.Panel.from_frame(FRAME, units=units)
    rule = {"id": "A", "title": {"en": "a"}, "params": {"deep": 20}, "levels": {"yellow": expression}}
    notices = ewarn.evaluate(panel, {"pack": "p", "rules": [rule]}).verdicts[0].compiled.notices
    assert [(one.message, one.label, one.severity) for one in notices] == (
        [(message, label, "warning")] if message else []
    )
