"""A condition as a tree: an expression on each line, its last values, and where they are from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.text import Text

from ewarn.alerts.models import Input, Language
from ewarn.explaining.models import Branch, Document, Term
from ewarn.explaining.trees import place
from ewarn.levels import Level
from ewarn.render.cells import cells, pad, wrap
from ewarn.render.explained_words import cell_name, compared, listed, title, unit_words, value_words
from ewarn.render.style import FAINT, INK, STRONG
from ewarn.render.text import clean
from ewarn.render.words import level_from, say

INDENT = 2
FEWEST, SIDE = 5, 34
"""So many periods are shown before there is room for remarks beside them; and so wide are these then."""
CELLS_SHOWN = 3
"""So many source cells are named at a leaf; the JSON has more."""
PART = 0.45
"""So much of the width at most is for expressions beside their values; longer ones stand above them."""


@dataclass(frozen=True)
class _Line:
    """One expression: what stands before it on its first line and on the others, its values, what is said of it, and
    the names in it."""

    lead: str
    rest: str
    words: str
    values: tuple[str, ...]
    remark: str
    terms: tuple[str, ...]
    style: str


@dataclass(frozen=True)
class _Columns:
    """Cells for expressions, for each of the last `count` periods, and for remarks beside them (0: beneath)."""

    width: int
    first: int
    count: int
    each: int
    side: int


def tree(
    branch: Branch, periods: Sequence[str], document: Document, language: Language, width: int, label: str,
    level: Level | None = None,
) -> Iterator[Text]:  # fmt: skip
    """Lines of the tree under a heading of periods. `label`: what the whole is."""
    room = int((width - INDENT) * PART)
    lines = list(_Lines(document, language, room).of(branch, "", "", INK[level] if level else STRONG))
    heads = [period[2:] if len(period) == 7 and "Q" not in period else period for period in periods]
    columns = _columns(lines, heads, label, width)
    head = "".join(pad(text, columns.each, right=True) for text in heads[-columns.count :])
    yield Text((" " * INDENT + pad(label, columns.first) + head).rstrip(), FAINT)
    for line in lines:
        yield from _drawn(line, columns)


def _columns(lines: Sequence[_Line], heads: Sequence[str], label: str, width: int) -> _Columns:
    room = width - INDENT
    longest = max((size for line in lines if (size := cells(line.lead + line.words)) <= room * PART), default=0)
    first = max(longest, min(cells(label), room), 16)
    each = max(cells(text) for line in lines for text in (*line.values, *heads)) + 2
    beside = room - first - FEWEST * each >= SIDE
    count = (room - first - SIDE) // each if beside else (room - first) // each
    count = max(1, min(count, len(heads)))
    return _Columns(width, first, count, each, room - first - count * each - 2 if beside else 0)


def _drawn(line: _Line, columns: _Columns) -> Iterator[Text]:
    numbers = "".join(pad(text, columns.each, right=True) for text in line.values[-columns.count :])
    lead, remark = line.lead, line.remark
    if cells(line.lead + line.words) <= columns.first:
        out = Text(" " * INDENT).append(line.lead, FAINT).append(line.words, line.style or None)
        out.append(" " * (columns.first - cells(line.lead + line.words)))
    else:
        for text in wrap(line.words, max(columns.width - INDENT - cells(line.rest), 8)):
            yield Text(" " * INDENT).append(lead, FAINT).append(text, line.style or None)
            lead = line.rest
        note = line.rest + "  " + ("" if columns.side else remark)
        fits = cells(note) <= columns.first
        remark = "" if fits and not columns.side else remark
        out = Text(" " * INDENT).append(pad(note if fits else line.rest, columns.first), FAINT)
    out.append(numbers)
    beside = wrap(remark, columns.side) if columns.side and remark else []
    if beside:
        out.append("  " + beside[0], FAINT)
    out.rstrip()
    yield out
    for text in beside[1:]:
        yield Text((" " * INDENT + pad(line.rest, columns.first) + " " * cells(numbers) + "  " + text).rstrip(), FAINT)
    lead = " " * INDENT + line.rest + "  "
    for words in ([remark] if remark and not columns.side else []) + list(line.terms):
        for text in wrap(words, max(columns.width - cells(lead), 8)):
            yield Text(lead).append(text, FAINT)


@dataclass(frozen=True)
class _Lines:
    """What is drawn, in order. What was taken apart once is not again."""

    document: Document
    language: Language
    room: int
    seen: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def of(self, branch: Branch, lead: str, rest: str, style: str = "") -> Iterator[_Line]:
        """An expression, and what it is made of."""
        again = branch.expr in self.seen and bool(branch.parts or branch.inputs)
        self.seen.add(branch.expr)
        parts = () if again else branch.parts
        remark = say("as_above", self.language) if again else " · ".join(filter(None, self._remark(branch)))
        values = tuple(value_words(value, branch.unit, self.language) for value in branch.values)
        words = self._words(branch, cells(lead), again)
        terms = () if again else tuple(self._terms(branch))
        yield _Line(lead, rest + ("│ " if parts else ""), words, values, remark, terms, style)
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            tails = ("└ ", "  ") if last else ("├ ", "│ ")
            yield from self.of(part, rest + tails[0], rest + tails[1])

    def _words(self, branch: Branch, used: int, again: bool) -> str:
        """As the rule writes it; of a long one that its parts repeat, only how they are joined."""
        written, name = clean(branch.written or branch.expr), clean(branch.name or "")
        self.told.add(name)
        if again and name:
            return name
        whole = f"{name} = {written}" if name and name != written else written
        if not (branch.joins and branch.parts) or used + cells(whole) <= self.room:
            return whole
        joined = say(f"join_{branch.joins}", self.language)
        return f"{name}{say('colon', self.language)}{joined}" if name else joined

    def _terms(self, branch: Branch) -> Iterator[str]:
        for term in branch.terms:
            if term.name in self.told:
                continue
            self.told.add(term.name)
            own = term.name in (branch.written, branch.expr)
            yield ("" if own else clean(term.name) + say("colon", self.language)) + self._meant(term)

    def _meant(self, term: Term) -> str:
        if term.written is not None:
            return clean(term.written)
        level = level_from(term.level or "blue", self.language)
        key = "leg" if len(term.rules) > 1 else "leg_of_one"
        return say(key, self.language, listed(map(clean, term.rules), self.language), level, term.window)

    def _remark(self, branch: Branch) -> Iterator[str]:
        language = self.language
        if branch.comparison is not None and branch.comparison.number is not None:
            yield compared(branch.comparison, language)
        if branch.at_most is not None:
            yield say("at_most", language, value_words(branch.at_most, None, language))
        if branch.reason is not None:
            yield say("unknown_because", language, say(branch.reason, language))
        leg = any(term.rules for term in branch.terms)
        if branch.members is None and not branch.parts and not leg:
            yield self._called(branch)
        yield unit_words(branch.unit, language)
        if branch.origin is not None:
            yield say(f"origin_{branch.origin}", language)
        if branch.members is not None:
            members = branch.members
            yield say("members", language, f"{members.known:,}", f"{members.n:,}")
            if members.true is not None:
                yield say("members_true", language, f"{members.true:,}")
        elif not leg:
            yield from (_cell(cell, language) for cell in branch.inputs[:CELLS_SHOWN])
            if branch.inputs_total > CELLS_SHOWN:
                yield say("more_cells", language, f"{branch.inputs_total - CELLS_SHOWN:,}")

    def _called(self, branch: Branch) -> str:
        """What a leaf is called, where neither its expression nor its column says so."""
        names = {cell_name(cell) for cell in branch.inputs}
        if len(names) != 1:
            return ""
        words = title(self.document, names.pop(), self.language)
        columns = {cell.source.column for cell in branch.inputs if cell.source is not None}
        return "" if words in columns or words.replace(" ", "_") in branch.expr else words


def _cell(cell: Input, language: Language) -> str:
    """Where one value stands, and how settled it is."""
    where = place(cell.source.model_dump()) if cell.source is not None else None
    status = say(f"status_of_{cell.status}", language) if cell.status else ""
    return " ".join(part for part in (clean(where or ""), status) if part)
