"""Files of tests and the rules that they are for; every mistake of all of them at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ewarn import resources
from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import EwarnError, RuleError
from ewarn.rules import RuleSet, load_rules, shipped
from ewarn.rules.load import TESTS, Source, beside
from ewarn.source import Document, Located, Text, parse_yaml, read_text, validate
from ewarn.testing.cases import Case, Loading, Suite
from ewarn.testing.model import UNKNOWN, WRONG, WrittenTest, WrittenTests


def load_suites(sources: Sequence[str | os.PathLike[str]]) -> tuple[Suite, ...]:
    """The tests of packs or files; of every shipped pack where none is named.

    A source is the name of a pack, a file of rules, or a file of tests. Raises EwarnError with every mistake.
    """
    suites: dict[str, Suite] = {}
    problems: list[Diagnostic] = []
    for source in sources or shipped():
        try:
            tests, rules, shown = _paths(source)
            if str(tests) not in suites:
                suites[str(tests)] = _suite(tests, rules, shown, problems)
        except EwarnError as error:
            problems += [item for item in error.diagnostics if item not in problems]
    if problems:
        raise RuleError(dict.fromkeys(problems))
    return tuple(suites.values())


def _paths(source: str | os.PathLike[str]) -> tuple[Path, str, str]:
    """The file of tests, what loads the rules, and how messages call the tests."""
    name, path = os.fspath(source), Path(source)
    if isinstance(source, str) and path.suffix not in (".yaml", ".yml") and "/" not in name and os.sep not in name:
        if name not in shipped():
            load_rules(name)  # says that there is no such pack
        return resources.packs() / f"{name}.test.yaml", name, f"rules/{name}.test.yaml"
    if path.name.endswith(TESTS):
        beside = path.with_name(path.name.removesuffix(path.suffix).removesuffix(".test") + path.suffix)
        return path, os.fspath(beside), name
    tests = path.with_name(f"{path.stem}.test{path.suffix}")
    return tests, name, os.fspath(tests)


def _suite(path: Path, rules: str, shown: str, problems: list[Diagnostic]) -> Suite:
    if not path.is_file() and not path.is_dir():
        ruleset = load_rules(rules)
        return Suite(shown, ruleset, RuleSet(()), (), missing=True)
    found: list[Diagnostic] = []
    tree, mistakes = parse_yaml(read_text(path, name=shown, error=RuleError), shown)
    found += mistakes
    written = None if tree is None else _written(tree, found)
    ruleset, others = RuleSet(()), RuleSet(())
    named: list[Source] = [rules]
    if written is not None and written.rules:
        named = [beside(path.parent, one) for one in written.rules]
    try:
        ruleset = load_rules(*named)
    except RuleError as error:
        found += error.diagnostics
    try:
        if written is not None and written.needs:
            others = load_rules(*(beside(path.parent, one) for one in written.needs))
        elif any(rule.legs for rule in ruleset):
            others = load_rules(*(name for name in shipped() if name not in ruleset.packs))
    except RuleError as error:
        found += error.diagnostics
    cases: list[Case] = []
    if written is not None and len(ruleset):
        cases = list(Loading(shown, written, path.parent, ruleset, others, found).cases())
    problems += [item for item in sorted(found, key=_position) if item not in problems]
    return Suite(shown, ruleset, others, tuple(cases))


def _written(tree: Located, problems: list[Diagnostic]) -> WrittenTests | None:
    """The file; of one with mistakes the tests without, so that theirs in data and levels are told as well."""
    whole = validate(WrittenTests, tree, problems, unknown=UNKNOWN, wrong=WRONG)
    tests = tree.get("tests")
    if whole is not None or tests is None:
        return whole
    sound = {
        rule: Located(
            tuple(one for one in several.entries if validate(WrittenTest, one, []) is not None), *_at(several)
        )
        for rule, several in tests.items()
    }
    empty = {rule for rule, several in tests.items() if not several.entries}
    sound = {rule: kept for rule, kept in sound.items() if kept.entries or rule in empty}
    known = {field.alias or name for name, field in WrittenTests.model_fields.items()}
    kept = {key: value for key, value in tree.items() if key in known and key != "tests"}
    return validate(WrittenTests, Located({**kept, Text("tests"): Located(sound, *_at(tests))}, *_at(tree)), [])


def _at(node: Located) -> tuple[Document, int, int]:
    return node.document, node.start, node.end


def _position(problem: Diagnostic) -> tuple[str, int, int]:
    place = problem.place
    return (place.file, place.line, place.column) if isinstance(place, Span) else ("", 0, 0)
