"""What `print(report)`, a rich console and a notebook show."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from ewarn.render.cells import cells
from ewarn.render.presentation import Screens
from screens.test_screens import stored

COUNTY = Path(__file__).parent / "screens" / "county.json"


def test_print_is_plain_text_of_80_columns_where_there_is_no_terminal() -> None:
    report = replace(stored(COUNTY), presentation=Screens("zh"))
    text = str(report)
    assert "\x1b" not in text
    assert text.startswith("云岭县  数据截至 2022-09")
    assert max(cells(line) for line in text.splitlines()) <= 80


def test_a_rich_console_gives_its_width() -> None:
    report = replace(stored(COUNTY), presentation=Screens("en"))
    console = Console(file=io.StringIO(), width=120, force_terminal=True, color_system="256")
    console.print(report)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "\x1b[1;97;48;5;160m red" in text
    assert "why" in text


def test_a_notebook_shows_text_and_never_markup_of_the_data() -> None:
    report = replace(stored(COUNTY), presentation=Screens("zh"))
    html = report._repr_html_()
    assert html is not None
    assert html.count("<tr>") == 1 + 4 + 1 + 1
    assert "<b>`" not in html
    assert "&lt;b&gt;" in html
    assert "\x1b" not in html
