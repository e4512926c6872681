"""The rule language: text -> syntax -> typed nodes -> arrays of values."""
