"""The JSON schema of rule files, for editors."""

from __future__ import annotations

from typing import Any

from ewarn.rules.written import Pack


def rules_schema() -> dict[str, Any]:
    """A JSON schema (2020-12) of rule files, derived from the models that check them."""
    schema = Pack.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "ewarn rules"}
