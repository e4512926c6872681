"""Source cells as JSON: one text per cell read, made by columns and once for all evidence that shares it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ewarn.alerts.assembly import Assembly, json_optional, json_text, json_texts, json_values
from ewarn.alerts.collect import Collected, MemberCells
from ewarn.alerts.columns import Column, Kind
from ewarn.alerts.models import INPUTS_AT_MOST
from ewarn.diagnostics import Cell
from ewarn.expressions.evaluation import Cells
from ewarn.panel import Attribute, Panel, Series, Source, Status

Ints = npt.NDArray[np.int64]
_STATUS = [b"null", *(b'"%b"' % status.name.lower().encode() for status in sorted(Status))]
_KINDS: dict[str, Kind] = {"text": "text", "number": "number", "date": "date", "flag": "flag"}


@dataclass(eq=False)
class InputTexts:
    """Texts of the cells read for one group of alerts. Keeps those it has made: slots and leaves share most cells."""

    panel: Panel
    ids: dict[str, list[bytes]]
    """Ids as JSON by entity type, empty where not yet needed; shared by all groups."""
    _made: dict[Hashable, tuple[list[bytes], npt.NDArray[np.bool_]]] = field(default_factory=dict)

    def joined(self, read: Collected, count: int) -> tuple[list[bytes], list[bytes]]:
        """For each of `count` alerts, the first `INPUTS_AT_MOST` distinct cells as the inside of a JSON array, and how
        many there are in all."""
        columns = [column for part in read.own if (column := self._column(part)) is not None]
        if columns and not read.members and _plain(read.own):
            # Nothing is there twice or missing: the usual case, joined in C.
            texts = list(map(b",".join, zip(*columns[:INPUTS_AT_MOST], strict=True)))
            return texts, [b"%d" % len(columns)] * count
        own = [_distinct(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(count)]
        totals = [len(texts) for texts in own]
        for members in read.members:
            self._append(members, read.own, own, totals)
        inputs = [b",".join(texts if len(texts) <= INPUTS_AT_MOST else texts[:INPUTS_AT_MOST]) for texts in own]
        return inputs, [b"%d" % total for total in totals]

    def _append(self, members: MemberCells, read: Sequence[Cells], texts: list[list[bytes]], totals: list[int]) -> None:
        """Add the cells of each alert's group to its own."""
        cells = _without_repeats(members.cells)
        counts = sum((part.row >= 0).astype(np.int64) for part in cells)
        groups: dict[int, tuple[list[bytes], int]] = {}
        again = sum(_among(part, members) for part in read)
        repeated = np.broadcast_to(again, len(texts)).tolist()
        for at, code in enumerate(members.wanted.tolist()):
            if code < 0 or not cells:
                continue
            if code not in groups:
                inside = np.flatnonzero(members.groups == code)
                groups[code] = self._first(cells, inside), int(np.sum(np.asarray(counts)[inside]))
            first, total = groups[code]
            texts[at] = _distinct((*texts[at], *first))
            totals[at] += total - repeated[at]

    def _first(self, cells: Sequence[Cells], members: Ints) -> list[bytes]:
        few = members[:INPUTS_AT_MOST]
        cut = [Cells(part.of, part.type, part.entity[few], part.row[few]) for part in cells]
        columns = [column for part in cut if (column := self._column(part)) is not None]
        return [text for row in zip(*columns, strict=True) for text in row if text][:INPUTS_AT_MOST]

    def _column(self, cells: Cells) -> list[bytes] | None:
        """One text per alert, empty where no cell was read; almost always all read the same period."""
        present = cells.row >= 0
        if not present.any():
            return None
        first = int(cells.row[np.argmax(present)])
        if (cells.row[present] == first).all():
            return self._at(cells, first, present)
        merged = [b""] * len(present)
        for row in np.unique(cells.row[present]).tolist():
            here = cells.row == row
            texts = self._at(cells, row, here)
            for at in np.flatnonzero(here).tolist():
                merged[at] = texts[at]
        return merged

    def _at(self, cells: Cells, row: int, wanted: npt.NDArray[np.bool_]) -> list[bytes]:
        key = (id(cells.of), row, cells.entity.tobytes())
        if key not in self._made:
            self._made[key] = ([b""] * len(wanted), np.zeros(len(wanted), dtype=np.bool_))
        texts, done = self._made[key]
        new = np.flatnonzero(wanted & ~done)
        if len(new):
            for at, text in zip(new.tolist(), self._write(cells, row, cells.entity[new]), strict=True):
                texts[at] = text
            done[new] = True
        if wanted.all():
            return texts
        return [text if want else b"" for text, want in zip(texts, wanted.tolist(), strict=True)]

    def _write(self, cells: Cells, row: int, entities: Ints) -> list[bytes]:
        if cells.type not in self.ids:
            self.ids[cells.type] = [b""] * len(self.panel.types[cells.type])
        ids, known = self.ids[cells.type], self.panel.types[cells.type].ids
        new = [at for at in entities.tolist() if not ids[at]]
        for at, text in zip(new, json_texts([known[at] for at in new]), strict=True):
            ids[at] = text
        of = cells.of
        if isinstance(of, Series):
            return self._series(of, row, entities, ids)
        return self._attribute(of, row, entities, ids)

    def _series(self, series: Series, row: int, entities: Ints, ids: list[bytes]) -> list[bytes]:
        label = self.panel.calendars[series.freq].labels[row]
        measure = f'"measure":"{series.measure}","entity":'
        assembly = Assembly(len(entities)).fixed(b'{"indicator":%b,' % json_text(series.indicator))
        assembly.fixed(measure.encode()).varying([ids[at] for at in entities.tolist()])
        assembly.fixed(b',"period":"%b","value":' % label.encode())
        kind: Kind = "text" if series.holds == "category" else series.holds
        assembly.varying(json_values(Column(kind, None, series.values[row, entities], words=series.categories)))
        assembly.fixed(b',"unit":%b,"status":' % json_optional(series.unit))
        if series.statuses is None:
            assembly.fixed(b"null")
        else:
            assembly.varying([_STATUS[code] for code in series.statuses[row, entities].tolist()])
        return _placed(assembly, series.sources, row, entities)

    def _attribute(self, attribute: Attribute, row: int, entities: Ints, ids: list[bytes]) -> list[bytes]:
        dated = attribute.values.ndim == 2
        values = (attribute.values[row, entities] if dated else attribute.values[entities]).astype(np.float64)
        if attribute.kind == "text":
            values[values < 0] = np.nan
        elif attribute.kind == "flag":
            values = np.where(values == 0, np.nan, values > 0)
        period = b"null"
        if dated and attribute.freq is not None:
            period = json_text(self.panel.calendars[attribute.freq].labels[row])
        column = Column(_KINDS[attribute.kind], attribute.unit, values, words=attribute.categories)
        assembly = Assembly(len(entities)).fixed(b'{"indicator":%b,' % json_text(attribute.name))
        assembly.fixed(b'"measure":null,"entity":').varying([ids[at] for at in entities.tolist()])
        assembly.fixed(b',"period":%b,"value":' % period).varying(json_values(column))
        assembly.fixed(b',"unit":%b,"status":null' % json_optional(attribute.unit))
        return _placed(assembly, attribute.sources, row if dated else 0, entities)


