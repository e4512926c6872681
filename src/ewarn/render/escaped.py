"""Words from the data as text, never as markup or as a command, for formats that others read."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_\[\]|~#!{}])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "://": "&#58;//", "www.": "www&#46;"}
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)), re.IGNORECASE)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLACEHOLDER = re.compile(r"\{(\d+\})")
_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)


def escape(words: str) -> str:
    """Clean words that Markdown shows as they are: no tag, link, mention, code, emphasis or new column."""
    return _ENTITY.sub(lambda found: _ENTITIES[found.group().lower()], _SPECIAL.sub(r"\\\1", words))


def xml(words: str) -> str:
    """`words` for an attribute or a text of XML 1.0; characters it cannot hold become U+FFFD."""
    return _NO_XML.sub("\ufffd", words).translate(_XML)


def command_text(words: str) -> str:
    """`words` as the message of a workflow command."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(words: str) -> str:
    """`words` as a property of a workflow command."""
    return command_text(words).replace(":", "%3A").replace(",", "%2C")


def sarif_text(words: str) -> str:
    """`words` as a SARIF message: no embedded link `[..](..)`, no placeholder `{0}`."""
    return _PLACEHOLDER.sub(r"{ \1", words.replace("](", "] ("))


def inert(line: str) -> str:
    """A line of a log in which a build service finds no command: none begins with `::`, none holds `##[`."""
    line = line.replace("##[", "## [")
    bare = line.lstrip()
    return line if not bare.startswith("::") else line[: len(line) - len(bare)] + ": :" + bare[2:]
