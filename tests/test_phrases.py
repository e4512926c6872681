"""Expressions in the words of a language."""

from __future__ import annotations

import pandas as pd
import pytest

import ewarn
from ewarn.expressions.function import functions
from ewarn.expressions.phrases import _CALLS, phrase

PANEL = ewarn.Panel.from_frame(pd.DataFrame({"entity": ["a"], "period": ["2022-01"], "output": [1.0]}))


@pytest.mark.parametrize(
    ("expression", "chinese", "english"),
    [
        ("yoy(output) < 0", "产值同比增速 < 0", "year-on-year growth of output < 0"),
        (
            "streak(yoy(output) < 0)",
            "“产值同比增速 < 0”的连续期数",
            "number of periods in a row with year-on-year growth of output < 0",
        ),
        ("output.ytd / output.target", "产值累计 ÷ 产值目标", "output, year to date ÷ target for output"),
        ("lag(output, '1y') * 0.9", "上年同期产值 × 0.9", "output a year before × 0.9"),
        ("lag(output, 3)", "3 期前的产值", "output 3 periods before"),
        ("(output - 1) / 2 or not is_missing(output)", "（产值 − 1） ÷ 2或并非产值缺报", None),
        ("breadth(yoy(entity.output) < 0, min_known=10)", "“entity 产值同比增速 < 0”的成员比例", None),
        ("rolling_sum(output, '1y')", None, None),
        ("rank(output, within=park)", None, None),
        ("output if output > 1 else 0", None, None),
        ("f(", None, None),
    ],
)
def test_an_expression_in_words(expression: str, chinese: str | None, english: str | None) -> None:
    assert phrase(PANEL, expression, "zh") == chinese
    if english is not None:
        assert phrase(PANEL, expression, "en") == english


def test_every_function_with_words_exists() -> None:
    assert {name for name, _ in _CALLS} <= set(functions())
