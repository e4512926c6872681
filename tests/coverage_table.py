"""docs/reference/coverage.md: which tests exercise each word of the rule language.

An entry is a pattern; a test exercises it where the pattern stands in its source (with its parameters), or in a text
or helper of its module that it names. `make docs` writes the page anew.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from ewarn.conditions import conditions
from ewarn.expressions.function import functions
from ewarn.expressions.measures import MEASURES
from ewarn.rules.legs import WrittenLeg
from ewarn.rules.written import (
    Pack,
    WrittenAdjust,
    WrittenEach,
    WrittenEffective,
    WrittenListing,
    WrittenParam,
    WrittenRule,
)

KINDS = ("january separate", "january none", "january merged", "fiscal years", "vintages", "rounds")
"""Kinds of panel (`naive/kinds.py`)."""
TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "reference" / "coverage.md"
NAMED = 3
"""So many tests are named for each entry."""
CONSTRUCTS = {
    "arithmetic `+ - * /`": r"\bx [-+*/] y\b|output [-+*/] ",
    "comparison": r"\w\)? (?:<|>=) -?\d",
    "chained comparison": r"\d <=? [^<>\n\"']{1,40} <=? ?\d",
    "`in`, `not in`": r" in \(\W*\w",
    "`and`, `or`, `not`": r"\bnot \(|\) and |\) or ",
    "`a if c else b`": r"\w if [^\n]{1,40} else ",
    "quantity in quotes": r"\d+(?:\.\d+)? ?(?:万元|%|亩|个百分点)[\"\\']",
    "duration": r"lag\([^()\n]{1,30}, ?[\\'\"]+\d[ymd]",
    "date and duration": r"\+ [\"\\']+\d+[dmy]",
    "value of a parent": r"\bpark\.\w",
    "value of members": r"\b(?:enterprise|firm|member)\.\w",
    "members of members": r"\bpark\.(?:enterprise|project|firm)\.",
    "link as a path": r"\b(?:previous_phase|blocked_by|blocks)\.\w",
    "unit of a quantity in a condition": r"[<>]=? ?[\\'\"]+[\d.]+ ?(?:万元|亿元|%)",
    "names of a `let`": r"\blet[\"\']?: ?\{",
    "aggregate of members": r"\b(?:sum|mean|median|min|max|count|quantile)\(\w+\.\w+",
    "aggregate of an aggregate": r"\bcount\(count\(|\bsum\(sum\(|\bmax\(sum\(|\bsum\(count\(",
    "event flow": r"\bevents[\"\']?: ",
    "dated attribute": r"\bdated\b|valid_from|\bfrom: \d{4}",
    "series break": r"scope_break",
    "reporting rounds": r"frequency[\"\']?[:=] ?[\"\']?round",
    "text date": r"[<>]=? [\"\\']+\d{4}-\d\d-\d\d",
}
OPERATORS = (
    "Add", "Sub", "Mult", "Div", "USub", "Lt", "LtE", "Gt", "GtE", "Eq", "NotEq", "In", "NotIn", "chain",
    "And", "Or", "Not", "IfExp",
)  # fmt: skip
"""Nodes of the syntax that random expressions hold, on each kind of panel."""
NEEDS_MONTHS = ("days_in_period", "deaccumulate", "elapsed", "growth", "periods_left", "projected", "pull", "yoy")
"""Functions that are refused on reporting rounds (docs/time.md): the one reason not to be tried on a kind of panel."""
CONDITIONS_NEED_MONTHS = ("behind_schedule", "projected_shortfall")
"""Named conditions that are refused on rounds whatever their settings."""
RULES = re.compile(r"\blevels\b|\brules\b")
"""A test in which a key is that of a rule."""
ARGUMENTS = {
    "yoy(years=)": r"yoy\([^\n]{1,30}years=", "yoy(using=)": r"using=",
    "full_year(ago=)": r"ago=", "rolling(where=)": r"rolling_\w+\([^\n]{1,40}where=",
    "rolling(min_periods=)": r"min_periods=", "streak bridge": r"bridge[=:]",
    "happened(by=)": r"happened\([^\n]{1,40}by=",
    "elapsed(per=)": r"elapsed\(per=", "elapsed(since=)": r"elapsed\(since=", "elapsed(x)": r"elapsed\(\w+\)",
    "projected(pace=)": r"pace=", "last(within=)": r"last\([^\n]{1,30}within=", "where= of members": r"where=\w+\.",
    "weight=": r"weight=", "min_known=": r"min_known=", "within=": r"within=",
    "share_of_top(by=)": r"share_of_top\([^\n]{1,40}by=",
    "month(date), year(date)": r"\b(?:month|year)\(\w",
    "month(), year()": r"\b(?:month|year)\(\)",
    "during(name)": r"during\([\\'\"]+\w", "status()": r"\bstatus\(\)", "status(x)": r"\bstatus\(\w",
    "pull(within=)": r"pull\([^\n]{1,40}within=", "rank(within=)": r"rank\([^\n]{1,40}within=",
    "share(within=)": r"\bshare\([^\n]{1,40}within=", "zscore(within=)": r"zscore\([^\n]{1,40}within=",
    "within=[several]": r"within=\[", "full_year(years=)": r"full_year\([^\n]{1,30}years=",
    "count of conditions": r"\bcount\(\w[^,\n]*[<>]=? ?[^,\n]+, ", "is_missing(reason=)": r"reason=",
    "several arguments": r"\bmax\(\w+, ?\d",
}  # fmt: skip
KEYS = {
    "Keys of a pack": Pack,
    "Keys of a rule": WrittenRule,
    "Keys of `params`": WrittenParam,
    "Keys of `adjust`": WrittenAdjust,
    "Keys of `each`": WrittenEach,
    "Keys of `effective`": WrittenEffective,
    "Keys of `legs`": WrittenLeg,
    "Keys of `list`": WrittenListing,
}


def vocabulary() -> dict[str, dict[str, str]]:
    """Patterns by entry, by heading."""
    found = {
        "Constructs": CONSTRUCTS,
        "Functions": {f"`{name}`": rf"\b{name}\(" for name in sorted(functions())},
        "Arguments": {f"`{name}`": pattern for name, pattern in ARGUMENTS.items()},
        "Measures": {f"`x.{name}`": rf"\b\w+\.{name}\b" for name in MEASURES if name != "period"},
        "Named conditions": {f"`{name}`": rf"\b{name}\b" for name in sorted(conditions())},
    }
    for heading, model in KEYS.items():
        names = [field.alias or name for name, field in model.model_fields.items()]
        inside = re.sub(r"\W|Keys of|a (?:pack|rule)", "", heading)
        before = rf"\b{inside}\b(?s:.){{1,300}}?" if inside else ""
        found[heading] = {f"`{key}`": rf"{before}\b{key}[\"\']?: |\b{key}=" for key in names}
    found["Keys of `legs`"]["`optional`"] = r"\bany: \[(?s:.){1,80}optional: true"
    found["Keys of a rule"]["`params: {by: level}`"] = r"by: level"
    found["Keys of a rule"]["`params: {by: attribute}`"] = r"by: (?!level)\w+, value: \{"
    found["Keys of a rule"]["pack-level `params`"] = r"pack: \w+\nparams:"
    found["Keys of a rule"]["pack-level `let`"] = r"\nlet:\n  \w+: \{"
    found["Keys of a rule"]["pack-level `adjust`"] = r"\nadjust:|\"adjust\": \["
    return found


@cache
def tests() -> dict[str, str]:
    """The source of each test, with that of the module's own texts and helpers it names."""
    found: dict[str, str] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        body = ast.parse(text).body
        lines = text.splitlines()

        def source(node: ast.stmt, lines: list[str] = lines) -> str:
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
            return "\n".join(lines[first - 1 : node.end_lineno])

        shared = {
            target.id: source(node)
            for node in body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        helpers = [node for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_")]
        shared.update((node.name, source(node)) for node in helpers)
        for node in body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                own = source(node)
                used = [words for name, words in shared.items() if re.search(rf"\b{name}\b", own)]
                found[f"{path.relative_to(TESTS).as_posix()}::{node.name}"] = "\n".join([own, *used])
    return found


def covered() -> dict[str, dict[str, list[str]]]:
    """The tests of each entry. A function's own examples are run by one test for all."""
    examples = {f"`{name}`": bool(one.examples) for name, one in functions().items()}
    shown = {f"`{name}`": bool(one.examples) for name, one in conditions().items()}
    made: dict[str, dict[str, list[str]]] = {}
    for heading, entries in vocabulary().items():
        made[heading] = {}
        for entry, pattern in entries.items():
            keys = heading.startswith("Keys")
            found = [
                name for name, text in tests().items() if re.search(pattern, text) and (not keys or RULES.search(text))
            ]
            if heading == "Functions" and examples.get(entry):
                found.insert(0, "its examples")
            if heading == "Named conditions" and shown.get(entry):
                found.insert(0, "its examples")
            made[heading][entry] = found
    return made


def compared(heading: str, entry: str) -> str:
    """On which kinds of panel random expressions (settings, of a condition) are compared with the naive reading:
    `test_vocabulary.py` and `test_conditions_kinds.py` fail where this is not so."""
    name = entry.strip("`")
    exempt = NEEDS_MONTHS if heading == "Functions" else CONDITIONS_NEED_MONTHS
    return "all but rounds: it needs months" if name in exempt else "all"


def page() -> str:
    """The page."""
    out = [
        "# What is tested", "",
        "Each word of the rule language, and tests that exercise it: at most three are named, the rest counted.",
        "Generated by `make docs`; a test fails where an entry has none.", "",
        "Functions, operators and named conditions are also compared with a second, naive reading of the language, on",
        "random panels with unknowns of every reason, of these kinds:", f"{', '.join(KINDS)}.", "",
    ]  # fmt: skip
    for heading, entries in covered().items():
        random = heading in ("Functions", "Named conditions")
        more = " compared at random with the naive reading on |" if random else ""
        out += [f"## {heading}", "", f"| entry | tests |{more}", f"|---|---|{'---|' if random else ''}"]
        for entry, found in entries.items():
            more = f", {len(found) - NAMED} more" if len(found) > NAMED else ""
            named = ", ".join(name if "::" not in name else f"`{name}`" for name in found[:NAMED])
            out.append(f"| {entry} | {named}{more} |" + (f" {compared(heading, entry)} |" if random else ""))
        out.append("")
    return "\n".join(out).rstrip() + "\n"
