"""Named conditions: shorthands of rule files that are lowered to expressions."""

from ewarn.conditions.condition import Condition, Example, Lowered, conditions, lowered

__all__ = ["Condition", "Example", "Lowered", "conditions", "lowered"]
