"""Runs the cells of a notebook in one namespace, as a kernel would: what is printed, and the value of the last line.

`python tests/notebook_run.py` writes the outputs of examples/notebook.ipynb anew.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[1] / "examples" / "notebook.ipynb"


def outputs(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The outputs of each code cell, in order, in the form of nbformat 4."""
    names: dict[str, Any] = {}
    found, number = [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += 1
        found.append(_run("".join(cell["source"]), names, number))
    return found


def _run(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    said, value = io.StringIO(), None
    with contextlib.redirect_stdout(said):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)  # noqa: S102  (the notebook is ours)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307  (as above)
    made: list[dict[str, Any]] = []
    if said.getvalue():
        made.append({"name": "stdout", "output_type": "stream", "text": said.getvalue().splitlines(keepends=True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        html = value._repr_html_() if hasattr(value, "_repr_html_") else None
        if html is not None:
            data = {"text/html": html.splitlines(keepends=True), **data}
        made.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
    return made


def main() -> None:
    """Write the outputs."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    with contextlib.chdir(NOTEBOOK.parent):
        made = outputs(notebook)
    for cell, new in zip((one for one in notebook["cells"] if one["cell_type"] == "code"), made, strict=True):
        cell["outputs"] = new
    NOTEBOOK.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
