"""Problems in colour: the layout of `ewarn.diagnostics`, each kind of text in its style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from ewarn.diagnostics import Line, Style

_STYLES: dict[Style, str] = {
    "error": "bold red",
    "warning": "bold yellow",
    "message": "bold",
    "place": "",
    "gutter": "blue",
    "source": "",
    "caret": "bold red",
    "label": "red",
    "note": "bold",
    "help": "",
}


def coloured(lines: Iterable[Line]) -> Iterator[Text]:
    """The lines of a layout as styled text."""
    for line in lines:
        text = Text.assemble(*((words, _STYLES[style]) for style, words in line))
        text.rstrip()
        yield text
