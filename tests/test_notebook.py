"""examples/notebook.ipynb runs, and gives the outputs that it shows."""

from __future__ import annotations

import html
import json

import pandas as pd
import pytest

import ewarn
from notebook_run import NOTEBOOK, outputs


def test_the_notebook_gives_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write them anew with `python tests/notebook_run.py`."""
    monkeypatch.chdir(NOTEBOOK.parent)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    shown = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(shown), "a cell without an output shows nothing"
    assert outputs(notebook) == shown
    pages = ["".join(one["data"].get("text/html", "")) for many in shown for one in many if "data" in one]
    assert sum("<table" in text for text in pages) >= 3
    assert "<script" not in "".join(pages)


def test_an_explanation_shows_text_and_never_markup_of_the_data() -> None:
    frame = pd.DataFrame({"entity": ["<b>A</b>"], "period": ["2022-09"], "output": [1.0]})
    explanation = ewarn.explain(frame, "rules: [{id: LOW, levels: {red: output < 2}}]", entity="<b>A</b>")
    page = explanation._repr_html_()
    assert html.unescape(page) == f"<pre>{explanation}</pre>"
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
