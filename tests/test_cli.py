"""The command line apart from what it shows: help, usage errors, languages, streams, targets."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import ewarn
from ewarn.cli import main
from ewarn.cli.output import Output
from ewarn.cli.surroundings import coloured, forgiving, language, width
from ewarn.cli.words import _WORDS
from ewarn.errors import OutputError

SOURCE = Path(ewarn.__file__).parents[1]
HEAVY = ("numpy", "pandas", "pydantic", "pyarrow", "rich", "orjson", "yaml")


class Terminal(io.StringIO):
    """A stream that says it is a terminal, with no real one behind it."""

    def isatty(self) -> bool:
        return True


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    env = {**kept, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=env, check=False)


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["run"], ["run", "x", "--topp"], ["rules", "lsit"]])
def test_help_and_usage_errors_import_nothing_heavy(words: list[str]) -> None:
    code = f"""
import sys
from ewarn.cli import main
try:
    main({words!r})
except SystemExit:
    pass
loaded = [name for name in {HEAVY!r} if name in sys.modules]
assert not loaded, loaded
"""
    done = python(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "said", "advice"),
    [
        (["run"], "missing: DROP", "`ewarn run --help`"),
        (["rnu"], "there is no command `rnu`", "did you mean `run`?"),
        (["rules", "lsit"], "there is no command `lsit`", "did you mean `list`?"),
        (["run", "x", "--topp", "3"], "unknown option or argument: --topp 3", "did you mean `--top`?"),
        (["run", "x", "--top", "-1"], "--top: `-1` is not a whole number from 0", ""),
        (["run", "x", "--top", "１"], "--top: `１` is not a whole number from 0", ""),
        (["run", "x", "--top"], "--top needs a value", ""),
        (["run", "x", "--coverage=yes"], "--coverage takes no value", ""),
        (["run", "x", "--width", "3"], "not a whole number from 20 to 1000", ""),
        (["run", "x", "--min-level", "pink"], "there is no `pink`; use blue yellow orange red", ""),
        (["run", "x", "--format", "xml"], "--format: there is no `xml`; use table csv json md", ""),
        (["run", "x", "--known-at", "2022-13-01"], "`2022-13-01` is not a date", ""),
        (["--lang=zh", "run"], "缺少参数：DROP", ""),
        (["run", "--lang", "zh"], "缺少参数：DROP", "ewarn run --help"),
    ],
)
def test_usage_errors(words: list[str], said: str, advice: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("错误[EW001]：" if "zh" in " ".join(words) else "error[EW001]: ")
    assert said in err
    assert advice in err


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: ewarn" in capsys.readouterr().err


def test_every_word_is_there_in_both_languages() -> None:
    for key, (zh, en) in _WORDS.items():
        assert zh, key
        assert en, key
        assert zh.count("{") == en.count("{"), key


@pytest.mark.parametrize(
    ("words", "environment", "terminal", "expected"),
    [
        (["run", "--lang", "zh"], {"EWARN_LANG": "en"}, True, "zh"),
        (["run", "--lang=en"], {"EWARN_LANG": "zh"}, True, "en"),
        ([], {"EWARN_LANG": "zh_CN.UTF-8"}, False, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, True, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, False, "en"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, True, "en"),
        ([], {"EWARN_LANG": "fr", "LANG": "de_DE"}, True, "en"),
    ],
)
def test_language(words: list[str], environment: dict[str, str], terminal: bool, expected: str) -> None:
    assert language(words, environment, terminal=terminal) == expected


def test_no_color_beats_force_color_beats_not_a_terminal() -> None:
    assert coloured(Terminal(), {}) is True
    assert coloured(Terminal(), {"TERM": "dumb"}) is False
    assert coloured(io.StringIO(), {}) is False
    assert coloured(io.StringIO(), {"FORCE_COLOR": "1"}) is True
    assert coloured(io.StringIO(), {"FORCE_COLOR": "0"}) is False
    assert coloured(Terminal(), {"NO_COLOR": "1"}) is False
    assert coloured(Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}) is False
    assert coloured(Terminal(), {"NO_COLOR": ""}) is True


def test_width() -> None:
    assert width(io.StringIO(), {}, None) == 80
    assert width(io.StringIO(), {"COLUMNS": "132"}, None) == 132
    assert width(io.StringIO(), {"COLUMNS": "132"}, 60) == 60
    assert width(io.StringIO(), {"COLUMNS": "wide"}, None) == 80
    assert width(io.StringIO(), {"COLUMNS": "0"}, None) == 80


def test_a_code_page_never_raises() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp936")
    forgiving(stream)
    stream.write("云岭 −24.5% → ▁█ \udc80 🔴")
    stream.flush()
    assert stream.buffer.getvalue().decode("cp936") == "云岭 -24.5% → ▁█ ? ?"  # type: ignore[attr-defined]  # BytesIO


def test_a_file_is_replaced_only_when_all_is_written(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old", encoding="utf-8")
    with Output(str(target), "en") as output, suppress(RuntimeError), output.writing() as stream:
        stream.write("half")
        raise RuntimeError
    assert target.read_text(encoding="utf-8") == "old"
    with Output(str(target), "en") as output, output.writing() as stream:
        stream.write("新")
        assert target.read_text(encoding="utf-8") == "old"
    assert target.read_text(encoding="utf-8") == "新"
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("real.md")
    with Output(str(tmp_path / "link.md"), "en") as output, output.writing() as stream:
        stream.write("new")
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text(encoding="utf-8") == "new"


def test_a_device_is_written_directly() -> None:
    with Output(os.devnull, "en") as output, output.writing() as stream:
        stream.write("gone")
    assert not Path(os.devnull).is_file()


def test_targets_that_cannot_be_written(tmp_path: Path) -> None:
    for name, said in (("", "it is a folder"), ("no/such/file.csv", "there is no folder"), ("x" * 300, "cannot write")):
        with pytest.raises(OutputError, match=said), Output(str(tmp_path / name), "en"):
            pass
    with pytest.raises(OutputError, match="写不了"), Output(str(tmp_path / "no/file"), "zh"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_closed_pipe_is_quiet() -> None:
    code = """
import sys
from ewarn.cli import main
sys.exit(main(["rules", "schema"]) or main(["rules", "schema"]))
"""
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    said = writer.stderr.read().decode()
    writer.stderr.close()
    assert writer.wait(timeout=60) == 0
    assert said == ""


def test_a_closed_pipe_does_not_change_the_verdict_of_a_check(tmp_path: Path) -> None:
    lines = [f"e{at},2022-09,x,{-at}" for at in range(1, 2000)]
    (tmp_path / "long.csv").write_text("entity,period,indicator,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "r.yaml").write_text("rules: [{id: R, levels: {red: x < 0}}]\n", encoding="utf-8")
    (tmp_path / "none.json").write_text('{"ewarn":1,"kind":"baseline","as_of":"2022-08","alerts":[]}', encoding="utf-8")
    code = "import sys; from ewarn.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "check", "long.csv", "--rules", "r.yaml", "--top", "0"]
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    for more, expected in ((["--baseline", "none.json"], 1), (["--baseline", "new.json", "--update-baseline"], 0)):
        with subprocess.Popen(
            [*words, *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd=tmp_path
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.close()
            assert writer.wait(timeout=60) == expected
    assert len((tmp_path / "new.json").read_text(encoding="utf-8").splitlines()) == 2001
