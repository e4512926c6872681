"""A deliberately slow and simple reading of the rule language: one entity, one period, one cell at a time.

Written from the text of the language alone, never from the engine's code; it exists to disagree with the engine
where one of the two has misread the text. README.md beside it lists what the text leaves open and what was chosen.
"""
