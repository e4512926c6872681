"""The examples on real data, over all periods, against what naive loops over the same files found."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ewarn
from ewarn.cli import main
from ewarn.panel import Panel

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
PAGES = sorted(EXAMPLES.glob("*/README.md"))
SHOWN = [
    (page, *found)
    for page in PAGES
    for found in re.findall(r"```console\n\$ ewarn ([^\n]*)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
]
LEVELS = ("yellow", "orange", "red")
Hits = dict[tuple[str, str], str]


def expected(path: str) -> list[dict[str, str]]:
    with (HERE / "data" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hits(folder: str, every: bool = False) -> dict[str, Hits]:
    """Rule -> (entity, period) -> level, over all periods."""
    signals = ewarn.evaluate(ewarn.load(EXAMPLES / folder), str(EXAMPLES / folder / "rules.yaml"))
    found: dict[str, Hits] = {rule.id: {} for rule in signals.rules.rules}
    for row in signals.to_frame(every=every).itertuples():
        found[row.rule][row.entity, str(row.period)] = row.level
    return found


@pytest.fixture(scope="module")
def grunfeld() -> dict[str, Hits]:
    return hits("grunfeld")


@pytest.fixture(scope="module")
def employment() -> Panel:
    return ewarn.load(EXAMPLES / "us_employment")


SERIES = {"invest": "I", "value": "V", "capital": "C"}


@pytest.mark.parametrize("name", SERIES)
def test_grunfeld_declines(name: str, grunfeld: dict[str, Hits]) -> None:
    rows = [row for row in expected("grunfeld/expected_decline_alerts.csv") if row["variable"] == name]
    wanted = {(row["firm"], row["year"]): LEVELS[min(int(row["streak"]), 4) - 2] for row in rows}
    assert grunfeld[f"GR-{SERIES[name]}1"] == wanted
    assert len(wanted) >= 17


@pytest.mark.parametrize("name", SERIES)
def test_grunfeld_episodes_are_the_runs(name: str) -> None:
    folder = EXAMPLES / "grunfeld"
    table = ewarn.episodes(ewarn.load(folder), str(folder / "rules.yaml"))
    mine = table[table["rule"] == f"GR-{SERIES[name]}1"]
    rows = [row for row in expected("grunfeld/expected_decline_runs.csv") if row["variable"] == name]
    # A rule of two falls holds from the second one on.
    wanted = {
        (row["firm"], str(int(row["base_year"]) + 2), row["last_year"], LEVELS[min(int(row["n_falls"]), 4) - 2])
        for row in rows
    }
    assert {(row.entity, str(row.start), str(row.end), row.peak) for row in mine.itertuples()} == wanted


@pytest.mark.parametrize("name", SERIES)
def test_grunfeld_sign_flips(name: str, grunfeld: dict[str, Hits]) -> None:
    rows = [row for row in expected("grunfeld/expected_sign_flips.csv") if row["variable"] == name]
    for number, level, direction in (("2", "yellow", "pos_to_neg"), ("3", "blue", "neg_to_pos")):
        wanted = {(row["firm"], row["year"]): level for row in rows if row["direction"] == direction}
        assert grunfeld[f"GR-{SERIES[name]}{number}"] == wanted


@pytest.mark.parametrize("name", SERIES)
def test_grunfeld_standstills(name: str, grunfeld: dict[str, Hits]) -> None:
    rows = [row for row in expected("grunfeld/expected_stagnation_1pct.csv") if row["variable"] == name]
    assert grunfeld[f"GR-{SERIES[name]}4"] == {(row["firm"], row["year"]): "blue" for row in rows}


def test_grunfeld_collapses(grunfeld: dict[str, Hits]) -> None:
    rows = expected("grunfeld/expected_invest_collapse.csv")
    assert grunfeld["GR-I5"] == {(row["firm"], row["year"]): "red" for row in rows}


def test_us_breadth_is_the_expected_share(employment: Panel) -> None:
    of_15 = "where=sector.group == 'supersector', min_known=10"
    falls = "yoy(sector.employment) < 0"
    number = employment.eval(f"count({falls}, {of_15})", entity="economy")["US"]
    share = employment.eval(f"breadth({falls}, {of_15})", entity="economy")["US"]
    by_jobs = employment.eval(f"breadth({falls}, weight=lag(sector.employment, '1y'), {of_15})", entity="economy")["US"]
    rows = expected("us_employment/expected_breadth_yoy.csv")
    assert len(rows) == 357
    assert [str(period) for period in share.dropna().index] == [row["month"] for row in rows]
    for row in rows:
        month = row["month"]
        assert number[month] == int(row["n_falling_yoy"])
        assert share[month] == pytest.approx(float(row["share"]), abs=1e-6)
        assert by_jobs[month] == pytest.approx(float(row["share_weighted_by_prev_year"]), abs=1e-6)


def test_us_breadth_fires_where_the_expected_shares_say() -> None:
    rows = expected("us_employment/expected_breadth_yoy.csv")
    shares = [int(row["n_falling_yoy"]) / int(row["n_sectors"]) for row in rows]
    wanted: Hits = {}
    for place, row in enumerate(rows):
        share, by_jobs = shares[place], float(row["share_weighted_by_prev_year"])
        rising = place >= 3 and share - shares[place - 3] >= 0.10 - 1e-9
        if share >= 0.6 or (share >= 0.5 and by_jobs >= 0.5):
            wanted["US", row["month"]] = "red"
        elif share >= 0.5 or by_jobs >= 0.5:
            wanted["US", row["month"]] = "yellow"
        elif share >= 0.4 and rising:
            wanted["US", row["month"]] = "blue"
    assert hits("us_employment")["US-02"] == wanted
    assert len(wanted) == 83


def test_us_months_that_cannot_be_judged_are_unknown_not_clear() -> None:
    levels = hits("us_employment", every=True)["US-02"]
    first_year = [f"1989-{month:02d}" for month in range(1, 13)]
    assert [levels["US", month] for month in first_year] == ["unknown"] * 12
    assert "unknown" not in [level for (_, month), level in levels.items() if month >= "1990-04"]


@pytest.fixture(scope="module")
def hospitals() -> dict[str, Hits]:
    return hits("nhs_ae")


def test_nhs_missed_targets_with_their_streaks(hospitals: dict[str, Hits]) -> None:
    rows = expected("nhs_ae/expected_missed.csv")
    bars = {"blue": 1, "yellow": 3, "orange": 6, "red": 12}
    wanted = {
        (row["org"], row["month"]): max(
            (level for level in bars if int(row["miss_streak"]) >= bars[level]), key=list(bars).index
        )
        for row in rows
    }
    assert hospitals["AE-01"] == wanted
    assert len(wanted) == 522
    streaks = ewarn.load(EXAMPLES / "nhs_ae").eval("streak(1 - breaches / attendances < 0.95)", entity="trust")
    found = {(trust, str(month)): low for trust in streaks for month, low in streaks[trust].items() if low > 0}
    assert found == {(row["org"], row["month"]): int(row["miss_streak"]) for row in rows}


def test_nhs_crossings_of_the_target(hospitals: dict[str, Hits]) -> None:
    rows = expected("nhs_ae/expected_target_flips.csv")
    for rule, level, direction in (("AE-02", "yellow", "met_to_missed"), ("AE-03", "blue", "missed_to_met")):
        wanted = {(row["org"], row["month"]): level for row in rows if row["direction"] == direction}
        assert hospitals[rule] == wanted
        assert len(wanted) == 8


def test_nhs_year_to_date_runs_from_april(hospitals: dict[str, Hits]) -> None:
    rows = expected("nhs_ae/expected_ytd.csv")
    assert len(rows) == 540
    wanted: Hits = {}
    for row in rows:
        attendances, breaches = int(row["ytd_attendances"]), int(row["ytd_breaches"])
        assert (breaches > 0.05 * attendances) == (float(row["ytd_breaches_over_quota"]) > 0)
        for level, times in (("blue", 1), ("yellow", 2), ("red", 4)):
            if 20 * breaches > times * attendances:
                wanted[row["org"], row["month"]] = level
    assert hospitals["AE-04"] == wanted
    panel = ewarn.load(EXAMPLES / "nhs_ae")
    columns = {
        "ytd_attendances": "attendances.ytd",
        "ytd_breaches": "breaches.ytd",
        "ytd_within_4h": "1 - breaches.ytd / attendances.ytd",
        "ytd_breaches_over_quota": "max(breaches.ytd - 0.05 * attendances.ytd, 0)",
    }
    for column, expression in columns.items():
        found = panel.eval(expression, entity="trust")
        for row in rows:
            assert found.loc[row["month"], row["org"]] == pytest.approx(float(row[column]), abs=1e-6)


NYC = EXAMPLES / "nyc_projects"
SLIPS = "not is_missing(completion, reason='blank') and completion > lag(last(completion), 1)"


@pytest.fixture(scope="module")
def projects() -> dict[str, Hits]:
    return hits("nyc_projects")


@pytest.fixture(scope="module")
def rounds() -> Panel:
    return ewarn.load(NYC)


def by_round(panel: Panel, expression: str) -> dict[tuple[str, str], float]:
    """Known values by project and reporting date."""
    frame = panel.eval(expression, "project").stack().dropna()
    return {(str(project), str(day.date())): float(value) for (day, project), value in frame.items()}


def reached(count: int, bars: dict[str, int]) -> str:
    return max((level for level in bars if count >= bars[level]), key=list(bars).index)


def test_nyc_dates_that_slip_report_after_report(projects: dict[str, Hits], rounds: Panel) -> None:
    rows = expected("nyc_projects/expected_slip_streak.csv")
    bars = {"yellow": 2, "orange": 3, "red": 4}
    wanted = {(row["pid"], row["report_date"]): reached(int(row["streak"]), bars) for row in rows}
    assert projects["NYC-01"] == wanted
    assert len(wanted) == 407
    streaks = by_round(rounds, f"streak({SLIPS}, bridge=1)")
    assert {key: low for key, low in streaks.items() if low >= 2} == {
        (row["pid"], row["report_date"]): int(row["streak"]) for row in rows
    }


def test_nyc_phases_that_go_on_while_the_date_slips(projects: dict[str, Hits], rounds: Panel) -> None:
    rows = expected("nyc_projects/expected_stalled.csv")
    bars = {"yellow": 3, "orange": 6, "red": 9}
    wanted = {(row["pid"], row["report_date"]): reached(int(row["n_reports_same_phase"]), bars) for row in rows}
    assert projects["NYC-02"] == wanted
    assert len(wanted) == 697
    blank = "is_missing(phase, reason='blank')"
    stays = (
        f"not ({blank} or lag({blank}, 1) or is_missing(lag(last(phase), 1))) and last(phase) == lag(last(phase), 1)"
    )
    slips = by_round(rounds, f"completion - at_start({stays}, lag(last(completion), 1))")
    phases = rounds.eval("phase", "project")
    for row in rows:
        assert slips[row["pid"], row["report_date"]] == int(row["slip_days_in_run"])
        assert phases.loc[row["report_date"], row["pid"]] == row["phase"]


def test_nyc_budgets_that_nobody_touches(projects: dict[str, Hits]) -> None:
    rows = expected("nyc_projects/expected_frozen_budget.csv")
    bars = {"blue": 3, "yellow": 5, "orange": 7}
    wanted = {(row["pid"], row["report_date"]): reached(int(row["n_reports"]), bars) for row in rows}
    assert projects["NYC-03"] == wanted
    assert len(wanted) == 154


def test_nyc_dates_that_have_passed(projects: dict[str, Hits], rounds: Panel) -> None:
    rows = expected("nyc_projects/expected_overdue.csv")
    late: dict[str, dict[tuple[str, str], int]] = {"past_first_forecast": {}, "past_current_forecast": {}}
    for row in rows:
        late[row["kind"]][row["pid"], row["report_date"]] = int(row["days"])
    wanted = {key: "yellow" if days > 365 else "blue" for key, days in late["past_first_forecast"].items()}
    wanted |= dict.fromkeys(late["past_current_forecast"], "red")
    assert projects["NYC-04"] == wanted
    for kind, date in (("past_first_forecast", "first(completion)"), ("past_current_forecast", "completion")):
        days = by_round(rounds, f"days_since({date})")
        assert {key: value for key, value in days.items() if value > 0} == late[kind]
    assert len(rows) == 386


@pytest.mark.parametrize(("page", "command", "shown"), SHOWN, ids=[command for _, command, _ in SHOWN])
def test_the_pages_show_real_output(
    page: Path, command: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    for name, value in (("COLUMNS", "100"), ("EWARN_LANG", "en"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    assert main(command.split()) == 0
    assert capsys.readouterr().out.rstrip() == shown.rstrip()


def test_the_county_is_written_by_its_script(tmp_path: Path) -> None:
    folder = EXAMPLES / "county"
    subprocess.run([sys.executable, folder / "make.py", tmp_path], check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def test_projects_that_wait_for_land_stand_beneath_their_park() -> None:
    report = ewarn.run(EXAMPLES / "county")
    alerts = {(alert.rule, alert.entity): alert for alert in report.alerts}
    whole = alerts["C-01", "P1"]
    beneath = {(alert.rule, alert.entity) for alert in report.alerts if alert.absorbed_by == whole.fingerprint}
    assert beneath == {
        ("ATT-01", "X04"), ("INV-06", "X04"), ("INV-06", "X09"), ("INV-02", "X14"),
        *((rule, one) for rule in ("LND-01", "LND-02") for one in ("X04", "X09", "X14")),
    }  # fmt: skip
    projects = (EXAMPLES / "county" / "projects.csv").read_text("utf-8").splitlines()
    names = [row["名称"] for row in csv.DictReader(projects)]
    assert len(set(names)) == len(names)
    assert (whole.level, alerts["C-01", "P5"].level, alerts["C-01", "P5"].possible) == ("red", "yellow", "yellow")
    assert {"C-01", "C-02", "C-05"} <= {rule for rule, _ in alerts}
