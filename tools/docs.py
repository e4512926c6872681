"""Writes the generated pages of `docs/`: `python tools/docs.py`; `--check` only names the stale ones, with exit 1."""

from __future__ import annotations

import sys
from pathlib import Path

from ewarn.reference import pages

DOCS = Path(__file__).resolve().parents[1] / "docs"
sys.path.insert(0, str(DOCS.parent / "tests"))
import coverage_table  # noqa: E402 - it stands with the tests it reads


def main() -> int:
    """Write what differs from the code."""
    made = {DOCS / name: text for name, text in pages().items()}
    made[coverage_table.PAGE] = coverage_table.page()
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        print("\n".join(f"docs/{path.relative_to(DOCS)} is stale: run `make docs`" for path in stale) or "up to date")
        return bool(stale)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
        print("wrote", f"docs/{path.relative_to(DOCS)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
