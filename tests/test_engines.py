"""What becomes of a run when durable-rules crashes, is silent, or must not be asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ewarn
from ewarn.correlation import engines, fixpoint
from ewarn.correlation.clauses import Clause, Job
from ewarn.correlation.engines import Engine
from ewarn.correlation.subset import BODY, FACTS, JOINS, RULES_MOST, parts, refusal
from ewarn.run import notices
from ewarn.signals import evaluate
from test_composites import RULES, county

JOB = Job((Clause("c", ("a", "b")),), (("a", "1"), ("b", "1"), ("a", "2")), ("c",))
CRASH = "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"


@pytest.mark.parametrize(
    ("worker", "said"),
    [
        (CRASH, "its process ended with signal 11"),
        ("raise SystemExit(3)", "its process ended with exit code 3"),
        ("import time\ntime.sleep(9)", "its process gave no answer within 0.5 seconds"),
        ("print('what?')", "its process gave no answer that can be read"),
        ("print('[[], []]')", "its answer has another length than the question"),
        ("print('[[[1]]]')", "its process gave no answer that can be read"),
        ('print(\'{"error": "ImportError: undefined symbol"}\')', "(ImportError: undefined symbol)"),
    ],
)
def test_a_worker_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str, said: str) -> None:
    (tmp_path / "broken_worker.py").write_text(worker, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    engine = Engine("durable-rules", worker="broken_worker", patience=0.5 if "sleep" in worker else 60)
    assert engine.conclude([JOB]) == [{("c", "1")}]
    assert said in engine.trouble[0]
    assert engine.name == "fixpoint"
    assert engine.conclude([JOB]) == [{("c", "1")}]
    assert len(engine.trouble) == 1, "it is not asked again"


def test_a_crash_is_a_warning_and_never_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_worker.py").write_text(CRASH, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(engines, "installed", lambda: True)
    monkeypatch.setattr(engines, "WORKER", "broken_worker")
    data = county(tmp_path / "drop", "a,P,否,3,5,50")
    signals = evaluate(data, RULES)
    assert signals.engine == "fixpoint"
    (notice,) = notices(signals)
    assert (notice.severity, notice.message) == (
        "warning", "durable-rules was not used: its process ended with signal 11",
    )  # fmt: skip
    report = ewarn.run(data, rules=RULES)
    assert (report.engine, len(report.alerts)) == ("fixpoint", 3)


def test_modules_in_the_working_directory_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(7)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    engine = Engine("durable-rules")
    assert engine.conclude([JOB]) == [{("c", "1")}]
    assert not any("exit code 7" in why for why in engine.trouble)


@pytest.mark.parametrize(
    ("clauses", "said"),
    [
        ([Clause(f"h{at}", (f"a{at}",)) for at in range(RULES_MOST + 1)], "201 rules, 200 at most"),
        ([Clause("h", tuple("abcdef"))], "6 facts in one join, 5 at most"),
        ([Clause(f"h{at}", ("a", f"b{at}")) for at in range(JOINS + 1)], "41 rules read `a`, 40 at most"),
        ([Clause("h", ())], "a rule without conditions"),
        ([Clause("h", ("a b",))], "`a b` is no plain name"),
    ],
)
def test_what_may_crash_the_engine_never_reaches_it(clauses: list[Clause], said: str) -> None:
    job = Job(tuple(clauses), (("a", "1"), *((name, "1") for name in "bcdef")), ("h", "h0"))
    assert refusal(job) == said
    engine = Engine("durable-rules", worker="there_is_no_such_module")
    assert engine.conclude([job]) == [fixpoint.conclude(job)]
    assert engine.trouble == [f"it is not given what may crash it: {said}"]
    assert BODY == 5


def test_many_facts_are_cut_by_subject() -> None:
    facts = tuple((name, f"{at:05d}") for at in range(2 * FACTS) for name in ("a", "b"))
    found = parts(Job(JOB.clauses, facts, ("c",)), JOB.clauses)
    assert sorted(fact for part in found for fact in part) == sorted(facts)
    assert len(found) > 2
    subjects = [{subject for _, subject in part} for part in found]
    assert sum(map(len, subjects)) == 2 * FACTS
    assert all(len(part) + len(those) <= FACTS + 3 for part, those in zip(found, subjects, strict=True))


def test_the_worker_starts_light() -> None:
    heavy = "{'numpy', 'pandas', 'rich', 'pydantic'}"
    code = f"import sys, ewarn.correlation.worker; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
