"""`ewarn check`: judge a drop, compare with a baseline, and fail on what is new and serious."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ewarn.cli.configured import complete
from ewarn.cli.failures import beforehand, closed_pipe, tell
from ewarn.cli.judging import add_judging, judging_words, lang_words, loaded, named_rules
from ewarn.cli.output import Output
from ewarn.cli.parser import Parser, choice, share, whole
from ewarn.cli.printing import add_page
from ewarn.cli.progress import progress
from ewarn.cli.showing import TOP, write
from ewarn.cli.surroundings import shell
from ewarn.cli.targets import target
from ewarn.cli.words import say
from ewarn.diagnostics import Diagnostic
from ewarn.errors import UsageError
from ewarn.levels import LEVELS
from ewarn.render import ci_format_names, format_names

if TYPE_CHECKING:
    from ewarn.alerts.models import Language
    from ewarn.check import Baseline, Checked

PLACE = 1.5
DEFAULTS = {"baseline": ".ewarn/baseline.json", "fail-on": "orange", "revised": 0.05, "format": "table"}
KEYS = (
    "rules", "as-of", "known-at", "baseline", "fail-on", "fail-on-ongoing", "fail-on-unknown", "compare", "revised",
    "format", "output", "top", "width", "lang",
)  # fmt: skip
"""The settings that hold here."""


def add(commands: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `check`."""
    parser = commands.add_parser("check", help=say("check", language), description=say("check_about", language))
    add_judging(parser, language)
    group = parser.add_argument_group(say("checking", language))
    group.add_argument("--baseline", metavar="FILE", help=say("baseline", language))
    group.add_argument("--update-baseline", action="store_true", help=say("update_baseline", language))
    level = choice("--fail-on", LEVELS, language)
    group.add_argument("--fail-on", metavar="LEVEL", type=level, help=say("fail_on", language))
    group.add_argument("--fail-on-ongoing", action="store_true", help=say("fail_on_ongoing", language))
    part = share("--fail-on-unknown", language)
    group.add_argument("--fail-on-unknown", metavar="SHARE", type=part, help=say("fail_on_unknown", language))
    group.add_argument("--compare", metavar="OLD_DROP", help=say("compare", language))
    part = share("--revised", language)
    group.add_argument("--revised", metavar="SHARE", type=part, help=say("revised", language))
    group = parser.add_argument_group(say("showing", language))
    names = (*format_names(), *ci_format_names())
    form = choice("--format", names, language)
    group.add_argument("--format", metavar="FORMAT", type=form, help=say("check_format", language))
    group.add_argument("--output", metavar="FILE", action="append", help=say("check_output", language))
    count = whole("--top", "not_a_count", 0, None, language)
    group.add_argument("--top", metavar="N", type=count, help=say("check_top", language))
    add_page(group, language)
    parser.set_defaults(command=check, parser=parser, coverage=False)


def check(options: argparse.Namespace) -> int:
    """Check `options.drop`; the exit code is 0 passed, 1 findings, 2 not judged."""
    complete(options, KEYS, DEFAULTS)
    targets = [target(text, options.lang) for text in options.output or ()]
    baseline = None if options.update_baseline else _baseline(options.baseline)
    with ExitStack() as stack:
        outputs = [stack.enter_context(Output(one.path, options.lang)) for one in targets]
        accepting = None
        if options.update_baseline:
            Path(options.baseline).parent.mkdir(parents=True, exist_ok=True)
            accepting = stack.enter_context(Output(options.baseline, options.lang))
            baseline = _baseline(options.baseline, missing=True)
        checked = _judged(options, baseline)
        command = _command(options)
        for one, output in zip(targets, outputs, strict=True):
            _show(checked, options, one.form, output, command, to_file=True)
        try:
            _show(checked, options, options.format, Output(None, options.lang), command)
        except BrokenPipeError:
            closed_pipe()  # `| head` has read enough; the verdict stands, and what was accepted is written
        if options.format == "github" or any(one.form == "github" for one in targets):
            _step_summary(checked, options, command)
        if accepting is not None and checked.outcome.judged:
            return _accept(checked, accepting, options)
    return checked.outcome.code


