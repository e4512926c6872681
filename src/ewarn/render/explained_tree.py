"""A condition as a tree: an expression on each line, its last values, and where they are from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.text import Text

from ewarn.alerts.models import Input, Language
from ewarn.explaining.models import Branch
from ewarn.explaining.trees import place
from ewarn.levels import Level
from ewarn.render.cells import cells, pad, wrap
from ewarn.render.explained_words import compared, unit_words, value_words
from ewarn.render.style import FAINT, INK, STRONG
from ewarn.render.text import clean
from ewarn.render.words import say

INDENT = 2
FEWEST, SIDE = 5, 34
"""So many periods are shown before there is room for remarks beside them; and so wide are these then."""
CELLS_SHOWN = 3
"""So many source cells are named at a leaf; the JSON has more."""


@dataclass(frozen=True)
class _Line:
    """One expression: what stands before it on its first line and on the others, its values, what is said of it."""

    lead: str
    rest: str
    branch: Branch
    remark: str
    style: str


def tree(
    branch: Branch, periods: Sequence[str], language: Language, width: int, label: str, level: Level | None = None
) -> Iterator[Text]:
    """Lines of the tree under a heading of periods. `label`: what the whole is."""
    lines = list(_lines(branch, "", "", language, set(), INK[level] if level else STRONG))
    room = width - INDENT
    longest = max(cells(line.lead) + cells(clean(line.branch.expr)) for line in lines)
    first = max(min(longest, int(room * 0.45)), min(cells(label), room), 16)
    values = [[value_words(value, line.branch.unit, language) for value in line.branch.values] for line in lines]
    heads = [period[2:] if len(period) == 7 and "Q" not in period else period for period in periods]
    column = max([cells(text) for row in values for text in row] + [cells(head) for head in heads]) + 2
    beside = room - first - FEWEST * column >= SIDE
    count = (room - first - SIDE) // column if beside else (room - first) // column
    count = max(1, min(count, len(heads)))
    side = room - first - count * column - 2 if beside else 0
    head = "".join(pad(text, column, right=True) for text in heads[-count:])
    yield _styled(" " * INDENT + pad(label, first) + head, FAINT)
    for line, row in zip(lines, values, strict=True):
        yield from _drawn(line, row[-count:], language, first, column, side, width)


def _styled(words: str, style: str) -> Text:
    return Text(words.rstrip(), style)


def _expression(branch: Branch, room: int, language: Language) -> str:
    """As it is written; of a long one that its parts repeat, only how they are joined."""
    words = clean(branch.expr)
    return say(f"join_{branch.joins}", language) if branch.joins and branch.parts and cells(words) > room else words


def _drawn(
    line: _Line, values: Sequence[str], language: Language, first: int, column: int, side: int, width: int
) -> Iterator[Text]:
    words = wrap(_expression(line.branch, first - cells(line.lead), language), max(first - cells(line.lead), 8))
    remarks = wrap(line.remark, side) if side and line.remark else []
    numbers = "".join(pad(text, column, right=True) for text in values)
    for at, (expression, remark) in enumerate(zip_longest(words, remarks, fillvalue="")):
        out = Text(" " * INDENT)
        out.append(line.rest if at else line.lead, FAINT).append(expression, line.style or None)
        out.append(" " * max(first - cells(line.rest if at else line.lead) - cells(expression), 0))
        out.append(numbers if not at else " " * cells(numbers))
        out.append("  " + remark, FAINT)
        out.rstrip()
        yield out
    if line.remark and not side:
        lead = " " * INDENT + line.rest + "  "
        for text in wrap(line.remark, max(width - cells(lead), 8)):
            yield Text(lead).append(text, FAINT)


def _lines(
    branch: Branch, lead: str, rest: str, language: Language, seen: set[str], style: str = ""
) -> Iterator[_Line]:
    again = branch.expr in seen and bool(branch.parts or branch.inputs)
    seen.add(branch.expr)
    parts = () if again else branch.parts
    remark = say("as_above", language) if again else _remark(branch, language)
    yield _Line(lead, rest + ("│ " if parts else ""), branch, remark, style)
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        yield from _lines(part, rest + ("└ " if last else "├ "), rest + ("  " if last else "│ "), language, seen)


def _remark(branch: Branch, language: Language) -> str:
    said = []
    if branch.comparison is not None and branch.comparison.number is not None:
        said.append(compared(branch.comparison, language))
    if branch.at_most is not None:
        said.append(say("at_most", language, value_words(branch.at_most, None, language)))
    if branch.reason is not None:
        said.append(say("unknown_because", language, say(branch.reason, language)))
    said.append(unit_words(branch.unit, language))
    if branch.origin is not None:
        said.append(say(f"origin_{branch.origin}", language))
    if branch.members is not None:
        members = branch.members
        said.append(say("members", language, f"{members.known:,}", f"{members.n:,}"))
        if members.true is not None:
            said.append(say("members_true", language, f"{members.true:,}"))
    if not branch.members:
        said += [_cell(cell, language) for cell in branch.inputs[:CELLS_SHOWN]]
        if branch.inputs_total > CELLS_SHOWN:
            said.append(say("more_cells", language, f"{branch.inputs_total - CELLS_SHOWN:,}"))
    return " · ".join(part for part in said if part)


def _cell(cell: Input, language: Language) -> str:
    """Where one value stands, and how settled it is."""
    where = place(cell.source.model_dump()) if cell.source is not None else None
    status = say(f"status_of_{cell.status}", language) if cell.status else ""
    return " ".join(part for part in (clean(where or ""), status) if part)
