"""Which indicator a word means, what is known of it, and the unit in which a panel holds it."""

from __future__ import annotations

import keyword
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ewarn.catalogue import catalogue
from ewarn.diagnostics import Cell, Diagnostic, Span
from ewarn.panel import Indicator, Measure
from ewarn.units import RATIO, Dimension, Unit, held

RATES: frozenset[str] = frozenset({"growth", "target_growth"})
"""Measures that are rates whatever the indicator is."""
AHEAD: frozenset[str] = frozenset({"target", "target_growth", "plan"})
"""Measures that are known before their period."""
PLAIN_MEASURES: frozenset[str] = frozenset({"period", "target", "plan"})
"""Measures that a date or a category may have: neither adds up or grows."""

_MEASURES: dict[Measure, str] = {
    "period": "period 当期 本期 当月 本月",
    "quarter": "quarter 当季 本季",
    "ytd": "ytd 累计 本年累计",
    "qtd": "qtd",
    "since_start": "since_start 自开工累计",
    "growth": "growth 同比 同比增长 增速",
    "target": "target 目标 任务 年度目标",
    "target_growth": "target_growth 目标增速",
    "plan": "plan 计划",
    "rank": "rank 排名 位次",
}
MEASURES = tuple(_MEASURES)
MEASURE_WORDS: dict[str, Measure] = {word: measure for measure, words in _MEASURES.items() for word in words.split()}


def plain(word: str) -> str:
    """How names are compared: NFKC, no white space around."""
    return unicodedata.normalize("NFKC", word).strip()


def is_name(word: str) -> bool:
    """Whether a word may be the id of a type, an indicator or an attribute in rules."""
    return word.isidentifier() and not keyword.iskeyword(word)


def name_hint(word: str) -> str:
    """A name that could stand for a word that is none."""
    cleaned = "".join(char if (char == "_" or char.isalnum()) else "_" for char in plain(word)).strip("_") or "x"
    return cleaned if is_name(cleaned) else f"x_{cleaned}"


@dataclass(frozen=True)
class _Use:
    word: str
    by_catalogue: bool
    place: Span | Cell | None


class Names:
    """The drop's indicators, laid over the catalogue's. A drop's names and aliases always win."""

    def __init__(self, declared: Mapping[str, Indicator]) -> None:
        self.declared = dict(declared)
        self._own_aliases = {plain(alias): name for name, known in declared.items() for alias in known.aliases}
        self._shipped_aliases = {
            plain(alias): name for name, known in catalogue().items() for alias in known.aliases if name not in declared
        }
        self._used: dict[str, Indicator] = {}
        self._uses: dict[tuple[str, str, str], dict[str, _Use]] = {}

    def resolve(self, word: str) -> str | None:
        """The indicator that a word names, None where it cannot be a name."""
        word = plain(word)
        if word in self.declared or (word in catalogue() and word not in self._own_aliases):
            return word
        found = self._own_aliases.get(word) or self._shipped_aliases.get(word)
        return found or (word if is_name(word) else None)

    def use(self, word: str, entity_type: str, measure: str, place: Span | Cell | None) -> None:
        """Note that a column or a row's word gives values of an indicator, for `clashes`."""
        name = self.resolve(word)
        assert name is not None
        word = plain(word)
        own = word in self.declared or word in self._own_aliases
        uses = self._uses.setdefault((entity_type, name, measure), {})
        uses.setdefault(word, _Use(word, not own, place))

    def clashes(self) -> list[Diagnostic]:
        """Words that would become one series only because the catalogue takes them for the same."""
        found = []
        for (_, name, _), uses in self._uses.items():
            if len(uses) > 1 and any(use.by_catalogue and use.word != name for use in uses.values()):
                first, second, *_ = sorted(uses.values(), key=lambda use: use.word)
                places = tuple(place for place in (first.place,) if place is not None)
                message = f"`{first.word}` and `{second.word}` would both be the indicator `{name}`"
                aliases = ", ".join(use.word for use in (first, second) if use.word != name)
                other = name_hint(second.word if second.word != name else first.word)
                hint = f"if they are one: `indicators: {{{name}: {{aliases: [{aliases}]}}}}`; if not: "
                hint += f"`indicators: {{{other}: {{kind: ...}}}}` makes `{other}` an indicator of its own"
                found.append(Diagnostic("EW205", message, second.place, help=hint, more=places))
        return found

    def indicator(self, name: str) -> Indicator:
        """What is known of an indicator."""
        known = self._used.get(name) or self.declared.get(name) or catalogue().get(name) or Indicator(name)
        return self._used.setdefault(name, known)

    def count(self, name: str) -> None:
        """What is counted is a flow, whatever else is known of it."""
        if self.indicator(name).kind == "unknown":
            self._used[name] = replace(self.indicator(name), kind="flow")

    def set_unit(self, name: str, unit: Unit | None) -> None:
        """Decide the unit in which the panel holds an indicator."""
        self._used[name] = replace(self.indicator(name), unit=None if unit is None else unit.text)

    def mapping(self) -> dict[str, Indicator]:
        """All indicators of the drop: those with values and those it declares."""
        for name in self.declared:
            self.indicator(name)
        return dict(sorted(self._used.items()))


