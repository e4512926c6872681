"""The formats of a check: valid by their schemas, harmless whatever a name holds, within the limits of services."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from check_drops import RULES, accepted, checked, panel
from check_formats import FORMATS, junit, sarif, written
from ewarn.alerts.models import SourcePlace
from ewarn.check import Bar, Baseline, Checked
from ewarn.panel import Panel, Source, Table
from ewarn.render.formats.ci.github import SUMMARY_BYTES, step_summary
from ewarn.render.formats.ci.sarif import _location
from ewarn.render.view import View

BEFORE = {"A": [20, 8, 8], "B": [20, 20, 4], "C": [20, 20, 1], "D": [20, 20, 20], "E": [20, 20, 9], "F": [20, 9, 4]}
NOW = {**BEFORE, "B": [20, 20, 20], "C": [20, 20, None], "D": [20, 20, 1], "E": [20, 20, 3], "F": [20, 9, 9]}


def every_status() -> Checked:
    """One alert of each status: A ongoing, B resolved, C unjudged, D new, E worse, F better."""
    return checked(panel(NOW), accepted(checked(panel(BEFORE))))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sarif_holds_to_the_schema(language: str) -> None:
    run = sarif(written(every_status(), "sarif", language))
    found = {result["properties"]["status"]: result for result in run["results"]}
    assert {status: result["baselineState"] for status, result in found.items()} == {
        "new": "new", "worse": "updated", "better": "updated", "ongoing": "unchanged", "unjudged": "unchanged",
    }  # fmt: skip
    assert [result["level"] for result in run["results"][:2]] == ["error", "error"]
    place = found["new"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "data.csv"}, "region": {"startLine": 13}}
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["test/LOW-01"] * 5
    assert all(rule["help"]["text"] for rule in rules)
    ranks = [result["rank"] for result in run["results"]]
    assert all(0 <= rank <= 100 for rank in ranks)


def test_sarif_fingerprints_hold_no_number_that_changes() -> None:
    def fingerprints(drop: Panel) -> list[dict[str, str]]:
        return [result["partialFingerprints"] for result in sarif(written(checked(drop), "sarif"))["results"]]

    moved = panel({"A": [20, 1, 1.5], "Z": [9, 9, 3]}, start="2022-02", file="other.csv")
    first = fingerprints(panel({"A": [20, 20, 1.25], "Z": [20, 20, 4]}))
    assert fingerprints(moved) == first
    assert all("primaryLocationLineHash" in each for each in first)


def test_a_workbook_gives_row_sheet_and_cell() -> None:
    drop = panel({"A": [20, 1]})
    (key, series), *_ = drop.series.items()
    book = Table("sub dir/产值:9月.xlsx", "Sheet 1")
    placed = replace(series, sources=(Source(book, "C", series.sources[0].rows),))
    result = checked(replace(drop, series={key: placed}))
    location = sarif(written(result, "sarif"))["results"][0]["locations"][0]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "sub%20dir/%E4%BA%A7%E5%80%BC%3A9%E6%9C%88.xlsx"
    assert location["physicalLocation"]["region"] == {"startLine": 3}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "Sheet 1"


def test_a_cell_of_a_workbook_is_named_where_it_is_known() -> None:
    place = SourcePlace(file="a.xlsx", sheet="Sheet1", row=7, line=None, column="产值", cell="E7")
    location = _location(place, checked(panel({"A": [1]})).outcome)
    assert location["logicalLocations"] == [{"fullyQualifiedName": "Sheet1!E7", "kind": "member"}]
    assert location["physicalLocation"]["region"] == {"startLine": 7}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_junit_holds_to_the_schema(language: str) -> None:
    root = junit(written(every_status(), "junit", language))
    cases = {case.get("name", "")[5]: [child.tag for child in case] for case in root.iter("testcase")}
    assert cases == {
        "A": ["system-out"], "C": ["error"], "D": ["failure"], "E": ["failure"], "F": ["system-out"],
    }  # fmt: skip
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("5", "2", "1")


def test_junit_of_a_drop_without_alerts_and_of_one_that_could_not_be_judged() -> None:
    calm = junit(written(checked(panel({"A": [20]}), Baseline("2022-01")), "junit"))
    assert [case.get("name") for case in calm.iter("testcase")] == ["firm"]
    blind = junit(written(checked(panel({"A": [20]}, indicator="y"), Baseline("2022-01")), "junit"))
    assert [[child.tag for child in case] for case in blind.iter("testcase")] == [["error"], ["skipped"]]


def test_gitlab_lists_what_stands() -> None:
    issues = json.loads(written(every_status(), "gitlab"))
    assert {(issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in issues} >= {("data.csv", 13)}
    assert [issue["severity"] for issue in issues[:2]] == ["critical", "major"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 5
    worse = next(issue for issue in issues if issue["location"]["lines"]["begin"] == 16)
    assert worse["fingerprint"].endswith("-orange")  # another one than the accepted yellow: the service calls it new


def test_github_annotates_what_fails_and_warns_of_what_it_cannot_see() -> None:
    lines = written(every_status(), "github").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning", "::notice"]
    assert lines[0].startswith("::error file=data.csv,line=13,title=NEW red%3A Firm D (D)%3A Low [LOW-01]::")
    assert "1 worse at or above orange" in lines[-1]


def test_what_could_not_be_looked_at_says_so_everywhere() -> None:
    blind = checked(panel({"A": [None]}), Baseline("2022-01"))
    assert blind.outcome.code == 2
    for name in ("table", "md", "github", "sarif", "junit"):
        assert "No rule judged anything" in written(blind, name)
    assert sarif(written(blind, "sarif"))["invocations"][0]["executionSuccessful"] is False


def test_a_share_that_could_not_be_judged_is_said() -> None:
    drop = panel({"A": [20, None], "B": [20, 20], "C": [20, None]})
    result = checked(drop, Baseline("2022-01"), bar=Bar(unknown=0.5))
    for name in ("table", "md", "github", "sarif", "junit"):
        assert "66.7% could not be judged, more than the 50%" in written(result, name).replace("%25", "%"), name


NASTY = {
    "command": "::error::owned",
    "second line": "a\n::error file=x::owned\r\n##[error]owned",
    "percent": "100%0A%3A%25",
    "script": '<script>alert("1")</script><img src=x onerror=alert(1)>',
    "cdata": "]]>&amp;<![CDATA[",
    "formula": "=cmd|'/c calc'!A1",
    "plus": "+1+1",
    "markup": "[red]x[/red][link=http://x]y[/link]",
    "markdown": "|**x**|[a](javascript:alert(1)) `code` @team #1 https://x.example <!--",
    "sarif link": "see [this](1) and [that](https://x.example) {0} {{1}}",
    "right to left": "\u202eevil\u2066x\u200f",
    "escape": "\x1b[31mred\x1b]0;title\x07\x9b1m",
    "controls": "a\x00b\x08c\x0b\x0c\x1d\x85\u2028\u2029d",
    "surrogate": "a\ud800b\ufffe\uffff",
    "long": "x" * 10_000,
    "long words": "长" * 10_000,
    "quotes": "\"'\\`,;:={}",
    "blank": " \t ",
}
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def infected(nasty: str) -> Checked:
    """A check in which every text that others write is `nasty`: ids, names, files, columns, sheets, the drop."""
    drop = panel({nasty: [20, 1], "gone": [20, 1], "also gone": [20, 1]}, names={nasty: nasty})
    (key, series), *_ = drop.series.items()
    table = Table(nasty, nasty, text=True)
    drop = replace(
        drop, name=nasty, series={key: replace(series, sources=(Source(table, nasty, series.sources[0].rows),))}
    )
    before = accepted(checked(panel({f"{nasty}2": [20, 1], nasty: [20, 4], f"{nasty}3": [20, 20]})))
    return checked(drop, before, before=panel({f"{nasty}4": [20, 1], nasty: [9, 1]}, indicator="y"))


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_in_a_name_is_ever_a_command_or_markup(name: str, nasty: str) -> None:
    text = written(infected(nasty), name)
    text.encode("utf-8")
    if name != "json":  # whose escapes are JSON's own
        assert not _INVISIBLE.search(text.replace("\n", "").replace("\r", ""))
    HARMLESS[name](text)
    if name not in ("json", "csv"):  # which hold names as they are
        assert len(text) < 60_000


def _log(text: str) -> None:
    for line in text.splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def _md(text: str) -> None:
    for line in text.splitlines():
        assert line == "" or line[0] in "#|*-" or line[0].isalnum()
        assert "<script" not in line
        assert not re.search(r"(?<!\\)\]\(", line)
        assert not re.search("https?://", line)
    for row in text.splitlines():
        if row.startswith("| "):
            assert len(re.findall(r"(?<!\\)\|", row)) == 6, row


def _github(text: str) -> None:
    for line in text.splitlines():
        kind, properties, message = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]  # it matches
        assert kind
        for each in properties.split(","):
            assert re.fullmatch(r"(file|line|title)=[^:,\r\n]*", each)
        assert not re.search(r"%(?!25|0D|0A|3A|2C)", properties + message)


def _sarif(text: str) -> None:
    run = sarif(text)
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9_.~/%-]*", uri)
        assert "](" not in result["message"]["text"]
        assert not re.search(r"\{\d+\}", result["message"]["text"])


def _csv(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows
    for row in rows:
        assert not any(str(cell)[:1] in tuple("=+-@") for cell in row.values())


HARMLESS = {
    "table": _log,
    "md": _md,
    "github": _github,
    "sarif": _sarif,
    "junit": lambda text: junit(text) and None,
    "gitlab": lambda text: json.loads(text) and None,
    "json": lambda text: json.loads(text) and None,
    "csv": _csv,
}


def test_every_format_is_tried() -> None:
    assert set(HARMLESS) == set(FORMATS)


@pytest.fixture(scope="module")
def many() -> Checked:
    """100 000 alerts, all new."""
    values = dict.fromkeys((f"E{at:06}" for at in range(100_000)), (20.0, 1.0))
    return checked(panel(values, names=dict.fromkeys(values, "A firm with a name of its own")))


@pytest.mark.big
def test_100_000_alerts_stay_within_the_limits_of_sarif(many: Checked) -> None:
    text = written(many, "sarif")
    run = json.loads(text)["runs"][0]
    assert len(run["results"]) == 5_000
    assert len(gzip.compress(text.encode())) < 10_000_000
    assert "95,000 more were left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.big
def test_100_000_alerts_stay_within_the_limits_of_github(many: Checked) -> None:
    lines = written(many, "github").splitlines()
    assert len(lines) == 11
    assert "99,990 more were left out" in lines[-1]
    view = View(many.report, "en", outcome=many.outcome)
    for used in (0, 500_000, SUMMARY_BYTES - 2_000):
        summary = step_summary(view, used)
        assert len(summary.encode()) + used <= SUMMARY_BYTES
        assert "more were left out" in summary


@pytest.mark.big
def test_100_000_alerts_stay_within_the_limits_of_junit_and_gitlab(many: Checked) -> None:
    text = written(many, "junit")
    assert text.count("<testcase") == 20_001
    assert len(text.encode()) < 30_000_000
    issues = json.loads(written(many, "gitlab"))
    assert len(issues) == 5_001
    assert "95,000" in issues[-1]["description"]


def test_what_fails_is_never_cut_for_what_does_not() -> None:
    values = {f"E{at:04}": [20.0, 20.0, 20.0 if at == 7_000 else 1.0] for at in range(8_000)}
    baseline = accepted(checked(panel(values)))
    values["E7000"] = [20.0, 20.0, 4.0]
    result = checked(panel(values), baseline)
    assert sarif(written(result, "sarif"))["results"][0]["properties"]["status"] == "new"
    assert "E7000" in written(result, "github")
    assert "E7000" in written(result, "gitlab")[:400]


def test_the_table_counts_what_it_leaves_out(many: Checked) -> None:
    assert "99,980 more not shown" in written(many, "table", most=20)


def test_wording_is_in_both_languages_and_order_is_by_need() -> None:
    for language, words in (
        ("en", ("NEW", "WORSE", "UNJUDGED", "RESOLVED")),
        ("zh", ("新增", "升级", "无法判断", "解除")),
    ):
        text = written(every_status(), "table", language)
        places = [re.search(f"^ *{word} ", text, re.MULTILINE).start() for word in words]  # type: ignore[union-attr]  # all are there
        assert places == sorted(places)


def test_numpy_is_not_in_the_document() -> None:
    result = checked(panel({"A": [20, 20], "B": [100, 1]}), hygiene=True, rules=RULES)
    assert not isinstance(result.outcome.matched, np.integer)
