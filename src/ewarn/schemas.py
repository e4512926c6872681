"""JSON schemas of the files that people write, for completion and checking in editors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from ewarn.drop.model import DropModel
from ewarn.rules import rules_schema
from ewarn.rules.overriding import Override
from ewarn.testing.model import WrittenTests


def schemas() -> Mapping[str, Callable[[], dict[str, Any]]]:
    """For each kind of file what makes its schema (JSON Schema 2020-12)."""
    return {
        "rules": rules_schema,
        "overrides": lambda: _of(Override, "ewarn overrides"),
        "drop": lambda: _of(DropModel, "ewarn drop.yaml"),
        "tests": lambda: _of(WrittenTests, "ewarn tests of rules"),
    }


def _of(model: type[BaseModel], title: str) -> dict[str, Any]:
    schema = _lenient(model.model_json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def _lenient(schema: Any) -> Any:
    """The forms that ewarn itself tells apart need not exclude each other in an editor."""
    if isinstance(schema, dict):
        return {"anyOf" if key == "oneOf" else key: _lenient(value) for key, value in schema.items()}
    return [_lenient(item) for item in schema] if isinstance(schema, list) else schema
