"""Text that knows its place, and YAML without surprises."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ewarn import errors
from ewarn.source import Integer, Real, Text, load_data, load_yaml, read_text


def problems(text: str) -> list[tuple[str, int, int, str]]:
    """Code, line, column and message of what is wrong with a YAML text."""
    with pytest.raises(errors.RuleError) as caught:
        load_yaml(text, "pack.yaml", errors.RuleError)
    return [
        (item.code, getattr(item.place, "line", 0), getattr(item.place, "column", 0), item.message)
        for item in caught.value.diagnostics
    ]


def scalar(text: str) -> Text:
    value = load_yaml(f"key: {text}\nnext: 1\n", "pack.yaml").get("key")
    assert value is not None
    assert isinstance(value.value, Text)
    return value.value


class TestText:
    def test_is_a_string(self) -> None:
        text = scalar("yoy(output) < 0")
        assert text == "yoy(output) < 0"
        assert len({text, "yoy(output) < 0"}) == 1
        assert text.file == "pack.yaml"
        assert type(str(text)) is str

    @pytest.mark.parametrize(
        ("written", "word"),
        [
            ("streak(yoi(x)) >= 3", "yoi"),
            ("'streak(yoi(x), ''1y'') >= 3'", "'1y'"),
            ('"\\u6761\\x41\\t yoi"', "yoi"),
            ("产值 and yoi(x)", "yoi"),
            ("a\n  and\n\n  yoi(x)", "yoi"),
            ("'a\n  and\n\n  yoi(x)'", "yoi"),
            ('"a \\\n   b\\\n\n  yoi"', "yoi"),
            (">\n  a and\n  yoi(x)\n\n  b\n", "yoi"),
            (">-\n\n  a\n    more\n  b\n  yoi(x)\n", "yoi"),
            ("|\n  a\n\n   b yoi\n", "yoi"),
            ("|2+ # note\n    a\n   yoi\n\n", "yoi"),
        ],
    )
    def test_span_finds_a_word_in_every_style(self, written: str, word: str) -> None:
        text = scalar(written)
        span = text.span(text.index(word), text.index(word) + len(word))
        shown = span.text[span.column - 1 : span.end - 1]
        assert shown.replace("''", "'") == word
        assert span.text == f"key: {written}".split("\n")[span.line - 1]

    def test_span_of_several_lines_is_the_first_of_them(self) -> None:
        span = scalar("aa\n  bb").span()
        assert (span.line, span.column, span.end) == (1, 6, 8)

    def test_part_and_stripped_keep_the_place(self) -> None:
        text = scalar("'{ yoy(x) :+.1%}'")
        part = text.part(1, 9).stripped()
        assert part == "yoy(x)"
        assert part.span().column == 9
        assert part.part(4, 5).span().column == 13

    def test_plain_is_its_own_file(self) -> None:
        span = Text.plain("yoy(外贸)").span(4, 6)
        assert (span.file, span.line, span.column, span.end, span.text) == ("<expression>", 1, 5, 7, "yoy(外贸)")

    def test_pickles_with_its_place(self) -> None:
        text = scalar("abc").part(1)
        again = pickle.loads(pickle.dumps(text))  # noqa: S301  # our own bytes
        assert again == "bc"
        assert again.span() == text.span()

    @given(st.text(st.sampled_from("ab中　 '\"\\:#{},\n-"), min_size=1, max_size=24), st.data())
    def test_every_character_maps_to_where_it_stands(self, value: str, data: st.DataObject) -> None:
        style = data.draw(st.sampled_from(["'", '"', "|", ">", None]))
        width = data.draw(st.sampled_from([4, 10, 1000]))
        source = yaml.dump(
            {"k": [value]}, default_style=style, allow_unicode=data.draw(st.booleans()), width=width, indent=3
        )
        node = load_yaml(source, "f").get("k")
        assert node is not None
        text = node.entries[0].value
        assert isinstance(text, Text)
        assert text == value
        before = (0, 0)
        for index, char in enumerate(text):
            span = text.span(index, index + 1)
            here = span.text[span.column - 1 : span.end - 1]
            assert (span.line, span.column) > before
            before = (span.line, span.column)
            if char not in " \n":
                assert here.startswith(("\\", char)) or here == "''", (source, index)
            elif char == " ":
                assert here[:1] in (" ", "\\", ""), (source, index)


class TestValues:
    @pytest.mark.parametrize(
        "word",
        [
            *("on", "no", "yes", "off", "y", "n", "True", "1:30", "2022-09", "2022-09-30", "010", "1e3", "0x1F"),
            *("1_000", ".5", "1.", ".inf", ".nan", "9" * 5000, "1/3"),
        ],
    )
    def test_what_looks_like_text_is_text(self, word: str) -> None:
        assert scalar(word) == word

    @pytest.mark.parametrize(("word", "value"), [("3", 3), ("-0.5", -0.5), ("+1", 1), ("0", 0), ("12.50", 12.5)])
    def test_numbers_are_decimal(self, word: str, value: float) -> None:
        node = load_yaml(f"a: {word}", "f").get("a")
        assert node is not None
        assert isinstance(node.value, (Integer, Real))
        assert node.value == value
        assert node.value.text == word
        assert node.value.text.span().column == 4

    def test_flags_and_quotes(self) -> None:
        assert load_yaml("a: [true, false, 'true', '3', \"no\"]", "f").python == {"a": (True, False, "true", "3", "no")}

    def test_keys_are_text(self) -> None:
        assert load_yaml("1: a\nno: b\n是: c", "f").python == {"1": "a", "no": "b", "是": "c"}

    def test_byte_order_mark_and_windows_lines(self) -> None:
        node = load_yaml("\ufeffa: 1\r\nb: >\r\n  x\r\n  y\r\n", "f")
        assert node.python == {"a": 1, "b": "x y\n"}
        assert node.get("a").span.column == 4  # type: ignore[union-attr]  # it is there

    def test_data_from_python(self) -> None:
        node = load_data({"a": [1, np.float64(0.00001), True, "x\u2028\x7f: y"], "b": None})
        assert node.python == {"a": (1, 0.00001, True, "x\u2028\x7f: y")}
        with pytest.raises(errors.EwarnError, match="set"):
            load_data({"a": {1}})


MISTAKES = {
    "a: 1\n\tb: 2": ("EW112", 2, 1, "a tab in the indentation"),
    "a: 1\nb: 2\na: 3": ("EW113", 3, 1, "`a` stands twice in one mapping"),
    "a: *x": ("EW114", 1, 4, "`*x` is an alias"),
    "a: &x 1": ("EW114", 1, 4, "`&x` is an anchor"),
    "<<: {a: 1}": ("EW114", 1, 1, "`<<` merges mappings by alias"),
    "a: !x b": ("EW115", 1, 4, "`!x` is a tag"),
    "where: !is_backbone": ("EW115", 1, 8, "`!is_backbone` is a tag"),
    "{yellow: breadth(x, weight=y) >= 0.6}": ("EW116", 1, 10, "a comma has split this value"),
    "- {when: lag(x, '1y') < m, cap: blue}": ("EW116", 1, 10, "a comma has split this value"),
    "a: [f(b, c)]": ("EW116", 1, 5, "a comma has split this value"),
    "a:\nb: 1": ("EW117", 1, 1, "`a` has no value"),
    "a: {b}": ("EW117", 1, 5, "`b` has no value"),
    "a: null": ("EW117", 1, 1, "`a` has no value"),
    "- \n- a": ("EW117", 1, 2, "an empty entry in a list"),
    "a: " + "[" * 100: ("EW118", 1, 67, "nested more than 64 deep"),
    "a: " + "{a: " * 10_000: ("EW118", 1, 256, "nested more than 64 deep"),
    "a: 1\n---\nb: 1": ("EW119", 2, 1, "a second document in one file"),
    "? [a]\n: b": ("EW119", 1, 3, "a key must be one word"),
    "zh: {entity} fell": ("EW119", 1, 14, "text after the closing bracket of a value"),
    'a: "x" == y': ("EW119", 1, 8, "text after the closing quote of a value"),
    "a: b: c": ("EW119", 1, 5, "a second `: ` in one value"),
    "a:1\nb: 2": ("EW119", 1, 2, "a space belongs after the colon"),
    "a: @x": ("EW119", 1, 4, "a value cannot begin with `@`"),
    "x: {en: 3% of {a}}": ("EW119", 1, 15, "`{` within a value"),
    "x: {en: {a} fell, zh: b}": ("EW119", 1, 13, "text after the closing bracket of a value"),
    "x: {en: 'a' fell, zh: b}": ("EW119", 1, 13, "text after the closing quote of a value"),
    "a: {b: c": ("EW119", 1, 4, "`{` is never closed"),
    "a: {b: c]": ("EW119", 1, 4, "`{` is not closed where it should be"),
    "a: - b": ("EW119", 1, 4, "a list begins on a line of its own"),
    "a: ? b": ("EW119", 1, 4, "a value cannot begin with `?`"),
    "a: {b: c, d:[ 5}": ("EW119", 1, 12, "a space belongs after the colon"),
    "%x\na: b": ("EW119", 1, 3, "a line cannot begin with `%`"),
    'a: "b\nc: d': ("EW119", 1, 4, "this quote is never closed"),
    "a: [1\nb: 3": ("EW119", 1, 4, "`[` is not closed where it should be"),
    "a:\n  b: 1\n c: 2": ("EW119", 3, 2, "this line does not fit the lines above it"),
    "a: b\x00": ("EW111", 1, 5, "U+0000 is no character for a text file"),
    "": ("EW110", 0, 0, "`pack.yaml` is empty"),
    "# nothing\n": ("EW110", 0, 0, "`pack.yaml` is empty: it holds comments only"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_one_clear_problem_each(text: str) -> None:
    assert problems(text) == [MISTAKES[text]]


def test_all_problems_at_once_in_the_order_of_lines() -> None:
    found = problems("a: *x\nb:\nc: !t d\na: 1\ne: {f: g(h, i)}\nk: 'x' y")
    assert [(code, line) for code, line, _, _ in found] == [
        ("EW114", 1),
        ("EW117", 2),
        ("EW115", 3),
        ("EW113", 4),
        ("EW116", 5),
        ("EW119", 6),
    ]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("{yellow: breadth(x, weight=y) >= 0.6}", "'breadth(x, weight=y) >= 0.6'"),
        ("- {when: lag(x, '1y') < m, cap: blue}", "\"lag(x, '1y') < m\""),
        ("zh: {entity} fell # x", "'{entity} fell'"),
        ('a: "x" == y', "'\"x\" == y'"),
        ("x: {en: it's {a}, zh: b}", '"it\'s {a}"'),
        ("x: {en: {a} fell, zh: b}", "'{a} fell'"),
        ("a: {en: one, two, zh: b}", "'one, two'"),
        ("a: {b：c}", "full-width colon"),
        ("a: {b:c}", "`b: c`"),
    ],
)
def test_what_to_write_instead(text: str, advice: str) -> None:
    with pytest.raises(errors.EwarnError) as caught:
        load_yaml(text, "f")
    assert advice in str(caught.value.diagnostics[0].help)


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b" \n", "is empty"),
            (b"a: \x00\xff", "not a text file"),
            ("规则".encode("gb18030"), "is not UTF-8"),
            (b"\xff\xfea", "UTF-16"),
            (b"x" * 4_000_001, "larger than"),
        ],
    )
    def test_content_that_is_no_text(self, tmp_path: Path, content: bytes, message: str) -> None:
        path = tmp_path / "r.yaml"
        path.write_bytes(content)
        with pytest.raises(errors.RuleError) as caught:
            read_text(path, name="r.yaml", error=errors.RuleError)
        assert len(caught.value.diagnostics) == 1
        assert message in caught.value.diagnostics[0].message

    def test_place_of_a_bad_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "r.yaml"
        path.write_bytes("a: 1\n中: ".encode() + b"\xb2\xfa\n")
        with pytest.raises(errors.EwarnError) as caught:
            read_text(path)
        place = caught.value.diagnostics[0].place
        assert (getattr(place, "line", 0), getattr(place, "column", 0)) == (2, 4)
        assert "save it as UTF-8" in str(caught.value.diagnostics[0].help)

    def test_no_file_and_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("a: 1")
        for path in (tmp_path, tmp_path / "b.yaml"):
            with pytest.raises(errors.EwarnError) as caught:
                read_text(path, code="EW201")
            assert caught.value.diagnostics[0].code == "EW201"
            assert "a.yaml" in str(caught.value.diagnostics[0].help)

    def test_reads_windows_text(self, tmp_path: Path) -> None:
        path = tmp_path / "r.yaml"
        path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
        assert read_text(path) == "a: 1\nb: 2\n"
