"""Tests of rules, written in YAML beside them: data in a shorthand, and what the rules must say of it."""
