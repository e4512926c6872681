"""`Panel.from_frame`: wide and long frames, and what they get wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from drop_files import known, words
from ewarn import DropError, EwarnError, Panel, run

WIDE = pd.DataFrame({
    "entity": ["A", "A", "B"],
    "period": ["2022-08", "2022-09", "2022-09"],
    "output": [1.0, 2.0, np.nan],
    "size": ["大", "大", "小"],
    "is_key": [True, True, False],
    "opened": pd.to_datetime(["2020-01-03", "2020-01-03", None]),
})  # fmt: skip
EXPECTED = {("A", "2022-08"): 1, ("A", "2022-09"): 2}


@pytest.mark.parametrize(
    "periods",
    [
        ["2022-08", "2022-09", "2022-09"],
        [202208, 202209, 202209],
        pd.to_datetime(["2022-08-01", "2022-09-01", "2022-09-30"]),
        pd.PeriodIndex(["2022-08", "2022-09", "2022-09"], freq="M"),
        pd.Categorical(["2022-08", "2022-09", "2022-09"]),
    ],
    ids=["text", "numbers", "datetimes", "periods", "categories"],
)
def test_a_wide_frame(periods: object) -> None:
    panel = Panel.from_frame(WIDE.assign(period=periods), type="firm", units={"output": "万元"})
    assert known(panel, "output") == EXPECTED
    assert panel.series["firm", "output", "period"].unit == "万元"
    assert words(panel, "firm", "size") == {("A", None): "大", ("B", None): "小"}
    assert words(panel, "firm", "is_key") == {("A", None): True, ("B", None): False}
    assert words(panel, "firm", "opened") == {("A", None): "2020-01-03"}


@pytest.mark.parametrize(
    ("periods", "frequency", "last"),
    [
        ([2020, 2021, 2021], "A", "2021"),
        (pd.PeriodIndex(["2022Q1", "2022Q2", "2022Q2"], freq="Q"), "Q", "2022-Q2"),
        (pd.PeriodIndex(["2020", "2021", "2021"], freq="Y"), "A", "2021"),
    ],
)
def test_other_frequencies(periods: object, frequency: str, last: str) -> None:
    panel = Panel.from_frame(WIDE.assign(period=periods))
    assert (panel.frequency, str(panel.as_of)) == (frequency, last)


def test_names_in_the_index_or_elsewhere() -> None:
    assert known(Panel.from_frame(WIDE.set_index(["entity", "period"])), "output") == EXPECTED
    renamed = WIDE.rename(columns={"entity": "firm", "period": "month"})
    assert known(Panel.from_frame(renamed, entity="firm", period="month"), "output") == EXPECTED


def test_a_long_frame() -> None:
    frame = pd.DataFrame({
        "entity": ["A", "A", "P"], "period": ["2022-08", "2022-08", "2022-09"], "type": ["firm", "firm", "park"],
        "indicator": ["output", "profit", "产值"], "value": [1.5, 2, 3], "measure": [None, "ytd", None],
        "unit": ["亿元", "万元", "万元"], "status": ["预计", None, "final"],
    })  # fmt: skip
    panel = Panel.from_frame(frame)
    assert {name: kind.ids for name, kind in panel.types.items()} == {"firm": ("A",), "park": ("P",)}
    assert panel.series["firm", "output", "period"].values[0, 0] == 15_000
    assert panel.series["park", "output", "period"].values[1, 0] == 3
    assert panel.series["firm", "profit", "ytd"].values[0, 0] == 2


def test_arrow_speakers_are_frames_too() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"entity": ["A", "A"], "period": ["2022-08", "2022-09"], "output": [1, 2]})
    assert known(Panel.from_frame(table), "output") == EXPECTED


def test_kinds_and_units() -> None:
    panel = Panel.from_frame(WIDE, kinds={"output": "stock", "rate": "ratio"}, units={"output": "千人"})
    assert (panel.indicators["output"].kind, panel.indicators["output"].unit) == ("stock", "千人")
    percent = Panel.from_frame(WIDE.assign(rate=[5.2, 1, 2]), units={"rate": "%"})
    assert known(percent, "rate")["A", "2022-08"] == pytest.approx(0.052)


def test_text_that_is_mostly_numbers_is_an_indicator() -> None:
    panel = Panel.from_frame(WIDE.assign(output=["1,820", "—", "5"]))
    assert known(panel, "output") == {("A", "2022-08"): 1820, ("B", "2022-09"): 5}


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"output": ["1", "2", "1,82O"]}, "EW301", "<frame> › ['r3', 'output']  (B, 2022-09, output)"),
        ({"output": [1, "2", "oops"]}, "EW301", "`oops` is not a number"),
        ({"output": [1.0, np.inf, 2.0]}, "EW301", "<frame> › ['r2', 'output']"),
        ({"period": ["2022-08", "2022-13", "2022-09"]}, "EW302", "<frame> › ['r2', 'period']"),
        ({"period": ["2022-08", "2022-09", "2022-Q3"]}, "EW307", "`2022-Q3` is a quarter in a table of months"),
        ({"period": ["2022-08", None, "2022-09"]}, "EW302", "a row without a period"),
        ({"entity": ["A", None, "B"]}, "EW304", "<frame> › ['r2', 'entity']"),
        ({"entity": ["A", "B", "B"]}, "EW303", "two values for B, 2022-09, output: `2` and `3`"),
    ],
)
def test_mistakes_name_the_label_and_the_column(change: dict[str, object], code: str, says: str) -> None:
    frame = WIDE.assign(output=[1.0, 2.0, 3.0]).drop(columns="size").assign(**change)
    frame.index = pd.Index(["r1", "r2", "r3"])
    with pytest.raises(DropError) as caught:
        Panel.from_frame(frame)
    assert code in {diagnostic.code for diagnostic in caught.value.diagnostics}
    assert says in str(caught.value)


def test_columns_and_words_that_are_not_there() -> None:
    with pytest.raises(DropError, match=r"the frame has no column `firm`(.|\n)*it has: entity, period"):
        Panel.from_frame(WIDE, entity="firm")
    with pytest.raises(DropError, match="column `out put` cannot be the name of an indicator"):
        Panel.from_frame(WIDE.rename(columns={"output": "out put"}))
    with pytest.raises(DropError) as caught:
        Panel.from_frame(WIDE, kinds={"output": "flwo"}, units={"output": ""})
    assert "did you mean `flow`?" in str(caught.value)
    assert "is no unit" in str(caught.value)


def test_two_columns_of_one_name_are_not_chosen_from() -> None:
    with pytest.raises(DropError, match="the frame has 2 columns `output`"):
        Panel.from_frame(pd.concat([WIDE, WIDE[["output"]]], axis=1))


def test_all_that_is_wrong_with_the_arguments_at_once() -> None:
    with pytest.raises(DropError) as caught:
        Panel.from_frame(WIDE, period="perod", kinds={"outptu": "flow", "output": "flwo"})
    said = str(caught.value)
    assert "`outptu`, in `kinds` or `units`, is no column\n  = help: did you mean `output`?" in said
    assert "did you mean `flow`?" in said
    assert "did you mean `period`?" in said


def test_advice_is_for_frames() -> None:
    rows = {"entity": ["A", "A", None, "A"], "period": ["2022-08"] * 4, "output": [1, 2, 3, "x1"]}
    with pytest.raises(DropError) as caught:
        Panel.from_frame(pd.DataFrame(rows))
    said = str(caught.value)
    assert "put NaN in its place" in said
    assert "keep one of them: `df.drop_duplicates(" in said
    assert "leave such rows out of the frame" in said
    assert "drop.yaml" not in said
    assert "skip:" not in said
    with pytest.raises(DropError, match=r"df.rename\(columns=\{7: 'x_7'\}\)"):
        Panel.from_frame(WIDE.rename(columns={"output": 7}))


@pytest.mark.parametrize("thing", [[1, 2], {"a": 1}, 7, None])
def test_what_is_no_frame(thing: object) -> None:
    with pytest.raises(EwarnError, match=f"a {type(thing).__name__} is no drop"):
        run(thing, rules="industry")  # type: ignore[arg-type]  # that is the point
