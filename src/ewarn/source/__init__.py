"""Text that knows where it stood, YAML without surprises, and models checked against it."""

from ewarn.source.files import read_text
from ewarn.source.salvage import Salvaged, salvage
from ewarn.source.text import Document, Integer, Real, Text
from ewarn.source.tree import Located
from ewarn.source.validation import ModelError, validate
from ewarn.source.woven import Instead, woven
from ewarn.source.yaml import load_data, load_yaml, parse_yaml

__all__ = [
    "Document",
    "Instead",
    "Integer",
    "Located",
    "ModelError",
    "Real",
    "Salvaged",
    "Text",
    "load_data",
    "load_yaml",
    "parse_yaml",
    "read_text",
    "salvage",
    "validate",
    "woven",
]
