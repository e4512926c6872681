"""What is said about an alert: the rule's own sentence with its slots filled, or one made of title and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ewarn.alerts.columns import Column
from ewarn.alerts.leaves import Comparison, Leaf, Reading
from ewarn.alerts.models import Language
from ewarn.alerts.text import in_sentence
from ewarn.alerts.wording import (
    AT_LEAST,
    AT_MOST,
    LEVEL_WORDS,
    UNKNOWN_WORDS,
    Spec,
    bare,
    localised,
    parse_spec,
    spoken,
    words,
)
from ewarn.expressions.nodes import Node
from ewarn.expressions.phrases import phrase
from ewarn.levels import LEVELS
from ewarn.rules import Rule, Template
from ewarn.signals.slots import Called

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_WITH_UNIT = Spec(style="unit")
_COLON: dict[Language, str] = {"zh": "：", "en": ": "}
_STOP: dict[Language, str] = {"zh": "；", "en": "; "}
_BRACKETS: dict[Language, tuple[str, str]] = {"zh": ("（", "）"), "en": (" (", ")")}
_NOT: dict[Language, str] = {"zh": "并非 ", "en": "not "}
_IS: dict[Language, tuple[str, str]] = {"zh": ("为 ", "为"), "en": (" is ", " is ")}
"""Before a number, and before a word."""


@dataclass(frozen=True, eq=False)
class Subject:
    """Whom and what the sentences of a group are about."""

    names: Sequence[str]
    """Names fit for a sentence."""
    period: str
    levels: Sequence[int]
    """Ranks."""
    legs: Mapping[Language, Sequence[str]] = field(default_factory=dict)
    """Of composites: what their legs say."""
    _bare: dict[tuple[int, str, str | None], tuple[Column, list[str]]] = field(default_factory=dict)
    _columns: dict[int, Column] = field(default_factory=dict)

    def words(self, reading: Reading, node: Node, spec: str, language: Language) -> list[str]:
        """The values of an expression as text; what is the same in both languages is made once."""
        column = localised(self._column(reading, node), parse_spec(spec), language)
        key = (id(node), spec, column.unit)
        if key not in self._bare:
            self._bare[key] = column, bare(column, parse_spec(spec))
        return spoken(*self._bare[key], parse_spec(spec), language)

    def unknown(self, reading: Reading, node: Node) -> npt.NDArray[np.bool_]:
        """Where an expression has no value."""
        column = self._column(reading, node)
        return np.isnan(column.low) if column.high is None else np.isnan(column.low) & np.isnan(column.high)

    def _column(self, reading: Reading, node: Node) -> Column:
        column = self._columns.get(id(node))
        if column is None:
            column = self._columns[id(node)] = reading.column(node)
        return column


def sentence_names(ids: Sequence[str], names: Sequence[str]) -> list[str]:
    """Names as sentences print them; an entity without a name goes by its id."""
    return [in_sentence(name or key) for key, name in zip(ids, names, strict=True)]


def either(texts: Mapping[Language, str], language: Language) -> str:
    """The text in `language`, else in the other, else nothing."""
    other: Language = "en" if language == "zh" else "zh"
    return texts.get(language) or texts.get(other) or ""


def fill(
    template: Template, slots: Sequence[Node | str | Called], reading: Reading, subject: Subject, language: Language
) -> list[str]:
    """The sentence of each alert. `slots`: the node of each; a name for `entity`, `period`, `level`, nothing for what
    the drop lacks; what an indicator is called."""
    waiting = iter(slots)
    pieces: list[list[str]] = []
    unknown: dict[int, npt.NDArray[np.bool_]] = {}
    """Of parts that are expressions: whose has no value."""
    close = False
    for part in template.parts:
        if isinstance(part, str):
            text = str(part)
            pieces.append([text.removeprefix(" ") if close else text] * reading.count)
            close = False
            continue
        filler, close = next(waiting), False
        if isinstance(filler, str):
            unknown[len(pieces)] = np.full(reading.count, not filler)
            pieces.append(_named(filler, subject, language))
        elif isinstance(filler, Called):
            # No spaces around a Chinese word in a Chinese sentence.
            close = language == "zh" and not filler.words.isascii()
            if pieces and close:
                pieces[-1] = [text.removesuffix(" ") for text in pieces[-1]]
            pieces.append([in_sentence(filler.words)] * reading.count)
        else:
            unknown[len(pieces)] = subject.unknown(reading, filler)
            told = subject.words(reading, filler, part.spec.removesuffix("name"), language)
            if pieces and language == "zh":
                # 已连续 4 个月, but 已连续至少 4 个月: the space before a number is none before a word.
                pairs = zip(pieces[-1], told, strict=True)
                pieces[-1] = [
                    left.rstrip(" ") if word.startswith((AT_LEAST["zh"], AT_MOST["zh"])) else left
                    for left, word in pairs
                ]
            pieces.append(told)
    for first, end in template.optional:
        left_out = np.logical_or.reduce([unknown[at] for at in range(first, end) if at in unknown])
        for alert in np.flatnonzero(left_out).tolist():
            for piece in pieces[first:end]:
                piece[alert] = ""
    return list(map("".join, zip(*pieces, strict=True))) if pieces else [""] * reading.count


def _named(name: str, subject: Subject, language: Language) -> list[str]:
    if name == "entity":
        return list(subject.names)
    if name == "period":
        return [subject.period] * len(subject.names)
    if name == "level":
        return [LEVEL_WORDS[language][LEVELS[rank - 1]] for rank in subject.levels]
    if name == "legs":
        return list(subject.legs.get(language) or [""] * len(subject.names))
    return [UNKNOWN_WORDS[language]] * len(subject.names)


def made(rule: Rule, deciding: Sequence[Leaf], reading: Reading, subject: Subject, language: Language) -> list[str]:
    """`{entity}: {title}: what decided`, from the leaves that speak for the condition."""
    colon, stop = _COLON[language], _STOP[language]
    title = either(rule.title, language)
    found: list[list[str]] = [[] for _ in range(reading.count)]
    for leaf in deciding:
        texts = _leaf(leaf, reading, language)
        for at in np.flatnonzero(leaf.true(reading)).tolist():
            found[at].append(texts[at])
    return [
        f"{name}{colon}{title}{colon if why else ''}{stop.join(dict.fromkeys(why))}"
        for name, why in zip(subject.names, found, strict=True)
    ]


def _leaf(leaf: Leaf, reading: Reading, language: Language) -> list[str]:
    comparison = leaf.comparison
    if comparison is None:
        text = (_NOT[language] if leaf.negated else "") + _said(leaf.node, reading, language)
        return [text] * reading.count
    return _comparison(comparison, reading, language)


def _comparison(comparison: Comparison, reading: Reading, language: Language) -> list[str]:
    """`year-on-year growth of output is −24.5% (≤ −20.0%)`"""
    before, after = _BRACKETS[language]
    number = reading.column(comparison.number)
    bar = reading.column(comparison.threshold)
    threshold = comparison.threshold
    if bar.kind == "number" and bar.unit is None:
        # A plain literal is in the unit of what it is compared with. Who writes `< -2.5` does not think in per cent.
        if number.kind == "fraction" and reading.is_literal(threshold) and bool((np.abs(bar.low) >= 1).all()):
            number = replace(number, kind="number", unit=None)
        else:
            bar = replace(bar, kind="fraction" if number.kind == "fraction" else "number", unit=number.unit)
    name = "" if reading.is_literal(threshold) else _said(threshold, reading, language) + " = "
    head = _said(comparison.number, reading, language)
    sign = f"{before}{_SIGNS[comparison.sign]} {name}"
    pairs = zip(words(number, _WITH_UNIT, language), words(bar, _WITH_UNIT, language), strict=True)
    return [
        f"{head}{_IS[language][value.startswith(AT_LEAST[language])]}{value}{sign}{limit}{after}"
        for value, limit in pairs
    ]


def _said(node: Node, reading: Reading, language: Language) -> str:
    """An expression in words, as the rule writes it where there are none."""
    written = reading.words(node)
    return in_sentence(phrase(reading.frame.panel, written, language) or written)
