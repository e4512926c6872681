"""The function reference: generated, fresh, complete, and every example true."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ewarn.calendar import common_calendar, parse_period
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.function import Example, functions
from ewarn.expressions.scope import Scope
from ewarn.panel import EntityType, Indicator, Panel, Series
from ewarn.source import Text

ROOT = Path(__file__).parents[1]
EXAMPLES = [(name, example) for name, function in functions().items() for example in function.examples]


def panel(example: Example, kind: str) -> Panel:
    """One entity, `it`, with the example's series by month."""
    start = parse_period(example.start).ordinal
    calendar = common_calendar("M", start, start + max(map(len, example.series.values())) - 1)
    one = EntityType("thing", ("it",), ("it",), calendar.first_day[:1])
    series, indicators = {}, {}
    for key, values in example.series.items():
        name, _, measure = key.partition(".")
        measure = measure or "period"
        column = np.array(values, dtype=np.float64).reshape(-1, 1)
        series["thing", name, measure] = Series(name, measure, "M", None, column)
        indicators[name] = Indicator(name, kind)
    return Panel("example", "M", {"M": calendar}, {"thing": one}, indicators, series)


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example.expression for _, example in EXAMPLES])
def test_every_example_is_true(name: str, example: Example) -> None:
    evaluation = Evaluation(panel(example, "ytd" if name == "deaccumulate" else "flow"))
    node = Build(evaluation, evaluation.graph("M"), Scope("thing")).rooted(Text.plain(example.expression))
    value = evaluation.whole(node)
    count = len(example.gives)
    if isinstance(value, tuple):
        low, high = (np.broadcast_to(bound, (count, 1))[:, 0].tolist() for bound in value)
        gives = [str(least) if least == most else f"{least}..{most}" for least, most in zip(low, high, strict=True)]
        assert gives == example.gives
        return
    column = np.broadcast_to(value, (count, 1))[:, 0]
    if node.type.base == "condition":
        assert [{1: True, -1: False, 0: None}[int(one)] for one in column] == example.gives
        return
    np.testing.assert_allclose(column, np.array(example.gives, dtype=np.float64), rtol=1e-12)


def test_the_page_is_fresh_and_names_every_function() -> None:
    spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    docs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(docs)
    assert docs.stale() == [], "run `make docs`"
    page = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    for name, function in functions().items():
        assert f"## {name}\n" in page
        assert function.__doc__, name
        assert function.gives, name
