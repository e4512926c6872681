"""Published figures that a reading of statistics must get right: growth, January, years so far, contributions.

Sources stand with each. Rounding alone moves the first decimal of a rate, so none is compared to 0.1 points.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drop_files import panel
from ewarn.panel import Panel

POINT = 0.01


def rows(*given: tuple[object, ...]) -> str:
    return "id,month,amount,growth\n" + "".join(f"CN,{','.join(map(str, row))}\n" for row in given)


def drop(indicator: str, measure: str = "period", more: str = "") -> str:
    return f"""\
    {more}
    tables:
      - file: amounts.csv
        frequency: M
        entity: {{type: country, id: id}}
        period: month
        values:
          {indicator.split(":", maxsplit=1)[0]}:
            - {{column: amount, unit: 亿元, measure: {measure}}}
            - {{column: growth, unit: '%', measure: growth}}
    indicators:
      {indicator}
    """


def at(found: Panel, expression: str, month: str, entity: str = "CN", kind: str = "country") -> float:
    return float(found.eval(expression, kind).loc[month, entity])


def test_tv1_published_growth_of_profit_is_not_the_ratio_of_published_levels(tmp_path: Path) -> None:
    """Profits of industry, January to May 2018: 27,298.3, a year earlier 29,047.6; published +16.5 % (National Bureau
    of Statistics; the sample changes every year)."""
    yaml = drop("profit: {kind: ytd, january: none, unit: 亿元}")
    found = panel(tmp_path, yaml, amounts_csv=rows(("2017-05", 29047.6, ""), ("2018-05", 27298.3, 16.5)))
    assert at(found, "yoy(profit)", "2018-05") == pytest.approx(0.165)
    assert at(found, 'yoy(profit, using="published")', "2018-05") == pytest.approx(0.165)
    assert at(found, 'yoy(profit, using="levels")', "2018-05") == pytest.approx(-0.060, abs=0.05 * POINT)
    falls = found.eval("yoy(profit) < 0", "country").loc["2018-05", "CN"]
    assert not falls


def test_tv2_published_growth_of_retail_sales_with_one_figure_for_january_and_february(tmp_path: Path) -> None:
    """Retail sales, January and February 2018 together: 61,082 after 57,960; published +9.7 % (National Bureau of
    Statistics). December and March are made up."""
    yaml = drop("retail: {kind: flow, january: none, unit: 亿元}")
    given = rows(("2017-02", 49458 + 8502, ""), ("2017-12", 30000, ""), ("2018-02", 61082, 9.7), ("2018-03", 25000, ""))
    found = panel(tmp_path, yaml, amounts_csv=given)
    assert at(found, "yoy(retail)", "2018-02") == pytest.approx(0.097)
    assert at(found, 'yoy(retail, using="levels")', "2018-02") == pytest.approx(0.054, abs=0.05 * POINT)
    # One step of the calendar leads from December to February, and none compares a month with two.
    assert at(found, "lag(retail, 1)", "2018-02") == 30000
    assert at(found, "lag(retail, 1)", "2018-03") == 61082
    assert found.eval("diff(retail)", "country").loc[["2018-02", "2018-03"], "CN"].isna().all()


TWO_MONTHS = {2020: 52130, 2021: 69737, 2022: 74426, 2023: 77067}
GROWTH = {2021: 0.338, 2022: 0.067, 2023: 0.035}


@pytest.mark.parametrize("january", ["separate", "none", "merged"])
def test_tv3_retail_sales_of_january_and_february_in_three_ways(january: str, tmp_path: Path) -> None:
    """Retail sales of January and February, 2020 to 2023, and their published growth: +33.8 %, +6.7 %, +3.5 % (National
    Bureau of Statistics). Where both months are given, the split between them is made up; March too."""
    given: list[tuple[object, ...]] = []
    for year, amount in TWO_MONTHS.items():
        part = (year - 2017) / 10  # the festival moves: the split differs from year to year
        if january != "none":
            given.append((f"{year}-01", amount * part, ""))
        given += [(f"{year}-02", amount if january == "none" else amount * (1 - part), ""), (f"{year}-03", 30000, "")]
    found = panel(tmp_path, drop(f"retail: {{kind: flow, january: {january}, unit: 亿元}}"), amounts_csv=rows(*given))
    for year, growth in GROWTH.items():
        february, whole = f"{year}-02", TWO_MONTHS[year]
        together = at(found, "yoy(retail.ytd)", february)
        assert together == pytest.approx(growth, abs=0.05 * POINT)
        assert at(found, "retail.ytd", february) == pytest.approx(whole)
        assert at(found, "retail.ytd", f"{year}-03") == pytest.approx(whole + 30000)
        assert at(found, "retail.qtd", february) == pytest.approx(whole)
        alone = at(found, "yoy(retail)", february)
        if january == "separate":
            assert abs(alone - growth) > POINT  # what the festival does to a month
        else:
            assert alone == pytest.approx(together)
            assert at(found, "lag(retail, 1)", f"{year}-03") == pytest.approx(whole)
    assert at(found, "streak(retail > 0)", "2020-03") == (3 if january == "separate" else 2)


def test_tv4_two_years_of_growth_from_levels_and_from_rates(tmp_path: Path) -> None:
    """The same two months of 2021: +33.8 % on 2020, +6.4 % on 2019, published as 3.2 % a year (National Bureau of
    Statistics). From rounded rates it is 3.14 %, from levels 3.15 %."""
    yaml = drop("retail: {kind: flow, january: none, unit: 亿元}")
    level = TWO_MONTHS[2021]
    levels = rows(("2019-02", level / 1.064, ""), ("2020-02", TWO_MONTHS[2020], ""), ("2021-02", level, ""))
    by_levels = at(panel(tmp_path / "levels", yaml, amounts_csv=levels), "yoy(retail, years=2)", "2021-02")
    rates = rows(("2020-02", TWO_MONTHS[2020], -20.5), ("2021-02", level, 33.8))
    by_rates = at(panel(tmp_path / "rates", yaml, amounts_csv=rates), "yoy(retail, years=2)", "2021-02")
    assert by_rates == pytest.approx(0.0314, abs=0.01 * POINT)
    assert by_levels == pytest.approx(0.0315, abs=0.01 * POINT)
    assert abs(by_rates - 0.032) < 0.1 * POINT > abs(by_levels - 0.032)


@pytest.mark.parametrize(("start", "gone"), [(1, 9), (4, 6), (10, 12)])
def test_tv8_behind_the_calendar_of_a_fiscal_year(start: int, gone: int, tmp_path: Path) -> None:
    """62.6 % of a year's revenue by the end of September is 12.4 points behind where the year began in January (a
    county's report); a year that began in April or October stands elsewhere."""
    year = 2022 if start <= 9 else 2021
    months = [(f"{year + (start - 1 + at) // 12}-{(start - 1 + at) % 12 + 1:02d}", 62.6 / gone) for at in range(gone)]
    yaml = f"""\
    fiscal_year_start: {start}
    tables:
      - {{file: m.csv, frequency: M, entity: {{type: county, id: id}}, period: month, values: {{revenue: amount}}}}
      - file: goals.csv
        frequency: A
        entity: {{type: county, id: id}}
        period: year
        values: {{revenue: {{column: goal, measure: target}}}}
    indicators: {{revenue: {{kind: flow}}}}
    """
    lines = "id,month,amount\n" + "".join(f"A,{month},{amount!r}\n" for month, amount in months)
    found = panel(tmp_path, yaml, m_csv=lines, goals_csv=f"id,year,goal\nA,{year},100\n")
    assert months[-1][0] == "2022-09"
    assert at(found, "progress(revenue)", "2022-09", "A", "county") == pytest.approx(0.626)
    assert at(found, "elapsed()", "2022-09", "A", "county") == pytest.approx(gone / 12)
    behind = at(found, "elapsed() - progress(revenue)", "2022-09", "A", "county")
    assert behind == pytest.approx(gone / 12 - 0.626)
    if start == 1:
        assert behind == pytest.approx(0.124)


