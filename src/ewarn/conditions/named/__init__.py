"""One module for each named condition; found by looking."""