@dataclass(frozen=True)
class UnitUse:
    """A unit that a column or a row gives to an indicator; None where it gives none."""

    indicator: str
    measure: str
    unit: Unit | None
    label: str
    place: Span | Cell | None
    rows: int = 1


class Units:
    """The unit of each indicator: what the drop or the catalogue says, else the smallest that its columns give."""

    def __init__(self, names: Names, uses: list[UnitUse]) -> None:
        self.problems: list[tuple[str, Diagnostic]] = []
        self._given: dict[str, Unit | None] = {}
        by_name: dict[str, list[UnitUse]] = {}
        for use in uses:
            if use.measure not in RATES and use.measure != "rank":
                by_name.setdefault(use.indicator, []).append(use)
        for name, all_uses in by_name.items():
            known = names.indicator(name)
            if known.unit is not None:
                self._given[name] = Unit.parse(known.unit)
            elif known.kind == "growth":
                self._given[name] = RATIO
            else:
                self._given[name] = self._commonest(name, all_uses)
        for name in {use.indicator for use in uses}:
            names.set_unit(name, self.held(name, "period"))

    def given(self, indicator: str, measure: str) -> Unit | None:
        """The unit of values that come without one."""
        if measure == "rank":
            return None
        return RATIO if measure in RATES else self._given.get(indicator)

    def held(self, indicator: str, measure: str) -> Unit | None:
        """The unit in which values are held: `ratio` for shares and rates."""
        unit = self.given(indicator, measure)
        return None if unit is None else held(unit)

    def _commonest(self, name: str, uses: list[UnitUse]) -> Unit | None:
        """The smallest unit of the dimension that most rows are given in."""
        rows: Counter[Dimension] = Counter()
        for use in uses:
            if use.unit is not None:
                rows[use.unit.dimension] += use.rows
        if not rows:
            return None
        most = max(rows, key=lambda dimension: (rows[dimension], dimension))
        given = {use.unit for use in uses if use.unit is not None and use.unit.dimension == most}
        units = sorted(given, key=lambda unit: (unit.size, unit.text))
        if any(use.unit is None for use in uses) and len({unit.size for unit in units}) > 1:
            bare = next(use for use in uses if use.unit is None)
            message = f"`{name}` is given in {', '.join(unit.text for unit in units)} and here without a unit"
            hint = f"write the unit at this column, or `indicators: {{{name}: {{unit: {units[0].text}}}}}`"
            self.problems.append((bare.label, Diagnostic("EW206", message, bare.place, help=hint)))
        return units[0]