def _baseline(path: str, *, missing: bool = False) -> Baseline | None:
    from ewarn.check import read_baseline

    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        if missing:
            return None
        words, advice = f"there is no baseline `{path}`", "add `--update-baseline` once, to accept what stands now"
        raise UsageError([Diagnostic("EW020", words, help=advice)]) from None
    except OSError as problem:
        words = f"`{path}`: the baseline cannot be read: {problem.strerror or problem}"
        raise UsageError([Diagnostic("EW021", words)]) from None
    return read_baseline(content, path)


def _judged(options: argparse.Namespace, baseline: Baseline | None) -> Checked:
    with progress(options.lang) as step:
        step("load")
        from ewarn.check import Bar, check
        from ewarn.check.hygiene import Drops, findings
        from ewarn.drop import load
        from ewarn.report import Report
        from ewarn.run import judge, newest, notices, rules_for

        panel = loaded(options)
        before = None
        if options.compare is not None:
            before = load(options.compare, allow_outside=options.allow_outside)
        step("rules")
        rules, packs = rules_for(panel, named_rules(options, panel), options.as_of)
        step("judge")
        signals = judge(panel, rules, options.as_of, step.part)
    beforehand(packs, notices(signals), options.lang)
    return check(
        Report.of(signals, as_of=newest(panel, options.as_of), levers=False),
        signals,
        baseline,
        Bar(options.fail_on, options.fail_on_ongoing, options.fail_on_unknown),
        findings=findings(Drops(panel, before, options.revised)),
        compared=before is not None,
        place=partial(_place, panel.root),
        drop=_place(panel.root, "drop.yaml" if Path(options.drop).is_dir() else Path(options.drop).name),
        file=options.baseline,
        accepting=options.update_baseline,
    )


def _place(root: str, file: str) -> str:
    """A file of the drop from where the command runs, with `/`; absolute only where there is no other way."""
    path = os.path.join(root, file)
    try:
        path = os.path.relpath(path)
    except ValueError:  # another drive
        return file
    return path.replace(os.sep, "/")


def _command(options: argparse.Namespace) -> list[str]:
    words = ["ewarn", "check", options.drop, *judging_words(options)]
    for name in ("baseline", "fail_on", "fail_on_unknown", "compare", "revised"):
        if name in options.given:
            value = getattr(options, name)
            words += [f"--{name.replace('_', '-')}", f"{value:g}" if isinstance(value, float) else value]
    words += ["--fail-on-ongoing"] if "fail_on_ongoing" in options.given else []
    return [*words, *lang_words(options)]


def _show(
    checked: Checked, options: argparse.Namespace, name: str, output: Output, command: list[str],
    *, to_file: bool = False,
) -> None:  # fmt: skip
    from ewarn.render.view import View

    top = TOP.get(name) if options.top is None else options.top
    view = View(checked.report, options.lang, shell(command), most=top or None, outcome=checked.outcome)
    write(name, view, output, options.width, to_file=to_file)


def _step_summary(checked: Checked, options: argparse.Namespace, command: list[str]) -> None:
    """The rest of the annotations' story, where the service wants it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from ewarn.render.formats.ci.github import step_summary
    from ewarn.render.view import View

    view = View(checked.report, options.lang, shell(command), outcome=checked.outcome)
    try:
        with open(path, "ab") as file:
            file.write(step_summary(view, file.tell()).encode("utf-8", "replace"))
    except OSError as problem:
        tell(say("cannot_write", options.lang, f"`{path}`", problem.strerror or str(problem)))


def _accept(checked: Checked, accepting: Output, options: argparse.Namespace) -> int:
    from ewarn.check import write_baseline

    with accepting.writing() as stream:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(newline="\n")
        stream.write(write_baseline(checked.report.as_of, checked.accepted).decode("utf-8"))
    sys.stdout.flush()
    tell("\n" + say("accepted", options.lang, f"{len(checked.accepted):,}", options.baseline))
    return 0
