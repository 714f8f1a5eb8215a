"""A day's typical calls of the sample street Gulou, the same at every run."""

import csv
import random

# Category, what a reporter writes, where.
KINDS = [
    ("litter", "垃圾桶旁成堆生活垃圾未清运", "鼓东路{n}号楼下", 9),
    ("uncollected-waste", "垃圾桶满溢，异味明显", "河沿小区{n}号楼", 8),
    ("blocked-pavement", "流动摊贩占用盲道卖水果", "市场街{n}号门前", 8),
    ("shop-front", "店外摆放货架和桌椅", "花市大街{n}号", 6),
    ("open-air-barbecue", "夜间露天烧烤，油烟扰民", "南营路{n}号", 4),
    ("small-posters", "楼道及电线杆张贴小广告", "工人新村{n}栋", 6),
    ("shared-bicycles", "共享单车堵住地铁口人行道", "站前广场{n}号口", 7),
    ("noise", "商铺音响外放，影响居民休息", "钟楼南街{n}号", 6),
    ("road-damage", "路面塌陷形成坑洞，积水", "粮仓巷{n}号", 4),
    ("street-light", "连续三盏路灯不亮", "柳荫路{n}号段", 5),
    ("manhole-cover", "井盖移位，车辆经过有异响", "北门大街{n}号", 2),
    ("construction-waste", "装修垃圾堆放在绿化带内", "东园小区{n}号楼", 4),
    ("dust", "工地未覆盖防尘网", "新建路{n}号工地", 4),
    ("fumes", "餐馆油烟直排居民楼", "文庙街{n}号", 4),
    ("ebike-charging", "飞线为电动自行车充电", "槐安里{n}单元", 5),
    ("blocked-fire-exit", "私家车停放在消防通道", "光明小区{n}号楼", 5),
    ("restaurant-gas", "后厨燃气软管老化", "幸福路{n}号餐馆", 3),
    ("kitchen-hygiene", "后厨卫生差，餐具未消毒", "书院街{n}号", 3),
    ("expired-food", "超市货架有过期酸奶", "石桥路{n}号超市", 3),
    ("price-fraud", "结算价高于货架标价", "和平商场{n}号铺", 2),
    ("lift-safety", "电梯运行时抖动、有异响", "科苑小区{n}号楼", 2),
    ("heating", "室内温度不足十六度", "湖滨小区{n}号楼", 5),
    ("neighbour-dispute", "楼上漏水，双方协商未果", "建设里{n}号楼", 2),
    ("unpaid-wages", "装修工人反映被拖欠工资", "公园路{n}号", 1),
]

MAPPING = """
source: gulou-sample
key: key
zone: Asia/Shanghai
observed_at: {column: observed, format: "yyyy-MM-dd HH:mm:ss"}
category: "{category}"
grid: "{grid}"
description: "{text}"
address: "{place}"
"""


def write_calls(directory, count, observed_at):
    """Writes calls.csv and mapping.yaml for `gridcall import`; `observed_at` is local time."""
    chance = random.Random(1)
    # Some communities have more to report than others.
    grids = [f"gl-{community}{grid:02}" for community in range(1, 27) for grid in (1, 2, 3)]
    weights = [chance.choice((1, 1, 2, 3, 6)) for _ in grids]
    with open(directory / "calls.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "observed", "category", "grid", "text", "place"])
        for number in range(count):
            category, text, place, _ = chance.choices(KINDS, [kind[3] for kind in KINDS])[0]
            place = place.format(n=chance.randint(1, 60))
            grid = chance.choices(grids, weights)[0]
            writer.writerow([number, observed_at, category, grid, text, place])
    (directory / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
