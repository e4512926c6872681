"""The JSON schema of an explanation, from its models; shipped as `explanation.schema.json` beside this file."""

from __future__ import annotations

from typing import Any

from ewarn.alerts.schema import dump, read, schema_of

SHIPPED = "explanation.schema.json"


def generate() -> dict[str, Any]:
    """The schema (draft 2020-12) as the models give it now."""
    from ewarn.explaining.models import Document

    return schema_of(Document)


def shipped() -> dict[str, Any]:
    """The schema as the package ships it."""
    return read("ewarn.explaining", SHIPPED)


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream when run as a script
    sys.stdout.write(dump(generate()))
