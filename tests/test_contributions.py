"""A list sorted by contributions says so: they are percentage points of the whole's growth, not growth of its own."""

from __future__ import annotations

import pandas as pd
import pytest

import ewarn
from ewarn.cli import main

FRAME = pd.DataFrame(
    [
        {"type": kind, "entity": entity, "period": period, "indicator": "output", "value": value, "county": "C"}
        for kind, entity, values in (("enterprise", "A", (100, 60)), ("enterprise", "B", (300, 330)))
        for period, value in zip(("2021-01", "2022-01"), values, strict=True)
    ]
)
DROP = """
frequency: M
tables:
  - file: f.csv
    entity: {type: enterprise, id: entity, parents: {county: county}}
    period: period
    values: {output: {column: value, unit: 万元}}
  - file: c.csv
    entity: {type: county, id: county}
    period: period
    values: {tax: tax}
"""
RULE = """
pack: p
rules:
- id: A
  title: {zh: 下降, en: down}
  entity: county
  levels: {red: growth(enterprise.output) < 0}
  explain: {zh: '{entity} 下降', en: '{entity} down'}
  list: {of: enterprise, by: BY}
"""


@pytest.mark.parametrize(
    ("by", "zh", "en"),
    [
        ("pull(output)", "对增速的拉动（百分点）：A −10.00、B +7.50", "in percentage points: A −10.00, B +7.50"),
        ("yoy(output)", "A −40.00%、B +10.00%", "A −40.00%, B +10.00%"),
        ("2 * pull(output)", "A −20.00%、B +15.00%", "A −20.00%, B +15.00%"),
    ],
)
def test_a_contribution_is_no_growth(by: str, zh: str, en: str, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]  # a path
    (tmp_path / "drop.yaml").write_text(DROP, encoding="utf-8")
    FRAME.to_csv(tmp_path / "f.csv", index=False)
    (tmp_path / "c.csv").write_text("county,period,tax\nC,2022-01,1\n", encoding="utf-8")
    (tmp_path / "r.yaml").write_text(RULE.replace("BY", by), encoding="utf-8")
    for language, words in (("zh", zh), ("en", en)):
        main(["run", str(tmp_path), "--rules", str(tmp_path / "r.yaml"), "--lang", language, "--width", "200"])
        shown = " ".join(capsys.readouterr().out.split())
        assert words in shown, shown
    report = ewarn.run(tmp_path, rules=str(tmp_path / "r.yaml"))
    assert report.alerts[0].list[0].expr == by
