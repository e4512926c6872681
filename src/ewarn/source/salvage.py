"""What a file with mistakes says all the same: so much of its tree as a model accepts.

A misspelt word is taken for the one that was probably meant, and an unknown key is left out; so is a value that cannot
be, where that is wanted. The mistakes themselves have been reported by `validate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ewarn.diagnostics import nearest
from ewarn.source.text import Text
from ewarn.source.tree import Located
from ewarn.source.validation import Mistake, Step, mistakes_in

if TYPE_CHECKING:
    from pydantic import BaseModel

M = TypeVar("M", bound="BaseModel")
Path = tuple[Step, ...]
_ROUNDS = 20
"""Leaving out one thing may show that another cannot stand alone."""


@dataclass(frozen=True)
class Lost:
    """A value that had to be left out."""

    path: Path
    within: frozenset[int]
    """Where the parts that it was in begin: `Located.start` of each."""


@dataclass(frozen=True)
class Salvaged(Generic[M]):
    """What could be read: the model, the tree it comes from, and what is not in it."""

    model: M
    node: Located
    without: tuple[Lost, ...]


@dataclass(frozen=True)
class _Edit:
    """Another key or another value for an entry; neither: it is left out."""

    key: str | None = None
    value: str | None = None


def salvage(model: type[M], node: Located, *, values: bool) -> Salvaged[M] | None:
    """`node` as an instance of `model` without what is wrong in it; None where too little is left.

    Without `values` a value that is wrong makes the whole useless.
    """
    without: list[Lost] = []
    for _ in range(_ROUNDS):
        found = mistakes_in(model, node)
        if not isinstance(found, list):
            return Salvaged(found, node, tuple(without))
        edits: dict[Path, _Edit] = {}
        for mistake in found:
            word = str(mistake.path[-1]) if mistake.path else ""
            if mistake.keys is not None:
                edits[mistake.path] = _Edit(key=nearest(word, mistake.keys))
            elif mistake.words is not None and (meant := nearest(_word(node, mistake), mistake.words)) is not None:
                edits[mistake.path] = _Edit(value=meant)
            elif not values or not mistake.path:
                return None
            else:
                edits[mistake.path] = _Edit()
                without.append(Lost(mistake.path, frozenset(one.start for one in _along(node, mistake.path)[:-1])))
        node = _edited(node, (), edits)
    return None


def _along(node: Located, path: Path) -> list[Located]:
    """The parts from the whole down to the one at `path`."""
    found = [node]
    for step in path:
        inner = found[-1].get(step) if isinstance(step, str) else found[-1].entries[step]
        assert inner is not None
        found.append(inner)
    return found


def _word(node: Located, mistake: Mistake) -> str:
    return str(_along(node, mistake.path)[-1].value)


def _edited(node: Located, path: Path, edits: Mapping[Path, _Edit]) -> Located:
    if (edit := edits.get(path)) is not None and edit.value is not None:
        return Located(Text(edit.value), node.document, node.start, node.end)
    if isinstance(node.value, dict):
        present = {str(key) for key in node.value}
        kept: dict[Text, Located] = {}
        for key, value in node.items():
            here = (*path, str(key))
            edit = edits.get(here)
            if edit is None or edit.value is not None:
                kept[key] = _edited(value, here, edits)
            elif edit.key is not None and edit.key not in present:
                kept[Text(edit.key)] = value
        return Located(kept, node.document, node.start, node.end)
    if isinstance(node.value, tuple):
        entries = tuple(
            _edited(entry, (*path, at), edits)
            for at, entry in enumerate(node.entries)
            if edits.get((*path, at)) != _Edit()
        )
        return Located(entries, node.document, node.start, node.end)
    return node
