"""Text of an expression -> Python syntax tree within a whitelist, with the place of every part.

Nothing is ever evaluated as Python. Limits: 4 000 characters, 64 levels of nesting, numbers within float64.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from ewarn.diagnostics import Diagnostic, Span
from ewarn.errors import RuleError
from ewarn.expressions.mentions import unquoted
from ewarn.source import Text

MAX_LENGTH = 4000
MAX_DEPTH = 64
MAX_NUMBER = 1e300

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UAdd, ast.USub, ast.Not, ast.And, ast.Or)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn)
_NODES = (
    ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword,
    ast.Name, ast.Attribute, ast.Constant, ast.Tuple, ast.List, ast.Load, *_OPERATORS, *_COMPARISONS,
)  # fmt: skip
_INSTEAD = {
    ast.Pow: "there are no powers; multiply instead",
    ast.BitAnd: "write `and`",
    ast.BitOr: "write `or`",
    ast.BitXor: "write `a != b`",
    ast.Invert: "write `not`",
    ast.FloorDiv: "write `/`",
    ast.Mod: 'for a percentage write it in quotes: "5 %"',
    ast.Is: "write `==`",
    ast.IsNot: "write `!=`",
    ast.NamedExpr: "write `==` to compare; name parts of a rule under `let:`",
    ast.Subscript: "for the value n periods ago write lag(x, n)",
}
_FULL_WIDTH = {
    "（": "(", "）": ")", "，": ",", "＞": ">", "＜": "<", "＝": "=", "“": '"', "”": '"', "‘": "'", "’": "'",
    "：": ":", "；": ";", "＋": "+", "－": "-", "−": "-", "＊": "*", "×": "*", "／": "/", "÷": "/", "≥": ">=",
    "≤": "<=", "≠": "!=", "。": ".", "．": ".", "、": ",", "【": "(", "】": ")", "％": "%", "　": " ", "！": "!",
}  # fmt: skip


@dataclass(frozen=True)
class Syntax:
    """A parsed expression that remembers its text."""

    text: Text
    body: ast.expr

    def span(self, node: ast.AST) -> Span:
        """Where `node` stands in the file."""
        start, end = self.offsets(node)
        return self.text.span(start, end)

    def offsets(self, node: ast.AST) -> tuple[int, int]:
        """Character offsets of `node` in the expression."""
        start = max(0, getattr(node, "col_offset", 1) - 1)
        end = max(0, (getattr(node, "end_col_offset", None) or 1) - 1)
        if not self._flat.isascii():  # Python counts bytes
            flat = self._flat.encode()
            start, end = len(flat[:start].decode(errors="ignore")), len(flat[:end].decode(errors="ignore"))
        return start, max(end, start + 1)

    def words(self, node: ast.AST) -> str:
        """The text of `node` as written."""
        start, end = self.offsets(node)
        return self._flat[start:end]

    @cached_property
    def _flat(self) -> str:
        return _flat(self.text)


_recent: dict[int, Syntax] = {}
"""Expressions parsed of late: a rule is gone through twice, to find its calendar and to compile it."""
_MOST_RECENT = 256


def parse(text: str) -> Syntax:
    """Parse one expression. Raises RuleError (EW101 syntax, EW105 limits) naming the place."""
    found = _recent.get(id(text))
    if found is not None and found.text is text:
        return found
    source = text if isinstance(text, Text) else Text.plain(text)
    if len(source) > MAX_LENGTH:
        _fail(source, 0, 20, "EW105", f"the expression has {len(source):,} characters", f"at most {MAX_LENGTH:,}",
              "name its parts under `let:`")  # fmt: skip
    if not source.strip():
        _fail(source, 0, 1, "EW101", "the expression is empty", "a condition was expected", None)
    flat = _flat(source)
    _scan(source, flat)
    try:
        body = ast.parse(f"({flat})", mode="eval").body
    except SyntaxError as error:
        column = (error.offset or 2) - 2
        _syntax_error(source, flat, min(max(column, 0), len(flat) - 1), error.msg)
    except (ValueError, MemoryError, RecursionError):
        _fail(source, 0, len(flat), "EW105", "the expression is too deeply nested", f"at most {MAX_DEPTH} levels",
              "name its parts under `let:`")  # fmt: skip
    syntax = Syntax(source, body)
    _whitelist(syntax)
    if len(_recent) >= _MOST_RECENT:
        _recent.clear()
    _recent[id(source)] = syntax  # which keeps the text, so that no other has its identity
    return syntax


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ")


def _scan(source: Text, flat: str) -> None:
    """What Python's own messages would explain badly: full-width signs, brackets, depth, comments."""
    opened: list[tuple[str, int]] = []
    quote = ""
    for index, char in enumerate(flat):
        if quote:
            if char == "\\":
                _fail(source, index, index + 1, "EW101", "a backslash in a string", "not needed here",
                      "write the character itself")  # fmt: skip
            if char == quote:
                quote = ""
            continue
        if char in "'\"":
            quote, quoted_at = char, index
        elif char in _FULL_WIDTH:
            sign = _FULL_WIDTH[char]
            _fail(source, index, index + 1, "EW101", f"full-width `{char}` in an expression",
                  f"the ASCII sign `{sign}` was meant", f"write `{sign}`")  # fmt: skip
        elif char in "([{":
            opened.append((char, index))
            if len(opened) > MAX_DEPTH:
                _fail(source, index, index + 1, "EW105", "the expression is too deeply nested",
                      f"at most {MAX_DEPTH} levels", "name its parts under `let:`")  # fmt: skip
        elif char in ")]}":
            if not opened or opened.pop()[0] + char not in ("()", "[]", "{}"):
                _fail(source, index, index + 1, "EW101", f"`{char}` closes nothing", "no bracket is open here", None)
        elif char in "#;`$?@:{}\\" or (unicodedata.category(char) in ("Cc", "Cf") and char != " "):
            shown = char if char.isprintable() else f"U+{ord(char):04X}"
            _fail(source, index, index + 1, "EW101", f"`{shown}` has no meaning in an expression", "not allowed", None)
    if quote:
        _fail(source, quoted_at, len(flat), "EW101", "a string without its closing quote",
              "the string begins here", f"add `{quote}`")  # fmt: skip
    if opened:
        _fail(source, opened[-1][1], opened[-1][1] + 1, "EW101", f"`{opened[-1][0]}` is never closed",
              "opened here", None)  # fmt: skip


