"""Codes that carry a check character."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Frame
from ewarn.expressions.function import Function, Parameter, Tables
from ewarn.expressions.nodes import Node, Operation, Value
from ewarn.expressions.typed import Typed
from ewarn.expressions.types import CONDITION

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Of GB 32100-2015: no I, O, S, V, Z."""
_CODE = re.compile(rf"[{_CHARACTERS}]{{2}}[0-9]{{6}}[{_CHARACTERS}]{{10}}")
_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))


def valid_uscc(code: str) -> bool:
    """Whether a unified social credit code has its 18 characters, and the check character that belongs to them."""
    if _CODE.fullmatch(code) is None:
        return False
    total = sum(weight * _CHARACTERS.index(character) for weight, character in zip(_WEIGHTS, code, strict=False))
    # 31 - remainder is 31 where nothing remains: the character is then 0, which many a published check gets wrong.
    return _CHARACTERS[(31 - total % 31) % 31] == code[17]


class ValidCode(Operation):
    """Whether each word is a valid code: looked up by category, since a word is checked once."""

    def compute(self, frame: Frame, node: Node, *args: Value) -> Value:
        """1 or -1; 0 where the word is unknown."""
        valid = np.array([1 if valid_uscc(word) else -1 for word in node.args[0].type.categories] + [0], dtype=np.int8)
        return valid[np.asarray(args[0], dtype=np.int64)]


class ValidUscc(Function):
    """Whether a text is a unified social credit code (统一社会信用代码, GB 32100-2015) with its check character."""

    name = "valid_uscc"
    parameters = (Parameter("code", "category"),)
    gives = "a condition"
    examples = (
        Tables("""
firm  code                valid_uscc(code)
a     91350100M000100Y43              true
b     91999900MA9EW05370              true
c     91350100M000100Y44             false
d     913501OOM000100Y43             false
e     ·                                  ·
"""),
    )

    def build(self, build: Build, **arguments: Any) -> Typed:
        """A look at the words."""
        return build.node(ValidCode(), [arguments["code"]], CONDITION, build.here)
