"""examples/notebook.ipynb runs, and gives the outputs that it shows."""

from __future__ import annotations

import json

import pytest

from notebook_run import NOTEBOOK, outputs


def test_the_notebook_gives_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write them anew with `python tests/notebook_run.py`."""
    monkeypatch.chdir(NOTEBOOK.parent)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    shown = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(shown), "a cell without an output shows nothing"
    assert outputs(notebook) == shown
    html = ["".join(one["data"].get("text/html", "")) for many in shown for one in many if "data" in one]
    assert sum("<table" in text for text in html) >= 3
    assert "<script" not in "".join(html)
