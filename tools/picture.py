"""Draws the first screen of each README as a picture of `docs/images`: the same command, in colour."""

from __future__ import annotations

import html
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PICTURES = {"en": ("README.md", "run.svg"), "zh": ("README.zh-CN.md", "run.zh-CN.svg")}
"""By language: a page, and the picture of what its first command prints."""
CELL = 12.2
"""Width of a character in rich's pictures."""
THEME = TerminalTheme(
    (253, 253, 250), (40, 40, 40),
    [(40, 40, 40), (190, 30, 45), (40, 120, 60), (150, 105, 0), (30, 90, 170), (130, 60, 140), (20, 120, 130),
     (120, 120, 120)],
    [(110, 110, 110), (210, 40, 55), (40, 140, 70), (175, 125, 0), (40, 105, 190), (150, 75, 160), (30, 140, 150),
     (253, 253, 250)],
)  # fmt: skip
# As rich has it, but with the reader's own fixed-width font: no address on the network is named.
FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px;
line-height: {line_height}px; font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(readme: str, language: str) -> str:
    """The picture of what the first command of the page prints."""
    command = re.search(r"^```console\n\$ (ewarn run .*)\n", readme, re.MULTILINE)
    if command is None:
        raise SystemExit("the page has no command")
    surroundings = {**os.environ, "FORCE_COLOR": "1", "COLORTERM": "truecolor", "COLUMNS": "100"}
    surroundings |= {"EWARN_LANG": language, "PYTHONIOENCODING": "utf-8"}
    surroundings.pop("NO_COLOR", None)
    words = [sys.executable, "-m", "ewarn", *shlex.split(command[1])[1:]]
    done = subprocess.run(words, cwd=ROOT, env=surroundings, capture_output=True, encoding="utf-8", check=True)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in done.stdout.splitlines():
        console.print(Text.from_ansi(line), soft_wrap=True)
    text = console.export_svg(title=command[1], theme=THEME, code_format=FRAME, unique_id="run")
    text = re.sub(r'(<text class="run-r\d+") x="([\d.]+)" (y="[\d.]+") textLength="[\d.]+" (clip-path="[^"]*">)([^<]*)'
                  "</text>", _words, text)  # fmt: skip
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def _words(found: re.Match[str]) -> str:
    """A text in parts, each placed where it begins: some viewers drop the spaces at the ends of a text."""
    start, left, top, clip, text = found.groups()
    plain = html.unescape(text).replace("\xa0", " ").replace("\n", "")
    parts = []
    for part in re.finditer(r"\S+(?: \S+)*", plain):
        at, wide = float(left) + CELL * cell_len(plain[: part.start()]), CELL * cell_len(part[0])
        shown = html.escape(part[0], quote=False)
        parts.append(f'{start} x="{at:.1f}" {top} textLength="{wide:.1f}" {clip}{shown}</text>\n')
    return "".join(parts)


def main() -> int:
    """Write the pictures that have changed."""
    IMAGES.mkdir(exist_ok=True)
    for language, (page, name) in PICTURES.items():
        text, picture = draw((ROOT / page).read_text(encoding="utf-8"), language), IMAGES / name
        if not picture.exists() or picture.read_text(encoding="utf-8") != text:
            picture.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {picture.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
