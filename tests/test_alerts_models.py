"""The contract's own example, the schema that ships, and reading back."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from alert_examples import ALERT, DOCUMENT, EVIDENCE, INPUT
from ewarn.alerts import schema
from ewarn.alerts.models import Alert, ReportDocument


def test_shipped_schema_is_fresh() -> None:
    """Write it anew with `python -m ewarn.alerts.schema > src/ewarn/alerts/report.schema.json`."""
    assert schema.shipped() == schema.generate()


def test_shipped_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.shipped())


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"episodes": []},
        {
            "episodes": [
                {
                    "rule": "IND-01",
                    "entity": "E17",
                    "entity_type": "enterprise",
                    "start": "2022-07",
                    "end": "2022-09",
                    "peak": "red",
                    "open": True,
                }
            ]
        },
    ],
)
def test_the_contracts_example_reads_back_equal_and_validates(extra: dict[str, Any]) -> None:
    document = {**DOCUMENT, **extra}
    jsonschema.validate(document, schema.shipped())
    read = ReportDocument.model_validate_json(json.dumps(document))
    assert read.model_dump(mode="json") == document
    assert list(read.model_dump(mode="json")["alerts"][0]) == list(ALERT)
    assert ReportDocument.model_validate(read.model_dump()) == read


@pytest.mark.parametrize("value", [True, False, 1, 0, 1.5, "2022-09-30", "规上", None])
def test_a_value_keeps_its_kind(value: object) -> None:
    alert = {**ALERT, "evidence": [{**EVIDENCE, "value": value}]}
    read = Alert.model_validate_json(json.dumps(alert)).evidence[0].value
    assert read == value
    assert type(read) is type(value)


def test_keys_of_their_own_only_where_they_say_something() -> None:
    evidence = {**EVIDENCE, "at_most": 5, "members": {"n": 40, "known": 38, "true": 20}}
    alert = {**ALERT, "evidence": [EVIDENCE, evidence]}
    assert Alert.model_validate(alert).model_dump(mode="json") == alert


@pytest.mark.parametrize(
    "broken",
    [
        {"fingerprint": "xyz"},
        {"level": "green"},
        {"score": 101},
        {"evidence": [{**EVIDENCE, "inputs": [INPUT] * 25}]},
        {"evidence": [{**EVIDENCE, "value": float("nan")}]},
        {"surprise": 1},
        {"title": {"zh": "only one"}},
    ],
)
def test_what_the_models_refuse(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Alert.model_validate({**ALERT, **broken})


def test_an_alert_cannot_be_changed() -> None:
    alert = Alert.model_validate(ALERT)
    with pytest.raises(ValidationError, match="frozen"):
        alert.level = "red"
