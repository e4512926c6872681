"""What is doubtful in rules that can be read: a level that nothing reaches, a number nobody can trace."""

from ewarn.lint.check import Check, every_check
from ewarn.lint.finding import Finding, Linted
from ewarn.lint.linting import lint

__all__ = ["Check", "Finding", "Linted", "every_check", "lint"]
