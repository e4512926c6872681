"""Writes the tables of this drop: `python examples/county/make.py [FOLDER]`. Invented throughout, the same every time.

A county with five parks, forty enterprises and twenty-four projects, from February 2022 to September 2024 (January is
not published). Planted: in one park three projects that are held up for want of land, beside land that lies idle; one
more in a second park; a third park whose land office reported nothing; a backbone firm that stops on some days for want
of energy quota; three firms in decline and two projects behind their plan.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

PARKS = {"P1": "东岭园区", "P2": "清溪园区", "P3": "松河园区", "P4": "北坡园区", "P5": "南湾园区"}
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(2, 13) if (year, month) <= (2024, 9)]
FIRST = ["岚坡", "砚溪", "禾渡", "青埂", "云畔", "石埠", "松陂", "竹隰"]
FIRST += ["沙岸", "鹭洲", "枫坞", "梅塍", "柳汀", "杉湾", "荻浦", "桐岙"]
THING = ["建材", "食品", "机械", "化工", "纺织", "电子", "家具", "纸业"]
PLANT = ["生产线", "二期", "技术改造", "精深加工", "智能车间"]
STOPPING, FALLING = 1, (12, 23, 31)
"""Enterprises: the backbone firm short of energy quota, and those in decline."""
HELD = {
    # project: park, signed, company, planned start, started, land needed and secured in mu
    4: ("P1", "2023-06-12", "", "2024-04-01", "", 78, 30),
    9: ("P1", "2023-08-25", "2023-10-20", "2024-05-01", "", 64, 26),
    14: ("P1", "2023-03-16", "2023-04-28", "2023-10-01", "2023-10-01", 90, 66),
    17: ("P2", "2023-11-08", "2024-01-15", "2024-06-01", "", 55, 20),
    20: ("P5", "2023-05-19", "", "2024-05-01", "", 40, None),
    22: ("P5", "2023-07-04", "", "2024-06-01", "", 66, None),
}
BEHIND = {3: 0.6, 18: 0.45}
"""Projects that do only this part of what is due."""
STOCK = {"P1": (90, 30), "P2": (20, 10), "P3": (30, 15), "P4": (15, 5), "P5": (25, 10)}
"""Land supplied and not used, and low-yield land, in mu."""


def write(folder: Path, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def season(month: str) -> float:
    return 2.0 if month.endswith("-02") else 1.0


def enterprises(folder: Path, draw: random.Random, names: Sequence[str]) -> None:
    who, output = [], []
    for number, name in enumerate(names, 1):
        key, backbone = f"E{number:02d}", number <= 5
        cause = "能耗指标" if number == STOPPING else ""
        who.append((key, f"{name}公司", f"P{number % 5 + 1}", "是" if backbone else "否", cause))
        level = draw.uniform(3000, 6000) if backbone else draw.uniform(300, 1200)
        yearly = draw.uniform(1.04, 1.08)
        for at, month in enumerate(MONTHS):
            falls = month >= "2024-06" and (number == STOPPING or number in FALLING)
            value = level * yearly ** (at / 11) * season(month) * draw.uniform(0.99, 1.01) * (0.88 if falls else 1)
            stopped = 5 if number == STOPPING and month >= "2024-08" else 0
            output.append((key, month, f"{value:.0f}", stopped))
    write(folder, "enterprises.csv", ("企业", "名称", "园区", "骨干企业", "停产原因"), who)
    write(folder, "output.csv", ("企业", "月份", "工业总产值", "停产天数"), output)


def projects(folder: Path, draw: random.Random, names: Sequence[str]) -> None:
    who, plans, progress = [], [], []
    for number, name in enumerate(names, 1):
        key = f"X{number:02d}"
        total = round(draw.uniform(9000, 26000), -2)
        plan = round(total * draw.uniform(0.32, 0.42), -1)
        signed = f"2023-{draw.randint(2, 6):02d}-{draw.randint(1, 28):02d}"
        begun = f"2023-{draw.randint(8, 11):02d}-01"
        need = round(draw.uniform(30, 90))
        park, company, due, secured = f"P{number % 5 + 1}", signed[:5] + f"{int(signed[5:7]) + 1:02d}-15", begun, need
        if number in HELD:
            park, signed, company, due, begun, need, secured = HELD[number]  # type: ignore[assignment]  # None: unknown
        plan = plan if begun else round(plan / 2, -1)  # the year that it begins in
        stage = "在建" if begun else "签约"
        who.append((key, f"{name}{draw.choice(PLANT)}", park, signed, company, due, begun, stage))
        plans.extend((key, year, f"{plan:.0f}", f"{total:.0f}") for year in (2023, 2024))
        for month in (one for one in MONTHS if one >= (begun or signed)[:7]):
            spends = begun and month >= begun[:7] and not (number in HELD and month >= "2024-05")
            spent = plan / 12 * season(month) * draw.uniform(0.95, 1.08) * BEHIND.get(number, 1) if spends else 0
            progress.append((key, month, f"{spent:.0f}", need, "" if secured is None else secured))
    head = ("项目", "名称", "园区", "签约日期", "公司注册", "计划开工", "实际开工", "阶段")
    write(folder, "projects.csv", head, who)
    write(folder, "plans.csv", ("项目", "年度", "年度计划投资", "计划总投资"), plans)
    write(folder, "progress.csv", ("项目", "月份", "完成投资", "用地需求", "已落实用地"), progress)


def areas(folder: Path, draw: random.Random) -> None:
    rows, whole, so_far = [], [], 0.0
    for at, month in enumerate(MONTHS):
        so_far = 0.0 if month.endswith("-02") else so_far
        so_far += 9500 * 1.06 ** (at / 11) * season(month) * draw.uniform(0.99, 1.01)
        whole.append(("C", "云岭县", month, f"{so_far:.0f}", 5, f"{draw.uniform(5.2, 5.8):.1f}"))
        rows.extend((park, month, unused, low, 10) for park, (unused, low) in STOCK.items())
    write(folder, "parks.csv", ("园区", "名称", "县"), [(key, name, "C") for key, name in PARKS.items()])
    write(folder, "land.csv", ("园区", "月份", "供而未用", "低效用地", "可供净地存量"), rows)
    write(folder, "county.csv", ("县", "名称", "月份", "工业投资累计", "投资目标增速", "增加值增速"), whole)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    draw = random.Random(20240931)  # noqa: S311  (an example, no secret)
    names = ["".join(pair) for pair in draw.sample(list(product(FIRST, THING)), 64)]
    enterprises(folder, draw, names[:40])
    projects(folder, draw, names[40:])
    areas(folder, draw)


if __name__ == "__main__":
    main()
