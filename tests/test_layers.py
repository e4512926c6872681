"""The laws of the house, read from the source: who may import what, and what no module does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "ewarn"
MODULES = sorted(SOURCE.rglob("*.py"))
LAYERS = (
    *(
        "resources",
        "errors",
        "languages",
        "diagnostics",
        "source",
        "configuration",
        "levels",
        "calendar",
        "units",
        "unit_words",
        "panel",
        "catalogue",
        "arrow",
    ),
    *("correlation", "readers", "assembly", "frames", "drop", "expressions", "conditions", "rules", "signals"),
    *("alerts", "ranking", "report", "explaining", "check", "testing", "lint", "render"),
    *("mistakes", "run", "schemas", "reference", "interruption", "cli"),
)
UPWARD = {
    ("errors", "diagnostics"),  # in annotations only
    ("panel", "frames"),  # `Panel.from_frame`, inside the method
    ("panel", "expressions"),  # `Panel.eval`, inside the method
}


def layer(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            yield from ((f"{module}.{alias.name}" if module == "ewarn" else module, node) for alias in node.names)


def at_import_time(tree: ast.Module) -> set[ast.stmt]:
    """Statements that run when the module is imported: not in a function, not under TYPE_CHECKING."""
    found: set[ast.stmt] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or typing_only:
            continue
        if isinstance(node, ast.stmt):
            found.add(node)
        pending.extend(ast.iter_child_nodes(node))
    return found


def problems(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    here = layer(path)
    eager = at_import_time(tree)
    if len(text.splitlines()) > 400:
        yield f"{len(text.splitlines())} lines; 400 is the limit"
    for name, node in imports(tree):
        top, *rest = name.split(".")
        at = f"line {node.lineno}"
        later = top == "ewarn" and rest and not here.startswith("__") and LAYERS.index(rest[0]) > LAYERS.index(here)
        if later and ((here, rest[0]) not in UPWARD or node in eager):
            yield f"{at}: {here} imports {rest[0]}, a later layer"
        if top == "rich" and here not in ("render", "cli"):
            yield f"{at}: only render and cli import rich"
        if top == "pandas" and node in eager:
            yield f"{at}: pandas is imported only inside the functions that take or give frames"
        if top in ("locale", "time") and here != "cli":
            yield f"{at}: only cli reads the {'clock' if top == 'time' else top}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.split(".")[-1] in ("now", "today", "utcnow") and here != "cli":
                yield f"line {node.lineno}: `{called}()` reads the clock"
            if called in ("sys.exit", "exit", "quit", "os._exit") and here not in ("cli", "interruption"):
                yield f"line {node.lineno}: only cli exits"
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv") and here != "cli":
            yield f"line {node.lineno}: only cli reads the environment"


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES])
def test_a_module_keeps_to_its_layer(path: Path) -> None:
    assert list(problems(path)) == []


def test_every_module_has_a_layer() -> None:
    assert {layer(path) for path in MODULES} - {"__init__", "__main__"} <= set(LAYERS)
