"""Rule packs through `load_rules`: what a rule becomes, and every mistake at its place."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from ewarn.diagnostics import Span
from ewarn.errors import RuleError
from ewarn.rules import Rule, RuleSet, Slot, load_rules, rules_schema
from ewarn.source import Text

DESIGN = """\
pack: industry
defaults: {bridge: 1}
rules:
  - id: IND-01
    slug: output-consecutive-decline
    title: {zh: 产值连续同比下降, en: 'Output down year on year, month after month'}
    entity: enterprise                 # or a list
    where: size == "规上" and base_output >= min_base
    params: {k: 3, min_base: {value: 50, unit: 万元, source: '...'}}
    levels:
      red:    streak(yoy(output) < 0) >= 2 * k and yoy(output) < -0.3
      yellow: streak(yoy(output) < 0) >= k
      orange: streak(yoy(output) < 0) >= k + 2
    adjust: [{when: is_backbone, by: 1}, {when: "lag(output, '1y') < min_base", cap: blue}]
    for: {red: 2}
    weight: output
    explain:
      zh: '{entity} 已连续 {streak(yoy(output) < 0)} 个月，本月 {yoy(output):+.1%}({lag(output, "1y"):unit}){{注}}'
    action: {zh: 列入骨干企业问题清单，上门核实订单、能耗指标与资金}
    channel: economy
    source: 'where the rule comes from: regulation, report, paper'

  - id: IND-04
    entity: [county, park]
    bridge: 0
    levels:
      red: 'breadth(yoy(enterprise.output) < 0) >= 0.6'
    list: {of: enterprise, where: yoy(output) < 0, by: pull(output), top: 5}
