"""Parents, members and peers, against the naive reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from naive.compare import agree
from naive.sheet import Sheet
from naive.worlds import Want, sheets

FEW = settings(max_examples=5)
JANUARIES = ("separate", "none")
FIRMS = sheets([Want("x"), Want("s"), Want("r", type="park")], january=JANUARIES, months=(1, 20), entities=(1, 8))


def on(panel: object, text: str, own: str) -> None:
    @FEW
    @given(panel)
    def check(sheet: Sheet) -> None:
        agree(sheet, text, own)

    check()


@pytest.mark.parametrize("text", ["park.r", "x > 2 and park.r > 1", "lag(park.r, 2)", "streak(park.r > 1) >= 2"])
def test_a_parent_is_broadcast(text: str) -> None:
    on(FIRMS, text, "enterprise")


AGGREGATES = [
    "sum(enterprise.x)",
    "sum(enterprise.x, min_known=0.2)",
    "sum(enterprise.x, where=enterprise.size == '规上')",
    "mean(enterprise.x)",
    "mean(enterprise.x, weight=abs(enterprise.s))",
    "mean(enterprise.x / enterprise.s)",
    "mean(enterprise.x, where=enterprise.s > 1, weight=abs(enterprise.s))",
    "median(enterprise.x)",
    "min(enterprise.x)",
    "max(enterprise.x - enterprise.s)",
    "count(enterprise.x > 2)",
    "count(enterprise.backbone)",
    "count(enterprise.x > 2, where=enterprise.backbone, min_known=1)",
    "breadth(enterprise.x > 2)",
    "breadth(enterprise.x > 2, min_known=3)",
    "breadth(enterprise.x > 2, weight=abs(enterprise.s))",
    "breadth(yoy(enterprise.x) < 0)",
    "breadth(yoy(enterprise.x) < 0, min_known=0.01)",
    "breadth(yoy(enterprise.x) < 0, weight=lag(enterprise.x, '1y'))",
    "breadth(yoy(enterprise.x) < 0 and enterprise.s > 1)",
    "breadth(streak(enterprise.x > 2) >= 2)",
    "breadth(pct_change(enterprise.x, 1) < 0)",
    "growth(enterprise.x)",
    "growth(enterprise.x, where=enterprise.size == '规上')",
    "growth(enterprise.x, min_known=2)",
    "quantile(enterprise.x, 0.25)",
    "quantile(enterprise.x, 0.9)",
    "min(pull(enterprise.x))",
    "sum(pull(enterprise.x), min_known=1) - growth(enterprise.x)",
    "diff(breadth(enterprise.x > 2), 2)",
    "streak(breadth(enterprise.x > 2) > 0.5) >= 2",
    "breadth(enterprise.x > 2) >= 0.6 and breadth(enterprise.x > 2, weight=abs(enterprise.s)) >= 0.5",
]


@pytest.mark.parametrize("text", AGGREGATES)
def test_members(text: str) -> None:
    on(sheets([Want("x"), Want("s")], january=JANUARIES, months=(1, 20), entities=(1, 8)), text, "park")


@pytest.mark.parametrize("text", AGGREGATES[:4] + AGGREGATES[16:18] + AGGREGATES[22:23] + AGGREGATES[27:28])
def test_members_through_a_middle_type(text: str) -> None:
    on(FIRMS, text, "county")


@pytest.mark.parametrize(
    "text",
    [
        "count(count(park.enterprise.x > 2) >= 1)",
        "sum(sum(park.enterprise.x), min_known=0.1)",
        "max(breadth(park.enterprise.x > 2))",
        "count(park.r > 1 and count(park.enterprise.x > 2) >= 1)",
        "sum(park.r)",
    ],
)
def test_each_aggregator_folds_one_step(text: str) -> None:
    on(FIRMS, text, "county")


@pytest.mark.parametrize("text", ["count(enterprise.x > w)", "mean(enterprise.x) > w", "max(enterprise.x * w)"])
def test_a_bare_name_is_the_own_entity(text: str) -> None:
    on(sheets([Want("x"), Want("w", type="park")], months=(1, 20), entities=(1, 8)), text, "park")


@pytest.mark.parametrize(
    "text",
    [
        "rank(x)",
        "rank(x, within=park)",
        "rank(x, within=[sector, size])",
        "share(x, within=park)",
        "share(abs(x))",
        "zscore(x)",
        "zscore(x, within=sector)",
        "pull(x)",
        "pull(x, within=park)",
        "median(x, within=sector)",
        "mean(x)",
        "mean(x, within=park, where=backbone)",
        "mean(x, within=park, weight=abs(s))",
        "sum(x, within=[park, sector], min_known=0.3)",
        "max(x, within=size)",
        "count(x > 2, within=park)",
        "breadth(yoy(x) < 0, within=park)",
        "growth(x, within=park)",
        "quantile(x, 0.5, within=park)",
        "x > 2 * median(x, within=[sector, size])",
        "streak(rank(x, within=park) <= 1) >= 2",
    ],
)
def test_peers(text: str) -> None:
    on(FIRMS, text, "enterprise")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("park.r", "enterprise"),
        ("park.r > 1 and x > 2", "enterprise"),
        ("rank(x, within=park)", "enterprise"),
        ("mean(x, within=park)", "enterprise"),
        ("sum(enterprise.x, min_known=0.2)", "park"),
        ("breadth(yoy(enterprise.x) < 0)", "park"),
        ("min(pull(enterprise.x))", "park"),
        ("count(enterprise.x > 2)", "county"),
        ("count(count(park.enterprise.x > 2) >= 1)", "county"),
        ("streak(breadth(enterprise.x > 2) > 0.5) >= 2", "park"),
    ],
)
def test_the_parent_of_each_period_counts(text: str, own: str) -> None:
    on(sheets([Want("x"), Want("r", type="park")], months=(1, 16), entities=(1, 8), moving=True), text, own)
