"""`run_tests`: the tests of packs and files of rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import RuleError, UsageError
from ewarn.rules import Rule
from ewarn.testing.cases import Suite
from ewarn.testing.coverage import coverage as _coverage
from ewarn.testing.files import load_suites
from ewarn.testing.judging import Trial
from ewarn.testing.outcome import Outcome, RuleTests, SuiteOutcome


def run_tests(
    *sources: str | os.PathLike[str],
    rules: Iterable[str] | None = None,
    coverage: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> RuleTests:
    """Run the tests that stand beside rules: `industry.test.yaml` beside `industry.yaml`.

    `sources`: packs, files of rules, or files of tests; by default every shipped pack. `rules`: only tests of these,
    by id. `coverage`: also find what is untested, numbers that may be moved by a step without a test that fails among
    it. `progress(done, all)` is called as tests and rules are done. Raises RuleError with every mistake in the files,
    UsageError for a rule that none of them has; a test that fails is no error, but stands in what is returned.
    """
    suites = load_suites(sources)
    names = None if rules is None else list(rules)
    if names is not None:
        _known(suites, names)
    every = sum(len(suite.cases) + coverage * len(suite.rules) for suite in suites)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, every)

    problems: dict[tuple[object, ...], Diagnostic] = {}
    found: list[tuple[Suite, list[tuple[Trial, Outcome]]]] = []
    for suite in suites:
        tests = []
        for case in suite.cases:
            if names is not None and not _is(case.rule, case.id, names):
                continue
            step()
            trial = Trial(case)
            try:
                tests.append((trial, trial.run()))
            except RuleError as error:
                for item in error.diagnostics:
                    problems.setdefault((item.code, item.message, item.place), item)
        found.append((suite, tests))
    if problems:
        raise RuleError(problems.values())
    tested = tuple(SuiteOutcome(suite, tuple(one for _, one in tests)) for suite, tests in found)
    if not coverage:
        return RuleTests(tested)
    covered = [
        one
        for suite, tests in found
        for one in _coverage(
            suite,
            [trial for trial, one in tests if one.passed],
            [rule for rule in suite.rules if names is None or _is(rule, rule.id, names)],
            step,
        )
    ]
    return RuleTests(tested, tuple(covered))


def _is(rule: Rule, name: str, names: Iterable[str]) -> bool:
    return any(one in (name, rule.id, f"{rule.pack}/{rule.id}") for one in names)


def _known(suites: Iterable[Suite], names: Iterable[str]) -> None:
    ids = [rule.id for suite in suites for rule in suite.rules]
    cases = [case for suite in suites for case in suite.cases]
    problems = [
        Diagnostic("EW002", f"there is no rule `{name}`", help=did_you_mean(name, ids))
        for name in names
        if not any(suite.rules.named(name) for suite in suites) and not any(case.id == name for case in cases)
    ]
    if problems:
        raise UsageError(problems)
