"""Sentences whose numbers have nothing to do with the condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject
from ewarn.source import Text

_NUMBER = re.compile(r"(?<![\w.\-/])\d+(?:\.\d+)?(?![\w./])")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


class UntracedNumber(Check):
    """A sentence says a number that is written out and that the condition does not have, so it goes on saying it when
    somebody changes the threshold; or none of the figures it gives is one that the condition reads."""

    code = "EW508"
    title = "A sentence whose numbers are not in the condition"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    params: {k: 4}
    levels: {yellow: streak(output < 0) >= k}
    explain: {zh: '{entity} 产值连续 3 个月为负', en: '{entity}: output below 0 for 3 months'}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    params: {k: 4}
    levels: {yellow: streak(output < 0) >= k}
    explain:
      zh: '{entity} 产值连续 {streak(output < 0)} 个月为负'
      en: '{entity}: output below 0 for {streak(output < 0)} months'
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Written numbers, and slots."""
        rule = subject.rule
        known = _numbers(subject)
        for template in rule.explain.values():
            for part in template.parts:
                if not isinstance(part, Text):
                    continue
                for found in _NUMBER.finditer(part):
                    if found.group() not in known and not 1900 <= float(found.group()) <= 2100:
                        yield self.doubt(f"`{found.group()}` is not in the condition", part.span(*found.span()),
                                         "written out in the sentence", "put what it counts in braces")  # fmt: skip
        if not rule.legs and subject.slots and not (subject.names(*subject.slots) & subject.read):
            yield self.doubt(f"none of the figures in the sentence of {rule.id} is in its condition", rule.span, None,
                             "say the numbers that decide")  # fmt: skip


def _numbers(subject: Subject) -> set[str]:
    """Every number of the rule, as it is written."""
    rule = subject.rule
    shared = [text for named in rule.shared.values() for text in named.values()]
    texts = [
        *rule.levels.values(),
        *rule.let.values(),
        *shared,
        *subject.slots,
        *(str(count) for count in rule.hold.values()),
    ]
    texts += [text for text in (rule.where, rule.until) if text is not None] + [str(rule.keep_for)]
    texts += [str(step.when) for step in rule.adjust]
    found = {number for text in texts for number in _DIGITS.findall(text)}
    for param in rule.params.values():
        for value in (param.value, *(later for _, later in param.dated)):
            for one in value.values() if isinstance(value, Mapping) else (value,):
                words = f"{one:.12g}" if isinstance(one, int | float) and not isinstance(one, bool) else str(one)
                found |= set(_DIGITS.findall(words))
    return found
