"""The entity types that a rule runs on, and what is said of those that a drop lacks."""

from __future__ import annotations

from ewarn.catalogue import KNOWN_TYPES
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import RuleError
from ewarn.panel import Panel
from ewarn.rules import Rule


def homes(panel: Panel, rule: Rule) -> tuple[str, ...]:
    """The entity types a rule runs on: of those it names the ones that the drop has, if it has any.

    Raises RuleError where it names none and the drop has several.
    """
    if rule.entity:
        return tuple(home for home in rule.entity if home in panel.types) or rule.entity
    if len(panel.types) == 1 or (rule.each is not None and panel.types):  # the latter finds no indicator: unrun
        return tuple(panel.types)[:1]
    raise RuleError(
        [
            Diagnostic(
                "EW107",
                f"rule {rule.id} names no entity type",
                rule.span,
                "whose rule is it?",
                f"add `entity:`, one of {', '.join(panel.types)}",
            )
        ]
    )


def absent(panel: Panel, rule: Rule, home: str) -> Diagnostic:
    """A warning: the drop has no entity of a type that a rule names; with what was probably meant."""
    near = None if home in KNOWN_TYPES else did_you_mean(home, panel.types)
    return Diagnostic("EW108", f"rule {rule.id}: the drop has no `{home}`", rule.span,
                      f"it has: {', '.join(panel.types)}", near, "warning")  # fmt: skip


def absences(panel: Panel, rule: Rule, home: str) -> tuple[Diagnostic, ...]:
    """Warnings of the types in a list that the drop lacks, with the first of those it has.

    A shipped pack serves drops of many kinds: there only what looks like a slip is said.
    """
    others = [other for other in rule.entity if other not in panel.types]
    if not others or home not in panel.types or home != homes(panel, rule)[0]:
        return ()
    found = (absent(panel, rule, other) for other in others)
    return tuple(one for one in found if one.help or not rule.shipped)