def _plain(read: Sequence[Cells]) -> bool:
    """Whether every alert reads every one of these cells, and no two of them can be the same."""
    keys = set()
    for part in read:
        first = part.row[0]
        if first < 0 or not (part.row == first).all():
            return False
        keys.add((id(part.of), int(first)))
    return len(keys) == len(read)


def _distinct(texts: Sequence[bytes]) -> list[bytes]:
    return [text for text in dict.fromkeys(texts) if text]


def _without_repeats(cells: Sequence[Cells]) -> list[Cells]:
    return list({(id(part.of), part.row.tobytes()): part for part in cells}.values())


def _among(own: Cells, members: MemberCells) -> Ints:
    """For each alert, 1 if its own cell is one of those of its group (a peer among its peers)."""
    found = np.zeros(len(own.row), dtype=np.int64)
    for part in _without_repeats(members.cells):
        if part.of is own.of and len(part.entity):
            at = np.minimum(np.searchsorted(part.entity, own.entity), len(part.entity) - 1)
            same = (part.entity[at] == own.entity) & (part.row[at] == own.row) & (own.row >= 0)
            found |= same & (members.groups[at] == members.wanted)
    return found


def _placed(assembly: Assembly, sources: Sequence[Source], row: int, entities: Ints) -> list[bytes]:
    """Close the objects with the place of each value: the first source that has a row for it, else null."""
    places = [b"null"] * len(entities)
    open_ = np.arange(len(entities))
    for source in sources:
        rows = source.rows[row, entities[open_]]
        here = rows > 0
        if here.all() and len(open_) == len(entities):
            places = _places(source, rows)
            break
        for at, text in zip(open_[here].tolist(), _places(source, rows[here]), strict=True):
            places[at] = text
        open_ = open_[~here]
        if not len(open_):
            break
    return assembly.fixed(b',"source":').varying(places).fixed(b"}").rows()


def _places(source: Source, rows: npt.NDArray[np.int32]) -> list[bytes]:
    table = source.table
    if table.across is not None or table.letters is not None:
        return [_cell(table.place(row, source.column)) for row in rows.tolist()]
    head = b'{"file":%b,"sheet":%b,"row":' % (json_text(table.file), json_optional(table.sheet))
    tail = b',"column":%b,"cell":null}' % json_text(source.column)
    if not table.text:
        return [head + b'%d,"line":null' % row + tail for row in rows.tolist()]
    if table.lines is None:
        return [head + b'%d,"line":%d' % (row, row) + tail for row in rows.tolist()]
    lines = table.lines[np.maximum(rows - 1, 0)]
    return [head + b'%d,"line":%d' % pair + tail for pair in zip(rows.tolist(), lines.tolist(), strict=True)]


def _cell(place: Cell) -> bytes:
    """A place that is like no other of its table."""
    row, line = (b"null" if number is None else b"%d" % number for number in (place.row, place.line))
    texts = tuple(json_optional(text) for text in (place.sheet, place.column, place.cell))
    head = b'{"file":%b,"sheet":%b,"row":%b,"line":%b,' % (json_text(place.file), texts[0], row, line)
    return head + b'"column":%b,"cell":%b}' % texts[1:]
