"""What an explanation says in words: single cells that would change a verdict, what is lacking, what is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from ewarn.alerts.claims import FRACTIONS, numbers, sayable
from ewarn.alerts.models import Clearing, Input, Language, Scalar
from ewarn.alerts.wording import MINUS
from ewarn.explaining.models import Branch, Comparison, Document, Explained, Ladder, Missing, Worse
from ewarn.render.text import NAME_CELLS, clean
from ewarn.render.words import say
from ewarn.unit_words import larger, said

_NUMBER = re.compile(r"[<>=]=? *[-\"']?[\d.]+ *[^\s*+/-]*$")
"""An expression that ends in the number it asks for."""
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
UNKNOWN = "·"
MANY = 3
"""A change to more than so many times more is out of reach."""
CLAIMS = 3
"""So many single cells are named for one change; the JSON has all."""
_FACTS = (
    (re.compile(r"a composite: .*"), "fact_composite"),
    (re.compile(r"held: .*"), "fact_held"),
    (re.compile(r"no cell of (\S+) is read on its own"), "fact_no_cell"),
    (re.compile(r"it is not monotone in a single cell"), "fact_tangled"),
    (re.compile(r"no single cell suffices"), "fact_none"),
)
_MILLION = 100
"""So many 万 are a million."""


def shown_levels(rule: Explained) -> list[Ladder]:
    """The levels that are taken apart on a screen: what decided; of what is not known to fire, the lowest open one."""
    if rule.verdict in ("not_matched", "not_run"):
        return []
    if rule.verdict == "fired":
        true = [step for step in rule.levels if step.holds]
        return true[-1:] or list(rule.levels[:1])
    if rule.verdict == "unknown":
        return [step for step in rule.levels if step.holds is None][:1]
    return list(rule.levels[:1])


def value_words(value: Scalar, unit: str | None, language: Language, *, digits: int = 4, plus: bool = False) -> str:
    """A value as a cell of a table: fractions as percentages, unknown as a dot, amounts in the unit of the language."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if isinstance(value, str):
        return clean(value, NAME_CELLS)
    if unit == "ratio":
        return _number(value * 100, 1, plus) + "%"
    if unit:
        value *= said(unit, language)[1]
    size = abs(value)
    decimals = max(0, digits - 1 - math.floor(math.log10(size))) if size else 0
    text = _number(value, min(decimals, 9), plus)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: float, decimals: int, plus: bool) -> str:
    text = f"{abs(value) * (1 + 1e-12):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if plus else "") + text


def amount(value: float, unit: str | None, language: Language, *, plus: bool = False) -> str:
    """A value with its unit, to eight digits: nothing that decides is rounded away."""
    fraction = unit in FRACTIONS
    million = larger(unit, language) if unit else None
    if million is not None and abs(value) >= _MILLION:
        return f"{value_words(value / 100, None, language, digits=8, plus=plus)} {clean(million, NAME_CELLS)}"
    bare = value_words(value * 100 if fraction else value, None if fraction else unit, language, digits=8, plus=plus)
    named = unit_words(unit, language)
    return bare + ("%" if fraction else f" {named}" if named else "")


def unit_words(unit: str | None, language: Language) -> str:
    """What a unit is called; nothing for none, and for that of fractions."""
    return clean(said(unit, language)[0], NAME_CELLS) if unit and unit != "ratio" else ""


def listed(words: Iterable[str], language: Language) -> str:
    """`IND-01, INV-02`."""
    return ("、" if language == "zh" else ", ").join(words)


def compared(comparison: Comparison, language: Language) -> str:
    """`5 ≥ 5`, `−24.5% < 0.0%`; with the unit where it is not that of the rule: `18,200 < 20,000 thousand yuan`."""
    left, right = (
        value_words(side, comparison.unit, language, digits=6) for side in (comparison.number, comparison.threshold)
    )
    words = f"{left} {SIGNS[comparison.op]} {right}"
    return f"{words} {unit_words(comparison.unit, language)}" if _converted(comparison.unit, language) else words


def _converted(unit: str | None, language: Language) -> bool:
    return unit not in (None, "ratio") and said(unit or "", language)[1] != 1


def changes(document: Document, claims: Sequence[Clearing], language: Language) -> Iterator[str]:
    """`2022-09 产值 ≥ 2,410 万元（现 1,820 万元，差 590 万元）`, one for each cell."""
    for claim in map(sayable, claims):
        name = title(document, claim.indicator, language)
        words = " ".join([*([claim.period] if claim.period else []), *_whose(document, claim), name])
        held = numbers(claim)
        if held is None:
            yield f"{words} {_worded(claim, language)}"
            continue
        value, to, now = held
        if to is None:
            words += f" {SIGNS[claim.op]} {amount(value, claim.unit, language)}"
        else:
            words += " " + say("between", language, *(amount(end, claim.unit, language) for end in sorted((value, to))))
        if now is not None:
            gap = value - now
            far = amount(abs(gap) if language == "zh" else gap, claim.unit, language, plus=language == "en")
            here = amount(now, claim.unit, language)
            words += (
                say("now" if gap > 0 else "now_above", language, here, far)
                if gap
                else say("at_present", language, here)
            )
        yield words


