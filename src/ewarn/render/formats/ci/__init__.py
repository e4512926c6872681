"""Formats of a check that services read, one module each, found by looking (see `ewarn.render.formats`).

They read `view.outcome`. Where a service takes no more than so much, the urgent comes first, and how many were left
out is said.
"""
