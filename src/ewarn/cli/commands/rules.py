"""`ewarn rules`: list rules, show one, give the schema of rule files; `rules test` is in `ewarn.cli.testing`."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ewarn.cli import linting, testing
from ewarn.cli.judging import lang_words
from ewarn.cli.output import Output
from ewarn.cli.parser import Parser
from ewarn.cli.printing import add_lang, add_page
from ewarn.cli.surroundings import console, shell
from ewarn.cli.words import say

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

PLACE = 2


def add(commands: argparse._SubParsersAction[Parser], language: Language) -> None:
    """Add `rules` and its own commands."""
    parser = commands.add_parser("rules", help=say("rules", language), description=say("rules_about", language))
    parser.set_defaults(command=parser.nothing_said, parser=parser)
    actions = parser.add_commands()
    for name, action in (("list", _list), ("show", _show), ("schema", _schema)):
        about = say(f"rules_{name}", language)
        sub = actions.add_parser(name, help=about, description=about)
        if name == "list":
            sub.add_argument("sources", metavar="PACK_OR_FILE", nargs="*", help=say("pack", language))
        elif name == "show":
            sub.add_argument("sources", metavar="RULE", nargs="*", help=say("rule_or_pack", language))
        else:
            sub.add_argument("kind", metavar="KIND", nargs="?", default="rules", help=say("schema_kind", language))
        if name == "schema":
            add_lang(sub, language, default=language)
        else:
            add_page(sub, language)
        sub.set_defaults(command=action, parser=sub)
    testing.add(actions, language)
    linting.add(actions, language)


def _list(options: argparse.Namespace) -> int:
    from ewarn.render.rules import rule_list
    from ewarn.rules import load_rules

    rules = load_rules(*options.sources)
    files = dict.fromkeys(source for source in options.sources if _is_source(source))
    first = [rules.name(rules.rules[0])] if len(rules) else []
    command = shell(["ewarn", "rules", "show", *files, *first, *lang_words(options)])
    with Output(None, options.lang).writing() as stream:
        screen = console(stream, os.environ, options.width)
        for line in rule_list(rules, options.lang, screen.width, command):
            screen.print(line, soft_wrap=True)
    return 0


def _show(options: argparse.Namespace) -> int:
    from ewarn.diagnostics import Diagnostic, did_you_mean
    from ewarn.errors import UsageError
    from ewarn.render.rules import rule_page
    from ewarn.rules import Rule, load_rules

    sources = [word for word in options.sources if _is_source(word)]
    rules = load_rules(*sources)
    chosen: list[Rule] = []
    missing: list[Diagnostic] = []
    for word in (word for word in options.sources if word not in sources):
        found = rules.named(word)
        chosen += found
        if not found:
            near = did_you_mean(word, [rule.id for rule in rules])
            if near is None and not sources:
                near = say("rule_of_a_file", options.lang, shell(["ewarn", "rules", "show", "FILE.yaml", word]))
            missing.append(Diagnostic("EW002", say("no_rule", options.lang, word), help=near))
    if missing:
        raise UsageError(missing)
    with Output(None, options.lang).writing() as stream:
        screen = console(stream, os.environ, options.width)
        for position, rule in enumerate(chosen or rules):
            if position:
                screen.print()
            for line in rule_page(rule, options.lang, screen.width):
                screen.print(line, soft_wrap=True)
    return 0


def _is_source(word: str) -> bool:
    """Whether `word` names a pack or a file, and not a rule."""
    from ewarn.rules import shipped

    return word in shipped() or word.endswith((".yaml", ".yml")) or os.path.exists(word)


def _schema(options: argparse.Namespace) -> int:
    import json

    from ewarn.diagnostics import Diagnostic, did_you_mean
    from ewarn.errors import UsageError
    from ewarn.schemas import schemas

    made = schemas().get(options.kind)
    if made is None:
        known = list(schemas())
        near = did_you_mean(options.kind, known) or ", ".join(known)
        raise UsageError([Diagnostic("EW002", say("no_schema", options.lang, options.kind), help=near)])
    with Output(None, options.lang).writing() as stream:
        stream.write(json.dumps(made(), ensure_ascii=False, indent=2) + "\n")
    return 0
