"""The screens of mistakes, as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from ewarn.diagnostics import Cell, Diagnostic, Span, did_you_mean, harmless, layout, plain, render, render_all
from ewarn.errors import RuleError
from ewarn.rules import load_rules
from ewarn.source import Text

LINE = "      yellow: streak(yoy(outptu) < 0) >= 3"
IN_A_RULE = Diagnostic(
    "EW102",
    "unknown indicator `outptu`",
    Span("my_rules.yaml", 7, LINE.index("outptu") + 1, LINE.index("outptu") + 7, LINE),
    "enterprises have: output, energy, employees",
    "did you mean `output`?",
)
IN_A_CELL = Diagnostic(
    "EW301",
    "`1,82O` is not a number",
    Cell("产值月报-9月.xls", sheet="Sheet1", row=7, cell="E7", column="产值", about="云岭建材, 2022-09, output"),
    help="the letter O? Write 1820, or list `1,82O` under `missing:` in drop.yaml",
)


def caret(line: str, column: int, end: int, *, width: int = 100, label: str | None = None) -> list[str]:
    """The source line and the line of carets."""
    diagnostic = Diagnostic("EW102", "m", Span("f", 3, column, end, line), label)
    return plain(layout(diagnostic, width)).split("\n")[3:]


def test_the_screen_of_the_design() -> None:
    assert (
        render_all([IN_A_RULE, IN_A_CELL, IN_A_RULE])
        == """\
error[EW102]: unknown indicator `outptu`
 --> my_rules.yaml:7:26
  |
7 |       yellow: streak(yoy(outptu) < 0) >= 3
  |                          ^^^^^^ enterprises have: output, energy, employees
  |
  = help: did you mean `output`?

error[EW301]: `1,82O` is not a number
 --> 产值月报-9月.xls › Sheet1 › E7  (云岭建材, 2022-09, output)
  = help: the letter O? Write 1820, or list `1,82O` under `missing:` in drop.yaml

2 errors; nothing was evaluated."""
    )


def test_a_pack_with_mistakes() -> None:
    with pytest.raises(RuleError) as caught:
        load_rules(
            """\
pack: 产业
rules:
  - id: 产值-01
    title: {zh: 产值连续同比下降}
    levels: {黄: streak(x) >= 3, yellow: breadth(产值 < 0, weight=产值) >= 0.6}
    whree: 规模 == "规上"
  - id: 产值-01
    explain: {zh: '产值（万元）下降 {yoy(产值):.1}，共 {streak(产值 < 0) 个月'}
    stalled: {periods: 3}
"""
        )
    assert (
        render_all(caught.value.diagnostics)
        == """\
error[EW116]: a comma has split this value
 --> <rules>:5:41
  |
5 |     levels: {黄: streak(x) >= 3, yellow: breadth(产值 < 0, weight=产值) >= 0.6}
  |                                          ^^^^^^^^^^^^^^^^ in { } and [ ] a comma ends the value
  |
  = help: put it in quotes: 'breadth(产值 < 0, weight=产值) >= 0.6'

error[EW120]: unknown key `whree`
 --> <rules>:6:5
  |
6 |     whree: 规模 == "规上"
  |     ^^^^^
  |
  = help: did you mean `where`?

error[EW124]: `.1` is not a format
 --> <rules>:8:38
  |
8 |     explain: {zh: '产值（万元）下降 {yoy(产值):.1}，共 {streak(产值 < 0) 个月'}
  |                                                ^^
  |
  = help: write [+][,][.0-6] and one of f, %, unit, date, like +.1% or ,.0f

error[EW124]: `{` is not closed
 --> <rules>:8:44
  |
8 |     explain: {zh: '产值（万元）下降 {yoy(产值):.1}，共 {streak(产值 < 0) 个月'}
  |                                                        ^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `{{` for a brace

error[EW121]: `indicator` is missing
 --> <rules>:9:15
  |
9 |     stalled: {periods: 3}
  |               ^^^^^^^
  |
  = help: what should move: a flow, a cumulative figure or a stock

5 errors; nothing was evaluated."""
    )


def test_two_places_and_no_help() -> None:
    with pytest.raises(RuleError) as caught:
        load_rules("rules:\n- {id: A, levels: {red: x}}\n" + "# more\n" * 8 + "- {id: A, levels: {red: x}}\n")
    assert (
        render(caught.value.diagnostics[0])
        == """\
error[EW123]: two rules with the id `A` in pack `rules`
  --> <rules>:11:8
   |
