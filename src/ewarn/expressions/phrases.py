"""An expression in the words of a language: `yoy(output)` is 产值同比增速, year-on-year growth of output."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Literal

from ewarn.errors import RuleError
from ewarn.expressions.spelling import dotted
from ewarn.expressions.syntax import parse
from ewarn.expressions.titles import called
from ewarn.panel import Panel

Language = Literal["zh", "en"]
_Words = tuple[str, str]
# {0} is the first argument in words, {1} the second.
_CALLS: dict[tuple[str, int], _Words] = {
    ("yoy", 1): ("{0}同比增速", "year-on-year growth of {0}"),
    ("streak", 1): ("“{0}”的连续期数", "number of periods in a row with {0}"),
    ("times", 2): ("近 {1} 期里“{0}”的期数", "number of periods with {0} among the last {1}"),
    ("since", 1): ("“{0}”以来的期数", "number of periods since {0}"),
    ("diff", 1): ("{0}比上期的增减", "change in {0} on the period before"),
    ("diff", 2): ("{0}比 {1} 期前的增减", "change in {0} on {1} periods before"),
    ("pct_change", 1): ("{0}环比增速", "growth of {0} on the period before"),
    ("pct_change", 2): ("{0}比 {1} 期前的增速", "growth of {0} on {1} periods before"),
    ("slope", 2): ("{0}近 {1} 期的斜率", "slope of {0} over {1} periods"),
    ("rolling_sum", 2): ("{0}近 {1} 期合计", "sum of {0} over {1} periods"),
    ("rolling_mean", 2): ("{0}近 {1} 期平均", "mean of {0} over {1} periods"),
    ("rolling_median", 2): ("{0}近 {1} 期中位数", "median of {0} over {1} periods"),
    ("rolling_min", 2): ("{0}近 {1} 期最低", "lowest {0} of {1} periods"),
    ("rolling_max", 2): ("{0}近 {1} 期最高", "highest {0} of {1} periods"),
    ("rolling_std", 2): ("{0}近 {1} 期标准差", "standard deviation of {0} over {1} periods"),
    ("abs", 1): ("{0}的绝对值", "size of {0}"),
    ("progress", 1): ("{0}完成年度目标的比例", "share of the year's target for {0} that is reached"),
    ("progress", 2): ("{0}完成 {1} 的比例", "share of {1} that {0} has reached"),
    ("projected", 1): ("{0}全年预计", "projected year of {0}"),
    ("elapsed", 0): ("序时进度", "share of the year gone"),
    ("periods_left", 0): ("本年剩余期数", "number of periods left in the year"),
    ("last", 1): ("最新的{0}", "newest {0}"),
    ("full_year", 1): ("上一整年的{0}", "{0} of the last full year"),
    ("deaccumulate", 1): ("{0}的当期数", "{0} of the single period"),
    ("share", 1): ("{0}占比", "share in {0}"),
    ("rank", 1): ("{0}位次", "rank in {0}"),
    ("zscore", 1): ("{0}偏离同类的标准差倍数", "standard deviations of {0} from its peers"),
    ("pull", 1): ("{0}对增速的拉动", "contribution to the growth of {0}"),
    ("growth", 1): ("{0}合计的同比增速", "year-on-year growth of {0}, all together"),
    ("breadth", 1): ("“{0}”的成员比例", "share of members with {0}"),
    ("count", 1): ("“{0}”的成员数", "number of members with {0}"),
    ("sum", 1): ("{0}合计", "sum of {0}"),
    ("mean", 1): ("{0}平均", "mean of {0}"),
    ("median", 1): ("{0}中位数", "median of {0}"),
    ("min", 1): ("最低的{0}", "lowest {0}"),
    ("max", 1): ("最高的{0}", "highest {0}"),
    ("is_missing", 1): ("{0}缺报", "{0} missing"),
    ("happened", 1): ("{0}已到", "{0} reached"),
    ("days_since", 1): ("{0}至今", "time since {0}"),
    ("days_until", 1): ("距{0}的时间", "time until {0}"),
    ("months_since", 1): ("{0}至今", "time since {0}"),
    ("optional", 1): ("{0}", "{0}"),
}
_AGO: dict[str, _Words] = {"1": ("上期{0}", "{0} the period before"), "1y": ("上年同期{0}", "{0} a year before")}
_EARLIER: _Words = ("{1} 期前的{0}", "{0} {1} periods before")
_OF_WINDOWS = ("min_known", "min_periods", "bridge")
"""Arguments that say from how many known values on; the phrase does without them."""
_SIGNS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠",
    ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷",
}  # fmt: skip
_JOINS: dict[type[ast.boolop], _Words] = {ast.And: ("且", " and "), ast.Or: ("或", " or ")}


def phrase(panel: Panel, text: str, language: Language) -> str | None:
    """The expression in words; None where it has a part for which there are none."""
    try:
        return _Phrases(panel, language).of(parse(text).body)
    except (RuleError, _NoWordsError, RecursionError):
        return None


class _NoWordsError(Exception):
    """There are no words for a part."""


class _Phrases:
    def __init__(self, panel: Panel, language: Language) -> None:
        self.panel = panel
        self.language = language

    def said(self, words: _Words, *parts: str) -> str:
        return words[0 if self.language == "zh" else 1].format(*parts)

    def of(self, at: ast.expr) -> str:
        told: Callable[[ast.expr], str] | None = getattr(self, f"_{type(at).__name__.lower()}", None)
        if told is None:
            raise _NoWordsError
        return told(at)

    def _name(self, at: ast.expr) -> str:
        names, types = dotted(at), ""
        while len(names) > 1 and names[0] in self.panel.types:
            types, names = f"{types}{names[0]} ", names[1:]
        if not names or len(names) > 2:
            raise _NoWordsError
        return types + called(self.panel, names[0], names[1] if len(names) == 2 else None, self.language)

    _attribute = _name

    def _constant(self, at: ast.Constant) -> str:
        return str(at.value)

    def _compare(self, at: ast.Compare) -> str:
        words = self.of(at.left)
        for sign, right in zip(at.ops, at.comparators, strict=True):
            if type(sign) not in _SIGNS:
                raise _NoWordsError
            words += f" {_SIGNS[type(sign)]} {self.of(right)}"
        return words

    def _binop(self, at: ast.BinOp) -> str:
        if type(at.op) not in _SIGNS:
            raise _NoWordsError
        left, right = (self._bracketed(part, at.op) for part in (at.left, at.right))
        return f"{left} {_SIGNS[type(at.op)]} {right}"

    def _bracketed(self, part: ast.expr, within: ast.operator) -> str:
        words = self.of(part)
        loose = isinstance(part, ast.BinOp) and isinstance(within, ast.Mult | ast.Div | ast.Sub)
        return self.said(("（{0}）", "({0})"), words) if loose else words

    def _unaryop(self, at: ast.UnaryOp) -> str:
        if isinstance(at.op, ast.Not):
            return self.said(("并非{0}", "not {0}"), self.of(at.operand))
        return f"−{self.of(at.operand)}" if isinstance(at.op, ast.USub) else self.of(at.operand)

    def _boolop(self, at: ast.BoolOp) -> str:
        return self.said(_JOINS[type(at.op)]).join(self.of(value) for value in at.values)

    def _call(self, at: ast.Call) -> str:
        name = at.func.id if isinstance(at.func, ast.Name) else ""
        if any(keyword.arg not in _OF_WINDOWS for keyword in at.keywords):
            raise _NoWordsError
        second = at.args[1].value if len(at.args) == 2 and isinstance(at.args[1], ast.Constant) else None
        words = _CALLS.get((name, len(at.args)))
        if name == "lag" and second is not None:
            words = _AGO.get(str(second)) or (_EARLIER if isinstance(second, int) else None)
        elif isinstance(second, str):  # a window of '1y' is no number of periods
            words = None
        if words is None:
            raise _NoWordsError
        return self.said(words, *(self.of(part) for part in at.args))
