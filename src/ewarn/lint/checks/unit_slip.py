"""Numbers that seem to be in another unit than was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ewarn.diagnostics import Diagnostic
from ewarn.lint.check import Check, Example
from ewarn.lint.subject import Subject
from ewarn.source import Text
from ewarn.units import parse_quantity

_FAR = 50


class UnitSlip(Check):
    """A rate is compared with 30 where 30 % was meant (a rate of 30 is 3 000 %), the same thing is held against 0.3 in
    one place and `"0.3 %"` in another, or the levels of one parameter in % lie fifty-fold apart, as 0.3 and 30 do."""

    code = "EW506"
    title = "A unit that slipped: 0.3 against 30 %"
    bad = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: yoy(output) < -30}
""")
    good = Example("""
rules:
  - id: A
    entity: enterprise
    levels: {yellow: yoy(output) < "-30 %"}
""")

    def find(self, subject: Subject) -> Iterator[Diagnostic]:
        """What compiling warns of, and numbers that do not go together."""
        for compiled in subject.compiled:
            for notice in compiled.notices:
                if notice.code == "EW106":
                    place = notice.place or subject.rule.span
                    yield Diagnostic(self.code, notice.message, place, notice.label, notice.help, "warning")
        yield from self._params(subject)
        yield from self._beside(subject)

    def _params(self, subject: Subject) -> Iterator[Diagnostic]:
        for name, param in subject.rule.params.items():
            if param.unit != "%" or not isinstance(param.value, Mapping):
                continue
            sizes = {key: abs(one) for key, one in param.value.items() if isinstance(one, int | float) and one}
            if sizes and min(sizes.values()) < 1 <= max(sizes.values()) >= _FAR * min(sizes.values()):
                low, high = min(sizes.values()), max(sizes.values())
                yield self.doubt(f"`{name}` goes from {low:g} % to {high:g} %", param.span or subject.rule.span,
                                 None, f"was {low * 100:g} % meant?")  # fmt: skip

    def _beside(self, subject: Subject) -> Iterator[Diagnostic]:
        """The same left side against a fraction here and the same digits in percent there."""
        seen: dict[str, set[float]] = {}
        for expression in subject.expressions:
            for node in ast.walk(expression.syntax.body):
                if not (isinstance(node, ast.Compare) and len(node.ops) == 1):
                    continue
                right = node.comparators[0]
                if not isinstance(right, ast.Constant) or isinstance(right.value, bool):
                    continue
                value = right.value
                if isinstance(value, str):
                    said, place = _percent(value), expression.syntax.span(right)
                    if said is not None and said in seen.get(ast.dump(node.left), ()):
                        yield self.doubt(f"`{said:g}` in one place and `{value}` in another", place,
                                         "a hundredth of it", "which of the two was meant?")  # fmt: skip
                elif isinstance(value, int | float):
                    seen.setdefault(ast.dump(node.left), set()).add(float(value))


def _percent(text: str | Text) -> float | None:
    try:
        amount, unit = parse_quantity(text)
    except ValueError:
        return None
    return amount if unit.is_ratio and unit.factor != 1 else None
