"""Input that means harm, or is extreme: named parts without end, columns of odd types, paths that lead nowhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ewarn
from ewarn.cli import main
from ewarn.errors import DropError, EwarnError, RuleError

FRAME = pd.DataFrame(
    {"entity": ["a"] * 6, "period": [f"2022-{month:02d}" for month in range(1, 7)], "output": [9.0, 8, 7, 6, 5, 4]}
)


def rule(level: str, **more: Any) -> dict[str, Any]:
    return {"id": "A", "title": {"en": "t"}, "levels": {"yellow": level}, **more}


def mistakes(error: pytest.ExceptionInfo[EwarnError]) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in error.value.diagnostics]


def chain(count: int, step: str) -> dict[str, str]:
    """Named parts, each of the next one; the last is a leaf."""
    return {f"a{at}": step.replace("@", f"a{at + 1}") for at in range(count)}


@pytest.mark.parametrize("count", [64, 200, 2000])
def test_a_long_chain_of_named_parts_is_refused(count: int) -> None:
    with pytest.raises(RuleError) as error:
        ewarn.run(FRAME, rules=rule("a0 > 1", let={**chain(count, "@ + 1"), f"a{count}": "output"}))
    assert mistakes(error) == [("EW105", "`a64` is one named part too many inside others")]


def test_named_parts_that_are_deep_themselves_are_refused() -> None:
    deep = chain(60, "abs(" * 50 + "@ + 1" + ")" * 50)
    with pytest.raises(RuleError) as error:
        ewarn.run(FRAME, rules=rule("a0 > 1", let={**deep, "a60": "output"}))
    assert [code for code, _ in mistakes(error)] == ["EW105"]


@pytest.mark.parametrize("step", ["@ and not @ or @", "@ or (@ and output < 9)", "not @ or not (not @ and @)"])
def test_named_parts_that_repeat_without_bound_cost_nothing(step: str) -> None:
    report = ewarn.run(FRAME, rules=rule("a0", let={**chain(30, step), "a30": "output > 1"}))
    assert json.loads(report.to_json())["coverage"][0]["evaluated"] == 1
    assert len(report.to_json()) < 20_000
    text = str(ewarn.explain(FRAME, rule("a0", let={**chain(30, step), "a30": "output > 1"}), entity="a"))
    assert len(text) < 1_000_000


def test_repeated_numbers_cost_nothing() -> None:
    report = ewarn.run(FRAME, rules=rule("a0 > 1", let={**chain(60, "@ + @"), "a60": "output"}))
    assert report.alerts[0].evidence[0].value == pytest.approx(4.0 * 2**60)


@pytest.mark.parametrize(("unit", "message"), [("foo//bar", "`foo//bar` is no unit"), (7, "`7` is no unit")])
def test_a_param_with_what_is_no_unit(unit: Any, message: str) -> None:
    with pytest.raises(RuleError) as error:
        ewarn.load_rules(rule("output > p", params={"p": {"value": 3, "unit": unit}}))
    [(code, words)] = mistakes(error)
    assert code == "EW121"
    assert words.startswith(message)


@pytest.mark.parametrize(
    ("level", "code", "message"),
    [
        ("output > '1e400 万元'", "EW105", "the number is too large"),
        ("rolling_mean(output, 3, min_periods=4) > 1", "EW103", "the window has 3 periods"),
        ("rolling_mean(output, 99999) > 1", "EW103", "`n` is a whole number of periods, from 0 to 10,000"),
        ("share_of_top(output, 99999) > 0", "EW103", "`n` is a whole number, from 0 to 10,000"),
    ],
)
def test_numbers_beyond_limits(level: str, code: str, message: str) -> None:
    with pytest.raises(RuleError) as error:
        ewarn.run(FRAME, rules=rule(level))
    assert mistakes(error) == [(code, message)]


def parquet(folder: Path, **columns: Any) -> Path:
    """A lone file in the long form with some columns otherwise."""
    usual: dict[str, Any] = {"entity": ["a", "a"], "period": ["2022-01", "2022-02"], "indicator": ["output"] * 2}
    path = folder / "long.parquet"
    pq.write_table(pa.table({**usual, "value": [1.0, 2.0], **columns}), path)
    return path


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("value", pa.array([[1.0], [2.0]]), "a column that holds list<element: double>, not numbers"),
        ("value", pa.array([{"a": 1}, {"a": 2}]), "a column that holds struct<a: int64>, not numbers"),
        ("value", pa.array([dt.timedelta(1)] * 2), "a column that holds duration[us], not numbers"),
        ("entity", pa.array([{"a": 1}, {"a": 2}]), "a column that holds struct<a: int64>, not words"),
        ("entity", pa.array([b"\xff", b"\xfe"]), "a column that is not UTF-8"),
        ("period", pa.array([[1], [2]]), "a column that holds list<element: int64>, not words"),
    ],
)
def test_columns_of_types_that_hold_nothing_to_judge(tmp_path: Path, column: str, values: pa.Array, what: str) -> None:
    with pytest.raises(DropError) as error:
        ewarn.load(parquet(tmp_path, **{column: values}))
    [problem] = error.value.diagnostics
    assert (problem.code, problem.message) == ("EW301", what)
    assert column in str(problem)


def test_a_time_with_a_zone_belongs_to_the_day_of_that_zone(tmp_path: Path) -> None:
    midnight = [dt.datetime(2022, month, day, 16, tzinfo=dt.UTC) for month, day in ((8, 31), (9, 30))]
    times = pa.array(midnight, pa.timestamp("us", tz="Asia/Shanghai"))
    panel = ewarn.load(parquet(tmp_path, period=times))
    assert list(panel.calendars["M"].labels) == ["2022-09", "2022-10"]


def test_a_parquet_file_damaged_in_the_middle(tmp_path: Path) -> None:
    path = parquet(tmp_path, entity=[f"entity {at}" for at in range(2)])
    data = bytearray(path.read_bytes())
    data[4:120] = b"\xab" * 116
    path.write_bytes(data)
    with pytest.raises(DropError) as error:
        ewarn.load(path)
    assert [code for code, _ in mistakes(error)] == ["EW208"]


def drop(folder: Path, level: str, cell: str = "3") -> Path:
    rows = "".join(f"a,2022-{month:02d},{cell if month == 2 else month}\n" for month in range(1, 7))
    (folder / "f.csv").write_text("id,month,output\n" + rows, encoding="utf-8")
    (folder / "drop.yaml").write_text(
        "tables:\n  - {file: f.csv, entity: {type: firm, id: id}, period: month, values: {output: output}}\n"
        "rules: [r.yaml]\n",
        encoding="utf-8",
    )
    (folder / "r.yaml").write_text(
        f"rules:\n  - {{id: A, title: {{en: t}}, levels: {{yellow: {json.dumps(level)}}}}}\n", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize("command", ["run", "check"])
def test_mistakes_in_data_and_rules_are_told_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    drop(tmp_path, "outptu > 1", "182O")
    more = ["--baseline", str(tmp_path / "b.json"), "--update-baseline"] if command == "check" else []
    assert main([command, str(tmp_path), "--lang", "zh", *more]) == 2
    shown = capsys.readouterr().err
    assert "没有指标 `outptu`" in shown
    assert "`182O` 不是数" in shown
    assert "2 个错误" in shown
    assert not (tmp_path / "b.json").exists()


def test_a_rule_file_is_read_where_a_column_is_missing(tmp_path: Path) -> None:
    drop(tmp_path, "output >")
    (tmp_path / "f.csv").write_text("id,month,outp\na,2022-01,1\n", encoding="utf-8")
    (tmp_path / "r.yaml").write_text("rules: [{id: A, lvels: {}}]\n", encoding="utf-8")
    with pytest.raises(DropError) as error:
        ewarn.run(tmp_path)
    codes = [code for code, _ in mistakes(error)]
    assert "EW203" in codes
    assert "EW120" in codes


def test_sound_rules_add_nothing_to_the_mistakes_in_the_data(tmp_path: Path) -> None:
    with pytest.raises(DropError) as error:
        ewarn.run(drop(tmp_path, "output > 1", "abc"))
    assert [code for code, _ in mistakes(error)] == ["EW301"]


@pytest.mark.parametrize("name", ["x" * 5000, "x" * 300 + ".csv"])
def test_a_path_that_is_too_long(tmp_path: Path, name: str) -> None:
    with pytest.raises(DropError) as error:
        ewarn.load(tmp_path / name)
    assert [code for code, _ in mistakes(error)] == ["EW201"]
    drop(tmp_path, "output > 1")
    text = (tmp_path / "drop.yaml").read_text(encoding="utf-8")
    (tmp_path / "drop.yaml").write_text(text.replace("f.csv", name), encoding="utf-8")
    with pytest.raises(DropError) as error:
        ewarn.load(tmp_path)
    assert [code for code, _ in mistakes(error)] == ["EW201"]


def test_links_that_run_in_a_circle(tmp_path: Path) -> None:
    for name in ("r.yaml", "f.csv"):
        for file in tmp_path.iterdir():
            file.unlink()
        drop(tmp_path, "output > 1")
        (tmp_path / name).unlink()
        (tmp_path / name).symlink_to(tmp_path / name)
        with pytest.raises(EwarnError) as error:
            ewarn.run(tmp_path)
        assert [code for code, _ in mistakes(error)] == ["EW201" if name == "f.csv" else "EW110"]


def test_a_rule_file_with_a_nul_in_its_name() -> None:
    with pytest.raises(RuleError) as error:
        ewarn.load_rules("a\0/b.yaml")
    assert [code for code, _ in mistakes(error)] == ["EW110"]


def test_no_option_is_suggested_for_a_bad_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "x", "--top", "-1"]) == 2
    assert "did you mean" not in capsys.readouterr().err
    assert main(["run", "x", "--tpo", "1"]) == 2
    assert "did you mean `--top`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("rules: [" + "a," * 310_000 + "a]\n", "EW118", "more than 300,000 keys and values"),
        ("".join(f"k{at}: 1\n" for at in range(2000)), "EW121", "more than 500 mistakes; the first of them are shown"),
    ],
)
def test_a_rule_file_without_end_is_not_read_to_its_end(text: str, code: str, message: str) -> None:
    with pytest.raises(RuleError) as error:
        ewarn.load_rules(text)
    assert (code, message) in mistakes(error)
    assert len(error.value.diagnostics) < 600
