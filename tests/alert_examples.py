"""The contract's own example of a report, as data."""

from __future__ import annotations

from typing import Any

SOURCE = {"file": "firms.csv", "sheet": None, "row": 8, "line": 8, "column": "产值", "cell": None}
INPUT = {
    "indicator": "output",
    "measure": "period",
    "entity": "E17",
    "period": "2022-09",
    "value": 1820,
    "unit": "万元",
    "status": None,
    "source": SOURCE,
}
EVIDENCE = {
    "expr": "yoy(output)",
    "period": "2022-09",
    "value": -0.245,
    "unit": "ratio",
    "inputs": [INPUT],
    "inputs_total": 2,
}
ALERT: dict[str, Any] = {
    "rule": "IND-01",
    "pack": "industry",
    "slug": "output-consecutive-decline",
    "channel": "economy",
    "entity": "E17",
    "entity_type": "enterprise",
    "name": "云岭建材",
    "period": "2022-09",
    "level": "orange",
    "possible": None,
    "adjusted": [{"when": "is_backbone", "by": 1, "cap": None, "before": "yellow", "after": "orange"}],
    "score": 20.5,
    "score_parts": {"exposure": 8.0, "persistence": 12.5, "depth": 0.0, "novelty": 0.0},
    "title": {"zh": "产值连续同比下降", "en": "Output down year on year"},
    "explanation": {"zh": "…", "en": "..."},
    "action": {"zh": "", "en": ""},
    "evidence": [EVIDENCE],
    "since": "2022-07",
    "periods": 3,
    "held": False,
    "clears_when": [],
    "clears_when_reason": None,
    "list": [],
    "labels": [],
    "owner": None,
    "status": None,
    "provisional": False,
    "fingerprint": "0123456789abcdef",
    "members": [],
    "absorbed_by": None,
}
DOCUMENT: dict[str, Any] = {
    "ewarn": 1,
    "as_of": "2022-09",
    "known_at": None,
    "engine": "none",
    "omitted": 0,
    "alerts": [ALERT],
    "near": [],
    "coverage": [
        {
            "rule": "IND-01",
            "entity_type": "enterprise",
            "matched": 120,
            "evaluated": 112,
            "fired": 9,
            "clear": 103,
            "unknown": {"not_reported": 6, "masked": 2},
        }
    ],
}
