"""A pack made one's own without copying it: what a small file changes of rules that stand elsewhere."""

from ewarn.rules.overriding.apply import overridden
from ewarn.rules.overriding.written import Override, is_override

__all__ = ["Override", "is_override", "overridden"]