def test_tv9_contributions_to_the_fall_of_a_county(tmp_path: Path) -> None:
    """Output of three firms in a half-year, 4.54, 10.65 and 3.61 亿元, with -57.2 %, -10.8 %, -37.2 %, of 51.53 and
    -15.5 % in all: they pull by -9.95, -2.11 and -3.51 points (a county's table, which prints 10.0, 2.1, 3.5)."""
    now = {"甲": 4.54, "乙": 10.65, "丙": 3.61}
    growth = {"甲": -0.572, "乙": -0.108, "丙": -0.372}
    base = {firm: now[firm] / (1 + growth[firm]) for firm in now}
    now["其余"], base["其余"] = 51.53 - sum(now.values()), 51.53 / (1 - 0.155) - sum(base.values())
    yaml = """\
    tables:
      - file: firms.csv
        frequency: M
        entity: {type: firm, id: id, parents: {county: {value: A}}}
        period: month
        values: {output: {column: amount, unit: 亿元, measure: ytd}}
    indicators: {output: {kind: flow, unit: 亿元}}
    """
    lines = [
        f"{firm},{month},{given[firm]!r}" for month, given in (("2021-06", base), ("2022-06", now)) for firm in now
    ]
    found = panel(tmp_path, yaml, firms_csv="\n".join(["id,month,amount", *lines]) + "\n")
    pulls = found.eval("pull(output.ytd)", "firm").loc["2022-06"]
    for firm, points in (("甲", -9.95), ("乙", -2.11), ("丙", -3.51)):
        assert pulls[firm] * 100 == pytest.approx(points, abs=0.005)
        assert at(found, "yoy(output.ytd)", "2022-06", firm, "firm") == pytest.approx(growth[firm])
    assert pulls.sum() == pytest.approx(-0.155)
    assert at(found, "growth(firm.output.ytd)", "2022-06", "A", "county") == pytest.approx(-0.155)
    assert at(found, "sum(pull(firm.output.ytd))", "2022-06", "A", "county") == pytest.approx(-0.155)
    assert pulls.drop("其余").sum() * 100 == pytest.approx(-15.57, abs=0.01)  # 15.6 in the table
