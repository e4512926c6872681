"""`is_missing` of a date."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ewarn.catalogue import catalogue, known_attributes
from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject

_ENDINGS = ("_date", "_on", "_deadline", "_expiry", "日期", "时间")


class MissingDate(Check):
    """`is_missing(date)` is true of a date that nobody has entered, and false of one that lies ahead: a planned date
    makes "not started" go away. `happened(date)` is true once the date has come."""

    code = "EW509"
    title = "`is_missing(date)` where `happened` is meant"
    bad = Example("""
rules:
  - id: A
    entity: project
    levels: {yellow: is_missing(construction_start_date)}
""")
    good = Example("""
rules:
  - id: A
    entity: project
    levels: {yellow: not happened(construction_start_date)}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Every such call."""
        for syntax, call in subject.calls("is_missing"):
            if call.args and isinstance(call.args[0], ast.Name | ast.Attribute) and _is_date(call.args[0]):
                name = syntax.words(call.args[0])
                yield self.doubt(f"`is_missing({name})` is false of a date that lies ahead", syntax.span(call), None,
                                 f"has it not come: `not happened({name})`")  # fmt: skip


def _is_date(node: ast.Name | ast.Attribute) -> bool:
    name = node.id if isinstance(node, ast.Name) else node.attr
    attribute, indicator = known_attributes().get(name), catalogue().get(name)
    if attribute is not None or indicator is not None:
        return (attribute is not None and attribute.kind == "date") or (
            indicator is not None and indicator.holds == "date"
        )
    return name.endswith(_ENDINGS)
