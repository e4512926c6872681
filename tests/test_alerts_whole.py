"""From verdicts to alerts, on a county made by hand."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest

from alert_world import DECLINE, MONTHS, NAN, county, falling, judged
from ewarn import report as report_module
from ewarn.alerts import groups as groups_module
from ewarn.alerts import schema
from ewarn.alerts.models import ReportDocument
from ewarn.alerts.text import in_sentence
from ewarn.errors import RuleError
from ewarn.panel import Panel
from ewarn.report import Report


def document(rules: str, panel: Panel | None = None, **how: Any) -> dict[str, Any]:
    """A report as JSON, checked against the schema and read back."""
    report = Report.of(judged(rules, panel), **how)
    text = report.to_json()
    read: dict[str, Any] = json.loads(text)
    jsonschema.validate(read, schema.shipped())
    assert ReportDocument.model_validate_json(text).model_dump(mode="json") == read
    assert [alert.model_dump(mode="json") for alert in report.alerts] == read["alerts"]
    return read


def evidence(alert: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["expr"]: item for item in alert["evidence"]}


def simple(levels: str, entity: str = "enterprise", **more: str) -> str:
    keys = "".join(f"\n    {key}: {value}" for key, value in more.items())
    return f"pack: p\nrules:\n  - id: R\n    title: {{en: A title}}\n    entity: {entity}\n    levels: {levels}{keys}\n"


def test_the_worked_example() -> None:
    (alert,) = document(DECLINE)["alerts"]
    assert [alert[key] for key in ("entity", "name", "entity_type", "period", "level", "since", "periods")] == [
        "E1", "云岭建材", "enterprise", "2022-09", "orange", "2022-07", 3,
    ]  # fmt: skip
    assert alert["explanation"] == {
        "zh": "云岭建材 产值已连续 5 个月下降，2022-09 −20.7%（2,410 万元 → 1,910 万元），橙",
        "en": "云岭建材: output down 5 months running, −20.7% in 2022-09; orange",
    }
    assert alert["title"] == {"zh": "产值连续同比下降", "en": "Output down year on year"}
    assert alert["action"] == {"zh": "上门核实", "en": "Visit"}
    # Share 1910 of 1910 + 160 + 500: full exposure. Three periods of six. At the bar of 5: no step gone. Not new.
    assert alert["score_parts"] == {"exposure": 40, "persistence": 12.5, "depth": 0, "novelty": 0}
    assert alert["score"] == 52.5
    assert alert["adjusted"] == []
    assert not alert["held"]


def test_evidence_names_every_number_and_its_cells() -> None:
    (alert,) = document(DECLINE)["alerts"]
    found = evidence(alert)
    assert list(found) == ["streak(yoy(output) < 0)", "yoy(output)", 'lag(output, "1y")', "output"]
    streak = found["streak(yoy(output) < 0)"]
    assert [streak[key] for key in ("value", "unit", "period", "inputs_total")] == [5, None, "2022-09", 10]
    growth = found["yoy(output)"]
    assert growth["value"] == float(f"{1910 / 2410 - 1:.12g}")
    assert growth["unit"] == "ratio"
    assert growth["inputs"][0] == {
        "indicator": "output",
        "measure": "period",
        "entity": "E1",
        "period": "2022-09",
        "value": 1910,
        "unit": "万元",
        "status": "forecast",
        "source": {"file": "firms.csv", "sheet": None, "row": 25, "line": 25, "column": "产值", "cell": None},
    }
    assert [item["period"] for item in growth["inputs"]] == ["2022-09", "2021-09"]


def test_every_input_is_the_cell_of_the_panel() -> None:
    panel = county()
    labels = panel.calendars["M"].labels
    output = panel.series["enterprise", "output", "period"]
    for alert in document(DECLINE + "", panel)["alerts"]:
        for item in alert["evidence"]:
            assert item["inputs_total"] >= len(item["inputs"])
            for cell in item["inputs"]:
                row, at = labels.index(cell["period"]), panel.types["enterprise"].position[cell["entity"]]
                assert cell["value"] == output.values[row, at]
                assert cell["source"]["row"] == output.sources[0].rows[row, at]


def test_a_modifier_says_what_it_moved() -> None:
    panel = county(output=[falling(2410, 5, 100), falling(960, 3, 100), falling(500, 0, 0), falling(500, 0, 0)])
    alerts = {alert["entity"]: alert for alert in document(DECLINE, panel)["alerts"]}
    assert alerts["E2"]["level"] == "orange"
    assert alerts["E2"]["adjusted"] == [
        {"when": "is_backbone", "by": 1, "cap": None, "before": "yellow", "after": "orange"}
    ]
    assert alerts["E1"]["adjusted"] == []


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ("{yellow: yoy(output) < -0.8}", "清溪化工: A title: year-on-year growth of output is −83.3% (< −80.0%)"),
        ("{yellow: output < 200}", "清溪化工: A title: output is 1.6 million yuan (< 2 million yuan)"),
        ("{yellow: not (output >= 200)}", "清溪化工: A title: output is 1.6 million yuan (< 2 million yuan)"),
        (
            "{yellow: output < 200 or yoy(output) < -0.9}",
            "清溪化工: A title: output is 1.6 million yuan (< 2 million yuan)",
        ),
        (
            "{yellow: is_backbone and output > 0}",
            "清溪化工: A title: backbone firm; output is 1.6 million yuan (> 0 thousand yuan)",
        ),
        (
            "{yellow: is_backbone and not (park.land_gap > 9)}",
            "清溪化工: A title: backbone firm; park land gap is 0 mu (≤ 9 mu)",
        ),
        ("{yellow: is_backbone and not missing}", "清溪化工: A title: backbone firm; not output missing"),
    ],
)  # fmt: skip
def test_without_a_sentence_the_leaves_speak(levels: str, sentence: str) -> None:
    rules = simple(levels, let="{missing: is_missing(output)}")
    alerts = [alert for alert in document(rules)["alerts"] if alert["entity"] == "E2"]
    assert [alert["explanation"]["en"] for alert in alerts] == [sentence]
    zh = alerts[0]["explanation"]["zh"]
    assert zh.startswith("清溪化工：A title：")
    assert "未知" not in zh


def test_a_rule_with_one_language_prints_in_the_other() -> None:
    rules = simple("{yellow: output < 200}", explain="{zh: '{entity} 只有 {output:unit}'}")
    alert = document(rules)["alerts"][0]
    assert alert["explanation"] == {
        "zh": "清溪化工 只有 160 万元",
        "en": "清溪化工: A title: output is 1.6 million yuan (< 2 million yuan); in Chinese: 清溪化工 只有 160 万元",
    }
    assert alert["title"] == {"zh": "A title", "en": "A title"}


def test_what_is_unknown_is_left_out_and_words_are_chosen() -> None:
    told = "{entity}[, once {lag(output, 120):unit}][, of {park.land_gap:unit}]; {'few' if output < 200 else 'many'}"
    rules = simple("{yellow: output > 0}", explain=f'{{en: "{told}"}}')
    found = {alert["name"]: alert for alert in document(rules)["alerts"]}
    assert found["清溪化工"]["explanation"]["en"] == "清溪化工, of 0 mu; few"
    assert found["云岭建材"]["explanation"]["en"] == "云岭建材, of 0 mu; many"
    assert set(evidence(found["清溪化工"])) == {"lag(output, 120)", "park.land_gap", "output"}


def test_an_aggregate_counts_its_members_and_lists_them() -> None:
    rules = simple(
        "{yellow: breadth(yoy(enterprise.output) < 0) >= 0.5}",
        "county",
        list="{of: enterprise, where: yoy(output) < 0, by: yoy(output), top: 1}",
    )
    (alert,) = document(rules)["alerts"]
    (item,) = alert["evidence"]
    assert item["expr"] == "breadth(yoy(enterprise.output) < 0)"
    assert item["value"] == float(f"{2 / 3:.12g}")
    assert item["members"] == {"n": 4, "known": 3, "true": 2}
    assert item["inputs_total"] == 6
    assert {(cell["entity"], cell["period"]) for cell in item["inputs"]} == {
        (entity, period) for entity in ("E1", "E2", "E3") for period in ("2022-09", "2021-09")
    }
    assert alert["list"] == [
        {
            "entity": "E2",
            "entity_type": "enterprise",
            "name": "清溪化工",
            "value": float(f"{160 / 960 - 1:.12g}"),
            "unit": "ratio",
            "expr": "yoy(output)",
        }
    ]


def test_peers_are_inputs_too_each_once() -> None:
    rules = simple("{yellow: rank(output) <= 1}")
    (alert,) = document(rules)["alerts"]
    (item,) = alert["evidence"]
    assert item["inputs_total"] == 3
    assert [cell["entity"] for cell in item["inputs"]] == ["E1", "E2", "E3"]


def test_a_held_alert_shows_the_numbers_it_stands_on() -> None:
    output = [falling(100, 0, 0), [*falling(100, 2, 30)[:-1], NAN], falling(100, 0, 0), falling(100, 0, 0)]
    rules = simple("{yellow: output < 90}", keep_for="2")
    (alert,) = document(rules, county(output=output))["alerts"]
    assert alert["held"]
    assert alert["period"] == "2022-09"
    assert alert["since"] == "2022-08"
    assert alert["evidence"][0]["period"] == "2022-08"
    assert alert["evidence"][0]["value"] == 70


def test_what_could_lie_above_is_possible() -> None:
    output = [falling(100, 1, 30), falling(100, 0, 0), falling(100, 0, 0), falling(100, 0, 0)]
    rules = simple(
        "{yellow: output < 90, red: output < 90 and unknown_yet < 0}", let="{unknown_yet: 'lag(output, 30)'}"
    )
    (alert,) = document(rules, county(output=output))["alerts"]
    assert (alert["level"], alert["possible"]) == ("yellow", "red")


@pytest.mark.parametrize("bridge", [0, 1])
def test_bounds_print_at_least(bridge: int) -> None:
    output = [falling(100, 6, 5), falling(100, 0, 0), falling(100, 0, 0), falling(100, 0, 0)]
    output[0][-4] = NAN
    explain = "{zh: '{streak(yoy(output) < 0)} 个月', en: '{streak(yoy(output) < 0)} months'}"
    rules = simple("{yellow: streak(yoy(output) < 0) >= 3}", bridge=str(bridge), explain=explain)
    (alert,) = document(rules, county(output=output))["alerts"]
    low, high = (3, 6) if bridge == 0 else (5, 6)
    assert alert["explanation"] == {"zh": f"至少 {low} 个月", "en": f"at least {low} months"}
    item = alert["evidence"][0]
    assert (item["value"], item["at_most"]) == (low, high)


NAMES = [
    "[red]Acme[/red]", "\x1b[31mAcme\x1b[0m", "two\nlines", "=HYPERLINK(1)", "\u202eemca", "名" * 10_000,
    '"quoted" \\ back', "{output} {entity}", "<script>", "half\ud800", "",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_data(name: str) -> None:
    panel = county(names=("a", name, "b", "c"))
    report = Report.of(judged(simple("{yellow: output < 200}", explain="{en: '{entity} is low'}"), panel))
    json.loads(report.to_json())
    alert = report.alerts[0]
    assert alert.name == name.replace("\ud800", "\ufffd")
    assert alert.explanation.en == f"{in_sentence(name) or 'E2'} is low"
    assert alert.explanation.zh.startswith(f"{in_sentence(name) or 'E2'}：")


def test_coverage_adds_up_and_says_why() -> None:
    rules = simple("{yellow: yoy(output) < 0}") + (
        "  - {id: S, title: {en: s}, entity: enterprise, levels: {red: energy > 0}}\n"
        "  - {id: T, title: {en: t}, entity: enterprise, where: output > 1e9, levels: {red: output > 0}}\n"
        "  - {id: U, title: {en: u}, entity: park, levels: {blue: land_gap > 100 or optional(energy > 0)}}\n"
    )
    rows = document(rules)["coverage"]
    assert rows == [
        {"rule": "R", "entity_type": "enterprise", "matched": 4, "evaluated": 3, "fired": 2, "clear": 1,
         "unknown": {"blank": 1}},
        {"rule": "S", "entity_type": "enterprise", "matched": 0, "evaluated": 0, "fired": 0, "clear": 0, "unknown": {},
         "note": "not run: the drop has no `energy`"},
        {"rule": "T", "entity_type": "enterprise", "matched": 1, "evaluated": 0, "fired": 0, "clear": 0,
         "unknown": {"filter_unknown": 1}},
        {"rule": "U", "entity_type": "park", "matched": 2, "evaluated": 2, "fired": 1, "clear": 1, "unknown": {},
         "note": "optional parts not judged: the drop has no `energy`"},
    ]  # fmt: skip


def test_a_rule_that_no_entity_matches_is_said() -> None:
    (row,) = document(simple("{red: output > 0}", where='size == "规下"'))["coverage"]
    assert row["note"] == "no entity matches"


def test_rules_of_two_packs_with_one_id() -> None:
    rules = [simple("{yellow: output < 200}"), simple("{yellow: output < 200}").replace("pack: p", "pack: q")]
    from ewarn.rules import load_rules
    from ewarn.signals import evaluate

    found = json.loads(Report.of(evaluate(county(), load_rules(rules)), history=True).to_json())
    assert [row["rule"] for row in found["coverage"]] == ["p/R", "q/R"]
    assert {row["rule"] for row in found["episodes"]} == {"p/R", "q/R"}
    assert [(alert["rule"], alert["pack"]) for alert in found["alerts"]] == [("R", "p"), ("R", "q")]
    assert len({alert["fingerprint"] for alert in found["alerts"]}) == 2


def test_top_and_level_show_a_prefix_and_count_the_rest() -> None:
    rules = DECLINE + simple("{blue: output > 0}").split("rules:\n")[1]
    whole = document(rules)
    assert [alert["level"] for alert in whole["alerts"]] == ["orange", "blue", "blue", "blue"]
    for top in (1, 2, 3):
        part = document(rules, top=top)
        assert part["alerts"] == whole["alerts"][:top]
        assert part["omitted"] == 4 - top
    part = document(rules, min_level="yellow")
    assert part["alerts"] == whole["alerts"][:1]
    assert part["omitted"] == 3
    assert Report.of(judged(rules), top=1).counts == {"red": 0, "orange": 1, "yellow": 0, "blue": 3}


def test_history_lists_every_episode() -> None:
    output = [falling(100, 3, 30), falling(100, 0, 0), falling(100, 0, 0), falling(100, 0, 0)]
    output[0][3] = 10
    found = document(simple("{yellow: output < 90, red: output < 20}"), county(output=output), history=True)
    assert [(e["entity"], e["start"], e["end"], e["peak"], e["open"]) for e in found["episodes"]] == [
        ("E1", "2021-01", "2021-01", "red", False),
        ("E1", "2022-07", "2022-09", "red", True),
    ]
    assert "episodes" not in document(simple("{yellow: output < 90}"))


def large(count: int = 60) -> tuple[str, Panel]:
    rng = np.random.default_rng(7)
    values = np.round(rng.lognormal(5, 1, (count, MONTHS)), 2)
    values[rng.random((count, MONTHS)) < 0.1] = NAN
    panel = county([f"firm {at}" for at in range(count)], values.tolist())
    more = simple(
        "{blue: output < 400, red: output < 60 or (yoy(output) < -0.5 and not is_backbone)}", keep_for="1", bridge="1"
    )
    return DECLINE + more.split("rules:\n")[1], panel


def test_pieces_of_any_size_give_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, panel = large()
    whole = document(rules, panel, history=True)
    assert len(whole["alerts"]) > 40
    assert any(alert["held"] for alert in whole["alerts"])
    for chunk, together in ((1, 1), (7, 3), (1000, 5)):
        monkeypatch.setattr(report_module, "CHUNK", chunk)
        monkeypatch.setattr(groups_module, "TOGETHER", together)
        assert document(rules, panel, history=True) == whole


def test_order_of_rules_changes_nothing() -> None:
    rules, panel = large()
    head, *entries = rules.split("  - id:")
    turned = head + "  - id:" + "  - id:".join(reversed(entries))
    assert document(turned, panel)["alerts"] == document(rules, panel)["alerts"]


def test_each_rule_names_what_it_shares_in_its_own_words() -> None:
    rules = (
        "pack: p\nrules:\n"
        "  - {id: A, title: {en: a}, entity: enterprise, params: {bar: 200}, let: {low: output}, "
        "levels: {red: low < bar}}\n"
        "  - {id: B, title: {en: b}, entity: enterprise, levels: {red: output < 200}}\n"
    )
    alerts = {alert["rule"]: alert for alert in document(rules)["alerts"] if alert["entity"] == "E2"}
    assert list(evidence(alerts["A"])) == ["output", "bar"]
    assert list(evidence(alerts["B"])) == ["output"]
    assert alerts["A"]["explanation"]["en"] == "清溪化工: a: output is 1.6 million yuan (< bar = 2 million yuan)"
    assert alerts["B"]["explanation"]["en"] == "清溪化工: b: output is 1.6 million yuan (< 2 million yuan)"


def test_named_parts_and_params_are_put_in_place() -> None:
    rules = """
pack: p
rules:
  - id: A
    title: {en: a}
    entity: enterprise
    bridge: 1
    params: {n: 2, low: {value: 50, unit: 万元}, share: {by: level, value: {blue: 0.5, red: 0.25}}}
    let: {base: 'lag(output, n) + low', falls: output < base, weak: falls or output < share * base}
    levels: streak(weak) >= 1 and output / base < 2 * share + 10
"""
    for alert in document(rules)["alerts"]:
        share = {"blue": "0.5", "red": "0.25"}[alert["level"]]
        base = 'lag(output, 2) + "50 万元"'
        assert list(evidence(alert)) == [
            f"streak((output < ({base})) or output < {share} * ({base}), bridge=1)",
            f"output / ({base})",
        ]
        for item in alert["evidence"]:
            again = county().eval(item["expr"], entity="enterprise").loc[item["period"], alert["entity"]]
            assert again == pytest.approx(item["value"])


def test_only_what_belongs_to_the_entity_can_be_listed() -> None:
    with pytest.raises(RuleError, match="has no park"):
        judged(simple("{red: output > 0}", list="{of: park, where: land_gap > 0, by: land_gap}"))
