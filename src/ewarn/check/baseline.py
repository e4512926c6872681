"""The baseline: the alerts that are known and accepted, one line each, sorted, so that a diff can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import orjson

from ewarn.alerts.assembly import json_text
from ewarn.alerts.text import encodable, unhidden
from ewarn.calendar import parse_period
from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import UsageError
from ewarn.levels import RANK

VERSION = 1
KEYS = ("pack", "rule", "entity", "entity_type", "level", "period", "status", "fingerprint")
STATUSES = ("new", "ongoing", "worse", "better", "resolved", "unjudged")
_SET = set(KEYS)
_TYPES = ((str,) * 8, (*(str,) * 6, type(None), str))
_ADVICE = "name another file, or remove this one and add `--update-baseline`"


class Entry(NamedTuple):
    """One alert of a baseline: the report's keys of the same names."""

    pack: str
    rule: str
    entity: str
    entity_type: str
    level: str
    period: str
    status: str | None
    fingerprint: str

    def with_status(self, status: str) -> Entry:
        """The same alert, found to be so."""
        return Entry._make((*self[:6], status, self[7]))

    @property
    def rank(self) -> int:
        """The level's rank, 1 to 4."""
        return RANK[self.level]

    @property
    def key(self) -> tuple[str, str]:
        """Pack and rule."""
        return self.pack, self.rule

    @property
    def who(self) -> tuple[str, str]:
        """Entity type and entity."""
        return self.entity_type, self.entity


@dataclass(frozen=True, eq=False)
class Baseline:
    """Alerts that an earlier check accepted."""

    as_of: str
    entries: tuple[Entry, ...] = ()

    @cached_property
    def by_fingerprint(self) -> dict[str, Entry]:
        """Each entry by what identifies it."""
        return {entry.fingerprint: entry for entry in self.entries}


def write_baseline(as_of: str, entries: Iterable[Entry]) -> bytes:
    """The file's content, UTF-8: one line per alert, sorted by pack, rule, entity type and entity."""
    ordered = sorted(entries, key=lambda entry: (entry.pack, entry.rule, entry.entity_type, entry.entity))
    head = b'{"ewarn":%d,"kind":"baseline","as_of":%b,"alerts":[' % (VERSION, json_text(as_of))
    return unhidden(head + b",".join(b"\n" + _line(entry) for entry in ordered) + b"\n]}\n")


def _line(entry: Entry) -> bytes:
    alert = entry._asdict()
    try:
        return orjson.dumps(alert)
    except TypeError:  # a lone surrogate, which no UTF-8 holds
        return orjson.dumps({key: value and encodable(value) for key, value in alert.items()})


def read_baseline(content: bytes, file: str) -> Baseline:
    """Read a baseline; `file` is its name in messages.

    Raises UsageError with one diagnostic where it is empty, unreadable, something else, or of a newer ewarn.
    """
    if not content.strip():
        raise _refused(
            "the baseline is empty",
            file,
            help="restore it from version control, or remove it and add `--update-baseline`",
        )
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        raise _refused("the baseline is not JSON", _span(content, file, problem), problem.msg) from None
    if not isinstance(document, dict) or "ewarn" not in document:
        raise _refused("this is not a baseline of ewarn", file, help=_ADVICE)
    version = document["ewarn"]
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        words = f"the baseline was written by a newer ewarn (form {version}, this one reads {VERSION})"
        raise _refused(words, file, help="install that version here, or write the baseline with this one")
    if document.get("kind") != "baseline" or version != VERSION:
        what = "this is a report, not a baseline" if "coverage" in document else "this is not a baseline of ewarn"
        raise _refused(what, file, help=_ADVICE)
    alerts, as_of = document.get("alerts"), document.get("as_of")
    if not isinstance(alerts, list) or not isinstance(as_of, str):
        raise _refused("the baseline lacks `alerts` or `as_of`", file, help=_ADVICE)
    entries: dict[str, Entry] = {}
    for number, alert in enumerate(alerts, start=1):
        entry = _entry(alert)
        if entry is None:
            words = f"entry {number} of the baseline is not one that ewarn wrote"
            raise _refused(words, file, help=f"it needs {', '.join(KEYS)}; {_ADVICE}")
        entries[entry.fingerprint] = entry
    return Baseline(as_of, tuple(entries.values()))


def _entry(alert: Any) -> Entry | None:
    if not isinstance(alert, dict) or alert.keys() != _SET:
        return None
    entry = Entry._make(map(alert.__getitem__, KEYS))
    if tuple(map(type, entry)) not in _TYPES or entry.level not in RANK or not _period(entry.period):
        return None
    return entry if entry.status is None or entry.status in STATUSES else None


@lru_cache(maxsize=1024)
def _period(text: str) -> bool:
    try:
        parse_period(text)
    except ValueError:
        return False
    return True


def _span(content: bytes, file: str, problem: orjson.JSONDecodeError) -> Span | str:
    lines = content.decode("utf-8", "replace").splitlines()
    if not 0 < problem.lineno <= len(lines):
        return file
    line = lines[problem.lineno - 1]
    column = min(max(problem.colno, 1), len(line) + 1)
    return Span(file, problem.lineno, column, column + 1, line)


def _refused(message: str, place: Span | str, label: str | None = None, help: str = _ADVICE) -> UsageError:  # noqa: A002  (the word of Diagnostic)
    if isinstance(place, str):
        return UsageError([Diagnostic("EW021", f"`{place}`: {message}", label=label, help=help)])
    return UsageError([Diagnostic("EW021", message, place, label=label, help=help)])
