"""What follows from facts: clauses, a plain fix-point that says what they mean, and durable-rules doing the same.

Nothing is imported here, so that the worker process starts light.
"""
