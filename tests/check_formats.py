"""Checks written out in every format, for the tests of the formats."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import xmlschema
from rich.console import Console

from ewarn.check import Checked
from ewarn.render import ci_format_names, format_named, format_names
from ewarn.render.view import View

DATA = Path(__file__).parent / "data"
FORMATS = (*format_names(), *ci_format_names())


def written(result: Checked, name: str, language: Any = "en", *, width: int = 100, most: int | None = None) -> str:
    """The check in a format."""
    out = io.StringIO(newline="")
    view = View(result.report, language, "ewarn check drop", most=most, outcome=result.outcome)
    format_named(name).write(view, Console(file=out, width=width, color_system=None))
    return out.getvalue()


@cache
def sarif_schema() -> Any:
    schema = json.loads((DATA / "sarif/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


@cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(DATA / "junit/junit-10.xsd"))


def sarif(text: str) -> Any:
    """The run of a log that holds to the schema."""
    log = json.loads(text)
    sarif_schema().validate(log)
    return log["runs"][0]


def junit(text: str) -> ET.Element:
    """A document that holds to the schema."""
    junit_schema().validate(io.StringIO(text))
    return ET.fromstring(text.encode())  # noqa: S314  (our own)
