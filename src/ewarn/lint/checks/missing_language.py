"""Texts in one language only."""

from __future__ import annotations

from collections.abc import Iterator

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject

_NAMES = {"zh": "Chinese", "en": "English"}


class MissingLanguage(Check):
    """The title, the sentence, the action or a source is there in one language only, or the rule has no sentence at
    all. An alert is then told to half of its readers in the other's words. (A source may be one text for both.)"""

    code = "EW507"
    title = "A missing language"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    title: {zh: 产值下降}
    levels: {yellow: output < 0}
    explain: {zh: '{entity} 产值 {output:unit}', en: '{entity}: output {output:unit}'}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    title: {zh: 产值下降, en: Output is falling}
    levels: {yellow: output < 0}
    explain: {zh: '{entity} 产值 {output:unit}', en: '{entity}: output {output:unit}'}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """Title, sentence, action, sources."""
        rule = subject.rule
        if not rule.show:
            return
        if not rule.explain:
            yield self.doubt(f"{rule.id} has no sentence", rule.span, None, "add `explain: {zh: ..., en: ...}`")
        texts_of = {"title": rule.title, "explain": rule.explain, "action": rule.action, "source": rule.source}
        texts_of |= {f"params.{name}.source": param.source for name, param in rule.params.items()}
        for key, texts in texts_of.items():
            lacking = [language for language in ("zh", "en") if texts and language not in texts]
            for language in lacking:
                yield self.doubt(f"`{key}` of {rule.id} is not there in {_NAMES[language]}", rule.span, None,
                                 f"add `{language}:`")  # fmt: skip
