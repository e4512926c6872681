"""What people call an indicator: its title in the language, with a word for the measure."""

from __future__ import annotations

from typing import Literal

from ewarn.catalogue import catalogue, known_attributes
from ewarn.errors import RuleError
from ewarn.expressions.spelling import dotted
from ewarn.expressions.syntax import parse
from ewarn.panel import Indicator, Panel

Language = Literal["zh", "en"]
_MEASURES: dict[str, tuple[str, str]] = {
    "quarter": ("{}（本季）", "{} of the quarter"),
    "ytd": ("{}累计", "{}, year to date"),
    "qtd": ("{}（本季累计）", "{}, quarter to date"),
    "since_start": ("{}（开工以来累计）", "{} since the start"),
    "growth": ("{}增速", "growth of {}"),
    "target": ("{}目标", "target for {}"),
    "target_growth": ("{}增速目标", "growth target for {}"),
    "plan": ("{}计划", "plan for {}"),
    "rank": ("{}位次", "rank in {}"),
}


def titled(indicator: Indicator, language: Language) -> str:
    """Its title, else an alias in the script of the language, else its name."""
    if title := indicator.title.get(language):
        return title
    named = (indicator.name, *indicator.aliases)
    fitting = [name for name in named if name.isascii() == (language == "en")]
    name = fitting[0] if fitting else indicator.name
    return name.replace("_", " ") if name.isascii() else name


def called(panel: Panel, indicator: str, measure: str | None, language: Language) -> str:
    """What an indicator of the panel, or an attribute, is called; another word stays as it is."""
    known = panel.indicators.get(panel.aliases.get(indicator, indicator))
    if known is None:
        attribute = known_attributes().get(indicator)
        return indicator if attribute is None else attribute.titles[language]
    chinese, english = _MEASURES.get(measure or "period", ("{}", "{}"))
    return (chinese if language == "zh" else english).format(titled(known, language))


def catalogued(word: str, language: Language) -> str | None:
    """What the catalogue calls an indicator or a property, `output` or `output.ytd`; None for what it does not know."""
    name, _, measure = word.partition(".")
    known, attribute = catalogue().get(name), known_attributes().get(name)
    title = titled(known, language) if known else attribute.titles[language] if attribute else None
    if title is None:
        return None
    chinese, english = _MEASURES.get(measure or "period", ("{}", "{}"))
    return (chinese if language == "zh" else english).format(title)


def spoken_name(panel: Panel, expression: str, language: Language) -> str:
    """The same for an expression that is a name, with types before it and a measure behind it; others as written."""
    try:
        names = dotted(parse(expression).body)
    except RuleError:
        return expression
    while len(names) > 1 and names[0] in panel.types:
        names = names[1:]
    if not names or len(names) > 2:
        return expression
    return called(panel, names[0], names[1] if len(names) == 2 else None, language)
