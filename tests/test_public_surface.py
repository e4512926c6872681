"""What `import ewarn` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

import ewarn

HEAVY = ("numpy", "orjson", "pandas", "pyarrow", "pydantic", "rich", "yaml")


def test_the_public_names_are_sorted_complete_and_real() -> None:
    assert ewarn.__all__ == sorted(ewarn.__all__)
    assert set(ewarn.__all__) == set(ewarn._HOME)
    assert all(hasattr(ewarn, name) for name in ewarn.__all__)
    assert set(ewarn.__all__) <= set(dir(ewarn))


def test_public_names_belong_to_the_package() -> None:
    for name in ewarn.__all__:
        value = getattr(ewarn, name)
        assert not isinstance(value, ModuleType), name
        assert value.__module__.split(".")[0] == "ewarn", name
        assert value.__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'evalute'"):
        ewarn.evalute  # noqa: B018 - reading it is the test


def loaded_by(code: str) -> set[str]:
    """The heavy packages that a fresh interpreter has imported after `code`."""
    probe = f"import sys\ntry:\n    {code}\nexcept SystemExit: pass\nprint('loaded', *sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, encoding="utf-8")
    return set(HEAVY) & set(done.stderr.splitlines()[-1].split())


def test_importing_the_package_is_light() -> None:
    assert loaded_by("import ewarn") == set()


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["run", "--no-such-option"], []])
def test_help_and_usage_errors_are_light(arguments: list[str]) -> None:
    assert loaded_by(f"import ewarn.cli; ewarn.cli.main({arguments!r})") == set()


def test_what_a_session_shows_of_a_panel_is_one_line() -> None:
    import pandas as pd

    frame = pd.DataFrame({"entity": ["a", "b"], "period": ["2022-01", "2022-02"], "x": [1.0, 2.0]})
    panel = ewarn.Panel.from_frame(frame)
    assert repr(panel) == "<panel 'frame': 2 entity; 1 series; 2022-01 to 2022-02>"
    signals = ewarn.evaluate(panel, {"rules": [{"id": "R", "levels": {"red": "x < 0"}}]})
    assert repr(signals) == f"<signals of 1 rules on {panel!r}>"