11 | - {id: A, levels: {red: x}}
   |        ^ first at line 2
   |
   = see also: <rules>:2:8
   = help: rename one; alerts are followed over time by pack and id"""
    )
    assert str(caught.value) == render(caught.value.diagnostics[0])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Cell("a.csv", row=8, line=9, column="产值"), "a.csv:9, column 产值"),
        (Cell("a.parquet", row=8, column="产值"), "a.parquet, row 8, column 产值"),
        (Cell("a.xlsx", sheet="台账", row=8, column="产值"), "a.xlsx › 台账, row 8, column 产值"),
        (Cell("a.xlsx", sheet="台账", row=8, cell="F8"), "a.xlsx › 台账 › F8"),
        (Cell("a.csv"), "a.csv"),
        (Cell("a.csv", about="E1, 2022-09"), "a.csv  (E1, 2022-09)"),
    ],
)
def test_places_in_data(cell: Cell, shown: str) -> None:
    assert render(Diagnostic("EW301", "m", cell, "why")) == f"error[EW301]: m\n --> {shown}\n  = note: why"


def test_without_a_place() -> None:
    assert render(Diagnostic("EW001", "m", help="h", severity="warning")) == "warning[EW001]: m\n  = help: h"


def test_counts() -> None:
    error, warning = Diagnostic("EW1", "e"), Diagnostic("EW2", "w", severity="warning")
    assert render_all([error], "no file was written").endswith("\n\n1 error; no file was written.")
    assert render_all([error, warning, warning]).endswith("\n\n1 error, 1 warning; nothing was evaluated.")
    assert render_all([warning]) == "warning[EW2]: w\n\n1 warning."
    assert render_all([]) == ""
    many = render_all(Diagnostic("EW1", str(number)) for number in range(1500))
    assert many.endswith("\n\nand 1,300 more\n\n1,500 errors; nothing was evaluated.")


class TestCarets:
    def test_in_display_cells(self) -> None:
        assert caret("产值 yoi(外贸)", 4, 7) == ["3 | 产值 yoi(外贸)", "  |      ^^^"]
        assert caret("产值 yoi(外贸)", 8, 10, label="x") == ["3 | 产值 yoi(外贸)", "  |          ^^^^ x"]

    def test_at_the_end_and_of_nothing(self) -> None:
        assert caret("ab", 3, 3) == ["3 | ab", "  |   ^"]
        assert caret("ab", 1, 1) == ["3 | ab", "  | ^"]
        assert caret("", 1, 1) == ["3 |", "  | ^"]

    def test_combining_and_control_characters(self) -> None:
        assert caret("e\u0301 x", 4, 5) == ["3 | e\u0301 x", "  |   ^"]
        assert caret("\x1b[31m x", 7, 8) == ["3 | \\x1b[31m x", "  |          ^"]
        assert caret("\tb: 1", 1, 2) == ["3 | \\tb: 1", "  | ^^"]

    def test_long_lines_are_cut_around_the_caret(self) -> None:
        source, carets = caret("a" * 500 + "X" + "b" * 500, 501, 502, width=40)
        assert source == "3 | …" + "a" * 13 + "X" + "b" * 24 + "…"
        assert source.index("X") == carets.index("^")
        source, carets = caret("产" * 500, 100, 400, width=40)
        assert source == "3 | …" + "产" * 19 + "…"
        assert carets == "  | " + " " * 13 + "^" * 26

    @given(st.text(st.characters(exclude_characters="\n"), max_size=60), st.integers(0, 60), st.integers(10, 50))
    def test_stand_under_their_character(self, before: str, after: int, width: int) -> None:
        source, carets = caret(before + "@@" + "x" * after, len(before) + 1, len(before) + 3, width=width)
        assert carets.endswith("^^")
        place = source.rindex("@@")
        assert sum(max(wcswidth(char), 0) for char in source[:place]) == len(carets) - 2
        assert sum(max(wcswidth(char), 0) for char in source) <= width + 4


def test_nothing_moves_the_cursor() -> None:
    nasty = "a\x1b[2J\r\n\u202eb\u2028\ud800\U000e0001[red]"
    assert harmless(nasty) == "a\\x1b[2J\\r\\n\\u202eb\\u2028\\ud800\\U000e0001[red]"
    text = render(Diagnostic("EW1", nasty, Span(nasty, 1, 1, 2, nasty), nasty, nasty, more=(Cell(nasty, about=nasty),)))
    assert text.count("\n") == 7
    assert text.replace("\n", "").isprintable()


def test_endless_names_are_cut() -> None:
    text = render(Diagnostic("EW1", f"unknown entity `{'x' * 10_000}`", help="look at `y`"))
    assert len(text) < 700
    assert "9,5" in text
    assert text.split("\n")[0].endswith("x`")


def test_did_you_mean() -> None:
    assert did_you_mean("yoi", ["yoy", "lag"]) == "did you mean `yoy`?"
    assert did_you_mean("zzz", ["yoy", "lag"]) is None


def test_expressions_from_python() -> None:
    text = Text.plain("yoy(outptu)")
    assert render(Diagnostic("EW102", "m", text.span(4, 10))) == (
        "error[EW102]: m\n --> <expression>:1:5\n  |\n1 | yoy(outptu)\n  |     ^^^^^^"
    )


def test_an_example_keeps_its_lines() -> None:
    text = render(Diagnostic("EW201", "no drop.yaml", help="write one:", example="name: d\ntables:\n  - file: d.csv"))
    assert text.endswith("\n  = help: write one:\n    name: d\n    tables:\n      - file: d.csv")
