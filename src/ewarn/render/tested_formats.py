"""Tests of rules for other programs: JSON, and JUnit XML with a suite for each rule and a case for each test."""

from __future__ import annotations

from typing import Any

import orjson

from ewarn.alerts.models import Language
from ewarn.alerts.text import encodable
from ewarn.render.junit import Suite, document
from ewarn.render.tested import failure, loose_words
from ewarn.render.text import clean
from ewarn.render.words import say
from ewarn.testing.levels import level_word
from ewarn.testing.outcome import Outcome, RuleCoverage, RuleTests, Verdict

WIDTH = 100


def tested_junit(run: RuleTests, language: Language) -> str:
    """The run as JUnit XML; what is untested fails in a suite of its own."""
    suites: dict[str, Suite] = {}
    for test in run.tests:
        suite = suites.setdefault(test.case.id, Suite(clean(test.case.id)))
        place = f"{test.case.span.file}:{test.case.span.line}"
        if test.passed:
            suite.add(clean(test.case.name))
        else:
            text = "\n".join(line.plain for line in failure(test, language, WIDTH))
            suite.add(clean(test.case.name), "failure", place, text)
    if run.coverage is not None:
        suite = suites.setdefault("\0coverage", Suite(say("untested", language)))
        for one in run.coverage:
            words = "\n".join(untested_words(one, language))
            suite.add(clean(one.name), "failure" if words else None, words.partition("\n")[0], words)
    return "".join(f"{line}\n" for line in document("ewarn rules test", list(suites.values())))


def untested_words(one: RuleCoverage, language: Language) -> list[str]:
    """What the tests of a rule leave untested, a line each."""
    if not one.tests:
        return [say("no_tests", language)]
    separator = "、" if language == "zh" else ", "
    levels = separator.join(say(level, language) for level in one.untested)
    found = [say("levels_untested", language, levels)] if levels else []
    return found + [" ".join(loose_words(loose)) for loose in one.loose]


def tested_json(run: RuleTests, _: Language) -> str:
    """The run as one JSON document."""
    content: dict[str, Any] = {
        "ewarn": 1,
        "passed": sum(test.passed for test in run.tests),
        "failed": sum(not test.passed for test in run.tests),
        "tests": [_test(test) for test in run.tests],
    }
    if run.coverage is not None:
        content["coverage"] = [_coverage(one) for one in run.coverage]
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n"


def _test(test: Outcome) -> dict[str, Any]:
    return {
        "rule": encodable(test.case.id),
        "pack": encodable(test.case.rule.pack),
        "name": encodable(test.case.name),
        "file": encodable(test.case.span.file),
        "line": test.case.span.line,
        "passed": test.passed,
        "levels": [
            {
                "entity": encodable(row.entity),
                "periods": row.periods,
                "expected": [_level(verdict) for verdict in row.expected],
                "got": [_level(verdict) for verdict in row.got],
            }
            for row in test.rows
        ],
        "differences": [
            {
                "entity": encodable(one.entity), "period": one.period, "what": one.what,
                "expected": encodable(one.expected), "got": encodable(one.got),
            }
            for one in test.differences
        ],
    }  # fmt: skip


def _level(verdict: Verdict) -> str:
    word = level_word(verdict.code)
    return word if verdict.reason is None else f"{word}:{verdict.reason.name.lower()}"


def _coverage(one: RuleCoverage) -> dict[str, Any]:
    return {
        "rule": encodable(one.rule.id),
        "pack": encodable(one.rule.pack),
        "tests": one.tests,
        "levels_untested": one.untested,
        "numbers": one.numbers,
        "unpinned": [
            {
                "what": loose.pin.what, "written": encodable(loose.pin.written), "unnoticed": loose.steps,
                "file": encodable(loose.pin.place.file), "line": loose.pin.place.line, "column": loose.pin.place.column,
            }
            for loose in one.loose
        ],
    }  # fmt: skip
