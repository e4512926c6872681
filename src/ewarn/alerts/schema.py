"""The JSON schema of a report, generated from the models and shipped as `report.schema.json` beside this file."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

SHIPPED = "report.schema.json"


def generate() -> dict[str, Any]:
    """The schema (draft 2020-12) as the models give it now."""
    from ewarn.alerts.models import ReportDocument

    schema = ReportDocument.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def dump(schema: dict[str, Any]) -> str:
    """The text of the shipped file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def shipped() -> dict[str, Any]:
    """The schema as the package ships it."""
    text = files("ewarn.alerts").joinpath(SHIPPED).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream when run as a script
    sys.stdout.write(dump(generate()))