"""


def one(text: str) -> Rule:
    """The rule with these lines, beside an id."""
    return load_rules("rules:\n- id: A\n" + "".join(f"  {line}\n" for line in text.split("\n"))).rules[0]


def problems(*sources: object) -> list[str]:
    """`code line text-at-the-place: message` of everything that is wrong."""
    with pytest.raises(RuleError) as caught:
        load_rules(*sources)  # type: ignore[arg-type]  # wrong ones are the subject
    return [f"{item.code} {pointed(item.place)}: {item.message}" for item in caught.value.diagnostics]


def pointed(place: object) -> str:
    return f"{place.line} {place.text[place.column - 1 : place.end - 1]}" if isinstance(place, Span) else "-"


def mistakes(keys: str) -> list[str]:
    """Those of a rule with an id, a level and these keys."""
    return problems("rules:\n- {id: A, levels: {red: x > k}, " + keys + "}")


class TestRule:
    def test_the_example_of_the_design(self) -> None:
        first, second = load_rules(DESIGN)
        assert (first.pack, first.id, first.slug) == ("industry", "IND-01", "output-consecutive-decline")
        assert first.title["en"] == "Output down year on year, month after month"
        assert first.entity == ("enterprise",)
        assert first.where == 'size == "规上" and base_output >= min_base'
        assert first.params["k"].value == 3
        assert (first.params["min_base"].value, first.params["min_base"].unit) == (50, "万元")
        assert list(first.levels) == ["yellow", "orange", "red"]
        assert first.levels["yellow"].span().line == 12
        assert [(item.by, item.cap) for item in first.adjust] == [(1, None), (None, "blue")]
        assert first.hold == {"yellow": 1, "orange": 1, "red": 2}
        assert (first.bridge, second.bridge) == (1, 0)
        assert first.weight == "output"
        assert (first.span.file, first.span.line, first.span.column) == ("<rules>", 4, 9)
        assert second.entity == ("county", "park")
        assert second.listing is not None
        assert (second.listing.of, second.listing.by, second.listing.top) == ("enterprise", "pull(output)", 5)
        assert second.title == {"en": "ind-04"}

    def test_templates(self) -> None:
        parts = load_rules(DESIGN).rules[0].explain["zh"].parts
        slots = [(part.expression, part.spec) for part in parts if isinstance(part, Slot)]
        assert slots == [
            ("entity", ""),
            ("streak(yoy(output) < 0)", ""),
            ("yoy(output)", "+.1%"),
            ('lag(output, "1y")', "unit"),
        ]
        words = "".join(part for part in parts if isinstance(part, Text))
        assert words == " 已连续  个月，本月 (){注}"
        place = next(part for part in parts if isinstance(part, Slot) and part.spec == "+.1%").expression.span()
        assert place.text[place.column - 1 : place.end - 1] == "yoy(output)"

    def test_one_condition_for_all_levels_that_a_param_names(self) -> None:
        rule = one(
            "params: {k: {by: level, value: {red: 4, blue: 2}}}\nlet: {enough: 'streak(x < 0) >= k'}\nlevels: enough"
        )
        assert rule.levels == {"blue": "enough", "red": "enough"}

    def test_params(self) -> None:
        rule = one(
            "params: {a: 0.5, b: true, c: 50 万元, d: 正常, e: 'yes',\n"
            "  f: {by: trade, unit: 万元, value: {工业: 2000, 批发: 1}}}\n"
            "levels: {red: x > a}"
        )
        assert [rule.params[name].value for name in "abcde"] == [0.5, True, "50 万元", "正常", "yes"]
        assert isinstance(rule.params["c"].value, Text)
        assert (rule.params["f"].by, rule.params["f"].value) == ("trade", {"工业": 2000, "批发": 1})

    def test_defaults_hold_where_a_rule_says_nothing(self) -> None:
        first, second = load_rules(
            "defaults: {keep_for: 2, for: {red: 3}, entity: park, channel: data}\n"
            "rules: [{id: A, levels: {red: x, blue: y}}, {id: B, keep_for: 0, for: 1, levels: {red: x}}]"
        )
        assert (first.keep_for, first.hold, first.entity, first.channel) == (
            2,
            {"blue": 1, "red": 3},
            ("park",),
            "data",
        )
        assert (second.keep_for, second.hold) == (0, {"red": 1})

    def test_a_number_is_an_expression(self) -> None:
        assert one("levels: {red: x > k}\nweight: 1\nlet: {k: 0.5}").let["k"] == "0.5"

    def test_blocks_lose_their_last_line_break(self) -> None:
        rule = one("levels:\n  red: >\n    x > 3\n    and y\nexplain:\n  en: |\n    {x}\n    fell\n")
        assert rule.levels["red"] == "x > 3 and y"
        assert rule.explain["en"].parts[1] == "\nfell"

    def test_names_are_compatible_forms(self) -> None:
        assert list(one("let: {ｋ: x}\nlevels: {red: k}").let) == ["k"]

    def test_fingerprint(self) -> None:
        rule = load_rules(DESIGN).rules[0]
        assert rule.fingerprint("enterprise", "E17") == "1104e5d9a1030c4c"
        assert rule.fingerprint("park", "E17") != rule.fingerprint("enterprise", "E17")
        assert rule.fingerprint("enterprise", "é") == rule.fingerprint("enterprise", "e\u0301")


class TestSources:
    def test_files_texts_dicts_and_sets(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text("rules: [{id: A, levels: {red: x > 1}}]", encoding="utf-8")
        single = {"id": "B", "levels": {"red": "x > 1"}, "where": None}
        rules = load_rules(path, [single, DESIGN], load_rules({"pack": "p", "rules": [single]}), str(path))
        assert [(rule.pack, rule.id) for rule in rules] == [
            ("mine", "A"),
            ("rules", "B"),
            ("industry", "IND-01"),
            ("industry", "IND-04"),
            ("p", "B"),
        ]
        assert rules.rules[0].span.file == str(path)
        assert rules.packs == ("mine", "rules", "industry", "p")
        assert len(rules) == 5

    def test_two_packs_may_hold_one_id(self) -> None:
        rules = load_rules(*(f"{{pack: {pack}, rules: [{{id: A, levels: {{red: x}}}}]}}" for pack in "pq"))
        assert [rules.name(rule) for rule in rules] == ["p/A", "q/A"]
        assert rules.named("A") == rules.rules
        assert rules.named("q/A") == rules.rules[1:]
        assert RuleSet(rules.rules[:1]).name(rules.rules[0]) == "A"

    def test_problems_of_all_sources(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.yaml"
        broken.write_bytes(b"a: \xff")
        found = problems(
            "nopack", tmp_path, tmp_path / "none.yaml", broken, "rules: [{id: A}]", {"rules": []}, "a: 1\n\tb"
        )
        assert [line.split()[0] for line in found] == [
            *("EW126", "EW110", "EW110", "EW110", "EW121", "EW121", "EW112"),
        ]

    def test_the_same_id_twice_in_a_pack(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text("pack: p\nrules: [{id: A, levels: {red: x}}]")
        found = problems(path, "pack: p\nrules: [{id: A, levels: {red: x}}]")
        assert found == ["EW123 2 A: two rules with the id `A` in pack `p`"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("rulez: []", ["EW120 1 rulez: unknown key `rulez`"]),
            ("- a\n- b: c", ["EW121 1 - a: this must be a mapping, `key: value`, not a list"]),
            ("rules: 5\n", ["EW121 1 5: `rules` must be a list, [a, b], not `5`"]),
            ("rules: []\n", ["EW121 1 []: `rules` must not be empty"]),
            ("rules: [5]\n", ["EW121 1 5: entry 1 of `rules` must be a mapping, `key: value`, not `5`"]),
            ("rules: [{levels: {red: x}}]", ["EW121 1 levels: `id` is missing"]),
            ("rules: [{id: A}]", ["EW121 1 id: `levels` is missing"]),
            ("rules: [{id: A/B, levels: {red: x}}]", ["EW121 1 A/B: `A/B` is not an id"]),
            ("{id: A, levels: {}}", ["EW121 1 A: a rule without levels"]),
            ("{id: A, levels: {ornage: x}}", ["EW120 1 ornage: unknown level `ornage`"]),
            ("{id: A, levels: {red: [x]}}", ["EW121 1 [x]: `red` must be text, not a list"]),
            ("{id: A, levels: {red: ''}}", ["EW121 1 : an empty text"]),
            ("{id: A, stalld: {periods: 3}}", ["EW127 1 stalld: unknown condition `stalld`"]),
            ("{id: A, levels: {red: f(x, y=1) > 2}}", ["EW116 1 f(x: a comma has split this value"]),
            (
                "{id: A, levls: {red: x}}",
                ["EW120 1 levls: unknown key `levls`"],
            ),
            (
                "{id: A, levels: x > 1}",
                ["EW125 1 x > 1: one condition for all levels names no param that differs by level"],
            ),
        ],
    )
    def test_in_a_file(self, text: str, expected: list[str]) -> None:
        assert problems(text) == expected

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ("for: 0", "EW121 2 0: `for` must be at least 1"),
            ("for: x", "EW121 2 x: `for` must be a whole number or a mapping, `key: value`, not `x`"),
            ("for: {blue: 1}", "EW125 2 blue: this rule has no level `blue`"),
            ("title: {fr: x}", "EW120 2 fr: unknown key `fr`"),
            ("title: {}", "EW121 2 {}: `title` must not be empty"),
            ("title: x", "EW121 2 x: `title` must be a mapping, `key: value`, not `x`"),
            ("entity: []", "EW121 2 []: `entity` must not be empty"),
            ("show: yes", "EW121 2 yes: `show` must be true or false, not `yes`"),
            ("keep_for: 1.5", "EW121 2 1.5: `keep_for` must be a whole number, not `1.5`"),
            ("bridge: '1'", "EW121 2 '1': `bridge` must be a whole number, not the text `1`"),
            ("params: {m: no}", "EW121 2 no: `no` is not a flag"),
            ("params: {3d: 1}", "EW121 2 3d: `3d` is not a name"),
            ("params: {m: [1]}", "EW121 2 [1]: `m` must be true or false, a number, like 3 or 0.25, text or a mapping"),
            (
                "params: {m: {by: level, value: {red: [1]}}}",
                "EW121 2 [1]: `red` must be true or false, a number, like 3 or 0.25 or text, not a list",
            ),
            ("let: {and: y}", "EW121 2 and: `and` is a word of the expression language"),
            ("params: {m: 1}, let: {m: y}", "EW121 2 m: `m` is both a param and a let"),
            ("params: {m: {value: {a: 1}}}", "EW121 2 {value: {a: 1}}: several values, and no `by`"),
            ("params: {m: {value: 1, by: level}}", "EW121 2 level: `by` needs a value for each"),
            ("params: {m: {by: level, value: {rd: 1}}}", "EW120 2 rd: unknown level `rd`"),
            ("params: {k: {by: level, value: {blue: 1}}}", "EW125 2 x > k: `k` has no value for red"),
            ("params: {m: {value: 1, from: {x: 2}}}", "EW121 2 x: `x` is no day: not a period like"),
            ("params: {m: {from: {2024: 1, 2023-06: 2}}}", "EW121 2 2023-06: `2023-06` is not later than the date"),
            ("params: {m: {unit: 万元}}", "EW121 2 {unit: 万元}: a param without a value"),
            ("params: {m: {value: 1, from: {2024: {a: 1}}}}", "EW121 2 {value: 1, from: {2024: {a: 1}}}: several"),
            ("effective: {}", "EW121 2 {}: `effective` without a date"),
            ("effective: {from: soon}", "EW121 2 soon: `soon` is no day: not a period"),
            ("effective: {from: 2024, to: 2023-12}", "EW121 2 2023-12: `to` lies before `from`"),
            ("each: {x: {}}", "EW121 2 {}: `each` takes a list of indicators"),
            ("each: {x: {has: targt}}", "EW121 2 targt: `has` must be one of"),
            ("each: {x: [a], y: [b]}", "EW121 2 {x: [a], y: [b]}: `each` must have at most 1 entries"),
            ("labels: {late: ''}", "EW121 2 : an empty text"),
            ("enabled: nope", "EW121 2 nope: `enabled` must be true or false"),
            ("adjust: [{when: y}]", "EW121 2 y: an adjustment has either `by` or `cap`"),
            ("adjust: [{when: y, by: 0}]", "EW121 2 y: `by: 0` moves nothing"),
            ("adjust: [{when: y, by: 4}]", "EW121 2 4: `by` must be at most 3"),
            ("adjust: {when: y}", "EW121 2 {when: y}: `adjust` must be a list, [a, b], not a mapping"),
            ("list: {of: park, top: 0}", "EW121 2 0: `top` must be at least 1"),
            ("list: {of: park, tip: 3}", "EW120 2 tip: unknown key `tip`"),
            ("channel: dat", "EW121 2 dat: `channel` must be one of economy, data, not `dat`: did you mean `data`?"),
            ("legs: {held: {any: [A], window: 0}}", "EW121 2 0: `window` must be at least 1"),
            ("legs: {held: {any: []}}", "EW121 2 []: `any` must not be empty"),
            ("legs: {a.b.c: A}", "EW121 2 a.b.c: `a.b.c` is no name of a leg"),
            ("legs: {held: {any: A, levl: red}}", "EW120 2 levl: unknown key `levl`"),
            ("legs: {x: A}, let: {x: y}", "EW121 2 x: `x` is a leg and something else"),
        ],
    )
    def test_in_a_rule(self, keys: str, expected: str) -> None:
        (found,) = mistakes(keys)
        assert found.startswith(expected)

    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            ("{x:.9f}", "EW124 2 .9f: `.9f` is not a format"),
            ("{x:d}", "EW124 2 d: `d` is not a format"),
            ("{x:}", "EW124 2 :: no format after the colon"),
            ("a {} b", "EW124 2 {}: an empty slot"),
            ("a {x", "EW124 2 {x: `{` is not closed"),
            ("a } b", "EW124 2 }: `}` closes nothing"),
            ("a [{x}", "EW124 2 [{x}: `[` is not closed"),
            ("a ] b", "EW124 2 ]: `]` closes nothing"),
            ("a [{x} [{y}] b", "EW124 2 [: a `[` inside another"),
            ("a [of which] b", "EW124 2 [of which]: brackets without a slot"),
            ("{period:f}", "EW124 2 f: `{period}` takes no format"),
            ("{yoy(x)：+.1%}", "EW124 2 ：: `：` is a full-width colon"),
        ],
    )
    def test_in_a_sentence(self, template: str, expected: str) -> None:
        assert mistakes(f'explain: {{en: "{template}"}}') == [expected]

    def test_sentences_that_are_fine(self) -> None:
        rule = one("levels: {red: x}\nexplain: {en: \"{{x}} {x:+,.1%} {f(x, ':}'):unit} {d:date} {y:f}\"}")
        assert [slot.spec for slot in rule.explain["en"].slots] == ["+,.1%", "unit", "date", "f"]

    def test_optional_parts_of_a_sentence(self) -> None:
        sentence = one("levels: {red: x}\nexplain: {en: '{x}[, {f(x, [1])} [[a]] of {y}] b[{z}]'}").explain["en"]
        assert [str(getattr(part, "expression", part)) for part in sentence.parts] == [
            "x", ", ", "f(x, [1])", " [", "a]", " of ", "y", " b", "z",
        ]  # fmt: skip
        assert sentence.optional == ((1, 7), (8, 9))

    def test_all_at_once(self) -> None:
        assert problems(
            "pack: a b\n"
            "defaults: {bridg: 1}\n"
            "params: {a: 1}\n"
            "rules:\n"
            "- id: A\n"
            "  levels: {ornage: x}\n"
            "  where:\n"
            "- levels: {red: x}\n"
            "  each: {x: {has: target}}\n"
            "  explain: {zh: '{}', en: '}'}\n"
        ) == [
            "EW121 1 a b: `a b` is not an id",
            "EW120 2 bridg: unknown key `bridg`",
            "EW120 6 ornage: unknown level `ornage`",
            "EW117 7 where: `where` has no value",
            "EW121 8 levels: `id` is missing",
            "EW124 10 {}: an empty slot",
            "EW124 10 }: `}` closes nothing",
        ]


def test_schema() -> None:
    schema = rules_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert not list(validator.iter_errors(yaml.safe_load(DESIGN)))
    assert list(validator.iter_errors({"rules": [{"id": "A", "levels": {"ornage": "x"}}]}))
    assert list(
        validator.iter_errors({"rules": [{"id": "A", "levels": {"red": "x"}, "legs": {"held": {"every": "A"}}}]})
    )
    short = {"id": "A", "entity": "park", "levels": "x > k", "for": 2, "params": {"k": 3, "m": {"value": 3}, "n": "亩"}}
    assert not list(validator.iter_errors({"rules": [short]}))


def test_a_source_in_one_text_or_in_both_languages() -> None:
    given = "- {id: A, params: {k: {value: 3, source: {zh: 依据, en: basis}}}, source: judgement, levels: {red: x > k}}"
    (rule,) = load_rules(f"rules:\n{given}").rules
    assert (rule.source, rule.params["k"].source) == (
        {"zh": "judgement", "en": "judgement"}, {"zh": "依据", "en": "basis"},
    )  # fmt: skip
    assert problems("rules:\n- {id: A, source: {de: x}, levels: {red: x > 3}}") == ["EW120 2 de: unknown key `de`"]
