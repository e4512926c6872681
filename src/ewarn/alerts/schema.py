"""The JSON schema of a report, generated from the models and shipped as `report.schema.json` beside this file."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

SHIPPED = "report.schema.json"


def generate() -> dict[str, Any]:
    """The schema (draft 2020-12) as the models give it now."""
    from ewarn.alerts.models import ReportDocument

    return schema_of(ReportDocument)


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a document that is written, as its model gives it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode="validation")}


def dump(schema: dict[str, Any]) -> str:
    """The text of the shipped file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def shipped() -> dict[str, Any]:
    """The schema as the package ships it."""
    return read("ewarn.alerts", SHIPPED)


def read(package: str, name: str) -> dict[str, Any]:
    """A schema that stands in a package."""
    schema: dict[str, Any] = json.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
    return schema


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream when run as a script
    sys.stdout.write(dump(generate()))
