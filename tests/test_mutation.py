"""Small faults planted in the engine are noticed by the quick tests."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = pytest.mark.mutation

ROOT = Path(__file__).parents[1]
ENGINE = ("test_kernels_*.py", "test_docs.py", "test_functions_*.py", "test_alerts_evidence.py")
TARGETS = {
    "calendar.py": ENGINE,
    "expressions/functions/change.py": ENGINE,
    "expressions/functions/lag.py": ENGINE,
    "expressions/functions/rolling.py": ENGINE,
    "expressions/functions/runs.py": ENGINE,
    "expressions/operators.py": ENGINE,
    "ranking.py": ("test_ranking.py",),
    "signals/judging.py": ENGINE,
    "signals/spells.py": ENGINE,
    "units.py": ("test_units.py",),
}
EACH = 2
NOTICED = 0.7
"""Some mutants mean the same as the original, so not all can be noticed."""
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NAMES = {"minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """What runs: no annotations, docstrings or class bodies' tables."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
                yield from parts(child)


def faults(tree: ast.Module) -> Iterator[Callable[[], str]]:
    """Each plants one fault in the tree and says where."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in parts(function):
            if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
                yield lambda node=node: _swap(node, "ops", node.lineno)
            elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
                yield lambda node=node: _swap(node, "op", node.lineno)
            elif isinstance(node, ast.Attribute) and node.attr in NAMES:
                yield lambda node=node: _rename(node)
            elif isinstance(node, ast.Constant) and type(node.value) is int:
                yield lambda node=node: _increase(node)


def _swap(node: ast.expr, field: str, line: int) -> str:
    old = getattr(node, field)
    first = old[0] if isinstance(old, list) else old
    new = SWAPS[type(first)]()
    setattr(node, field, [new, *old[1:]] if isinstance(old, list) else new)
    return f"line {line}: {type(first).__name__} -> {type(new).__name__} in {ast.unparse(node)}"


def _rename(node: ast.Attribute) -> str:
    old, node.attr = node.attr, NAMES[node.attr]
    return f"line {node.lineno}: {old} -> {node.attr}"


def _increase(node: ast.Constant) -> str:
    assert isinstance(node.value, int)
    node.value += 1
    return f"line {node.lineno}: {node.value - 1} -> {node.value}"


def passes(folder: Path, tests: tuple[str, ...]) -> bool:
    """Whether the quick tests pass on the copy of the source in `folder`."""
    files = [str(path) for pattern in tests for path in sorted((ROOT / "tests").glob(pattern))]
    assert files, tests
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-k", "not page_runs", *files]
    variables = {**os.environ, "PYTHONPATH": str(folder / "src"), "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return False
    assert done.returncode in (0, 1, 2), done.stdout.decode()
    return done.returncode == 0


def copy(folder: Path) -> Path:
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("rules", "examples"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def attempt(folder: Path, name: str, number: int) -> str | None:
    """The fault if no test noticed it."""
    path = copy(folder) / "src" / "ewarn" / name
    tree = ast.parse(path.read_text(encoding="utf-8"))
    planted = list(faults(tree))[number]()
    path.write_text(ast.unparse(tree), encoding="utf-8")
    survived = passes(folder, TARGETS[name])
    shutil.rmtree(folder)
    return f"{name} {planted}" if survived else None


def test_planted_faults_are_noticed(tmp_path: Path) -> None:
    assert passes(copy(tmp_path / "sound"), tuple({pattern for tests in TARGETS.values() for pattern in tests}))
    chosen = []
    for name in TARGETS:
        count = len(list(faults(ast.parse((ROOT / "src" / "ewarn" / name).read_text(encoding="utf-8")))))
        chosen += [(name, count * (2 * at + 1) // (2 * EACH)) for at in range(EACH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(attempt, tmp_path / str(at), name, number) for at, (name, number) in enumerate(chosen)]
        survivors = [survivor for job in jobs if (survivor := job.result())]
    assert len(survivors) <= (1 - NOTICED) * len(chosen), "\n".join(survivors)
