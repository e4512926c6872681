"""`# ewarn: disable=EW504 reason`: a doubt that somebody has looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ewarn.diagnostics import Diagnostic, Span
from ewarn.lint.finding import Finding
from ewarn.rules import Rule

CODE = "EW520"
_COMMENT = re.compile(r"(?:^|\s)#\s*ewarn:\s*disable\s*=\s*(?P<codes>[\w, ]*?\w)(?:\s+(?P<reason>\S.*?))?\s*$")
_LOOKS_LIKE = re.compile(r"#\s*ewarn\b")


@dataclass(frozen=True, eq=False)
class Comment:
    """One comment. `rule`: the rule it stands in or right above; None before the first: the whole file."""

    code: str
    reason: str | None
    rule: Rule | None
    place: Span


def comments(file: str, text: str, rules: Sequence[Rule]) -> Iterator[Comment]:
    """The comments of one file. `rules`: those whose place is in it."""
    lines = text.splitlines()
    starts = sorted((rule.span.line, at) for at, rule in enumerate(rules) if rule.span.file == file)
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if found is None:
            continue
        below = number
        while below < len(lines) and lines[below - 1].lstrip().startswith("#"):
            below += 1
        mine = [at for start, at in starts if start <= below]
        start, end = found.start("codes"), found.end("codes")
        for code in re.split(r"[,\s]+", found["codes"]):
            place = Span(file, number, start + 1, end + 1, line)
            yield Comment(code, found["reason"], rules[mine[-1]] if mine else None, place)


def without_disabled(
    findings: Iterable[Finding], said: Sequence[Comment], codes: Iterable[str]
) -> tuple[list[Finding], list[Finding]]:
    """What nobody disabled; and what is wrong with the comments themselves."""
    used: set[int] = set()
    kept: list[Finding] = []
    for finding in findings:
        hiding = [at for at, comment in enumerate(said) if _hides(comment, finding)]
        used.update(hiding)
        if not hiding:
            kept.append(finding)
    known = set(codes)
    doubts = []
    for at, comment in enumerate(said):
        message = advice = None
        if comment.code not in known:
            message, advice = f"there is no code `{comment.code}`", "the codes are listed by `ewarn rules lint --codes`"
        elif comment.reason is None:
            message, advice = f"{comment.code} is disabled without a reason", "write it behind the code"
        elif at not in used:
            message, advice = f"{comment.code} is disabled, and nothing is there to hide", "delete the comment"
        if message is not None:
            owner = comment.rule
            doubt = Diagnostic(CODE, message, comment.place, help=advice, severity="warning")
            doubts.append(Finding(owner.pack if owner else "", owner.id if owner else "", doubt))
    return kept, doubts


def _hides(comment: Comment, finding: Finding) -> bool:
    if comment.code != finding.code:
        return False
    place = finding.diagnostic.place
    same = isinstance(place, Span) and place.file == comment.place.file
    owner = comment.rule
    return same if owner is None else (owner.pack, owner.id) == (finding.pack, finding.rule)
