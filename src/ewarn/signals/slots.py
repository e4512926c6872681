"""Slots of a rule's sentence: what fills each, and whether it can be printed as the rule wants."""

from __future__ import annotations

from dataclasses import dataclass

from ewarn.diagnostics import Diagnostic
from ewarn.errors import RuleError
from ewarn.expressions.build import Build
from ewarn.expressions.nodes import Node
from ewarn.expressions.scope import Lacking
from ewarn.expressions.titles import spoken_name
from ewarn.expressions.types import WORDS
from ewarn.rules import Language, Rule, Slot

NAMED_SLOTS = ("entity", "period", "level")


@dataclass(frozen=True)
class Called:
    """A slot that says what an indicator is called."""

    words: str


def filler(build: Build, rule: Rule, slot: Slot, language: Language, problems: list[Diagnostic]) -> Node | str | Called:
    """The node of a slot, the name of one of NAMED_SLOTS, or "" where the drop lacks what it reads; or what an
    indicator is called. Mistakes are appended to `problems`."""
    if slot.expression in NAMED_SLOTS or (rule.legs and slot.expression == "legs"):
        return str(slot.expression)
    spelled = slot.spec == "name" and slot.expression not in rule.params
    try:
        if not spelled:
            node = build.rooted(slot.expression, None)
            problems += _misfit(slot, node)
            return node
        build.expression(slot.expression)
    except RuleError as error:
        problems.extend(error.diagnostics)
    except Lacking:
        pass
    return Called(spoken_name(build.panel, str(slot.expression), language)) if spelled else ""


def _misfit(slot: Slot, node: Node) -> list[Diagnostic]:
    """A form that does not go with what is to be printed."""
    spec, base = slot.spec.removesuffix("name"), node.type.base
    if not spec or (base == "date" and spec == "date") or (base in ("number", "bounds") and spec != "date"):
        return []
    advice = {"date": "leave the format out, or write `:date`", "number": "a number goes with :+.1%, :,.0f or :unit"}
    advice["bounds"] = advice["number"]
    place = slot.expression.span()
    message = f"`{spec}` is no format for {WORDS[base]}"
    return [Diagnostic("EW124", message, place, None, advice.get(base, "leave the format out"))]
