"""The built package, in an empty environment, without a compiler and without an index."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[1]


def call(*command: str | Path, **options: object) -> str:
    """Standard output of `command`; whatever it said goes into the failure."""
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)  # type: ignore[call-overload]  # options are subprocess.run's
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\nended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return str(done.stdout)


def runtime_packages() -> set[str]:
    """The project's dependencies and theirs, as this environment resolves their markers."""
    found: set[str] = set()
    pending = ["ewarn"]
    while pending:
        for line in requires(pending.pop()) or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                found.add(name)
                pending.append(name)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as an installer would: from the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    build = ("wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", folder, sdist)
    call(sys.executable, "-m", "pip", "-q", *build, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A virtual environment that holds ewarn, and the variables to use it with."""
    folder = tmp_path_factory.mktemp("an 空 folder")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    wanted = runtime_packages()
    (folder / "runtime.lock").write_text("".join(b for b in blocks if b.partition("==")[0] in wanted), encoding="utf-8")
    download = ("download", "-qq", "--require-hashes", "--only-binary", ":all:", "-r", folder / "runtime.lock")
    call(sys.executable, "-m", "pip", *download, "-d", folder / "wheels")

    call(sys.executable, "-m", "venv", folder / "env")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_"))}
    plain |= {"PATH": str(folder / "nothing"), "PIP_CONFIG_FILE": os.devnull, "COLUMNS": "100", "EWARN_LANG": "en"}
    python = folder / "env" / "bin" / "python"
    install = ("install", "-qq", "--no-index", "--find-links", folder / "wheels", "--only-binary", ":all:", wheel)
    call(python, "-m", "pip", *install, env=plain, cwd=folder)
    return folder, plain


def test_the_wheel_holds_packs_demo_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"ewarn/py.typed", "ewarn/demo/drop.yaml"} <= names
    packed = {name.removeprefix("ewarn/packs/") for name in names if re.fullmatch(r"ewarn/packs/[^/]+\.yaml", name)}
    assert packed == {path.name for path in (ROOT / "rules").glob("*.yaml")} != set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/")) or "__pycache__" in name]


def test_the_demo_runs_there(environment: tuple[Path, dict[str, str]]) -> None:
    folder, variables = environment
    variables = {**variables, "COLUMNS": "300"}
    shown = call(folder / "env" / "bin" / "ewarn", "demo", env=variables, cwd=folder)
    here = call(sys.executable, "-m", "ewarn", "demo", env={**os.environ, **variables}, cwd=folder)
    assert re.search(r"\b(?:red|orange|yellow|blue)\b", shown, re.IGNORECASE)
    # Commands to type name the folder of the data, which is another.
    shown, here = (re.sub(r"ewarn (run|explain) \S+", r"ewarn \1 DROP", text) for text in (shown, here))
    assert shown == here


def test_the_shipped_packs_are_found_there(environment: tuple[Path, dict[str, str]]) -> None:
    folder, variables = environment
    listed = call(folder / "env" / "bin" / "ewarn", "rules", "list", env=variables, cwd=folder)
    for pack in (ROOT / "rules").glob("*.yaml"):
        assert pack.stem.removesuffix(".test") in listed
    call(folder / "env" / "bin" / "python", "-c", "import ewarn; ewarn.load_rules(); ewarn.Panel", env=variables)
