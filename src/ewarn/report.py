"""What a run gives back: alerts, coverage, episodes; as objects, as JSON, as rows for tables and frames.

The JSON of the alerts is the primary form, written in chunks straight from arrays; `Report.alerts` reads an alert
out of it when it is asked for, so the objects are what the JSON says by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeVar, overload

import numpy as np
import orjson
from pydantic import BaseModel

from ewarn.alerts.assembly import json_optional, json_text
from ewarn.alerts.coverage import coverage
from ewarn.alerts.folded import fold
from ewarn.alerts.history import EpisodeLines
from ewarn.alerts.lines import AlertLines
from ewarn.alerts.models import Alert, CoverageRow, Episode, Language, Near
from ewarn.alerts.near import near_misses
from ewarn.alerts.text import in_cell, unhidden
from ewarn.levels import RANK, Level
from ewarn.ranking import PARTS, Weights, order, rank, select
from ewarn.signals import Signals

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 2048
"""Alerts explained together: enough for columns to pay, few enough to keep memory flat."""
CLEARED = 100
"""For so many alerts it is looked for what would clear them: some milliseconds for each."""
_TEXTS = ("title", "explanation", "action")
_FLAT = (
    *("rule", "pack", "slug", "channel", "entity", "entity_type", "name", "period", "level", "possible", "score"),
    *(*PARTS, *_TEXTS, "since", "periods", "held", "owner", "status", "provisional", "fingerprint", "absorbed_by"),
)
FLAT_COLUMNS: tuple[str, ...] = _FLAT
"""Columns of `Report.rows`, `Report.cells` and `Report.to_frame`: the names of the JSON."""


class Explained(Protocol):
    """Ranked alerts, or episodes, that can be written out."""

    def __len__(self) -> int: ...

    def lines(self, start: int, stop: int) -> list[bytes]:
        """Those of these places as JSON objects, one line each."""
        ...


class Presentation(Protocol):
    """How a report is shown to people; given to it from above, since drawing is a later layer."""

    def text(self, report: Report) -> str:
        """For `print`."""
        ...

    def html(self, report: Report) -> str:
        """For a notebook."""
        ...

    def renderables(self, report: Report, width: int) -> Iterable[Any]:
        """For a rich console of this width."""
        ...


Model = TypeVar("Model", bound=BaseModel)


class Lazy(Sequence[Model]):
    """Objects that exist as JSON only until they are asked for."""

    model: type[Model]

    def __init__(self, explained: Explained) -> None:
        self._explained = explained
        self._start = 0
        self._lines: list[bytes] = []

    def __len__(self) -> int:
        return len(self._explained)

    @property
    def explained(self) -> Explained:
        """What writes the JSON."""
        return self._explained

    @overload
    def __getitem__(self, index: int) -> Model: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Model]: ...
    def __getitem__(self, index: int | slice) -> Model | Sequence[Model]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"{index} of {len(self)}")
        return self.model.model_validate_json(self.line(at))

    def line(self, at: int) -> bytes:
        """One object as JSON; a chunk around it is kept, for whoever asks for its neighbours next."""
        if not self._start <= at < self._start + len(self._lines):
            self._start = at - at % CHUNK
            self._lines = self._explained.lines(self._start, min(self._start + CHUNK, len(self)))
        return self._lines[at - self._start]

    def chunks(self) -> Iterator[list[bytes]]:
        """All objects as JSON, some at a time."""
        for start in range(0, len(self), CHUNK):
            yield self._explained.lines(start, min(start + CHUNK, len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} {type(self).__name__.lower()}>"


class Alerts(Lazy[Alert]):
    """The ranked alerts, each built when it is asked for."""

    model = Alert


class Episodes(Lazy[Episode]):
    """The episodes of a run, each built when it is asked for."""

    model = Episode


@dataclass(frozen=True, eq=False)
class Report:
    """The answer to "what is wrong, where, how bad, since when, and on what numbers does that stand"."""

    as_of: str
    alerts: Alerts
    coverage: Sequence[CoverageRow] = field(repr=False)
    counts: Mapping[str, int]
    """Alerts by level, those that are not shown included."""
    name: str = ""
    """The drop's own name."""
    known_at: str | None = None
    engine: str = "none"
    omitted: int = 0
    """Alerts that are not shown, for `top` or `min_level`."""
    near: Sequence[Near] = ()
    """What nearly fired, the nearest first, where it was asked for."""
    episodes: Episodes | None = None
    """Consecutive periods over which rules held, where a history was asked for."""
    presentation: Presentation | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        signals: Signals,
        *,
        as_of: str | None = None,
        top: int | None = None,
        min_level: Level = "blue",
        history: bool = False,
        near: int = 0,
        levers: bool = True,
        weights: Weights | None = None,
        presentation: Presentation | None = None,
    ) -> Report:
        """Rank what `signals` found, and explain what is shown.

        `as_of`: the newest period judged (default: the panel's). `top`: the first so many alerts (None or 0: all).
        `min_level`: the lowest level shown. `history`: with episodes. `near`: so many near misses.
        `levers`: with `clears_when`, for the first `CLEARED` alerts and those that `top` asks for.
        """
        panel = signals.panel
        ranked = rank(signals, weights)
        folded = fold(ranked.fired, order(ranked.keys))
        shown, omitted = select(ranked.keys, top=top, min_level=RANK[min_level], roots=folded.roots)
        sought = max(top or 0, CLEARED) if levers else 0
        known_at = None if panel.known_at is None else str(np.datetime64(panel.known_at, "D"))
        return cls(
            as_of=as_of or str(panel.as_of),
            alerts=Alerts(AlertLines(signals, ranked.fired, shown, ranked.points, folded, sought)),
            coverage=coverage(signals.verdicts, signals.rules.name),
            counts=ranked.counts(),
            name=panel.name,
            known_at=known_at,
            engine=signals.engine,
            omitted=omitted,
            near=near_misses(signals, near) if near else (),
            episodes=Episodes(EpisodeLines(signals)) if history else None,
            presentation=presentation,
        )

    def chunks(self) -> Iterator[bytes]:
        """The JSON document in pieces of UTF-8, one object per line, never all of it in memory."""
        return map(unhidden, self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        head = b'{"ewarn":1,"as_of":%b,"known_at":%b,"engine":%b,"omitted":%d'
        known_at = json_optional(self.known_at)
        yield head % (json_text(self.as_of), known_at, json_text(self.engine), self.omitted)
        yield b',\n"alerts":['
        yield from _separated(self.alerts.chunks())
        yield b'],\n"near":['
        yield from _separated([[orjson.dumps(one.model_dump(mode="json")) for one in self.near]])
        yield b'],\n"coverage":['
        yield from _separated([[orjson.dumps(row.model_dump(mode="json")) for row in self.coverage]])
        if self.episodes is not None:
            yield b'],\n"episodes":['
            yield from _separated(self.episodes.chunks())
        yield b"]}\n"

    def to_json(self) -> str:
        """The report as the JSON of the contract (see `ewarn.alerts.schema`)."""
        return b"".join(self.chunks()).decode("utf-8")

    def write_json(self, file: IO[bytes]) -> None:
        """The same, written to a binary file as it is made."""
        for piece in self.chunks():
            file.write(piece)

    def rows(self, language: Language = "en") -> Iterator[dict[str, Any]]:
        """One flat dict per alert with the keys of `FLAT_COLUMNS`; texts in one language."""
        for line in chain.from_iterable(self.alerts.chunks()):
            alert = orjson.loads(line)
            alert.update(alert["score_parts"])
            for key in _TEXTS:
                alert[key] = alert[key][language]
            yield {key: alert[key] for key in FLAT_COLUMNS}

    def cells(self, language: Language = "en") -> Iterator[dict[str, Any]]:
        """`rows` for a spreadsheet: no text is taken for a formula or spills over its line; nothing is null."""
        for row in self.rows(language):
            yield {key: _cell(value) for key, value in row.items()}

    def to_frame(self, language: Language = "en") -> pd.DataFrame:
        """One row per alert, ranked, with the columns of `FLAT_COLUMNS`."""
        import pandas as pd

        return pd.DataFrame(list(self.rows(language)), columns=list(FLAT_COLUMNS))

    def __str__(self) -> str:
        if self.presentation is not None:
            return self.presentation.text(self)
        found = ", ".join(f"{count} {level}" for level, count in self.counts.items() if count)
        return f"data to {self.as_of}: {found or 'no alerts'}"

    def _repr_html_(self) -> str | None:
        return None if self.presentation is None else self.presentation.html(self)

    def __rich_console__(self, console: Any, options: Any) -> Iterable[Any]:
        if self.presentation is None:
            return [str(self)]
        return self.presentation.renderables(self, options.max_width)


def _cell(value: Any) -> str | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return in_cell(value) if isinstance(value, str) else value


def _separated(groups: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    """Objects on lines of their own, commas between them."""
    before = b"\n"
    for group in groups:
        if group:
            yield before
            yield b",\n".join(group)
            before = b",\n"