_FOREIGN = (("&&", "and"), ("||", "or"), ("<>", "!="), ("=>", ">="), ("=<", "<="), ("!", "not"))
"""Signs of other languages, the longer ones first, and what is written here."""


_QUANTITY = re.compile(r"(?<![\w.])\d[\d.]*(?: ?%| ?(?!and\b|or\b|if\b|else\b|in\b|not\b)[^\W\d_]+)(?![\w(])")
"""`5 %`, `50 万元`: what the language takes in quotes only."""


def _syntax_error(source: Text, flat: str, column: int, message: str) -> NoReturn:
    for word, instead in _FOREIGN:
        # Python points at any character of the sign.
        position = flat.find(word, max(0, column - 1), column + len(word))
        if position >= 0:
            _fail(source, position, position + len(word), "EW101", f"`{word}` has no meaning in an expression",
                  "not a sign of this language", f"write `{instead}`")  # fmt: skip
    if quantity := _QUANTITY.search(unquoted(flat)):
        _fail(source, *quantity.span(), "EW101", f"`{quantity.group()}` is a quantity without quotes",
              "a number and its unit", f'write `"{quantity.group()}"`')  # fmt: skip
    if flat[column : column + 1] == "=" or ("=" in flat and "==" in message):
        position = flat.find("=", column)
        position = position if position >= 0 else column
        _fail(source, position, position + 1, "EW101", "`=` does not compare", "a comparison was expected",
              "write `==`")  # fmt: skip
    _fail(source, column, column + 1, "EW101", "the expression cannot be read here",
          "this does not follow from what stands before it", None)  # fmt: skip


def _whitelist(syntax: Syntax) -> None:
    todo: list[tuple[ast.AST, int]] = [(syntax.body, 1)]
    while todo:
        node, depth = todo.pop()
        if depth > MAX_DEPTH:
            start, end = syntax.offsets(node)
            _fail(syntax.text, start, end, "EW105", "the expression is too deeply nested",
                  f"at most {MAX_DEPTH} levels", "name its parts under `let:`")  # fmt: skip
        if not isinstance(node, _NODES):
            _refuse(syntax, node)
        if isinstance(node, ast.BinOp) and not isinstance(node.op, _OPERATORS):
            _refuse(syntax, node, node.op)
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, _OPERATORS):
            _refuse(syntax, node, node.op)
        if isinstance(node, ast.Compare):
            for operator in node.ops:
                if not isinstance(operator, _COMPARISONS):
                    _refuse(syntax, node, operator)
        if isinstance(node, ast.Call) and (
            not isinstance(node.func, ast.Name) or None in [k.arg for k in node.keywords]
        ):
            _refuse(syntax, node)
        if isinstance(node, ast.Constant):
            _constant(syntax, node)
        todo.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _constant(syntax: Syntax, node: ast.Constant) -> None:
    if isinstance(node.value, bool | str):
        return
    if isinstance(node.value, int | float):
        if abs(node.value) < MAX_NUMBER:
            return
        start, end = syntax.offsets(node)
        _fail(syntax.text, start, end, "EW105", "the number is too large", "at most 1e300", None)
    _refuse(syntax, node)


def _refuse(syntax: Syntax, node: ast.AST, operator: ast.AST | None = None) -> NoReturn:
    start, end = syntax.offsets(node) if hasattr(node, "col_offset") else (0, len(syntax.text))
    what = type(operator or node)
    _fail(syntax.text, start, end, "EW101", "this is not part of the rule language",
          "not allowed in an expression", _INSTEAD.get(what))  # fmt: skip


def _fail(source: Text, start: int, end: int, code: str, message: str, label: str, help: str | None) -> NoReturn:
    raise RuleError([Diagnostic(code, message, source.span(start, end), label, help)])
