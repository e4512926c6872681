"""The JSON schema of rule files, for editors."""

from __future__ import annotations

from typing import Any

from ewarn.conditions import conditions
from ewarn.rules.written import Pack


def rules_schema() -> dict[str, Any]:
    """A JSON schema (2020-12) of rule files, derived from the models that check them."""
    schema = Pack.model_json_schema(by_alias=True)
    rule = schema["$defs"]["WrittenRule"]
    for name, condition in conditions().items():
        rule["properties"][name] = condition.model_json_schema(ref_template=f"#/$defs/{name}/$defs/{{model}}")
    rule["required"].remove("levels")
    rule["oneOf"] = [{"required": [name]} for name in ("levels", *conditions())]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "ewarn rules"}
