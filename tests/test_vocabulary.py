"""Every function and operator on every kind of panel, in random expressions, against the naive reading.

What is reached is counted, so that a function added later is reached too, or stands below with the reason why not.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverage_table import NEEDS_MONTHS, OPERATORS
from ewarn.errors import EwarnError
from ewarn.expressions.function import functions
from naive.calls import constructs, expression, writes
from naive.compare import compared
from naive.kinds import KINDS, World

TRIES = 8
"""So many expressions are written for a function until one is accepted."""


@dataclass
class Reached:
    """What was compared on one kind of panel."""

    times: Counter[str] = field(default_factory=Counter)
    """Expressions that hold a function or an operator."""
    known: Counter[str] = field(default_factory=Counter)
    """Values of the function at the head of the expression."""
    unknown: Counter[str] = field(default_factory=Counter)
    refused: dict[str, set[str]] = field(default_factory=dict)
    """Codes of the mistakes for which expressions of a function were refused."""


def reached(kind: str, examples: int) -> Reached:
    """Random expressions of each function on so many random panels of a kind; on further ones only of functions and
    operators that have not been reached. The same ones each time."""
    found = Reached()
    without = NEEDS_MONTHS if kind == "rounds" else ()
    panels = count()

    @settings(max_examples=10 * examples, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(KINDS[kind](), st.integers(0, 2**32))
    def check(world: World, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 -- which expressions, nothing secret
        left = [one for name, one in functions().items() if not found.known[name] and name not in without]
        if next(panels) < examples:
            left = list(functions().values())
        if not left and not all(found.times[word] for word in OPERATORS):
            left = [functions()["optional"]] * 9
        for function in left:
            fitting = [names for names in world.names if writes(names, function)]
            for _ in range(TRIES):
                names = fitting[chance.randrange(len(fitting))]
                text = expression(chance, names, function)
                try:
                    values = compared(world.sheet, world.panel, text, names.home)
                except EwarnError as error:
                    found.refused.setdefault(function.name, set()).update(one.code for one in error.diagnostics)
                    continue
                have = sum(value is not None for value in values)
                found.times.update(constructs(text))
                found.known[function.name] += have
                found.unknown[function.name] += len(values) - have
                break

    check()
    return found


@pytest.mark.laws
@pytest.mark.parametrize("examples", [3, pytest.param(30, marks=pytest.mark.big)])
@pytest.mark.parametrize("kind", KINDS)
def test_each_function_is_like_the_naive_reading(kind: str, examples: int) -> None:
    found = reached(kind, examples)
    without = NEEDS_MONTHS if kind == "rounds" else ()
    for name in functions():
        if name in without:
            assert not found.times[name], f"{name} is judged on rounds: it does not need months"
            assert "EW109" in found.refused[name]
        else:
            assert found.known[name], f"no expression of `{name}` gave a value on the kind `{kind}`"
    assert not {word for word in OPERATORS if not found.times[word]}, "operators that no expression held"
