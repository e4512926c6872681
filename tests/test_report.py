"""A report as a sequence, as JSON, as rows, as a frame."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import orjson
import pytest

from alert_examples import ALERT, DOCUMENT
from ewarn import report as module
from ewarn.alerts import schema
from ewarn.alerts.models import CoverageRow, ReportDocument
from ewarn.report import FLAT_COLUMNS, Alerts, Episodes, Report


class Fake:
    """Alerts that exist as texts only, and a record of which were asked for."""

    def __init__(self, alerts: list[dict[str, Any]]) -> None:
        self.texts = [orjson.dumps(alert) for alert in alerts]
        self.asked: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self.texts)

    def lines(self, start: int, stop: int) -> list[bytes]:
        self.asked.append((start, stop))
        return self.texts[start:stop]


def numbered(count: int) -> list[dict[str, Any]]:
    return [{**ALERT, "entity": f"E{at}", "score": at / 10} for at in range(count)]


def make(alerts: list[dict[str, Any]], **more: Any) -> Report:
    coverage = [CoverageRow.model_validate(row) for row in DOCUMENT["coverage"]]
    counts = {"red": 0, "orange": len(alerts)}
    return Report(as_of="2022-09", alerts=Alerts(Fake(alerts)), coverage=coverage, counts=counts, **more)


EPISODE = {
    "rule": "IND-01",
    "entity": "E17",
    "entity_type": "enterprise",
    "start": "2022-07",
    "end": "2022-09",
    "peak": "red",
    "open": True,
}


@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize("episodes", [None, [], [EPISODE, EPISODE]])
def test_json_reads_back_equal_and_validates(
    monkeypatch: pytest.MonkeyPatch, count: int, episodes: list[dict[str, Any]] | None
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    lazy = None if episodes is None else Episodes(Fake(episodes))
    report = make(numbered(count), known_at="2022-10-12", omitted=3, episodes=lazy)
    text = report.to_json()
    read = json.loads(text)
    jsonschema.validate(read, schema.shipped())
    expected = {**DOCUMENT, "known_at": "2022-10-12", "omitted": 3, "alerts": numbered(count)}
    assert read == expected | ({} if episodes is None else {"episodes": episodes})
    assert list(read)[: len(DOCUMENT)] == list(DOCUMENT)
    assert ReportDocument.model_validate_json(text).model_dump(mode="json") == read
    assert report.episodes is None if episodes is None else len(report.episodes or ()) == len(episodes)
    file = io.BytesIO()
    report.write_json(file)
    assert file.getvalue().decode() == text


def test_alerts_are_a_sequence_built_on_access(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 4)
    fake = Fake(numbered(10))
    alerts = Alerts(fake)
    assert len(alerts) == 10
    assert fake.asked == []
    assert alerts[5].entity == "E5"
    assert alerts[7].entity == "E7"
    assert fake.asked == [(4, 8)]
    assert alerts[-1].entity == "E9"
    assert [alert.entity for alert in alerts] == [f"E{at}" for at in range(10)]
    assert [alert.entity for alert in alerts[2:6:2]] == ["E2", "E4"]
    assert alerts[3] in alerts
    assert repr(alerts) == "<10 alerts>"
    for wrong in (10, -11):
        with pytest.raises(IndexError, match="of 10"):
            alerts[wrong]


def test_frame_and_rows_bear_the_names_of_the_json() -> None:
    report = make(numbered(2))
    frame = report.to_frame(language="zh")
    assert tuple(frame.columns) == FLAT_COLUMNS
    assert set(FLAT_COLUMNS) <= set(ALERT) | set(ALERT["score_parts"])
    assert frame["entity"].tolist() == ["E0", "E1"]
    assert frame["title"].tolist() == [ALERT["title"]["zh"]] * 2
    assert frame["persistence"].tolist() == [12.5, 12.5]
    assert tuple(make([]).to_frame().columns) == FLAT_COLUMNS


def test_cells_are_safe_in_a_spreadsheet() -> None:
    names = ["=1+1", "+x", "-x", "@x", "\t=x", "\rx", "a\nb", "fine"]
    alerts = [{**ALERT, "name": name, "explanation": {"zh": name, "en": name}} for name in names]
    cells = list(make(alerts).cells())
    shown = ["'=1+1", "'+x", "'-x", "'@x", "' =x", "' x", "a b", "fine"]
    assert [row["name"] for row in cells] == shown
    assert [row["explanation"] for row in cells] == shown
    assert cells[0]["possible"] == ""
    assert cells[0]["held"] == "false"
    assert cells[0]["score"] == 20.5


def test_a_report_is_shown_by_the_presentation_it_was_given() -> None:
    class Plain:
        def text(self, report: Report) -> str:
            return f"text of {report.as_of}"

        def html(self, report: Report) -> str:
            return "<p>html</p>"

        def renderables(self, report: Report, width: int) -> list[str]:
            return [f"{width} wide"]

    class Options:
        max_width = 80

    assert str(make(numbered(1))) == "data to 2022-09: 1 orange"
    assert make([])._repr_html_() is None
    shown = make([], presentation=Plain())
    assert str(shown) == "text of 2022-09"
    assert shown._repr_html_() == "<p>html</p>"
    assert list(shown.__rich_console__(None, Options())) == ["80 wide"]
