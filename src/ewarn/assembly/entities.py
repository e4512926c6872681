"""Who the data are about: the entities of each type, from the rows that have them and the columns that name them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ewarn.arrow import integers, mask
from ewarn.assembly.codes import Codes, Rows, constant, take_or
from ewarn.assembly.periods import Days
from ewarn.assembly.problems import Problems, shown
from ewarn.assembly.sheet import Sheet
from ewarn.assembly.spec import ParentSpec
from ewarn.calendar import Calendar, Frequency
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.panel import Int32s

ALWAYS = np.iinfo(np.int64).min
NEVER = np.iinfo(np.int64).max
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(eq=False)
class Part:
    """The rows of a sheet that are about one entity type."""

    sheet: Sheet
    type: str
    rows: Rows | None
    """Rows of the sheet; None where all."""
    position: Int32s
    """Position of each row's entity among those of the type."""

    @property
    def numbers(self) -> Int32s:
        """File row of each row."""
        return self.pick(self.sheet.numbers)

    def pick(self, items: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        """The part's share of an array per row of the sheet."""
        return items if self.rows is None else items[self.rows]

    def pick_codes(self, codes: Codes) -> Codes:
        """The part's share of a column of words."""
        return codes if self.rows is None else codes.rows(self.rows)


@dataclass(eq=False)
class Roster:
    """The entities of one type while they are collected."""

    type: str
    listed: pa.StringArray
    """Ids that a table of this type lists, sorted."""
    ids: pa.StringArray
    """Those, or where no table is of this type the ids that columns of parents name."""
    since: Days
    parts: list[Part] = field(default_factory=list)
    names: tuple[str, ...] | None = None

    def name_of(self, entity: int) -> str:
        """What an entity is called, for messages."""
        return (self.names or self.texts)[entity]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The ids."""
        return tuple(self.ids.to_pylist())

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, codes: Codes) -> Int32s:
        """Position of each row's id, -1 where it is none of these."""
        return take_or(self._found(codes.words), codes.index, -1)

    def _found(self, words: pa.StringArray) -> Int32s:
        return integers(pc.index_in(words, value_set=self.ids))


def rosters_of(
    sheets: list[Sheet], calendars: dict[Frequency, Calendar], known_at: int | None, problems: Problems
) -> dict[str, Roster]:
    """All entities, each since the first day on which a table has it; parents and linked entities that no table lists
    are reported, except as of an earlier day, when they may not have been listed yet."""
    own: dict[str, list[pa.StringArray]] = {}
    shares: list[tuple[Sheet, str, Rows | None]] = []
    for sheet in sheets:
        for kind, rows in types_in(sheet):
            shares.append((sheet, kind, rows))
            own.setdefault(kind, []).append(_used(sheet.ids if rows is None else sheet.ids.rows(rows)))
    named: dict[str, list[pa.StringArray]] = {}
    for sheet in sheets:
        for parent in sheet.spec.parents:
            named.setdefault(parent.type, []).append(_used(parent_codes(sheet, parent)))
    rosters = {}
    for kind in dict.fromkeys([*own, *named]):
        listed = _sorted(own.get(kind, []))
        ids = listed if kind in own else _sorted(named[kind])
        rosters[kind] = Roster(kind, listed, ids, np.full(len(ids), NEVER, dtype=np.int64))
    for sheet, kind, rows in shares:
        roster = rosters[kind]
        part = Part(sheet, kind, rows, roster.positions(sheet.ids if rows is None else sheet.ids.rows(rows)))
        roster.parts.append(part)
        _note_since(roster, part.position, sheet, rows, calendars)
    for sheet in sheets:
        for parent in sheet.spec.parents:
            roster = rosters[parent.type]
            codes = parent_codes(sheet, parent)
            _note_since(roster, roster.positions(codes), sheet, None, calendars)
            # One that stands in a row left out is not missing.
            whole = not any(part.sheet.incomplete for part in roster.parts)
            if parent.type in own and known_at is None and whole:
                _missing(sheet, parent, codes, roster, problems)
        for link in sheet.spec.links:
            found = rosters.get(link.type)
            if found is not None and known_at is None and not any(part.sheet.incomplete for part in found.parts):
                _missing(sheet, link, parent_codes(sheet, link), found, problems)
    return rosters


def types_in(sheet: Sheet) -> list[tuple[str, Rows | None]]:
    """The entity types of a sheet, each with its rows; None for all of them."""
    if sheet.spec.type_column is None:
        return [(sheet.spec.type, None)]
    present = np.flatnonzero(sheet.types.used())
    if len(present) == 1:
        return [(sheet.types.texts[present[0]], None)]
    return [(sheet.types.texts[code], np.flatnonzero(sheet.types.index == code)) for code in present]


def parent_codes(sheet: Sheet, parent: ParentSpec) -> Codes:
    """The parents' ids of a sheet, one per row; symbols for missing values are none."""
    if parent.column is None:
        return constant(parent.value or "", len(sheet))
    codes = sheet.words[parent.column]
    symbols = sheet.spec.symbols
    missing = np.array([*(symbols.reason(word) is not None for word in codes.texts), True])
    return Codes(np.where(missing[codes.index], np.int32(-1), codes.index), codes.words)


def _used(codes: Codes) -> pa.StringArray:
    used = codes.used()
    return codes.words if used.all() else codes.words.filter(mask(used))


def _sorted(words: list[pa.StringArray]) -> pa.StringArray:
    unique = pa.chunked_array(words, pa.string()).unique()
    return unique.take(pc.sort_indices(unique))


def _note_since(
    roster: Roster, position: Int32s, sheet: Sheet, rows: Rows | None, calendars: dict[Frequency, Calendar]
) -> None:
    known = position >= 0
    if sheet.ordinals is None or sheet.freq is None:
        roster.since[position[known]] = ALWAYS
        return
    ordinals = sheet.ordinals if rows is None else sheet.ordinals[rows]
    first = np.full(len(roster), np.iinfo(np.int32).max, dtype=np.int32)
    if known.all():
        np.minimum.at(first, position, ordinals)
    else:
        np.minimum.at(first, position[known], ordinals[known])
    seen = np.flatnonzero(first != np.iinfo(np.int32).max)
    calendar = calendars[sheet.freq]
    days = calendar.first_day[calendar.rows_at(first[seen].astype(np.int64))]
    roster.since[seen] = np.minimum(roster.since[seen], days)


def _missing(sheet: Sheet, parent: ParentSpec, codes: Codes, roster: Roster, problems: Problems) -> None:
    """Report each parent id that no table of its type lists, at the first row that names it."""
    known = roster._found(codes.words) >= 0
    first = codes.first_rows()
    lost = np.flatnonzero(~known & (first >= 0))

    def word(position: int) -> Diagnostic:
        code = int(lost[position])
        text = codes.texts[code]
        message = f"there is no {parent.type} `{shown(text)}`"
        hint = _by_name(roster, text) or did_you_mean(text, roster.texts)
        places = {part.sheet.spec.label for part in roster.parts}
        place = sheet.place(int(first[code]), parent.column) if parent.column is not None else parent.place
        label = f"{', '.join(sorted(places))} lists {len(roster):,}"
        return Diagnostic("EW305", message, place, label, hint)

    problems.add_all("EW305", sheet.spec.label, len(lost), word)


def _by_name(roster: Roster, text: str) -> str | None:
    for part in roster.parts:
        if part.sheet.spec.name is None:
            continue
        names = part.sheet.words[part.sheet.spec.name]
        if text in names.texts:
            rows = names.first_rows()
            row = int(rows[names.texts.index(text)])
            return f"that is a name; the {roster.type}'s id is `{shown(part.sheet.ids.text(row) or '')}`"
    return None
