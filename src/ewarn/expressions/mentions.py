"""The names that the text of an expression mentions, whether or not it can be read: what stands in quotes is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import normalize

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<!\w)[^\W\d]\w*")
_HEAD = re.compile(r"(?<![\w.])[^\W\d]\w*(?!\w)(?!\s*=(?!=))")
_PATH = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def quoted(text: str) -> Iterator[tuple[int, int]]:
    """Where stretches in quotes begin and end."""
    return (match.span() for match in _QUOTED.finditer(text))


def unquoted(text: str) -> str:
    """The text with a `_` for each character in quotes, its length unchanged."""
    return _QUOTED.sub(lambda found: "'" + "_" * (len(found.group()) - 2) + "'", text)


def names(text: str) -> frozenset[str]:
    """Every word that may be a name: indicators, functions, params, keywords of the language too."""
    return frozenset(normalize("NFKC", word) for word in _NAME.findall(_bare(text)))


def heads(text: str) -> frozenset[str]:
    """The names that stand alone or begin a path, and name no argument: `x` of `x.ytd`, none of `within=`."""
    return frozenset(normalize("NFKC", word) for word in _HEAD.findall(_bare(text)))


def paths(text: str) -> frozenset[str]:
    """The names with what follows them behind dots: `enterprise.output.ytd`."""
    return frozenset(normalize("NFKC", word) for word in _PATH.findall(_bare(text)))


def reached(texts: Iterable[str], parts: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The names in `texts`, and in the named parts (by name their texts) that these lead to."""
    seen: set[str] = set()
    pending = list(texts)
    while pending:
        found = names(pending.pop()) - seen
        seen |= found
        pending += [text for name in found for text in parts.get(name, ())]
    return frozenset(seen)


def _bare(text: str) -> str:
    return _QUOTED.sub(" ", text)
