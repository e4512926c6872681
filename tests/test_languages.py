"""What ewarn says in Chinese: complete, with the names as they were written, whatever stands in them."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ewarn.diagnostics import Cell, Diagnostic, Span, layout, plain, render
from ewarn.languages import Sentence, entries, told
from said_in_source import every
from test_expression_errors import MISTAKES

CHINESE = re.compile("[\u4e00-\u9fff]")
ENTRIES = list(entries("zh"))
# Texts that the source puts together from several: one whole text of each instead.
TOGETHER = {
    "{x}write {x}, or {x}": "the letter O? write 1820, or list `1,82O` under `missing:` in drop.yaml",
    "no value is infinite: leave the cell empty, or {x}": "no value is infinite: leave the cell empty, or list `inf` "
    "under `missing:` in drop.yaml",
    "at most 1e308: leave the cell empty, or {x}": "at most 1e308: leave the cell empty, or list `1e400` under "
    "`missing:` in drop.yaml",
    "a footnote mark, or digits masked? Write the number alone, or {x}": "a footnote mark, or digits masked? Write the "
    "number alone, or list `3.2*` under `missing:` in drop.yaml",
    "write it like 1820, 1,820.5 or -3.2, or {x}": "write it like 1820, 1,820.5 or -3.2, or list `#N` under `missing:` "
    "in drop.yaml",
    "if it stands for a missing value, {x}": "if it stands for a missing value, list `x` under `missing:` in drop.yaml",
    "holds {x}, not words": "a column that holds int64, not words",
    "holds {x}, not numbers": "a column that holds string, not numbers",
    "a column that {x}": "a column that is not UTF-8",
    "if they are one: `indicators: {{{x}: {{aliases: [{x}]}}}}`; if not: ": "if they are one: `indicators: {a: "
    "{aliases: [b]}}`; if not: `indicators: {b: {kind: ...}}` makes `b` an indicator of its own",
    "`indicators: {{{x}: {{kind: ...}}}}` makes `{x}` an indicator of its own": "if they are one: `indicators: {a: "
    "{aliases: [b]}}`; if not: `indicators: {b: {kind: ...}}` makes `b` an indicator of its own",
    "{x} `{x}` has two ancestors of type {x}{x}: {x}": "enterprise `A` has two ancestors of type county in 2022-08: b",
    "{x} `{x}`": "`output` is given by year here, and by month in `firms.csv`",
    "a lone file has the columns entity, period, indicator, value (and type, unit, measure, status if it ": "a lone "
    "file has the columns entity, period, indicator, value (and type, unit, measure, status if it likes); any other "
    "goes into a folder with a drop.yaml",
    "likes); any other goes into a folder with a drop.yaml": "a lone file has the columns entity, period, indicator, "
    "value (and type, unit, measure, status if it likes); any other goes into a folder with a drop.yaml",
    "a {x}": "a category was expected",
    "`{x}` is {x}, from 0 to 10,000": "`n` is a whole number of periods, from 0 to 10,000",
    "{x} stand side by side": "park and town stand side by side",
    "`deaccumulate` needs it": "`deaccumulate` needs it",
    "`increment` needs it": "`increment` needs it",
    "`full_year` needs it": "`full_year` needs it",
    "there are: {x}{x}": "there are: `a`, `b`, ...",
    "{x}; row{x} {x}": "`A`, `B`; rows 2, 3",
    "`{x}` goes by {x}, which must be a category;": "`k` goes by size, which must be a category; was expected",
    "{x} A": "did you mean `industry`? A file is named by its path",
    "shipped packs: {x}; a": "shipped packs: basics; a file is named by its path",
    "{x} file is named by its path": "shipped packs: basics; a file is named by its path",
    "{x} no param `{x}`": "rule IND-01 has no param `kk`",
    "{x}, and the leg `{x}` for {x}": "rule A is for firm, and the leg `park.b` for park",
    "{x} {x}": "`by` must be at most 3",
}
NOT_WORDS = {"{x} = ...", "{x}: {x}"}


def test_every_text_has_its_chinese() -> None:
    have = {entry.english.words for entry in ENTRIES}
    missing = [
        one
        for one in every()
        if Sentence.read(one.text).words not in have and one.text not in TOGETHER and one.text not in NOT_WORDS
    ]
    lines = "\n".join(f"  src/ewarn/{one.file}:{one.line}  {one.text}" for one in missing)
    assert not missing, (
        f"{len(missing)} texts have no Chinese. Append to a file of src/ewarn/languages/zh/ the text (a name in place "
        f"of each x), its Chinese, and an empty line:\n{lines}"
    )


@pytest.mark.parametrize("text", sorted(set(TOGETHER.values())))
def test_texts_put_together_have_theirs_too(text: str) -> None:
    assert CHINESE.search(told(text, "zh"))


def test_entries_fit_their_english() -> None:
    for entry in ENTRIES:
        where = f"{entry.file}:{entry.line}"
        assert {name.rstrip("*") for name in entry.other.fields} <= set(entry.english.fields), where
        assert "".join(entry.english.words).strip(), where
        assert CHINESE.search("".join(entry.other.words)) or not re.search("[a-z]{2}", "".join(entry.other.words)), (
            where
        )
    twice = [words for words, count in Counter(entry.english.words for entry in ENTRIES).items() if count > 1]
    assert not twice


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: str(case[0])[:30])
def test_the_mistakes_of_expressions_are_told(case: tuple[str, str, str | None, str, str | None]) -> None:
    import ewarn
    from test_expression_errors import FRAME

    with pytest.raises(ewarn.RuleError) as caught:
        ewarn.Panel.from_frame(FRAME).eval(case[0])
    (english,) = caught.value.diagnostics
    chinese = english.told("zh")
    assert (chinese.code, chinese.place) == (english.code, english.place)
    for text in (chinese.message, chinese.help):
        assert text is None or CHINESE.search(text), text


NAMES = st.text(min_size=1, max_size=30)


@given(NAMES, NAMES)
def test_names_stay_as_they_are(one: str, other: str) -> None:
    assert f"`{one}`" in told(f"unknown indicator `{one}`", "zh")
    both = told(f"`{one}` has no sheet `{other}`", "zh")
    assert one in both
    assert other in both
    assert told(f"unknown indicator `{one}`", "en") == f"unknown indicator `{one}`"


def test_names_are_not_taken_for_texts() -> None:
    assert told("unknown indicator `a number`", "zh") == "没有指标 `a number`"
    assert told("`a date` is not a number", "zh") == "`a date` 不是数值"
    assert told("`for` must be a whole number, not `x`", "zh") == "`for` 应是整数，不是 `x`"
    assert told("`for` must be a whole number, not a list", "zh") == "`for` 应是整数，不是列表"
    assert told("a text of nobody's", "zh") == "a text of nobody's"
    nested = "`x` is no unit: " * 5000
    assert len(told(nested, "zh")) < 2 * len(nested)


def test_a_diagnostic_is_drawn_in_chinese() -> None:
    place = Span("rules.yaml", 7, 5, 11, "red: outptu > 1")
    english = Diagnostic("EW102", "unknown indicator `outptu`", place, "firm has: output", "did you mean `output`?")
    assert plain(layout(english, language="zh")) == (
        "错误[EW102]：没有指标 `outptu`\n"
        " --> rules.yaml:7:5\n"
        "  |\n"
        "7 | red: outptu > 1\n"
        "  |     ^^^^^^ firm 有：output\n"
        "  |\n"
        "  = 提示：是不是 `output`？"
    )
    assert render(english).startswith("error[EW102]: unknown indicator `outptu`\n --> rules.yaml:7:5")
    cells = (Cell("a.csv", None, 3, None, "产值"), Cell("a.csv", None, None, 9, None))
    data = Diagnostic("EW303", "a row without an id", cells[0], severity="warning", more=cells[1:])
    assert plain(layout(data, language="zh")) == (
        "警告[EW303]：这一行没有编号\n --> a.csv，第 3 行，“产值”列\n  = 另见：a.csv:9"
    )
