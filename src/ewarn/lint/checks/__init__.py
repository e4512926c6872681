"""The checks of lint, one in each module."""
