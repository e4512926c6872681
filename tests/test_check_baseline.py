"""The baseline file: what it holds, and what is said of one that cannot be used."""

from __future__ import annotations

import json

import numpy as np
import pytest

from check_drops import RULES, accepted, checked, panel
from ewarn.check import Bar, Baseline, Entry, check, read_baseline, write_baseline
from ewarn.check.baseline import KEYS
from ewarn.errors import UsageError
from ewarn.report import Report
from ewarn.rules import load_rules
from ewarn.signals import evaluate

ENTRY = Entry("p", "R-1", "E1", "firm", "red", "2022-09", "new", "0123456789abcdef")


def test_one_sorted_line_per_alert_with_the_keys_of_the_report() -> None:
    others = [Entry("p", "R-1", key, "firm", "red", "2022-09", None, f"{at:016x}") for at, key in enumerate("ZBA")]
    text = write_baseline("2022-09", [*others, ENTRY]).decode()
    head, *lines, tail = text.splitlines()
    assert json.loads(text)["as_of"] == "2022-09"
    assert [json.loads(line.rstrip(","))["entity"] for line in lines] == ["A", "B", "E1", "Z"]
    assert tuple(json.loads(lines[0].rstrip(","))) == KEYS
    assert (head[-1], tail) == ("[", "]}")


def test_it_reads_back_equal_and_writes_the_same_bytes() -> None:
    odd = Entry("p", "R", '\u202eE\n,"]}', "firm", "red", "2022-Q3", "unjudged", "f" * 16)
    text = write_baseline("2022-Q3", [odd, ENTRY])
    back = read_baseline(text, "b.json")
    assert set(back.entries) == {odd, ENTRY}
    assert write_baseline(back.as_of, back.entries) == text


REPORT = json.dumps({"ewarn": 1, "as_of": "2022-09", "alerts": [], "coverage": []}).encode()
WRONG = {
    "empty": (b" \n", "is empty"),
    "not json": (b'{"ewarn": 1,\n<<<<<<< HEAD\n', "is not JSON"),
    "binary": (b"\xff\xfe\x00\x01", "is not JSON"),
    "a list": (b"[]", "not a baseline of ewarn"),
    "foreign": (b'{"version": "2.1.0", "runs": []}', "not a baseline of ewarn"),
    "a report": (REPORT, "a report, not a baseline"),
    "newer": (b'{"ewarn": 2, "kind": "baseline", "entries": []}', "written by a newer ewarn"),
    "no alerts": (b'{"ewarn": 1, "kind": "baseline", "as_of": "2022"}', "lacks `alerts`"),
    "a foreign entry": (b'{"ewarn":1,"kind":"baseline","as_of":"2022","alerts":[{"id":1}]}', "entry 1"),
    "a bad level": (write_baseline("2022", [ENTRY]).replace(b'"red"', b'"pink"'), "entry 1"),
    "a bad period": (write_baseline("2022", [ENTRY]).replace(b"2022-09", b"someday"), "entry 1"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_baseline_is_one_message(content: bytes, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_baseline(content, "b.json")
    assert len(caught.value.diagnostics) == 1
    assert said in str(caught.value)
    assert "b.json" in str(caught.value)
    assert caught.value.diagnostics[0].help


def test_a_baseline_of_twenty_thousand_lines() -> None:
    generator = np.random.default_rng(1)
    values = {f"E{at:05}": [20.0, float(level)] for at, level in enumerate(generator.integers(0, 5, 20_000))}
    baseline = accepted(checked(panel(values)))
    assert len(baseline.entries) == 20_000
    text = write_baseline(baseline.as_of, baseline.entries)
    # a tenth are over, a tenth worse, a tenth gone missing, a tenth of the entities renamed
    moved = {
        (f"{key}x" if at % 10 == 3 else key): [20.0, (20.0, 0.0, None)[at % 10] if at % 10 < 3 else value]
        for at, (key, (_, value)) in enumerate(values.items())
    }
    drop = panel(moved)  # type: ignore[arg-type]  # None stands for unknown
    signals = evaluate(drop, load_rules(RULES))
    report = Report.of(signals)
    result = check(report, signals, read_baseline(text, "b.json"), Bar())
    assert result.outcome.alerts(result.outcome.urgent[:20])
    assert len(read_baseline(write_baseline(result.report.as_of, result.accepted), "b.json").entries) > 10_000
    assert result.outcome.counts["resolved"] == 4_000
    assert result.outcome.counts["unjudged"] == 2_000


def test_no_baseline_is_not_an_empty_one() -> None:
    drop = panel({"A": [20, 1]})
    assert checked(drop).outcome.baseline_as_of is None
    assert checked(drop, Baseline("2022-01")).outcome.baseline_as_of == "2022-01"