def _worded(claim: Clearing, language: Language) -> str:
    """`不晚于 2022-09-30（现为空白）`, `为 正常（现 停产）`."""
    value, to = clean(str(claim.value), NAME_CELLS), clean(str(claim.to), NAME_CELLS)
    if claim.to is not None:
        words = say("between", language, *sorted((value, to)))
    else:
        words = say({">=": "not_before", "<=": "not_after"}.get(claim.op, "is"), language, value)
    now = (
        say("blank_now", language)
        if claim.now is None
        else say("at_present", language, clean(str(claim.now), NAME_CELLS))
    )
    return words + now


def within_reach(claims: Sequence[Clearing]) -> list[Clearing]:
    """The cells without those that would have to be many times what they are, where another need not even double."""
    sizes = [_change(claim) for claim in claims]
    if not any(size <= 1 for size in sizes):
        return list(claims)
    return [claim for claim, size in zip(claims, sizes, strict=True) if size <= MANY]


def _change(claim: Clearing) -> float:
    value, _, now = numbers(claim) or (1.0, None, 1.0)
    return abs(value - now) / abs(now) if now else math.inf


def few(words: Iterator[str], language: Language) -> list[str]:
    """The first `CLAIMS`, the last of them with how many more there are."""
    said = list(words)
    if len(said) > CLAIMS:
        more = say("more_claims", language, f"{len(said) - CLAIMS:,}")
        said = [*said[: CLAIMS - 1], said[CLAIMS - 1] + more]
    return said


def title(document: Document, indicator: str, language: Language) -> str:
    """What an indicator is called."""
    texts = document.titles.get(indicator)
    return clean(indicator if texts is None else texts.zh if language == "zh" else texts.en, NAME_CELLS)


def _whose(document: Document, cell: Clearing | Missing) -> list[str]:
    """Whose cell it is, where it is not the entity's own."""
    kind = cell.entity_type or document.entity_type
    if (kind, cell.entity) == (document.entity_type, document.entity):
        return []
    return [clean(document.names.get(f"{kind}:{cell.entity}", cell.entity), NAME_CELLS)]


def cell_name(cell: Input | Missing) -> str:
    """`output`, `output.ytd`."""
    return cell.indicator if cell.measure in ("period", None) else f"{cell.indicator}.{cell.measure}"


def lacking(worse: Worse, language: Language) -> str:
    """What the next level asks for, and what it is now."""
    between = say("or_else" if worse.joins == "or" else "and_also", language)
    return between.join(_lacking(branch, language) for branch in worse.lacking)


def _lacking(branch: Branch, language: Language) -> str:
    words = clean(branch.written or branch.expr)
    comparison, state = branch.comparison, branch.values[-1] if branch.values else None
    if branch.reason is not None:
        if comparison is not None and comparison.number is not None and comparison.op in (">", ">="):
            return words + say("at_least_now", language, value_words(comparison.number, comparison.unit, language))
        return words + say("at_present_unknown", language, say(branch.reason, language))
    if comparison is None:
        return words + say("at_present", language, value_words(state, None, language))
    now, bar = (
        value_words(side, comparison.unit, language, digits=6) for side in (comparison.number, comparison.threshold)
    )
    sign = SIGNS[comparison.op]
    if _converted(comparison.unit, language):
        return words + say("at_present_asked", language, now, f"{sign} {bar}", unit_words(comparison.unit, language))
    if comparison.threshold is None or _NUMBER.search(words):
        return words + say("at_present", language, now)
    return words + say("at_present_asked", language, now, f"{sign} {bar}", "").replace(" ）", "）").replace(" )", ")")


def missing(document: Document, rule: Explained, language: Language) -> Iterator[str]:
    """`output 2022-09: not reported`, one for each cell that would have to be known."""
    colon = "：" if language == "zh" else ": "
    for cell in rule.missing:
        words = " ".join([*_whose(document, cell), title(document, cell_name(cell), language), cell.period or ""])
        words = words.strip()
        place = f"  {clean(cell.source)}" if cell.source else ""
        note = "" if cell.note is None else f"（{clean(cell.note)}）" if language == "zh" else f" ({clean(cell.note)})"
        yield f"{words}{colon}{say(cell.reason, language)}{note}{place}"


def fact(reason: str | None, language: Language) -> str:
    """Why no cell is named."""
    for pattern, key in _FACTS:
        if match := pattern.fullmatch(reason or ""):
            return say(key, language, *match.groups())
    return clean(reason or "")
