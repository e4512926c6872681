"""Writes the tables of this drop: `python examples/county/make.py [FOLDER]`. Invented throughout, the same every time.

A county with five parks, sixty projects and eighty enterprises, from February 2022 to September 2024 (January is not
published). Planted: projects that stand still because they lack land, three of them in one park; parks with idle land
beside them; a park whose land office reported nothing; backbone firms that stop on alternate days.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

PARKS = {"P1": "东岭园区", "P2": "清溪园区", "P3": "松河园区", "P4": "北坡园区", "P5": "南湾园区"}
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(2, 13) if (year, month) <= (2024, 9)]
FIRST = ["岚坡", "砚溪", "禾渡", "青埂", "云畔", "石埠", "松陂", "竹隰", "沙岸", "鹭洲", "枫坞", "梅塍"]
THING = ["建材", "食品", "机械", "化工", "纺织", "电子", "家具", "纸业"]
PLANT = ["生产线", "二期", "产业园", "精深加工", "智能化改造"]
LACKS = {"P1": 3, "P2": 2, "P3": 1}
"""Projects signed, due to start, not begun and without land, by park."""
STOCK = {"P1": (90, 30), "P2": (20, 10), "P3": (140, 60), "P4": (15, 5), "P5": (25, 10)}
"""Land supplied and not used, and low-yield land, in mu."""


def write(folder: Path, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def season(month: str) -> float:
    return 2.0 if month.endswith("-02") else 1.1 if month[-2:] in ("11", "12") else 1.0


def enterprises(folder: Path, draw: random.Random) -> None:
    who, output = [], []
    for number in range(1, 81):
        key, backbone = f"E{number:02d}", number <= 8
        name = f"{FIRST[number % 12]}{THING[number * 5 % 8]}{'公司' if number % 2 else '厂'}"
        cause = {1: "能耗指标", 2: "能耗指标", 40: "检修"}.get(number, "")
        who.append((key, name, f"P{number % 5 + 1}", "是" if backbone else "否", cause))
        level = draw.uniform(2500, 6000) if backbone else draw.uniform(150, 900)
        yearly = draw.uniform(1.01, 1.09)
        for at, month in enumerate(MONTHS):
            growth = yearly ** (at / 11)
            falling = 0.93 - 0.02 * (at - 25) if at > 25 and (number in (1, 2) or number % 4 == 3) else 1.0
            value = level * growth * season(month) * falling * draw.uniform(0.985, 1.015)
            stopped = (5 if number == 1 else 3) if number in (1, 2) and month >= "2024-08" else 0
            output.append((key, month, f"{value:.0f}", stopped))
    write(folder, "enterprises.csv", ("企业", "名称", "园区", "骨干企业", "停产原因"), who)
    write(folder, "output.csv", ("企业", "月份", "工业总产值", "停产天数"), output)


def projects(folder: Path, draw: random.Random) -> None:
    who, plans, progress = [], [], []
    left = dict(LACKS)
    for number in range(1, 61):
        key, park = f"X{number:02d}", f"P{number % 5 + 1}"
        name = f"{FIRST[number * 7 % 12]}{THING[number % 8]}{PLANT[number % 5]}"
        total = round(draw.uniform(6000, 30000), -2)
        plan = round(total * draw.uniform(0.3, 0.45), -1)
        lacks = left.get(park, 0) > 0 and number > 10
        if lacks:
            left[park] -= 1
        unreported = number in (24, 44)  # the land office of P5 says nothing of these
        waiting = lacks or unreported
        signed = f"2023-{draw.randint(3, 9):02d}-{draw.randint(1, 28):02d}"
        due = f"2024-{draw.randint(3, 5):02d}-01" if waiting else f"2023-{draw.randint(10, 12):02d}-01"
        moving = not waiting and number % 11 != 5  # one in eleven has land and stands still
        started = "" if waiting else due
        important = "是" if key == "X15" else "否"
        stage = "签约" if waiting else "终止" if number == 59 else "开工" if number % 9 == 8 else "在建"
        who.append((key, name, park, signed, due, started, stage, important))
        plans.extend((key, year, f"{plan:.0f}", f"{total:.0f}") for year in (2022, 2023, 2024))
        need = round(draw.uniform(30, 120))
        for month in MONTHS:
            if month < "2023-03":
                continue
            spends = started and month >= started[:7] and (moving or month < "2024-06")
            spent = plan / 11 * draw.uniform(0.9, 1.3) * season(month) if spends else 0
            secured: object = "" if unreported else round(need * 0.4) if lacks else need
            progress.append((key, month, f"{spent:.0f}", need, secured))
    write(folder, "projects.csv", ("项目", "名称", "园区", "签约日期", "计划开工", "实际开工", "阶段", "重点项目"), who)
    write(folder, "plans.csv", ("项目", "年度", "年度计划投资", "计划总投资"), plans)
    write(folder, "progress.csv", ("项目", "月份", "完成投资", "用地需求", "已落实用地"), progress)


def areas(folder: Path, draw: random.Random) -> None:
    rows, whole, so_far = [], [], 0.0
    for month in MONTHS:
        so_far = 0.0 if month.endswith("-02") else so_far
        so_far += 26000 * season(month) * draw.uniform(0.97, 1.03)
        growth = 6.5 - 0.25 * MONTHS.index(month)
        whole.append(("C", "云岭县", month, f"{so_far:.0f}", 8, f"{growth:.1f}"))
        rows.extend((park, month, unused, low, 10) for park, (unused, low) in STOCK.items())
    write(folder, "parks.csv", ("园区", "名称", "县"), [(key, name, "C") for key, name in PARKS.items()])
    write(folder, "land.csv", ("园区", "月份", "供而未用", "低效用地", "可供净地存量"), rows)
    write(folder, "county.csv", ("县", "名称", "月份", "工业投资累计", "投资目标增速", "增加值增速"), whole)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    draw = random.Random(20240930)  # noqa: S311  (an example, no secret)
    enterprises(folder, draw)
    projects(folder, draw)
    areas(folder, draw)


if __name__ == "__main__":
    main()
